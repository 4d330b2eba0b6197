"""Spreadsheets written: nothing in them acts, and what comes back marked can be mended and sent again."""

import csv
import io
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.sheets import Column, Kind, Problem, Sheet, csv_file, read, template, with_problems, workbook
from tests.spreadsheets import cells, csv_text, xlsx

pytestmark = pytest.mark.nodb

COLUMNS = (
    Column(name="code", title="编码", note="文本格式"),
    Column(name="day", title="日期", kind=Kind.DATE, required=False, blank_allowed=True, example="2021-05-12"),
    Column(
        name="is", title="是否", kind=Kind.CHOICE, choices={"是": "yes", "否": "no"}, required=False, blank_allowed=True
    ),
)
NINE = datetime.combine(date(2021, 5, 12), time(9, 30))
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "{=1}", "http://example.org"]


def loaded(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_no_text_becomes_a_formula_or_a_link() -> None:
    page = loaded(workbook([Sheet("表", ["列"], [[text] for text in FORMULAS])])).active

    written = [cell for [cell] in page.iter_rows(min_row=2)]
    assert {cell.data_type for cell in written} == {"s"}
    assert [cell.hyperlink for cell in written] == [None] * len(FORMULAS)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12), max_size=4))
def test_a_csv_cell_never_begins_like_a_formula(words: list[str]) -> None:
    content = csv_file(["列"], [[word] for word in [*words, *FORMULAS]]).decode("utf-8-sig")

    written = [row[0] for row in csv.reader(io.StringIO(content, newline="")) if row]
    assert len(written) == len(words) + len(FORMULAS) + 1
    assert not [cell for cell in written if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_same_rows_give_the_same_bytes() -> None:
    sheets = [Sheet("表", ["日", "数", "文"], [[date(2021, 5, 12), 85.5, "007"]])]

    assert workbook(sheets) == workbook(sheets)
    assert cells(workbook(sheets))[1] == [date(2021, 5, 12), 85.5, "007"]


def test_names_that_a_spreadsheet_refuses_are_mended() -> None:
    names = ["a/b:c", "局" * 40, "局" * 41, "", "A/B:C"]

    titles = loaded(workbook([Sheet(name, ["列"], []) for name in names])).sheetnames
    assert titles == ["a_b_c", "局" * 31, f"{'局' * 26}_2", "Sheet", "A_B_C_2"]


def test_a_template_has_headings_drop_downs_and_a_sheet_that_explains() -> None:
    book = loaded(template(COLUMNS, "人员", ["留空不改动。"]))

    page, explained = book.worksheets
    assert [cell.value for cell in page[1]] == ["编码", "日期", "是否"]
    assert [(str(one.sqref), one.formula1) for one in page.data_validations.dataValidation] == [("C2:C1001", '"是,否"')]
    assert page.column_dimensions["A"].width > 0
    rows = [[cell or "" for cell in row] for row in explained.iter_rows(values_only=True)]
    assert rows[0] == ["列名", "必填", "也可写作", "可填内容", "示例", "说明"]
    assert rows[2] == ["日期", "否", "", "日期", "2021-05-12", ""]
    assert rows[-1][0] == "留空不改动。"


def test_a_template_that_is_filled_in_is_read_without_complaint() -> None:
    book = loaded(template(COLUMNS, "人员"))
    book.worksheets[0].append(["007", "2021-05-12", "否"])
    stream = io.BytesIO()
    book.save(stream)

    table = read(stream.getvalue(), "", COLUMNS)

    assert table.problems == []
    assert [row.values for row in table.rows] == [{"code": "007", "day": date(2021, 5, 12), "is": "no"}]


def test_a_marked_file_says_beside_each_row_what_is_wrong() -> None:
    content = xlsx([["名册"], ["编码", "日期"], ["007", "2021-05-12"], ["008", "昨天"]])
    table = read(content, "", COLUMNS)
    problems = [*table.problems, Problem(message="The file is empty.")]

    marked = cells(with_problems(content, "", COLUMNS, problems))

    assert marked[1] == ["编码", "日期", "问题"]
    assert [row[-1] != "" for row in marked] == [False, True, True, True]
    assert marked[3][-1].startswith("日期：昨天")


def test_a_marked_file_that_is_mended_is_read_again_and_marked_anew() -> None:
    content = csv_text([["编码", "是否"], ["007", "也许"], ["=2", "是"]]).encode("gb18030")
    marked = with_problems(content, "", COLUMNS, read(content, "", COLUMNS).problems)

    again = read(marked, "", COLUMNS)
    assert [row.values["code"] for row in again.rows] == ["007", "=2"]
    assert again.ignored == ()
    assert [row[:2] for row in cells(with_problems(marked, "", COLUMNS, again.problems))][0] == ["编码", "是否"]
    assert cells(with_problems(marked, "", COLUMNS, again.problems))[0].count("问题") == 1


def test_a_file_without_its_columns_comes_back_marked_at_its_headings() -> None:
    content = xlsx([["日期", "是否"], ["2021-05-12", "是"]])
    problem = Problem(message="The column %(column)s is missing.", params={"column": "编码"}, sheet="Sheet1", row=1)

    marked = cells(with_problems(content, "", COLUMNS, [problem]))

    assert len(marked[0]) == 3
    assert "编码" in marked[0][2]


def test_what_cannot_be_read_comes_back_as_its_problem() -> None:
    assert len(cells(with_problems(b"%PDF-1.7", "", COLUMNS, []))) == 2


def test_cells_of_every_kind_survive_the_marking() -> None:
    row = ["007", NINE, True, 4.1e17, time(9, 30), "x" * 40_000]
    content = csv_text([["编码"], ["x" * 40_000]]).encode()

    kept = cells(with_problems(xlsx([["编码", "日期", "是否", "数", "时", "长"], row[:5]]), "", COLUMNS, []))

    assert kept[1][:4] == ["007", NINE, "是", 4.1e17]
    assert len(cells(with_problems(content, "", COLUMNS, []))[1][0]) == 32_767
