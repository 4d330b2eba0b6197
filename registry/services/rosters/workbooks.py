"""A roster as a spreadsheet: the lines, columns and foot of the paper, a sheet for each unit and one for the sums.

And its rows alone, separated by commas.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from registry import printing
from registry.printing.rosters import chosen
from registry.sheets import Sheet, csv_file, workbook

SUMMARY_TITLE = "汇总"
UNIT = "单位"


def spreadsheet(data: Mapping[str, Any], marks: printing.Marks, columns: Sequence[str] | None = None) -> bytes:
    """The same data give the same bytes; every cell is text, none a formula. `columns` as for paper."""
    foot = _foot(data, marks)
    sections = [_section(section, foot, columns) for section in data["sections"]]
    return workbook([*sections, _summary(data, foot)])


def comma_separated(data: Mapping[str, Any], columns: Sequence[str] | None = None) -> bytes:
    """Every line of every unit under the headings of the paper: byte for byte the file attached to the PDF."""
    keys = [key for key, *_ in chosen(columns)]
    rows = (
        [section["unit"], *(str(line[key]) for key in keys)]
        for section in data["sections"]
        for line in section["lines"]
    )
    return csv_file([UNIT, *headings(columns)], rows)


def _section(section: Mapping[str, Any], foot: Sequence[Sequence[str]], columns: Sequence[str] | None) -> Sheet:
    lines = [[str(line[key]) for key, *_ in chosen(columns)] for line in section["lines"]]
    counts = [[""], [heading for _, heading in printing.COUNTS], _counts(section["summary"])]
    signs = [[""], list(printing.UNIT_SIGNS), list(printing.OFFICE_SIGNS)]
    where = [[""], ["单位（盖章）：", section["unit"], "执法主体性质：", section["unit_kind"]]]
    return Sheet(section["unit"], headings(columns), [*lines, *counts, *signs, *where, *foot])


def _summary(data: Mapping[str, Any], foot: Sequence[Sequence[str]]) -> Sheet:
    titles = ["序号", "单位", *(heading for _, heading in printing.COUNTS)]
    rows = [
        [str(place), section["unit"], *_counts(section["summary"])] for place, section in enumerate(data["sections"], 1)
    ]
    total = ["", "合计", *_counts(data["summary"])]
    return Sheet(SUMMARY_TITLE, titles, [*rows, total, [""], list(printing.OFFICE_SIGNS), *foot])


def headings(columns: Sequence[str] | None = None) -> list[str]:
    """The headings chosen, each on one line; all eighteen when no choice is made."""
    return [heading.replace("\n", "") for _, heading, _ in chosen(columns)]


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
