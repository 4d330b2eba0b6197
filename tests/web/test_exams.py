"""Exams as pages: sittings, results, corrections; a unit's people see their candidates."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.models.exams import ExamResult
from registry.rules.permissions import Role
from tests.factories import make_department, make_person, make_result, make_sitting
from tests.web.conftest import Office

RIGHT = {"outcome": "scored", "score": "61", "reason": "复核改判"}


def held(office: Office) -> dict[str, int | str]:
    """A sitting with one passed, one failed and one absent candidate of two units."""
    with office.transaction() as session:
        sitting, unit, other = make_sitting(session), make_department(session), make_department(session)
        passed, failed, absent = make_person(session, unit), make_person(session, unit), make_person(session, other)
        results = [
            make_result(session, one, sitting, mark) for one, mark in ((passed, 90), (failed, 59), (absent, None))
        ]
        return {
            "sitting": sitting.id,
            "unit": unit.id,
            "passed": passed.name,
            "failed": failed.name,
            "absent": absent.name,
            "result": results[1].id,
            "other_result": results[2].id,
        }


def listed(page: str, exam: dict[str, int | str]) -> list[str]:
    return [who for who in ("passed", "failed", "absent") if f">{exam[who]}</a>" in page]


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.AUDITOR, Role.ADMINISTRATOR])
def test_an_empty_register_says_where_results_come_from(office: Office, locale: str, role: Role) -> None:
    page = office.client(role, locale=locale).get("/exams")

    assert page.status_code == 200
    assert (b"/imports?kind=exam_results" in page.data) is (role is Role.BUREAU_CLERK)


def test_sittings_of_a_year_are_listed_with_their_counts(office: Office) -> None:
    exam = held(office)
    with office.transaction() as session:
        make_sitting(session, held_on=date(2024, 5, 1))
    client = office.client(Role.BUREAU_CLERK)

    page = client.get("/exams?year=2021").text

    assert [page.count(f'class="number">{count}</td>') for count in (3, 2, 1)] == [1, 1, 2]
    assert f'href="/exams/{exam["sitting"]}"' in page
    assert '<option value="2021" selected>' in page
    assert "No exam in 2022" in client.get("/exams?year=2022").text
    assert client.get("/exams?year=nonsense&after=nonsense").status_code == 200


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_results_are_filtered_by_their_address(office: Office, locale: str) -> None:
    exam = held(office)
    client = office.client(Role.AUDITOR, locale=locale)

    for query, seen in (
        ("", ["passed", "failed", "absent"]),
        ("?passed=yes", ["passed"]),
        ("?passed=no", ["failed", "absent"]),
        (f"?after={exam['result']}", ["absent"]),
        ("?passed=nonsense", ["passed", "failed", "absent"]),
        ("?passed=yes&after=9999", []),
    ):
        assert listed(client.get(f"/exams/{exam['sitting']}{query}").text, exam) == seen, query


def test_the_bureau_may_issue_and_correct_from_the_sitting_and_nobody_else(office: Office) -> None:
    exam = held(office)
    address = f"/exams/{exam['sitting']}"

    clerk = office.client(Role.BUREAU_CLERK).get(address).text
    auditor = office.client(Role.AUDITOR).get(address).text

    for kind in ("enforcement", "supervision"):
        assert f"/certificates/issue/sitting/{exam['sitting']}/{kind}" in clerk
    assert f"/exams/results/{exam['result']}/correction" in clerk
    assert "/correction" not in auditor
    assert "/issue/" not in auditor


def test_a_units_people_see_their_candidates_alone(office: Office) -> None:
    exam = held(office)
    with office.transaction() as session:
        empty = make_department(session).id
    client = office.client(Role.UNIT_CLERK, int(exam["unit"]))

    page = client.get(f"/exams/{exam['sitting']}").text

    assert listed(page, exam) == ["passed", "failed"]
    assert '<div class="stat-value">2</div>' in page
    assert '<div class="stat-value">3</div>' not in page
    other = office.client(Role.UNIT_HEAD, empty).get(f"/exams/{exam['sitting']}").text
    assert listed(other, exam) == []
    assert "Nobody of your unit sat this exam." in other


def test_a_correction_is_published_and_the_earlier_result_is_kept(office: Office) -> None:
    exam, client = held(office), office.client(Role.BUREAU_CLERK)
    address = f"/exams/results/{exam['result']}/correction"
    assert 'value="59.0"' in client.get(address).text

    answer = client.post(address, data=RIGHT)

    assert (answer.status_code, answer.location) == (302, f"/exams/{exam['sitting']}")
    page = client.get(answer.location).text
    assert "复核改判" in page
    assert "corrected" in page
    with office.transaction() as session:
        kept = session.scalars(select(ExamResult).where(ExamResult.id >= exam["result"]).order_by(ExamResult.id)).all()
        assert [(kept[0].score, kept[-1].score, kept[-1].supersedes_id)] == [(59, 61, exam["result"])]


def test_a_correction_sent_twice_is_refused_the_second_time(office: Office) -> None:
    exam, client = held(office), office.client(Role.BUREAU_CLERK)
    address = f"/exams/results/{exam['result']}/correction"

    client.post(address, data=RIGHT)
    again = client.post(address, data=RIGHT)

    assert again.status_code == 422
    assert "correct the newer one" in again.text


def test_an_annulled_result_loses_its_score(office: Office) -> None:
    exam, client = held(office), office.client(Role.BUREAU_CLERK)

    client.post(f"/exams/results/{exam['result']}/correction", data={**RIGHT, "outcome": "annulled", "score": "59"})

    with office.transaction() as session:
        newest = session.scalars(select(ExamResult).order_by(ExamResult.id.desc())).first()
        assert newest is not None
        assert (newest.outcome.value, newest.score, newest.passed) == ("annulled", None, False)


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"reason": ""}, "Say why the result is corrected.", id="no reason"),
        pytest.param({"score": "101"}, "does not lie between 0 and 100", id="above full marks"),
        pytest.param({"score": ""}, "A score belongs to a sat exam", id="sat without a score"),
        pytest.param({"score": "many"}, "Not a valid decimal value.", id="no number"),
        pytest.param({"score": "1e400"}, "does not lie between 0 and 100", id="far above full marks"),
        pytest.param({"score": "Infinity"}, "at most one decimal place", id="without end"),
        pytest.param({"score": "NaN"}, "at most one decimal place", id="not a number"),
        pytest.param({"score": "59.95"}, "at most one decimal place", id="two decimal places"),
        pytest.param({"outcome": "nonsense"}, "Invalid Choice", id="no outcome"),
        pytest.param({"score": "59"}, "published already", id="what it is"),
    ],
)
def test_a_refused_correction_says_why_and_publishes_nothing(office: Office, values: dict[str, str], said: str) -> None:
    exam = held(office)

    answer = office.client(Role.BUREAU_CLERK).post(
        f"/exams/results/{exam['result']}/correction", data={**RIGHT, **values}
    )

    assert answer.status_code == 422
    assert said in answer.text
    with office.transaction() as session:
        assert len(session.scalars(select(ExamResult)).all()) == 3


def test_only_the_bureau_corrects(office: Office) -> None:
    exam = held(office)
    for client in (office.client(Role.AUDITOR), office.client(Role.UNIT_HEAD, int(exam["unit"]))):
        for result in (exam["result"], exam["other_result"]):
            assert client.get(f"/exams/results/{result}/correction").status_code == 403
            assert client.post(f"/exams/results/{result}/correction", data=RIGHT).status_code == 403


def test_an_unknown_sitting_or_result_is_not_found(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)

    assert client.get("/exams/4040").status_code == 404
    assert client.get("/exams/results/4040/correction").status_code == 404
