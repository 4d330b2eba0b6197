"""Rows below headings, wherever the headings stand and whatever they are called."""

import io

import openpyxl
import pytest

from registry.sheets import Column, Kind, Problem, Unreadable, read, row_count
from tests.factories import identity_number
from tests.spreadsheets import Rows, csv_text, xlsx

pytestmark = pytest.mark.nodb

COLUMNS = (
    Column(name="name", title="姓名", aliases=("人员姓名",)),
    Column(name="identity", title="身份证号", aliases=("身份证号码", "公民身份号码"), kind=Kind.IDENTITY),
    Column(name="unit", title="单位", aliases=("单位名称", "所属单位", "单位编码")),
    Column(name="note", title="备注", required=False, blank_allowed=True, longest=5),
)
HEAD = ["姓名", "身份证号", "单位"]
WANG = ["王小明", identity_number(11), "水利局"]


def problems_of(content: bytes) -> list[Problem]:
    with pytest.raises(Unreadable) as refused:
        read(content, "", COLUMNS)
    return list(refused.value.problems)


def places(problems: list[Problem]) -> list[tuple[str, int | None, str]]:
    return [(problem.sheet, problem.row, problem.column) for problem in problems]


def test_headings_are_found_below_titles_and_rows_keep_their_numbers() -> None:
    table = read(xlsx([["人员名册"], [], ["填报单位：", "水利局"], HEAD, WANG, [], ["", None], WANG, []]), "", COLUMNS)

    assert [(row.number, row.values["name"]) for row in table.rows] == [(5, "王小明"), (8, "王小明")]
    assert table.problems == []


@pytest.mark.parametrize(
    "heading", ["身份证号码", " 身 份 证 号 ", "*身份证号*", "身份证号（18位）", "身份证号：", "公民身份号码"]
)
def test_headings_are_known_by_their_usual_names(heading: str) -> None:
    table = read(xlsx([["人员姓名", heading, "所属单位"], WANG]), "", COLUMNS)

    assert table.rows[0].values["identity"] == identity_number(11)


def test_columns_may_stand_in_any_order_and_strange_ones_are_named() -> None:
    table = read(
        xlsx([["照片", "单位", "姓名", "工龄", "身份证号"], ["x", *WANG[2:], WANG[0], 3, WANG[1]]]), "", COLUMNS
    )

    assert table.rows[0].values == {"name": "王小明", "identity": WANG[1], "unit": "水利局", "note": None}
    assert table.ignored == ("照片", "工龄")


def test_of_two_headings_for_one_column_the_better_counts() -> None:
    table = read(xlsx([["姓名", "身份证号", "单位编码", "单位名称"], [*WANG[:2], "003", "水利局"]]), "", COLUMNS)

    assert (table.rows[0].values["unit"], table.ignored) == ("水利局", ("单位编码",))


def test_the_same_heading_twice_is_refused() -> None:
    found = problems_of(xlsx([[*HEAD, "姓 名"], [*WANG, "李红"]]))

    assert places(found) == [("Sheet1", 1, "姓名")]
    assert "Two columns are named 姓名" in found[0].in_words("en")


def test_every_missing_column_is_told_with_its_place() -> None:
    found = problems_of(xlsx([["名册"], ["姓名", "备注"], ["王小明", ""]], sheet="一月"))

    assert places(found) == [("一月", 2, "身份证号"), ("一月", 2, "单位")]
    assert found[0].in_words("en") == "The column 身份证号 is missing."
    assert found[0].place("en") == "sheet 一月, row 2, column 身份证号"


def test_a_file_without_headings_is_told_which_it_needs() -> None:
    [problem] = problems_of(xlsx([["早"], ["晚"]]))

    assert problem.in_words("en") == "No row of headings was found. The file needs the columns: 姓名、身份证号、单位."


def test_headings_alone_are_no_file() -> None:
    [problem] = problems_of(xlsx([HEAD, [], ["", " "]]))

    assert problem.in_words("en") == "There is no row below the headings."


def test_all_sheets_with_headings_are_read_and_the_others_are_named() -> None:
    content = xlsx([HEAD, WANG], 甲=[HEAD, ["李红", identity_number(12), "水利局"]], 说明=[["请于月底前报送"]], 空=[])

    table = read(content, "", COLUMNS)

    assert [(row.sheet, row.values["name"]) for row in table.rows] == [("Sheet1", "王小明"), ("甲", "李红")]
    assert table.skipped == ("说明",)


def test_a_sheet_that_lacks_a_column_is_not_passed_over_in_silence() -> None:
    found = problems_of(xlsx([HEAD, WANG], 乙=[["姓名", "单位"], ["李红", "水利局"]]))

    assert places(found) == [("乙", 1, "身份证号")]


def test_every_fault_of_every_row_is_told_at_once() -> None:
    rows = [HEAD + ["备注"], ["", "123", "水利局", ""], ["李红", identity_number(12), None, "太长了太长了"]]

    table = read(xlsx(rows), "", COLUMNS)

    assert places(table.problems) == [
        ("Sheet1", 2, "姓名"),
        ("Sheet1", 2, "身份证号"),
        ("Sheet1", 3, "单位"),
        ("Sheet1", 3, "备注"),
    ]


def test_a_problem_shows_a_part_of_an_identity_number_only() -> None:
    wrong = identity_number(12)[:17] + "?"

    table = read(xlsx([HEAD, ["李红", wrong, "水利局"]]), "", COLUMNS)

    assert table.problems[0].value == f"{wrong[:4]}**********{wrong[-4:]}"
    assert wrong not in str(table.problems[0].as_plain())


def test_problems_name_the_heading_as_each_sheet_writes_it() -> None:
    content = xlsx([["姓名", "身份证号码", "单位"], ["李红", "1", "水利局"]], 乙=[HEAD, ["李红", "2", "水利局"]])

    assert [problem.column for problem in read(content, "", COLUMNS).problems] == ["身份证号码", "身份证号"]


def test_rows_of_csv_have_the_numbers_that_a_spreadsheet_shows() -> None:
    table = read(csv_text([["名册"], HEAD, [], WANG[:2]]).encode("gb18030"), "", COLUMNS)

    assert [(problem.row, problem.column) for problem in table.problems] == [(4, "单位")]


def test_rows_are_counted_without_reading_them() -> None:
    assert row_count(xlsx([HEAD, WANG], 乙=[HEAD]), "") == 3
    assert row_count(b"%PDF-", "") == 0


@pytest.mark.parametrize("kind", ["merged", "csv"])
def test_headings_written_in_two_rows_are_one_row_of_headings(kind: str) -> None:
    rows = [
        ["名册"],
        ["序号", "姓名", "基本情况", None, "备注"],
        [None, None, "身份证号", "单位", None],
        [1, *WANG, "甲"],
    ]

    table = read(merged(rows, "A2:A3", "B2:B3", "C2:D2", "E2:E3") if kind == "merged" else bytes_of(rows), "", COLUMNS)

    assert [(row.number, dict(row.values)) for row in table.rows] == [
        (4, {"name": "王小明", "identity": WANG[1], "unit": "水利局", "note": "甲"})
    ]
    assert table.ignored == ("序号",)


def test_a_unit_merged_down_over_its_people_is_the_unit_of_each() -> None:
    rows = [HEAD, WANG, ["李红", identity_number(12), None]]

    table = read(merged(rows, "C2:C3"), "", COLUMNS)

    assert [row.values["unit"] for row in table.rows] == ["水利局", "水利局"]


@pytest.mark.parametrize(
    "foot",
    [[2], ["填表人：张三", None, None, "日期：2021年5月"], [None, "制表人：张三", None, "审核人: 李四"]],
    ids=repr,
)
def test_numbers_printed_in_advance_and_lines_at_the_foot_are_no_rows(foot: list[object]) -> None:
    table = read(xlsx([["序号", *HEAD], [1, *WANG], foot, []]), "", COLUMNS)

    assert ([row.number for row in table.rows], table.problems) == ([2], [])


def test_a_row_with_one_cell_filled_is_a_row() -> None:
    table = read(xlsx([["序号", *HEAD], [1, *WANG], [2, "李红"]]), "", COLUMNS)

    assert places(table.problems) == [("Sheet1", 3, "身份证号"), ("Sheet1", 3, "单位")]


def test_hidden_sheets_are_named_and_not_read() -> None:
    book, stream = openpyxl.load_workbook(io.BytesIO(xlsx([HEAD, WANG], 旧=[HEAD, WANG], 空=[]))), io.BytesIO()
    book["旧"].sheet_state = "hidden"
    book["空"].sheet_state = "veryHidden"
    book.save(stream)

    table = read(stream.getvalue(), "", COLUMNS)

    assert (len(table.rows), table.skipped, table.hidden) == (1, (), ("旧", "空"))


def bytes_of(rows: Rows) -> bytes:
    return csv_text(rows).encode()


def merged(rows: Rows, *ranges: str) -> bytes:
    book, stream = openpyxl.load_workbook(io.BytesIO(xlsx(rows))), io.BytesIO()
    for cells in ranges:
        book.active.merge_cells(cells)
    book.save(stream)
    return stream.getvalue()
