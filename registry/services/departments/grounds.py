"""What units stood on, on any day: the present confirmation or entrustment and all that came before it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.departments import Department, DepartmentMandate
from registry.rules.departments import DepartmentKind, Standing, ground_on, while_of_kind
from registry.services.departments.profiles import units_on

Ground: TypeAlias = tuple[Standing, str]  # with its document
ENTRUSTED = DepartmentKind.ENTRUSTED_ORGANISATION
LATEST_FIRST = (DepartmentMandate.from_on.desc(), DepartmentMandate.id.desc())


def standings_on(session: Session, day: date) -> dict[int, Standing]:
    """What every unit's standing rested on that day, by id, whatever took its place since (`ground_on`). Two queries.

    Units bear the names of now, since what is asked of a day may be printed today.
    """
    units, earlier = units_on(session, day), defaultdict(list)
    for mandate in session.scalars(select(DepartmentMandate)):
        earlier[mandate.department_id].append(mandate)
    kinds = {unit: profile.kind for unit, profile in units.items()}
    entrusters = _entrusters(kinds, earlier, {unit.id: unit.name for unit in units})
    return {
        unit.id: ground_on([one for one, _ in _grounds(unit, kind, unit.name, earlier[unit.id], entrusters)], day)
        for unit, kind in kinds.items()
    }


def grounds_of(session: Session, unit: Department, day: date, called: Mapping[int, str]) -> list[Ground]:
    """Every confirmation or entrustment of a unit, the present one first, for what it was on the day; two queries.

    `called` are the names that are printed.
    """
    units, earlier = units_on(session, day), defaultdict(list)
    for mandate in session.scalars(select(DepartmentMandate).order_by(*LATEST_FIRST)):
        earlier[mandate.department_id].append(mandate)
    kinds = {one: profile.kind for one, profile in units.items()}
    entrusters = _entrusters(kinds, earlier, called)
    return _grounds(unit, kinds[unit], called[unit.id], earlier[unit.id], entrusters)


def replaced(unit: Department, kept: Iterable[DepartmentMandate]) -> list[DepartmentMandate]:
    """Those of a unit that another one took the place of for good."""
    in_force = {(unit.confirmation_notice, unit.confirmed_on), (unit.entrustment_document, unit.entrusted_from)}
    return [one for one in kept if (one.document_number, one.from_on) not in in_force]


def _entrusters(
    kinds: Mapping[Department, DepartmentKind],
    earlier: Mapping[int, Sequence[DepartmentMandate]],
    called: Mapping[int, str],
) -> dict[int, tuple[Standing, ...]]:
    """What units that entrust others stood on, by id; an entrusted one has nothing that it could pass on."""
    entrusting = {unit.entrusting_department_id for unit in kinds}
    entrusting |= {one.entrusting_department_id for some in earlier.values() for one in some}
    return {
        unit.id: tuple(one for one, _ in _grounds(unit, kind, called[unit.id], earlier.get(unit.id, ()), {}))
        for unit, kind in kinds.items()
        if unit.id in entrusting
    }


def _grounds(
    unit: Department,
    kind: DepartmentKind,
    name: str,
    earlier: Sequence[DepartmentMandate],
    entrusters: Mapping[int, Sequence[Standing]],
) -> list[Ground]:
    now = while_of_kind(_present(unit, name, entrusters), kind)
    document = unit.entrustment_document if kind is ENTRUSTED else None
    before = [(_earlier(now, one, entrusters), one.document_number) for one in replaced(unit, earlier)]
    return [(now, document or unit.confirmation_notice or ""), *before]


def _present(unit: Department, name: str, entrusters: Mapping[int, Sequence[Standing]]) -> Standing:
    """The latest confirmation and entrustment of a unit."""
    return Standing(
        name=name,
        kind=unit.kind,
        confirmed_on=unit.confirmed_on,
        confirmation_notice=unit.confirmation_notice,
        entruster=entrusters.get(unit.entrusting_department_id or 0, ()),
        entrusted_from=unit.entrusted_from,
        entrusted_until=unit.entrusted_until,
        withdrawn_on=unit.withdrawn_on,
        ended_on=unit.ended_on,
    )


def _earlier(now: Standing, mandate: DepartmentMandate, entrusters: Mapping[int, Sequence[Standing]]) -> Standing:
    """An earlier mandate as it stood: a confirmation ended by its withdrawal, an entrustment by its last day."""
    if mandate.entrusting_department_id is not None:
        return Standing(
            name=now.name,
            kind=ENTRUSTED,
            confirmed_on=None,
            confirmation_notice=None,
            entruster=entrusters.get(mandate.entrusting_department_id, ()),
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
