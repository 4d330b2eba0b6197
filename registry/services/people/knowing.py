"""Who is registered already: found by identity number, through its blind index."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, literal, select
from sqlalchemy.orm import Bundle, Session

from registry.db import AnySelect
from registry.models.merges import Merge
from registry.models.people import HELD, Appointment, Person
from registry.services.changes import in_chunks
from registry.services.people.entries import PERSON_FIELDS, POST_FIELDS, SEALED_FIELDS
from registry.vault import vault_of

COMPARED = (
    "id",
    "identity_index",
    "department_id",
    "withdrawn_on",
    *PERSON_FIELDS,
    *(f"{name}_sealed" for name in SEALED_FIELDS),
)
PERSON_ROW: Bundle[Any] = Bundle("person", *(getattr(Person, name) for name in COMPARED))
POST_ROW: Bundle[Any] = Bundle(
    "post", *(getattr(Appointment, name) for name in ("id", "from_on", "end_reason", *POST_FIELDS))
)


@dataclass(frozen=True, slots=True)
class Known:
    """A person already in the register, with the post held now; without one, the latest and its `last_day`.

    From `known_rows` the two are rows with the columns that an entry is compared with, and nothing to change.
    """

    person: Person
    post: Appointment | None
    last_day: date | None = None
    last_post: Appointment | None = None

    @property
    def is_in_error(self) -> bool:
        """Whether the file was opened in error and withdrawn; one that was merged is found as the file that stayed."""
        return self.person.withdrawn_on is not None


def files_of(person_id: int) -> AnySelect:
    """The ids of somebody's file and of all that were merged into it, as a query to look into."""
    files = select(literal(person_id).label("id")).cte("files", recursive=True)
    merged = select(Merge.merged_id).join(files, Merge.kept_id == files.c.id).where(Merge.undone_at.is_(None))
    return select(files.union_all(merged).c.id)


def merged_into(person_ids: Collection[int]) -> CTE:
    """The files merged into these people's, however many times over: `person_id` and the id of such a `file_id`."""
    first = select(Merge.kept_id.label("person_id"), Merge.merged_id.label("file_id"))
    files = first.where(Merge.kept_id.in_(person_ids), Merge.undone_at.is_(None)).cte("merged_into", recursive=True)
    onward = select(files.c.person_id, Merge.merged_id).join(files, Merge.kept_id == files.c.file_id)
    return files.union_all(onward.where(Merge.undone_at.is_(None)))


def bearers_of(index: bytes) -> AnySelect:
    """The file that was opened under an identity number, and those that it was merged into, one after another."""
    files = select(Person.id).where(Person.identity_index == index).cte("bearers", recursive=True)
    onward = select(Merge.kept_id).join(files, Merge.merged_id == files.c.id).where(Merge.undone_at.is_(None))
    return select(files.union_all(onward).c.id)


def known_people(session: Session, identity_numbers: Sequence[str]) -> dict[str, Known]:
    """Who of these is registered, by identity number."""
    return _known(session, identity_numbers, Person, Appointment)


def known_rows(session: Session, identity_numbers: Sequence[str]) -> dict[str, Known]:
    """The same, light enough for a file of everybody."""
    return _known(session, identity_numbers, PERSON_ROW, POST_ROW)


def units_of(session: Session, person_ids: Sequence[int]) -> dict[int, int]:
    """The unit of each of these people, by id."""
    found: dict[int, int] = {}
    for chunk in in_chunks(person_ids):
        rows = session.execute(select(Person.id, Person.department_id).where(Person.id.in_(chunk)))
        found |= {row.id: row.department_id for row in rows}
    return found


def _known(session: Session, identity_numbers: Sequence[str], person_of: Any, post_of: Any) -> dict[str, Known]:
    vault = vault_of(session)
    numbers = {vault.index(number): number for number in identity_numbers}
    found: dict[str, Known] = {}
    for chunk in in_chunks(list(numbers)):
        for known in _with_posts(session, Person.identity_index.in_(chunk), person_of, post_of):
            found[numbers[known.person.identity_index]] = known
    found |= _through_merges(session, found, person_of, post_of)
    return _with_last_posts(session, found, post_of)


def _with_posts(session: Session, which: ColumnElement[bool], person_of: Any, post_of: Any) -> Iterator[Known]:
    rows = session.execute(
        select(person_of, post_of)
        .outerjoin_from(Person, Appointment, (Appointment.person_id == Person.id) & Appointment.until_on.is_(None))
        .where(which)
    )
    for person, post in rows:
        yield Known(person, None if post is None or post.id is None else post)


def _through_merges(session: Session, found: dict[str, Known], person_of: Any, post_of: Any) -> dict[str, Known]:
    """Whoever is found under a file that was merged into another one is found in that one."""
    now = {number: known.person.id for number, known in found.items() if known.person.withdrawn_on is not None}
    onward = dict(now)
    while onward:
        steps: dict[int, int] = {}
        for chunk in in_chunks(sorted(set(onward.values()))):
            merges = select(Merge.merged_id, Merge.kept_id).where(Merge.merged_id.in_(chunk), Merge.undone_at.is_(None))
            steps |= {row.merged_id: row.kept_id for row in session.execute(merges)}
        onward = {number: steps[person_id] for number, person_id in onward.items() if person_id in steps}
        now |= onward
    there: dict[int, Known] = {}
    for chunk in in_chunks(sorted(set(now.values()))):
        there |= {known.person.id: known for known in _with_posts(session, Person.id.in_(chunk), person_of, post_of)}
    return {number: there[person_id] for number, person_id in now.items()}


def _with_last_posts(session: Session, found: dict[str, Known], post_of: Any) -> dict[str, Known]:
    idle = {known.person.id: number for number, known in found.items() if known.post is None}
    for chunk in in_chunks(list(idle)):
        rows = session.execute(
            select(Appointment.person_id, Appointment.until_on, post_of)
            .where(Appointment.person_id.in_(chunk), HELD)
            .order_by(Appointment.person_id, Appointment.from_on)
        )
        for person_id, last_day, post in rows:  # the latest comes last
            found[idle[person_id]] = Known(found[idle[person_id]].person, None, last_day, post)
    return found
