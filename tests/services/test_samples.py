"""Samples of locked rosters: drawn alike for everybody, kept as numbered sheets."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.auditing import RosterSample
from registry.models.papers import Paper, PaperCopy
from registry.models.rosters import Roster
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.permissions import Action, Actor, Role
from registry.rules.reviews import ReviewFinding
from registry.rules.samples import lot_of
from registry.services import auditing, rosters
from registry.services.auditing import SampleChoice
from tests.services.test_rosters import URL, lock, open_review, text_of

TODAY = date(2022, 3, 1)
AUDITOR = Actor(account_id=None, name="auditor", role=Role.AUDITOR)
TWO = SampleChoice(seed="双色球 20220301", size="2")


@pytest.fixture
def county(session: Session) -> Roster:
    """The county's roster of two units: three lines and one."""
    campaign, _ = open_review(session, "欧阳持证")
    return lock(session, campaign)[0]


def sheet(session: Session, roster: Roster, choice: SampleChoice = TWO, actor: Actor = AUDITOR) -> RosterSample:
    return auditing.issue(session, actor, roster_id=roster.id, choice=choice, public_url=URL, today=TODAY)


def test_the_lines_come_in_the_order_of_their_lots(session: Session, county: Roster) -> None:
    sample = auditing.draw(session, AUDITOR, roster_id=county.id, choice=TWO)

    every = [line["number"] for section in rosters.whole(session, county)["sections"] for line in section["lines"]]
    expected = sorted(every, key=lambda number: lot_of(TWO.seed, county.number, number))[:2]
    assert [one.line.number for one in sample.drawn] == expected
    assert sample.pool == len(every) == 4


def test_a_draw_is_kept_to_a_unit_or_a_finding(session: Session, county: Roster) -> None:
    deferred = SampleChoice(seed="7", size="100%", finding=ReviewFinding.DEFERRED)
    unit = SampleChoice(seed="7", size="100%", unit=county.data["sections"][0]["code"])

    assert [
        one.line.frozen["finding"]
        for one in auditing.draw(session, AUDITOR, roster_id=county.id, choice=deferred).drawn
    ] == ["暂缓"]
    assert auditing.draw(session, AUDITOR, roster_id=county.id, choice=unit).pool == 3


def test_the_sheet_says_how_it_was_drawn_and_is_the_same_ever_after(session: Session, county: Roster) -> None:
    made = sheet(session, county)
    first = auditing.take_copy(session, AUDITOR, sample=made, reason="").content
    again = auditing.take_copy(session, AUDITOR, sample=sheet(session, county), reason="留存").content

    text = text_of(first)
    paper = session.get_one(Paper, made.paper_id)
    for told in (
        paper.number,
        county.number,
        county.data_sha256,
        TWO.seed.replace(" ", ""),
        "取前若干行",
        "共4行",
        "不符事项",
    ):
        assert told in text
    for line in paper.data["lines"]:
        assert line["number"] in text
        assert line["lot"] in text
    assert again == first
    assert [one.reason for one in session.scalars(select(PaperCopy).order_by(PaperCopy.id))] == ["", "留存"]
    assert {
        entry.action for entry in session.scalars(select(TrailEntry).where(TrailEntry.subject_type == "papers"))
    } == {Action.ROSTER_SAMPLE}


def test_the_sheet_of_a_unit_is_not_shown_to_it_beforehand(session: Session, county: Roster) -> None:
    unit = session.scalars(select(Roster).where(Roster.department_id.is_not(None)).order_by(Roster.id)).first()
    assert unit is not None
    head = Actor(account_id=None, name="head", role=Role.UNIT_HEAD, department_id=unit.department_id)

    paper = session.get_one(Paper, sheet(session, unit).paper_id)

    assert paper.department_id is None
    assert auditing.issued(session, head, roster_id=unit.id) == []
    with pytest.raises(Denied):
        auditing.draw(session, head, roster_id=unit.id, choice=TWO)


def test_how_many_is_kept_without_blanks(session: Session, county: Roster) -> None:
    wide = SampleChoice(seed="7", size="5" + " " * 30 + "０％")

    begun = auditing.begin(session, AUDITOR, roster_id=county.id, choice=wide)

    assert (begun.size, begun.expected) == ("50%", 2)
    assert sheet(session, county, wide).size == "50%"


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        pytest.param(SampleChoice(size="2"), "AUD-1", id="no seed"),
        pytest.param(SampleChoice(seed="7", size="some"), "AUD-2", id="no size"),
        pytest.param(SampleChoice(seed="7", size="2", field="no such field"), "AUD-3", id="no line"),
    ],
)
def test_a_sheet_of_nothing_is_refused(session: Session, county: Roster, choice: SampleChoice, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        sheet(session, county, choice)
