"""Accounts: signing in, passwords, and who holds which seat."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import audit, clock
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.rules import Denied, Rule, RuleBroken, Violation
from registry.rules.permissions import SYSTEM, UNIT_ROLES, Action, Actor, Role
from registry.words import N_

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
PASSWORD_LENGTH = 10
USERNAME_LENGTH, NAME_LENGTH, EMAIL_LENGTH = 40, 60, 100
EMAIL = re.compile(r"[!-+\--:=?-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")  # one plain address, no list and no name

STRONG_PASSWORD = Rule(
    code="ACC-1", title=N_("A password is long enough"), source="GB/T 22239-2019 第二级 8.1.4.1 身份鉴别"
)
UNIT_FOR_UNIT_PEOPLE = Rule(
    code="ACC-2", title=N_("A unit's people have a unit, the others none"), source="本登记簿规则"
)
NAME_IS_FREE = Rule(code="ACC-3", title=N_("A user name is taken once"), source="本登记簿规则")
NAMED_IN_SHORT = Rule(
    code="ACC-5", title=N_("A user name is one short word, and everybody has a name"), source="本登记簿规则"
)
ONE_ADDRESS = Rule(code="ACC-6", title=N_("An e-mail address is one plain address"), source="RFC 5321")
NOT_ONESELF = Rule(code="ACC-4", title=N_("Nobody closes the account he is using"), source="本登记簿规则")

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of an attempt: the account, or nothing; and until when further attempts are refused."""

    account: Account | None
    locked_until_at: datetime | None = None


def actor_of(account: Account) -> Actor:
    """The actor an account acts as."""
    return Actor(
        account_id=account.id, name=account.display_name, role=account.role, department_id=account.department_id
    )


def who_asked(session: Session, account_id: int | None, action: Action) -> Actor:
    """Whoever asked the worker for something, with the rights of today; SYSTEM for None.

    Denied when the account has been closed meanwhile.
    """
    if account_id is None:
        return SYSTEM
    account = session.get_one(Account, account_id)
    if not account.is_active:
        raise Denied(action.value)
    return actor_of(account)


def for_session(session: Session, account_id: int, epoch: int) -> Account | None:
    """The account of a running session, while it is active and its password is the one signed in with."""
    account = session.get(Account, account_id)
    return account if account is not None and account.is_active and account.session_epoch == epoch else None


def sign_in(session: Session, *, username: str, password: str) -> SignIn:
    """Try a password. Call it in a transaction of its own: a failed attempt must be remembered too."""
    now = clock.now()
    account = session.scalar(select(Account).where(Account.username == username.strip()).with_for_update())
    if account is None or not account.is_active:
        _matches(_nobodys_hash(), password)
        return SignIn(None)
    if account.locked_until_at is not None and account.locked_until_at > now:
        return SignIn(None, account.locked_until_at)
    if not _matches(account.password_hash, password):
        return SignIn(None, _count_failure(session, account, now))
    account.failed_sign_ins, account.locked_until_at, account.last_signed_in_at = 0, None, now
    audit.record(session, actor_of(account), Action.ACCOUNT_SIGN_IN, account, department_id=account.department_id)
    return SignIn(account)


def add(
    session: Session,
    actor: Actor,
    *,
    username: str,
    display_name: str,
    password: str,
    role: Role,
    department_id: int | None = None,
) -> Account:
    """Open an account; RuleBroken says everything that is wrong with it."""
    actor.require(Action.ACCOUNT_MANAGE)
    broken = [*_password_problems(password), *_seat_problems(role, department_id)]
    broken += _naming_problems(username.strip(), display_name.strip())
    if session.scalar(select(Account.id).where(Account.username == username.strip())) is not None:
        broken.append(NAME_IS_FREE.broken(N_("The user name %(name)s is taken."), name=username.strip()))
    if broken:
        raise RuleBroken(broken)
    account = Account(
        username=username.strip(),
        display_name=display_name.strip(),
        password_hash=_hasher.hash(password),
        role=role,
        department_id=department_id,
    )
    session.add(account)
    audit.record(
        session,
        actor,
        Action.ACCOUNT_MANAGE,
        account,
        department_id=department_id,
        username=account.username,
        role=role,
    )
    return account


def change_password(session: Session, actor: Actor, *, old: str, new: str) -> Account:
    """The holder changes the password; every other session of the account ends."""
    account = own(session, actor)
    if not _matches(account.password_hash, old):
        raise RuleBroken([STRONG_PASSWORD.broken(N_("The present password is not right."))])
    _set_password(account, new)
    audit.record(
        session, actor, Action.ACCOUNT_SIGN_IN, account, department_id=account.department_id, change="password"
    )
    return account


def reset_password(session: Session, actor: Actor, *, account_id: int, new: str, reason: str) -> Account:
    """An administrator gives a new password; the account's sessions end and a lock is lifted."""
    actor.require(Action.ACCOUNT_MANAGE)
    account = session.get_one(Account, account_id)
    _set_password(account, new)
    account.failed_sign_ins, account.locked_until_at = 0, None
    audit.record(session, actor, Action.ACCOUNT_MANAGE, account, reason=reason, change="password reset")
    return account


def set_active(session: Session, actor: Actor, *, account_id: int, active: bool, reason: str) -> Account:
    """Close an account or open it again. It is never deleted: the trail names it."""
    actor.require(Action.ACCOUNT_MANAGE)
    if account_id == actor.account_id:
        raise RuleBroken([NOT_ONESELF.broken(N_("Ask another administrator to close your account."))])
    account = session.get_one(Account, account_id)
    if account.is_active != active:
        account.is_active = active
        account.session_epoch += 1
        audit.record(session, actor, Action.ACCOUNT_MANAGE, account, reason=reason, is_active=[not active, active])
    return account


def set_email(session: Session, actor: Actor, *, account_id: int, email: str) -> Account:
    """Where reminders go; an empty one takes the address away. One's own, or by whoever manages accounts."""
    action = Action.ACCOUNT_SIGN_IN if account_id == actor.account_id else Action.ACCOUNT_MANAGE
    actor.require(action)
    account, wanted = session.get_one(Account, account_id), email.strip()
    if broken := _email_problems(wanted):
        raise RuleBroken(broken)
    if account.email != wanted:
        before, account.email = account.email, wanted
        unit = account.department_id
        audit.record(session, actor, action, account, department_id=unit, change="email", email=[before, wanted])
    return account


def choose_language(session: Session, actor: Actor, *, locale: str) -> None:
    """Remember the language of an account; no act of the office, so the trail is not told."""
    own(session, actor).locale = locale


def all_accounts(session: Session, actor: Actor) -> list[Account]:
    """Every account by user name, with its unit."""
    actor.require(Action.ACCOUNT_MANAGE)
    return list(session.scalars(select(Account).options(joinedload(Account.department)).order_by(Account.username)))


def get(session: Session, actor: Actor, account_id: int) -> Account:
    """An account, for whoever manages them."""
    actor.require(Action.ACCOUNT_MANAGE)
    return session.get_one(Account, account_id)


def own(session: Session, actor: Actor) -> Account:
    """The account somebody acts with."""
    return session.get_one(Account, actor.account_id)


def department_with_code(session: Session, code: str) -> Department:
    """The unit with that code; NoResultFound when there is none."""
    return session.scalars(select(Department).where(Department.code == code)).one()


@cache
def _nobodys_hash() -> str:
    """Compared with when there is no such account, so that the answer takes as long as for a wrong password."""
    return _hasher.hash("a password nobody has")


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _count_failure(session: Session, account: Account, now: datetime) -> datetime | None:
    """Until when the account is closed, once too many passwords were wrong; the trail tells of it."""
    account.failed_sign_ins += 1
    if account.failed_sign_ins < LOCK_AFTER:
        return None
    account.failed_sign_ins, account.locked_until_at = 0, now + LOCK_FOR
    audit.record(
        session,
        actor_of(account),
        Action.ACCOUNT_SIGN_IN,
        account,
        department_id=account.department_id,
        wrong_passwords=LOCK_AFTER,
        locked_until=account.locked_until_at.isoformat(timespec="minutes"),
    )
    return account.locked_until_at


def _set_password(account: Account, new: str) -> None:
    if broken := _password_problems(new):
        raise RuleBroken(broken)
    account.password_hash = _hasher.hash(new)
    account.session_epoch += 1


def _password_problems(password: str) -> list[Violation]:
    if len(password) >= PASSWORD_LENGTH and len(set(password)) > PASSWORD_LENGTH // 2:
        return []
    message = N_("A password has at least %(length)s characters, more than half of them different.")
    return [STRONG_PASSWORD.broken(message, length=PASSWORD_LENGTH)]


def _naming_problems(username: str, display_name: str) -> list[Violation]:
    if 0 < len(username) <= USERNAME_LENGTH and len(username.split()) == 1 and 0 < len(display_name) <= NAME_LENGTH:
        return []
    message = N_("A user name has no blanks and at most %(user)s characters; the name beside it at most %(name)s.")
    return [NAMED_IN_SHORT.broken(message, user=USERNAME_LENGTH, name=NAME_LENGTH)]


def _email_problems(email: str) -> list[Violation]:
    if not email or (len(email) <= EMAIL_LENGTH and email.count("@") == 1 and EMAIL.fullmatch(email)):
        return []
    message = N_("Write one address such as name@example.org, of at most %(length)s characters.")
    return [ONE_ADDRESS.broken(message, length=EMAIL_LENGTH)]


def _seat_problems(role: Role, department_id: int | None) -> list[Violation]:
    if role is Role.SYSTEM:
        return [UNIT_FOR_UNIT_PEOPLE.broken(N_("No account can be the console."))]
    if (role in UNIT_ROLES) == (department_id is not None):
        return []
    message = N_("A unit head or unit clerk needs a unit; everybody else has none.")
    return [UNIT_FOR_UNIT_PEOPLE.broken(message)]
