"""The person on locked rosters: the own line as it was frozen, and the corrections that sheets made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from registry import printing
from registry.models.papers import Paper
from registry.models.reviews import ReviewItem
from registry.models.rosters import Roster, RosterErratum
from registry.rules.permissions import Actor
from registry.services.evidence.enclosing import Kept, roster_of
from registry.services.evidence.gathering import Dossier
from registry.services.evidence.tables import Column, Table
from registry.services.rosters.lines import hash_of

PRINTED = {key: heading.replace("\n", "") for key, heading, *_ in printing.COLUMNS if key not in ("place", "signature")}
NUMBER, PLACE = "花名册编号", "行号"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRosters:
    """The lines as a table, the corrections as another, and the rosters themselves."""

    lines: Table
    corrections: Table
    rosters: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class _Line:
    item: ReviewItem
    roster: Roster
    county: Roster | None
    line: Mapping[str, Any]
    holds: bool


def on_rosters(session: Session, actor: Actor, dossier: Dossier) -> OnRosters:
    """Where the person stands on locked rosters; three queries. The county's data are not read."""
    found = _rosters(session, dossier.items)
    units = {key: roster for key, roster in found.items() if key[1] is not None}
    data = _data(session, [roster.id for roster in units.values()])
    lines = [
        _Line(item, roster, found.get((item.campaign_id, None)), line, hash_of(data[roster.id]) == roster.data_sha256)
        for item in dossier.items
        if (roster := units.get((item.campaign_id, item.department_id))) is not None
        and (line := _line_of(data[roster.id], item.certificate_id)) is not None
    ]
    own = {roster.id: sum(one.roster.id == roster.id for one in lines) for roster in found.values()}
    kept = [roster_of(actor, roster, own[roster.id]) for roster in found.values()]
    return OnRosters(lines=_lines(lines), corrections=_corrections(session, dossier, found), rosters=kept)


def _rosters(session: Session, items: Sequence[ReviewItem]) -> dict[tuple[int, int | None], Roster]:
    """The rosters of the person's reviews: of the unit under review, and the county's; without their data."""
    units = {item.department_id for item in items}
    rows = session.scalars(
        select(Roster)
        .where(
            Roster.campaign_id.in_({item.campaign_id for item in items}),
            or_(Roster.department_id.is_(None), Roster.department_id.in_(units)),
        )
        .order_by(Roster.id)
    )
    pairs = {(item.campaign_id, item.department_id) for item in items} | {(item.campaign_id, None) for item in items}
    return {key: one for one in rows if (key := (one.campaign_id, one.department_id)) in pairs}


def _data(session: Session, roster_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = session.execute(select(Roster.id, Roster.data).where(Roster.id.in_(roster_ids)))
    return {row.id: row.data for row in rows}


def _line_of(data: Mapping[str, Any], certificate_id: int) -> Mapping[str, Any] | None:
    lines = (line for section in data["sections"] for line in section["lines"])
    return next((line for line in lines if line["certificate_id"] == certificate_id), None)


def _lines(lines: Sequence[_Line]) -> Table:
    shown = {"number": 26.0, "finding": 16.0, "remark": 49.0}
    columns = [Column(heading, shown.get(key, 0)) for key, heading in PRINTED.items()]
    return Table(
        file="roster_lines",
        title="花名册所载本人各行",
        columns=(
            Column("年度", 11),
            Column(NUMBER, 48),
            Column(PLACE, 11),
            Column("冻结数据", 13),
            *columns,
            Column("核验码"),
            Column("花名册数据校验值"),
            Column("花名册纸质件校验值"),
            Column("锁定时存证链"),
            Column("全县花名册编号"),
            Column("全县花名册数据校验值"),
            Column("全县花名册纸质件校验值"),
        ),
        rows=[_row(one) for one in lines],
        nothing="没有列入已锁定的花名册。",
        note="花名册载有他人信息的，不附全册；以编号、核验码和校验值与存档花名册核对。" if lines else "",
    )


def _row(one: _Line) -> tuple[Any, ...]:
    county = one.county
    return (
        one.item.campaign.year,
        one.roster.number,
        one.line["place"],
        "相符" if one.holds else "不符",
        *(str(one.line.get(key, "")) for key in PRINTED),
        one.roster.check_code,
        one.roster.data_sha256,
        one.roster.pdf_sha256,
        one.roster.trail_head,
        county.number if county else "",
        county.data_sha256 if county else "",
        county.pdf_sha256 if county else "",
    )


def _corrections(session: Session, dossier: Dossier, found: Mapping[Any, Roster]) -> Table:
    cards, numbers = {one.certificate_id for one in dossier.items}, {one.id: one.number for one in found.values()}
    sheets = session.execute(
        select(RosterErratum.roster_id, Paper)
        .join(Paper, Paper.id == RosterErratum.paper_id)
        .where(RosterErratum.roster_id.in_(numbers))
        .options(undefer(Paper.data))
        .order_by(RosterErratum.id)
    )
    rows = [
        (paper.number, numbers[roster_id], one["number"], *change.values(), one["reason"], one["document"])
        for roster_id, paper in sheets
        for one in paper.data["corrections"]
        if one["certificate_id"] in cards
        for change in _changes(one)
    ]
    return Table(
        file="roster_corrections",
        title="花名册勘误",
        columns=(
            Column("勘误表编号", 36),
            Column(NUMBER),
            Column("证件编号", 26),
            Column("更正项目", 22),
            Column("原登记", 30),
            Column("更正为", 30),
            Column("更正原因", 30),
            Column("依据文件"),
        ),
        rows=rows,
        nothing="所在花名册没有涉及本人的勘误。",
    )


def _changes(one: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{name: change[name] for name in ("heading", "before", "now")} for change in one["changes"]]
