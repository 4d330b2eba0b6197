"""A locked roster against the register of today, and the numbered sheets that correct it."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.papers import Paper
from registry.models.people import AnnualAssessment
from registry.models.reviews import ReviewItem
from registry.models.rosters import Roster, RosterErratum
from registry.rules import Denied, RuleBroken
from registry.rules.certificates import CertificateAct, CertificateStatus
from registry.rules.errata import Fate
from registry.rules.people import Assessment
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.reviews import ReviewFinding
from registry.services import departments, errata, papers, reviews
from registry.services.errata import Comparison, Correction
from registry.services.rosters.lines import hash_of
from tests.factories import make_training
from tests.queries import counted
from tests.services.test_rosters import URL, open_review, text_of

REVIEWED, TODAY = date(2022, 1, 10), date(2022, 3, 1)


@pytest.fixture
def rosters(session: Session) -> list[Roster]:
    """The county's roster and those of two units; the first line of the first unit was not trained."""
    campaign, _ = open_review(session)
    reviews.accept_proposals(session, SYSTEM, campaign_id=campaign.id, today=REVIEWED)
    reviews.close(session, SYSTEM, campaign_id=campaign.id, today=REVIEWED)
    reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=REVIEWED)
    return list(session.scalars(select(Roster).order_by(Roster.id)))


def compare(session: Session, roster: Roster) -> Comparison:
    return errata.compared(session, SYSTEM, roster_id=roster.id, today=TODAY)


def cards_of(roster: Roster) -> list[int]:
    return [line["certificate_id"] for section in roster.data["sections"] for line in section["lines"]]


def holder(session: Session, certificate_id: int) -> Certificate:
    return session.get_one(Certificate, certificate_id)


def issue(
    session: Session, roster: Roster, *cards: int, reason: str = "学时漏记", document: str = "郏司〔2022〕3号"
) -> Paper:
    sheet = errata.issue(
        session,
        SYSTEM,
        roster_id=roster.id,
        corrections=[Correction(card) for card in cards],
        reason=reason,
        document=document,
        public_url=URL,
        today=TODAY,
    )
    return session.get_one(Paper, sheet.paper_id)


def train(session: Session, roster: Roster) -> int:
    """The first line's holder turns out to have been trained after all."""
    card = cards_of(roster)[0]
    make_training(session, holder(session, card).person, hours=80)
    return card


def successor_of(session: Session, old: Certificate) -> Certificate:
    """A card that took the place of another within the year, and is on record only now."""
    day, names = date(2021, 12, 1), set(Certificate.__table__.columns.keys()) - {"id", "created_at"}
    same = {name: getattr(old, name) for name in names}
    changed = {"number": "16042599999", "check_code": "CODE99999999", "issued_on": day, "valid_from": day}
    state = {"status": CertificateStatus.ACTIVE, "predecessor_id": old.id}
    new = Certificate(**{**same, **changed, **state})
    session.add(new)
    session.flush()
    issued = CertificatePeriod(
        certificate_id=new.id, status=new.status, act=CertificateAct.ISSUE, from_on=new.issued_on
    )
    session.add(issued)
    session.flush()
    return new


def test_a_register_that_nobody_touched_says_what_was_printed(session: Session, rosters: list[Roster]) -> None:
    for roster in rosters:
        compared = compare(session, roster)
        assert (compared.differing, compared.sums_now) == ([], roster.data["summary"])


def test_a_unit_confirmed_anew_after_the_lock_stood_on_the_day_of_the_review(
    session: Session, rosters: list[Roster]
) -> None:
    own = {"department_id": rosters[1].department_id, "reason": "公告", "today": TODAY}
    departments.withdraw_confirmation(session, SYSTEM, notice="撤销", withdrawn_on=date(2022, 2, 1), **own)
    departments.confirm(session, SYSTEM, notice="公告", confirmed_on=date(2022, 2, 15), **own)

    assert compare(session, rosters[0]).differing == []


def test_a_corrected_record_shows_field_by_field_and_in_the_sums(session: Session, rosters: list[Roster]) -> None:
    card = train(session, rosters[1])
    for roster in rosters[:2]:
        compared = compare(session, roster)
        [line] = compared.differing
        assert line.certificate_id == card
        told = {one.key: (one.before, one.now) for one in line.difference.changes}
        assert told["training"] == ("0/未完成", "80/完成")
        assert told["finding"] == ("暂缓", "合格")
        assert compared.sums_now["passed"] == compared.sums["passed"] + 1
        assert compared.sums_now["untrained"] == compared.sums["untrained"] - 1


def test_lines_left_out_and_lines_too_many_are_told(session: Session, rosters: list[Roster]) -> None:
    old = holder(session, cards_of(rosters[1])[0])
    old.status = CertificateStatus.REPLACED
    session.flush()
    new = successor_of(session, old)
    fates = {one.certificate_id: one.difference.fate for one in compare(session, rosters[1]).differing}
    assert fates == {old.id: Fate.GONE, new.id: Fate.ADDED}
    text = text_of(
        papers.take_copy(session, SYSTEM, paper_id=issue(session, rosters[1], old.id, new.id).id, reason="").content
    )
    assert all(said in text for said in ("不应列入", "未列入", new.number))
    assert compare(session, rosters[1]).differing == []


def test_a_comparison_asks_once_more_for_the_countys_lines_however_many(
    session: Session, rosters: list[Roster]
) -> None:
    asked = []
    for roster in (rosters[2], rosters[0]):
        session.expire_all()
        with counted(session.connection()) as sent:
            compare(session, roster)
        asked.append(len(sent))
    assert asked[0] == asked[1] - 1 <= 8  # the county's lines are those of its units


def test_a_sheet_is_numbered_frozen_and_leaves_the_roster_as_it_was(session: Session, rosters: list[Roster]) -> None:
    before = hash_of(rosters[1].data)
    paper = issue(session, rosters[1], train(session, rosters[1]))
    text = text_of(papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="").content)
    for said in (rosters[1].number, "勘误表", "第1号", "0/未完成", "80/完成", "学时漏记", "郏司〔2022〕3号", "更正后"):
        assert said in text
    session.expire_all()
    assert hash_of(rosters[1].data) == before == rosters[1].data_sha256


def test_what_a_sheet_corrected_no_longer_differs_and_the_next_numbers_on(
    session: Session, rosters: list[Roster]
) -> None:
    card = train(session, rosters[1])
    issue(session, rosters[1], card)
    with pytest.raises(RuleBroken, match="ERR-3"):
        issue(session, rosters[1], card)
    session.add(AnnualAssessment(person_id=holder(session, card).person_id, year=2021, grade=Assessment.EXCELLENT))
    session.flush()
    compared = compare(session, rosters[1])
    assert [[(one.key, one.now) for one in line.difference.changes] for line in compared.differing] == [
        [("assessment", "优秀")]
    ]
    second = issue(session, rosters[1], card, reason="考核补报")
    assert second.data["sums"] is None
    assert [row.sequence for row in errata.of_roster(session, SYSTEM, roster_id=rosters[1].id)] == [2, 1]
    assert compare(session, rosters[1]).sums["passed"] == rosters[1].data["summary"]["passed"] + 1


def test_a_correction_says_why_and_by_which_document(session: Session, rosters: list[Roster]) -> None:
    card = train(session, rosters[1])
    for words in ({"reason": " "}, {"document": ""}):
        with pytest.raises(RuleBroken, match="ERR-2"):
            issue(session, rosters[1], card, **words)
    with pytest.raises(RuleBroken, match="ERR-1"):
        issue(session, rosters[1])
    assert session.scalars(select(RosterErratum)).all() == []


def test_a_clerk_corrects_no_roster_and_a_unit_sees_its_own(session: Session, rosters: list[Roster]) -> None:
    card = train(session, rosters[1])
    clerk = Actor(account_id=None, name="", role=Role.BUREAU_CLERK)
    head = Actor(account_id=None, name="", role=Role.UNIT_HEAD, department_id=rosters[2].department_id)
    asked = {
        "corrections": [Correction(card, "a", "b")],
        "reason": "",
        "document": "",
        "public_url": URL,
        "today": TODAY,
    }
    with pytest.raises(Denied):
        errata.issue(session, clerk, roster_id=rosters[1].id, **asked)  # type: ignore[arg-type]
    for ask in (errata.of_roster, errata.compared):
        more = {"today": TODAY} if ask is errata.compared else {}
        with pytest.raises(Denied):
            ask(session, head, roster_id=rosters[1].id, **more)  # type: ignore[operator]


def test_who_made_up_after_the_year_is_compared_as_of_that_day(session: Session) -> None:
    campaign, _ = open_review(session)
    reviews.accept_proposals(session, SYSTEM, campaign_id=campaign.id, today=REVIEWED)
    late = session.scalars(select(ReviewItem).where(ReviewItem.finding == ReviewFinding.DEFERRED)).one()
    make_training(session, late.person, held_on=date(2022, 1, 20), hours=80)
    reviews.look_again(session, SYSTEM, campaign_id=campaign.id, today=date(2022, 1, 25))
    reviews.close(session, SYSTEM, campaign_id=campaign.id, today=date(2022, 1, 26))
    reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=date(2022, 1, 26))
    county = session.scalars(select(Roster).order_by(Roster.id)).first()
    assert county is not None
    assert county.data["summary"]["passed"] == 3
    assert compare(session, county).differing == []
