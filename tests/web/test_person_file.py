"""The file of a person as its readers see it: the photo, what stays inside, and how many questions it asks."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from registry.models.people import ConductRecord, Secondment
from registry.models.trail import TrailEntry
from registry.rules.permissions import Action, Role
from tests.factories import make_certificate, make_department, make_person, make_qualified_person
from tests.pictures import photographed, picture, seen
from tests.queries import counted
from tests.web.conftest import Office
from tests.web.test_people import a_person, a_unit, entry

QUERIES = 29  # the file asks twelve, its gate eleven; applications, flags, losses, names, account, office the rest
MEASURE = {
    "measure": "criticism",
    "decided_by": "郏县司法局",
    "document_number": "郏司〔2026〕4号",
    "decided_on": "2026-03-02",
    "until_on": "",
    "content": "执法时未出示证件",
}


def send_photo(office: Office, person: int, content: bytes, role: Role = Role.BUREAU_CLERK) -> int:
    sent = {"picture": (BytesIO(content), "photo.jpg")}
    return office.client(role).post(f"/people/{person}/photo/new", data=sent).status_code


def test_a_photo_goes_in_and_is_shown_to_whoever_may_see_the_person(office: Office) -> None:
    unit, other = a_unit(office), a_unit(office)
    person = a_person(office, unit)

    assert office.client(Role.AUDITOR).get(f"/people/{person}/photo").status_code == 404
    assert send_photo(office, person, photographed()) == 303
    shown = office.client(Role.UNIT_CLERK, unit).get(f"/people/{person}/photo")

    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert seen(shown.data).size == (358, 441)
    assert f'src="/people/{person}/photo' in office.client(Role.AUDITOR).get(f"/people/{person}").text
    assert office.client(Role.UNIT_CLERK, other).get(f"/people/{person}/photo").status_code == 403
    assert office.stranger().get(f"/people/{person}/photo").status_code == 302


def test_no_picture_is_told_on_the_page_and_a_wrong_one_removed_for_a_reason(office: Office) -> None:
    person, client = a_person(office), office.client(Role.BUREAU_CLERK)
    sent = {"picture": (BytesIO(b"PK\x03\x04 no picture"), "photo.jpg")}

    refused = client.post(f"/people/{person}/photo/new", data=sent)
    none = client.post(f"/people/{person}/photo/new", data={})
    send_photo(office, person, picture())
    silent = client.post(f"/people/{person}/photo/removal", data={"reason": " "})
    told = client.post(f"/people/{person}/photo/removal", data={"reason": "不是本人"}, follow_redirects=True)

    assert (refused.status_code, "no JPEG, PNG or WebP picture" in refused.text) == (422, True)
    assert "Choose a picture." in none.text
    assert (silent.status_code, "Say why the photo is removed." in silent.text) == (422, True)
    assert all(words in told.text for words in ("The photo is removed.", "no photo", "不是本人"))


def test_a_measure_is_on_record_for_the_bureau_and_its_auditors_alone(office: Office) -> None:
    unit = a_unit(office)
    person = a_person(office, unit)

    page = (
        office.client(Role.BUREAU_CLERK).post(f"/people/{person}/conduct/new", data=MEASURE, follow_redirects=True).text
    )

    assert all(words in page for words in ("The decision is on record.", "criticism and education", "郏司〔2026〕4号"))
    assert "执法时未出示证件" in office.client(Role.AUDITOR).get(f"/people/{person}").text
    for role in (Role.UNIT_HEAD, Role.UNIT_CLERK, Role.ADMINISTRATOR):
        client = office.client(role, unit if role is not Role.ADMINISTRATOR else None)
        seen_there = client.get(f"/people/{person}").text
        assert not any(words in seen_there for words in ("criticism", "discipline", "郏司〔2026〕4号", "#conduct"))
        assert client.post(f"/people/{person}/conduct/new", data=MEASURE).status_code == 403
    assert "criticism" in office.client(Role.AUDITOR).get("/trail").text
    assert "criticism" not in office.client(Role.ADMINISTRATOR).get("/trail").text


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"measure": "disqualification", "decided_by": "某县 渔政局"}, "own unit", id="own unit"),
        pytest.param({"decided_on": "2099-01-01"}, "has not been made yet", id="to come"),
        pytest.param({"until_on": "2026-01-01"}, "before the day of the decision", id="ends before"),
        pytest.param({"document_number": ""}, "Enter the number of the document.", id="no document"),
    ],
)
def test_a_measure_that_nobody_could_take_is_refused(office: Office, changed: dict[str, str], sentence: str) -> None:
    person = a_person(office, a_unit(office, name="某县渔政局"))

    answer = office.client(Role.BUREAU_CLERK).post(f"/people/{person}/conduct/new", data=MEASURE | changed)

    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_wrong_record_is_annulled_once_and_stays(office: Office) -> None:
    person, client = a_person(office), office.client(Role.BUREAU_CHIEF)
    client.post(f"/people/{person}/conduct/new", data=MEASURE)
    with office.transaction() as session:
        record = session.scalars(select(ConductRecord.id)).one()
    address = f"/people/conduct/{record}/annulment"

    page = client.post(address, data={"reason": "张冠李戴"}, follow_redirects=True).text
    again = client.post(address, data={"reason": "再次"})

    assert all(words in page for words in ("annulled", "张冠李戴", "criticism and education"))
    assert (again.status_code, "annulled before" in again.text) == (422, True)
    with office.transaction() as session:
        told = session.scalars(select(TrailEntry).where(TrailEntry.action == Action.CONDUCT_MANAGE)).all()
        assert [act.subject_type for act in told] == ["conduct_records", "conduct_records"]
    assert "annulled because: 张冠李戴" in page.replace("\n", "")


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM conduct_records", "UPDATE conduct_records SET measure = 'praise'", "DELETE FROM secondments"],
)
def test_no_program_changes_or_deletes_what_was_decided(office: Office, statement: str) -> None:
    person, host = a_person(office), a_unit(office)
    office.client(Role.BUREAU_CLERK).post(f"/people/{person}/conduct/new", data=MEASURE)
    with office.transaction() as session:
        session.add(Secondment(person_id=person, department_id=host, from_on=date(2026, 1, 1)))

    with pytest.raises(DBAPIError), office.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("until_on", [None, date(2026, 3, 31)])
def test_no_program_seconds_somebody_twice_at_once(office: Office, until_on: date | None) -> None:
    person, host = a_person(office), a_unit(office)
    with office.transaction() as session:
        session.add(Secondment(person_id=person, department_id=host, from_on=date(2026, 2, 1), until_on=until_on))

    with pytest.raises(DBAPIError), office.transaction() as session:
        session.add(
            Secondment(person_id=person, department_id=host, from_on=date(2026, 1, 1), until_on=date(2026, 2, 1))
        )


def test_both_units_see_who_is_seconded(office: Office) -> None:
    home, host = a_unit(office, name="甲局"), a_unit(office, name="乙局")
    person = a_person(office, home)
    with office.transaction() as session:
        session.add(Secondment(person_id=person, department_id=host, from_on=date(2026, 1, 1)))

    away = office.client(Role.UNIT_HEAD, home).get(f"/departments/{home}").text
    here = office.client(Role.UNIT_HEAD, host).get(f"/departments/{host}").text

    assert "seconded to 乙局" in away
    assert "seconded from 甲局" in here
    assert (f"/people/{person}" in away, f"/people/{person}" in here) == (True, False)


def test_what_an_office_knows_of_a_person_is_kept_and_the_address_shown_to_who_manages(office: Office) -> None:
    unit = a_unit(office)
    person = a_person(
        office,
        unit,
        email="oyn@example.gov.cn",
        office_phone="0375-5150000",
        works_since_on="2011-07-01",
        is_law_major="y",
        enforcement_area="龙山街道",
    )

    page = office.client(Role.BUREAU_CLERK).get(f"/people/{person}").text

    shown = ("oyn@example.gov.cn", "0375-5150000", "2011-07-01", "法学 · law", "龙山街道")
    assert all(words in page for words in shown)
    assert "oyn@example.gov.cn" not in office.client(Role.UNIT_HEAD, unit).get(f"/people/{person}").text
    wrong = entry(unit, email="nobody", works_since_on="2099-01-01", reason="x")
    assert "Enter an e-mail address" in office.client(Role.BUREAU_CLERK).post(f"/people/{person}/edit", data=wrong).text


def test_the_file_says_which_certificate_goes_along_with_whoever_left(office: Office) -> None:
    with office.transaction() as session:
        person = make_qualified_person(session)
        card = make_certificate(session, person, valid_until=date(2099, 1, 1))
    office.client(Role.BUREAU_CLERK).post(f"/people/{person.id}/acts/die", data={"day": "2026-01-31", "reason": ""})

    page = office.client(Role.BUREAU_CLERK).get(f"/people/{person.id}").text

    assert "died on 2026-01-31." in page
    assert f"{card.number} must be taken back." in page
    assert f"/people/{person.id}/acts/join" not in page  # nobody is appointed after death
    assert f"/people/{person.id}/acts/reopen" in page


def test_the_file_asks_few_questions_however_long_the_career(office: Office) -> None:
    with office.transaction() as session:
        unit, host = make_department(session), make_department(session)
        person = make_person(session, unit)
    client, engine = office.client(Role.BUREAU_CHIEF), office.app.extensions["engine"]
    with counted(engine) as short:
        client.get(f"/people/{person.id}")
    send_photo(office, person.id, picture())
    for day in range(1, 6):
        client.post(f"/people/{person.id}/conduct/new", data=MEASURE | {"decided_on": f"2026-03-0{day}"})
        with office.transaction() as session:
            session.add(
                Secondment(
                    person_id=person.id, department_id=host.id, from_on=date(2026, day, 1), until_on=date(2026, day, 9)
                )
            )

    with counted(engine) as long:
        client.get(f"/people/{person.id}")

    assert len(long) <= QUERIES
    assert len(long) - len(short) <= 2  # what was decided about conduct, in the history, and the names in that
