"""The trail as pages: every act in words, what changed from what to what, and whether the chain holds."""

import html
import re

import pytest
from sqlalchemy import text

from registry import audit
from registry.models.accounts import Account
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.certificates import CertificateStatus
from registry.rules.permissions import SYSTEM, Action, Role
from registry.rules.reviews import ReviewFinding
from registry.web.audit import RECORDED
from tests.factories import make_certificate, make_department, make_person
from tests.web.conftest import Office


def _told(page: str) -> list[str]:
    """The facts on a page of the trail, one line each."""
    lines = re.findall(r'<li(?: class="muted")?>(.*?)</li>', page.split('<ul class="told">', 1)[1], re.DOTALL)
    plain = (re.sub(r"<[^>]+>", "", line) for line in lines)
    return [" ".join(line.split()) for line in plain]


def _record(office: Office, action: Action, kind: type, **facts: object) -> None:
    makers = {Department: make_department, Person: make_person, Certificate: make_certificate}
    with office.transaction() as session:
        audit.record(session, SYSTEM, action, makers[kind](session), **facts)


def test_an_entry_says_who_did_what_to_which_record_and_why(office: Office) -> None:
    _record(
        office,
        Action.CERTIFICATE_MOVE,
        Certificate,
        reason="证件遗失",
        status=[CertificateStatus.ACTIVE, CertificateStatus.LOST],
        document_number="郏司〔2026〕3号",
    )

    page = office.client(Role.AUDITOR).get("/trail").text

    assert "change the status of a certificate" in page
    assert 'href="/certificates/1">certificate 1</a>' in page
    assert _told(page)[:3] == ["document: 郏司〔2026〕3号", "status: valid becomes reported lost", "Reason: 证件遗失"]


def test_the_trail_is_told_in_chinese_to_the_office(office: Office) -> None:
    status = [CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED]
    _record(office, Action.CERTIFICATE_MOVE, Certificate, status=status)

    page = office.client(Role.BUREAU_CHIEF, locale="zh_CN").get("/trail").text

    assert "有效" in page
    assert "暂扣" in page


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"before": None, "after": ReviewFinding.FAILED}, "finding: — becomes failed"),
        ({"is_active": [True, False]}, "account open: yes becomes no"),
        ({"has_law_qualification": ["False", "True"]}, "legal professional qualification: no becomes yes"),
        ({"changed": {"hours": [40, 60]}}, "hours: 40 becomes 60"),
        ({"attended": [3, 4]}, "people who attended: 2"),
        ({"rules": ["CERT-3", "CERT-99"]}, "rules that stood in the way: CERT-3 Is of age; CERT-99"),
        ({"numbers": {"pass_mark": 60}}, "numbers of the policy: 1"),
        ({"sha256": "ab" * 32}, "SHA-256: abababababab…"),
        ({"something_new": 7}, "something new: 7"),
    ],
)
def test_facts_are_told_in_words(office: Office, facts: dict[str, object], said: str) -> None:
    _record(office, Action.DEPARTMENT_MANAGE, Department, **facts)

    assert any(line.startswith(said) for line in _told(office.client(Role.AUDITOR).get("/trail").text))


def test_a_move_between_units_names_them(office: Office) -> None:
    with office.transaction() as session:
        old, new = make_department(session, name="县教育局"), make_department(session, name="县水利局")
        audit.record(session, SYSTEM, Action.PERSON_MANAGE, make_person(session, new), department_id=new.id)
        fact = {"department_id": [str(old.id), str(new.id)]}
        person = audit.Act(subject_type="people", subject_id=1, facts=fact)
        audit.record_many(session, SYSTEM, Action.PERSON_MANAGE, [person])

    page = office.client(Role.AUDITOR).get("/trail").text

    assert "unit: 县教育局 becomes 县水利局" in _told(page)


def test_a_record_is_no_link_for_whoever_may_not_open_it(office: Office) -> None:
    with office.transaction() as session:
        batch = audit.Act(subject_type="import_batches", subject_id=1, facts={"filename": "人员.xlsx"})
        audit.record_many(session, SYSTEM, Action.IMPORT_PERFORM, [batch])

    assert 'href="/imports/1"' in office.client(Role.AUDITOR).get("/trail").text
    assert 'href="/imports/1"' not in office.client(Role.ADMINISTRATOR).get("/trail").text


def test_the_trail_is_narrowed_by_act_and_by_who(office: Office) -> None:
    _record(office, Action.DEPARTMENT_MANAGE, Department, name="县水利局")
    auditor = office.client(Role.AUDITOR)

    assert "县水利局" in auditor.get("/trail?action=department:manage&who=console").text
    assert "No entry like that" in auditor.get("/trail?action=department:manage&who=nobody").text
    assert "县水利局" not in auditor.get("/trail?action=exam:manage").text


def test_the_trail_turns_its_pages_and_keeps_what_was_chosen(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session)
        acts = [
            audit.Act(subject_type="departments", subject_id=unit.id, facts={"code": f"NUMBER-{n}-"})
            for n in range(audit.PAGE_SIZE + 1)
        ]
        audit.record_many(session, SYSTEM, Action.DEPARTMENT_MANAGE, acts)
    auditor = office.client(Role.AUDITOR)
    first = auditor.get("/trail?action=department:manage").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None

    second = auditor.get(following[1].replace("&amp;", "&")).text

    assert "NUMBER-50-" in first
    assert "NUMBER-0-" not in first
    assert "NUMBER-0-" in second
    assert 'rel="next"' not in second
    assert "First page" in second


def test_a_record_with_more_entries_than_its_page_shows_leads_to_all_of_them_in_the_trail(office: Office) -> None:
    with office.transaction() as session:
        unit, other = make_department(session), make_department(session)
        for number in range(audit.PAGE_SIZE + 1):
            audit.record(session, SYSTEM, Action.DEPARTMENT_MANAGE, unit, reason=f"第{number}次")
        audit.record(session, SYSTEM, Action.DEPARTMENT_MANAGE, other, reason="别的单位")
        unit_id = unit.id
    chief = office.client(Role.BUREAU_CHIEF)

    shown = chief.get(f"/departments/{unit_id}").text
    link = html.unescape(re.search(r'href="(/trail\?about=[^"]*)"', shown)[1])  # type: ignore[index]
    trail = chief.get(link).text
    rest = chief.get(html.unescape(re.search(r'href="(/trail\?[^"]*before=[^"]*)"', trail)[1])).text  # type: ignore[index]

    assert "第0次" not in shown
    assert "第50次" in trail
    assert "第0次" in rest
    assert "别的单位" not in trail + rest


def test_verifying_says_that_the_chain_holds(office: Office) -> None:
    auditor = office.client(Role.AUDITOR)

    answer = auditor.post("/trail/verification", follow_redirects=True)

    assert re.search(r"The chain holds: \d+ entries", answer.text)


def test_verifying_finds_what_was_tampered_with(office: Office) -> None:
    _record(office, Action.DEPARTMENT_MANAGE, Department, name="县水利局")
    _tamper(office)

    answer = office.client(Role.AUDITOR).post("/trail/verification", follow_redirects=True)

    assert "The chain does not hold at entry 1." in answer.text


def _tamper(office: Office) -> None:
    """What somebody with the database's own tools could do: take the triggers away and write over an entry."""
    with office.transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE trail_entries DISABLE TRIGGER ALL"))
        else:
            names = session.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trail_entries'")
            )
            for name in list(names):
                session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("UPDATE trail_entries SET reason = 'forged' WHERE id = 1"))


def test_every_act_of_the_filter_is_one_the_registry_records(office: Office) -> None:
    page = office.client(Role.AUDITOR).get("/trail").text

    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert offered == {action.value for action in RECORDED}
    assert Action.PERSON_VIEW.value not in offered


def test_an_account_stands_in_the_trail_by_name(office: Office) -> None:
    with office.transaction() as session:
        account = Account(username="lihua", display_name="李华", password_hash="none", role=Role.AUDITOR)
        session.add(account)
        audit.record(session, SYSTEM, Action.ACCOUNT_MANAGE, account, username="lihua", role=Role.AUDITOR)

    told = _told(office.client(Role.ADMINISTRATOR).get("/trail").text)

    assert told[:2] == ["role: auditor", "user name: lihua"]
