"""The year's sums by unit: each number counted from the records, the total their sum, on paper once."""

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from registry.models.departments import Department, LegalReviewer
from registry.models.reviews import ReviewCampaign
from registry.printing import SUM_COLUMNS
from registry.rules import Denied
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import papers, reviews, summaries
from tests.factories import make_certificate, make_department, make_person, make_result, make_sitting
from tests.queries import counted
from tests.services.test_rosters import open_review, text_of

TODAY = date(2022, 1, 10)
HEADINGS = [heading.replace("\n", "") for _, heading, _ in SUM_COLUMNS]


@pytest.fixture
def county(session: Session) -> tuple[ReviewCampaign, list[Department]]:
    """Two units under review, four officers; the first unit has a fifth without anything, who is a legal reviewer."""
    campaign, units = open_review(session, "欧阳持证")
    fifth = make_person(session, units[0])
    session.add(LegalReviewer(person_id=fifth.id, department_id=units[0].id, from_on=date(2021, 1, 1)))
    make_result(session, fifth, make_sitting(session, held_on=date(2021, 9, 1)), 40)
    session.flush()
    return campaign, units


def sums(session: Session, actor: Actor = SYSTEM, year: int = 2021) -> summaries.YearSums:
    return summaries.year_sums(session, actor, year=year, today=TODAY)


def test_each_unit_is_counted_and_the_total_is_their_sum(
    session: Session, county: tuple[ReviewCampaign, list[Department]]
) -> None:
    campaign, units = county
    reviews.accept_proposals(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    found = sums(session)
    first, second = (next(one for one in found.units if one.department_id == unit.id) for unit in units)
    assert (first.officers, first.obliged, first.trained, first.sat, first.exam_passed) == (4, 4, 2, 4, 3)
    assert (first.enforcement, first.supervision, first.reviewers) == (3, 0, 1)
    assert (first.due, first.passed, first.deferred, first.undecided) == (3, 2, 1, 0)
    assert (second.officers, second.trained, second.due, second.passed) == (1, 1, 1, 1)
    assert (found.total.officers, found.total.due) == (5, 4)
    told = first.cells
    assert [told[key] for key in ("training_rate", "exam_rate", "reviewer_share")] == ["50.0%", "75.0%", "25.0%"]
    assert "应审 4 = 合格 3 + 暂缓 1" in found.identity


def test_what_is_not_decided_is_said(session: Session, county: tuple[ReviewCampaign, list[Department]]) -> None:
    found = sums(session)
    assert found.total.undecided == found.total.due == 4
    assert found.identity.endswith("尚无审验意见 4")
    assert "尚无审验意见 3" in [one.cells["remark"] for one in found.units]


def test_certificates_are_counted_as_of_the_last_day_of_the_year(session: Session) -> None:
    card = make_certificate(session, kind=CertificateKind.SUPERVISION, issued_on=date(2021, 6, 1))
    by_year = {year: sums(session, year=year).total.supervision for year in (2020, 2021)}
    assert by_year == {2020: 0, 2021: 1}
    assert card.department_id in {one.department_id for one in sums(session).units}


def test_a_unit_that_ended_stays_while_there_is_something_to_count(
    session: Session, county: tuple[ReviewCampaign, list[Department]]
) -> None:
    _, units = county
    empty = make_department(session, ended_on=date(2021, 5, 1))
    units[1].ended_on = date(2021, 12, 1)
    session.flush()
    shown = {one.department_id: one.cells["remark"] for one in sums(session).units}
    assert empty.id not in shown
    assert shown[units[1].id].startswith("已撤销")


def test_the_sums_ask_as_often_for_many_units_as_for_few(session: Session) -> None:
    asked = []
    for _ in range(2):
        open_units = [make_department(session) for _ in range(3)]
        make_person(session, open_units[0])
        with counted(session.connection()) as sent:
            sums(session)
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 10


def test_the_paper_says_the_sums_and_is_issued_once(
    session: Session, county: tuple[ReviewCampaign, list[Department]]
) -> None:
    paper = summaries.issue(session, SYSTEM, year=2021, today=TODAY)
    assert summaries.issue(session, SYSTEM, year=2021, today=TODAY).id == paper.id
    text = text_of(papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="").content)
    for said in (paper.number, "2021年度行政执法人员培训考试、持证及年度审验汇总表", "合计", county[1][0].name, "盖章"):
        assert said in text
    make_person(session, county[1][1])
    assert summaries.issue(session, SYSTEM, year=2021, today=TODAY).id != paper.id


def test_the_spreadsheet_has_every_column_and_numbers(
    session: Session, county: tuple[ReviewCampaign, list[Department]]
) -> None:
    content = summaries.take_spreadsheet(session, SYSTEM, year=2021, today=TODAY)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == HEADINGS
    total = next(row for row in rows if row[0] == "合计")
    assert total[HEADINGS.index("应审")] == 4


def test_a_units_people_see_their_unit_and_print_nothing(
    session: Session, county: tuple[ReviewCampaign, list[Department]]
) -> None:
    head = Actor(account_id=None, name="", role=Role.UNIT_HEAD, department_id=county[1][1].id)
    assert [one.unit for one in sums(session, head).units] == [county[1][1].name]
    with pytest.raises(Denied):
        summaries.issue(session, head, year=2021, today=TODAY)
