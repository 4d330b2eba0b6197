"""What is to be looked into, the qualification of a person and filings of ministries, as pages."""

from datetime import timedelta

import pytest

from registry import clock
from registry.models.certificates import Certificate
from registry.models.tasks import Task
from registry.rules.careers import CareerAct
from registry.rules.certificates import CertificateStatus
from registry.rules.permissions import SYSTEM, Role
from registry.services import people
from registry.services.people import CareerEntry
from tests.factories import make_certificate
from tests.web.conftest import Office


@pytest.fixture
def retired(office: Office) -> Certificate:
    """A certificate in force whose holder retired today."""
    today = clock.today()
    with office.transaction() as session:
        card = make_certificate(session, valid_until=today + timedelta(days=400))
        entry = CareerEntry(day=today, document_number="郏人社〔2026〕8号")
        people.perform(session, SYSTEM, person_id=card.person_id, act=CareerAct.RETIRE, entry=entry, today=today)
        session.expunge_all()
        return card


def task_of(office: Office, card: Certificate) -> Task:
    with office.transaction() as session:
        return session.query(Task).filter_by(certificate_id=card.id).one()


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_a_flagged_certificate_is_on_the_board_the_list_its_page_and_the_persons(
    office: Office, retired: Certificate, locale: str
) -> None:
    client = office.client(Role.BUREAU_CLERK, locale=locale)
    task = task_of(office, retired)

    assert 'href="/tasks"' in client.get("/").text
    listed = client.get("/tasks").text
    assert retired.number in listed
    assert f'href="/tasks/{task.id}/keep"' in listed
    assert f'href="/tasks/{task.id}/keep"' in client.get(f"/certificates/{retired.id}").text
    for path in ("/certificates", f"/certificates/{retired.id}", f"/people/{retired.person_id}"):
        assert "tag-bad" in client.get(path).text, path


def test_the_list_of_tasks_is_narrowed_by_its_address(office: Office, retired: Certificate) -> None:
    client = office.client(Role.AUDITOR)
    for query, is_seen in (
        ("?kind=retired", True),
        ("?kind=died", False),
        ("?overdue=yes", False),
        ("?settled=yes", False),
        (f"?department={retired.department_id}&kind=nonsense", True),
    ):
        assert (retired.number in client.get(f"/tasks{query}").text) is is_seen, query
    assert "/keep" not in client.get("/tasks").text
    for path, said, way_out in (
        ("/tasks?kind=died", "Nothing matches", 'href="/tasks"'),
        ("/ministry-certificates?q=zzz", "No filing matches", 'href="/ministry-certificates"'),
    ):
        page = client.get(path).text.split('class="nothing"')[1]
        assert (said in page, way_out in page) == (True, True), path
    assert office.client(Role.UNIT_CLERK, retired.department_id).get("/tasks").text.count(retired.number) == 1


def test_a_certificate_stays_with_a_reason(office: Office, retired: Certificate) -> None:
    client, task = office.client(Role.BUREAU_CLERK), task_of(office, retired)
    assert client.post(f"/tasks/{task.id}/keep", data={"reason": ""}).status_code == 422

    assert 'name="reason"' in client.get(f"/tasks/{task.id}/keep").text
    answer = client.post(f"/tasks/{task.id}/keep", data={"reason": "返聘至年底"}, follow_redirects=True)
    settled = client.get(f"/tasks/{task.id}/keep").text
    assert ('name="reason"' in settled, "nothing is left to decide" in settled) == (False, True)

    assert "the certificate stays" in answer.text
    assert retired.number not in client.get("/tasks").text
    assert "返聘至年底" in client.get("/tasks?settled=yes").text
    assert client.post(f"/tasks/{task.id}/keep", data={"reason": "再次"}).status_code == 422


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_a_qualification_is_taken_away_and_given_back_on_pages(office: Office, locale: str) -> None:
    with office.transaction() as session:
        card = make_certificate(session, valid_until=clock.today() + timedelta(days=400))
        own, person_id = card.id, card.person_id
    client, page = office.client(Role.BUREAU_CHIEF, locale=locale), f"/people/{person_id}/disqualification"
    decided = {"day": clock.today().isoformat(), "decided_by": "平顶山市司法局", "document_number": "平司决1号"}
    assert "第八十五条" in client.get(page).text
    assert client.post(page, data=decided).status_code == 422

    done = client.post(page, data={**decided, "basis": "misconduct", "reason": "出借证件"})
    assert done.status_code == 303
    with office.transaction() as session:
        assert session.get_one(Certificate, own).status is CertificateStatus.REVOKED
    shown = client.get(f"/people/{person_id}").text
    assert "平司决1号" in shown
    assert client.get(page).location == f"{page}/lifting"
    lifted = client.post(f"{page}/lifting", data={**decided, "document_number": "平司决2号", "reason": "撤销原决定"})

    assert lifted.status_code == 303
    assert "平司决2号" in client.get(f"/people/{person_id}").text


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_a_ministrys_certificate_is_filed_listed_and_taken_back(office: Office, locale: str) -> None:
    with office.transaction() as session:
        card = make_certificate(session, valid_until=clock.today() + timedelta(days=400))
        person_id, unit = card.person_id, card.department_id
    client = office.client(Role.BUREAU_CLERK, locale=locale)
    form = {"ministry": "公安部", "number": "GA-7", "issued_on": "2024-01-01", "note": "辖区派出所"}
    assert client.get(f"/ministry-certificates/new/{person_id}").status_code == 200
    assert client.post(f"/ministry-certificates/new/{person_id}", data={}).status_code == 422

    assert client.post(f"/ministry-certificates/new/{person_id}", data=form).status_code == 303

    for path in ("/ministry-certificates", f"/people/{person_id}", f"/ministry-certificates?department={unit}&q=GA"):
        assert "GA-7" in client.get(path).text, path
    assert f"/ministry-certificates?department={unit}" in client.get(f"/departments/{unit}").text
    assert "GA-7" not in client.get("/certificates").text
    assert client.get("/ministry-certificates/1/withdrawal").status_code == 200
    client.post("/ministry-certificates/1/withdrawal", data={"reason": "录错"})
    assert "GA-7" not in client.get("/ministry-certificates").text
