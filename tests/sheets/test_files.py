"""Files of every kind, and of none: each is read or told in a sentence, never an error."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlwt
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from registry.sheets.files import open_file, open_whole
from registry.sheets.problems import Unreadable
from tests.spreadsheets import csv_text, xls, xlsx, xlsx_by_xlsxwriter

pytestmark = pytest.mark.nodb

ROWS = [["姓名", "成绩"], ["王小明", "85"], ["李㛃", "007"]]
WORDS: SearchStrategy[str] = st.text(st.characters(codec="gb18030", exclude_categories=["C", "Z"]), max_size=8)


def rows_of(content: bytes) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in open_file(content, "file")[0].rows]


def why_not(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        open_file(content, "file.xlsx")
    [problem] = refused.value.problems
    return problem.in_words("en")


@pytest.mark.parametrize("make", [xlsx, xlsx_by_xlsxwriter, xls], ids=["openpyxl", "XlsxWriter", "xlwt"])
def test_workbooks_of_every_program_are_read(make: Callable[[list[list[str]]], bytes]) -> None:
    assert rows_of(make(ROWS)) == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    assert rows_of(csv_text(ROWS, delimiter).encode(encoding)) == ROWS


@example(rows=[[";", ";"], ["\t;", "\t"]], encoding="utf-8")
@given(
    rows=st.lists(st.lists(WORDS.filter(lambda word: "=" not in word), min_size=2, max_size=2), min_size=1, max_size=5),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_csv_gives_back_what_was_written(rows: list[list[str]], encoding: str) -> None:
    head = ["姓名", "身份证号码"]

    assert rows_of(csv_text([head, *rows]).encode(encoding)) == [head, *rows]


def test_a_number_that_a_web_system_kept_as_text_is_that_text() -> None:
    text = 'code,name\r\n="0012",x\r\n"=""0013""",y\r\n'

    assert rows_of(text.encode()) == [["code", "name"], ["0012", "x"], ["0013", "y"]]


def test_a_formula_gives_its_value_and_an_error_gives_nothing() -> None:
    content = xlsx_by_xlsxwriter([["成绩", "合计"], [("=40+45", 85), ("=1/0", "#DIV/0!")]])

    assert rows_of(content)[1] == ["85.0", ""]


def test_hidden_sheets_are_left_alone() -> None:
    stream = io.BytesIO()
    book = xlwt.Workbook()
    for name, hidden in (("看", 0), ("藏", 1)):
        page = book.add_sheet(name)
        page.write(0, 0, name)
        page.visibility = hidden
    book.save(stream)

    assert [sheet.name for sheet in open_file(stream.getvalue(), "")] == ["看"]
    assert [(sheet.name, sheet.is_hidden) for sheet in open_whole(stream.getvalue(), "")] == [
        ("看", False),
        ("藏", True),
    ]


@pytest.mark.parametrize("kind", ["openpyxl", "xlwt"])
def test_cells_merged_downwards_say_the_same_in_each_of_their_rows(kind: str) -> None:
    content = merged_by_openpyxl() if kind == "openpyxl" else merged_by_xlwt()

    assert rows_of(content) == [["水利局", "甲"], ["水利局", "乙"], ["", ""], ["", "丙"]]


def merged_by_openpyxl() -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    for row in (["水利局", "甲"], [None, "乙"], [None, None], [None, "丙"]):
        page.append(row)
    page.merge_cells("A1:A3")
    book.save(stream)
    return stream.getvalue()


def merged_by_xlwt() -> bytes:
    book, stream = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("页")
    page.write_merge(0, 2, 0, 0, "水利局")
    for number, word in ((0, "甲"), (1, "乙"), (3, "丙")):
        page.write(number, 1, word)
    book.save(stream)
    return stream.getvalue()


def zip_of(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def encrypted() -> bytes:
    """The container of a workbook under a password: a stream `EncryptedPackage` in place of the workbook's own."""
    ours, theirs = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    entry = ours.ljust(64, b"\0") + (len(ours) + 2).to_bytes(2, "little")
    return xls(ROWS).replace(entry, theirs.ljust(64, b"\0") + (len(theirs) + 2).to_bytes(2, "little"))


def old_and_protected() -> bytes:
    """A .xls whose second record says that the rest is encrypted."""
    book = xls(ROWS)
    begins = book.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 4 + 16
    return book[:begins] + b"\x2f\x00" + book[begins + 2 :]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \r\n", "empty", id="blank"),
        pytest.param(xlsx([]), "workbook is empty", id="empty workbook"),
        pytest.param(xlsx([["", None]]), "workbook is empty", id="workbook of empty cells"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3", "no spreadsheet", id="pdf"),
        pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF", "no spreadsheet", id="a photo named .xlsx"),
        pytest.param(zip_of(word__document_xml=b"<w/>"), "no spreadsheet", id="docx"),
        pytest.param(b"<html><table><tr><td>1</table>", "web page", id="web page named .xls"),
        pytest.param(b"\xef\xbb\xbf\n<?xml version='1.0'?><Workbook/>", "web page", id="xml with a mark"),
        pytest.param(xlsx(ROWS)[:-400], "damaged", id="cut off"),
        pytest.param(xlsx(ROWS)[:200], "damaged", id="a beginning only"),
        pytest.param(xls(ROWS)[:700], "damaged", id="old and cut off"),
        pytest.param(zip_of(xl__workbook_xml=b"not xml"), "damaged", id="no workbook inside"),
        pytest.param(encrypted(), "password", id="password"),
        pytest.param(old_and_protected(), "password", id="old password"),
        pytest.param('姓名,成绩\r\n"王小明,85\r\n李红,90'.encode(), "Line 3", id="open quotation mark"),
        pytest.param(csv_text([["列"] * 300]).encode(), "256 columns", id="too wide"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(content: bytes, why: str) -> None:
    assert why in why_not(content)


def test_a_word_document_of_old_is_no_spreadsheet() -> None:
    ours, theirs = "Workbook".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
    content = xls(ROWS).replace(ours.ljust(64, b"\0"), theirs.ljust(64, b"\0"))

    assert "no spreadsheet" in why_not(content)


@given(st.binary(max_size=400) | st.builds(lambda tail: xlsx(ROWS)[:60] + tail, st.binary(max_size=400)))
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    try:
        found = [*open_file(content, "")]
    except Unreadable as refused:
        found = [*refused.problems]

    assert found


def cell_at(reference: str) -> bytes:
    row = f'<row><c r="A1"><v>1</v></c><c r="{reference}"><v>2</v></c></row>'
    sheet = f"<worksheet><sheetData>{row}</sheetData></worksheet>"
    return zip_of(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=sheet.encode())


@pytest.mark.parametrize(
    ("reference", "why"),
    [("XFD1", "256 columns"), ("A1048576", "200000 rows"), ("IV190000", "too large when unpacked")],
)
def test_a_stray_cell_far_out_does_not_fill_the_memory(reference: str, why: str) -> None:
    assert why in why_not(cell_at(reference))


def test_a_sheet_that_repeats_a_cell_without_end_does_not_fill_the_memory() -> None:
    row = '<table:table-row table:number-rows-repeated="900000"><table:table-cell office:value-type="string"><text:p/>'

    assert "200000 rows" in why_not(zip_of(content_xml=f"<office>{row}</table:table-cell></table:table-row>".encode()))


def test_an_archive_that_lies_about_its_size_is_damaged() -> None:
    honest = zip_of(xl__workbook_xml=b" " * 5_000_000)
    size = (5_000_000).to_bytes(4, "little")

    assert "damaged" in why_not(honest.replace(size, (1_000).to_bytes(4, "little")))


def test_an_archive_that_unpacks_without_end_is_refused_before_it_is_unpacked() -> None:
    content = zip_of(xl__workbook_xml=b" " * 5_000_000)
    size = (5_000_000).to_bytes(4, "little")

    assert "too large" in why_not(content.replace(size, (4_000_000_000).to_bytes(4, "little")))
