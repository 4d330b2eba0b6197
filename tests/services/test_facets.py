"""What stands in people's own rows for the lists is what posts and certificates say, whoever writes them."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.people import NEVER, Appointment, Person
from registry.rules.certificates import CertificateAct, CertificateKind, CertificateStatus
from registry.rules.people import Duty, EndReason, Establishment
from registry.rules.permissions import SYSTEM
from registry.services import people
from registry.services.facets import facets_of
from tests.acting import act_upon
from tests.factories import make_certificate, make_department, make_person, make_qualified_person

TODAY = date(2026, 3, 15)


def kept(session: Session, person: Person) -> tuple[int | None, date]:
    row = session.execute(select(Person.facets, Person.certified_until).where(Person.id == person.id)).one()
    return row.facets, row.certified_until


def test_every_duty_and_establishment_has_facets_of_its_own(session: Session) -> None:
    unit = make_department(session)
    for duty, establishment in product(Duty, Establishment):
        person = make_person(session, unit, duty=duty, establishment=establishment, has_law_qualification=True)

        assert kept(session, person) == (facets_of(duty, establishment, True), NEVER)


def test_the_facets_follow_a_post_that_changes_and_ends(session: Session) -> None:
    person = make_person(session)
    post = session.scalars(select(Appointment).where(Appointment.person_id == person.id)).one()

    post.duty, post.establishment = Duty.SUPERVISION, Establishment.TEMPORARY
    session.flush()
    assert kept(session, person)[0] == facets_of(Duty.SUPERVISION, Establishment.TEMPORARY)

    ending = {"until_on": TODAY, "end_reason": EndReason.DEATH}
    people.end_appointment(session, SYSTEM, person_id=person.id, **ending, today=TODAY)
    assert kept(session, person)[0] == facets_of(None, None)


def test_the_facets_follow_the_law_qualification_and_leave_with_a_withdrawn_file(session: Session) -> None:
    person = make_person(session)
    mine = update(Person).where(Person.id == person.id)

    session.execute(mine.values(has_law_qualification=True))
    assert kept(session, person)[0] == facets_of(Duty.ENFORCEMENT, Establishment.ADMINISTRATIVE, True)
    session.execute(mine.values(withdrawn_on=TODAY))
    assert kept(session, person)[0] is None
    found = people.search(session, SYSTEM, chosen=people.PersonFilter(text=person.name), today=TODAY)
    assert found.rows == []


def test_the_rest_of_a_name_follows_the_name(session: Session) -> None:
    person = make_person(session, name="欧阳娜")

    session.execute(update(Person).where(Person.id == person.id).values(name="王建国"))

    assert session.scalar(select(Person.name_rest).where(Person.id == person.id)) == "建国"


@pytest.mark.parametrize(("duty", "counts"), [(Duty.ENFORCEMENT, False), (Duty.SUPERVISION, True), (Duty.OTHER, True)])
def test_a_certificate_certifies_in_a_post_that_needs_its_kind(session: Session, duty: Duty, counts: bool) -> None:
    person = make_qualified_person(session, duty=duty)

    card = make_certificate(session, person, kind=CertificateKind.SUPERVISION)

    assert kept(session, person)[1] == (card.valid_until if counts else NEVER)


def test_a_suspended_certificate_certifies_nobody_until_it_is_reinstated(session: Session) -> None:
    person = make_qualified_person(session)
    card = make_certificate(session, person)

    for act, until in ((CertificateAct.SUSPEND, NEVER), (CertificateAct.REINSTATE, card.valid_until)):
        act_upon(session, card, act, TODAY)
        assert kept(session, person)[1] == until


def is_stray(session: Session, card: Certificate) -> bool | None:
    return session.scalar(select(Certificate.is_stray).where(Certificate.id == card.id))


def test_a_card_is_stray_while_its_holder_has_no_post_in_its_unit(session: Session) -> None:
    unit, other = make_department(session), make_department(session)
    person = make_qualified_person(session, unit)
    card = make_certificate(session, person)
    post = session.scalars(select(Appointment).where(Appointment.person_id == person.id)).one()
    told = [is_stray(session, card)]

    for moved_to in (other.id, unit.id):
        post.department_id = moved_to
        session.flush()
        told.append(is_stray(session, card))
    people.end_appointment(
        session, SYSTEM, person_id=person.id, until_on=TODAY, end_reason=EndReason.RETIREMENT, today=TODAY
    )
    told.append(is_stray(session, card))
    session.execute(update(Certificate).where(Certificate.id == card.id).values(status=CertificateStatus.CANCELLED))
    told.append(is_stray(session, card))

    assert told == [False, True, False, True, False]


def test_a_card_that_comes_after_its_holder_left_is_stray_from_the_beginning(session: Session) -> None:
    person = make_qualified_person(session)
    people.end_appointment(
        session, SYSTEM, person_id=person.id, until_on=TODAY, end_reason=EndReason.RETIREMENT, today=TODAY
    )

    assert is_stray(session, make_certificate(session, person))


def test_a_post_that_goes_to_another_file_and_back_takes_the_mark_along(session: Session) -> None:
    unit = make_department(session)
    person, twin = make_qualified_person(session, unit), make_person(session, unit)
    card = make_certificate(session, person)
    post, other = session.scalars(select(Appointment).where(Appointment.department_id == unit.id).order_by("id")).all()
    people.end_appointment(
        session, SYSTEM, person_id=person.id, until_on=TODAY, end_reason=EndReason.RETIREMENT, today=TODAY
    )
    told, other.from_on = [is_stray(session, card)], TODAY

    for holder in (person, twin):  # as when files are merged and taken apart again
        other.person_id = holder.id
        session.flush()
        told.append(is_stray(session, card))
    post.until_on, post.end_reason = None, None
    session.flush()
    told.append(is_stray(session, card))

    assert told == [True, False, True, False]
