"""The province's list of certificates: the same gate as of the day of issue, its numbers, and nothing twice."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.rules import RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import certificates
from registry.services.certificates import IssuedEntry
from tests.factories import make_certificate, make_person, make_qualified_person

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
