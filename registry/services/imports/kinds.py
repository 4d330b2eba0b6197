"""How the rows of each kind of file become acts of the office: checked all at once, then brought in."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from registry.rules.departments import DepartmentKind
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.imports import ImportKind
from registry.rules.people import Duty, Education, Establishment, PoliticalStatus, Rank
from registry.rules.permissions import Action, Actor
from registry.rules.training import TrainingKind, TrainingMode
from registry.services import departments, exams, people, training
from registry.services.changes import Tally
from registry.services.imports.rows import Gathered, people_of, unit_finder
from registry.sheets import Row
from registry.words import N_

Bringing = Callable[[Session, Actor, Gathered, date, str | None], Tally]

ABSENT_WORDS = frozenset({"缺考", "缺", "absent"})
ANNULLED_WORDS = frozenset({"取消", "作废", "作弊", "违纪", "annulled"})


def _departments(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    gathered.refuse_doubles(lambda row: row.values["code"], "code")
    gathered.refuse_doubles(lambda row: row.values["name"], "name")
    known = departments.by_code(session)
    entries = [(row, _department(row)) for row in gathered.table.rows if row.values["kind"]]
    for row, entry in entries:
        found = departments.obstacles(entry, known, [other for _, other in entries])
        gathered.complain_of(row, "entrusting_code" if entry.entrusting_code else "name", found)
    if gathered.problems:
        return Tally()
    return departments.bring_in(session, actor, entries=[entry for _, entry in entries], batch=batch)


def _department(row: Row) -> departments.DepartmentEntry:
    given: dict[str, Any] = {f.name: row.values.get(f.name) for f in fields(departments.DepartmentEntry)}
    return departments.DepartmentEntry(
        **{
            **given,
            "kind": DepartmentKind(given["kind"]),
            "enforcement_field": given["enforcement_field"] or "",
            "enforcement_area": given["enforcement_area"] or "",
        }
    )


def _people(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    gathered.refuse_doubles(lambda row: row.values["identity_number"], "identity_number")
    find = unit_finder(session)
    entries = []
    for row in gathered.table.rows:
        unit = find(row.values["unit"]) if row.values["unit"] else None
        if unit is None and row.values["unit"]:
            gathered.complain(
                row, "unit", N_("No unit of this register has the code or name %(unit)s."), unit=row.values["unit"]
            )
        elif unit is not None and all(row.values[name] for name in ("identity_number", "from_on", "establishment")):
            entries.append((row, _person(row, unit.id)))
    known = people.known_people(session, [entry.identity_number for _, entry in entries])
    for row, entry in entries:
        gathered.complain_of(row, "from_on", people.obstacles(entry, known, today))
    if gathered.problems:
        return Tally()
    return people.bring_in(session, actor, entries=[entry for _, entry in entries], today=today, batch=batch)


def _person(row: Row, department_id: int) -> people.PersonEntry:
    values = row.values
    return people.PersonEntry(
        identity_number=values["identity_number"],
        name=values["name"] or "",
        department_id=department_id,
        from_on=values["from_on"],
        establishment=Establishment(values["establishment"]),
        duty=Duty(values.get("duty") or Duty.ENFORCEMENT),
        rank=Rank(values.get("rank") or Rank.STAFF),
        section=values.get("section") or "",
        post=values.get("post") or "",
        ethnicity=values.get("ethnicity") or "",
        political_status=_word(PoliticalStatus, values.get("political_status")),
        education=_word(Education, values.get("education")),
        major=values.get("major") or "",
        phone=values.get("phone") or "",
        has_law_qualification=values.get("has_law_qualification") == "yes",
    )


def _word(kind: Any, value: str | None) -> Any:
    return kind(value) if value else None


def _training(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    known = people_of(session, gathered)
    rows = [row for row in gathered.table.rows if row.values["kind"] and row.values["held_on"]]
    for row in rows:
        if row.values["held_on"] > today:
            gathered.complain(row, "held_on", N_("%(day)s has not come yet."), day=row.values["held_on"])
        hours = row.values["hours"]
        if hours is not None and not 0 <= hours <= training.MOST_HOURS:
            gathered.complain(row, "hours", N_("Hours lie between 0 and %(most)s."), most=training.MOST_HOURS)
    gathered.refuse_doubles(
        lambda row: (_session(row).own_code, row.values["identity_number"]) if row in rows else None, "identity_number"
    )
    if gathered.problems:
        return Tally()
    tally = Tally()
    for _, group in _grouped(rows, lambda row: _session(row).own_code):
        held = training.hold(session, actor, entry=_session(group[0]))
        entries = [_attendance(row, known[row.values["identity_number"]].id) for row in group]
        _add_up(tally, training.attend(session, actor, training=held, entries=entries, batch=batch))
    return tally


def _session(row: Row) -> training.SessionEntry:
    values = row.values
    kind = TrainingKind(values["kind"])
    usual = TrainingMode.ONLINE if kind is TrainingKind.ONLINE_COMMON_LAW else TrainingMode.IN_PERSON
    return training.SessionEntry(
        code=values.get("code") or "",
        title=values["title"] or "",
        kind=kind,
        mode=TrainingMode(values.get("mode") or usual),
        held_on=values["held_on"],
        ended_on=values.get("ended_on"),
        hours=values["hours"] or Decimal(0),
    )


def _attendance(row: Row, person_id: int) -> training.AttendanceEntry:
    return training.AttendanceEntry(
        person_id=person_id,
        hours=row.values["hours"],
        is_completed=row.values.get("is_completed") != "no",
        completed_on=row.values.get("completed_on"),
    )


def _exam_results(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    known = people_of(session, gathered)
    rows = [row for row in gathered.table.rows if row.values["subject"] and row.values["held_on"]]
    results = {id(row): _result(row, gathered, known) for row in rows}
    gathered.refuse_doubles(
        lambda row: (_sitting(row).own_code, row.values["identity_number"]) if id(row) in results else None,
        "identity_number",
    )
    for row in rows:
        if row.values["held_on"] > today:
            gathered.complain(row, "held_on", N_("%(day)s has not come yet."), day=row.values["held_on"])
    tally = Tally()
    if any(row.values["held_on"] > today for row in rows):
        return tally
    for _, group in _grouped(rows, lambda row: _sitting(row).own_code):
        sitting = exams.announce(session, actor, entry=_sitting(group[0]))
        published = exams.standing_results(session, sitting.id)
        entries = [(row, entry) for row in group if (entry := results[id(row)]) is not None]
        for row, entry in entries:
            gathered.complain_of(row, "score", exams.obstacles(sitting, entry, published))
        if not gathered.problems:
            told = exams.publish_results(session, actor, sitting=sitting, entries=[e for _, e in entries], batch=batch)
            _add_up(tally, told)
    return tally


def _sitting(row: Row) -> exams.SittingEntry:
    return exams.SittingEntry(
        code=row.values.get("code") or "",
        title=row.values["title"] or "",
        subject=ExamSubject(row.values["subject"]),
        held_on=row.values["held_on"],
    )


def _result(row: Row, gathered: Gathered, known: Mapping[str, Any]) -> exams.ResultEntry | None:
    """The result of a row, or None when score or person cannot be made out (the problem is told then)."""
    text, person = row.values["score"], known.get(row.values["identity_number"])
    if text is None:
        return None
    outcome = ExamOutcome.SCORED
    if text in ABSENT_WORDS:
        outcome = ExamOutcome.ABSENT
    elif text in ANNULLED_WORDS:
        outcome = ExamOutcome.ANNULLED
    score = _score(text) if outcome is ExamOutcome.SCORED else None
    if outcome is ExamOutcome.SCORED and score is None:
        gathered.complain(
            row, "score", N_("%(value)s is no score; write a number with at most one decimal, or 缺考."), value=text
        )
        return None
    return None if person is None else exams.ResultEntry(person_id=person.id, score=score, outcome=outcome)


def _score(text: str) -> Decimal | None:
    try:
        score = Decimal(text)
    except InvalidOperation:
        return None
    return score if score.is_finite() and score == round(score, 1) else None


def _grouped(rows: list[Row], key: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    return [(one, list(group)) for one, group in groupby(sorted(rows, key=key), key=key)]


def _add_up(tally: Tally, more: Tally) -> None:
    tally.created += more.created
    tally.updated += more.updated
    tally.unchanged += more.unchanged
    tally.changes += more.changes


BRINGING: Mapping[ImportKind, Bringing] = {
    ImportKind.DEPARTMENTS: _departments,
    ImportKind.PEOPLE: _people,
    ImportKind.TRAINING: _training,
    ImportKind.EXAM_RESULTS: _exam_results,
}
NEEDED: Mapping[ImportKind, Action] = {
    ImportKind.DEPARTMENTS: Action.DEPARTMENT_MANAGE,
    ImportKind.PEOPLE: Action.PERSON_MANAGE,
    ImportKind.TRAINING: Action.TRAINING_MANAGE,
    ImportKind.EXAM_RESULTS: Action.EXAM_MANAGE,
}
