"""What Flask-Login knows of an account: its id and the epoch of its password."""

from typing import Any

from flask_login import UserMixin

from registry.services import accounts


class Seat(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """A signed-in account. The cookie holds `id:epoch`, so that a new password ends every older session."""

    def __init__(self, account: Any) -> None:
        self.account = account

    def get_id(self) -> str:
        return f"{self.account.id}:{self.account.session_epoch}"


def seat_from(session: Any, cookie: str) -> Seat | None:
    """The seat a cookie speaks of, or None when it is stale or was never ours."""
    account_id, _, epoch = cookie.partition(":")
    if not (account_id.isdigit() and epoch.isdigit()):
        return None
    account = accounts.for_session(session, int(account_id), int(epoch))
    return None if account is None else Seat(account)
