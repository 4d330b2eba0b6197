"""Acts on a unit through its pages, its list with filters and export, and paper that keeps the name of its day."""

from datetime import date
from typing import Any

import pytest

from registry import clock
from registry.models.certificates import Refusal
from registry.models.departments import Department
from registry.rules.certificates import CertificateKind
from registry.rules.departments import DepartmentKind
from registry.rules.imports import ImportKind
from registry.rules.permissions import SYSTEM, Role
from registry.services import departments, exams, imports, training
from tests.factories import (
    EXAM_DAY,
    ISSUED_ON,
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
    make_training,
    policy_id,
)
from tests.services.importing import send
from tests.web.conftest import Office

OLD, NEW = "郏县城市管理局", "郏县综合执法局"
RENAMED = {"name": NEW, "from_on": "2024-03-01", "document_number": "郏编〔2024〕3号", "reason": "机构改革"}


def unit_of(office: Office, unit_id: int) -> Department:
    with office.transaction() as session:
        return session.get_one(Department, unit_id)


def make_unit(office: Office, **values: Any) -> int:
    with office.transaction() as session:
        return make_department(session, **values).id


@pytest.mark.parametrize(
    ("act", "sent", "kept"),
    [
        pytest.param("rename", RENAMED, {"name": NEW}, id="renamed"),
        pytest.param("name", {"name": "郏县城管局", "reason": "笔误"}, {"name": "郏县城管局"}, id="corrected"),
        pytest.param(
            "confirmation",
            {"notice": "公告9号", "confirmed_on": "2020-01-01", "reason": "补录"},
            {"confirmation_notice": "公告9号", "confirmed_on": date(2020, 1, 1)},
            id="confirmed",
        ),
        pytest.param(
            "withdrawal",
            {"notice": "公告10号", "withdrawn_on": "2025-01-01", "reason": "职能划转"},
            {"withdrawal_notice": "公告10号", "withdrawn_on": date(2025, 1, 1)},
            id="withdrawn",
        ),
        pytest.param(
            "ending",
            {"merged_into_id": "", "ended_on": "2026-01-01", "document_number": "郏编1号", "reason": "撤销"},
            {"ended_on": date(2026, 1, 1), "ending_document": "郏编1号", "merged_into_id": None},
            id="ended",
        ),
    ],
)
def test_an_act_asks_for_its_document_and_is_told_in_the_history(
    office: Office, act: str, sent: dict[str, str], kept: dict[str, object]
) -> None:
    unit_id, client = make_unit(office, name=OLD), office.client(Role.BUREAU_CLERK)
    address = f"/departments/{unit_id}/{act}"
    assert client.get(address).status_code == 200

    without = client.post(address, data=sent | {"reason": " "})
    page = client.post(address, data=sent, follow_redirects=True).text
    again = client.post(address, data=sent | {"ended_on": "2999-01-01", "from_on": "2024-03-01"})

    assert (without.status_code, "Say why." in without.text) == (422, True)
    assert sent["reason"] in page
    assert {name: getattr(unit_of(office, unit_id), name) for name in kept} == kept
    assert again.status_code == (302 if act == "confirmation" else 422)


def test_an_entrusted_body_is_entrusted_anew_and_takes_up_fields(office: Office) -> None:
    organ = make_unit(office, name=OLD)
    body = make_unit(
        office,
        kind=DepartmentKind.ENTRUSTED_ORGANISATION,
        confirmed_on=None,
        entrusting_department_id=organ,
        entrusted_from=date(2020, 1, 1),
        entrusted_until=date(2022, 12, 31),
    )
    client, day = office.client(Role.BUREAU_CLERK), clock.today().isoformat()
    renewed = {"entrusting_id": organ, "from_on": day, "until_on": "", "document_number": "委1号", "reason": "续"}
    field = {"field": "文旅", "area": "郏县", "basis": "《旅游法》", "from_on": day}

    before = client.get(f"/departments/{body}").text
    assert client.post(f"/departments/{body}/entrustment", data=renewed).status_code == 302
    after = client.post(f"/departments/{body}/fields/new", data=field, follow_redirects=True).text
    twice = client.post(f"/departments/{body}/fields/new", data=field)
    with office.transaction() as session:
        scope_id = departments.scopes(session, SYSTEM, department_id=body)[0].id
    over = client.post(f"/departments/{body}/fields/{scope_id}/end", follow_redirects=True).text

    assert "entrustment expired" in before
    assert "entrustment expired" not in after
    assert all(word in after for word in ("2022-12-31", "委1号", "《旅游法》"))
    assert twice.status_code == 422
    assert f"ended on {day}" in over


def test_the_end_shows_first_what_hangs_on_the_unit_and_can_be_taken_back(office: Office) -> None:
    unit_id, heir = make_unit(office, name=OLD), make_unit(office, name=NEW)
    with office.transaction() as session:
        make_person(session, session.get_one(Department, unit_id))
    client = office.client(Role.BUREAU_CLERK)
    sent = {"merged_into_id": heir, "ended_on": "2026-01-01", "document_number": "郏编1号", "reason": "合并"}

    preview = client.get(f"/departments/{unit_id}/ending").text
    ended = client.post(f"/departments/{unit_id}/ending", data=sent, follow_redirects=True).text
    people_form = client.get("/people/new").text
    back = client.post(f"/departments/{unit_id}/reopening", data={"reason": "误录"}, follow_redirects=True).text

    assert "1 person serves here" in preview
    assert all(word in ended for word in ("Left to do", NEW, "郏编1号", "1 person serves here"))
    assert f">{OLD}<" not in people_form
    assert "The unit stands again." in back


def test_the_list_is_narrowed_by_its_address_and_turned_by_key(office: Office) -> None:
    for number in range(51):
        make_unit(office, code=f"{number:03}", name=f"第{number}局")
    make_unit(office, code="900", name="郏县工商局", short_name="工商", ended_on=date(2019, 1, 1))
    make_unit(office, code="901", name="郏县粮食局", confirmed_on=None)
    client = office.client(Role.AUDITOR)

    first = client.get("/departments").text
    second = client.get("/departments?after=049").text

    assert ("第49局" in first, "第50局" in first, "after=049" in first) == (True, False, True)
    assert ("第50局" in second, "郏县粮食局" in second, "郏县工商局" in second) == (True, True, False)
    assert "郏县工商局" in client.get("/departments?q=工商").text
    assert "郏县粮食局" in client.get("/departments?standing=unconfirmed").text
    assert "No unit fits" in client.get("/departments?q=没有&kind=entrusted_organisation").text


def test_what_is_listed_comes_back_as_an_import_unchanged(office: Office) -> None:
    organ = make_unit(office, code="001", name=OLD, short_name="城管局", enforcement_basis="《城乡规划法》")
    entrusted = DepartmentKind.ENTRUSTED_ORGANISATION
    days = {"entrusted_from": date(2020, 1, 1), "entrusted_until": date(2027, 1, 1)}
    make_unit(
        office, code="002", kind=entrusted, confirmed_on=None, entrusting_department_id=organ, parent_id=organ, **days
    )
    client = office.client(Role.BUREAU_CLERK)
    field = {"field": "=文旅", "area": "城区、新区", "basis": "", "from_on": "2024-01-01"}
    assert client.post(f"/departments/{organ}/fields/new", data=field).status_code == 302

    content = client.post("/departments/export.xlsx").data
    with office.transaction() as session:
        batch = send(session, ImportKind.DEPARTMENTS, content)
        problems = [problem.in_words("en") for problem in imports.problems_of(batch)]
        counts = (batch.created_count, batch.updated_count, batch.unchanged_count)

    assert (problems, batch.unread["headings"]) == ([], [])
    assert counts == (0, 0, 2)


def test_paper_and_dated_lists_keep_the_name_of_their_day(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session, name=OLD)
        holder, applicant = make_qualified_person(session, unit), make_person(session, unit, name="吴未过")
        card = make_certificate(session, holder)
        sitting = make_sitting(session, held_on=EXAM_DAY)
        make_result(session, applicant, sitting, 40)
        course = make_training(session, applicant)
        refusal = Refusal(
            person_id=applicant.id,
            department_id=unit.id,
            kind=CertificateKind.ENFORCEMENT,
            refused_on=ISSUED_ON,
            findings=[],
            policy_id=policy_id(session),
        )
        session.add(refusal)
    client = office.client(Role.BUREAU_CLERK)
    client.post(f"/departments/{unit.id}/rename", data=RENAMED)

    notice = client.get(f"/certificates/refusals/{refusal.id}").text
    page = client.get(f"/certificates/{card.id}").text
    public = office.stranger().get(f"/c/{card.check_code}").text
    with office.transaction() as session:
        results, _ = exams.results(session, SYSTEM, sitting_id=sitting.id)
        attended, _ = training.attended(session, SYSTEM, session_id=course.id)

    assert (OLD in notice, NEW in notice) == (True, False)
    assert OLD in client.get("/certificates/refusals").text
    assert f"{OLD} (today: {NEW})" in page
    assert (OLD in public, NEW in public) == (True, False)
    assert [row.unit for row in results] == [row.unit for row in attended] == [OLD]
    assert NEW in client.get(f"/people/{applicant.id}").text
