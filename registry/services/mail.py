"""Mail through the office's own server: letters sent one after another, and which were not taken, with the reason."""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ssl import create_default_context
from urllib.parse import unquote, urlsplit

ANSWERS_WITHIN_SECONDS = 10
PORT, PORT_OF_TLS = 587, 465


@dataclass(frozen=True, slots=True)
class PostOffice:
    """The server that takes our mail, `smtp://user:password@host:port` or `smtps://…`, and who it comes from."""

    url: str
    sender: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one unit; `reference` is the sender's own number for it."""

    reference: int
    to: Sequence[str]
    subject: str
    text: str


def send(post: PostOffice, letters: Sequence[Letter]) -> Iterator[tuple[Letter, str]]:
    """Each letter with why it was not taken; an empty reason means that the server took it."""
    try:
        with _connected(post) as server:
            for letter in letters:
                yield letter, _handed_in(server, post, letter)
                letters = letters[1:]
    except (OSError, smtplib.SMTPException) as error:
        for letter in letters:
            yield letter, _in_short(error)


def _handed_in(server: smtplib.SMTP, post: PostOffice, letter: Letter) -> str:
    """What this letter alone was refused for; a server that is gone ends the whole delivery."""
    try:
        server.send_message(_message(post, letter))
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        server.rset()
        return _in_short(error)
    return ""


@contextmanager
def _connected(post: PostOffice) -> Iterator[smtplib.SMTP]:
    parts, safely = urlsplit(post.url), create_default_context()
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or PORT_OF_TLS, timeout=ANSWERS_WITHIN_SECONDS, context=safely
        )
    else:
        opened = smtplib.SMTP(host, parts.port or PORT, timeout=ANSWERS_WITHIN_SECONDS)
    with opened as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=safely)
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _message(post: PostOffice, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = post.sender, ", ".join(letter.to), letter.subject
    message["Date"], message["Message-ID"] = formatdate(localtime=False), make_msgid(domain=post.sender.split("@")[-1])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _in_short(error: Exception) -> str:
    """The server's answer in one line, without the addresses that an error may list."""
    said = getattr(error, "smtp_error", None)
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said or error)
    return f"{type(error).__name__}: {text}".splitlines()[0][:200]
