"""`registry import KIND FILE`: 0 done, 1 refused with every reason on stderr, 2 used wrongly."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.db import Base
from registry.models.imports import ImportBatch
from registry.models.trail import TrailEntry
from registry.rules.imports import ImportKind
from registry.rules.permissions import Role
from tests.cli.running import run
from tests.services.importing import FILES, LI, PEOPLE, RESULTS, UNITS
from tests.spreadsheets import csv_text, xlsx


def save(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def counts(app: Flask) -> dict[str, int]:
    with app.extensions["sessions"].reading() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_the_four_kinds_are_brought_in_by_the_console(app: Flask, tmp_path: Path) -> None:
    for kind, rows in FILES.items():
        done = run(app, "import", kind.value, save(tmp_path, f"{kind.value}.xlsx", xlsx(rows)))
        assert (done.exit_code, done.stderr) == (0, "")
        assert "New: 2\nChanged: 0\nAs before: 0\nWith problems: 0\nTo decide: 0\nBrought in.\n" in done.stdout

    with app.extensions["sessions"].reading() as session:
        last = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc())).first()
        assert last is not None
        assert (last.actor_name, last.role) == ("console", Role.SYSTEM)


def test_a_rehearsal_writes_nothing_at_all(app: Flask, tmp_path: Path) -> None:
    path, before = save(tmp_path, "units.csv", csv_text(UNITS).encode("gb18030")), counts(app)

    done = run(app, "import", "departments", path, "--dry-run")

    assert done.exit_code == 0
    assert "New: 2" in done.stdout
    assert done.stdout.endswith("Rehearsed: nothing was written.\n")
    assert counts(app) == before


def test_a_refused_file_tells_every_reason_on_stderr_and_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    before = counts(app)
    path = save(tmp_path, "people.xlsx", xlsx([*PEOPLE, ("赵六", "1", "701", "行政编制", "昨天", "", "")]))

    for arguments in ((), ("--dry-run",)):
        done = run(app, "import", "people", path, *arguments)

        assert done.exit_code == 1
        assert len(done.stderr.splitlines()) == 5
        assert "sheet Sheet1, row 4, column 身份证号: An identity number has 18 characters." in done.stderr
        assert "With problems: 3\nTo decide: 0\nRefused: nothing was written.\n" in done.stdout
    assert counts(app) == before


def test_one_object_of_json_tells_all(app: Flask, tmp_path: Path) -> None:
    path = save(tmp_path, "成绩.xlsx", xlsx(RESULTS[:2]))

    done = run(app, "import", "exam-results", path, "--json")
    told = json.loads(done.stdout)

    assert done.exit_code == 1
    assert {name: told[name] for name in ("kind", "file", "status")} == {
        "kind": "exam-results",
        "file": "成绩.xlsx",
        "status": "undecided",
    }
    assert told["counts"] == {"created": 0, "updated": 0, "unchanged": 0, "refused": 0, "undecided": 1}
    [problem] = told["problems"]
    assert {name: problem[name] for name in ("sheet", "row", "column")} == {
        "sheet": "Sheet1",
        "row": 2,
        "column": "身份证号",
    }
    assert problem["reason"].startswith("Nobody with this identity number is registered")
    assert len(told["sha256"]) == 64


def test_the_same_file_again_changes_nothing(app: Flask, tmp_path: Path) -> None:
    path = save(tmp_path, "units.xlsx", xlsx(UNITS))
    first = json.loads(run(app, "import", "departments", path, "--json").stdout)
    before = counts(app)

    again = [run(app, "import", "departments", path, "--json", *more) for more in ((), ("--dry-run",))]

    assert (first["status"], first["counts"]["created"]) == ("confirmed", 2)
    assert [done.exit_code for done in again] == [0, 0]
    told = [json.loads(done.stdout) for done in again]
    none = dict.fromkeys(("created", "updated", "refused", "undecided"), 0)
    assert [one["counts"] for one in told] == [{**none, "unchanged": 2}] * 2
    assert told[0]["said"] == "This very file was brought in before; nothing was changed."
    assert counts(app) == before


def test_reasons_are_in_the_language_of_the_console(app: Flask, tmp_path: Path) -> None:
    later = ("701", "郏县水利局", "行政机关", "2199-01-01", "")
    path = save(tmp_path, "units.xlsx", xlsx([UNITS[0], later]))

    assert "2199-01-01 has not come yet." in run(app, "import", "departments", path).stderr
    for chinese in ("zh_CN.UTF-8", "C"):
        assert "2199-01-01尚未到来。" in run(app, "import", "departments", path, language=chinese).stderr


def test_no_identity_number_is_told(app: Flask, tmp_path: Path) -> None:
    run(app, "import", "departments", save(tmp_path, "units.xlsx", xlsx(UNITS)))
    path = save(tmp_path, "people.xlsx", xlsx([*PEOPLE, PEOPLE[2]]))

    done = run(app, "import", "people", path, "--json")

    assert done.exit_code == 1
    assert LI not in done.output


@pytest.mark.parametrize("arguments", [("people",), ("people", "nowhere.xlsx"), ("cats", "."), ("people", ".")])
def test_wrong_usage_is_two(app: Flask, arguments: tuple[str, ...]) -> None:
    assert run(app, "import", *arguments).exit_code == 2


@pytest.mark.nodb
@pytest.mark.parametrize("kind", list(ImportKind))
def test_any_other_file_is_refused_with_a_sentence(app: Flask, tmp_path: Path, kind: ImportKind) -> None:
    done = run(app, "import", kind.value, save(tmp_path, "photo.xlsx", b"\xff\xd8\xff\xe0JFIF"))

    assert (done.exit_code, done.stderr) == (1, "This is no spreadsheet. Send .xlsx, .xls, .ods or .csv.\n")


def test_a_batch_of_the_console_has_no_account(app: Flask, tmp_path: Path) -> None:
    run(app, "import", "departments", save(tmp_path, "units.xlsx", xlsx(UNITS)))

    with app.extensions["sessions"].reading() as session:
        batch = session.scalars(select(ImportBatch)).one()
        assert (batch.account_id, batch.filename, batch.created_count) == (None, "units.xlsx", 2)
