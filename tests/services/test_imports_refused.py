"""What an import refuses: each fault has its sentence, with the row and the column it stands in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry import clock
from registry.rules.departments import DepartmentKind
from registry.rules.imports import ImportKind
from registry.rules.permissions import SYSTEM
from registry.services import departments, exams, people
from registry.services.departments import DepartmentEntry
from tests.factories import identity_number, make_department
from tests.services.importing import (
    COURSE,
    EXAM,
    FILES,
    LI,
    RESULTS,
    TODAY,
    UNITS,
    WANG,
    bring_in,
    bring_in_all,
    problems,
    said,
)
from tests.spreadsheets import xlsx

NEW = identity_number(703)
PERSON = ("赵六", NEW, "701", "行政编制", "2020-01-01", "", "")
LINE = (*COURSE, "40", "王小明", WANG, "")


Fault = tuple[int, Any, str, str]  # the place in the row, what stands there, the column told, how the sentence begins


def change(row: Sequence[Any], place: int, value: Any) -> list[Any]:
    return [value if at == place else cell for at, cell in enumerate(row)]


def with_faults(fit: Sequence[Sequence[Any]], faults: Sequence[Fault]) -> list[list[Any]]:
    """Row by row one fault in what was fit before."""
    return [change(row, place, value) for row, (place, value, _, _) in zip(fit, faults, strict=True)]


def assert_told(found: list[tuple[int | None, str, str]], faults: Sequence[Fault]) -> None:
    """One sentence a row, in order, each at its column."""
    assert len(found) == len(faults), found
    both = zip(found, faults, strict=True)
    begun = [(row, column, sentence[: len(why)]) for (row, column, sentence), (_, _, _, why) in both]
    assert begun == [(row, column, why) for row, (_, _, column, why) in enumerate(faults, 2)]


PEOPLE_FAULTS = [
    (0, "", "姓名", "This must not be empty."),
    (0, "85", "姓名", "85 is no name."),
    (1, "", "身份证号", "This must not be empty."),
    (1, NEW[:17], "身份证号", "An identity number has 18 characters."),
    (1, NEW[:17] + "A", "身份证号", "An identity number is 17 digits and a check digit or X."),
    (1, float(NEW[:15] + "000"), "身份证号", "The spreadsheet has rounded this identity number; "),
    (2, "郏县水产局", "单位", "No unit of this register has the code or name 郏县水产局."),
    (
        2,
        "市场监督管理局",
        "单位",
        "No unit of this register has the code or name 市场监督管理局; is it 郏县市场监督管理局?",
    ),
    (3, "借调", "编制性质", "借调 is not known here; write one of: 行政编制、"),
    (4, "2020-02-30", "任职日期", "2020-02-30 is no date; write it as 2021-05-12."),
    (4, "1970-01-01", "任职日期", "The appointment begins before the person was born."),
    (5, "元帅", "职级", "元帅 is not known here; write one of: "),
    (6, "长" * 61, "职务", "The text is longer than 60 characters."),
]


def test_each_fault_of_a_person_is_told_in_its_place(session: Session) -> None:
    bring_in_all(session)
    fit = [change(PERSON, 1, identity_number(710 + place)) for place in range(len(PEOPLE_FAULTS))]

    found = problems(session, ImportKind.PEOPLE, *with_faults(fit, PEOPLE_FAULTS))

    assert_told(said(found), PEOPLE_FAULTS)


def test_a_telephone_number_that_is_none_is_told(session: Session) -> None:
    bring_in_all(session)
    head = [*FILES[ImportKind.PEOPLE][0], "手机"]

    assert said(problems(session, ImportKind.PEOPLE, [*PERSON, "1.38E+10"], head=head)) == [
        (2, "手机", "1.38E+10 is no telephone number.")
    ]


def test_the_same_person_twice_in_a_file_is_told_at_both(session: Session) -> None:
    bring_in_all(session)

    found = problems(session, ImportKind.PEOPLE, PERSON, PERSON)

    sentence = f"{NEW[:4]}**********{NEW[-4:]} stands in this file more than once."
    assert said(found) == [(2, "身份证号", sentence), (3, "身份证号", sentence)]


def test_two_numbers_that_a_merge_made_one_person_s_are_told(session: Session) -> None:
    bring_in_all(session)
    bring_in(session, ImportKind.PEOPLE, xlsx([FILES[ImportKind.PEOPLE][0], PERSON]))
    known = people.known_people(session, [WANG, NEW])
    ids = {"kept_id": known[WANG].person.id, "merged_id": known[NEW].person.id}
    people.merge(session, SYSTEM, **ids, taken=frozenset(), reason="同一人", today=TODAY)
    wang = ("王小明", WANG, "701", "行政编制", "2019-03-01", "", "")

    found = problems(session, ImportKind.PEOPLE, wang, (wang[0], NEW, *wang[2:]))

    assert [(problem.row, problem.column) for problem in found] == [(3, "身份证号")]


def test_shifted_names_are_told(session: Session) -> None:
    bring_in_all(session)

    found = problems(session, ImportKind.PEOPLE, ("李红", WANG, "701", "行政编制", "2019-03-01", "", ""))

    assert said(found) == [(2, "姓名", "The register knows the holder of this number as 王小明, not 李红.")]


def test_a_renamed_unit_is_told_with_its_name_of_today(session: Session) -> None:
    bring_in_all(session)
    entry = DepartmentEntry(code="702", name="郏县交通局", kind=DepartmentKind.ADMINISTRATIVE_ORGAN)
    departments.change(session, SYSTEM, entry=entry, reason="机构改革", today=clock.today())

    found = problems(session, ImportKind.PEOPLE, change(PERSON, 2, "郏县交通运输局"))

    assert said(found) == [(2, "单位", "郏县交通运输局 has been renamed; write 郏县交通局.")]


def test_a_unit_that_has_ended_takes_nobody_in(session: Session) -> None:
    make_department(session, code="790", name="郏县工商行政管理局", ended_on=date(2019, 1, 1))

    found = problems(session, ImportKind.PEOPLE, change(PERSON, 2, "790"))

    assert said(found) == [
        (2, "单位", "郏县工商行政管理局 ended on 2019-01-01; name the unit that took over its work.")
    ]


UNIT_FAULTS = [
    (1, "郏县交通运输局", "单位名称", "Another unit bears the name 郏县交通运输局."),
    (2, "企业", "执法主体性质", "企业 is not known here; write one of: 行政机关、"),
    (3, "2021-09-01", "主体确认日期", "2021-09-01 has not come yet."),
    (2, "受委托组织", "委托机关编码", "Name the entrusting unit and the first day"),
    (0, "0701", "单位编码", "The register has this code as 701; a spreadsheet"),
    (0, "", "单位编码", "This must not be empty."),
]


def test_each_fault_of_a_unit_is_told_in_its_place(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    fit = [(f"75{place}", f"郏县第{place}局", "行政机关", "", "") for place in range(len(UNIT_FAULTS))]

    found = problems(session, ImportKind.DEPARTMENTS, *with_faults(fit, UNIT_FAULTS))

    assert_told(said(found), UNIT_FAULTS)


def test_a_code_and_a_name_stand_once_in_a_file(session: Session) -> None:
    rows = [
        ("801", "甲局", "行政机关", "", ""),
        ("８０１", "乙局", "行政机关", "", ""),
        ("802", "甲 局", "机关", "", ""),
    ]

    found = said(problems(session, ImportKind.DEPARTMENTS, *rows))

    assert [(row, column) for row, column, _ in found] == [
        (2, "单位名称"),
        (2, "单位编码"),
        (3, "单位编码"),
        (4, "单位名称"),
    ]


TRAINING_FAULTS = [
    (2, "2021-08-03", "培训日期", "2021-08-03 has not come yet."),
    (3, "-1", "学时", "Hours lie between 0 and 999."),
    (3, "9" * 40, "学时", "Hours lie between 0 and 999."),
    (3, "1000", "学时", "Hours lie between 0 and 999."),
    (3, "12.25", "学时", "12.25 has more than one decimal."),
    (3, "四十", "学时", "四十 is no number."),
    (4, "王晓明", "姓名", "The register knows the holder of this number as 王小明, not 王晓明."),
    (5, NEW[:17], "身份证号", "An identity number has 18 characters."),
    (6, "大概", "是否完成", "大概 is not known here; write one of: 是、否."),
    (7, "2021-03-07", "结束日期", "The training ends before it begins."),
    (7, "2021-12-31", "结束日期", "The training has not ended; say who has completed it, and when."),
    (8, "2021-03-07", "完成日期", "Nobody completes a training before it begins."),
]


def test_each_fault_of_a_training_record_is_told_in_its_place(session: Session) -> None:
    bring_in_all(session)
    fit = [(f"第{place}期", *LINE[1:], "", "") for place in range(len(TRAINING_FAULTS))]
    head = [*FILES[ImportKind.TRAINING][0], "结束日期", "完成日期"]

    found = problems(session, ImportKind.TRAINING, *with_faults(fit, TRAINING_FAULTS), head=head)

    assert_told(said(found), TRAINING_FAULTS)


RESULT_FAULTS = [
    (1, "语文", "考试科目", "语文 is not known here; write one of: 公共法律知识、专业法律知识."),
    (2, "2021-08-03", "考试日期", "2021-08-03 has not come yet."),
    (4, float(NEW[:15] + "000"), "身份证号", "The spreadsheet has rounded this identity number; "),
    (5, "101", "成绩", "The score 101 does not lie between 0 and 100."),
    (5, "9" * 40, "成绩", f"The score {'9' * 40} does not lie between 0 and 100."),
    (5, -0.5, "成绩", "The score -0.5 does not lie between 0 and 100."),
    (5, "85.55", "成绩", "85.55 is no score; write a number with at most one decimal, or 缺考."),
    (5, "8_5", "成绩", "8_5 is no score; write a number with at most one decimal, or 缺考."),
    (5, "", "成绩", "This must not be empty."),
]


def test_each_fault_of_a_result_is_told_in_its_place(session: Session) -> None:
    bring_in_all(session)
    fit = [(f"第{place}次补考", EXAM[1], "2021-06-12", *RESULTS[1][3:]) for place in range(len(RESULT_FAULTS))]

    found = problems(session, ImportKind.EXAM_RESULTS, *with_faults(fit, RESULT_FAULTS))

    assert_told(said(found), RESULT_FAULTS)


def test_a_published_result_is_not_changed_by_a_file(session: Session) -> None:
    bring_in_all(session)

    found = problems(session, ImportKind.EXAM_RESULTS, change(RESULTS[1], 5, "60"))

    sentence = "A different result is published already (85.5); correct it on the sitting's page, with a reason."
    assert said(found) == [(2, "成绩", sentence)]


def test_the_same_person_twice_in_one_sitting_is_told_at_both(session: Session) -> None:
    bring_in_all(session)
    wide = (EXAM[0].replace("（", "(").replace("）", ")"), *EXAM[1:])

    found = said(problems(session, ImportKind.EXAM_RESULTS, (*EXAM, "李红", LI, "缺考"), (*wide, "李红", LI, "90")))

    assert [(row, column) for row, column, _ in found] == [(2, "身份证号"), (3, "成绩"), (3, "身份证号")]


def test_the_same_exam_under_another_title_is_told(session: Session) -> None:
    bring_in_all(session)
    code = exams.sittings(session, SYSTEM).rows[0].sitting.code

    found = said(problems(session, ImportKind.EXAM_RESULTS, ("补考", *EXAM[1:], "王小明", WANG, "90")))

    sentence = f"On this day this person sat this subject in another exam on record: {EXAM[0]} ({code})."
    assert found == [(2, "考试名称", sentence)]


def test_a_code_belongs_to_one_exam(session: Session) -> None:
    bring_in_all(session)
    code = exams.sittings(session, SYSTEM).rows[0].sitting.code
    head = ["考试编号", *RESULTS[0]]
    special = (EXAM[0], "专业法律知识", EXAM[2])

    found = said(problems(session, ImportKind.EXAM_RESULTS, (code, *special, "王小明", WANG, "90"), head=head))
    within = said(
        problems(
            session,
            ImportKind.EXAM_RESULTS,
            ("K1", *special, "王小明", WANG, "90"),
            ("K1", special[0], special[1], "2021-04-25", "李红", LI, "90"),
            head=head,
        )
    )

    assert found == [(2, "考试编号", f"The register has under the code {code}: {EXAM[0]}, 2021-04-24.")]
    assert within == [(3, "考试日期", "Row 2 has the same code, but says 2021-04-24 here.")]


def test_faults_of_all_rows_are_told_at_once_in_order(session: Session) -> None:
    bring_in_all(session)
    rows = [change(RESULTS[1], 5, "101"), change(RESULTS[2], 4, "1"), change(RESULTS[2], 2, "2021-08-03")]

    found = said(problems(session, ImportKind.EXAM_RESULTS, *rows))

    assert [(row, column) for row, column, _ in found] == [(2, "成绩"), (3, "身份证号"), (4, "考试日期")]


def test_a_unit_whose_code_came_as_a_number_is_refused_for_the_zeros_it_may_have_lost(session: Session) -> None:
    unit = ("郏县甲局", "行政机关", "2019-05-20", "市场监管")
    assert problems(session, ImportKind.DEPARTMENTS, (7, *unit)) == []
    make_department(session, code="001")

    found = said(problems(session, ImportKind.DEPARTMENTS, (7, *unit)))

    assert [(row, column) for row, column, _ in found] == [(2, "单位编码")]
    assert "Codes like 001 begin with zeros" in found[0][2]
