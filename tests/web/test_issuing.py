"""The gate as pages: for one person and for a sitting, what is put up to the chief, and the notice of a refusal."""

import pytest
from sqlalchemy import func, select

from registry import clock
from registry.models.certificates import Certificate, Refusal
from registry.models.exams import ExamSitting
from registry.models.trail import TrailEntry
from registry.rules.exams import ExamSubject
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import Role
from tests.factories import make_department, make_person, make_qualified_person, make_result, make_sitting
from tests.web.conftest import Office


def counts(office: Office) -> tuple[int, int, int]:
    """Certificates, refusals and entries of the trail."""
    with office.transaction() as session:
        models = (Certificate, Refusal, TrailEntry)
        found = [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]
    return found[0], found[1], found[2]


def sitting(office: Office) -> tuple[int, dict[str, int]]:
    """A common-law sitting with a graduate, somebody who failed, and a supervisor who passed."""
    with office.transaction() as session:
        unit = make_department(session)
        common, special = make_sitting(session), make_sitting(session, ExamSubject.SPECIAL_LAW)
        people = {
            "graduate": make_person(session, unit),
            "failed": make_person(session, unit),
            "supervisor": make_person(session, unit, duty=Duty.SUPERVISION),
        }
        for name, person in people.items():
            make_result(session, person, common, 59 if name == "failed" else 80)
            if name != "supervisor":
                make_result(session, person, special, 70)
        return common.id, {name: person.id for name, person in people.items()} | {"unit": unit.id}


def approve(office: Office) -> str:
    """The chief approves all that waits."""
    asked = {"step": "approve", "everybody": "yes", "asked": "", "go": "do"}
    return office.client(Role.BUREAU_CHIEF).post("/applications/selection", data=asked, follow_redirects=True).text


def somebody(office: Office, score: int | None = None, **values: object) -> int:
    with office.transaction() as session:
        if score is not None:
            return make_qualified_person(session, score=score, **values).id  # type: ignore[arg-type]
        return make_person(session, **values).id  # type: ignore[arg-type]


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", ["enforcement", "supervision"])
def test_the_gate_names_every_rule_with_its_source(office: Office, locale: str, kind: str) -> None:
    person = somebody(office, 80)

    page = office.client(Role.BUREAU_CLERK, locale=locale).get(f"/certificates/issue/{person}/{kind}").text

    assert page.count("mark mark-") == 9
    assert "《河南省行政执法条例》第二十一条" in page
    assert f'action="/certificates/issue/{person}/{kind}"' in page


def test_who_meets_every_rule_is_put_up_by_one_and_certified_by_another(office: Office) -> None:
    person, client = somebody(office, 80), office.client(Role.BUREAU_CLERK)
    assert "Every rule is met" in client.get(f"/certificates/issue/{person}/enforcement").text

    answer = client.post(f"/certificates/issue/{person}/enforcement")
    assert (answer.status_code, answer.location) == (303, "/applications/1")
    assert "waits for the bureau chief" in client.get(answer.location).text
    assert counts(office)[0] == 0
    approve(office)

    assert "16042500001" in client.get(answer.location).text
    assert counts(office)[0] == 1


@pytest.mark.parametrize("number", ["", "郏水函〔2026〕2号"])
def test_an_application_says_which_paper_asked_for_it_or_that_the_bureau_acted_by_itself(
    office: Office, number: str
) -> None:
    person, client = somebody(office, 80), office.client(Role.BUREAU_CLERK)
    assert "of its own motion" in client.get(f"/certificates/issue/{person}/enforcement").text

    client.post(f"/certificates/issue/{person}/enforcement", data={"document_number": number})

    page = client.get("/applications/1").text
    assert ("put up by the bureau of its own motion" in page) is not bool(number)
    assert number in page
    with office.transaction() as session:
        entry = session.scalars(select(TrailEntry).where(TrailEntry.subject_type == "applications")).first()
        assert entry is not None
        assert (entry.facts.get("own_motion"), entry.facts.get("document_number")) == (
            not number or None,
            number or None,
        )


def test_without_a_pass_nothing_is_issued_and_every_reason_is_told(office: Office) -> None:
    person = somebody(office, establishment=Establishment.CONTRACT_WORKER)
    client = office.client(Role.BUREAU_CLERK)
    assert "3 rules are not met" in client.get(f"/certificates/issue/{person}/enforcement").text

    answer = client.post(f"/certificates/issue/{person}/enforcement")

    assert (answer.status_code, answer.location) == (303, "/certificates/refusals/1")
    notice = client.get(answer.location).text
    for reason in ("off the establishment may not apply", "Has not sat this exam.", "Enter for the next sitting"):
        assert reason in notice
    assert notice.count("mark mark-bad") == 3
    assert "policy no. 2" in notice
    assert counts(office)[:2] == (0, 1)


def test_a_refusal_pressed_twice_is_one_refusal(office: Office) -> None:
    person, client = somebody(office), office.client(Role.BUREAU_CLERK)

    first = client.post(f"/certificates/issue/{person}/enforcement")
    before = counts(office)
    second = client.post(f"/certificates/issue/{person}/enforcement")

    assert second.location == first.location
    assert counts(office) == before


def test_an_application_pressed_twice_is_one_application_and_a_holder_needs_none(office: Office) -> None:
    person, client = somebody(office, 80), office.client(Role.BUREAU_CLERK)
    address = f"/certificates/issue/{person}/enforcement"

    client.post(address)
    second = client.post(address, follow_redirects=True)
    assert "an application is under way" in second.text
    approve(office)
    third = client.post(address, follow_redirects=True)

    assert "a certificate is held" in third.text
    assert counts(office)[:2] == (1, 0)


def test_a_notice_reads_in_both_languages(office: Office) -> None:
    person = somebody(office, 59)
    office.client(Role.BUREAU_CLERK).post(f"/certificates/issue/{person}/enforcement")

    english = office.client(Role.AUDITOR).get("/certificates/refusals/1").text
    chinese = office.client(Role.AUDITOR, locale="zh_CN").get("/certificates/refusals/1").text

    assert "59 of at least 60" in english
    assert "Passed the exam in common legal knowledge" in english
    assert "59 of at least 60" not in chinese
    assert "Passed the exam in common legal knowledge" not in chinese
    assert "不予核发" in chinese


def test_the_refusals_are_listed_for_the_bureau_and_the_own_unit(office: Office) -> None:
    with office.transaction() as session:
        person, unit, other = make_person(session), make_department(session), make_department(session)
        own = make_person(session, unit)
        names, ids = (person.name, own.name), (person.id, own.id)
        unit_id, other_id = unit.id, other.id
    clerk = office.client(Role.BUREAU_CLERK)
    assert "Nobody has been refused" in clerk.get("/certificates/refusals").text
    for one in ids:
        clerk.post(f"/certificates/issue/{one}/enforcement")

    def listed(page: str) -> list[str]:
        return [name for name in names if f">{name}</a>" in page]

    assert listed(clerk.get("/certificates/refusals").text) == list(names)
    assert listed(clerk.get("/certificates/refusals?after=2").text) == [names[0]]
    head = office.client(Role.UNIT_HEAD, unit_id)
    assert listed(head.get("/certificates/refusals").text) == [names[1]]
    assert head.get("/certificates/refusals/2").status_code == 200
    assert head.get("/certificates/refusals/1").status_code == 403
    assert listed(office.client(Role.UNIT_CLERK, other_id).get("/certificates/refusals").text) == []


def test_the_sitting_shows_what_would_happen_and_changes_nothing(office: Office) -> None:
    exam, ids = sitting(office)
    before = counts(office)

    page = office.client(Role.BUREAU_CLERK).get(f"/certificates/issue/sitting/{exam}/enforcement").text

    assert f'href="/people/{ids["graduate"]}"' in page
    assert f'href="/certificates/issue/{ids["failed"]}/enforcement"' in page
    assert f"/{ids['supervisor']}/enforcement" not in page
    assert "59 of at least 60" in page
    assert counts(office) == before


def test_a_sitting_is_put_up_and_refused_and_a_second_press_changes_nothing(office: Office) -> None:
    exam, _ = sitting(office)
    client, address = office.client(Role.BUREAU_CLERK), f"/certificates/issue/sitting/{exam}/enforcement"

    answer = client.post(address)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "1 application put up, 1 refused, 0 left as they are." in page
    assert "/applications/1" in page
    assert "/certificates/refusals/1" in page
    assert counts(office)[:2] == (0, 1)

    before = counts(office)
    again = client.get(client.post(address).location).text
    assert "0 applications put up, 1 refused, 1 left as they are." in again
    assert counts(office) == before

    approve(office)
    assert counts(office)[:2] == (1, 1)
    assert "16042500001" in client.get(answer.location).text
    assert "Who holds one already" in client.get(address).text


def test_supervisors_of_a_sitting_get_their_own_kind(office: Office) -> None:
    exam, ids = sitting(office)
    client = office.client(Role.BUREAU_CLERK)

    client.post(f"/certificates/issue/sitting/{exam}/supervision")
    approve(office)

    with office.transaction() as session:
        card = session.scalars(select(Certificate)).one()
        assert (card.person_id, card.kind.value) == (ids["supervisor"], "supervision")
    assert counts(office)[1] == 0


def test_a_sitting_without_candidates_for_a_kind_says_so(office: Office) -> None:
    with office.transaction() as session:
        exam = make_sitting(session).id

    page = office.client(Role.BUREAU_CLERK).get(f"/certificates/issue/sitting/{exam}/supervision").text

    assert "Nobody to put up" in page
    assert f'href="/exams/{exam}"' in page


def test_what_came_of_a_batch_is_read_by_its_day_and_by_its_unit(office: Office) -> None:
    exam, ids = sitting(office)
    client = office.client(Role.BUREAU_CLERK)
    client.post(f"/certificates/issue/sitting/{exam}/enforcement")
    approve(office)
    address = f"/certificates/issued/{exam}/enforcement"

    assert "16042500001" in client.get(f"{address}?day={clock.today()}").text
    assert "16042500001" in client.get(f"{address}?day=nonsense").text
    assert "Nobody was put up" in client.get(f"{address}?day=2020-01-01").text
    assert "16042500001" in office.client(Role.UNIT_CLERK, ids["unit"]).get(address).text
    with office.transaction() as session:
        stranger = make_department(session).id
    assert "16042500001" not in office.client(Role.UNIT_CLERK, stranger).get(address).text


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_CLERK, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_but_the_bureau_puts_up_a_sitting(office: Office, role: Role) -> None:
    exam, ids = sitting(office)
    client = office.client(role, ids["unit"] if role in {Role.UNIT_HEAD, Role.UNIT_CLERK} else None)

    paths = [f"/certificates/issue/sitting/{exam}/enforcement"]
    if role in {Role.AUDITOR, Role.ADMINISTRATOR}:
        paths.append(f"/certificates/issue/{ids['graduate']}/enforcement")
    for path in paths:
        assert client.get(path).status_code == 403
        assert client.post(path).status_code == 403
    assert counts(office)[:2] == (0, 0)
    assert "Put up:" not in client.get(f"/exams/{exam}").text


def test_a_unit_applies_from_a_person_s_page_where_the_law_lets_it(office: Office) -> None:
    exam, ids = sitting(office)
    head = office.client(Role.UNIT_HEAD, ids["unit"])
    address = f"/certificates/issue/{ids['graduate']}/enforcement"
    assert f'href="{address}"' in head.get(f"/people/{ids['graduate']}").text
    assert "Record the refusal" not in head.get(f"/certificates/issue/{ids['failed']}/enforcement").text

    page = head.post(address, follow_redirects=True).text

    assert "waits for the bureau clerk" in page
    assert counts(office)[0] == 0


def test_an_unknown_kind_person_or_sitting_is_not_found(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    with office.transaction() as session:
        exam = make_sitting(session).id
        assert session.get(ExamSitting, exam) is not None

    for path in (
        "/certificates/issue/4040/enforcement",
        "/certificates/issue/sitting/4040/enforcement",
        f"/certificates/issue/sitting/{exam}/nonsense",
        f"/certificates/issued/{exam}/nonsense",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code in {404, 405}
