"""The main job in a real browser: from a spreadsheet of exam results to certificates and a roster on paper."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from registry import clock
from registry.db import transaction
from registry.labels import label
from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.models.reviews import ReviewItem
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM, Role
from registry.services import accounts
from registry.vault import vault_of
from tests.browser.conftest import Site, agree, sign_in
from tests.factories import make_certificate, make_department, make_person, make_qualified_person, make_training

pytestmark = pytest.mark.browser

CLERK, CHIEF = ("clerk", "examines-since-2021"), ("chief", "locks-since-2021")
YEAR = clock.today().year
HEADINGS = ("考试名称", "考试科目", "考试日期", "姓名", "身份证号", "成绩")
SUBJECTS = ("公共法律知识", "专业法律知识")


@pytest.fixture
def office(site: Site) -> Iterator[Site]:
    """A unit with three candidates without any result and one officer who was certified last year."""
    with transaction(site.sessions) as session:
        unit = make_department(session, name="郏县市场监督管理局")
        for name in ("陈合格", "林合格", "王落榜"):
            make_person(session, unit, name=name)
        holder = make_qualified_person(session, unit, name="赵持证")
        make_certificate(session, holder, issued_on=date(YEAR - 1, 6, 1), valid_until=date(YEAR + 4, 5, 31))
        make_training(session, holder, held_on=date(YEAR, 1, 1), hours=80)
        for (name, password), role in ((CLERK, Role.BUREAU_CLERK), (CHIEF, Role.BUREAU_CHIEF)):
            accounts.add(session, SYSTEM, username=name, display_name=name, password=password, role=role)
    return site


@pytest.fixture
def desk(office: Site) -> Iterator[BrowserContext]:
    context = office.open()
    yield context
    context.close()


def _results_file(site: Site) -> Path:
    """What the exam office sends: a title above the headings, both subjects, one candidate below the mark."""
    with site.sessions.reading() as session:
        vault = vault_of(session)
        people = session.scalars(select(Person).where(Person.name.in_(("陈合格", "林合格", "王落榜")))).all()
        numbers = {person.name: vault.open(person.identity_sealed) for person in people}
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([f"{YEAR}年度行政执法资格考试成绩表"])
    sheet.append(list(HEADINGS))
    for name, number in numbers.items():
        for subject in SUBJECTS:
            score = 59 if (name, subject) == ("王落榜", SUBJECTS[1]) else 86
            sheet.append([f"{YEAR}年度行政执法资格考试", subject, date(YEAR, 1, 1), name, number, score])
    path = site.downloads / "成绩.xlsx"
    book.save(path)
    return path


def _send(page: Page, path: Path) -> None:
    page.get_by_role("link", name="Imports").click()
    page.get_by_label("What the file holds").select_option(label="exam results")
    page.get_by_label("File (.xlsx").set_input_files(path)
    page.get_by_role("button", name="Rehearse the file").click()
    agree(page, "Bring it in")
    expect(page.get_by_text("The file is in. Sending it again changes nothing.")).to_be_visible()


def _put_up(page: Page) -> None:
    page.get_by_role("link", name="Exams", exact=True).click()
    page.locator("main table").get_by_role("link").first.click()
    page.get_by_role("link", name="Put up: enforcement certificate").click()
    expect(page.get_by_text("王落榜")).to_be_visible()
    agree(page, "Put up and refuse as shown")
    expect(page.get_by_role("status").first).to_contain_text("2 applications put up, 1 refused")


def _approve(page: Page) -> None:
    page.get_by_role("link", name="Applications", exact=True).click()
    expect(page.get_by_role("link", name="Waits for me (2)")).to_be_visible()
    page.wait_for_load_state()  # with the script by which one box ticks all
    page.get_by_role("checkbox", name="Tick all of this page").check()
    page.get_by_role("button", name="Approve …").click()
    page.get_by_role("button", name="Approve: 2 applications").click()
    expect(page.get_by_role("status").first).to_contain_text("Approve: 2 applications")


def _review(page: Page, downloads: Path) -> Path:
    page.get_by_role("link", name="Annual review").click()
    page.get_by_role("link", name="Open a year").first.click()
    page.get_by_role("button", name="Open the review").click()
    page.get_by_role("link", name="Accept proposals").click()
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("link", name="Close the review").click()
    agree(page, "Close the review")
    page.get_by_role("link", name="Lock the review").click()
    agree(page, "Lock for good")
    page.get_by_role("link", name="Roster of the county").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    path = downloads / "roster.pdf"
    download.value.save_as(path)
    return path


def _text(path: Path) -> str:
    """The words of the paper, without the line ends that the columns make."""
    document = pypdfium2.PdfDocument(path)
    try:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)
    finally:
        document.close()


def test_from_a_spreadsheet_to_certificates_and_a_roster(office: Site, desk: BrowserContext) -> None:
    page = desk.new_page()

    sign_in(page, *CLERK)
    _send(page, _results_file(office))
    _put_up(page)
    page.get_by_role("link", name="Notice of refusal").click()
    expect(page.get_by_role("main")).to_contain_text("59 of at least 60")
    page.get_by_text("clerk").first.click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, *CHIEF)
    _approve(page)
    said = _text(_review(page, office.downloads))

    with office.sessions.reading() as session:
        issued = session.scalars(select(Certificate).where(Certificate.kind == CertificateKind.ENFORCEMENT)).all()
        findings = dict(session.execute(select(ReviewItem.certificate_id, ReviewItem.finding)).all())
    assert {card.holder_name for card in issued} == {"赵持证", "陈合格", "林合格"}
    for card in issued:
        assert card.holder_name in said
        assert card.number in said
        assert label(findings[card.id]) in said or "次年审" in said
    assert "王落榜" not in said
