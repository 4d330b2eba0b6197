"""A bare shell on the register: raw SQL against a cast, with SQLite's foreign keys on or off."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import audit, vault
from registry.db import make_engine
from registry.rules.exams import ExamSubject
from registry.rules.permissions import SYSTEM, Action
from tests.conftest import DATA_KEY, Database
from tests.factories import (
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
)

COMMON, SPECIAL = ExamSubject.COMMON_LAW, ExamSubject.SPECIAL_LAW


class Register:
    """A connection into which raw SQL is written, and the ids of a cast: the holder, the failed, the graduate."""

    def __init__(self, connection: Connection, ids: dict[str, int]) -> None:
        self.connection = connection
        self.ids = dict(ids)

    def run(self, sql: str, **values: Any) -> Any:
        return self.connection.execute(text(sql), {**self.ids, **values})

    def refuses(self, sql: str, **values: Any) -> None:
        """The statement is refused by the database, and nothing of it stays."""
        with pytest.raises(IntegrityError), self.connection.begin_nested():
            self.run(sql, **values)

    def qualify(self, **values: Any) -> str:
        return _insert("qualifications", {**_QUALIFICATION, **values})

    def certify(self, **values: Any) -> str:
        return _insert("certificates", {**_CERTIFICATE, **values})

    def publish(self, **values: Any) -> str:
        return _insert("exam_results", {**_RESULT, **values})


_QUALIFICATION = {
    "id": "901",
    "person_id": ":graduate",
    "kind": "'enforcement'",
    "common_result_id": ":graduate_common",
    "common_subject": "'common_law'",
    "special_result_id": ":graduate_special",
    "special_subject": "'special_law'",
    "passed": "true",
    "policy_id": "1",
    "qualified_on": "'2026-06-01'",
    "created_at": "'2026-06-01 00:00:00'",
}
_CERTIFICATE = {
    "id": "901",
    "kind": "'enforcement'",
    "number": "'99999999999'",
    "check_code": "'RAWRAWRAWRAWRAWR'",
    "person_id": ":graduate",
    "department_id": ":unit",
    "qualification_id": "901",
    "holder_name": "'张三'",
    "field": "''",
    "area": "''",
    "issued_on": "'2026-06-01'",
    "valid_from": "'2026-06-01'",
    "valid_until": "'2031-05-31'",
    "status": "'active'",
    "policy_id": "1",
    "created_at": "'2026-06-01 00:00:00'",
}
_RESULT = {
    "id": "901",
    "sitting_id": ":common_sitting",
    "person_id": ":stranger",
    "department_id": ":unit",
    "subject": "'common_law'",
    "pass_mark": "60.0",
    "outcome": "'scored'",
    "score": "61",
    "passed": "true",
    "created_at": "'2026-06-01 00:00:00'",
}


def _insert(table: str, values: dict[str, Any]) -> str:
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def with_and_without_keys(metafunc: pytest.Metafunc) -> None:
    """Run a test on `register` with foreign keys on, and off where the database has a switch for that."""
    if "register" in metafunc.fixturenames:
        sqlite = metafunc.config.getoption("--database") == "sqlite"
        metafunc.parametrize("register", ["keys on", "keys off"] if sqlite else ["keys on"], indirect=True)


@contextmanager
def made_cast(database: Database) -> Iterator[tuple[Engine, dict[str, int]]]:
    """A database with the cast in it, and the ids; each test rolls back what it writes."""
    url = database.copy()
    engine = make_engine(url)
    with engine.connect() as connection:
        ids = _cast(connection)
        connection.commit()
    yield engine, ids
    engine.dispose()
    database.drop(url)


@contextmanager
def open_register(cast: tuple[Engine, dict[str, int]], keys: str) -> Iterator[Register]:
    """The register as a bare shell sees it; on SQLite also one that never asked for foreign keys."""
    engine, ids = cast
    with engine.connect() as connection:
        if keys == "keys off":
            _forget_keys(connection)
        yield Register(connection, ids)
        connection.rollback()
        connection.invalidate()  # the next test gets a connection that has its keys


def _forget_keys(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    for pragma in ("foreign_keys", "recursive_triggers"):
        driver.execute(f"PRAGMA {pragma}=OFF")
        assert driver.execute(f"PRAGMA {pragma}").fetchone() == (0,)


def _cast(connection: Connection) -> dict[str, int]:
    info = {"vault": vault.Vault.with_key(base64.urlsafe_b64decode(DATA_KEY))}
    with Session(connection, join_transaction_mode="create_savepoint", info=info) as session:
        unit = make_department(session)
        common, special = make_sitting(session, COMMON), make_sitting(session, SPECIAL)
        ids = {"unit": unit.id, "common_sitting": common.id, "special_sitting": special.id}
        for name, scores in {"graduate": (85, 70), "failed": (85, 59), "stranger": ()}.items():
            person = make_person(session, unit)
            ids[name] = person.id
            for sitting, score in zip((common, special), scores, strict=False):
                result = make_result(session, person, sitting, score)
                ids[f"{name}_{'common' if sitting is common else 'special'}"] = result.id
        card = make_certificate(session, make_qualified_person(session, unit))
        ids |= {"holder": card.person_id, "card": card.id, "holder_qualification": card.qualification_id}
        audit.record(session, SYSTEM, Action.CERTIFICATE_ISSUE, card)
        session.commit()
    return ids
