"""The demonstration county: invented, deterministic, brought in by the procedures of real work."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from registry.demo import cast, ground, road, year2021, year2026
from registry.demo.crowd import crowd
from registry.demo.stage import Stage
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import accounts, departments, offices


@dataclass(frozen=True, slots=True)
class Seat:
    """A sign-in of the demonstration county."""

    title: str
    username: str
    password: str
    role: Role
    name: str
    unit_code: str | None = None


SEATS: tuple[Seat, ...] = (
    Seat("系统管理员", "admin", "guanli-yuan-01", Role.ADMINISTRATOR, "管理员"),
    Seat("司法局经办人", "clerk", "jingban-ren-02", Role.BUREAU_CLERK, "周经办"),
    Seat("司法局负责人", "chief", "fuze-ren-03", Role.BUREAU_CHIEF, "郑局长"),
    Seat("单位负责人", "head", "danwei-fuze-04", Role.UNIT_HEAD, "李局长（市场监管）", "001"),
    Seat("单位管理员", "unit", "danwei-guanli-05", Role.UNIT_CLERK, "孙管理员（市场监管）", "001"),
    Seat("审计员", "auditor", "shenji-yuan-06", Role.AUDITOR, "吴审计"),
)

REFORMED_ON, BEFORE_THE_REFORM = date(2020, 9, 1), "工商行政管理"  # of the first unit


def load(session: Session, *, today: date) -> None:
    """Bring in the county with its year 2021 complete; the renewal of 2026 and its recruits, once those have come."""
    offices.mark_as_demonstration(session)
    units = cast.units()
    first, *others = (_department(unit) for unit in units)
    before = replace(first, enforcement_field=BEFORE_THE_REFORM)
    departments.bring_in(session, SYSTEM, entries=[before, *others], today=today)
    after = replace(first, changed_on=REFORMED_ON)
    departments.change(session, SYSTEM, entry=after, reason="机构改革，郏编〔2020〕15号", today=today)
    ids = {code: unit.id for code, unit in departments.by_code(session).items()}
    stage, figures = Stage(session, {}), crowd(units, ids)
    year2021.play(stage, figures)
    if today >= year2026.BEGINS:
        year2026.play(stage, figures, units, ids)
    if today >= year2026.REVIEW_OPENED:
        year2026.open_review(stage, ids)
    seats = {seat.role: _open_account(session, seat, ids) for seat in SEATS}
    if today >= road.TODAY:
        road.play(stage, units, ids, seats)
    if today >= ground.DAY:
        ground.play(stage, figures, units, ids)


def _department(unit: cast.Unit) -> departments.DepartmentEntry:
    return departments.DepartmentEntry(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        confirmation_notice=f"郏政公告〔2019〕{int(unit.code)}号",
        confirmed_on=date(2019, 5, 20),
        enforcement_field=unit.field,
        enforcement_area="郏县"
        if "乡" not in unit.name and "镇" not in unit.name
        else unit.name.removesuffix("人民政府"),
        legal_review_section="法制股" if unit.supervisors > 0 and unit.officers > 8 else "综合法制办",
    )


def _open_account(session: Session, seat: Seat, ids: dict[str, int]) -> Actor:
    account = accounts.add(
        session,
        SYSTEM,
        username=seat.username,
        display_name=seat.name,
        password=seat.password,
        role=seat.role,
        department_id=ids[seat.unit_code] if seat.unit_code else None,
    )
    return accounts.actor_of(account)
