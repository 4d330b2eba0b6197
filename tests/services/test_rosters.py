"""Rosters on paper and as sheets: what was frozen is what is read back, once and for ever."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster, RosterCopy
from registry.models.trail import TrailEntry
from registry.printing import COLUMNS, fonts
from registry.rules import Denied, RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.departments import DepartmentKind
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.services import departments, reviews, rosters
from registry.services.rosters.lines import hash_of
from tests.factories import make_certificate, make_department, make_qualified_person, make_training

TODAY = date(2022, 1, 10)
URL = "http://registry.example"
UNKNOWN = "\U000323aa"
AUTHORISED = DepartmentKind.AUTHORISED_ORGANISATION


def open_review(session: Session, *names: str) -> tuple[ReviewCampaign, list[Department]]:
    """A review of 2021 over two units; the first has two people and these, the second one."""
    units = [make_department(session) for _ in range(2)]
    people = [make_qualified_person(session, unit) for unit in (units[0], units[0], units[1])]
    people += [make_qualified_person(session, units[0], name=name) for name in names]
    make_training(session, *people[1:], hours=80)
    for person in people:
        make_certificate(session, person, issued_on=date(2021, 5, 1))
    campaign = reviews.open_campaign(session, SYSTEM, year=2021, kind=CertificateKind.ENFORCEMENT, today=TODAY)
    return campaign, units


def lock(session: Session, campaign: ReviewCampaign) -> list[Roster]:
    """Every proposal taken, the review locked; the county's roster first."""
    reviews.accept_proposals(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    reviews.close(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    return list(session.scalars(select(Roster).order_by(Roster.id)))


@contextmanager
def every_font_at_hand() -> Iterator[None]:
    """As long as the operator has added fonts for every character; afterwards they are gone again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "printable_characters", lambda: frozenset(range(sys.maxunicode + 1)))
        patch.setattr(fonts, "_met", set())
        yield


def take(
    session: Session, roster: Roster, form: rosters.Form = "pdf", reason: str = "", actor: Actor = SYSTEM
) -> bytes:
    copy = rosters.take_copy(session, actor, roster_id=roster.id, form=form, reason=reason, public_url=URL)
    return copy.content


def text_of(pdf: bytes) -> str:
    """The text on all pages without the spaces and breaks of the layout."""
    document = pypdfium2.PdfDocument(pdf)
    pages = ["".join(document[place].get_textpage().get_text_range().split()) for place in range(len(document))]
    document.close()
    return "".join(pages)


def texts_of(line: dict[str, object]) -> list[str]:
    return ["".join(str(line[key]).split()) for key, *_ in COLUMNS]


def test_the_paper_says_what_was_frozen(session: Session) -> None:
    campaign, _ = open_review(session, "买买提·阿不都热合曼")
    county, *_ = lock(session, campaign)
    text = text_of(take(session, county))
    for section in rosters.whole(session, county)["sections"]:
        for line in section["lines"]:
            assert "".join(texts_of(line)) in text
    for mark in (county.number, county.data["title"], county.data_sha256[:16], county.trail_head[:16], "第1页共3页"):
        assert mark in text


def test_the_summary_adds_up_and_the_data_are_those_hashed(session: Session) -> None:
    campaign, _ = open_review(session)
    for roster in lock(session, campaign):
        sums = roster.data["summary"]
        parts = ("passed", "deferred", "failed", "withdrawn", "cancelled")
        assert sums["due"] == sums["reviewed"] == sum(sums[part] for part in parts) == roster.line_count
        assert hash_of(roster.data) == roster.data_sha256


def test_a_unit_is_told_by_what_it_was_on_the_day_the_roster_speaks_of(session: Session) -> None:
    campaign, units = open_review(session)
    for unit, since in zip(units, (campaign.as_of_on, TODAY), strict=True):
        entry = replace(departments.on_record(session)[unit.code], kind=AUTHORISED, changed_on=since)
        departments.change(session, SYSTEM, entry=entry, reason="三定", today=TODAY)

    county, *_ = lock(session, campaign)

    told = {section["unit"]: section["unit_kind"] for section in county.data["sections"]}
    assert [told[unit.name] for unit in units] == ["法律法规授权组织", "行政机关"]


def test_a_further_copy_is_the_same_bytes_and_a_new_line_in_the_ledger(session: Session) -> None:
    campaign, _ = open_review(session)
    unit = lock(session, campaign)[1]
    first = take(session, unit)
    assert take(session, unit, reason="存档") == first
    copies = session.scalars(select(RosterCopy).where(RosterCopy.roster_id == unit.id).order_by(RosterCopy.copy_number))
    assert [(copy.copy_number, copy.reason, copy.sha256) for copy in copies] == [
        (1, "", unit.pdf_sha256),
        (2, "存档", unit.pdf_sha256),
    ]
    acts = session.scalars(select(TrailEntry).where(TrailEntry.action == Action.ROSTER_PRINT)).all()
    assert [act.subject_id for act in acts] == [unit.id, unit.id]


def test_a_second_copy_says_what_it_is_for(session: Session) -> None:
    campaign, _ = open_review(session)
    unit = lock(session, campaign)[1]
    take(session, unit, "xlsx")
    with pytest.raises(RuleBroken, match="ROST-1"):
        take(session, unit, "xlsx", reason="  ")


def test_a_name_that_no_font_can_print_stops_with_the_name(session: Session) -> None:
    campaign, _ = open_review(session, f"李{UNKNOWN}")
    with every_font_at_hand():
        county, first, second = lock(session, campaign)
    for roster in (county, first):
        with pytest.raises(RuleBroken, match=f"ROST-2: 李{UNKNOWN}: no font has the character {UNKNOWN}"):
            take(session, roster)
    assert take(session, second).startswith(b"%PDF")
    assert county.pdf_sha256 is None


def test_the_head_of_a_unit_takes_that_units_roster_alone(session: Session) -> None:
    campaign, units = open_review(session)
    county, own, other = lock(session, campaign)
    head = Actor(account_id=None, name="", role=Role.UNIT_HEAD, department_id=units[0].id)
    assert own.department_id == units[0].id
    assert take(session, own, "xlsx", actor=head)
    for foreign in (county, other):
        with pytest.raises(Denied):
            take(session, foreign, "xlsx", actor=head)


def test_the_spreadsheet_has_the_same_lines_as_text(session: Session) -> None:
    campaign, units = open_review(session, "=1+1")
    county = lock(session, campaign)[0]
    content = take(session, county, "xlsx")
    assert take(session, county, "xlsx", reason="核对") == content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == [units[0].name, units[1].name, "汇总"]
    for section in rosters.whole(session, county)["sections"]:
        rows = book.get_sheet_by_name(section["unit"]).to_python()
        assert rows[1 : 1 + len(section["lines"])] == [
            [str(line[key]) for key, *_ in COLUMNS] for line in section["lines"]
        ]
