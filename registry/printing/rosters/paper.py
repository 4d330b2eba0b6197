"""What stands on each page of a roster, as plain texts: the same for the page imprinted and for the page laid out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any

from registry.printing.rosters.columns import COUNTS, UNIT_COLUMNS, Column
from registry.printing.rosters.marks import Marks, chinese_day
from registry.printing.rosters.planning import NOTHING, TALLIED, Span, Tally, tally_of

SHORT = 16
TEMPLATE_VERSION = "roster-3"
LINES, UNITS = "lines", "units"
NOBODY = "本单位没有纳入本花名册的证件"
TOTAL = "合计"
CARRIED, CARRIED_OVER = "承前页", "过次页"
SCAN, SCAN_DRAFT = "扫码核验：印发时与现在", "扫码查看审验进展（草稿不作核验）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What all pages of one roster share."""

    title: str
    office: str
    filled_on: date
    as_of: str
    locked_at: str  # by the clock of the office; nothing on drafts and on rosters of before it was kept
    marks: Marks
    is_county: bool
    warnings: tuple[str, ...]
    check_url: str

    @property
    def name(self) -> str:
        return f"{self.title}（{self.marks.number}）"


@dataclass(kw_only=True)
class Part:
    """One unit's rows, or the sums of all units; `table` says which of the two.

    Rows are read when they are planned and again when they are drawn, so that a long roster need not lie in memory.
    """

    table: str
    columns: tuple[Column, ...]
    unit: str
    nature: str
    summary: Mapping[str, int]
    read: Callable[[], Sequence[Mapping[str, Any]]]
    counted: int = 0
    heights: list[float] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key, *_ in self.columns)

    def tallies(self, rows: Sequence[Mapping[str, Any]]) -> list[Tally]:
        """What each row counts; the row of totals counts nothing again."""
        if self.table == LINES:
            return [tally_of(row["finding"]) for row in rows]
        return [*map(_tally_of_unit, rows[:-1]), NOTHING]


def paper_of(data: Mapping[str, Any], marks: Marks, check_url: str) -> Paper:
    """The head and foot of a roster from its frozen data."""
    warnings = ["演示数据"] * data["is_demonstration"] + ["草稿（未锁定）"] * marks.is_draft
    return Paper(
        title=data["title"],
        office=data["office"],
        filled_on=date.fromisoformat(data["filled_on"]),
        as_of=data["as_of"],
        locked_at=data.get("locked_at", ""),
        marks=marks,
        is_county=data["department_id"] is None,
        warnings=tuple(warnings),
        check_url=check_url,
    )


def parts_of(data: Mapping[str, Any], columns: tuple[Column, ...]) -> Iterator[Part]:
    """A part for each unit and, of the county, one for the sums of all units."""
    for section in data["sections"]:
        yield Part(
            table=LINES,
            columns=columns,
            unit=section["unit"],
            nature=section["unit_kind"],
            summary=section["summary"],
            read=partial(section.__getitem__, "lines"),
        )
    if data["department_id"] is None:
        summed = {**data["summary"], "place": "", "unit": TOTAL}
        units = [
            {**one["summary"], "place": place, "unit": one["unit"]} for place, one in enumerate(data["sections"], 1)
        ]
        yield Part(
            table=UNITS,
            columns=UNIT_COLUMNS,
            unit=f"{data['county']}（汇总）",
            nature="—",
            summary=data["summary"],
            read=lambda: [*units, summed],
        )


def _tally_of_unit(row: Mapping[str, int]) -> Tally:
    ended = row["withdrawn"] + row["cancelled"]
    open_still = row["due"] - row["reviewed"] + row["next_year"]
    return row["passed"], row["deferred"], row["failed"], ended, open_still


def head_texts(paper: Paper, part: Part, *, is_first: bool) -> dict[str, str]:
    """The texts above the table."""
    if not is_first:
        return {"running": f"{paper.title}　{part.unit}（续）"}
    return {
        "title": paper.title,
        "unit-line": f"单位（盖章）：{part.unit}",
        "nature": f"执法主体性质：{part.nature}",
        "filled": f"填报日期：{chinese_day(paper.filled_on.isoformat())}",
    }


def tally_texts(name: str, label: str, sums: Tally) -> dict[str, str]:
    """The texts of one row of counts."""
    counts = {f"{name}-{place}": f"{word} {sums[place]}" for place, word in enumerate(TALLIED)}
    return {f"{name}-label": label, **counts}


def own_label(part: Part, span: Span) -> str:
    """Which rows the page has; of a table of sums, which units."""
    what = "行" if part.table == LINES else "个单位"
    first, end = span.first + 1, min(span.end, part.counted)
    return f"本页　第{first}—{end}{what}，共{part.counted}{what}" if first <= end else f"本页　共{part.counted}{what}"


def sum_label(*, is_last: bool) -> str:
    """Whether the counts go over to the next page or are the final ones."""
    return TOTAL if is_last else CARRIED_OVER


def closing_texts(part: Part) -> dict[str, str]:
    """The texts of the summary."""
    counts = {f"count-{key}": str(part.summary[key]) for key, _ in COUNTS} if part.table == LINES else {}
    return {**counts, "sums": _sums(part.summary)}


def _sums(summary: Mapping[str, int]) -> str:
    s = summary
    told = (
        f"应审 {s['due']} = 合格 {s['passed']} + 暂缓 {s['deferred']} + 不合格 {s['failed']}"
        f" + 收回 {s['withdrawn']} + 注销 {s['cancelled']}"
    )
    left = s["due"] - s["reviewed"]
    return f"{told} + 尚无审验意见 {left}" if left > 0 else told


def foot_texts(paper: Paper, own: tuple[int, int], whole: tuple[int, int]) -> dict[str, str]:
    """The texts below everything: marks, and the page of the unit and of the whole roster."""
    marks, locked = paper.marks, f"　　锁定于：{paper.locked_at}" if paper.locked_at else ""
    code = f"　　核验码：{marks.spaced_code}" if marks.check_code else ""
    in_whole = f"第{whole[0]}页 共{whole[1]}页"
    return {
        "mark-1": f"编号：{marks.number}{code}",
        "mark-2": f"数据截至：{paper.as_of}{locked}　　版式：{TEMPLATE_VERSION}",
        "mark-3": f"数据校验：{marks.data_sha256[:SHORT]}　　存证链：{marks.trail_head[:SHORT]}",
        "page-1": f"本单位 第{own[0]}页 共{own[1]}页" if paper.is_county else in_whole,
        "page-2": f"全册 {in_whole}" if paper.is_county else "",
        "page-3": SCAN_DRAFT if marks.is_draft else SCAN,
    }
