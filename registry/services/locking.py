"""People held while an act about their certificates is asked of the law and written.

Everybody locks in one order, so that nobody waits for somebody who waits for him: people by their ids, then
applications, certificates, number series, exam results, and the end of the trail last.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.people import Person
from registry.services.changes import in_chunks


def hold_people(session: Session, person_ids: Iterable[int]) -> None:
    """Lock these people: no career, disqualification, application or certificate of theirs moves meanwhile."""
    for chunk in in_chunks(sorted(set(person_ids))):
        these = select(Person.id).where(Person.id.in_(chunk)).order_by(Person.id)
        session.execute(these.with_for_update(key_share=True)).all()
