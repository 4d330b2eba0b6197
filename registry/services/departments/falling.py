"""What a change of standing does to certificates: those of units that are subjects no longer are flagged."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry import clock
from registry.models.departments import Department, DepartmentMandate
from registry.rules.departments import SubjectStanding, fell_on, may_enforce, standing_on
from registry.rules.permissions import SYSTEM, Actor
from registry.services import tasks
from registry.services.departments.grounds import standings_on


def follow_standing(
    session: Session,
    actor: Actor,
    department_ids: Collection[int],
    *,
    since: date,
    document_number: str,
    today: date,
    batch: str | None = None,
) -> None:
    """Flag the certificates of these units and of those that they entrust, as far as they are no subjects today.

    What was flagged of those that are again is settled. A unit that has ended is flagged as such.
    """
    session.flush()
    under = select(Department.id).where(
        or_(Department.id.in_(department_ids), Department.entrusting_department_id.in_(department_ids))
    )
    affected, stand = session.scalars(under.order_by(Department.id)).all(), standings_on(session, today)
    again = [one for one in affected if may_enforce(stand[one], today)]
    fallen = [
        one for one in affected if one not in again and standing_on(stand[one], today) is not SubjectStanding.ENDED
    ]
    facts = {"on": since.isoformat(), "document_number": document_number}
    tasks.units_fallen(session, actor, fallen, facts=facts, today=today, batch=batch)
    tasks.units_stand_again(session, actor, again, today=today)


def flag_fallen(session: Session) -> None:
    """The worker's chore: flag the certificates of units that fell by the day alone, as when an entrustment ran out.

    Once for each fall: what was flagged since then, and settled, is not asked again. What was flagged of units that
    stand again by the day alone, as when the next entrustment began, is settled.
    """
    today = clock.today()
    stand = standings_on(session, today)
    again = [unit_id for unit_id, stood in stand.items() if may_enforce(stood, today)]
    tasks.units_stand_again(session, SYSTEM, again, today=today)
    falls: dict[tuple[date, str], list[int]] = defaultdict(list)
    documents, lapsed = _documents(session), _lapsed(session, today)
    for unit_id, stood in stand.items():
        if may_enforce(stood, today) or standing_on(stood, today) is SubjectStanding.ENDED:
            continue
        if (fall := fell_on(stood, today) or lapsed.get(unit_id)) is not None:
            ran_out = stood.entrusted_until is not None and fall == stood.entrusted_until + timedelta(days=1)
            falls[fall, documents[unit_id] if ran_out else ""].append(unit_id)
    for (fall, document), units in sorted(falls.items()):
        facts = {"on": fall.isoformat(), "document_number": document}
        tasks.units_fallen(session, SYSTEM, units, facts=facts, today=today, unless_since=fall)


def _documents(session: Session) -> dict[int, str]:
    """By unit the document of its entrustment; empty where there is none."""
    rows = session.execute(select(Department.id, Department.entrustment_document))
    return {row.id: row.entrustment_document or "" for row in rows}


def _lapsed(session: Session, today: date) -> dict[int, date]:
    """By unit the first day after the last of its earlier grounds: the next may be on record and begin later."""
    last = (DepartmentMandate.department_id, func.max(DepartmentMandate.until_on))
    rows = session.execute(select(*last).where(DepartmentMandate.until_on < today).group_by(last[0]))
    return {unit_id: until_on + timedelta(days=1) for unit_id, until_on in rows if until_on is not None}


def no_subjects(session: Session, today: date) -> frozenset[int]:
    """The units that are no subjects today though they have not ended."""
    stand = standings_on(session, today)
    standing = {one: standing_on(stood, today) for one, stood in stand.items()}
    ended = SubjectStanding.ENDED
    return frozenset(one for one, how in standing.items() if not may_enforce(stand[one], today) and how is not ended)
