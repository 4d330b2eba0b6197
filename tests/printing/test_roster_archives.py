"""Rosters for the archives: PDF/A-3u with the rows inside, and columns as they are wished."""

import csv
import io

import pikepdf
import pytest

from bench.roster_lines import MARKS, URL, county
from registry.printing import COLUMNS, Unprintable, print_roster
from registry.printing.rosters import chosen
from registry.printing.rosters.archiving import Enclosure
from registry.services.rosters.workbooks import comma_separated
from tests.printing.test_roster_pages import texts

pytestmark = pytest.mark.nodb


@pytest.fixture(scope="module")
def opened() -> pikepdf.Pdf:
    data = county(40)
    data["sections"][0]["lines"][0]["remark"] = "=1+1"
    return pikepdf.open(io.BytesIO(print_roster(data, MARKS, check_url=URL)))


def test_it_says_that_it_is_for_the_archives(opened: pikepdf.Pdf) -> None:
    about = opened.open_metadata()
    assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "U")
    assert "2021年度行政执法证件年度审验花名册" in about["dc:title"]
    assert (opened.Root.Lang, opened.Root.OutputIntents[0].S) == ("zh-CN", "/GTS_PDFA1")
    assert len(opened.Root.OutputIntents[0].DestOutputProfile.read_bytes()) > 1_000
    assert opened.trailer.ID[0] == MARKS.data_sha256[:32]
    assert not opened.check_pdf_syntax()


def test_every_font_is_embedded_and_can_be_read_as_text(opened: pikepdf.Pdf) -> None:
    fonts = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
    tops = [font for font in fonts if font.Subtype == "/Type0"]
    assert len(tops) == 2
    for font in tops:
        assert b"beginbfchar" in font.ToUnicode.read_bytes()
        assert len(font.DescendantFonts[0].FontDescriptor.FontFile3.read_bytes()) > 1_000


def test_the_rows_travel_inside_and_no_cell_is_a_formula(opened: pikepdf.Pdf) -> None:
    enclosed = opened.attachments["roster.csv"]
    content = enclosed.get_file().read_bytes()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert content.startswith("\ufeff".encode())
    assert (enclosed.obj.AFRelationship, opened.Root.AF[0].objgen) == ("/Data", enclosed.obj.objgen)
    assert rows[0] == ["单位", *(heading.replace("\n", "") for _, heading, _ in COLUMNS)]
    lines = [line for section in county(40)["sections"] for line in section["lines"]]
    assert [row[3] for row in rows[1:]] == [line["sex"] for line in lines]
    assert rows[1][-1] == "'=1+1"


@pytest.mark.parametrize(
    "text", ["=1+1", "-1", "\t1", "\r1", "\r\n=1", "\r\n注", '"=1', "注,\r\n", " =1", "注\r\n=1", ""]
)
@pytest.mark.parametrize("key", ["place", "name", "remark"])
def test_the_rows_inside_are_the_file_of_the_rows_byte_for_byte(key: str, text: str) -> None:
    data = county(2)
    for section in data["sections"]:
        section["lines"][0][key] = text
    enclosed = Enclosure(chosen(None))
    inside = "".join(enclosed.add(section["unit"], section["lines"]) for section in data["sections"])
    assert comma_separated(data).decode("utf-8-sig").endswith("\r\n" + inside)
    (row, *_) = csv.reader(io.StringIO(inside, newline=""))
    told = row[1 + [name for name, *_ in COLUMNS].index(key)]
    assert (told == text) != text.startswith(("=", "-", "\t", "\r"))


def test_the_contents_lead_to_each_unit(opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as outline:
        assert [one.title for one in outline.root] == ["郏县第1执法单位", "郏县第2执法单位", "郏县（汇总）"]


def test_columns_are_printed_as_chosen() -> None:
    keys = ["number", "name", "finding", "remark"]
    data = county(2)
    page = texts(print_roster(data, MARKS, check_url=URL, columns=keys))[0]
    line = data["sections"][0]["lines"][0]
    assert "证件编号姓名审验意见备注" in page
    assert "".join(line[key] for key in keys) in page
    assert line["identity"] not in page


@pytest.mark.parametrize(
    "keys", [["name"], ["number", "sex"], ["name", "number", "name"], ["name", "number", "salary"]]
)
def test_a_choice_without_name_or_number_or_with_nonsense_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="roster|column"):
        chosen(keys)


@pytest.mark.parametrize("keys", [None, ["name", "number"], ["place", "number", "name", "remark"]])
def test_the_columns_fill_the_page(keys: list[str] | None) -> None:
    assert sum(width for *_, width in chosen(keys)) == pytest.approx(277)


def test_a_row_higher_than_a_page_names_the_person() -> None:
    data = county(1)
    data["sections"][0]["lines"][0] |= {"name": "王伟", "post": "四级调研员" * 300}
    with pytest.raises(Unprintable) as refused:
        print_roster(data, MARKS, check_url=URL)
    assert refused.value.who == "王伟"
