"""`registry trail verify`: the chain holds, or the first entry that does not is named."""

from flask import Flask
from sqlalchemy import text

from registry import clock
from registry.db import transaction
from registry.rules.departments import DepartmentKind
from registry.rules.permissions import SYSTEM
from registry.services import departments
from registry.services.departments import DepartmentEntry
from tests.cli.running import run


def act(app: Flask, times: int) -> None:
    with transaction(app.extensions["sessions"]) as session:
        for number in range(times):
            name, kind = f"第{number}局", DepartmentKind.ADMINISTRATIVE_ORGAN
            entry = DepartmentEntry(code=f"7{number}", name=name, kind=kind)
            departments.establish(session, SYSTEM, entry=entry, today=clock.today())


def tamper(app: Flask, *statements: str) -> None:
    """What somebody does who owns the database and first takes its guards away."""
    sqlite = app.extensions["engine"].dialect.name == "sqlite"
    where = "" if sqlite else " ON trail_entries"
    with app.extensions["engine"].begin() as connection:
        for trigger in ("tr_trail_entries_never_changes", "tr_trail_entries_is_never_deleted"):
            connection.execute(text(f"DROP TRIGGER {trigger}{where}"))
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_trail_holds(app: Flask) -> None:
    act(app, 3)

    done = run(app, "trail", "verify")

    assert done.exit_code == 0
    count, _, rest = done.stdout.partition(" entries, head ")
    assert int(count) >= 3
    assert len(rest.strip()) == 64


def test_a_changed_entry_is_named(app: Flask) -> None:
    act(app, 3)
    tamper(app, "UPDATE trail_entries SET reason = 'never' WHERE id = 2")

    done = run(app, "trail", "verify")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "broken at entry 2" in done.stderr


def test_a_missing_entry_is_found(app: Flask) -> None:
    act(app, 3)
    tamper(app, "DELETE FROM trail_entries WHERE id = 2")

    assert "broken at entry 2" in run(app, "trail", "verify").stderr
