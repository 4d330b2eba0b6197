"""The pages of people: found, shown with the gate explained, registered, changed, ended, revealed, exported."""

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry import audit, clock
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules.permissions import SYSTEM, Action, Role
from registry.services import people
from tests.factories import (
    identity_number,
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
    make_training,
)
from tests.queries import counted
from tests.web.conftest import Office

NUMBER = identity_number(907)
FAR = date(2099, 1, 1)


def entry(department_id: int, /, **changed: object) -> dict[str, object]:
    """What the form sends."""
    fit = {
        "name": "欧阳娜",
        "identity_number": NUMBER,
        "department_id": department_id,
        "from_on": "2020-03-01",
        "section": "法制股",
        "post": "科员",
        "rank": "staff",
        "establishment": "administrative",
        "duty": "enforcement",
        "ethnicity": "汉族",
        "political_status": "",
        "education": "bachelor",
        "major": "法学",
        "phone": "13900000001",
    }
    return fit | changed


def a_unit(office: Office, **values: object) -> int:
    with office.transaction() as session:
        return make_department(session, **values).id


def a_person(office: Office, department_id: int | None = None, **values: object) -> int:
    """Somebody registered through the page."""
    unit = department_id or a_unit(office)
    sent = office.client(Role.BUREAU_CLERK).post("/people/new", data=entry(unit, **values))
    return int(sent.location.rsplit("/", 1)[1])


def acts(office: Office, action: Action = Action.PERSON_MANAGE) -> list[TrailEntry]:
    with office.transaction() as session:
        return list(session.scalars(select(TrailEntry).where(TrailEntry.action == action).order_by(TrailEntry.id)))


def rows_of(answer: TestResponse) -> list[list[Any]]:
    """The rows of a spreadsheet as another program reads them, the headings first."""
    return CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def test_an_empty_register_says_what_to_do(office: Office) -> None:
    assert "Register people one by one" in office.client(Role.BUREAU_CLERK).get("/people").text
    assert "The justice bureau registers" in office.client(Role.AUDITOR).get("/people").text


@pytest.mark.parametrize("key", ["欧阳", "ouyangna", "oyn", "水文化局"])
def test_a_search_in_the_address_finds_the_person_in_both_languages(office: Office, key: str) -> None:
    a_person(office, a_unit(office, name="某县水文化局"))
    a_person(office, name="王强", identity_number=identity_number(908))

    for locale in ("en", "zh_CN"):
        page = office.client(Role.BUREAU_CLERK, locale=locale).get("/people", query_string={"q": key}).text
        assert ("欧阳娜" in page, "王强" in page) == (True, False)


def test_a_search_for_nobody_says_how_to_search(office: Office) -> None:
    a_person(office)

    page = office.client(Role.BUREAU_CLERK).get("/people?q=nobody&duty=nonsense&department=x").text

    assert "Nobody found" in page


def test_filters_narrow_the_list_and_ride_on_to_the_next_page(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session)
        for _ in range(51):
            make_person(session, unit, name="张测")
        make_certificate(session, make_qualified_person(session, unit, name="有证"), valid_until=FAR)
    client = office.client(Role.BUREAU_CLERK)

    first = client.get(f"/people?department={unit.id}&certified=no")
    after = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(after)

    assert first.text.count("张测</a>") == 50
    assert (second.text.count("张测</a>"), "有证" in second.text, "First page" in second.text) == (1, False, True)


def test_the_list_takes_as_many_queries_for_ten_as_for_two_hundred(office: Office) -> None:
    client, engine = office.client(Role.BUREAU_CLERK), office.app.extensions["engine"]
    with office.transaction() as session:
        unit = make_department(session)
        for _ in range(10):
            make_person(session, unit)
    with counted(engine) as few:
        client.get("/people")
    with office.transaction() as session:
        for _ in range(190):
            make_person(session, unit)

    with counted(engine) as many:
        client.get("/people")

    assert len(few) == len(many) <= 8


def test_registering_leads_to_the_file_with_the_number_masked(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)

    page = client.post("/people/new", data=entry(a_unit(office)), follow_redirects=True).text

    assert "欧阳娜 is registered." in page
    assert NUMBER[:4] + "*" * 10 + NUMBER[-4:] in page
    assert NUMBER not in page
    assert "13900000001" not in page


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param({"identity_number": NUMBER[:17] + "?"}, "17 digits and a check digit or X", id="letters"),
        pytest.param({"identity_number": "123"}, "has 18 characters", id="too short"),
        pytest.param({"identity_number": ""}, "Enter the identity number.", id="none"),
        pytest.param({"name": "  "}, "Enter the name.", id="a name of blanks"),
        pytest.param({"department_id": ""}, "Choose the unit.", id="no unit"),
        pytest.param({"from_on": "2099-01-01"}, "has not come yet", id="begins in the future"),
    ],
)
def test_a_wrong_form_comes_back_with_the_sentence_and_what_was_typed(
    office: Office, wrong: dict[str, object], sentence: str
) -> None:
    answer = office.client(Role.BUREAU_CLERK).post("/people/new", data=entry(a_unit(office), major="土木工程", **wrong))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "土木工程" in answer.text
    with office.transaction() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_wrong_number_is_told_with_the_other_errors_of_the_form(office: Office) -> None:
    sent = entry(a_unit(office), identity_number="123", from_on="")

    answer = office.client(Role.BUREAU_CLERK).post("/people/new", data=sent)

    assert "has 18 characters" in answer.text
    assert "Enter the day." in answer.text


def test_the_same_person_sent_twice_is_refused_the_second_time(office: Office) -> None:
    unit, client = a_unit(office), office.client(Role.BUREAU_CLERK)

    answers = [client.post("/people/new", data=entry(unit)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert "registered with this identity number already" in answers[1].text
    assert f'href="{answers[0].location}"' in answers[1].text
    assert len([act for act in acts(office) if act.subject_type == "people"]) == 1


def test_a_change_asks_why_and_is_kept_in_the_history(office: Office) -> None:
    unit = a_unit(office)
    person, client = a_person(office, unit), office.client(Role.BUREAU_CLERK)
    assert client.get(f"/people/{person}/edit").status_code == 200

    silent = client.post(f"/people/{person}/edit", data=entry(unit, major="经济学", reason=" "))
    told = client.post(
        f"/people/{person}/edit", data=entry(unit, major="经济学", reason="郏编〔2026〕3号"), follow_redirects=True
    )

    assert (silent.status_code, "Say why." in silent.text) == (422, True)
    assert "The changes are recorded." in told.text
    assert "郏编〔2026〕3号" in told.text
    assert [act.facts for act in acts(office)][-1] == {"major": ["法学", "经济学"]}


def test_the_same_change_again_says_that_nothing_was_different(office: Office) -> None:
    unit = a_unit(office)
    person, client = a_person(office, unit), office.client(Role.BUREAU_CLERK)
    before = len(acts(office))

    page = client.post(f"/people/{person}/edit", data=entry(unit, phone="", reason="x"), follow_redirects=True).text

    assert "Nothing was different." in page
    assert len(acts(office)) == before


def test_the_full_number_is_shown_once_for_a_reason_that_the_trail_keeps(office: Office) -> None:
    person = a_person(office)
    client = office.client(Role.BUREAU_CLERK)

    silent = client.post(f"/people/{person}/identity", data={"reason": "  "})
    page = client.post(f"/people/{person}/identity", data={"reason": "核对编制证明"})

    assert (silent.status_code, NUMBER in silent.text) == (422, False)
    assert NUMBER in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert [act.reason for act in acts(office, Action.IDENTITY_UNMASK)] == ["核对编制证明"]


def test_a_unit_does_not_read_why_the_bureau_looked_at_a_number(office: Office) -> None:
    unit = a_unit(office)
    person = a_person(office, unit)
    office.client(Role.BUREAU_CLERK).post(f"/people/{person}/identity", data={"reason": "核对举报线索"})

    of_unit = office.client(Role.UNIT_HEAD, unit).get(f"/people/{person}").text
    of_bureau = office.client(Role.AUDITOR).get(f"/people/{person}").text

    assert "核对举报线索" not in of_unit
    assert "核对举报线索" in of_bureau


def test_however_often_the_bureau_looked_the_unit_has_the_history_of_its_person(office: Office) -> None:
    unit = a_unit(office)
    person = a_person(office, unit)
    with office.transaction() as session:
        for _ in range(audit.PAGE_SIZE):
            people.reveal_identity(session, SYSTEM, person_id=person, reason="核对举报线索")

    history = office.client(Role.UNIT_HEAD, unit).get(f"/people/{person}").text
    told = history.split("What was done, the latest first")[1].split("</table>")[0]

    assert "register" in told.lower()
    assert "核对举报线索" not in told


@pytest.mark.nodb
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.UNIT_HEAD, Role.UNIT_CLERK])
def test_others_neither_see_the_number_nor_the_buttons_of_the_bureau(office: Office, role: Role) -> None:
    unit = a_unit(office)
    person = a_person(office, unit)
    client = office.client(role, unit if role in {Role.UNIT_HEAD, Role.UNIT_CLERK} else None)

    page = client.get(f"/people/{person}").text

    assert "Show the full identity number" not in page
    assert "The post has ended" not in page
    assert client.post(f"/people/{person}/identity", data={"reason": "x"}).status_code == 403
    assert client.post(f"/people/{person}/acts/retire", data={}).status_code == 403
    assert client.get(f"/people/{person}/edit").status_code == 403
    assert acts(office, Action.IDENTITY_UNMASK) == []


def test_the_gate_explains_a_passing_person_and_offers_to_issue(office: Office) -> None:
    with office.transaction() as session:
        person = make_qualified_person(session)

    page = office.client(Role.BUREAU_CLERK).get(f"/people/{person.id}").text

    assert "can be issued: every rule is met" in page
    assert f"/certificates/issue/{person.id}/enforcement" in page
    assert "Apply for the certificate" in page
    assert "Apply for the certificate" not in office.client(Role.AUDITOR).get(f"/people/{person.id}").text


def test_the_gate_explains_a_failing_person_rule_by_rule(office: Office) -> None:
    with office.transaction() as session:
        person = make_person(session)
        make_result(session, person, make_sitting(session, title="公共法律知识考试"), 59)

    page = office.client(Role.BUREAU_CLERK).get(f"/people/{person.id}").text

    assert "cannot be issued: 2 rules are not met" in page
    assert "公共法律知识考试 on 2021-04-17: 59 of at least 60." in page
    assert "Has not sat this exam." in page
    assert "Enter for the next sitting and pass it." in page
    assert "《河南省行政执法条例》第二十一条" in page


def test_the_file_shows_every_record_and_a_correction_with_its_reason(office: Office) -> None:
    with office.transaction() as session:
        person = make_qualified_person(session)
        sitting = make_sitting(session)
        first = make_result(session, person, sitting, 50)
        make_result(session, person, sitting, 70, supersedes_id=first.id, correction_reason="复核改分")
        course = make_training(session, person)
        card = make_certificate(session, person, valid_until=date(2022, 1, 1))

    page = office.client(Role.BUREAU_CLERK).get(f"/people/{person.id}").text

    assert all(word in page for word in (sitting.title, course.title, card.number))
    assert ": 复核改分" in page
    assert "superseded" in page
    assert "expired" in page


def test_a_refusal_stays_in_the_file_with_its_reasons(office: Office) -> None:
    with office.transaction() as session:
        person = make_person(session)
    client = office.client(Role.BUREAU_CLERK)
    client.post(f"/certificates/issue/{person.id}/enforcement")

    page = client.get(f"/people/{person.id}").text

    assert "Refusals" in page
    assert clock.today().isoformat() in page
    assert "/certificates/refusals/" in page


def test_units_people_meet_nobody_of_another_unit(office: Office) -> None:
    mine, other = a_unit(office), a_unit(office)
    person = a_person(office, other)
    for role in (Role.UNIT_HEAD, Role.UNIT_CLERK):
        client = office.client(role, mine)

        lists = [
            client.get(address).text for address in ("/people", f"/people?department={other}", f"/people?q={NUMBER}")
        ]

        assert not any("欧阳娜" in page for page in lists)
        assert client.get(f"/people/{person}").status_code == 403
        assert len(rows_of(client.post(f"/people/export.xlsx?department={other}"))) == 1


def test_the_export_holds_what_is_listed_and_no_formula(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session)
        make_person(session, unit, name="=1+1", post="@SUM(A1)")
        card = make_certificate(session, make_qualified_person(session, unit, name="有证"), valid_until=FAR)
        make_person(session, name="别处的人")

    answer = office.client(Role.BUREAU_CLERK).post(f"/people/export.xlsx?department={unit.id}")
    rows = rows_of(answer)

    assert rows[0][:3] == ["姓名", "身份证号", "单位"]
    assert sorted(row[0] for row in rows[1:]) == ["=1+1", "有证"]
    assert f"行政执法证 {card.number}（有效，至2099-01-01）" in next(row for row in rows if row[0] == "有证")
    assert all("*" * 10 in row[1] for row in rows[1:])
    with office.transaction() as session:
        told = session.scalars(select(TrailEntry).where(TrailEntry.action == Action.PERSON_EXPORT)).one()
    assert (told.department_id, told.facts) == (unit.id, {"exported": 2})
    assert b"<f>" not in ZipFile(BytesIO(answer.data)).read("xl/worksheets/sheet1.xml")
