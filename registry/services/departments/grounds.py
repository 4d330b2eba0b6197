"""What units stood on, on any day: the present confirmation or entrustment and all that came before it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.departments import Department, DepartmentMandate
from registry.rules.departments import DepartmentKind, Standing, ground_on, while_of_kind
from registry.services.departments.mandates import replaced
from registry.services.departments.profiles import units_on

Ground: TypeAlias = tuple[Standing, str]  # with its document
ENTRUSTED = DepartmentKind.ENTRUSTED_ORGANISATION


def standings_on(session: Session, day: date) -> dict[int, Standing]:
    """What every unit's standing rested on that day, by id, whatever took its place since (`ground_on`). Two queries.

    Units bear the names of now, since what is asked of a day may be printed today.
    """
    units, earlier = units_on(session, day), defaultdict(list)
    for mandate in session.scalars(select(DepartmentMandate)):
        earlier[mandate.department_id].append(mandate)
    called = {unit.id: unit.name for unit in units}
    return {
        unit.id: ground_on([one for one, _ in grounds(unit, profile.kind, earlier[unit.id], called)], day)
        for unit, profile in units.items()
    }


def grounds(
    unit: Department, kind: DepartmentKind, earlier: Sequence[DepartmentMandate], called: Mapping[int, str]
) -> list[Ground]:
    """Every confirmation or entrustment of a unit, the present one first, for what it was on the day."""
    now = while_of_kind(_present(unit, called), kind)
    document = unit.entrustment_document if kind is ENTRUSTED else None
    before = [(_earlier(now, one, called), one.document_number) for one in replaced(unit, earlier)]
    return [(now, document or unit.confirmation_notice or ""), *before]


def _present(unit: Department, called: Mapping[int, str]) -> Standing:
    """The latest confirmation and entrustment of a unit."""
    return Standing(
        name=called[unit.id],
        kind=unit.kind,
        confirmed_on=unit.confirmed_on,
        confirmation_notice=unit.confirmation_notice,
        entrusting_name=called.get(unit.entrusting_department_id or 0),
        entrusted_from=unit.entrusted_from,
        entrusted_until=unit.entrusted_until,
        withdrawn_on=unit.withdrawn_on,
        ended_on=unit.ended_on,
    )


def _earlier(now: Standing, mandate: DepartmentMandate, called: Mapping[int, str]) -> Standing:
    """An earlier mandate as it stood: a confirmation ended by its withdrawal, an entrustment by its last day."""
    if mandate.entrusting_department_id is not None:
        return Standing(
            name=now.name,
            kind=ENTRUSTED,
            confirmed_on=None,
            confirmation_notice=None,
            entrusting_name=called[mandate.entrusting_department_id],
            entrusted_from=mandate.from_on,
            entrusted_until=mandate.until_on,
            ended_on=now.ended_on,
        )
    return Standing(
        name=now.name,
        kind=DepartmentKind.ADMINISTRATIVE_ORGAN if now.kind is ENTRUSTED else now.kind,
        confirmed_on=mandate.from_on,
        confirmation_notice=mandate.document_number,
        withdrawn_on=mandate.until_on + timedelta(days=1) if mandate.until_on else None,
        ended_on=now.ended_on,
    )
