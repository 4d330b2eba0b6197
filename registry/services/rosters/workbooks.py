"""A roster as a spreadsheet: the lines, columns and foot of the paper, a sheet for each unit and one for the sums."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry import printing
from registry.sheets import Sheet, workbook

SUMMARY_TITLE = "汇总"


def spreadsheet(data: Mapping[str, Any], marks: printing.Marks) -> bytes:
    """The same data give the same bytes; every cell is text, none a formula."""
    foot = _foot(data, marks)
    sections = [_section(section, foot) for section in data["sections"]]
    return workbook([*sections, _summary(data, foot)])


def _section(section: Mapping[str, Any], foot: Sequence[Sequence[str]]) -> Sheet:
    lines = [[str(line[key]) for key, *_ in printing.COLUMNS] for line in section["lines"]]
    counts = [[""], [heading for _, heading in printing.COUNTS], _counts(section["summary"])]
    signs = [[""], list(printing.UNIT_SIGNS), list(printing.OFFICE_SIGNS)]
    where = [[""], ["单位（盖章）：", section["unit"], "执法主体性质：", section["unit_kind"]]]
    return Sheet(section["unit"], headings(), [*lines, *counts, *signs, *where, *foot])


def _summary(data: Mapping[str, Any], foot: Sequence[Sequence[str]]) -> Sheet:
    titles = ["序号", "单位", *(heading for _, heading in printing.COUNTS)]
    rows = [
        [str(place), section["unit"], *_counts(section["summary"])] for place, section in enumerate(data["sections"], 1)
    ]
    total = ["", "合计", *_counts(data["summary"])]
    return Sheet(SUMMARY_TITLE, titles, [*rows, total, [""], list(printing.OFFICE_SIGNS), *foot])


def headings() -> list[str]:
    """The eighteen headings, each on one line."""
    return [heading.replace("\n", "") for _, heading, _ in printing.COLUMNS]


def _counts(summary: Mapping[str, int]) -> list[str]:
    return [str(summary[key]) for key, _ in printing.COUNTS]


def _foot(data: Mapping[str, Any], marks: printing.Marks) -> list[list[str]]:
    warnings = ["演示数据"] * data["is_demonstration"] + ["草稿（未锁定）"] * marks.is_draft
    return [
        [data["title"]],
        ["填报日期：", printing.chinese_day(data["filled_on"])],
        ["数据截至：", printing.chinese_day(data["as_of"])],
        ["编号：", marks.number],
        *([["核验码：", marks.spaced_code]] if marks.check_code else []),
        ["数据校验：", marks.data_sha256],
        ["存证链：", marks.trail_head],
        *([warning] for warning in warnings),
    ]
