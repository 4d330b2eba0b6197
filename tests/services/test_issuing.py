"""Issuing and refusing: the act, its record, its numbers; one person or a batch."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod, Refusal
from registry.models.exams import ExamResult, Qualification
from registry.models.people import ApplicationBar
from registry.models.trail import TrailEntry
from registry.rules import Denied
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.exams import ExamSubject
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import Actor, Role
from registry.services import certificates
from registry.services.certificates.dossiers import applicants
from registry.words import translate
from tests.factories import (
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
    make_training,
)

TODAY = date(2026, 7, 1)
CHIEF = Actor(account_id=None, name="the chief", role=Role.BUREAU_CHIEF)
ENFORCEMENT, SUPERVISION = CertificateKind.ENFORCEMENT, CertificateKind.SUPERVISION


def entries(session: Session, action: str) -> list[TrailEntry]:
    return list(session.scalars(select(TrailEntry).where(TrailEntry.action == action).order_by(TrailEntry.id)))


def issue(session: Session, person_id: int, kind: CertificateKind = ENFORCEMENT, today: date = TODAY):
    return certificates.issue(session, CHIEF, person_id=person_id, kind=kind, today=today)


def test_who_passed_both_exams_gets_a_certificate_for_five_years(session: Session) -> None:
    graduate = make_qualified_person(session)

    card = issue(session, graduate.id).certificate

    assert card is not None
    assert (card.person_id, card.holder_name, card.status) == (graduate.id, graduate.name, CertificateStatus.ACTIVE)
    assert (card.issued_on, card.valid_from, card.valid_until) == (TODAY, TODAY, date(2031, 6, 30))
    period = session.scalars(select(CertificatePeriod).where(CertificatePeriod.certificate_id == card.id)).one()
    assert (period.status, period.from_on, period.until_on) == (CertificateStatus.ACTIVE, TODAY, None)


def test_a_certificate_rests_on_the_holders_best_passes(session: Session) -> None:
    person = make_person(session)
    make_result(session, person, make_sitting(session, ExamSubject.COMMON_LAW, date(2021, 4, 1)), 61)
    best = make_result(session, person, make_sitting(session, ExamSubject.COMMON_LAW, date(2021, 5, 1)), 90)
    special = make_result(session, person, make_sitting(session, ExamSubject.SPECIAL_LAW), 60)

    card = issue(session, person.id).certificate

    assert card is not None
    rests_on = session.get_one(Qualification, card.qualification_id)
    assert (rests_on.common_result_id, rests_on.special_result_id) == (best.id, special.id)


def test_issuing_leaves_one_entry_with_the_number_and_the_policy(session: Session) -> None:
    card = issue(session, make_qualified_person(session).id).certificate

    (entry,) = entries(session, "certificate:issue")
    assert card is not None
    assert (entry.subject_id, entry.facts["number"], entry.facts["policy"]) == (card.id, card.number, card.policy_id)


def test_who_failed_is_refused_on_record_with_every_finding(session: Session) -> None:
    failed = make_qualified_person(session, score=59)

    outcome = issue(session, failed.id)

    assert outcome.certificate is None
    assert outcome.refusal is not None
    unmet = [finding["code"] for finding in outcome.refusal.findings if not finding["met"]]
    assert unmet == ["CERT-4", "CERT-5"]
    assert len(outcome.refusal.findings) == 9
    (entry,) = entries(session, "certificate:refuse")
    assert entry.facts["rules"] == unmet
    assert session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_a_kept_finding_reads_in_both_languages(session: Session) -> None:
    refusal = issue(session, make_qualified_person(session, score=59).id).refusal

    assert refusal is not None
    failed = next(finding for finding in refusal.findings if finding["code"] == "CERT-4")
    english, chinese = (translate(failed["message"], locale, failed["params"]) for locale in ("en", "zh_CN"))
    assert "59 of at least 60" in english
    assert "59" in chinese
    assert chinese != english


def test_the_gate_of_a_past_day_knows_the_training_completed_by_then(session: Session) -> None:
    person = make_qualified_person(session)
    for held_on in (date(2020, 3, 1), date(2021, 3, 1), date(2024, 3, 1)):
        make_training(session, person, held_on=held_on)

    def trained_on(day: date) -> date | None:
        return applicants(session, [person.id], kind=ENFORCEMENT, day=day)[person.id].dossier.trained_on

    days = (date(2020, 2, 29), date(2022, 1, 1), date(2026, 7, 1))
    assert [trained_on(day) for day in days] == [None, date(2021, 3, 1), date(2024, 3, 1)]


def test_asking_again_on_the_same_day_shows_the_same_refusal(session: Session) -> None:
    person = make_person(session)

    first, second = issue(session, person.id).refusal, issue(session, person.id).refusal
    later = issue(session, person.id, today=date(2026, 7, 2)).refusal

    assert first is second
    assert later is not None
    assert later is not first
    assert len(entries(session, "certificate:refuse")) == 2


def test_nobody_but_the_bureau_issues(session: Session) -> None:
    person = make_qualified_person(session)
    head = Actor(account_id=None, name="head", role=Role.UNIT_HEAD, department_id=person.department_id)

    for role in set(Role) - {Role.BUREAU_CLERK, Role.BUREAU_CHIEF, Role.SYSTEM, Role.UNIT_HEAD, Role.UNIT_CLERK}:
        with pytest.raises(Denied):
            certificates.issue(
                session,
                Actor(account_id=None, name=role.value, role=role),
                person_id=person.id,
                kind=ENFORCEMENT,
                today=TODAY,
            )
    with pytest.raises(Denied):
        certificates.issue_batch(session, head, person_ids=[person.id], kind=ENFORCEMENT, today=TODAY)


def test_one_holder_one_certificate_of_a_kind(session: Session) -> None:
    person = make_qualified_person(session)
    first = issue(session, person.id).certificate

    again = issue(session, person.id)

    assert first is not None
    assert again.certificate is None
    assert again.refusal is not None
    assert [one["code"] for one in again.refusal.findings if not one["met"]] == ["CERT-8"]


def test_a_supervisor_may_hold_one_of_each(session: Session) -> None:
    person = make_qualified_person(session, duty=Duty.SUPERVISION)

    cards = [issue(session, person.id, kind).certificate for kind in CertificateKind]

    assert [card.kind for card in cards if card is not None] == [ENFORCEMENT, SUPERVISION]
    assert cards[0] is not None
    assert cards[1] is not None
    assert cards[0].number != cards[1].number


def test_an_expired_certificate_is_closed_and_followed_by_its_successor(session: Session) -> None:
    old = make_certificate(session, valid_until=date(2026, 6, 30))

    new = issue(session, old.person_id).certificate

    assert new is not None
    assert new.predecessor_id == old.id
    assert old.status is CertificateStatus.EXPIRED
    periods = session.scalars(
        select(CertificatePeriod).where(CertificatePeriod.certificate_id == old.id).order_by(CertificatePeriod.id)
    ).all()
    assert [(one.status.value, one.from_on, one.until_on) for one in periods] == [
        ("active", date(2021, 6, 1), date(2026, 6, 30)),
        ("expired", date(2026, 7, 1), None),
    ]
    (entry,) = entries(session, "certificate:move")
    assert (entry.subject_id, entry.facts["status"]) == (old.id, ["active", "expired"])


def test_a_bar_that_ended_yesterday_bars_nobody(session: Session) -> None:
    barred, free = make_qualified_person(session), make_qualified_person(session)
    for person, until_on in ((barred, TODAY), (free, date(2026, 6, 30))):
        session.add(
            ApplicationBar(
                person_id=person.id, from_on=date(2024, 7, 1), until_on=until_on, document_number="1", reason=""
            )
        )
    session.flush()

    assert issue(session, barred.id).certificate is None
    assert issue(session, free.id).certificate is not None


def test_a_pass_that_was_corrected_away_certifies_nobody(session: Session) -> None:
    person = make_qualified_person(session)
    wrong = session.scalars(
        select(ExamResult).where(ExamResult.person_id == person.id, ExamResult.subject == ExamSubject.COMMON_LAW)
    ).one()
    make_result(session, person, wrong.sitting, 58, supersedes_id=wrong.id, correction_reason="复核")

    assert issue(session, person.id).certificate is None


def test_a_batch_issues_refuses_and_leaves_holders_alone(session: Session) -> None:
    graduate, failed = make_qualified_person(session), make_qualified_person(session, score=40)
    holder = make_certificate(session, valid_until=date(2026, 12, 31))
    everybody = [graduate.id, failed.id, holder.person_id]

    before = certificates.preview(session, CHIEF, person_ids=everybody, kind=ENFORCEMENT, today=TODAY)
    done = certificates.issue_batch(session, CHIEF, person_ids=everybody, kind=ENFORCEMENT, today=TODAY)

    assert [len(group) for group in (before.eligible, before.refused, before.holders)] == [1, 1, 1]
    assert [card.person_id for card in done.issued] == [graduate.id]
    assert [refusal.person_id for refusal in done.refused] == [failed.id]
    assert done.holder_count == 1
    acts = [*entries(session, "certificate:issue"), *entries(session, "certificate:refuse")]
    assert len({entry.batch for entry in acts}) == 1
    assert acts[0].batch is not None


def test_a_preview_changes_nothing(session: Session) -> None:
    people = [make_qualified_person(session).id, make_person(session).id]

    certificates.preview(session, CHIEF, person_ids=people, kind=ENFORCEMENT, today=TODAY)

    for model in (Certificate, Refusal, Qualification, TrailEntry):
        rows = select(func.count()).select_from(model)
        assert session.scalar(rows.where(TrailEntry.action.like("certificate:%")) if model is TrailEntry else rows) == 0


def test_the_same_batch_twice_changes_nothing_the_second_time(session: Session) -> None:
    everybody = [make_qualified_person(session).id, make_person(session).id] * 2

    first = certificates.issue_batch(session, CHIEF, person_ids=everybody, kind=ENFORCEMENT, today=TODAY)
    trail = session.scalar(select(func.count()).select_from(TrailEntry))
    second = certificates.issue_batch(session, CHIEF, person_ids=everybody, kind=ENFORCEMENT, today=TODAY)

    assert len(first.issued) == 1
    assert (len(second.issued), second.holder_count) == (0, 1)
    assert list(second.refused) == list(first.refused)
    assert session.scalar(select(func.count()).select_from(TrailEntry)) == trail


def test_a_supervisor_in_a_sitting_is_not_refused_an_officers_certificate(session: Session) -> None:
    officer, supervisor = make_person(session), make_person(session, duty=Duty.SUPERVISION)
    invited = make_person(session, establishment=Establishment.INVITED)
    everybody = [supervisor.id, officer.id, invited.id]

    stand = {
        kind: certificates.candidates(session, CHIEF, person_ids=everybody, kind=kind, today=TODAY)
        for kind in CertificateKind
    }

    assert stand == {ENFORCEMENT: [officer.id], SUPERVISION: [supervisor.id, invited.id]}


def test_a_units_people_are_told_of_their_own_alone(session: Session) -> None:
    own, other = make_person(session), make_person(session)
    clerk = Actor(account_id=None, name="unit", role=Role.UNIT_CLERK, department_id=own.department_id)

    told = certificates.explain_many(session, clerk, person_ids=[own.id, other.id], kind=ENFORCEMENT, today=TODAY)

    assert set(told) == {own.id}
    with pytest.raises(Denied):
        certificates.explain(session, clerk, person_id=other.id, kind=ENFORCEMENT, today=TODAY)


def test_a_units_people_see_their_certificates_and_refusals_alone(session: Session) -> None:
    own, other = make_certificate(session), make_certificate(session)
    refused = [issue(session, make_person(session, make_department(session)).id).refusal for _ in range(2)]
    clerk = Actor(account_id=None, name="unit", role=Role.UNIT_CLERK, department_id=own.department_id)

    page = certificates.search(session, clerk, chosen=certificates.CertificateFilter(), today=TODAY)

    assert [row.certificate.id for row in page.rows] == [own.id]
    assert certificates.refusals(session, clerk)[0] == []
    with pytest.raises(Denied):
        certificates.get(session, clerk, other.id)
    assert refused[0] is not None
    with pytest.raises(Denied):
        certificates.refusal(session, clerk, refused[0].id)
