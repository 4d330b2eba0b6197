"""Files of exam results: sittings announced, results published once. No file brings a certificate with it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.models.exams import ExamResult, ExamSitting
from registry.rules.exams import OUTCOME_WORDS, ExamOutcome, ExamSubject
from registry.rules.permissions import Actor
from registry.services import exams
from registry.services.changes import Tally, in_chunks
from registry.services.exams import ResultEntry, SittingEntry
from registry.services.imports import events
from registry.services.imports.events import Event
from registry.services.imports.matching import Match, people_of
from registry.services.imports.rows import Gathered, Place, place_of
from registry.sheets import Row, alike, without_unit
from registry.words import N_

WHAT = "subject"
SCORE_UNITS = ("分",)
_SCORE = re.compile(r"[+-]?[0-9]+(?:\.[0-9]0*)?")

Entries = Sequence[tuple[Row, ResultEntry]]


def bring_in(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    """Announce what sittings are new and publish their results; every row is checked before one is written."""
    known = people_of(session, gathered, today)
    for row in gathered.table.rows:
        gathered.refuse_later_days(row, "held_on", today)
    results = {id(row): _result(gathered, row, known) for row in gathered.table.rows}
    found = events.gather(gathered, WHAT)
    events.refuse_doubles(gathered, found, known)
    ready = []
    for event in found:
        entries = [(row, entry) for row in event.rows if (entry := results[id(row)]) is not None]
        sitting = _sitting_of(session, actor, gathered, event) if entries and event.facts.held_on <= today else None
        if sitting is not None:
            _check(session, gathered, sitting, entries)
            ready.append((sitting, [entry for _, entry in entries]))
    tally = Tally()
    if not gathered.problems:
        for sitting, of_it in ready:
            tally.add(exams.publish_results(session, actor, sitting=sitting, entries=of_it, batch=batch))
    return tally


def _result(gathered: Gathered, row: Row, known: Mapping[Place, Match]) -> ResultEntry | None:
    """The result of a row, or None when score or person cannot be made out (the problem is told then)."""
    text, person = row.values["score"], known.get(place_of(row))
    if text is None:
        return None
    outcome = OUTCOME_WORDS.get(alike(text), ExamOutcome.SCORED)
    written = without_unit(alike(text), SCORE_UNITS)
    score = Decimal(written) if outcome is ExamOutcome.SCORED and _SCORE.fullmatch(written) else None
    if outcome is ExamOutcome.SCORED and score is None:
        said = N_("%(value)s is no score; write a number with at most one decimal, or 缺考.")
        gathered.complain(row, "score", said, value=text)
        return None
    return None if person is None else ResultEntry(person_id=person.id, score=score, outcome=outcome)


def _sitting_of(session: Session, actor: Actor, gathered: Gathered, event: Event) -> ExamSitting | None:
    """The sitting on record, or a new one; None when the file's code belongs to another one."""
    own_code = _sitting(event).own_code
    near = select(ExamSitting).where(
        or_(ExamSitting.code == own_code, ExamSitting.held_on == event.facts.held_on),
        ExamSitting.withdrawn_on.is_(None),
    )
    there: ExamSitting | None = events.find(gathered, event, own_code, session.scalars(near).all(), WHAT)
    if there is None:
        return exams.announce(session, actor, entry=_sitting(event))
    return there if events.is_it(there, event, WHAT) else None


def _check(session: Session, gathered: Gathered, sitting: ExamSitting, entries: Entries) -> None:
    """Every result that the sitting may not have is told."""
    standing = exams.standing_results(session, sitting.id)
    elsewhere = _elsewhere(session, sitting, [entry.person_id for _, entry in entries])
    for row, entry in entries:
        gathered.complain_of(row, "score", exams.obstacles(sitting, entry, standing))
        if (other := elsewhere.get(entry.person_id)) is not None:
            message = N_("On this day this person sat this subject in another exam on record: %(title)s (%(code)s).")
            gathered.complain(row, "title", message, title=other.title, code=other.code)


def _sitting(event: Event) -> SittingEntry:
    values = event.rows[0].values
    return SittingEntry(
        code=event.code, title=values["title"], subject=ExamSubject(values["subject"]), held_on=values["held_on"]
    )


def _elsewhere(session: Session, sitting: ExamSitting, person_ids: Sequence[int]) -> dict[int, ExamSitting]:
    """Who has a result of the same subject and day in another sitting: the same exam under another title, surely."""
    found: dict[int, ExamSitting] = {}
    for chunk in in_chunks(person_ids):
        rows = session.execute(
            select(ExamResult.person_id, ExamSitting)
            .join(ExamResult.sitting)
            .where(
                ExamSitting.held_on == sitting.held_on,
                ExamSitting.subject == sitting.subject,
                ExamSitting.id != sitting.id,
                ExamResult.person_id.in_(chunk),
                exams.stands(),
            )
        )
        for person_id, other in rows:
            found[person_id] = other
    return found
