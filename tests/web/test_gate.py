"""The gate explained for anybody on record, today and under a supposition that stands in the address."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from registry import clock
from registry.models.certificates import Refusal
from registry.models.exams import ExamResult
from registry.models.people import Appointment, Person
from registry.models.trail import TrailEntry
from registry.rules.exams import ExamSubject
from registry.rules.people import EndReason
from registry.rules.permissions import Role
from tests.factories import make_person, make_sitting
from tests.web.conftest import Office

LATER = clock.today() + timedelta(days=200)


def somebody(office: Office) -> tuple[int, int]:
    with office.transaction() as session:
        person = make_person(session)
        return person.id, person.department_id


def written(office: Office) -> list[int]:
    with office.transaction() as session:
        return [session.scalar(select(func.count()).select_from(row)) or 0 for row in (TrailEntry, Refusal, ExamResult)]


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_what_if_is_answered_from_the_address_and_writes_nothing(office: Office, locale: str) -> None:
    person, unit = somebody(office)
    client, before = office.client(Role.UNIT_CLERK, unit, locale=locale), written(office)
    address = f"/people/{person}/gate/enforcement"

    now = client.get(address).text
    then = client.get(f"{address}?common_law={LATER}&special_law={LATER}").text
    too_early = client.get(f"{address}?common_law={LATER}&special_law={LATER}&on={LATER - timedelta(days=1)}").text

    assert ("said-danger" in now, "tag-info" in now) == (True, False)
    assert ("said-danger" in then, then.count("tag tag-info")) == (False, 2)
    assert "said-danger" in too_early
    assert written(office) == before


def test_the_next_sitting_is_named_and_gives_the_earliest_day(office: Office) -> None:
    person, _ = somebody(office)
    with office.transaction() as session:
        for subject in ExamSubject:
            make_sitting(session, subject, held_on=LATER, title=f"来年考试 {subject.value}")
        make_sitting(session, held_on=LATER, title="别的领域", enforcement_field="林业")

    page = office.client(Role.AUDITOR).get(f"/people/{person}/gate/enforcement").text

    assert f"The earliest day on which every rule could be met: {LATER}." in page
    assert "来年考试 common_law" in page
    assert "别的领域" not in page


def test_without_a_sitting_the_page_says_what_is_waited_for(office: Office) -> None:
    person, _ = somebody(office)

    page = office.client(Role.AUDITOR).get(f"/people/{person}/gate/enforcement").text

    assert "No earliest day can be named yet." in page


def test_a_past_day_and_rubbish_are_told_and_left_out(office: Office) -> None:
    person, _ = somebody(office)

    page = office.client(Role.AUDITOR).get(f"/people/{person}/gate/enforcement?on=2020-01-01&common_law=soon").text

    assert "2020-01-01 is past" in page
    assert "soon is no day" in page


@pytest.mark.parametrize("reason", [EndReason.RETIREMENT, EndReason.DEATH, EndReason.TRANSFER])
def test_whoever_holds_no_post_is_explained(office: Office, reason: EndReason) -> None:
    person, _ = somebody(office)
    with office.transaction() as session:
        post = session.scalars(select(Appointment)).one()
        post.until_on, post.end_reason = date(2026, 3, 1), reason

    for kind in ("enforcement", "supervision"):
        answer = office.client(Role.BUREAU_CLERK).get(f"/people/{person}/gate/{kind}")
        assert (answer.status_code, "2026-03-01" in answer.text) == (200, True)


def test_a_withdrawn_file_is_explained(office: Office) -> None:
    person, _ = somebody(office)
    with office.transaction() as session:
        session.get_one(Person, person).withdrawn_on = date(2026, 3, 1)

    answer = office.client(Role.BUREAU_CLERK).get(f"/people/{person}/gate/enforcement")

    assert (answer.status_code, "opened in error" in answer.text) == (200, True)


def test_the_persons_page_leads_there_and_no_other_kind_exists(office: Office) -> None:
    person, unit = somebody(office)
    client = office.client(Role.UNIT_HEAD, unit)

    assert f'href="/people/{person}/gate/enforcement"' in client.get(f"/people/{person}").text
    assert client.get(f"/people/{person}/gate/nonsense").status_code == 404
