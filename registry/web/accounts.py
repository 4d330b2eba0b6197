"""Signing in and out, one's own account, and everybody's for the administrator."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_user, logout_user
from wtforms import PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import ACCOUNT_ROLES, Action, Role
from registry.services import accounts, departments
from registry.web import words
from registry.web.access import public, requires
from registry.web.forms import RegistryForm, choices
from registry.web.limits import limiter
from registry.web.seat import Seat
from registry.words import CHINESE, ENGLISH, LOCALES

bp = Blueprint("accounts", __name__)


class SignInForm(RegistryForm):
    username = StringField(_l("User name"), [InputRequired(_l("Enter your user name."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])


class PasswordForm(RegistryForm):
    old = PasswordField(_l("Present password"), [InputRequired(_l("Enter your present password."))])
    new = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password."))])
    again = PasswordField(_l("New password again"), [EqualTo("new", _l("The two new passwords differ."))])


class LanguageForm(RegistryForm):
    locale = SelectField(_l("Language"), choices=[SelectChoice(CHINESE, "中文"), SelectChoice(ENGLISH, "English")])


class EmailForm(RegistryForm):
    email = StringField(_l("E-mail address"), [Length(max=100)])


class AccountForm(RegistryForm):
    username = StringField(_l("User name"), [InputRequired(_l("Enter a user name.")), Length(max=40)])
    display_name = StringField(
        _l("Name on pages and in the trail"), [InputRequired(_l("Enter a name.")), Length(max=60)]
    )
    role = SelectField(_l("Role"), coerce=Role)
    department_id = SelectField(_l("Unit"), coerce=int)
    password = PasswordField(_l("First password"), [InputRequired(_l("Enter a password."))])


class ResetForm(RegistryForm):
    new = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password."))])
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why.")), Length(max=500)])


class ClosingForm(RegistryForm):
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why.")), Length(max=500)])


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit("20/minute", methods=["POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate_on_submit():
        tried = accounts.sign_in(g.session, username=form.username.data, password=form.password.data)
        g.keep = True  # a failed attempt is remembered though the answer is a refusal
        if tried.account is not None:
            return _let_in(tried.account)
        form.refusals.append(_why_not(tried))
    return render_template("accounts/sign_in.html", form=form), form.status


def _let_in(account: object) -> ResponseReturnValue:
    chosen = session.get("locale")
    session.clear()
    if chosen:
        session["locale"] = chosen
    session.permanent = True
    login_user(Seat(account))
    return redirect(_safe(request.args.get("next")))


def _why_not(tried: accounts.SignIn) -> str:
    if tried.locked_until_at is None:
        return str(_("The user name or the password is not right."))
    until = words.moment(tried.locked_until_at)
    return str(_("Too many wrong passwords. The account is closed until %(moment)s.", moment=until))


def _safe(target: str | None) -> str:
    """Only a path of this site: nobody is sent elsewhere by a forged link.

    Browsers drop control characters from addresses and read a backslash as a slash, so neither may stand in it.
    """
    if target is not None and target.isprintable() and target.startswith("/") and target[1:2] not in {"/", "\\"}:
        return target
    return url_for("reports.board")


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    logout_user()
    flash(_("You have signed out."), "info")
    return redirect(url_for(".sign_in"))


@bp.get("/language/<locale>")
@public
def language(locale: str) -> ResponseReturnValue:
    if locale in LOCALES:
        session["locale"] = locale
    return redirect(_safe(request.args.get("next")))


@bp.route("/account", methods=["GET", "POST"])
@requires(Action.ACCOUNT_SIGN_IN)
def profile() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            account = accounts.change_password(g.session, g.actor, old=form.old.data, new=form.new.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            login_user(Seat(account))
            flash(_("Your password was changed; every other session has ended."), "success")
            return redirect(url_for(".profile"))
    return _profile_page(form, LanguageForm(locale=words.language()))


@bp.post("/account/language")
@requires(Action.ACCOUNT_SIGN_IN)
def remember_language() -> ResponseReturnValue:
    form = LanguageForm()
    if not form.validate_on_submit():
        return _profile_page(PasswordForm(formdata=None), form)
    accounts.choose_language(g.session, g.actor, locale=form.locale.data)
    session["locale"] = form.locale.data
    return redirect(url_for(".profile"))


@bp.post("/account/email")
@requires(Action.ACCOUNT_SIGN_IN)
def remember_email() -> ResponseReturnValue:
    form = EmailForm()
    if form.validate_on_submit():
        try:
            account = accounts.own(g.session, g.actor)
            accounts.set_email(g.session, g.actor, account_id=account.id, email=form.email.data or "")
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Your e-mail address is kept."), "success")
            return redirect(url_for(".profile"))
    return _profile_page(PasswordForm(formdata=None), LanguageForm(formdata=None, locale=words.language()), form)


def _profile_page(
    form: PasswordForm, language_form: LanguageForm, email_form: EmailForm | None = None
) -> ResponseReturnValue:
    account = accounts.own(g.session, g.actor)
    email_form = email_form or EmailForm(formdata=None, email=account.email)
    page = render_template(
        "accounts/profile.html",
        form=form,
        language_form=language_form,
        email_form=email_form,
        account=account,
        password_length=accounts.PASSWORD_LENGTH,
    )
    return page, max(form.status, language_form.status, email_form.status)


@bp.get("/accounts")
@requires(Action.ACCOUNT_MANAGE)
def index() -> ResponseReturnValue:
    return render_template("accounts/index.html", accounts=accounts.all_accounts(g.session, g.actor), now=clock.now())


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Action.ACCOUNT_MANAGE)
def new() -> ResponseReturnValue:
    form = AccountForm()
    form.role.choices = choices(ACCOUNT_ROLES)
    units = [(unit.id, unit.name) for unit in departments.all_standing(g.session, g.actor)]
    form.department_id.choices = [(0, _("none (bureau, administrator, auditor)")), *units]
    if form.validate_on_submit():
        try:
            account = accounts.add(
                g.session,
                g.actor,
                username=form.username.data,
                display_name=form.display_name.data,
                password=form.password.data,
                role=form.role.data,
                department_id=form.department_id.data or None,
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The account %(name)s is open.", name=account.username), "success")
            return redirect(url_for(".index"))
    page = render_template("accounts/new.html", form=form, password_length=accounts.PASSWORD_LENGTH)
    return page, form.status


@bp.route("/accounts/<int:account_id>/password", methods=["GET", "POST"])
@requires(Action.ACCOUNT_MANAGE)
def reset(account_id: int) -> ResponseReturnValue:
    account = accounts.get(g.session, g.actor, account_id)
    form = ResetForm()
    if form.validate_on_submit():
        try:
            accounts.reset_password(
                g.session, g.actor, account_id=account.id, new=form.new.data, reason=form.reason.data
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("%(name)s has a new password.", name=account.username), "success")
            return redirect(url_for(".index"))
    page = render_template("accounts/reset.html", form=form, account=account, password_length=accounts.PASSWORD_LENGTH)
    return page, form.status


@bp.route("/accounts/<int:account_id>/email", methods=["GET", "POST"])
@requires(Action.ACCOUNT_MANAGE)
def email(account_id: int) -> ResponseReturnValue:
    account = accounts.get(g.session, g.actor, account_id)
    form = EmailForm(email=account.email)
    if form.validate_on_submit():
        try:
            accounts.set_email(g.session, g.actor, account_id=account.id, email=form.email.data or "")
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The e-mail address of %(name)s is kept.", name=account.username), "success")
            return redirect(url_for(".index"))
    return render_template("accounts/email.html", form=form, account=account), form.status


@bp.route("/accounts/<int:account_id>/closing", methods=["GET", "POST"])
@requires(Action.ACCOUNT_MANAGE)
def closing(account_id: int) -> ResponseReturnValue:
    """Close an open account, or open a closed one again."""
    account = accounts.get(g.session, g.actor, account_id)
    form = ClosingForm()
    if form.validate_on_submit():
        try:
            accounts.set_active(
                g.session, g.actor, account_id=account.id, active=not account.is_active, reason=form.reason.data
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            said = _("%(name)s is open again.") if account.is_active else _("%(name)s is closed.")
            flash(said % {"name": account.username}, "success")
            return redirect(url_for(".index"))
    return render_template("accounts/closing.html", form=form, account=account), form.status
