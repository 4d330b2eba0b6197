"""What a change of standing does to certificates: those of units that are subjects no longer are flagged."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.rules.departments import SubjectStanding, may_enforce, standing_on
from registry.rules.permissions import Actor
from registry.services import tasks
from registry.services.departments.grounds import standings_on


def follow_standing(
    session: Session, actor: Actor, department_id: int, *, since: date, document_number: str, today: date
) -> None:
    """Flag the certificates of this unit and of those that it entrusts, as far as they are subjects no longer today.

    What was flagged of those that are again is settled. A unit that has ended is flagged as such.
    """
    session.flush()
    under = select(Department.id).where(Department.entrusting_department_id == department_id).order_by(Department.id)
    affected, stand = [department_id, *session.scalars(under)], standings_on(session, today)
    again = [one for one in affected if may_enforce(stand[one], today)]
    fallen = [
        one for one in affected if one not in again and standing_on(stand[one], today) is not SubjectStanding.ENDED
    ]
    facts = {"on": since.isoformat(), "document_number": document_number}
    tasks.units_fallen(session, actor, fallen, facts=facts, today=today)
    tasks.units_stand_again(session, actor, again, today=today)


def no_subjects(session: Session, today: date) -> frozenset[int]:
    """The units that are no subjects today though they have not ended."""
    stand = standings_on(session, today)
    standing = {one: standing_on(stood, today) for one, stood in stand.items()}
    ended = SubjectStanding.ENDED
    return frozenset(one for one, how in standing.items() if not may_enforce(stand[one], today) and how is not ended)
