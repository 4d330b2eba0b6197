"""The least that bringing in people can be: the file read, numbers sealed, rows inserted. Nothing is checked."""

from pathlib import Path
from typing import Any

from python_calamine import load_workbook
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from registry import clock
from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.rules.imports import ImportKind
from registry.rules.people import birth_date_of, masked, sex_of
from registry.services.imports import LAYOUTS
from registry.services.imports.layouts import YES_NO
from registry.services.people.entries import SEALED_FIELDS
from registry.services.pinyin import name_initials, name_pinyin
from registry.sheets import Kind
from registry.vault import Vault, vault_of

PEOPLE = LAYOUTS[ImportKind.PEOPLE]
OF_THE_PERSON = frozenset(Person.__table__.columns.keys())
OF_THE_POST = frozenset(Appointment.__table__.columns.keys())


def bring_in_bare(session: Session, file: Path) -> int:
    """Insert everybody of a file whose columns are those of the layout, in its order; how many there were."""
    cells = load_workbook(str(file)).get_sheet_by_index(0).to_python()[2:]
    units = dict(session.execute(select(Department.name, Department.id)).tuples().all())
    rows = [_row(one) for one in cells]
    people = [_person(row, number, units, vault_of(session)) for number, row in enumerate(rows, 1)]
    posts = [_post(row, number, units) for number, row in enumerate(rows, 1)]
    connection = session.connection()
    connection.execute(insert(Person.__table__), people)
    connection.execute(insert(Appointment.__table__), posts)
    return len(rows)


def _row(cells: list[Any]) -> dict[str, Any]:
    row = {
        column.name: column.choices[cell] if column.kind is Kind.CHOICE else cell
        for column, cell in zip(PEOPLE, cells, strict=True)
    }
    for column in PEOPLE:
        if column.choices is YES_NO:
            row[column.name] = row[column.name] == "yes"
    return row


def _person(row: dict[str, Any], id_: int, units: dict[str, int], vault: Vault) -> dict[str, Any]:
    number, name = row["identity_number"], row["name"]
    return {
        "id": id_,
        **{column: value for column, value in row.items() if column in OF_THE_PERSON},
        **{f"{column}_sealed": vault.seal(row[column]) for column in SEALED_FIELDS},
        "name_pinyin": name_pinyin(name),
        "name_initials": name_initials(name),
        "sex": sex_of(number),
        "born_on": birth_date_of(number),
        "identity_sealed": vault.seal(number),
        "identity_index": vault.index(number),
        "identity_masked": masked(number),
        "department_id": units[row["unit"]],
        "created_at": clock.now(),
    }


def _post(row: dict[str, Any], person_id: int, units: dict[str, int]) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "department_id": units[row["unit"]],
        **{column: value for column, value in row.items() if column in OF_THE_POST},
        "created_at": clock.now(),
    }
