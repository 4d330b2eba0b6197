"""A file with errors: read what is wrong, take it back marked, mend it in a spreadsheet, and bring it in."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry.db import transaction
from registry.models.people import Person
from registry.rules.permissions import SYSTEM, Role
from registry.services import accounts
from tests.browser.conftest import Site, agree, sign_in
from tests.factories import identity_number, make_department
from tests.services.importing import PEOPLE
from tests.spreadsheets import xlsx

pytestmark = [pytest.mark.browser, pytest.mark.nodb]  # the files themselves are tested on both databases

PASSWORD = "keeps-the-register"
WRONG = [("周 平", "123", "郏县水利局", "行政编制", "昨天", "", "科员")]


def test_a_file_with_errors_is_mended_from_what_was_downloaded(site: Site) -> None:
    with transaction(site.sessions) as session:
        make_department(session, name="郏县市场监督管理局")
        make_department(session, name="郏县水利局", code="702")
        accounts.add(
            session, SYSTEM, username="clerk", display_name="周经办", password=PASSWORD, role=Role.BUREAU_CLERK
        )
    context = site.open()
    page = context.new_page()
    sign_in(page, "clerk", PASSWORD)
    sent = site.downloads / "人员.xlsx"
    sent.write_bytes(xlsx([("郏县行政执法人员花名册",), (), *PEOPLE, *WRONG]))

    _send(page, sent)
    expect(page.get_by_role("main")).to_contain_text("An identity number has 18 characters.")
    expect(page.get_by_role("main")).to_contain_text("昨天")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the file with a column of problems").click()
    mended = site.downloads / "改.xlsx"
    download.value.save_as(mended)
    _mend(mended)

    _send(page, mended)
    agree(page, "Bring it in")
    expect(page.get_by_role("main")).to_contain_text("The file is in.")
    context.close()
    with transaction(site.sessions) as session:
        assert set(session.scalars(select(Person.name))) == {"王小明", "李红", "周平"}


def _send(page: Page, path: Path) -> None:
    page.goto("/imports?kind=people")
    page.get_by_label("File (.xlsx, .xls, .ods or .csv)").set_input_files(path)
    page.get_by_role("button", name="Rehearse the file").click()
    page.wait_for_url("**/imports/*")


def _mend(path: Path) -> None:
    """As a clerk would, with another program: the problem column says where."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    last = sheet.max_row
    assert "18" in str(sheet.cell(last, sheet.max_column).value)
    sheet.cell(last, 2).value, sheet.cell(last, 5).value = identity_number(703), "2020-01-01"
    book.save(path)
