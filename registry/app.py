"""Where everything meets: the application, its database, its pages and its commands."""

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.exc import DataError, IntegrityError, NoResultFound
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import cli, printing, web
from registry.config import Settings
from registry.db import make_engine, make_sessions
from registry.services import accounts
from registry.vault import open_vault, session_secret
from registry.web.access import changes_something
from registry.web.limits import limiter
from registry.web.seat import Seat, seat_from
from registry.web.words import Languages
from registry.words import CHINESE, LOCALES

ROOT = Path(__file__).resolve().parent.parent
SIGNED_IN_FOR = timedelta(hours=8)
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """The application for these settings; without any, for those of the environment."""
    settings = settings or Settings.from_env()
    settings.var.mkdir(parents=True, exist_ok=True)
    printing.add_fonts(settings.fonts)
    app = Flask("registry", root_path=str(ROOT), template_folder="templates", static_folder="static")
    _configure(app, settings, testing=testing)
    engine = make_engine(settings.database_url)
    app.extensions["settings"] = settings
    app.extensions["engine"] = engine
    app.extensions["sessions"] = make_sessions(engine, vault=open_vault(settings))
    _open_and_close_sessions(app)
    Languages(app, locale_selector=_locale)
    _know_who_is_here(app)  # before whatever refuses: the page of a refusal shows who is here
    limiter.init_app(app)
    CSRFProtect(app)
    web.register(app)
    app.register_error_handler(NoResultFound, lambda _error: web.error_page(404))
    app.register_error_handler(IntegrityError, lambda _error: _page_after_rollback(HTTPStatus.CONFLICT))
    for unfit in (DataError, OverflowError):  # a number too large for the database, as it stood in an address
        app.register_error_handler(unfit, lambda _error: _page_after_rollback(HTTPStatus.BAD_REQUEST))
    app.after_request(_secure)
    return app


def _page_after_rollback(status: HTTPStatus) -> web.Answer:
    """The database refused a statement and, on PostgreSQL, answers nothing more until the transaction has ended."""
    g.session.rollback()
    return web.error_page(status)


def main() -> None:
    """The console script: `registry …`."""
    cli.commands(create_app).main(prog_name="registry")


def _configure(app: Flask, settings: Settings, *, testing: bool) -> None:
    app.config.update(
        SECRET_KEY=session_secret(settings),
        MAX_CONTENT_LENGTH=settings.upload_megabytes * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=settings.upload_megabytes * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        BABEL_DEFAULT_LOCALE=CHINESE,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_ENABLED=not testing,
        RATELIMIT_ENABLED=not testing,
        TESTING=testing,
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # Flask's own way


def _open_and_close_sessions(app: Flask) -> None:
    """A request reads in one session, or writes in one that commits once, after an answer below 400."""

    @app.before_request
    def open_session() -> None:
        sessions = app.extensions["sessions"]
        g.session = sessions.writing() if changes_something() else sessions.reading()
        g.keep = False  # a view sets it when a refusal itself must be remembered (a failed sign-in)

    @app.after_request
    def commit(response: Response) -> Response:
        changed = "session" in g and changes_something()
        if changed and (response.status_code < 400 or g.keep):
            g.session.commit()
        return response

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        if (opened := g.pop("session", None)) is not None:
            opened.close()


def _know_who_is_here(app: Flask) -> None:
    login = LoginManager(app)
    login.session_protection = None  # the epoch in the cookie ends stolen sessions; addresses of an office change

    @login.user_loader
    def load(cookie: str) -> Seat | None:
        return seat_from(g.session, cookie)

    @app.before_request
    def set_actor() -> None:
        g.actor = accounts.actor_of(current_user.account) if current_user.is_authenticated else None


def _locale() -> str:
    """Chosen by the switch, else remembered by the account, else asked for by the browser, else Chinese."""
    remembered = current_user.account.locale if current_user and current_user.is_authenticated else None
    chosen = session.get("locale") or remembered
    if chosen in LOCALES:
        return str(chosen)
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh")
    return "en" if best == "en" else CHINESE


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
