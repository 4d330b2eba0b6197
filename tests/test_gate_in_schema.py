"""The gate in the schema: what raw SQL cannot do on either database, and on SQLite not even with foreign keys off."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.conftest import Database
from tests.shell import Register, made_cast, open_register, with_and_without_keys


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    with_and_without_keys(metafunc)


@pytest.fixture(scope="module")
def cast(database: Database) -> Iterator[tuple[Engine, dict[str, int]]]:
    with made_cast(database) as made:
        yield made


@pytest.fixture
def register(request: pytest.FixtureRequest, cast: tuple[Engine, dict[str, int]]) -> Iterator[Register]:
    with open_register(cast, request.param) as opened:
        yield opened


def test_a_true_result_is_published(register: Register) -> None:
    register.run(register.publish())

    assert register.run("SELECT passed FROM exam_results WHERE person_id = :stranger").scalar_one()


def test_own_passes_make_a_qualification_and_a_certificate(register: Register) -> None:
    register.run(register.qualify())
    register.run(register.certify())

    assert register.run("SELECT count(*) FROM certificates WHERE person_id = :graduate").scalar_one() == 1


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"person_id": ":failed", "common_result_id": ":failed_common"}, id="another's special pass"),
        pytest.param({"person_id": ":failed", "special_result_id": ":failed_special"}, id="another's common pass"),
        pytest.param(
            {"person_id": ":failed", "common_result_id": ":failed_common", "special_result_id": ":failed_special"},
            id="a failed result",
        ),
        pytest.param({"person_id": ":stranger"}, id="somebody who never sat an exam"),
        pytest.param({"special_result_id": ":graduate_common"}, id="the wrong subject"),
        pytest.param(
            {"common_result_id": ":graduate_special", "special_result_id": ":graduate_common"}, id="subjects exchanged"
        ),
        pytest.param(
            {"special_result_id": ":graduate_common", "special_subject": "'common_law'"}, id="one subject twice"
        ),
        pytest.param({"special_result_id": "NULL"}, id="one subject missing"),
        pytest.param({"common_result_id": "4040"}, id="a result that does not exist"),
        pytest.param({"passed": "false"}, id="a qualification that admits to failure"),
        pytest.param({"passed": "NULL"}, id="a qualification that says nothing"),
        pytest.param({"kind": "'supervision'", "common_result_id": ":failed_common"}, id="supervision on another's"),
        pytest.param(
            {"kind": "'supervision'", "special_result_id": ":failed_special"}, id="supervision with another's special"
        ),
    ],
)
def test_a_qualification_rests_on_own_passed_results_in_both_subjects(
    register: Register, values: dict[str, str]
) -> None:
    register.refuses(register.qualify(**values))


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"qualification_id": "4040"}, id="no qualification"),
        pytest.param({"qualification_id": "NULL"}, id="an empty one"),
        pytest.param({"qualification_id": ":holder_qualification"}, id="another person's"),
        pytest.param({"kind": "'supervision'"}, id="one of another kind"),
        pytest.param({"person_id": ":stranger"}, id="given to somebody else"),
    ],
)
def test_no_certificate_without_the_holders_own_qualification(register: Register, values: dict[str, str]) -> None:
    register.run(register.qualify())

    register.refuses(register.certify(**values))


def test_a_certificate_cannot_be_handed_to_another_qualification_or_person(register: Register) -> None:
    register.run(register.qualify())

    register.refuses("UPDATE certificates SET qualification_id = 901 WHERE id = :card")
    register.refuses("UPDATE certificates SET person_id = :stranger WHERE id = :card")


@pytest.mark.parametrize(
    "change",
    [
        "score = 100",
        "score = 60, passed = true",
        "passed = true",
        "passed = false",
        "person_id = :stranger",
        "pass_mark = 50",
        "subject = 'common_law'",
    ],
)
def test_a_published_result_does_not_change(register: Register, change: str) -> None:
    register.refuses(f"UPDATE exam_results SET {change} WHERE id = :failed_special")


def test_a_published_result_is_not_deleted(register: Register) -> None:
    register.refuses("DELETE FROM exam_results WHERE id = :failed_special")
    register.refuses("DELETE FROM exam_results WHERE id = :graduate_common")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"score": "59"}, id="passed below the mark"),
        pytest.param({"score": "61", "passed": "false"}, id="failed above the mark"),
        pytest.param({"score": "NULL", "outcome": "'absent'"}, id="passed without coming"),
        pytest.param({"score": "100.5"}, id="above full marks"),
        pytest.param({"score": "-1", "passed": "false"}, id="below zero"),
        pytest.param({"pass_mark": "10", "score": "15"}, id="a pass mark of its own"),
        pytest.param({"subject": "'special_law'"}, id="another subject than the sitting"),
        pytest.param({"sitting_id": "4040"}, id="no sitting"),
        pytest.param({"outcome": "'annulled'"}, id="an annulled exam with a score"),
        pytest.param({"person_id": ":failed"}, id="a second result in one sitting"),
        pytest.param({"supersedes_id": ":failed_special", "correction_reason": "'…'"}, id="a correction of another's"),
        pytest.param({"person_id": ":failed", "supersedes_id": ":failed_common"}, id="a correction without a reason"),
    ],
)
def test_only_a_true_result_is_published(register: Register, values: dict[str, str]) -> None:
    register.refuses(register.publish(**values))


CORRECTED = {
    "person_id": ":graduate",
    "score": "50",
    "passed": "false",
    "supersedes_id": ":graduate_common",
    "correction_reason": "'复核'",
}


def test_nothing_rests_on_a_result_that_a_correction_overtook(register: Register) -> None:
    register.run(register.publish(**CORRECTED))

    register.refuses(register.qualify())


def test_no_certificate_follows_on_a_qualification_whose_result_was_corrected(register: Register) -> None:
    register.run(register.qualify())
    register.run(register.publish(**CORRECTED))

    register.refuses(register.certify())


def test_a_result_is_corrected_once(register: Register) -> None:
    register.run(register.publish(**CORRECTED))

    register.refuses(register.publish(**CORRECTED, id="902"))
