"""The roster on paper, read back from the PDF: pages that can be followed, long words, the same bytes, no gaps."""

from typing import Any

import pypdfium2
import pytest

from registry.printing import COLUMNS, COUNTS, Marks, Unprintable, chinese_day, print_roster

pytestmark = pytest.mark.nodb

URL = "http://registry.example/rosters/code/ABCDEFGH23456789"
MARKS = Marks(
    number="郏司审〔2021〕第001号",
    check_code="ABCDEFGH23456789",
    data_sha256="0123456789abcdef" * 4,
    trail_head="fedcba9876543210" * 4,
    is_draft=False,
)
COUNTED = dict.fromkeys((key for key, _ in COUNTS), 0)
LONG = {
    "name": "买买提·阿不都热合曼·伊斯拉木江",
    "section": "生态环境保护综合行政执法大队第三中队（驻冢头镇工作站）",
    "post": "综合行政执法大队党支部书记、大队长",
    "field": "生态环境保护综合行政执法",
    "establishment": "参照公务员法管理",
    "remark": "未完成培训；该同志因长期病假未参加年度培训，经单位研究并报司法局同意，暂缓审验。",
}


def line(place: int, **values: str) -> dict[str, Any]:
    made = {key: f"{heading[:2]}{place}" for key, heading, _ in COLUMNS}
    return {**made, "place": place, "signature": "", **values}


def section(lines: list[dict[str, Any]], unit: str = "郏县水利局", **sums: int) -> dict[str, Any]:
    summary = {**COUNTED, "due": len(lines), "reviewed": len(lines), "passed": len(lines), **sums}
    return {"unit": unit, "unit_kind": "行政机关", "lines": lines, "summary": summary}


def data(*sections: dict[str, Any], department_id: int | None = 1) -> dict[str, Any]:
    return {
        "title": "2021年度行政执法证件年度审验花名册",
        "office": "郏县司法局",
        "county": "郏县",
        "is_demonstration": False,
        "as_of": "2021-12-31",
        "filled_on": "2022-01-10",
        "department_id": department_id,
        "sections": list(sections),
        "summary": {**COUNTED, "due": 7},
    }


def pages(values: dict[str, Any], marks: Marks = MARKS) -> list[str]:
    """The text of each page without the spaces and breaks of the layout."""
    document = pypdfium2.PdfDocument(print_roster(values, marks, check_url=URL))
    read = ["".join(document[place].get_textpage().get_text_range().split()) for place in range(len(document))]
    document.close()
    return read


def many(count: int) -> dict[str, Any]:
    return section([line(place) for place in range(1, count + 1)])


def test_the_head_says_what_whose_and_when() -> None:
    (page,) = pages(data(many(3)))
    for words in (
        "2021年度行政执法证件年度审验花名册",
        "单位（盖章）：郏县水利局",
        "执法主体性质：行政机关",
        "填报日期：2022年1月10日",
        "扫码核验",
    ):
        assert words in page


def test_every_column_stands_in_its_order() -> None:
    (page,) = pages(data(many(1)))
    headings = ["".join(heading.split()) for _, heading, _ in COLUMNS]
    assert "".join(headings) in page
    assert "".join(f"{heading[:2]}1" for key, heading, _ in COLUMNS[1:] if key != "signature") in page


def test_the_columns_fill_the_page_between_its_margins() -> None:
    assert sum(width for *_, width in COLUMNS) == 277


def test_the_foot_of_every_page_names_number_code_day_hash_and_trail() -> None:
    for page in pages(data(many(40))):
        for words in (
            "编号：郏司审〔2021〕第001号",
            "核验码：ABCD-EFGH-2345-6789",
            "数据截至：2021-12-31",
            "数据校验：0123456789abcdef",
            "存证链：fedcba9876543210",
            "版式：roster-3",
        ):
            assert words in page


def test_pages_are_counted_and_continued_with_title_unit_and_table_head() -> None:
    read = pages(data(many(40)))
    for place, page in enumerate(read, 1):
        assert f"第{place}页共{len(read)}页" in page
        assert "序号姓名性别" in page
    assert "（续）" not in read[0]
    assert all("2021年度行政执法证件年度审验花名册郏县水利局（续）" in page for page in read[1:])


@pytest.mark.parametrize("count", [8, 10, 11, 16, 34])
def test_summary_and_signatures_stay_whole_and_never_stand_alone(count: int) -> None:
    last = pages(data(many(count)))[-1]
    for words in ("持证应审实审合格", f"应审{count}=合格{count}+暂缓0", "填报人：", "审验机关意见：", "（盖章）"):
        assert words in last
    assert all(f"姓名{place}" in last for place in range(max(1, count - 2), count + 1))


def test_open_findings_are_told_beside_the_sum() -> None:
    (page,) = pages(data(section([line(1), line(2)], reviewed=1, passed=1)))
    assert "应审2=合格1+暂缓0+不合格0+收回0+注销0+尚无审验意见1" in page


def test_long_names_units_and_posts_are_wrapped_and_not_cut() -> None:
    unit = "平顶山市生态环境局郏县分局综合行政执法大队（平顶山市生态环境保护综合行政执法支队郏县大队）"
    (page,) = pages(data(section([line(1, **LONG), line(2)], unit)))
    assert unit in page
    for words in LONG.values():
        assert words in page


def test_a_remark_of_the_greatest_length_is_printed_whole() -> None:
    remark = "暂缓审验待补训补考合格后再行审验" * 31
    read = pages(data(section([line(1), line(2, remark=remark), line(3)])))
    assert any(remark in page for page in read)


def test_the_county_has_a_section_for_each_unit_and_a_summary() -> None:
    read = pages(data(many(2), section([line(1)], "郏县民政局"), department_id=None))
    assert ["单位（盖章）：郏县水利局" in page for page in read] == [True, False, False]
    assert ["单位（盖章）：郏县民政局" in page for page in read] == [False, True, False]
    assert "单位（盖章）：郏县（汇总）" in read[2]
    for words in ("1郏县水利局", "2郏县民政局", "合计", "审验机关意见："):
        assert words in read[2]


def test_a_draft_says_so_on_every_page_and_has_no_code() -> None:
    draft = Marks(number="草稿", check_code="", data_sha256="0" * 64, trail_head="1" * 64, is_draft=True)
    for page in pages(data(many(20)), draft):
        assert "草稿（未锁定）" in page
        assert "核验码" not in page
        assert "扫码核验" not in page
        assert "扫码查看审验进展（草稿不作核验）" in page


def test_the_demonstration_says_so_on_every_page() -> None:
    assert all("演示数据" in page for page in pages({**data(many(20)), "is_demonstration": True}))


def test_the_same_roster_is_the_same_bytes() -> None:
    first = print_roster(data(many(5)), MARKS, check_url=URL)
    assert first == print_roster(data(many(5)), MARKS, check_url=URL)
    assert first != print_roster(data(many(6)), MARKS, check_url=URL)


def test_a_character_no_font_has_stops_with_the_name() -> None:
    with pytest.raises(Unprintable) as refused:
        print_roster(data(section([line(1), line(2, name="李\U000323aa")])), MARKS, check_url=URL)
    assert (refused.value.who, refused.value.character) == ("李\U000323aa", "\U000323aa")


@pytest.mark.parametrize("key", [key for key, *_ in COLUMNS])
def test_whatever_column_a_character_is_missing_in_the_person_is_named(key: str) -> None:
    spoiled = line(2) | {"name": "王伟", key: "甲\U000323aa"}
    with pytest.raises(Unprintable) as refused:
        print_roster(data(section([line(1), spoiled])), MARKS, check_url=URL)
    assert (refused.value.who, refused.value.character) == (spoiled["name"], "\U000323aa")


def test_a_character_missing_where_nothing_is_printed_is_nobodys_fault() -> None:
    first, second = line(1, name="李强", post="\U000323ab"), line(2, name="王伟")
    columns = ["name", "number", "remark"]
    assert print_roster(data(section([first, second])), MARKS, check_url=URL, columns=columns)
    second["remark"] = "甲\U000323aa"
    with pytest.raises(Unprintable) as refused:
        print_roster(data(section([first, second])), MARKS, check_url=URL, columns=columns)
    assert (refused.value.who, refused.value.character) == ("王伟", "\U000323aa")


@pytest.mark.parametrize("text", ["", " ", "\n", "\r\n\r\n", "\u3000", " \n" * 60])
def test_a_cell_of_nothing_but_spaces_stays_empty(text: str) -> None:
    (page,) = pages(data(section([line(1, name="王伟", remark=text, post=text, number=text), line(2)])))
    assert "王伟" in page
    assert "应审2=合格2" in page


def test_a_day_is_written_as_official_paper_writes_it() -> None:
    assert chinese_day("2021-12-03") == "2021年12月3日"
