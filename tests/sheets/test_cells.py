"""Cells as people type them: what is read, and why something is not."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.sheets.cells import Readings, Unfit, text_of, value_of
from registry.sheets.columns import Column, Kind
from tests.factories import identity_number

pytestmark = pytest.mark.nodb

DAY = Column(name="day", title="日期", kind=Kind.DATE)
NUMBER = Column(name="number", title="数", kind=Kind.NUMBER)
HOURS = Column(name="hours", title="学时", kind=Kind.NUMBER, units=("学时",))
IDENTITY = Column(name="identity", title="身份证号", kind=Kind.IDENTITY)
PART = Column(name="identity", title="身份证号", kind=Kind.IDENTITY_OR_PART)
TEXT = Column(name="text", title="文本", longest=10)
CHOICE = Column(
    name="choice", title="选项", kind=Kind.CHOICE, choices={"法律、法规授权（组织）": "authorised", "是": "yes"}
)
GOOD = identity_number(7)


@pytest.mark.parametrize(
    "cell",
    [
        date(2021, 5, 12),
        datetime.combine(date(2021, 5, 12), time(9, 30)),
        44328,
        44328.0,
        20210512,
        "2021-05-12",
        "2021/5/12",
        "2021.5.12",
        "2021. 5. 12",
        "2021年5月12日",
        "2021 年 5 月 12 日",
        "２０２１年５月１２日",
        "2021年5月12号",
        "20210512",
        "2021-05-12 00:00:00",
        "2021/5/12 9:30",
        "2021-05-12T09:30",
        " 2021-05-12\t",
        "二〇二一年五月十二日",
        "二零二一年五月十二号",
        "2021年5月12日 上午8:30",
        "2021年5月12日 星期三",
        "2021年5月12日（周三）下午 2:30",
        "2021-05-12 08:30:00.000",
    ],
    ids=repr,
)
def test_a_day_is_read_in_every_usual_form(cell: Any) -> None:
    assert value_of(cell, DAY) == date(2021, 5, 12)


@pytest.mark.parametrize(
    "cell",
    [
        "2021-13-01",
        "2021-02-29",
        "2021年",
        "2021.5",
        2021,
        202105,
        "明天",
        "12/05/2021",
        "0021-05-12",
        85,
        "44328",
        "二〇二一年十三月一日",
        "二十十一年五月一日",
        "二〇二一年五月十十日",
    ],
    ids=repr,
)
def test_what_is_no_day_is_told(cell: Any) -> None:
    with pytest.raises(Unfit, match="is no date"):
        value_of(cell, DAY)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_is_the_same_in_all_its_forms(day: date) -> None:
    forms = [day, f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"]

    assert {value_of(form, DAY) for form in [*forms, f"{day:%Y%m%d}", int(f"{day:%Y%m%d}")]} == {day}


@pytest.mark.parametrize("cell", [GOOD, f" {GOOD[:6]} {GOOD[6:]} ", f"'{GOOD}", f"\t{GOOD}", GOOD.lower()], ids=repr)
def test_an_identity_number_is_read_however_it_was_spaced(cell: str) -> None:
    assert value_of(cell, IDENTITY) == GOOD


def test_full_width_digits_are_digits() -> None:
    wide = GOOD.translate({ord(plain): ord(plain) + 0xFEE0 for plain in "0123456789X"})

    assert value_of(wide, IDENTITY) == GOOD
    assert value_of("８５．５", NUMBER) == Decimal("85.5")


@pytest.mark.parametrize(
    ("cell", "read"), [("1,200", 1200), ("1，200.5", Decimal("1200.5")), ("40学时", 40), ("４０ 学时", 40)], ids=repr
)
def test_a_number_may_be_grouped_and_have_its_unit_behind_it(cell: str, read: Any) -> None:
    assert value_of(cell, HOURS) == read


@pytest.mark.parametrize("cell", ["40分", "学时", "1,2", "40学时学时"], ids=repr)
def test_a_number_with_the_unit_of_something_else_is_told(cell: str) -> None:
    with pytest.raises(Unfit, match="is no number"):
        value_of(cell, HOURS)


@pytest.mark.parametrize("month", range(1, 13))
def test_days_in_chinese_numerals_are_read(month: int) -> None:
    numerals = ["", *"一二三四五六七八九十", "十一", "十二"]
    for day in (1, 10, 12, 20, 28):
        tens, ones = divmod(day, 10)
        written = "".join([numerals[tens] if tens > 1 else "", "十" if tens else "", numerals[ones]])

        assert value_of(f"二〇二一年{numerals[month]}月{written}日", DAY) == date(2021, month, day)


@pytest.mark.parametrize("cell", [410425198805170013, 4.1042519880517e17, "4.10425E+17", "4.10425198805e17"], ids=repr)
def test_a_number_that_a_spreadsheet_has_rounded_is_told_as_damaged(cell: Any) -> None:
    with pytest.raises(Unfit, match="has rounded"):
        value_of(cell, IDENTITY)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (GOOD, GOOD),
        ("4104**********001x", "4104**********001X"),
        ("410425＊＊＊＊＊＊＊＊0013", "410425********0013"),
        ("**** 0013", "****0013"),
        ("001x", "001X"),
        (170013.0, "170013"),
    ],
)
def test_a_number_partly_hidden_is_read_where_a_part_will_do(cell: Any, read: str) -> None:
    assert value_of(cell, PART) == read


@pytest.mark.parametrize("cell", [4.1042519880517e17, GOOD[:17], GOOD[:15], "13", "****", "1" * 17 + "**"], ids=repr)
def test_a_damaged_number_is_no_part_of_one(cell: Any) -> None:
    with pytest.raises(Unfit):
        value_of(cell, PART)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (GOOD[:17], "18 characters"),
        (410425880517001, "18 characters"),
        ("41042519880230001X", "does not exist"),
        (GOOD[:17] + ("1" if GOOD[17] != "1" else "2"), "check digit"),
        ("41042519880517O012", "17 digits"),
    ],
)
def test_each_fault_of_an_identity_number_has_its_sentence(cell: Any, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        value_of(cell, IDENTITY)


@pytest.mark.parametrize("cell", ["1_000", "1e3", "NaN", "四十", "40学时", "1,00", "10,00,000", "--1"])
def test_what_is_no_number_is_told(cell: str) -> None:
    with pytest.raises(Unfit, match="is no number"):
        value_of(cell, NUMBER)


@pytest.mark.parametrize("word", ["法律、法规授权（组织）", "法律、法规授权(组织)", " 法律、法规 授权（组织）", True])
def test_a_choice_is_known_by_its_words_however_they_are_spaced(word: Any) -> None:
    assert value_of(word, CHOICE) == ("yes" if word is True else "authorised")


def test_an_unknown_choice_names_the_known_ones() -> None:
    with pytest.raises(Unfit) as unfit:
        value_of("不详", CHOICE)

    assert unfit.value.params == {"value": "不详", "words": "法律、法规授权（组织）、是"}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (85.0, "85"),
        (84.60000000000001, "84.6"),
        (True, "是"),
        ("王 小明", "王小明"),
        ("Li  Ming", "Li Ming"),
        ("郏县卫生健康委员会（疾控局）", "郏县卫生健康委员会（疾控局）"),
        ("Ｕ００１", "U001"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("\u200b王\x00小\u202e明\ufeff", "王小明"),
        ("\u3000001 ", "001"),
        (date(2021, 5, 12), "2021-05-12"),
    ],
    ids=repr,
)
def test_text_is_what_a_person_reads(cell: Any, text: str) -> None:
    assert text_of(cell) == text


def test_a_text_has_a_longest_length() -> None:
    assert value_of("十" * 10, TEXT) == "十" * 10
    with pytest.raises(Unfit, match="longer"):
        value_of("十" * 11, TEXT)


def test_digits_made_zero_by_a_spreadsheet_before_it_became_text_are_told_as_damaged() -> None:
    with pytest.raises(Unfit, match="has rounded"):
        value_of("410425198805170000", IDENTITY)


def test_an_old_identity_number_has_a_sentence_of_its_own() -> None:
    with pytest.raises(Unfit, match="old identity number with 15 digits"):
        value_of("410425880517001", IDENTITY)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (4100123, "zeros in front of it may be lost"),
        (4100123.0, "zeros in front of it may be lost"),
        (4.1e16, "has rounded this number"),
        ("4.1E+16", "has rounded this number"),
    ],
)
def test_a_code_that_became_a_number_is_asked_for_as_text(cell: Any, why: str) -> None:
    code = Column(name="code", title="证号", keeps_zeros=True)

    with pytest.raises(Unfit, match=why):
        value_of(cell, code)


def test_a_code_keeps_its_zeros_as_text_and_may_be_a_number_that_has_all_its_digits() -> None:
    code = Column(name="code", title="证号", keeps_zeros=True, digits=8)

    assert [value_of(cell, code) for cell in ("00410012", "００４１", 41001234.0)] == ["00410012", "0041", "41001234"]
    with pytest.raises(Unfit, match="zeros in front"):
        value_of(4100123, code)


@pytest.mark.parametrize("cell", [float("inf"), float("nan"), -1e300, True], ids=repr)
@pytest.mark.parametrize("column", [DAY, NUMBER, IDENTITY, PART, TEXT, CHOICE], ids=lambda column: column.name)
def test_a_number_without_sense_is_read_or_told(cell: Any, column: Column) -> None:
    told = Readings(column)[cell]

    assert (told.unfit is None) != (told.value is None)


def test_the_same_words_are_read_once_and_alike_numbers_apart() -> None:
    readings = Readings(TEXT)

    assert readings["王 红"] is readings["王 红"]
    assert [readings[cell].value for cell in (1, True, 1.0, "1")] == ["1", "是", "1", "1"]
