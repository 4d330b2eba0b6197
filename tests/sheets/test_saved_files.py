"""Files that LibreOffice saved once: a title over merged cells, days as days, a formula, numbers kept as text."""

import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from registry.sheets import Column, Kind, Unreadable, headings, read, with_problems
from tests.factories import identity_number
from tests.spreadsheets import cells

pytestmark = pytest.mark.nodb

FOLDER = Path(__file__).parent / "files"
PEOPLE = ("people.xlsx", "people.ods", "people.xls", "people.csv")
COLUMNS = (
    Column(name="name", title="姓名"),
    Column(name="identity", title="身份证号", aliases=("身份证号码",), kind=Kind.IDENTITY),
    Column(name="unit", title="单位", aliases=("所属单位",)),
    Column(name="from_on", title="任职日期", aliases=("任职时间",), kind=Kind.DATE),
    Column(name="number", title="执法证号", keeps_zeros=True),
    Column(name="phone", title="联系电话", required=False, blank_allowed=True),
    Column(name="sum", title="合计", kind=Kind.NUMBER),
)


def content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def why_not(some: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(some, "file.xlsx", COLUMNS)
    return refused.value.problems[0].in_words("en")


@pytest.mark.parametrize("name", PEOPLE)
def test_a_file_is_read_alike_in_whatever_format_it_was_saved(name: str) -> None:
    table = read(content(name), name, COLUMNS)

    assert table.problems == []
    assert [row.number for row in table.rows] == [5, 6, 7]
    assert [tuple(row.values.values()) for row in table.rows] == [
        ("王小明", identity_number(701), "001", date(2019, 3, 1), "004100123", "13900000001", 13),
        ("李红", identity_number(702), "郏县交通运输局", date(2020, 4, 1), "004100124", "03755160000", 23),
        ("欧阳静", identity_number(703), "001", date(2021, 12, 31), "004100125", None, 34),
    ]
    assert table.ignored == ("序号", "编制")
    assert table.skipped == (() if name.endswith(".csv") else ("说明",))


@pytest.mark.parametrize("name", PEOPLE)
def test_its_headings_are_told_with_what_stands_below(name: str) -> None:
    first = headings(content(name), name, COLUMNS)[0]

    assert first.headings[:3] == ["序号", "姓名", "身份证号码"]
    assert (first.samples["编制"], first.missing) == (["行政编制", "事业编制", "参公"], [])


@pytest.mark.parametrize("name", ["protected.ods", "protected.xls"])
def test_a_file_under_a_password_is_told_so(name: str) -> None:
    assert "password" in why_not(content(name))


def test_a_web_page_named_xls_is_told_so() -> None:
    assert "web page" in why_not(content("page.xls"))


@pytest.mark.parametrize("name", ["people.xlsx", "people.ods", "people.xls"])
@pytest.mark.parametrize("kept", [0.02, 0.1, 0.35, 0.6, 0.9, 0.99])
def test_a_file_that_was_cut_off_anywhere_is_told_as_damaged(name: str, kept: float) -> None:
    whole = content(name)

    assert "damaged" in why_not(whole[: int(len(whole) * kept)])


def test_a_span_of_time_that_no_calendar_holds_is_told() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet().write_number(0, 0, 1e10, book.add_format({"num_format": "[h]:mm:ss"}))

    assert "damaged" in why_not(stream.getvalue())
    assert cells(with_problems(stream.getvalue(), "", COLUMNS, [])) != []


@given(name=st.sampled_from(PEOPLE), at=st.floats(0, 1), put=st.binary(max_size=8))
def test_a_file_with_a_few_wrong_bytes_is_read_or_told(name: str, at: float, put: bytes) -> None:
    whole = content(name)
    place = int(len(whole) * at)
    try:
        found = [*read(whole[:place] + put + whole[place + len(put) :], name, COLUMNS).rows]
    except Unreadable as refused:
        found = [*refused.problems]

    assert found


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_read_or_told_as_people(some: bytes) -> None:
    try:
        found = [*read(some, "", COLUMNS).rows]
    except Unreadable as refused:
        found = [*refused.problems]

    assert found
