"""Applications found: whose turn it is, lists by unit, kind and state, one with its whole road."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.db import AnySelect
from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules.applications import (
    PREPARES,
    UNDER_WAY,
    WAYS,
    ApplicationNature,
    ApplicationStatus,
    ApplicationStep,
    waiting_for,
    ways_from,
)
from registry.rules.certificates import LIVE, CertificateKind, CertificateStatus, Finding
from registry.rules.permissions import Action, Actor
from registry.services.applications.judging import Case, examined
from registry.services.narrowing import COUNTED, Count, beginning_with, count, united

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFilter:
    """What to list; `is_waiting` asks for what waits at the desk of whoever asks, the oldest first."""

    text: str = ""
    department_id: int | None = None
    kind: CertificateKind | None = None
    nature: ApplicationNature | None = None
    status: ApplicationStatus | None = None
    is_waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRow:
    """An application in a list."""

    id: int
    person_id: int
    name: str
    unit: str
    kind: CertificateKind
    nature: ApplicationNature
    status: ApplicationStatus
    entered_on: date
    number: str | None
    certificate_status: CertificateStatus | None


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """A page of applications; `after` is the key of the next page, None on the last; `count` is of all pages."""

    rows: list[ApplicationRow]
    after: int | None
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFile:
    """One application with its road so far, the gate of today while that matters, and what the reader may do next.

    `turn` is the step for which it waits at the desk of the reader; what has ended waits for nobody. `is_own` says that
    one person prepared and approved it, which only a policy for a one-person office allows; `is_own_motion` that the
    bureau put it up without an application of the unit.
    """

    application: Application
    records: Sequence[ApplicationRecord]
    findings: Sequence[Finding]
    offered: Sequence[ApplicationStep]
    turn: ApplicationStep | None
    is_own: bool
    is_own_motion: bool
    history: Sequence[TrailEntry]


def search(
    session: Session, actor: Actor, *, chosen: ApplicationFilter, after: int | None = None, size: int = PAGE
) -> ApplicationPage:
    """A page of applications, the newest first and what waits the oldest first; a unit's people find their own."""
    actor.require(Action.APPLICATION_VIEW)
    order = Application.id.asc() if chosen.is_waiting else Application.id.desc()
    parts = [one.order_by(order).limit(size + 1) for one in _ids(actor, chosen)]
    if after is not None:
        parts = [one.where(Application.id > after if chosen.is_waiting else Application.id < after) for one in parts]
    page = _rows().where(Application.id.in_(united(parts))).order_by(order).limit(size + 1)
    rows = [ApplicationRow(**row._mapping) for row in session.execute(page)]
    more = rows[size - 1].id if len(rows) > size else None
    return ApplicationPage(rows[:size], more, _count(session, actor, chosen))


def ids_of(session: Session, actor: Actor, *, chosen: ApplicationFilter, most: int) -> list[int]:
    """The applications of a whole list, as far as `most`."""
    actor.require(Action.APPLICATION_VIEW)
    parts = [one.order_by(Application.id).limit(most) for one in _ids(actor, chosen)]
    ids = united(parts).subquery()
    return list(session.scalars(select(ids.c.id).order_by(ids.c.id).limit(most)))


def waiting_count(session: Session, actor: Actor) -> Count:
    """How many wait at the desk of whoever asks."""
    return _count(session, actor, ApplicationFilter(is_waiting=True)) if waiting_for(actor.role) else Count(0)


def get(session: Session, actor: Actor, application_id: int) -> Application:
    """An application with person, unit and cards; NoResultFound for none, Denied for another unit's people."""
    one = session.scalars(
        select(Application)
        .options(
            joinedload(Application.person),
            joinedload(Application.department),
            joinedload(Application.certificate),
            joinedload(Application.predecessor),
        )
        .where(Application.id == application_id)
    ).one()
    actor.require_unit(Action.APPLICATION_VIEW, one.department_id)
    return one


def file_of(session: Session, actor: Actor, *, application_id: int, today: date) -> ApplicationFile:
    """Everything on record about one application."""
    one = get(session, actor, application_id)
    records = session.scalars(
        select(ApplicationRecord).where(ApplicationRecord.application_id == one.id).order_by(ApplicationRecord.id)
    ).all()
    case = Case(application=one, name=one.person.name, unit=one.department.name, issued_on=None)
    looked = examined(session, [case], today).get(one.id) if one.status in UNDER_WAY else None
    history = audit.of(session, Application.__tablename__, one.id)
    return ApplicationFile(
        application=one,
        records=records,
        findings=looked.findings if looked is not None else (),
        offered=offered(actor, one),
        turn=_turn(actor, one),
        is_own=_is_own(records),
        is_own_motion=any(entry.facts.get("own_motion") for entry in history),
        history=history,
    )


def offered(actor: Actor, one: Application) -> list[ApplicationStep]:
    """The steps that lead on from its state and that the role allows."""
    return [step for step in ways_from(one.status) if actor.may(WAYS[step].action, department_id=one.department_id)]


def _turn(actor: Actor, one: Application) -> ApplicationStep | None:
    has_ended = one.certificate is not None and one.certificate.status not in LIVE
    return None if has_ended else waiting_for(actor.role).get(one.status)


def of_person(session: Session, actor: Actor, person_id: int) -> list[ApplicationRow]:
    """Everything that was ever applied for somebody, the newest first; a unit sees what it applied for itself."""
    actor.require(Action.APPLICATION_VIEW)
    own = _rows().where(*_conditions(actor, ApplicationFilter()), Application.person_id == person_id)
    return [ApplicationRow(**row._mapping) for row in session.execute(own.order_by(Application.id.desc()))]


def of_certificate(session: Session, certificate_id: int) -> int | None:
    """The application that led to a certificate."""
    return session.scalar(select(Application.id).where(Application.certificate_id == certificate_id))


def of_the_day(
    session: Session, actor: Actor, *, person_ids: Sequence[int], kind: CertificateKind, day: date
) -> list[ApplicationRow]:
    """What was applied for these people on a day."""
    actor.require(Action.APPLICATION_VIEW)
    wanted = _rows().where(*_conditions(actor, ApplicationFilter(kind=kind)), Application.entered_on == day)
    found = session.execute(wanted.order_by(Application.id))
    people = set(person_ids)
    return [ApplicationRow(**row._mapping) for row in found if row.person_id in people]


def _is_own(records: Sequence[ApplicationRecord]) -> bool:
    prepared = {_whose(one) for one in records if one.step in PREPARES}
    return any(_whose(one) in prepared for one in records if one.step is ApplicationStep.APPROVE)


def _whose(one: ApplicationRecord) -> str:
    return one.taken_by if one.account_id is None else f"#{one.account_id}"


def _rows() -> AnySelect:
    return (
        select(
            Application.id,
            Application.person_id,
            Person.name,
            Department.name.label("unit"),
            Application.kind,
            Application.nature,
            Application.status,
            Application.entered_on,
            Certificate.number,
            Certificate.status.label("certificate_status"),
        )
        .join(Person, Person.id == Application.person_id)
        .join(Department, Department.id == Application.department_id)
        .outerjoin(Certificate, Certificate.id == Application.certificate_id)
    )


def _ids(actor: Actor, chosen: ApplicationFilter) -> list[AnySelect]:
    """The ids of a list, for each state that waits in a query of its own: an index has those of one state in order."""
    query = select(Application.id).where(*_conditions(actor, chosen))
    if text := "".join(chosen.text.split()):
        query = query.join(Person, Person.id == Application.person_id).where(beginning_with(Person.name, text))
    if not chosen.is_waiting:
        return [query]
    query = query.outerjoin(Certificate, Certificate.id == Application.certificate_id)
    query = query.where(or_(Certificate.id.is_(None), Certificate.status.in_(LIVE)))  # what ended waits for nobody
    states = sorted(waiting_for(actor.role))
    return [query.where(Application.status == one) for one in states] or [query.where(false())]


def _count(session: Session, actor: Actor, chosen: ApplicationFilter) -> Count:
    return count(session, united([one.limit(COUNTED + 1) for one in _ids(actor, chosen)]))


def _conditions(actor: Actor, chosen: ApplicationFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if actor.is_unit_bound:
        found.append(Application.department_id == actor.department_id)
    if chosen.department_id is not None:
        found.append(Application.department_id == chosen.department_id)
    wanted: dict[Any, Any] = {
        Application.kind: chosen.kind,
        Application.nature: chosen.nature,
        Application.status: chosen.status,
    }
    return found + [column == value for column, value in wanted.items() if value is not None]
