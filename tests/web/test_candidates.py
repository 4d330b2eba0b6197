"""Exam days as pages: sittings announced and changed, candidates entered and seated, slips and sheets printed."""

from datetime import date

import pypdfium2
import pytest
from sqlalchemy import select

from registry.db import Sessions
from registry.models.exams import Candidate, ExamSitting
from registry.models.jobs import Job
from registry.rules import RuleBroken
from registry.rules.candidates import PaperForm
from registry.rules.jobs import JobKind
from registry.rules.people import Establishment
from registry.rules.permissions import SYSTEM, Role
from registry.services import exams
from registry.services.exams import needing
from tests.factories import make_department, make_person, make_result, make_sitting
from tests.web.conftest import Office

DAY = date(2026, 4, 18)
ANNOUNCED = {
    "title": "2026年度资格考试",
    "held_on": "2026-04-18",
    "place": "县委党校",
    "has_common": "y",
    "common_starts": "9:00—11:00",
    "has_special": "y",
    "special_starts": "14:00—16:00",
}


def entered(office: Office, *sizes: int) -> tuple[int, list[int]]:
    """A sitting with so many candidates of one unit each; its id and the units."""
    with office.transaction() as session:
        sitting, units = make_sitting(session, held_on=DAY), [make_department(session) for _ in sizes]
        people = [make_person(session, unit).id for unit, size in zip(units, sizes, strict=True) for _ in range(size)]
        exams.enter(session, SYSTEM, sitting_id=sitting.id, person_ids=people)
        return sitting.id, [unit.id for unit in units]


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_the_sittings_of_a_day_are_announced_and_changed(office: Office, locale: str) -> None:
    client = office.client(Role.BUREAU_CLERK, locale=locale)
    assert "2017-08-01" in client.get("/exams/new?held_on=2021-05-01").text

    answer = client.post("/exams/new", data=ANNOUNCED)

    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "2026-04-18 9:00—11:00" in page
    with office.transaction() as session:
        assert [one.starts for one in session.scalars(select(ExamSitting))] == ["9:00—11:00", "14:00—16:00"]
    assert client.post("/exams/new", data=ANNOUNCED).status_code == 422
    assert client.post("/exams/new", data={**ANNOUNCED, "has_common": "", "has_special": ""}).status_code == 422
    change = {"title": "2026年度资格考试", "starts": "8:30", "place": "一高", "note": ""}
    assert client.post(f"{answer.location}/change", data=change).status_code == 422
    assert client.post(f"{answer.location}/change", data={**change, "reason": "党校维修"}).status_code == 303
    assert "党校维修" in client.get(answer.location).text


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_the_ticked_and_then_all_proposed_are_entered(office: Office, locale: str) -> None:
    with office.transaction() as session:
        sitting, unit = make_sitting(session, held_on=DAY), make_department(session)
        first, retake, third = (make_person(session, unit) for _ in range(3))
        make_result(session, retake, make_sitting(session, held_on=date(2026, 1, 5)), 40)
        barred = make_person(session, unit, establishment=Establishment.CONTRACT_WORKER)
        address, names = f"/exams/{sitting.id}/candidates", {one.name for one in (first, retake, third)}
        chosen, refused = str(first.id), str(barred.id)
    client = office.client(Role.BUREAU_CLERK, locale=locale)
    page = client.get(f"{address}/proposed?unit={unit.id}").text
    assert all(name in page for name in names)
    assert barred.name not in page
    assert barred.name in client.get(f"{address}/proposed?show=rest").text

    assert client.post(f"{address}/proposed").status_code == 422
    assert client.post(f"{address}/proposed", data={"person": [chosen, refused]}).status_code == 422
    assert client.post(f"{address}/proposed", data={"person": chosen}).status_code == 303
    assert client.post(f"{address}/proposed?unit={unit.id}", data={"everybody": "yes"}).status_code == 303

    listed = client.get(address).text
    assert all(name in listed for name in names)
    assert barred.name not in listed


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_of_many_proposed_a_page_counts_nobody_goes_on_and_leaves_them_to_the_worker(
    office: Office, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setattr(needing, "COUNTED", 0)
    monkeypatch.setattr(needing, "LOOKED_AT", 1)
    with office.transaction() as session:
        sitting, unit = make_sitting(session, held_on=DAY), make_department(session)
        first, second = make_person(session, unit, name="安一"), make_person(session, unit, name="白二")
        address = f"/exams/{sitting.id}/candidates/proposed"
    client = office.client(Role.BUREAU_CLERK, locale=locale)

    page = client.get(address).text

    assert (first.name in page, second.name in page, "(1)" in page) == (True, False, False)
    onward = f"{address}?after={first.id}"
    assert f'href="{onward}"' in page
    assert second.name in client.get(onward).text
    renewals = client.get(f"{address}?show=renewal").text
    assert f'href="{address}?show=renewal&amp;after={first.id}"' in renewals
    ticked = client.post(onward, data={"person": str(second.id)})
    assert (ticked.status_code, ticked.location) == (303, onward)
    asked = client.post(address, data={"everybody": "yes"})
    assert (asked.status_code, asked.location[:6]) == (303, "/jobs/")
    assert asked.location in client.get(address).text
    assert f"/exams/{sitting.id}/candidates" in client.get(asked.location).text
    assert 'name="everybody"' not in client.get(address).text


def test_people_are_added_by_name_and_by_a_pasted_list_with_what_stands_in_the_way(office: Office) -> None:
    with office.transaction() as session:
        sitting = make_sitting(session, held_on=DAY)
        one, two = make_person(session, name="王小明"), make_person(session, name="李红")
        barred = make_person(session, name="赵六", establishment=Establishment.TEMPORARY)
    client, address = office.client(Role.BUREAU_CLERK), f"/exams/{sitting.id}/candidates/add"

    found = client.get(f"{address}?q={one.name}").text
    pasted = client.post(address, data={"lines": f"1. {two.name}\n{barred.name}\n无此人"})

    assert f'name="person" value="{one.id}"' in found
    assert f'name="person" value="{two.id}"' in pasted.text
    assert f'name="person" value="{barred.id}"' not in pasted.text
    assert "is not on the establishment" in pasted.text
    assert "nobody found" in pasted.text
    ticked = {"enter": "yes", "person": [str(one.id), str(two.id)]}
    assert client.post(address, data=ticked).status_code == 303
    assert client.post(address, data={"enter": "yes"}).status_code == 422
    with office.transaction() as session:
        assert set(session.scalars(select(Candidate.person_id))) == {one.id, two.id}


def test_seats_are_allotted_and_a_candidate_is_taken_off(office: Office) -> None:
    sitting, _ = entered(office, 2, 2)
    client, address = office.client(Role.BUREAU_CLERK), f"/exams/{sitting}/candidates"

    assert "“the hall” is no room" in client.post(f"{address}/seats", data={"rooms": "the hall"}).text
    assert "2 seats for 4" in client.post(f"{address}/seats", data={"rooms": "101: 2"}).text
    assert client.post(f"{address}/seats", data={"rooms": "101: 3, 102: 9", "is_mixed": "y"}).status_code == 303

    assert client.get(f"{address}?room=101").text.count("/removal") == 3
    with office.transaction() as session:
        last = session.scalars(select(Candidate).where(Candidate.room == "102")).one()
    assert client.post(f"/exams/candidates/{last.id}/removal").status_code == 422
    assert client.post(f"/exams/candidates/{last.id}/removal", data={"reason": "调离"}).status_code == 303
    assert last.admission_number not in client.get(address).text


def test_a_units_people_see_and_print_their_own_candidates_alone(office: Office) -> None:
    sitting, (own, other) = entered(office, 1, 2)
    with office.transaction() as session:
        names = {one.department_id: one.name for one in exams.candidates(session, SYSTEM, sitting_id=sitting)}
    client = office.client(Role.UNIT_CLERK, own)

    page = client.get(f"/exams/{sitting}/candidates").text
    slips = client.post(f"/exams/{sitting}/papers", data={"slips": "yes"})

    assert names[own] in page
    assert names[other] not in page
    assert "/removal" not in page
    assert (slips.status_code, slips.mimetype) == (200, "application/pdf")
    assert names[own] in text_of(slips.data)
    assert names[other] not in text_of(slips.data)
    assert client.post(f"/exams/{sitting}/candidates/seats").status_code == 403
    for asked in ({"room": "404"}, {"department_id": str(other)}):
        assert client.post(f"/exams/{sitting}/papers", data={"slips": "yes", **asked}).status_code == 422


def test_a_long_paper_is_printed_by_the_worker_and_kept_until_candidates_change(office: Office) -> None:
    sitting, (unit,) = entered(office, 101)
    client, sessions = office.client(Role.BUREAU_CLERK), office.app.extensions["sessions"]

    answer = client.post(f"/exams/{sitting}/papers", data={"slips": "yes"})

    assert (answer.status_code, answer.location[:6]) == (303, "/jobs/")
    with office.transaction() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.PRINT_EXAM_PAPERS)).one()
    assert "/papers" in client.get(answer.location).text
    heard: list[tuple[int, int]] = []
    short = {**job.arguments, "form": PaperForm.RECORD.value}
    assert exams.print_apart(sessions, lambda *at: heard.append(at), **short) == {"candidates": 101}
    assert heard == [(101, 101)]
    page = client.get(f"/exams/{sitting}/papers").text
    paper = client.get(page.split('href="/exams/papers/')[1].split('"')[0].join(("/exams/papers/", "")))
    assert "应考人数101" in text_of(paper.data)
    assert office.client(Role.UNIT_HEAD, unit).get(paper.request.path).status_code == 403
    with pytest.raises(RuleBroken, match="changed while this was printed"):
        exams.print_apart(sessions, lambda *at: _take_one_off(sessions), **short)
    assert "/exams/papers/" not in client.get(f"/exams/{sitting}/papers").text


def _take_one_off(sessions: Sessions) -> None:
    with sessions.writing() as session, session.begin():
        first = session.scalars(select(Candidate.id).order_by(Candidate.id)).first()
        exams.take_off(session, SYSTEM, candidate_id=first or 0, reason="调离")
