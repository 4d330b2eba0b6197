"""The year's sums by unit in the browser and on the console."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.cli import commands
from registry.models.papers import Paper, PaperCopy
from registry.rules.papers import PaperKind
from registry.rules.permissions import Role
from tests.web.conftest import Office
from tests.web.test_people import rows_of
from tests.web.test_reviews import CLERK, HEAD, Review, begin, words


@pytest.fixture
def review(office: Office) -> Review:
    return begin(office)


def test_the_sums_of_a_year_are_shown_taken_and_issued(review: Review) -> None:
    clerk = review.client(CLERK)
    page = words(clerk.get("/reports/summary/2021"))
    for said in (*review.names, "Altogether", "应审 4 = 合格 0", "Sums of 2021 by unit"):
        assert said in page
    assert "/reports/summary/2021" in words(clerk.get("/figures?year=2021"))
    book = rows_of(clerk.post("/reports/summary/2021/sums.xlsx"))
    assert (book[0][0], book[3][0]) == ("单位", "合计")
    issued = clerk.post("/reports/summary/2021/paper")
    assert "sums of a year by unit" in words(clerk.get(issued.location))
    assert clerk.post("/reports/summary/2021/paper").location == issued.location


def test_a_unit_sees_its_own_line_and_issues_nothing(review: Review) -> None:
    head = review.client(HEAD, 0)
    page = words(head.get("/reports/summary/2021"))
    assert (review.names[0] in page, review.names[1] in page, "Issue it on paper" in page) == (True, False, False)
    assert head.post("/reports/summary/2021/paper").status_code == 403


def test_a_year_that_no_register_has_leads_to_this_one(office: Office) -> None:
    assert office.client(Role.AUDITOR).get("/reports/summary/99").status_code == 302


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_the_console_writes_the_sums(app: Flask, tmp_path: Path, form: str) -> None:
    begin(Office(app))
    out = tmp_path / f"sums.{form}"
    asked = ["summary", "--year", "2021", "--out", str(out)]
    assert app.test_cli_runner().invoke(commands(lambda: app), asked).exit_code == 0
    assert out.read_bytes()[:4] in (b"%PDF", b"PK\x03\x04")
    with app.extensions["sessions"].reading() as session:
        kinds = session.scalars(select(Paper.kind)).all()
        reasons = session.scalars(select(PaperCopy.reason)).all()
    assert (kinds, reasons) == (([PaperKind.SUMMARY], ["console"]) if form == "pdf" else ([], []))


def test_another_ending_is_wrong_usage(app: Flask, tmp_path: Path) -> None:
    asked = ["summary", "--year", "2021", "--out", str(tmp_path / "sums.csv")]
    result = app.test_cli_runner().invoke(commands(lambda: app), asked)
    assert (result.exit_code, "must end in .pdf or .xlsx" in result.output) == (2, True)
