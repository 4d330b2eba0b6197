"""Headings that the registry does not know by themselves: shown, and read as somebody says."""

import pytest

from registry.sheets import Column, Kind, Unreadable, headings, read, with_problems
from registry.sheets.problems import Problem
from tests.factories import identity_number
from tests.spreadsheets import cells, xlsx

pytestmark = pytest.mark.nodb

COLUMNS = (
    Column(name="name", title="姓名"),
    Column(name="identity", title="身份证号", aliases=("身份证号码",), kind=Kind.IDENTITY),
    Column(name="unit", title="单位", aliases=("单位名称",)),
    Column(name="note", title="备注", required=False, blank_allowed=True),
)
STRANGE = [["名册"], ["姓 名", "证件", "科室", "备注"], ["王小明", identity_number(11), "水利局", "甲"]]
MEANT = {"证件": "identity", "科室": "unit"}


def test_headings_nobody_knows_are_shown_with_what_stands_below_them() -> None:
    (sheet,) = headings(xlsx(STRANGE), "", COLUMNS)

    assert (sheet.sheet, sheet.headings) == ("Sheet1", ["姓名", "证件", "科室", "备注"])
    assert sheet.taken == {"姓名": "name", "备注": "note"}
    assert sheet.missing == ["身份证号", "单位"]
    assert sheet.samples["科室"] == ["水利局"]
    assert identity_number(11) not in sheet.samples["证件"]
    assert sheet.samples["证件"][0].endswith(identity_number(11)[-4:])


def test_a_file_is_read_as_somebody_says_its_headings_are_meant() -> None:
    table = read(xlsx(STRANGE), "", COLUMNS, MEANT)

    assert table.rows[0].values == {"name": "王小明", "identity": identity_number(11), "unit": "水利局", "note": "甲"}
    assert table.ignored == ()
    assert headings(xlsx(STRANGE), "", COLUMNS, MEANT)[0].missing == []


def test_what_somebody_says_wins_over_the_usual_names_and_may_leave_a_column_out() -> None:
    content = xlsx(
        [["姓名", "曾用名", "身份证号", "单位", "备注"], ["王小明", "王明", identity_number(11), "水利局", "甲"]]
    )

    table = read(content, "", COLUMNS, {"曾 用 名（旧）": "name", "备注": None})

    assert (table.rows[0].values["name"], table.rows[0].values["note"]) == ("王明", None)
    assert table.ignored == ("姓名", "备注")


def test_two_headings_meant_for_one_column_are_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read(xlsx(STRANGE), "", COLUMNS, {**MEANT, "备注": "unit"})

    assert [problem.column for problem in refused.value.problems] == ["科室"]


def test_where_no_heading_is_known_the_row_with_the_most_words_is_shown() -> None:
    found = headings(xlsx([["名册", None, None], ["甲", "乙", "丙"], ["一", "二", "三"]], Leer=[]), "", COLUMNS)

    assert [(one.sheet, one.headings, one.taken) for one in found] == [("Sheet1", ["甲", "乙", "丙"], {})]


def test_a_file_read_as_somebody_says_comes_back_with_its_problems_beside_the_headings() -> None:
    problem = Problem(message="坏", sheet="Sheet1", row=3, column="科室")

    back = cells(with_problems(xlsx(STRANGE), "", COLUMNS, [problem], MEANT))

    assert [row[-1] for row in back] == ["", "问题", "科室：坏"]
