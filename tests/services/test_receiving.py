"""The province's list of certificates: the same gate as of the day of issue, its numbers, and nothing twice."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.models.tasks import Task
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.applications import ApplicationNature, ApplicationStatus, ApplicationStep, ReplacementCause
from registry.rules.certificates import CertificateAct, CertificateKind, CertificateStatus, Ground
from registry.rules.exams import ExamSubject
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.qualifications import Decision
from registry.rules.tasks import TaskKind
from registry.services import applications, certificates, departments, people, qualifications
from registry.services.applications import Wanted
from registry.services.certificates import IssuedEntry
from tests.acting import act_upon
from tests.factories import make_certificate, make_person, make_qualified_person, make_result, make_sitting

ENFORCEMENT = CertificateKind.ENFORCEMENT
CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
DAY, END = date(2021, 7, 1), date(2026, 6, 30)
TODAY, LATER = date(2026, 3, 10), date(2031, 3, 9)


def line(person_id: int, number: str = "16042500777", **values: object) -> IssuedEntry:
    defaults: dict[str, object] = {"kind": ENFORCEMENT, "issued_on": DAY, "valid_until": END}
    return IssuedEntry(person_id=person_id, number=number, **{**defaults, **values})


def refused(session: Session, *lines: IssuedEntry) -> list[str]:
    with pytest.raises(RuleBroken) as broken:
        certificates.receive(session, CLERK, entries=lines, today=TODAY)
    return [violation.in_words() for violation in broken.value.violations]


def test_a_certificate_of_the_list_keeps_its_number_and_days(session: Session) -> None:
    person = make_qualified_person(session)

    tally = certificates.receive(session, CLERK, entries=[line(person.id, "016042500007")], today=TODAY)

    card = session.scalars(select(Certificate)).one()
    assert (tally.created, card.number, card.issued_on, card.valid_until) == (1, "016042500007", DAY, END)


def test_the_same_list_again_changes_nothing(session: Session) -> None:
    person = make_qualified_person(session)
    certificates.receive(session, CLERK, entries=[line(person.id)], today=TODAY)

    again = certificates.receive(session, CLERK, entries=[line(person.id)], today=TODAY)

    assert (again.created, again.unchanged) == (0, 1)


def test_nobody_without_a_pass_gets_in_by_the_list(session: Session) -> None:
    failed = make_qualified_person(session, score=59)

    said = refused(session, line(failed.id))

    assert len(said) == 2  # both subjects
    assert session.scalars(select(Certificate)).all() == []


def test_a_pass_after_the_day_of_issue_does_not_count(session: Session) -> None:
    person = make_qualified_person(session)

    assert refused(session, line(person.id, issued_on=date(2021, 1, 4)))


def test_a_number_of_another_certificate_is_refused(session: Session) -> None:
    taken = make_certificate(session)
    person = make_qualified_person(session)

    said = refused(session, line(person.id, taken.number))

    assert said == [f"The number {taken.number} belongs to a certificate of {taken.holder_name}."]


def test_two_certificates_running_at_once_are_refused_and_one_after_the_other_is_not(session: Session) -> None:
    person = make_qualified_person(session)
    later = line(person.id, "16042500778", issued_on=date(2026, 7, 1), valid_until=date(2031, 6, 30))

    assert refused(session, line(person.id), line(person.id, "16042500778", issued_on=date(2026, 6, 30)))
    assert certificates.receive(session, CLERK, entries=[later, line(person.id)], today=TODAY).created == 2


def test_numbers_of_the_list_are_passed_over_by_the_series(session: Session) -> None:
    first, second = make_qualified_person(session), make_qualified_person(session)
    certificates.receive(session, CLERK, entries=[line(first.id, "16042500001")], today=TODAY)

    issued = certificates.issue(session, SYSTEM, person_id=second.id, kind=ENFORCEMENT, today=date(2021, 8, 1))

    assert issued.certificate is not None
    assert issued.certificate.number == "16042500002"


def test_who_holds_no_post_on_the_day_is_refused(session: Session) -> None:
    person = make_person(session, since=date(2022, 1, 1))

    assert any("post" in said for said in refused(session, line(person.id)))


def applied(session: Session, person: Person, **wanted: object) -> Application:
    """Applied for by the unit's head."""
    head = Actor(account_id=None, name="the head", role=Role.UNIT_HEAD, department_id=person.department_id)
    asked = Wanted(kind=ENFORCEMENT, **wanted)  # type: ignore[arg-type]
    [one] = applications.enter(session, head, person_ids=[person.id], wanted=asked, today=TODAY).applications
    return one


def steps(session: Session, one: Application) -> list[str]:
    rows = select(ApplicationRecord.step).where(ApplicationRecord.application_id == one.id)
    return [step.value for step in session.scalars(rows.order_by(ApplicationRecord.id))]


def test_what_the_list_brings_closes_the_application_for_it(session: Session) -> None:
    one = applied(session, make_qualified_person(session))
    entry = line(one.person_id, "16042500888", issued_on=TODAY, valid_until=LATER)

    for created in (1, 0):
        tally = applications.receive(session, CLERK, entries=[entry], today=TODAY, batch="import-1")
        assert tally.created == created

    card = session.scalars(select(Certificate)).one()
    assert (one.status, one.certificate_id) == (ApplicationStatus.MADE, card.id)
    assert steps(session, one) == ["apply", "receive"]
    told = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc()).limit(1)).one()
    assert (told.subject_type, told.subject_id, told.batch) == ("applications", one.id, "import-1")
    assert (told.action, told.facts["number"]) == ("certificate:receive", "16042500888")


def test_a_certificate_of_former_years_and_one_of_another_kind_close_nothing(session: Session) -> None:
    officer = applied(session, make_qualified_person(session))
    supervision = CertificateKind.SUPERVISION
    supervisor = make_certificate(session, kind=supervision, valid_until=date(2026, 1, 31)).person
    other = applied(session, supervisor)
    former = line(officer.person_id, valid_until=date(2026, 2, 28))

    applications.receive(session, CLERK, entries=[former], today=TODAY)

    assert {officer.status, other.status} == {ApplicationStatus.CONFIRMED}


@pytest.mark.parametrize("nature", [ApplicationNature.RENEWAL, ApplicationNature.REPLACEMENT])
def test_the_list_brings_the_successor_that_was_applied_for(session: Session, nature: ApplicationNature) -> None:
    old = make_certificate(session)
    for subject in ExamSubject:
        make_result(session, old.person, make_sitting(session, subject, date(2026, 2, 1)))
    cause = ReplacementCause.DAMAGE if nature is ApplicationNature.REPLACEMENT else None
    entry = line(old.person_id, "16042500888", issued_on=TODAY, valid_until=None)
    with pytest.raises(RuleBroken, match="CERT-8"):
        applications.receive(session, CLERK, entries=[entry], today=TODAY)
    one = applied(session, old.person, nature=nature, cause=cause)

    applications.receive(session, CLERK, entries=[entry], today=TODAY)

    new = session.get_one(Certificate, one.certificate_id)
    ends = LATER if nature is ApplicationNature.RENEWAL else old.valid_until
    assert (new.number, new.predecessor_id, new.valid_until) == ("16042500888", old.id, ends)
    assert (old.status, one.status) == (CertificateStatus.REPLACED, ApplicationStatus.MADE)


def test_nobody_says_by_hand_that_the_list_came(session: Session) -> None:
    one = applied(session, make_qualified_person(session))

    asked = {"step": ApplicationStep.RECEIVE, "application_ids": [one.id], "today": TODAY}
    [case] = applications.take(session, CLERK, **asked)  # type: ignore[arg-type]  # of several kinds

    assert [violation.code for violation in case.against] == ["ROAD-1"]
    assert (
        ApplicationStep.RECEIVE not in applications.file_of(session, CLERK, application_id=one.id, today=TODAY).offered
    )


DECISION = Decision(
    day=date(2024, 5, 1), decided_by="平顶山市司法局", document_number="1", reason="出借证件", basis=Ground.MISCONDUCT
)


def codes(session: Session, entry: IssuedEntry) -> set[str]:
    with pytest.raises(RuleBroken) as broken:
        applications.receive(session, CLERK, entries=[entry], today=TODAY)
    return {violation.code for violation in broken.value.violations}


def open_tasks(session: Session) -> list[TaskKind]:
    return list(session.scalars(select(Task.kind).where(Task.settled_on.is_(None)).order_by(Task.id)))


@pytest.mark.parametrize("is_lifted", [False, True])
def test_a_line_from_before_a_disqualification_that_outlasts_it_is_refused(session: Session, is_lifted: bool) -> None:
    person = make_qualified_person(session)
    qualifications.disqualify(session, SYSTEM, person_id=person.id, decision=DECISION, today=TODAY)
    if is_lifted:
        lifted = replace(DECISION, day=date(2025, 5, 1), basis=None)
        qualifications.lift(session, SYSTEM, person_id=person.id, decision=lifted, today=TODAY)

    assert codes(session, line(person.id)) == {"CERT-21"}
    ended_before = line(person.id, valid_until=date(2024, 4, 30))
    assert applications.receive(session, CLERK, entries=[ended_before], today=TODAY).created == 1


def test_a_line_for_whoever_is_barred_today_is_refused_while_it_would_still_run(session: Session) -> None:
    old = make_certificate(session, issued_on=date(2021, 6, 1))
    act_upon(session, old, CertificateAct.REVOKE, date(2026, 1, 10))
    barred = line(old.person_id, issued_on=date(2025, 12, 1), valid_until=None)

    assert codes(session, barred) == {"CERT-7", "CERT-8"}


@pytest.mark.parametrize(
    ("issued_on", "valid_until"), [(date(2022, 5, 1), None), (date(2021, 4, 20), date(2021, 6, 1))]
)
def test_a_line_that_meets_a_day_of_a_card_that_has_ended_is_refused(
    session: Session, issued_on: date, valid_until: date | None
) -> None:
    old = make_certificate(session, issued_on=date(2021, 6, 1))
    act_upon(session, old, CertificateAct.CANCEL, date(2023, 6, 1))

    assert codes(session, line(old.person_id, issued_on=issued_on, valid_until=valid_until)) == {"CERT-8"}


def test_a_line_from_the_day_on_which_the_card_before_it_ended_is_entered(session: Session) -> None:
    old = make_certificate(session, issued_on=date(2021, 6, 1))
    act_upon(session, old, CertificateAct.CANCEL, date(2023, 6, 1))
    after = line(old.person_id, issued_on=date(2023, 6, 1), valid_until=None)

    assert applications.receive(session, CLERK, entries=[after], today=TODAY).created == 1


def test_a_successor_of_the_list_is_not_older_than_the_latest_act_on_the_card_it_follows(session: Session) -> None:
    old = make_certificate(session, issued_on=date(2021, 6, 1))
    act_upon(session, old, CertificateAct.SUSPEND, date(2026, 2, 1))
    act_upon(session, old, CertificateAct.REINSTATE, date(2026, 3, 9), today=TODAY)
    applied(session, old.person, nature=ApplicationNature.REPLACEMENT, cause=ReplacementCause.DAMAGE)
    asked = {"valid_until": None}

    assert codes(session, line(old.person_id, issued_on=date(2026, 3, 1), **asked)) == {"CERT-8"}
    same_day = line(old.person_id, issued_on=date(2026, 3, 9), **asked)
    assert applications.receive(session, CLERK, entries=[same_day], today=TODAY).created == 1


@pytest.mark.parametrize(
    ("reason", "opened"),
    [
        (EndReason.RETIREMENT, TaskKind.RETIRED),
        (EndReason.DEATH, TaskKind.DIED),
        (EndReason.RESIGNATION, TaskKind.LEFT),
    ],
)
def test_a_line_whose_holder_has_left_since_is_entered_and_flagged(
    session: Session, reason: EndReason, opened: TaskKind
) -> None:
    person = make_qualified_person(session)
    left = {"until_on": date(2025, 3, 1), "end_reason": reason, "today": TODAY}
    people.end_appointment(session, SYSTEM, person_id=person.id, **left)  # type: ignore[arg-type]  # of several kinds

    applications.receive(session, CLERK, entries=[line(person.id)], today=TODAY)

    assert open_tasks(session) == [opened]


def test_a_line_of_a_unit_that_has_ended_since_is_flagged_and_one_that_is_over_is_not(session: Session) -> None:
    person = make_qualified_person(session)
    ended = {"ended_on": date(2025, 3, 1), "merged_into_id": None, "document_number": "1", "reason": "撤销"}
    departments.end(session, SYSTEM, department_id=person.department_id, **ended, today=TODAY)  # type: ignore[arg-type]  # of several kinds

    over = line(person.id, "16042500776", valid_until=date(2022, 6, 30))
    for entry in (over, line(person.id, issued_on=date(2023, 7, 1), valid_until=None)):
        applications.receive(session, CLERK, entries=[entry], today=TODAY)

    assert open_tasks(session) == [TaskKind.UNIT_ENDED]
