"""Settings from the environment, read once, refusing nonsense all at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_PORT = 8000
DEFAULT_UPLOAD_MEGABYTES = 50
FONT_BEGINS = (b"\x00\x01\x00\x00", b"OTTO")


class Misconfigured(Exception):
    """The environment says something the registry cannot work with; the message lists all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decides. Everything has a default fit for one machine."""

    var: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    public_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    secret_key: str | None = None
    data_key: str | None = None
    secure_cookies: bool = False
    upload_megabytes: int = DEFAULT_UPLOAD_MEGABYTES
    web_processes: int = 2
    behind_proxy: bool = False
    smtp_url: str | None = None
    mail_from: str = ""
    fonts: tuple[Path, ...] = ()

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read `REGISTRY_*` and `PORT`; raise Misconfigured naming every wrong value."""
        source = os.environ if env is None else env
        reader = _Reader(source)
        var = Path(source.get("REGISTRY_VAR") or "var").resolve()
        port = reader.number("PORT", DEFAULT_PORT, 1, 65535)
        settings = cls(
            var=var,
            database_url=reader.database_url(f"sqlite:///{var / 'registry.sqlite3'}"),
            host=source.get("REGISTRY_HOST") or "127.0.0.1",
            port=port,
            public_url=(source.get("REGISTRY_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            secret_key=source.get("REGISTRY_SECRET_KEY") or None,
            data_key=source.get("REGISTRY_DATA_KEY") or None,
            secure_cookies=reader.flag("REGISTRY_SECURE_COOKIES"),
            upload_megabytes=reader.number("REGISTRY_UPLOAD_MEGABYTES", DEFAULT_UPLOAD_MEGABYTES, 1, 1024),
            web_processes=reader.number("REGISTRY_WEB_PROCESSES", 2, 1, 64),
            behind_proxy=reader.flag("REGISTRY_BEHIND_PROXY"),
            smtp_url=reader.smtp_url(),
            mail_from=source.get("REGISTRY_MAIL_FROM") or "",
            fonts=reader.fonts(),
        )
        reader.finish()
        return settings


def _is_font(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(FONT_BEGINS[0])) in FONT_BEGINS
    except OSError:
        return False


class _Reader:
    """Reads values and remembers every complaint, so that the operator mends them in one go."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self._source = source
        self._complaints: list[str] = []

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        text = self._source.get(name) or str(default)
        if text.isascii() and text.isdigit() and lowest <= int(text) <= highest:
            return int(text)
        self._complaints.append(f"{name} must be a whole number from {lowest} to {highest}, not {text!r}.")
        return default

    def flag(self, name: str) -> bool:
        text = (self._source.get(name) or "no").lower()
        if text not in {"yes", "no", "true", "false", "1", "0"}:
            self._complaints.append(f"{name} must be yes or no, not {text!r}.")
        return text in {"yes", "true", "1"}

    def database_url(self, default: str) -> str:
        url = self._source.get("REGISTRY_DATABASE_URL") or default
        if url.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + url.split("://", 1)[1]
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            self._complaints.append(
                f"REGISTRY_DATABASE_URL must begin with sqlite:/// or postgresql://, not {url.split(':')[0]!r}."
            )
        return url

    def smtp_url(self) -> str | None:
        url = self._source.get("REGISTRY_SMTP_URL") or None
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            fits = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number
            fits = False
        if not fits:
            self._complaints.append("REGISTRY_SMTP_URL must be like smtp://user:password@host:port, or smtps://….")
        if "@" not in (self._source.get("REGISTRY_MAIL_FROM") or ""):
            self._complaints.append("REGISTRY_MAIL_FROM must be the address that mail comes from.")
        return url

    def fonts(self) -> tuple[Path, ...]:
        named = (self._source.get("REGISTRY_FONTS") or "").split(os.pathsep)
        paths = tuple(Path(name).resolve() for name in named if name)
        for path in paths:
            if not _is_font(path):
                self._complaints.append(
                    f"REGISTRY_FONTS names {path}, which is no TrueType or OpenType font (.ttf, .otf) that can be read."
                )
        return paths

    def finish(self) -> None:
        if self._complaints:
            raise Misconfigured("\n".join(self._complaints))
