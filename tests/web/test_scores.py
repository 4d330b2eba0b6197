"""Score sheets as pages: what is typed is kept, what is right is saved, published once; figures for each unit."""

import io
import re

import openpyxl
import pytest
from sqlalchemy import select

from registry.models.exams import Candidate, ExamResult, ExamSitting, ScoreEntry
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules.exams import ExamOutcome
from registry.rules.permissions import Role
from tests.factories import make_candidate, make_result, make_sitting
from tests.queries import counted
from tests.web.conftest import Office

EXAM = dict[str, list[int]]


def entered(office: Office, count: int = 3, **values: object) -> EXAM:
    """A sitting with so many candidates of two units."""
    with office.transaction() as session:
        sitting = make_sitting(session)
        candidates = [make_candidate(session, sitting, **values) for _ in range(count)]
        return {
            "sitting": [sitting.id],
            "people": [one.person_id for one in candidates],
            "units": [one.department_id for one in candidates],
        }


def sheet_of(exam: EXAM, **args: object) -> str:
    asked = "&".join(f"{name}={value}" for name, value in args.items())
    return f"/exams/{exam['sitting'][0]}/scores?{asked}"


def cells(exam: EXAM, *texts: str, name: str = "score") -> dict[str, str]:
    return {f"{name}-{person}": text for person, text in zip(exam["people"], texts, strict=False)}


def stored(office: Office, round: int = 1) -> list[str]:
    with office.transaction() as session:
        rows = session.scalars(select(ScoreEntry).where(ScoreEntry.round == round).order_by(ScoreEntry.person_id))
        return [str(row.score) if row.outcome is ExamOutcome.SCORED else row.outcome.value for row in rows]


def shown(page: str) -> list[str]:
    return re.findall(r'name="score-\d+" id="score-\d+" value="([^"]*)"', page)


@pytest.mark.parametrize(("locale", "absent"), [("en", "absent"), ("zh_CN", "缺考")])
def test_scores_are_saved_from_the_grid_and_stand_there_again(office: Office, locale: str, absent: str) -> None:
    exam, client = entered(office), office.client(Role.BUREAU_CLERK, locale=locale)

    answer = client.post(sheet_of(exam), data=cells(exam, "85.5", "缺", ""))
    page = client.get(answer.location or "").text

    assert answer.status_code == 303
    assert stored(office) == ["85.5", "absent"]
    assert shown(page) == ["85.5", absent, ""]
    assert re.search(r"2 / 3", page)
    assert page.count(" autofocus") == 1
    assert f'id="score-{exam["people"][2]}" value="" data-cell autofocus' in page


def test_a_wrong_cell_is_told_beside_itself_and_costs_no_other(office: Office) -> None:
    exam, client = entered(office), office.client(Role.BUREAU_CLERK)

    answer = client.post(sheet_of(exam), data=cells(exam, "85", "8x5", "101"))

    assert answer.status_code == 422
    assert shown(answer.text) == ["85", "8x5", "101"]
    assert answer.text.count('aria-invalid="true"') == 2
    assert "The score 101 does not lie between 0 and 100." in answer.text
    assert "1 other score is saved" in answer.text
    assert stored(office) == ["85.0"]


def test_a_page_that_was_open_too_long_overwrites_nothing(office: Office) -> None:
    exam, one, other = entered(office), office.client(Role.BUREAU_CLERK), office.client(Role.BUREAU_CHIEF)
    one.post(sheet_of(exam), data=cells(exam, "85", "70"))

    answer = other.post(sheet_of(exam), data=cells(exam, "58", "", "66"))
    seen = {**cells(exam, "58", "", "66"), **cells(exam, "85", "", "66", name="before")}

    assert answer.status_code == 422
    assert f'name="before-{exam["people"][0]}" value="85"' in answer.text
    assert stored(office) == ["85.0", "70.0", "66.0"]
    assert other.post(sheet_of(exam), data=seen).status_code == 303
    assert stored(office) == ["58.0", "70.0", "66.0"]


def test_the_second_entry_shows_no_first_score_and_the_comparison_only_differences(office: Office) -> None:
    exam, one, other = entered(office), office.client(Role.BUREAU_CLERK), office.client(Role.BUREAU_CHIEF)
    first, second, _ = exam["people"]
    one.post(sheet_of(exam), data=cells(exam, "85.5", "70", "60"))

    blind = other.get(sheet_of(exam, round=2)).text
    assert "85.5" not in blind
    assert shown(blind) == ["", "", ""]
    assert shown(one.get(sheet_of(exam, round=2)).text) == []
    other.post(sheet_of(exam, round=2), data=cells(exam, "58.5", "71", "60"))
    where = f"/exams/{exam['sitting'][0]}/scores/comparison"
    page = other.get(where).text
    assert [f'name="holds-{person}"' in page for person in exam["people"]] == [True, True, False]
    seen = {f"first-{first}": "85.5", f"second-{first}": "58.5", f"first-{second}": "70", f"second-{second}": "71"}
    wrong = other.post(where, data={**seen, f"holds-{first}": "second", f"right-{second}": "7 1 x"})
    assert (wrong.status_code, 'value="7 1 x"' in wrong.text) == (422, True)
    assert other.post(where, data={**seen, f"right-{second}": "缺"}).status_code == 303
    assert "Both entries agree" in other.get(where).text
    assert stored(office, 1) == stored(office, 2) == ["58.5", "absent", "60.0"]


def test_results_are_published_when_nothing_is_missing_and_the_sheet_is_closed_then(office: Office) -> None:
    exam, client = entered(office), office.client(Role.BUREAU_CLERK)
    where = f"/exams/{exam['sitting'][0]}/scores/publication"
    client.post(sheet_of(exam), data=cells(exam, "60", "59.9"))

    assert "Candidates without a first entry: 1." in client.get(where).text
    assert client.post(where).status_code == 422
    client.post(sheet_of(exam), data=cells(exam, "", "", "取消"))
    assert "Publish 3 results" in client.get(where).text
    answer = client.post(where)

    assert (answer.status_code, answer.location) == (303, f"/exams/{exam['sitting'][0]}")
    with office.transaction() as session:
        passed = session.scalars(select(ExamResult.passed).order_by(ExamResult.person_id)).all()
    assert passed == [True, False, False]
    for path in (sheet_of(exam), sheet_of(exam, round=2), f"/exams/{exam['sitting'][0]}/scores/comparison", where):
        assert "The results are published" in client.get(path).text
    assert client.post(sheet_of(exam), data=cells(exam, "99")).status_code == 422


def test_the_sheet_is_narrowed_to_a_room_and_goes_on_where_the_button_says(office: Office) -> None:
    exam, client = entered(office, room="一"), office.client(Role.BUREAU_CLERK)
    with office.transaction() as session:
        first = session.scalars(select(Candidate.admission_number).order_by(Candidate.admission_number)).first()

    answer = client.post(sheet_of(exam, room="一"), data={**cells(exam, "60"), "go_on": first})

    assert answer.location is not None
    assert len(shown(client.get(answer.location).text)) == 2
    assert "First page" in client.get(answer.location).text
    assert shown(client.get(sheet_of(exam, room="no such room")).text) == []


def test_the_sheet_asks_the_database_as_often_for_many_as_for_few(office: Office) -> None:
    few, many, client = entered(office, 2), entered(office, 40), office.client(Role.BUREAU_CLERK)
    assert "Nobody is entered for this sitting" in client.get(sheet_of(entered(office, 0))).text
    sent = []
    for exam in (few, many):
        with counted(office.app.extensions["engine"]) as queries:
            client.get(sheet_of(exam))
        sent.append(len(queries))

    assert sent[0] == sent[1] <= 14


def published(office: Office) -> EXAM:
    exam = entered(office, 4)
    with office.transaction() as session:
        sitting = session.get_one(ExamSitting, exam["sitting"][0])
        for person_id, score in zip(exam["people"], (95, 84, 59, None), strict=True):
            make_result(session, session.get_one(Person, person_id), sitting, score)
    return exam


def rows_of(content: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def figures(page: str) -> list[list[str]]:
    """The numbers of each line of the table."""
    lines = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    return [re.findall(r'class="number">([^<]*)</td>', line) for line in lines]


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_statistics_count_each_unit_and_all_of_them(office: Office, locale: str) -> None:
    exam, where = published(office), "/exams/{}/statistics"
    client = office.client(Role.AUDITOR, locale=locale)
    head = office.client(Role.UNIT_HEAD, exam["units"][1], locale=locale)

    page = client.get(where.format(exam["sitting"][0])).text
    own = head.get(where.format(exam["sitting"][0])).text

    assert figures(page)[-1] == ["4", "3", "1", "0", "2", "1", "66.7 %", "79.3", "95", "59"]
    assert len([line for line in figures(page) if line]) == 5
    assert [line for line in figures(own) if line] == [["1", "1", "0", "0", "1", "0", "100 %", "84", "84", "84"]]
    bars = re.findall(r'<progress value="(\d+)" max="3"', page)
    assert [bars[:6], bars[10:]] == [["1", "1", "0", "0", "1", "0"], ["1", "1", "0", "1"]]


def test_the_statistics_file_says_exactly_what_the_page_says(office: Office) -> None:
    exam = published(office)
    client = office.client(Role.AUDITOR)

    rows = rows_of(client.get(f"/exams/{exam['sitting'][0]}/statistics.xlsx").data)
    year = rows_of(client.get("/exams/statistics.xlsx?year=2021").data)

    assert rows[-1] == ["合计", 4, 3, 1, 0, 2, 1, 66.7, 79.3, 95, 59]
    assert year[-1] == ["合计", "公共法律知识", *rows[-1][1:]]
    assert len(rows) == len(year) == 6


def test_the_year_is_counted_by_unit_and_subject_over_its_published_sittings(office: Office) -> None:
    exam = published(office)
    entered(office, 2)
    client = office.client(Role.AUDITOR)

    page = client.get("/exams/statistics?year=2021").text

    assert "1 sitting with published results." in page
    assert figures(page)[-1][:2] == ["4", "3"]
    assert "No exam results of 2019" in client.get("/exams/statistics?year=2019").text
    other = office.client(Role.UNIT_CLERK, exam["units"][0]).get("/exams/statistics?year=2021").text
    assert figures(other)[-1][:2] == ["1", "1"]


def test_results_leave_the_house_in_the_columns_of_the_import_and_the_trail_says_so(office: Office) -> None:
    exam = published(office)
    client = office.client(Role.BUREAU_CLERK)

    heading, *rows = rows_of(client.post(f"/exams/{exam['sitting'][0]}/results.xlsx").data)
    own = office.client(Role.UNIT_HEAD, exam["units"][1]).post(f"/exams/{exam['sitting'][0]}/results.xlsx").data

    assert heading == ["考试名称", "考试科目", "考试日期", "姓名", "身份证号", "单位", "成绩"]
    assert {row[6] for row in rows} == {59, 84, 95, "缺考"}
    assert all("*" in str(row[4]) and row[1] == "公共法律知识" for row in rows)
    with office.transaction() as session:
        taken = session.scalars(
            select(TrailEntry).where(TrailEntry.action == "person:export").order_by(TrailEntry.id)
        ).all()
        assert [(one.subject_id, one.facts["exported"]) for one in taken] == [
            (exam["sitting"][0], 4),
            (exam["sitting"][0], 1),
        ]
    assert [row[6] for row in rows_of(own)[1:]] == [84]
