"""A campaign in a real browser: opened, attested, decided, made up, closed, locked, printed twice, then corrected."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry import clock
from registry.db import transaction
from registry.models.people import AnnualAssessment, Person
from registry.models.reviews import ReviewItem
from registry.models.rosters import Roster
from registry.rules.people import Assessment, EndReason
from registry.rules.permissions import SYSTEM, Role
from registry.rules.reviews import ReviewFinding
from registry.services import accounts, people
from tests.browser.conftest import Site, agree, sign_in
from tests.factories import make_certificate, make_department, make_qualified_person, make_training
from tests.reading_back import misread, pages_of

pytestmark = pytest.mark.browser

PASSWORD = "keeps-the-register"
TODAY = clock.today()
NAMES = ("赵合格", "钱合格", "孙变动", "李待训", "周离岗")
CLERK, CHIEF, HEAD, AUDITOR = Role.BUREAU_CLERK, Role.BUREAU_CHIEF, Role.UNIT_HEAD, Role.AUDITOR
Desks = dict[Role, Page]


@pytest.fixture
def office(site: Site) -> Site:
    """A unit of five: one was not trained, one has left; and somebody in each seat."""
    with transaction(site.sessions) as session:
        unit = make_department(session, name="郏县市场监督管理局")
        for name in NAMES:
            holder = make_qualified_person(session, unit, name=name)
            make_certificate(session, holder, issued_on=date(TODAY.year - 1, 6, 1), valid_until=date(2099, 5, 31))
            if name != "李待训":
                make_training(session, holder, held_on=date(TODAY.year, 1, 1), hours=80)
        gone = {"until_on": date(TODAY.year, 1, 1), "end_reason": EndReason.RETIREMENT}
        people.end_appointment(session, SYSTEM, person_id=holder.id, today=TODAY, **gone)  # type: ignore[arg-type]
        for role in (CLERK, CHIEF, HEAD, AUDITOR):
            of_unit = unit.id if role is HEAD else None
            told = {"username": role.value, "display_name": role.value, "password": PASSWORD}
            accounts.add(session, SYSTEM, **told, role=role, department_id=of_unit)
    return site


@pytest.fixture
def desks(office: Site) -> Iterator[Desks]:
    """A browser for each of the four, signed in."""
    with ExitStack() as stack:
        opened = {}
        for role in (CLERK, CHIEF, HEAD, AUDITOR):
            context = stack.enter_context(office.open())
            opened[role] = context.new_page()
            sign_in(opened[role], role.value, PASSWORD)
        yield opened


def _says(page: Page, words: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(words)


def _open(page: Page) -> None:
    page.get_by_role("link", name="Annual review").click()
    page.get_by_role("link", name="Open a year").first.click()
    page.get_by_role("button", name="Open the review").click()
    _says(page, "Due 5 =")


def _speak_and_attest(page: Page) -> None:
    page.goto("/reviews/1")
    page.get_by_role("link", name="Go through the list").click()
    page.get_by_label("What the unit says of 孙变动").select_option("something changed")
    page.get_by_role("button", name="Save this page").click()
    _says(page, "Say in a few words what changed, or which discipline it was.")
    page.get_by_label("What changed, or which discipline: 孙变动").fill("科室改为执法二中队")
    page.get_by_role("button", name="Save this page").click()
    _says(page, "1 word was taken.")
    agree(page, "All others are in the post")
    _says(page, "4 words were taken.")
    _attest(page)


def _attest(page: Page) -> None:
    page.goto("/reviews/1")
    page.get_by_role("link", name="Attest the list", exact=True).click()
    page.get_by_role("button", name="Attest").click()
    _says(page, "has attested its list")


def _return(page: Page) -> None:
    page.goto("/reviews/1")
    page.get_by_role("link", name="Return the list of 郏县市场监督管理局").click()
    page.get_by_label("What the unit has to put right").fill("周离岗已退休，请核实")
    page.get_by_role("button", name="Return the list").click()
    _says(page, "returned")


def _correct_the_list(page: Page) -> None:
    page.goto("/reviews/1")
    _says(page, "周离岗已退休，请核实")
    page.get_by_role("link", name="Go through the list").click()
    page.get_by_label("What the unit says of 周离岗").select_option("has left")
    page.get_by_role("button", name="Save this page").click()
    _says(page, "1 word was taken.")
    _attest(page)


def _decide(page: Page) -> None:
    """The untrained one singly, two in bulk after a look, the rest as proposed after a look."""
    page.goto("/reviews/1/items?show=exceptions")
    page.get_by_role("link", name="李待训").click()
    page.get_by_role("button", name="Decide and go on").click()
    _says(page, "Decided: 李待训.")
    page.goto("/reviews/1/items?show=exceptions")
    page.get_by_role("checkbox", name="Tick 孙变动").check()
    page.get_by_role("checkbox", name="Tick 周离岗").check()
    page.get_by_role("button", name="Decide …").click()
    _says(page, "2 certificates are ticked")
    page.get_by_role("button", name="Decide 2 certificates").click()
    _says(page, "Decided: 2. Left as they are: 0.")
    page.goto("/reviews/1/acceptance")
    page.get_by_role("button", name="Decide 2 certificates as proposed").click()
    _says(page, "Due 5 = passed 3 + deferred 1 + failed 0 + withdrawn and cancelled 1")


def _make_up_and_close(page: Page) -> None:
    page.get_by_role("link", name="Make-ups").click()
    page.get_by_role("button", name="Look at them again").click()
    page.get_by_role("button", name="Decide 1 certificate: passed").click()
    _says(page, "Decided: 1.")
    page.goto("/reviews/1/close")
    agree(page, "Close the review")
    _says(page, "The review is closed; 0 certificates are left to a person.")


def _lock(page: Page) -> None:
    page.goto("/reviews/1/lock")
    agree(page, "Lock for good")
    page.get_by_role("link", name="Roster of 郏县市场监督管理局").click()


def _taken(page: Page, path: Path) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the PDF").click()
    download.value.save_as(path)
    return path.read_bytes()


def _take_twice(page: Page, downloads: Path) -> bytes:
    first = _taken(page, downloads / "first.pdf")
    page.reload()
    page.get_by_label("What the copy is for").fill("送审计")
    again = _taken(page, downloads / "again.pdf")
    assert again == first
    page.reload()
    ledger = page.locator("table", has_text="Taken by")
    expect(ledger.get_by_role("row")).to_have_count(3)
    expect(ledger.get_by_role("row").nth(1)).to_contain_text("送审计")
    expect(ledger.get_by_role("row").nth(1)).to_contain_text(sha256(first).hexdigest()[:16])
    return first


def _correct(page: Page, downloads: Path) -> str:
    page.reload()
    page.get_by_role("link", name="Make a sheet of corrections").click()
    page.get_by_role("checkbox", name="Correct 赵合格").check()
    page.get_by_label("Why it is corrected").fill("年度考核结果补录")
    page.get_by_label("By which document").fill("郏司〔2026〕9号")
    page.get_by_role("button", name="Make the sheet of corrections").click()
    return "".join(pages_of(_taken(page, downloads / "errata.pdf")))


def test_a_campaign_from_its_opening_to_a_corrected_roster(office: Site, desks: Desks) -> None:
    clerk, chief, head, auditor = (desks[role] for role in (CLERK, CHIEF, HEAD, AUDITOR))

    _open(clerk)
    _speak_and_attest(head)
    _return(clerk)
    _correct_the_list(head)
    _decide(clerk)
    with transaction(office.sessions) as session:
        late = session.scalars(select(Person).where(Person.name == "李待训")).one()
        make_training(session, late, held_on=TODAY, hours=80)
    _make_up_and_close(clerk)
    _lock(chief)
    paper = _take_twice(chief, office.downloads)

    with transaction(office.sessions) as session:
        roster = session.scalars(select(Roster).where(Roster.department_id.is_not(None))).one()
        findings = session.scalars(select(ReviewItem.finding)).all()
        assert misread(roster.data, paper) == []
        code, praised = roster.check_code, session.scalars(select(Person).where(Person.name == "赵合格")).one()
        session.add(AnnualAssessment(person_id=praised.id, year=TODAY.year, grade=Assessment.EXCELLENT))
    assert sorted(findings) == [ReviewFinding.PASSED] * 4 + [ReviewFinding.WITHDRAWN]

    auditor.goto(f"/rosters/code/{code}")
    _says(auditor, "Annual assessment: — → 优秀")
    errata = _correct(chief, office.downloads)
    auditor.reload()
    for said in ("勘误表第1号", "赵合格", "年度考核等次", "优秀", "郏司〔2026〕9号"):
        assert said in errata
    _says(auditor, "The register says today what stands on the roster and its sheets of corrections.")
    _says(auditor, "年度考核结果补录")
