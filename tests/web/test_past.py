"""Pages as of a day: a person, a certificate and a unit as they were, with nothing to do and the way back."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from registry.models.certificates import CertificatePeriod
from registry.models.exams import ExamResult
from registry.rules.certificates import CertificateAct, CertificateStatus
from registry.rules.exams import ExamOutcome
from registry.rules.permissions import SYSTEM, Role
from registry.services import departments, exams
from tests.acting import act_upon
from tests.factories import SINCE, make_certificate, make_department, make_qualified_person
from tests.queries import counted
from tests.web.conftest import Office

LAST_OF_FIRST, FIRST_OF_SUSPENSION, LAST_OF_SUSPENSION = date(2022, 2, 28), date(2022, 3, 1), date(2022, 3, 31)
QUERIES = 30
DOCUMENT = "郏司监〔2022〕7号"


def suspended(office: Office) -> tuple[int, int, int]:
    """The ids of a certificate that was suspended in March 2022, its holder and the unit, renamed in 2023."""
    with office.transaction() as session:
        unit = make_department(session, name="郏县工商局")
        person = make_qualified_person(session, unit)
        card = make_certificate(session, person)
        session.scalars(select(CertificatePeriod)).one().until_on = LAST_OF_FIRST
        session.flush()
        session.add(
            CertificatePeriod(
                certificate_id=card.id,
                status=CertificateStatus.SUSPENDED,
                act=CertificateAct.SUSPEND,
                from_on=FIRST_OF_SUSPENSION,
                until_on=LAST_OF_SUSPENSION,
                document_number=DOCUMENT,
            )
        )
        session.add(
            CertificatePeriod(
                certificate_id=card.id,
                status=CertificateStatus.ACTIVE,
                act=CertificateAct.REINSTATE,
                from_on=date(2022, 4, 1),
            )
        )
        departments.rename(
            session,
            SYSTEM,
            department_id=unit.id,
            name="郏县市场监督管理局",
            from_on=date(2023, 1, 1),
            document_number="郏编〔2023〕1号",
            reason="机构改革",
            today=date(2026, 6, 1),
        )
        return card.id, person.id, unit.id


@pytest.mark.parametrize(
    ("day", "status"),
    [
        pytest.param("2021-05-31", "not valid yet", id="the eve of the issue"),
        pytest.param("2021-06-01", "valid", id="the day of issue"),
        pytest.param("2022-02-28", "valid", id="the eve of the suspension"),
        pytest.param("2022-03-01", "suspended", id="its first day"),
        pytest.param("2022-03-31", "suspended", id="its last day"),
        pytest.param("2022-04-01", "valid", id="the day after"),
        pytest.param("2026-05-31", "valid", id="the last day"),
        pytest.param("2026-06-01", "expired", id="the day after the last"),
    ],
)
def test_a_certificate_shows_its_status_of_the_day(office: Office, day: str, status: str) -> None:
    card, person, _ = suspended(office)

    page = office.client(Role.AUDITOR).get(f"/certificates/{card}?as_of={day}").text

    assert status in page.split('class="lead-line"')[1].split("</p>")[0]
    assert (DOCUMENT in page) is (day >= "2022-03-01")
    assert f'href="/people/{person}?as_of={day}"' in page
    assert f'href="/certificates/{card}">back to today' in page


def expired_while_suspended(office: Office) -> tuple[int, int]:
    """The ids of a certificate that was suspended in May 2026 and ran out on its last day, and of its holder."""
    with office.transaction() as session:
        card = make_certificate(session, make_qualified_person(session, name="王甲"), valid_until=date(2026, 5, 31))
        act_upon(session, card, CertificateAct.SUSPEND, date(2026, 5, 1), document_number=DOCUMENT)
        card.person.name = "王乙"
        return card.id, card.person_id


@pytest.mark.parametrize(("day", "rests"), [("2026-05-31", True), ("2026-06-01", False)])
def test_a_status_that_the_calendar_brought_rests_on_no_act(office: Office, day: str, rests: bool) -> None:
    card, person = expired_while_suspended(office)
    client = office.client(Role.AUDITOR)

    held = client.get(f"/people/{person}?as_of={day}").text.split("<tbody>")[1].split("</tbody>")[0]
    basis = (
        client.get(f"/certificates/{card}?as_of={day}")
        .text.split("What the status rests on")[1]
        .split("Status over")[0]
    )

    assert (DOCUMENT in held, DOCUMENT in basis) == (rests, rests)
    assert ("Its last day, 2026-05-31, was over." in basis) is not rests
    assert "Name on the card: 王甲" in held


def test_a_past_page_offers_no_act_but_the_proof(office: Office) -> None:
    card, person, unit = suspended(office)
    client = office.client(Role.BUREAU_CLERK)

    for path in (f"/certificates/{card}", f"/people/{person}", f"/departments/{unit}"):
        page = client.get(f"{path}?as_of=2022-03-14").text.split('<main id="content"')[1]
        assert 'method="post"' not in page
        assert not any(act in page for act in ("/edit", "/status"))
        assert ("/proof?as_of=2022-03-14" in page) is not path.startswith("/departments")


def test_the_three_pages_bear_the_names_of_the_day_and_keep_it(office: Office) -> None:
    card, person, unit = suspended(office)
    client = office.client(Role.AUDITOR)

    before = client.get(f"/departments/{unit}?as_of=2022-12-31").text
    after = client.get(f"/departments/{unit}?as_of=2023-01-01").text
    holder = client.get(f"/people/{person}?as_of=2022-12-31").text

    assert "郏县工商局 on 2022-12-31" in before
    assert "郏县市场监督管理局 on 2023-01-01" in after
    assert f'href="/people/{person}?as_of=2022-12-31"' in before
    assert f'href="/certificates/{card}?as_of=2022-12-31"' in before
    assert f'href="/departments/{unit}?as_of=2022-12-31">郏县工商局' in holder
    assert "Held a valid enforcement certificate on this day." in holder


def test_a_person_has_what_had_happened_by_then(office: Office) -> None:
    _, person, _ = suspended(office)
    client = office.client(Role.BUREAU_CLERK)

    early = client.get(f"/people/{person}?as_of={SINCE}").text
    late = client.get(f"/people/{person}?as_of=2022-03-14").text

    assert all(words in early for words in ("No exam was sat.", "No certificate had been issued by then."))
    assert "Held no valid certificate on this day." in late
    assert "passed" in late


@pytest.mark.nodb
@pytest.mark.parametrize("asked", ["2999-01-01", "yesterday", "2021-02-30", "0001-01-01", "2021-3-1x"])
def test_a_day_to_come_and_rubbish_show_today_and_say_so(office: Office, asked: str) -> None:
    card, person, unit = suspended(office)
    client = office.client(Role.BUREAU_CLERK)

    for path in (f"/certificates/{card}", f"/people/{person}", f"/departments/{unit}"):
        answer = client.get(f"{path}?as_of={asked}")
        assert (answer.status_code, "back to today" in answer.text) == (200, False)
        assert "has not come yet" in answer.text or "is no day that this register knows" in answer.text


def test_the_past_page_says_what_the_card_says_and_what_was_corrected_since(office: Office) -> None:
    card, person, _ = suspended(office)
    with office.transaction() as session:
        result = session.scalars(select(ExamResult).order_by(ExamResult.id)).first()
        assert result is not None
        exams.correct_result(
            session,
            SYSTEM,
            result_id=result.id,
            score=Decimal(57),
            outcome=ExamOutcome.SCORED,
            reason="复核",
            today=date(2026, 6, 1),
        )
    client = office.client(Role.AUDITOR)

    page = client.get(f"/certificates/{card}?as_of=2022-03-14").text
    holder = client.get(f"/people/{person}?as_of=2022-03-14").text

    assert all(words in page for words in ("Field of enforcement", "市场监管", "郏县"))
    assert "Corrected on " in page
    assert "now 57." in page
    assert "corrections made since included" in page
    assert "Correction of 20" in holder


def test_another_units_past_is_as_closed_as_its_present(office: Office) -> None:
    card, person, unit = suspended(office)
    with office.transaction() as session:
        other = make_department(session).id
    stranger = office.client(Role.UNIT_CLERK, other)

    for path in (
        f"/certificates/{card}",
        f"/people/{person}",
        f"/departments/{unit}",
        f"/people/{person}/gate/enforcement",
    ):
        assert stranger.get(f"{path}?as_of=2022-03-14").status_code == 403


def test_a_unit_of_many_asks_no_more_than_a_unit_of_one(office: Office) -> None:
    _, _, unit = suspended(office)
    client, engine = office.client(Role.AUDITOR), office.app.extensions["engine"]
    with counted(engine) as few:
        client.get(f"/departments/{unit}?as_of=2022-03-14")
    with office.transaction() as session:
        of_unit = departments.get(session, SYSTEM, unit)
        for _ in range(6):
            make_certificate(session, make_qualified_person(session, of_unit))

    with counted(engine) as many:
        page = client.get(f"/departments/{unit}?as_of=2022-03-14").text

    assert page.count('data-label="Status on the day"') == 7
    assert len(many) == len(few) <= QUERIES
