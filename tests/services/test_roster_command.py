"""`registry roster`: the kept roster of a locked review, a draft of an open one, a sentence for anything else."""

from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from registry.cli import commands
from registry.db import transaction
from registry.models.rosters import Roster, RosterCopy
from tests.services.test_rosters import lock, open_review, text_of


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(commands(lambda: app), ["roster", *arguments], prog_name="registry")


def prepare(app: Flask, *, locked: bool) -> list[str]:
    """2021 under review or locked, and the codes of its two units."""
    with transaction(app.extensions["sessions"]) as session:
        campaign, units = open_review(session)
        if locked:
            lock(session, campaign)
        return [unit.code for unit in units]


def test_a_locked_review_gives_the_kept_roster_and_a_line_in_the_ledger(app: Flask, tmp_path: Path) -> None:
    codes = prepare(app, locked=True)
    out = tmp_path / "roster.pdf"
    for _ in range(2):
        assert run(app, "--year", "2021", "--department", codes[1], "--out", str(out)).exit_code == 0
    with app.extensions["sessions"].reading() as session:
        roster = session.scalars(select(Roster).where(Roster.pdf_sha256.is_not(None))).one()
        reasons = session.scalars(select(RosterCopy.reason).where(RosterCopy.roster_id == roster.id)).all()
        assert out.read_bytes() == roster.pdf
    assert reasons == ["console", "console"]
    assert [path.name for path in tmp_path.glob("*roster*")] == ["roster.pdf"]


def test_an_open_review_gives_a_draft(app: Flask, tmp_path: Path) -> None:
    prepare(app, locked=False)
    out = tmp_path / "roster.pdf"
    assert run(app, "--year", "2021", "--out", str(out)).exit_code == 0
    assert "草稿（未锁定）" in text_of(out.read_bytes())


def test_an_unknown_year_or_unit_is_told_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    prepare(app, locked=False)
    out = tmp_path / "roster.xlsx"
    unknown_year = run(app, "--year", "2019", "--out", str(out))
    assert (unknown_year.exit_code, "There is no review of 2019" in unknown_year.output) == (1, True)
    unknown_unit = run(app, "--year", "2021", "--department", "nowhere", "--out", str(out))
    assert (unknown_unit.exit_code, "no unit with the code nowhere" in unknown_unit.output) == (1, True)
    assert not out.exists()


def test_any_other_ending_is_wrong_usage(app: Flask, tmp_path: Path) -> None:
    result = run(app, "--year", "2021", "--out", str(tmp_path / "roster.docx"))
    assert (result.exit_code, "must end in .pdf, .xlsx or .csv" in result.output) == (2, True)
