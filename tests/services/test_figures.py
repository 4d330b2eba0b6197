"""The figures of the yearly report, each counted on a small cast where the number is plain to see."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.departments import LegalReviewer
from registry.models.people import Person
from registry.models.training import Attendance
from registry.rules.certificates import CertificateKind
from registry.rules.people import Rank
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.training import TrainingKind
from registry.services import certificates, reports
from registry.services.reports import Figures
from tests.factories import make_certificate, make_department, make_person, make_qualified_person, make_training

YEAR = 2021
LEGAL, ONLINE = TrainingKind.LEGAL, TrainingKind.ONLINE_COMMON_LAW


def of(session: Session, actor: Actor = SYSTEM, year: int = YEAR) -> Figures:
    return reports.figures(session, actor, year=year)


def cast(session: Session) -> tuple[Person, Person]:
    """Two people of two units."""
    return make_person(session, make_department(session)), make_person(session, make_department(session))


def head_of(person: Person) -> Actor:
    return Actor(account_id=1, name="head", role=Role.UNIT_HEAD, department_id=person.department_id)


def test_legal_trainings_and_their_attendances_are_those_of_the_year(session: Session) -> None:
    one, two = cast(session)
    make_training(session, one, two, kind=LEGAL, held_on=date(2021, 1, 1))
    make_training(session, one, kind=LEGAL, held_on=date(2021, 12, 31))
    make_training(session, one, kind=LEGAL, held_on=date(2020, 12, 31))
    make_training(session, one, kind=LEGAL, held_on=date(2022, 1, 1))

    counted, share = of(session), of(session, head_of(two))

    assert (counted.legal_trainings, counted.attendances) == (2, 3)
    assert (share.legal_trainings, share.attendances) == (1, 1)


def test_section_level_attendances_go_by_the_rank_of_that_day(session: Session) -> None:
    one, two = cast(session)
    course = make_training(session, one, two, kind=LEGAL)
    session.scalars(
        select(Attendance).where(Attendance.session_id == course.id, Attendance.person_id == one.id)
    ).one().rank = Rank.DEPUTY_SECTION_CHIEF

    assert of(session).section_level_attendances == 1


def test_online_training_counts_everybody_once_and_only_when_completed(session: Session) -> None:
    one, two = cast(session)
    make_training(session, one, kind=ONLINE)
    make_training(session, one, kind=ONLINE, held_on=date(2021, 9, 1))
    make_training(session, two, kind=ONLINE, completed=False)

    assert of(session).trained_online == 1


def test_certificates_count_by_kind_and_day_of_issue(session: Session) -> None:
    make_certificate(session, issued_on=date(2021, 1, 1))
    make_certificate(session, issued_on=date(2021, 12, 31), valid_until=date(2021, 12, 31).replace(year=2026))
    make_certificate(session, issued_on=date(2021, 7, 1), kind=CertificateKind.SUPERVISION)
    make_certificate(session, issued_on=date(2022, 1, 1), valid_until=date(2026, 12, 31))

    counted = of(session)

    assert (counted.enforcement_certificates_issued, counted.supervision_certificates_issued) == (2, 1)


def test_review_sections_and_reviewers_are_those_of_the_last_day_of_the_year(session: Session) -> None:
    unit = make_department(session, legal_review_section="法制股")
    make_department(session, legal_review_section="法制股", ended_on=date(2021, 12, 31))
    make_department(session)
    for from_on, until_on in (
        (date(2021, 12, 31), None),
        (date(2019, 1, 1), date(2021, 12, 31)),
        (date(2019, 1, 1), date(2021, 12, 30)),
        (date(2022, 1, 1), None),
    ):
        person = make_person(session, unit)
        session.add(LegalReviewer(person_id=person.id, department_id=unit.id, from_on=from_on, until_on=until_on))
    session.flush()

    counted = of(session)

    assert (counted.legal_review_units, counted.legal_reviewers) == (1, 2)


def test_refused_twice_counts_once_for_a_kind(session: Session) -> None:
    failing, qualified = make_person(session), make_qualified_person(session)
    for day in (date(2021, 5, 1), date(2021, 6, 1)):
        certificates.issue(session, SYSTEM, person_id=failing.id, kind=CertificateKind.ENFORCEMENT, today=day)
    certificates.issue(session, SYSTEM, person_id=failing.id, kind=CertificateKind.SUPERVISION, today=date(2021, 6, 1))
    certificates.issue(
        session, SYSTEM, person_id=qualified.id, kind=CertificateKind.ENFORCEMENT, today=date(2021, 6, 1)
    )

    counted = of(session)

    assert (counted.refused, counted.enforcement_certificates_issued) == (2, 1)


def test_a_year_without_records_is_all_zeros_but_for_what_stands(session: Session) -> None:
    counted = of(session, year=1995)

    assert (counted.legal_trainings, counted.attendances, counted.trained_online, counted.refused) == (0, 0, 0, 0)
