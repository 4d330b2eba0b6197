"""Training: sessions held, attendance with the unit and rank of the day; a unit's people see their own."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.people import Appointment
from registry.models.trail import TrailEntry
from registry.models.training import Attendance, TrainingSession
from registry.rules import Denied, RuleBroken
from registry.rules.people import EndReason, Establishment, Rank
from registry.rules.permissions import Actor, Role
from registry.rules.training import TrainingKind, TrainingMode
from registry.services import training
from registry.services.training import AttendanceEntry, SessionEntry
from tests.factories import make_department, make_person, make_training

CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
AUDITOR = Actor(account_id=None, name="the auditor", role=Role.AUDITOR)


def entry(**values: object) -> SessionEntry:
    defaults: dict[str, object] = {
        "title": "行政处罚法解读",
        "kind": TrainingKind.LEGAL,
        "mode": TrainingMode.IN_PERSON,
        "held_on": date(2026, 3, 2),
        "hours": Decimal(3),
    }
    return SessionEntry(**{**defaults, **values})  # type: ignore[arg-type]  # the test's own keywords


def trail(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TrailEntry)) or 0


def unit_clerk(department_id: int) -> Actor:
    return Actor(account_id=None, name="unit", role=Role.UNIT_CLERK, department_id=department_id)


def test_a_session_is_recorded_once_and_brought_to_new_values(session: Session) -> None:
    first = training.hold(session, CLERK, entry=entry())
    before = trail(session)
    again = training.hold(session, CLERK, entry=entry())
    assert (again, trail(session)) == (first, before)

    training.hold(session, CLERK, entry=entry(hours=Decimal(4)))

    assert (first.hours, trail(session)) == (4, before + 1)
    assert session.scalar(select(func.count()).select_from(TrainingSession)) == 1


def test_a_session_does_not_end_before_it_begins(session: Session) -> None:
    with pytest.raises(RuleBroken) as refused:
        training.hold(session, CLERK, entry=entry(ended_on=date(2026, 3, 1)))

    assert [violation.code for violation in refused.value.violations] == ["TRAIN-1"]


def test_attendance_keeps_the_unit_and_rank_of_the_day(session: Session) -> None:
    person = make_person(session, rank=Rank.SECTION_CHIEF, since=date(2020, 1, 1))
    old = session.scalars(select(Appointment).where(Appointment.person_id == person.id)).one()
    old.until_on, old.end_reason = date(2026, 2, 28), EndReason.TRANSFER
    session.flush()
    unit = make_department(session)
    session.add(
        Appointment(
            person_id=person.id,
            department_id=unit.id,
            rank=Rank.STAFF,
            establishment=Establishment.ADMINISTRATIVE,
            from_on=date(2026, 3, 1),
        )
    )
    session.flush()

    for day in (date(2026, 2, 28), date(2026, 3, 1)):
        held = training.hold(session, CLERK, entry=entry(held_on=day))
        training.attend(session, CLERK, training=held, entries=[AttendanceEntry(person_id=person.id)])

    kept = session.execute(select(Attendance.department_id, Attendance.rank).order_by(Attendance.id))
    assert [tuple(row) for row in kept] == [(old.department_id, Rank.SECTION_CHIEF), (unit.id, Rank.STAFF)]


def test_hours_and_completion_come_from_the_session_unless_told(session: Session) -> None:
    whole, part = make_person(session), make_person(session)
    held = training.hold(session, CLERK, entry=entry(ended_on=date(2026, 3, 4)))
    entries = [
        AttendanceEntry(person_id=whole.id),
        AttendanceEntry(person_id=part.id, hours=Decimal("1.5"), is_completed=False),
    ]

    tally = training.attend(session, CLERK, training=held, entries=entries)

    kept = session.scalars(select(Attendance).order_by(Attendance.id)).all()
    assert tally.created == 2
    assert [(one.hours, one.is_completed, one.completed_on) for one in kept] == [
        (3, True, date(2026, 3, 4)),
        (Decimal("1.5"), False, None),
    ]


def test_the_same_attendance_again_changes_nothing_and_another_is_taken_over(session: Session) -> None:
    person = make_person(session)
    held = training.hold(session, CLERK, entry=entry())
    training.attend(session, CLERK, training=held, entries=[AttendanceEntry(person_id=person.id)])
    before = trail(session)

    same = training.attend(session, CLERK, training=held, entries=[AttendanceEntry(person_id=person.id)])
    assert (same.unchanged, same.created, trail(session)) == (1, 0, before)
    missed = AttendanceEntry(person_id=person.id, hours=Decimal(1), is_completed=False)
    changed = training.attend(session, CLERK, training=held, entries=[missed])

    assert (changed.updated, trail(session)) == (1, before + 1)
    kept = session.scalars(select(Attendance)).one()
    assert (kept.hours, kept.is_completed, kept.completed_on) == (1, False, None)


def test_the_trail_tells_what_a_line_of_attendance_said_and_says(session: Session) -> None:
    person = make_person(session)
    held = training.hold(session, CLERK, entry=entry())
    training.attend(session, CLERK, training=held, entries=[AttendanceEntry(person_id=person.id)])

    missed = AttendanceEntry(person_id=person.id, hours=Decimal(1), is_completed=False)
    training.attend(session, CLERK, training=held, entries=[missed], batch="import-7")

    told = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc()).limit(1)).one()
    assert (told.subject_id, told.department_id, told.batch) == (held.id, person.department_id, "import-7")
    assert told.facts == {
        "person_id": person.id,
        "hours": ["3.0", "1"],
        "is_completed": ["True", "False"],
        "completed_on": ["2026-03-02", "None"],
    }


def test_only_the_bureau_records_training(session: Session) -> None:
    held = make_training(session)
    for actor in (AUDITOR, unit_clerk(1)):
        with pytest.raises(Denied):
            training.hold(session, actor, entry=entry())
        with pytest.raises(Denied):
            training.attend(session, actor, training=held, entries=[])


def test_a_units_people_see_their_attendance_alone(session: Session) -> None:
    own, other = make_department(session), make_department(session)
    mine = make_person(session, own)
    held = make_training(session, mine, make_person(session, other))
    clerk = unit_clerk(own.id)

    rows, _ = training.attended(session, clerk, session_id=held.id)

    assert [row.attendance.person_id for row in rows] == [mine.id]
    assert training.get(session, clerk, held.id).attended == 1
    assert training.sessions(session, clerk).rows[0].attended == 1
    assert training.get(session, AUDITOR, held.id).attended == 2


def test_attendance_is_read_page_by_page(session: Session) -> None:
    people = [make_person(session) for _ in range(3)]
    held = make_training(session, *people)

    first, after = training.attended(session, AUDITOR, session_id=held.id, size=2)
    rest, end = training.attended(session, AUDITOR, session_id=held.id, size=2, after=after)

    assert [row.attendance.person_id for row in (*first, *rest)] == [person.id for person in people]
    assert end is None


def test_sessions_are_read_by_year_page_by_page_the_latest_first(session: Session) -> None:
    ids = [make_training(session, held_on=day).id for day in (date(2026, 3, 1), date(2026, 3, 1), date(2025, 5, 1))]

    page = training.sessions(session, AUDITOR, size=2)
    rest = training.sessions(session, AUDITOR, size=2, after=page.after)

    assert [row.session.id for row in (*page.rows, *rest.rows)] == [ids[1], ids[0], ids[2]]
    assert rest.after is None
    assert [row.session.id for row in training.sessions(session, AUDITOR, year=2025).rows] == [ids[2]]
    assert training.years(session) == [2026, 2025]
