"""The province's list of certificates: the same gate as of the day of issue, its numbers, and nothing twice."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.applications import ApplicationNature, ApplicationStatus, ApplicationStep, ReplacementCause
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.exams import ExamSubject
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import applications, certificates
from registry.services.applications import Wanted
from registry.services.certificates import IssuedEntry
from tests.factories import make_certificate, make_person, make_qualified_person, make_result, make_sitting

ENFORCEMENT = CertificateKind.ENFORCEMENT
CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
DAY, END = date(2021, 7, 1), date(2026, 6, 30)


def line(person_id: int, number: str = "16042500777", **values: object) -> IssuedEntry:
    defaults: dict[str, object] = {"kind": ENFORCEMENT, "issued_on": DAY, "valid_until": END}
    return IssuedEntry(person_id=person_id, number=number, **{**defaults, **values})


def refused(session: Session, *lines: IssuedEntry) -> list[str]:
    with pytest.raises(RuleBroken) as broken:
        certificates.receive(session, CLERK, entries=lines)
    return [violation.in_words() for violation in broken.value.violations]


def test_a_certificate_of_the_list_keeps_its_number_and_days(session: Session) -> None:
    person = make_qualified_person(session)

    tally = certificates.receive(session, CLERK, entries=[line(person.id, "016042500007")])

    card = session.scalars(select(Certificate)).one()
    assert (tally.created, card.number, card.issued_on, card.valid_until) == (1, "016042500007", DAY, END)


def test_the_same_list_again_changes_nothing(session: Session) -> None:
    person = make_qualified_person(session)
    certificates.receive(session, CLERK, entries=[line(person.id)])

    again = certificates.receive(session, CLERK, entries=[line(person.id)])

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
    assert certificates.receive(session, CLERK, entries=[later, line(person.id)]).created == 2


def test_numbers_of_the_list_are_passed_over_by_the_series(session: Session) -> None:
    first, second = make_qualified_person(session), make_qualified_person(session)
    certificates.receive(session, CLERK, entries=[line(first.id, "16042500001")])

    issued = certificates.issue(session, SYSTEM, person_id=second.id, kind=ENFORCEMENT, today=date(2021, 8, 1))

    assert issued.certificate is not None
    assert issued.certificate.number == "16042500002"


def test_who_holds_no_post_on_the_day_is_refused(session: Session) -> None:
    person = make_person(session, since=date(2022, 1, 1))

    assert any("post" in said for said in refused(session, line(person.id)))


TODAY, LATER = date(2026, 3, 10), date(2031, 3, 9)


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
