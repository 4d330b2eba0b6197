"""Moving a certificate: by the table, on paper, with what follows."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.people import ApplicationBar
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.applications import ReplacementCause
from registry.rules.certificates import BY_HAND, CertificateKind, CertificateStatus
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import certificates
from tests.factories import make_certificate

TODAY = date(2026, 3, 10)
CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
ACTIVE, SUSPENDED, LOST = CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED, CertificateStatus.LOST
REVOKED, CANCELLED, EXPIRED = CertificateStatus.REVOKED, CertificateStatus.CANCELLED, CertificateStatus.EXPIRED
WITHDRAWN, REPLACED = CertificateStatus.WITHDRAWN, CertificateStatus.REPLACED


def move(session: Session, card: Certificate, status: CertificateStatus, **values: Any) -> Certificate:
    said: dict[str, Any] = {
        "from_on": TODAY,
        "document_number": "郏司监〔2026〕1号",
        "legal_basis": "条例第四十五条",
        "reason": "出借证件",
        "today": TODAY,
    }
    return certificates.change_status(session, CLERK, certificate_id=card.id, status=status, **{**said, **values})


def periods(session: Session, card: Certificate) -> list[tuple[str, date, date | None]]:
    rows = session.scalars(
        select(CertificatePeriod).where(CertificatePeriod.certificate_id == card.id).order_by(CertificatePeriod.id)
    )
    return [(one.status.value, one.from_on, one.until_on) for one in rows]


def refused(session: Session, card: Certificate, status: CertificateStatus, **values: Any) -> list[str]:
    """The codes of the rules that refuse the move; and nothing of it is written."""
    before = (card.status, periods(session, card), session.scalar(select(func.count()).select_from(TrailEntry)))
    with pytest.raises(RuleBroken) as broken:
        move(session, card, status, **values)
    assert (card.status, periods(session, card), session.scalar(select(func.count()).select_from(TrailEntry))) == before
    return [violation.code for violation in broken.value.violations]


def in_status(session: Session, status: CertificateStatus) -> Certificate:
    if status is EXPIRED:
        return make_certificate(session, valid_until=date(2026, 3, 9))
    card = make_certificate(session)
    if status is REPLACED:
        certificates.replace(
            session,
            SYSTEM,
            certificate_id=card.id,
            cause=ReplacementCause.DAMAGE,
            document_number="1",
            reason="损坏",
            today=TODAY,
        )
    elif status is not ACTIVE:
        move(session, card, status, from_on=date(2026, 3, 1))
    return card


@pytest.mark.parametrize("start", list(CertificateStatus))
@pytest.mark.parametrize("end", list(CertificateStatus))
def test_a_certificate_moves_by_the_table_and_in_no_other_way(
    session: Session, start: CertificateStatus, end: CertificateStatus
) -> None:
    card = in_status(session, start)

    if end in BY_HAND[start]:
        assert move(session, card, end).status is end
    else:
        assert refused(session, card, end) == ["CERT-10"]


@pytest.mark.parametrize("status", list(CertificateStatus))
def test_the_menu_offers_what_the_table_allows(session: Session, status: CertificateStatus) -> None:
    card = in_status(session, status)

    assert set(certificates.choices(card.status, card.valid_until, TODAY)) == BY_HAND[status]


def test_a_move_ends_a_period_begins_the_next_and_leaves_one_entry(session: Session) -> None:
    card = make_certificate(session)

    move(session, card, SUSPENDED, from_on=date(2026, 3, 1))

    assert periods(session, card) == [
        ("active", date(2021, 6, 1), date(2026, 2, 28)),
        ("suspended", date(2026, 3, 1), None),
    ]
    entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "certificate:move")).one()
    assert (entry.subject_id, entry.reason, entry.facts["status"]) == (card.id, "出借证件", ["active", "suspended"])
    assert entry.facts["document_number"] == "郏司监〔2026〕1号"


def test_two_moves_on_one_day_are_both_kept(session: Session) -> None:
    card = make_certificate(session)

    move(session, card, SUSPENDED)
    move(session, card, ACTIVE)

    assert [status for status, _, _ in periods(session, card)] == ["active", "suspended", "active"]
    assert periods(session, card)[1] == ("suspended", TODAY, TODAY)


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        pytest.param({"document_number": "  "}, ["CERT-11"], id="no document"),
        pytest.param({"legal_basis": " "}, ["CERT-11"], id="no legal basis"),
        pytest.param({"from_on": date(2026, 3, 11)}, ["CERT-10"], id="from tomorrow"),
        pytest.param({"from_on": date(2021, 5, 31)}, ["CERT-10"], id="before it was issued"),
        pytest.param(
            {"from_on": date(2026, 3, 11), "document_number": "", "legal_basis": ""},
            ["CERT-10", "CERT-11", "CERT-11"],
            id="everything at once",
        ),
    ],
)
def test_a_revocation_names_its_paper_its_law_and_a_day_that_has_come(
    session: Session, values: dict[str, Any], codes: list[str]
) -> None:
    assert refused(session, make_certificate(session), REVOKED, **values) == codes


def test_a_move_does_not_reach_back_before_the_present_period(session: Session) -> None:
    card = make_certificate(session)
    move(session, card, SUSPENDED, from_on=date(2026, 3, 5))

    assert refused(session, card, ACTIVE, from_on=date(2026, 3, 4)) == ["CERT-10"]


def test_a_revocation_bars_the_holder_for_two_years(session: Session) -> None:
    card = make_certificate(session)

    move(session, card, REVOKED)

    bar = session.scalars(select(ApplicationBar).where(ApplicationBar.person_id == card.person_id)).one()
    assert (bar.from_on, bar.until_on) == (TODAY, date(2028, 3, 9))
    assert (bar.document_number, bar.reason) == ("郏司监〔2026〕1号", "出借证件")
    issue = {"person_id": card.person_id, "kind": CertificateKind.ENFORCEMENT}
    barred = certificates.issue(session, SYSTEM, **issue, today=date(2028, 3, 9))
    assert barred.certificate is None
    assert barred.refusal is not None
    assert [one["code"] for one in barred.refusal.findings if not one["met"]] == ["CERT-7"]
    assert certificates.issue(session, SYSTEM, **issue, today=date(2028, 3, 10)).certificate is not None


@pytest.mark.parametrize("status", [SUSPENDED, LOST, WITHDRAWN, CANCELLED])
def test_no_other_move_bars_anybody(session: Session, status: CertificateStatus) -> None:
    move(session, make_certificate(session), status)

    assert session.scalar(select(func.count()).select_from(ApplicationBar)) == 0


def test_an_expired_certificate_is_cancelled_after_its_last_day_and_keeps_both_periods(session: Session) -> None:
    card = make_certificate(session, valid_until=date(2026, 2, 28))
    assert refused(session, card, CANCELLED, from_on=date(2026, 2, 28)) == ["CERT-10"]

    move(session, card, CANCELLED)

    assert periods(session, card) == [
        ("active", date(2021, 6, 1), date(2026, 2, 28)),
        ("expired", date(2026, 3, 1), date(2026, 3, 9)),
        ("cancelled", TODAY, None),
    ]
    moved = select(TrailEntry).where(TrailEntry.action == "certificate:move").order_by(TrailEntry.id)
    said = [entry.facts["status"] for entry in session.scalars(moved)]
    assert said == [["active", "expired"], ["expired", "cancelled"]]


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.BUREAU_CLERK, Role.BUREAU_CHIEF, Role.SYSTEM}, key=lambda role: role.value)
)
def test_nobody_but_the_bureau_moves_a_certificate(session: Session, role: Role) -> None:
    card = make_certificate(session)
    actor = Actor(account_id=None, name="somebody", role=role, department_id=card.department_id)

    with pytest.raises(Denied):
        certificates.change_status(
            session,
            actor,
            certificate_id=card.id,
            status=SUSPENDED,
            from_on=TODAY,
            document_number="1",
            today=TODAY,
        )


def test_a_list_shows_the_status_of_the_day(session: Session) -> None:
    over = make_certificate(session, valid_until=date(2026, 3, 9))
    last_day = make_certificate(session, valid_until=TODAY)

    def listed(status: CertificateStatus) -> list[int]:
        chosen = certificates.CertificateFilter(status=status)
        return [row.certificate.id for row in certificates.search(session, CLERK, chosen=chosen, today=TODAY).rows]

    assert (listed(EXPIRED), listed(ACTIVE)) == ([over.id], [last_day.id])


def test_the_list_is_read_page_by_page(session: Session) -> None:
    cards = [make_certificate(session).id for _ in range(5)]
    seen, after = [], None

    for _ in range(3):
        chosen = certificates.CertificateFilter()
        page = certificates.search(session, CLERK, chosen=chosen, today=TODAY, after=after, size=2)
        seen += [row.certificate.id for row in page.rows]
        after = page.after

    assert (seen, after) == (list(reversed(cards)), None)
