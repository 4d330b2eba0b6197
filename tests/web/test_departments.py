"""The pages of units: their list and coverage, a unit's file, recording, changing, legal reviewers."""

from datetime import date

import pytest
from sqlalchemy import select

from registry import clock
from registry.models.departments import Department, LegalReviewer
from registry.models.trail import TrailEntry
from registry.rules.departments import DepartmentKind
from registry.rules.permissions import Action, Role
from registry.services import departments
from registry.services.departments import reading
from tests.factories import make_certificate, make_department, make_person, make_qualified_person
from tests.queries import counted
from tests.web.conftest import Office

FAR = date(2099, 1, 1)


def entry(**changed: object) -> dict[str, object]:
    """What the form sends."""
    fit = {
        "code": "W01",
        "name": "某县水利局",
        "kind": "administrative_organ",
        "confirmation_notice": "某政公告〔2019〕1号",
        "confirmed_on": "2019-05-20",
        "entrusting_code": "",
        "entrusted_from": "",
        "entrusted_until": "",
        "enforcement_field": "水利",
        "enforcement_area": "某县",
        "legal_review_section": "法制股",
        "short_name": "",
        "parent_code": "",
        "entrustment_document": "",
        "enforcement_basis": "",
    }
    return fit | changed


def acts(office: Office) -> list[TrailEntry]:
    with office.transaction() as session:
        wanted = select(TrailEntry).where(TrailEntry.action == Action.DEPARTMENT_MANAGE).order_by(TrailEntry.id)
        return list(session.scalars(wanted))


def unit_by(office: Office, code: str) -> Department:
    with office.transaction() as session:
        return session.scalars(select(Department).where(Department.code == code)).one()


def test_an_empty_list_says_what_to_do(office: Office) -> None:
    assert "Record the units of the county first" in office.client(Role.BUREAU_CLERK).get("/departments").text
    assert "The justice bureau records the units" in office.client(Role.AUDITOR).get("/departments").text


def test_the_list_shows_coverage_and_whether_legal_review_is_strong_enough(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session, name="某县水利局")
        make_certificate(session, make_qualified_person(session, unit), valid_until=FAR)
        for _ in range(20):
            make_person(session, unit)
        reviewer = make_person(session, unit)
        session.add(LegalReviewer(person_id=reviewer.id, department_id=unit.id, from_on=date(2020, 1, 1)))

    page = office.client(Role.AUDITOR).get("/departments").text

    assert "某县水利局" in page
    assert "1 of 22 officers: 4.5% — 2 needed" in page
    assert "at least 5 per hundred" in page


def test_the_list_takes_as_many_queries_for_ten_as_for_two_hundred(office: Office) -> None:
    client, engine = office.client(Role.BUREAU_CLERK), office.app.extensions["engine"]
    with office.transaction() as session:
        for _ in range(10):
            make_department(session)
    with counted(engine) as few:
        client.get("/departments")
    with office.transaction() as session:
        for _ in range(190):
            make_person(session, make_department(session))

    with counted(engine) as many:
        client.get("/departments")

    assert len(few) == len(many) <= 12


def test_recording_a_unit_leads_to_its_file_with_one_entry(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    assert client.get("/departments/new").status_code == 200

    page = client.post("/departments/new", data=entry(), follow_redirects=True).text

    assert "某县水利局 is recorded." in page
    assert "某政公告〔2019〕1号" in page
    assert "may have certified officers" in page
    assert len(acts(office)) == 1


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param({}, "The code W01 is in use.", id="sent twice"),
        pytest.param({"code": "W02"}, "Another unit bears the name", id="a name in use"),
        pytest.param({"code": " "}, "Enter the unit", id="no code"),
        pytest.param(
            {"code": "W02", "name": "x", "kind": "entrusted_organisation"},
            "Name the entrusting unit",
            id="no entruster",
        ),
        pytest.param({"code": "W02", "name": "x", "kind": "pirates"}, "Invalid Choice", id="no such kind"),
    ],
)
def test_a_wrong_unit_comes_back_with_the_sentence(office: Office, wrong: dict[str, object], sentence: str) -> None:
    client = office.client(Role.BUREAU_CLERK)
    client.post("/departments/new", data=entry())

    answer = client.post("/departments/new", data=entry(**wrong))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(acts(office)) == 1


def test_a_change_asks_why_keeps_the_code_and_stands_in_the_history(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    client.post("/departments/new", data=entry())
    address = f"/departments/{unit_by(office, 'W01').id}/edit"
    assert 'value="水利"' in client.get(address).text

    silent = client.post(address, data=entry(short_name="水利局", reason=" "))
    changed = entry(code="OTHER", name="某县水务局", short_name="水利局", reason="补录简称")
    page = client.post(address, data=changed, follow_redirects=True).text
    again = client.post(address, data=changed, follow_redirects=True).text

    assert (silent.status_code, "Say why." in silent.text) == (422, True)
    assert "补录简称" in page
    assert "Nothing was different." in again
    unit = unit_by(office, "W01")
    assert (unit.name, unit.short_name, len(acts(office))) == ("某县水利局", "水利局", 2)


def test_an_entrusted_body_shows_its_entruster_and_days(office: Office) -> None:
    with office.transaction() as session:
        organ = make_department(session, name="某县城管局")
        kind = DepartmentKind.ENTRUSTED_ORGANISATION
        unit = make_department(
            session,
            kind=kind,
            confirmed_on=None,
            confirmation_notice=None,
            entrusting_department_id=organ.id,
            entrusted_from=date(2020, 1, 1),
            entrusted_until=date(2021, 12, 31),
        )

    page = office.client(Role.AUDITOR).get(f"/departments/{unit.id}").text

    assert all(word in page for word in ("某县城管局", "2020-01-01", "2021-12-31"))
    assert "entrustment expired" in page


def test_a_reviewer_is_appointed_flagged_and_released(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session)
        person = make_person(session, unit, name="李审核", has_law_qualification=True)
        unqualified = make_person(session, unit, name="王无证")
    client, address = office.client(Role.BUREAU_CLERK), f"/departments/{unit.id}"
    sent = {"person_id": person.id, "from_on": clock.today().isoformat()}

    appointed = client.post(f"{address}/reviewers", data=sent, follow_redirects=True).text
    twice = client.post(f"{address}/reviewers", data=sent)
    released = client.post(f"{address}/reviewers/{person.id}/release", follow_redirects=True).text
    over = client.post(f"{address}/reviewers/{person.id}/release")
    refused = client.post(f"{address}/reviewers", data=sent | {"person_id": unqualified.id})

    assert (refused.status_code, "第五十八条" in refused.text) == (422, True)
    assert f'legal reviewer: <a href="/people/{person.id}">李审核</a>' in " ".join(appointed.split())
    assert (twice.status_code, "is a legal reviewer already" in twice.text) == (422, True)
    assert "service ends today" in released
    assert len(acts(office)) == 2
    assert over.status_code == 422


def test_in_a_large_unit_a_reviewer_is_chosen_by_how_the_name_begins(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STAFF_SHOWN", 1)
    monkeypatch.setattr(departments, "STAFF_SHOWN", 1)
    with office.transaction() as session:
        unit = make_department(session)
        make_person(session, unit, name="安先")
        person = make_person(session, unit, name="李审核", has_law_qualification=True)
    client, address = office.client(Role.BUREAU_CLERK), f"/departments/{unit.id}"
    sent = {"person_id": person.id, "from_on": clock.today().isoformat()}

    first, begun = client.get(address).text, client.get(f"{address}?reviewer=李").text
    appointed = client.post(f"{address}/reviewers?reviewer=李", data=sent, follow_redirects=True).text

    assert ("enter how the name begins" in first, "李审核 ·" in first, "李审核 ·" in begun) == (True, False, True)
    assert f'legal reviewer: <a href="/people/{person.id}">李审核</a>' in " ".join(appointed.split())


def test_nobody_is_appointed_without_a_person_or_from_another_unit(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session)
        stranger = make_person(session)
    client = office.client(Role.BUREAU_CLERK)

    answers = [
        client.post(f"/departments/{unit.id}/reviewers", data={"person_id": person, "from_on": "2026-01-01"})
        for person in ("", stranger.id)
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "Choose the person." in answers[0].text
    assert acts(office) == []


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_CLERK])
def test_units_people_see_their_unit_alone_and_change_nothing(office: Office, role: Role) -> None:
    with office.transaction() as session:
        mine, other = make_department(session, name="我的局"), make_department(session, name="别的局")
    client = office.client(role, mine.id)

    page = client.get("/departments").text

    assert ("我的局" in page, "别的局" in page) == (True, False)
    assert client.get(f"/departments/{mine.id}").status_code == 200
    assert client.get(f"/departments/{other.id}").status_code == 403
    assert client.get(f"/departments/{mine.id}/edit").status_code == 403
    assert client.get("/departments/new").status_code == 403
    assert client.post(f"/departments/{mine.id}/reviewers").status_code == 403


def test_a_unit_that_does_not_exist_is_not_found(office: Office) -> None:
    assert office.client(Role.AUDITOR).get("/departments/999").status_code == 404
