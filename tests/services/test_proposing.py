"""Who needs a sitting in a register of many: a page looks at a bounded number of people, and all are entered apart."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.db import Sessions, transaction
from registry.models.exams import ExamSitting
from registry.models.jobs import Job
from registry.rules import Denied, RuleBroken
from registry.rules.candidates import PROPOSED, Call
from registry.rules.jobs import JobKind
from registry.rules.people import Duty, EndReason, Establishment
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import accounts, exams, people
from registry.services.changes import Tally
from registry.services.exams import needing, proposing
from tests.factories import (
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
)

CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
DAY = date(2026, 4, 18)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every register is one of many people, looked at two at a time."""
    monkeypatch.setattr(needing, "COUNTED", 0)
    monkeypatch.setattr(needing, "LOOKED_AT", 2)


@pytest.fixture
def sessions(app: Flask) -> Sessions:
    found: Sessions = app.extensions["sessions"]
    return found


def needing_it(session: Session) -> ExamSitting:
    """A sitting, and in three units somebody of every kind."""
    sitting, earlier = make_sitting(session, held_on=DAY), make_sitting(session, held_on=date(2026, 1, 9))
    for _ in range(3):
        unit = make_department(session)
        make_person(session, unit, name="安一")
        make_result(session, make_person(session, unit, name="安二"), earlier, 40)
        make_qualified_person(session, unit, name="白三")
        expiring = make_qualified_person(session, unit, name="陈四")
        make_certificate(session, expiring, valid_until=date(2026, 6, 30))
        make_person(session, unit, name="董五", duty=Duty.OTHER)
        make_person(session, unit, name="范六", establishment=Establishment.CONTRACT_WORKER)
    return sitting


def pages(session: Session, sitting: ExamSitting, actor: Actor = CLERK, **asked: object) -> Iterator[exams.Proposals]:
    after: int | None = 0
    while after is not None:
        page = exams.proposals(session, actor, sitting_id=sitting.id, after=after, **asked)  # type: ignore[arg-type]
        after = page.after
        yield page


def shown(session: Session, sitting: ExamSitting, **asked: object) -> list[tuple[int, Call]]:
    return [(one.person_id, one.called.call) for page in pages(session, sitting, **asked) for one in page.rows]


@pytest.mark.parametrize("calls", [PROPOSED, *([one] for one in PROPOSED), [Call.NOT_ELIGIBLE]])
@pytest.mark.parametrize("size", [1, 2, 100])
def test_pages_of_many_show_whom_a_page_of_few_shows(
    session: Session, monkeypatch: pytest.MonkeyPatch, calls: list[Call], size: int
) -> None:
    sitting = needing_it(session)
    few = exams.proposals(session, CLERK, sitting_id=sitting.id, calls=calls)
    assert few.count(*calls) == len(few.rows) > 0

    assert shown(session, sitting, calls=calls, size=size) == [(one.person_id, one.called.call) for one in few.rows]
    monkeypatch.setattr(needing, "COUNTED", 0)
    for looked_at in (1, 4, 100):
        monkeypatch.setattr(needing, "LOOKED_AT", looked_at)
        asked = {"calls": calls, "size": size}
        assert shown(session, sitting, **asked) == [(one.person_id, one.called.call) for one in few.rows]


@pytest.mark.usefixtures("many")
def test_a_page_of_many_ends_where_it_has_looked_enough_and_counts_nobody(session: Session) -> None:
    sitting = needing_it(session)

    first, second, *_rest = pages(session, sitting)

    assert (len(first.rows), first.is_cut, first.counts) == (2, True, None)
    assert (len(second.rows), second.is_cut, second.count(*PROPOSED)) == (0, True, None)
    full = exams.proposals(session, CLERK, sitting_id=sitting.id, size=1)
    assert (len(full.rows), full.is_cut, full.after) == (1, False, full.rows[0].person_id)


@pytest.mark.usefixtures("many")
def test_a_units_people_see_their_own_alone_among_many(session: Session) -> None:
    sitting = needing_it(session)
    every = [one for page in pages(session, sitting) for one in page.rows]
    unit = every[0].department_id
    actor = Actor(account_id=None, name="unit", role=Role.UNIT_CLERK, department_id=unit)

    own = [one for page in pages(session, sitting, actor) for one in page.rows]

    assert own == [one for one in every if one.department_id == unit]
    assert own == [one for page in pages(session, sitting, department_id=unit) for one in page.rows]
    assert exams.entering_jobs(session, actor, sitting_id=sitting.id) == []


def test_whose_post_ends_while_people_are_looked_at_is_left_out(session: Session) -> None:
    sitting, person = make_sitting(session, held_on=DAY), make_person(session)
    asked = proposing.asked_for(session, CLERK, sitting.id, person.department_id)
    found = needing.in_question(session, asked)
    people.end_appointment(
        session, SYSTEM, person_id=person.id, until_on=DAY, end_reason=EndReason.RETIREMENT, today=DAY
    )

    assert [place[-1] for place in found] == [person.id]
    assert proposing._decided(session, asked, found) == []


def test_everybody_proposed_is_entered_at_once_where_few_hold_such_posts(session: Session) -> None:
    sitting = needing_it(session)

    done = exams.enter_proposed(session, CLERK, sitting_id=sitting.id)

    assert isinstance(done, Tally)
    assert (done.created, done.unchanged) == (9, 0)
    assert exams.proposals(session, CLERK, sitting_id=sitting.id).rows == []


@pytest.mark.usefixtures("many")
def test_the_worker_enters_everybody_proposed_of_many_once(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        sitting_id = needing_it(session).id
        job = exams.enter_proposed(session, CLERK, sitting_id=sitting_id)
        same = exams.enter_proposed(session, CLERK, sitting_id=sitting_id)
        assert isinstance(job, Job)
        assert (job, job.kind, job.arguments["unit_id"]) == (same, JobKind.ENTER_PROPOSED, None)
        assert exams.entering_jobs(session, CLERK, sitting_id=sitting_id) == [job]
        assert exams.candidate_count(session, CLERK, sitting_id=sitting_id) == 0
    heard: list[tuple[int, int]] = []

    done = exams.enter_apart(sessions, lambda *told: heard.append(told[:2]), **job.arguments)
    again = exams.enter_apart(sessions, lambda *_told: None, **job.arguments)

    assert (done, again) == ({"entered": 9}, {"entered": 0})
    assert heard[-1] == (len(heard), len(heard))
    with sessions.reading() as session:
        rows = exams.candidates(session, SYSTEM, sitting_id=sitting_id)
        assert [row.department_id for row in rows] == sorted(row.department_id for row in rows)


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.usefixtures("many")
def test_the_worker_enters_with_the_rights_of_today(sessions: Sessions, active: bool) -> None:
    with transaction(sessions) as session:
        sitting_id, seat = needing_it(session).id, {"display_name": "王丽", "role": Role.BUREAU_CLERK}
        clerk = accounts.add(session, SYSTEM, username=f"wang{active}", password="correct-horse-1", **seat)
        accounts.set_active(session, SYSTEM, account_id=clerk.id, active=active, reason="调离")
        own = {"sitting_id": sitting_id, "unit_id": None, "account_id": clerk.id}
    with nullcontext() if active else pytest.raises(Denied):
        exams.enter_apart(sessions, lambda *_told: None, **own)

    with sessions.reading() as session:
        assert exams.candidate_count(session, SYSTEM, sitting_id=sitting_id) == (9 if active else 0)


@pytest.mark.usefixtures("many")
def test_nobody_is_entered_apart_after_publication(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        sitting = needing_it(session)
        make_result(session, make_person(session), sitting)
        with pytest.raises(RuleBroken, match="published"):
            exams.enter_proposed(session, CLERK, sitting_id=sitting.id)
        own = {"sitting_id": sitting.id, "unit_id": None, "account_id": None}

    with pytest.raises(RuleBroken, match="published"):
        exams.enter_apart(sessions, lambda *_told: None, **own)
