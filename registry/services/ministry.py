"""Certificates of the ministries on file: recorded, listed and taken back; never issued, moved or counted here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager

from registry import audit
from registry.db import AnySelect
from registry.models.people import Person
from registry.models.qualifications import MinistryCertificate
from registry.rules import RuleBroken, Violation
from registry.rules.merging import closed
from registry.rules.ministry import FILED_IN_ORDER, TAKEN_BACK_WITH_REASON, filing_problems
from registry.rules.permissions import Action, Actor
from registry.words import N_

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A ministry's certificate as it was entered."""

    ministry: str
    number: str
    issued_on: date
    valid_until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FilingPage:
    """A page of filings, the latest first; `after` is the key of the next page."""

    rows: Sequence[MinistryCertificate]
    after: int | None


def file(session: Session, actor: Actor, *, person_id: int, filing: Filing, today: date) -> MinistryCertificate:
    """Put somebody's ministry certificate on file. One whose filing was taken back is put on file again."""
    actor.require(Action.MINISTRY_FILE)
    person = session.get_one(Person, person_id)
    there = session.scalar(
        select(MinistryCertificate).where(
            MinistryCertificate.ministry == filing.ministry.strip(), MinistryCertificate.number == filing.number.strip()
        )
    )
    if broken := [*closed(person.id, person.withdrawn_on), *_problems(filing, there, today)]:
        raise RuleBroken(broken)
    card = there or MinistryCertificate(ministry=filing.ministry.strip(), number=filing.number.strip())
    card.person_id, card.department_id = person.id, person.department_id
    card.issued_on, card.valid_until, card.note = filing.issued_on, filing.valid_until, filing.note.strip()
    card.filed_on, card.withdrawn_on, card.withdrawn_because = today, None, ""
    session.add(card)
    _record(session, actor, card, "", ministry=card.ministry, number=card.number)
    return card


def take_back(session: Session, actor: Actor, *, filing_id: int, reason: str, today: date) -> MinistryCertificate:
    """Take a filing back; RuleBroken without a reason, or when that was done before."""
    actor.require(Action.MINISTRY_FILE)
    card = session.get_one(MinistryCertificate, filing_id, with_for_update=True)
    broken = []
    if not reason.strip():
        broken.append(TAKEN_BACK_WITH_REASON.broken(N_("Say why.")))
    if card.withdrawn_on is not None:
        broken.append(TAKEN_BACK_WITH_REASON.broken(N_("It was taken back on %(day)s."), day=card.withdrawn_on))
    if broken:
        raise RuleBroken(broken)
    card.withdrawn_on, card.withdrawn_because = today, reason.strip()
    _record(session, actor, card, reason.strip(), ministry=card.ministry, number=card.number, withdrawn_on=today)
    return card


def get(session: Session, actor: Actor, filing_id: int) -> MinistryCertificate:
    """A filing with its person; Denied for another unit's people."""
    card: MinistryCertificate = session.scalars(_filed().where(MinistryCertificate.id == filing_id)).one()
    actor.require_unit(Action.CERTIFICATE_VIEW, card.department_id)
    return card


def search(
    session: Session,
    actor: Actor,
    *,
    text: str = "",
    department_id: int | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> FilingPage:
    """A page of what is on file; a unit's people see their unit's."""
    actor.require(Action.CERTIFICATE_VIEW)
    wanted = _filed().where(MinistryCertificate.withdrawn_on.is_(None)).order_by(MinistryCertificate.id.desc())
    if actor.is_unit_bound:
        wanted = wanted.where(MinistryCertificate.department_id == actor.department_id)
    if department_id is not None:
        wanted = wanted.where(MinistryCertificate.department_id == department_id)
    if typed := text.strip():
        wanted = wanted.where(
            or_(
                Person.name.startswith(typed, autoescape=True),
                MinistryCertificate.number.startswith(typed, autoescape=True),
                MinistryCertificate.ministry.contains(typed, autoescape=True),
            )
        )
    if after is not None:
        wanted = wanted.where(MinistryCertificate.id < after)
    found = session.scalars(wanted.limit(size + 1)).all()
    return FilingPage(found[:size], found[size - 1].id if len(found) > size else None)


def of_person(session: Session, person_id: int) -> Sequence[MinistryCertificate]:
    """What is on file for somebody, the latest first; the caller has looked whether the reader may see the person."""
    own = select(MinistryCertificate).where(
        MinistryCertificate.person_id == person_id, MinistryCertificate.withdrawn_on.is_(None)
    )
    return session.scalars(own.order_by(MinistryCertificate.id.desc())).all()


def count_of(session: Session, actor: Actor, *, department_id: int) -> int:
    """How many are on file for a unit's people."""
    actor.require_unit(Action.CERTIFICATE_VIEW, department_id)
    own = (MinistryCertificate.department_id == department_id, MinistryCertificate.withdrawn_on.is_(None))
    return session.scalar(select(func.count()).where(*own)) or 0


def _filed() -> AnySelect:
    return (
        select(MinistryCertificate)
        .join(MinistryCertificate.person)
        .join(MinistryCertificate.department)
        .options(contains_eager(MinistryCertificate.person), contains_eager(MinistryCertificate.department))
    )


def _problems(filing: Filing, there: MinistryCertificate | None, today: date) -> list[Violation]:
    found = filing_problems(
        ministry=filing.ministry,
        number=filing.number,
        issued_on=filing.issued_on,
        valid_until=filing.valid_until,
        today=today,
    )
    if there is not None and there.withdrawn_on is None:
        found.append(FILED_IN_ORDER.broken(N_("This certificate is on file already (no. %(id)s)."), id=there.id))
    return found


def _record(session: Session, actor: Actor, card: MinistryCertificate, reason: str, **facts: Any) -> None:
    audit.record(
        session,
        actor,
        Action.MINISTRY_FILE,
        card,
        department_id=card.department_id,
        reason=reason,
        person_id=card.person_id,
        **facts,
    )
