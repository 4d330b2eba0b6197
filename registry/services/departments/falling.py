"""What a change of standing does to certificates: those of units that are subjects no longer are flagged."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import clock
from registry.models.departments import Department
from registry.rules.departments import SubjectStanding, fell_on, may_enforce, standing_on
from registry.rules.permissions import SYSTEM, Actor
from registry.services import tasks
from registry.services.departments.grounds import standings_on

_ENTRUSTED = (Department.id, Department.entrustment_document)


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
    documents = {row.id: row.entrustment_document or "" for row in session.execute(select(*_ENTRUSTED))}
    for unit_id, stood in stand.items():
        if standing_on(stood, today) is not SubjectStanding.ENDED and (fall := fell_on(stood, today)):
            falls[fall, documents[unit_id]].append(unit_id)
    for (fall, document), units in sorted(falls.items()):
        facts = {"on": fall.isoformat(), "document_number": document}
        tasks.units_fallen(session, SYSTEM, units, facts=facts, today=today, unless_since=fall)


def no_subjects(session: Session, today: date) -> frozenset[int]:
    """The units that are no subjects today though they have not ended."""
    stand = standings_on(session, today)
    standing = {one: standing_on(stood, today) for one, stood in stand.items()}
    ended = SubjectStanding.ENDED
    return frozenset(one for one, how in standing.items() if not may_enforce(stand[one], today) and how is not ended)
