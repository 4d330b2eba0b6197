"""Certificates as pages: lists, a certificate's file, the acts on it, its replacement, its public code."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from registry import clock
from registry.models.certificates import Certificate
from registry.models.exams import ExamResult
from registry.models.people import ApplicationBar
from registry.rules.certificates import ACTS, BY_HAND, CertificateAct, CertificateKind, CertificateStatus
from registry.rules.exams import ExamOutcome
from registry.rules.permissions import SYSTEM, Role
from registry.services import exams
from tests.factories import make_certificate, make_department, make_qualified_person
from tests.web.conftest import Office

DECISION = {"document_number": "郏司监〔2026〕1号", "decided_by": "平顶山市司法局", "reason": "出借证件"}


def lasting() -> date:
    return clock.today() + timedelta(days=400)


def card(office: Office, **values: object) -> tuple[int, int, str]:
    """The id, unit and number of a new certificate that is valid today."""
    with office.transaction() as session:
        made = make_certificate(session, **{"valid_until": lasting(), **values})  # type: ignore[arg-type]
        return made.id, made.department_id, made.number


def status_of(office: Office, certificate_id: int) -> CertificateStatus:
    with office.transaction() as session:
        return session.get_one(Certificate, certificate_id).status


def decide(**values: str) -> dict[str, str]:
    """What a form of an act says; a field that the act does not ask for is left unread."""
    until = (clock.today() + timedelta(days=20)).isoformat()
    asked = {"day": clock.today().isoformat(), "basis": "misconduct", "ordered_until": until}
    return {**asked, **DECISION, **values}


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_an_empty_register_says_how_certificates_come_about(office: Office, locale: str) -> None:
    page = office.client(Role.BUREAU_CLERK, locale=locale).get("/certificates")

    assert page.status_code == 200
    assert b'href="/exams"' in page.data


def test_the_list_is_narrowed_by_its_address(office: Office) -> None:
    _, unit, number = card(office)
    _, _, other = card(office, status=CertificateStatus.SUSPENDED)
    client = office.client(Role.BUREAU_CLERK)

    for query, seen in (
        ("", {number, other}),
        (f"?q={number}", {number}),
        ("?status=suspended", {other}),
        ("?kind=supervision", set()),
        (f"?department={unit}", {number}),
        ("?kind=nonsense&status=nonsense&department=nonsense&after=nonsense", {number, other}),
    ):
        page = client.get(f"/certificates{query}").text
        assert {one for one in (number, other) if f">{one}</a>" in page} == seen, query


def test_a_second_page_leads_back_to_the_first(office: Office) -> None:
    first, _, number = card(office)
    card(office)

    page = office.client(Role.BUREAU_CLERK).get(f"/certificates?q=&kind=enforcement&after={first + 1}").text

    assert number in page
    assert 'href="/certificates?kind=enforcement"' in page


def test_a_units_people_see_their_own_certificates_alone(office: Office) -> None:
    own, unit, number = card(office)
    other, _, hidden = card(office)
    client = office.client(Role.UNIT_CLERK, unit)

    listed = client.get("/certificates").text

    assert number in listed
    assert hidden not in listed
    assert client.get(f"/certificates/{own}").status_code == 200
    for path in (f"/certificates/{other}", f"/certificates/{other}/qr.svg"):
        assert client.get(path).status_code == 403
    assert client.get(f"/certificates/{other}/replacement").status_code == 403
    for path in (f"/certificates/{own}/acts/revoke",):
        assert client.get(path).status_code == 403
        assert client.post(path, data=decide()).status_code == 403


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", list(CertificateKind))
def test_the_file_of_a_certificate_shows_what_it_rests_on(office: Office, locale: str, kind: CertificateKind) -> None:
    own, _, number = card(office, kind=kind)

    page = office.client(Role.AUDITOR, locale=locale).get(f"/certificates/{own}").text

    assert number in page
    assert page.count('href="/exams/') == (2 if kind is CertificateKind.ENFORCEMENT else 1)
    assert f'src="/certificates/{own}/qr.svg"' in page
    assert "/c/CODE" in page
    assert "/acts/" not in page


def test_the_clerk_is_offered_the_acts_of_the_table_and_no_other(office: Office) -> None:
    own, _, _ = card(office)
    lost, _, _ = card(office, status=CertificateStatus.LOST)
    over, _, _ = card(office, status=CertificateStatus.REVOKED)
    client = office.client(Role.BUREAU_CLERK)

    def offered(certificate_id: int) -> set[str]:
        page = client.get(f"/certificates/{certificate_id}").text
        return {act.value for act in CertificateAct if f'/certificates/{certificate_id}/acts/{act.value}"' in page}

    assert offered(own) == {"suspend", "withdraw", "cancel", "revoke"}
    assert f'/certificates/{own}/loss"' in client.get(f"/certificates/{own}").text
    assert offered(lost) == {"publish_loss", "cancel", "revoke"}
    assert offered(over) == set()
    assert "come to its end" in client.get(f"/certificates/{over}").text
    assert client.get(f"/certificates/{own}/acts/expire").status_code == 404
    refused = client.post(f"/certificates/{over}/acts/cancel", data=decide(basis="left_the_post"))
    assert "does not allow this act" in refused.text


@pytest.mark.parametrize("status", sorted(CertificateStatus))
def test_page_form_and_refusal_of_every_act_come_from_the_table(office: Office, status: CertificateStatus) -> None:
    own, _, _ = card(office, status=status)
    client = office.client(Role.BUREAU_CHIEF)
    page = client.get(f"/certificates/{own}").text

    for act in sorted({act for acts in BY_HAND.values() for act in acts}):
        path = f"/certificates/{own}/" + ("loss" if act is CertificateAct.REPORT_LOST else f"acts/{act.value}")
        is_open = act in BY_HAND[status]
        assert (f'href="{path}"' in page) is is_open, act
        shown = client.get(path, follow_redirects=True).text
        assert ('name="day"' in shown, "does not allow this act" in shown) == (is_open, not is_open), act
        grounds = (ACTS[act].grounds or {}).get(CertificateKind.ENFORCEMENT, ("",))
        refused = client.post(path, data=decide(day="2999-01-01", basis=grounds[0])).text
        assert ("does not allow this act" in refused) is not is_open, act


def test_the_form_of_an_act_marks_what_the_table_asks_for(office: Office) -> None:
    own, _, _ = card(office)
    client = office.client(Role.BUREAU_CLERK)

    asked = {name: client.get(f"/certificates/{own}/acts/{name}").text.count("(required)") for name in ("withdraw",)}
    asked["suspend"] = client.get(f"/certificates/{own}/acts/suspend").text.count("(required)")

    assert asked == {"withdraw": 4, "suspend": 6}


def test_the_qr_code_is_a_drawing(office: Office) -> None:
    own, _, _ = card(office)

    answer = office.client(Role.AUDITOR).get(f"/certificates/{own}/qr.svg")

    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_a_certificate_is_suspended_and_the_page_tells_the_story(office: Office, locale: str) -> None:
    own, _, _ = card(office)
    client = office.client(Role.BUREAU_CLERK, locale=locale)
    form = client.get(f"/certificates/{own}/acts/suspend").text
    assert 'name="ordered_until"' in form
    assert "《河南省行政执法条例》第四十二条第（六）项" in form
    assert "第四十七条" not in form

    answer = client.post(f"/certificates/{own}/acts/suspend", data=decide())

    assert (answer.status_code, answer.location) == (303, f"/certificates/{own}")
    page = client.get(answer.location).text
    for said in (*DECISION.values(), "《河南省行政执法条例》第四十五条、第四十六条", decide()["ordered_until"]):
        assert said in page
    assert status_of(office, own) is CertificateStatus.SUSPENDED


def test_a_supervision_certificate_is_only_recorded(office: Office) -> None:
    own, _, _ = card(office, kind=CertificateKind.SUPERVISION)
    client = office.client(Role.BUREAU_CHIEF)
    form = client.get(f"/certificates/{own}/acts/suspend").text
    assert "第四十七条" in form
    assert "the bureau only records it" in form

    said = decide(basis="supervisor_at_fault", decided_by="郏县司法局")
    answer = client.post(f"/certificates/{own}/acts/suspend", data=said)

    assert answer.status_code == 422
    assert "name the organ that did: 河南省人民政府" in answer.text


def test_a_revocation_through_the_page_bars_the_holder(office: Office) -> None:
    own, _, _ = card(office)
    client = office.client(Role.BUREAU_CHIEF)
    assert "for 2 years" in client.get(f"/certificates/{own}/acts/revoke").text

    client.post(f"/certificates/{own}/acts/revoke", data=decide())

    with office.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ApplicationBar)) == 1
    assert "no new application until" in client.get(f"/certificates/{own}").text


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"document_number": ""}, "Name the number of the document", id="no document"),
        pytest.param({"decided_by": ""}, "Name the organ that decided", id="nobody decided"),
        pytest.param({"basis": ""}, "Choose the ground in law", id="no legal basis"),
        pytest.param({"reason": ""}, "Say why.", id="no reason"),
        pytest.param({"day": "2999-01-01"}, "and today", id="a day to come"),
        pytest.param({"day": "soon"}, "Not a valid date value.", id="no day"),
        pytest.param({"basis": "term_over"}, "Not a valid choice.", id="a ground of another act"),
        pytest.param({"basis": "nonsense"}, "Invalid Choice", id="no ground"),
    ],
)
def test_a_refused_act_says_why_and_changes_nothing(office: Office, values: dict[str, str], said: str) -> None:
    own, _, _ = card(office)

    answer = office.client(Role.BUREAU_CLERK).post(f"/certificates/{own}/acts/revoke", data=decide(**values))

    assert answer.status_code == 422
    assert said in answer.text
    assert status_of(office, own) is CertificateStatus.ACTIVE


def test_a_lost_certificate_is_replaced_on_its_page(office: Office) -> None:
    own, _, number = card(office)
    client = office.client(Role.BUREAU_CLERK)
    client.post(f"/certificates/{own}/loss", data=decide())
    client.post(f"/certificates/{own}/acts/publish_loss", data=decide())
    assert "meets every rule" in client.get(f"/certificates/{own}/replacement").text

    asked = DECISION | {"cause": "loss"}
    answer = client.post(f"/certificates/{own}/replacement", data=asked)

    assert number in client.get(answer.location).text
    assert status_of(office, own) is CertificateStatus.LOST
    again = client.post(f"/certificates/{own}/replacement", data=asked, follow_redirects=True)
    assert "is under way" in again.text
    asked = {"step": "approve", "everybody": "yes", "go": "do"}
    office.client(Role.BUREAU_CHIEF).post("/applications/selection", data=asked)
    assert status_of(office, own) is CertificateStatus.REPLACED


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_CLERK])
def test_a_unit_reports_the_loss_of_its_own_card_and_does_nothing_else_with_it(office: Office, role: Role) -> None:
    own, unit, _ = card(office)
    other, _, _ = card(office)
    seat = office.client(role, unit)

    page = seat.get(f"/certificates/{own}").text
    assert f'/certificates/{own}/loss"' in page
    assert "/acts/" not in page
    assert seat.get(f"/certificates/{other}/loss").status_code == 403
    assert seat.post(f"/certificates/{other}/loss", data=decide()).status_code == 403
    assert seat.post(f"/certificates/{own}/acts/suspend", data=decide()).status_code == 403
    answer = seat.post(
        f"/certificates/{own}/loss", data=decide(document_number="郏水函〔2026〕8号"), follow_redirects=True
    )

    assert "reported lost" in answer.text
    assert status_of(office, own) is CertificateStatus.LOST
    assert seat.post(f"/certificates/{own}/acts/publish_loss", data=decide()).status_code == 403


def test_a_replacement_without_its_paper_is_refused(office: Office) -> None:
    own, _, _ = card(office)

    answer = office.client(Role.BUREAU_CLERK).post(f"/certificates/{own}/replacement", data={"reason": " "})

    assert answer.status_code == 422
    assert "Name the number of the unit" in answer.text
    assert status_of(office, own) is CertificateStatus.ACTIVE


def test_a_result_corrected_since_is_shown_to_whoever_decides(office: Office) -> None:
    with office.transaction() as session:
        person = make_qualified_person(session, make_department(session))
        own = make_certificate(session, person, valid_until=lasting()).id
        result = session.scalars(select(ExamResult).where(ExamResult.person_id == person.id)).first()
        assert result is not None
        exams.correct_result(
            session,
            SYSTEM,
            result_id=result.id,
            score=None,
            outcome=ExamOutcome.ANNULLED,
            reason="作弊",
            today=clock.today(),
        )

    page = office.client(Role.BUREAU_CLERK).get(f"/certificates/{own}").text

    assert "corrected since" in page
    assert "decide whether the certificate stays" in page
    assert "This certificate is flagged" in page
    assert status_of(office, own) is CertificateStatus.ACTIVE


def test_an_expired_certificate_is_shown_as_expired_though_nobody_closed_it(office: Office) -> None:
    own, _, _ = card(office, valid_until=clock.today() - timedelta(days=1))

    page = office.client(Role.BUREAU_CLERK).get(f"/certificates/{own}").text

    assert "/acts/cancel" in page
    assert "/replacement" not in page
    assert "not valid" in page


def test_an_unknown_certificate_is_not_found(office: Office) -> None:
    client = office.client(Role.BUREAU_CHIEF)

    for path in ("/certificates/4040", "/certificates/4040/acts/revoke", "/certificates/refusals/4040"):
        assert client.get(path).status_code == 404


def test_strangers_are_sent_to_sign_in(office: Office) -> None:
    for path in ("/certificates", "/certificates/refusals", "/exams", "/training"):
        assert office.stranger().get(path).location.startswith("/sign-in")
