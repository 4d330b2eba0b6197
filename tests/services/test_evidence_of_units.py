"""What a unit's people do not learn from the bundles that they take about their own."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from registry.models.people import Person
from registry.models.rosters import Roster
from registry.rules.papers import PaperKind
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import auditing, evidence, papers, people
from registry.services.auditing import SampleChoice
from tests.services.test_rosters import URL, lock, open_review

TODAY = date(2022, 3, 1)


@pytest.fixture
def drawn(session: Session) -> tuple[Roster, Person]:
    """A unit's roster, and somebody on it."""
    campaign, _ = open_review(session, "欧阳持证")
    _, unit, _ = lock(session, campaign)
    person = session.get_one(Person, unit.data["sections"][0]["lines"][0]["person_id"])
    return unit, person


def contents(session: Session, person: Person) -> evidence.Contents:
    clerk = Actor(account_id=None, name="clerk", role=Role.UNIT_CLERK, department_id=person.department_id)
    return evidence.contents(session, clerk, person_id=person.id, today=TODAY)


def test_nobody_learns_that_a_sample_drew_them(session: Session, drawn: tuple[Roster, Person]) -> None:
    roster, person = drawn
    choice = SampleChoice(seed="7", size="100%")
    sheet = auditing.issue(session, SYSTEM, roster_id=roster.id, choice=choice, public_url=URL, today=TODAY)

    holds = contents(session, person)

    assert sheet.paper.number not in [one.number for one in holds.kept]
    assert all(one.entry.action != "roster:sample" for one in holds.traces)


def test_what_the_bureau_looked_up_and_for_whom_stays_with_it(session: Session, drawn: tuple[Roster, Person]) -> None:
    _, person = drawn
    people.reveal_identity(session, SYSTEM, person_id=person.id, reason="群众举报核查")
    kind, why = PaperKind.CARD_SHEETS, "问题线索核查"
    papers.issue(
        session, SYSTEM, kind=kind, title="证卡", data={"cards": []}, person_id=person.id, reason=why, today=TODAY
    )

    told = [one.entry.reason for one in contents(session, person).traces]
    whole = evidence.contents(session, SYSTEM, person_id=person.id, today=TODAY).traces

    assert not {"群众举报核查", "问题线索核查"} & set(told)
    assert {"群众举报核查", "问题线索核查"} <= {one.entry.reason for one in whole}
