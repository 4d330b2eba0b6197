"""Applying for the certificate after one: only where the card gives cause, by the unit that serves now, at one cost."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.rules import Denied
from registry.rules.applications import ApplicationNature, ApplicationStatus, ApplicationStep, ReplacementCause
from registry.rules.careers import CareerAct
from registry.rules.certificates import CertificateAct, CertificateKind, Face, Predecessor, examine_replacement
from registry.rules.exams import ExamSubject
from registry.rules.people import Duty, Establishment, Rank
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import applications, certificates, departments, people, policies
from registry.services.applications import Wanted
from registry.services.certificates import Heir
from registry.services.certificates.dossiers import applicants
from registry.services.certificates.predecessors import predecessors
from registry.services.people import CareerEntry
from tests.acting import act_upon
from tests.factories import make_certificate, make_department, make_qualified_person, make_result, make_sitting
from tests.queries import counted

TODAY, EXAM = date(2026, 3, 10), date(2026, 2, 1)
CHIEF = Actor(account_id=None, name="郑局长", role=Role.BUREAU_CHIEF)
KIND = CertificateKind.ENFORCEMENT
LAST = date(2029, 5, 31)
POST = {
    "section": "",
    "post": "执法员",
    "rank": Rank.STAFF,
    "establishment": Establishment.ADMINISTRATIVE,
    "duty": Duty.ENFORCEMENT,
    "enforcement_field": "",
    "enforcement_area": "",
}
PRINTED = Face(name="王小明", unit="郏县水利局", field="水利", area="郏县", post="执法员")


def seat(department_id: int) -> Actor:
    return Actor(account_id=None, name="孙管理员", role=Role.UNIT_CLERK, department_id=department_id)


def move(session: Session, person: Person, department_id: int, act: CareerAct, **values: object) -> None:
    entry = CareerEntry(day=TODAY, values={**POST, "department_id": department_id, **values})
    people.perform(session, SYSTEM, person_id=person.id, act=act, entry=entry, today=TODAY)


def left_out(session: Session, card: Certificate, **wanted: object) -> list[str]:
    """The rules by which nothing was entered for the holder of a card."""
    asked = Wanted(kind=KIND, **wanted)  # type: ignore[arg-type]
    actor = seat(card.person.department_id)
    done = applications.enter(session, actor, person_ids=[card.person_id], wanted=asked, today=TODAY)
    return [violation.code for one in done.left_out for violation in one.against]


@pytest.mark.parametrize(
    ("cause", "change"),
    [
        pytest.param(
            ReplacementCause.UNIT, {"unit": "郏县城市管理局"}, id="another unit, or the same under a new name"
        ),
        pytest.param(ReplacementCause.UNIT, {"field": "城市管理"}, id="another field"),
        pytest.param(ReplacementCause.NAME, {"name": "王晓明"}, id="another name"),
        pytest.param(ReplacementCause.POST, {"post": "中队长"}, id="another post"),
    ],
)
def test_a_cause_is_met_by_its_own_change_alone(
    session: Session, cause: ReplacementCause, change: dict[str, str]
) -> None:
    card, policy = make_certificate(session, valid_until=LAST), policies.in_force(session, TODAY)
    dossier = applicants(session, [card.person_id], kind=KIND, day=TODAY)[card.person_id].dossier
    plain: Predecessor = predecessors(session, [card], TODAY)[card.id]

    for present, met in ((PRINTED, False), (replace(PRINTED, **change), True)):
        old = replace(plain, printed=PRINTED, present=present)
        found = {one.rule.code: one for one in examine_replacement(old, dossier, cause, policy, TODAY)}
        assert found["CERT-22"].met is met
        assert "王" in found["CERT-22"].evidence.in_words() or cause is not ReplacementCause.NAME
    other = {one.rule.code for one in examine_replacement(plain, dossier, ReplacementCause.DAMAGE, policy, TODAY)}
    assert "CERT-22" not in other


def test_nothing_is_entered_for_a_change_that_the_register_does_not_have(session: Session) -> None:
    card = make_certificate(session, valid_until=LAST)
    replacement = {"nature": ApplicationNature.REPLACEMENT}

    for cause in (ReplacementCause.UNIT, ReplacementCause.NAME, ReplacementCause.POST):
        assert left_out(session, card, cause=cause, **replacement) == ["CERT-22"]
    assert left_out(session, card, cause=ReplacementCause.LOSS, **replacement) == ["CERT-10"]
    move(session, card.person, card.department_id, CareerAct.REASSIGN, post="中队长")

    assert left_out(session, card, cause=ReplacementCause.POST, **replacement) == []


def test_a_unit_that_was_renamed_gives_cause(session: Session) -> None:
    unit = make_department(session, name="郏县旧局")
    card = make_certificate(session, make_qualified_person(session, unit), valid_until=LAST)
    said = {"name": "郏县新局", "from_on": TODAY, "document_number": "1", "reason": "机构改革", "today": TODAY}
    departments.rename(session, SYSTEM, department_id=unit.id, **said)  # type: ignore[arg-type]  # of several kinds

    asked = {"nature": ApplicationNature.REPLACEMENT, "cause": ReplacementCause.UNIT}
    assert left_out(session, card, **asked) == []


def test_no_renewal_is_entered_before_its_time_and_none_of_what_is_held_back(session: Session) -> None:
    early, held_back = (
        make_certificate(session, valid_until=LAST),
        make_certificate(session, valid_until=date(2026, 5, 1)),
    )
    act_upon(session, held_back, CertificateAct.SUSPEND, TODAY)

    assert left_out(session, early, nature=ApplicationNature.RENEWAL) == ["CERT-18"]
    assert left_out(session, held_back, nature=ApplicationNature.RENEWAL) == ["CERT-10"]


def test_a_notice_of_loss_may_follow_on_the_road(session: Session) -> None:
    card = make_certificate(session, valid_until=LAST)
    act_upon(session, card, CertificateAct.REPORT_LOST, TODAY)

    asked = {"nature": ApplicationNature.REPLACEMENT, "cause": ReplacementCause.LOSS}
    assert left_out(session, card, **asked) == []


def test_after_a_transfer_the_new_unit_applies_and_reads_its_application(session: Session) -> None:
    card, unit = make_certificate(session, valid_until=LAST), make_department(session)
    move(session, card.person, unit.id, CareerAct.TRANSFER)
    clerk, nature = seat(unit.id), ApplicationNature.REPLACEMENT

    offers = applications.offers(session, clerk, department_id=unit.id, kind=KIND, nature=nature, today=TODAY)
    wanted = Wanted(kind=KIND, nature=nature, cause=ReplacementCause.UNIT)
    [one] = applications.enter(session, clerk, person_ids=[card.person_id], wanted=wanted, today=TODAY).applications

    assert [(offer.person_id, offer.is_fit) for offer in offers] == [(card.person_id, True)]
    assert applications.file_of(session, clerk, application_id=one.id, today=TODAY).findings
    explained = {"certificate_id": card.id, "nature": nature, "today": TODAY}
    assert certificates.explain_successor(session, clerk, **explained).findings
    with pytest.raises(Denied):
        certificates.explain_successor(session, seat(make_department(session).id), **explained)


def test_many_successors_are_looked_at_in_as_many_queries_as_two(session: Session) -> None:
    unit = make_department(session)
    cards = [make_certificate(session, make_qualified_person(session, unit), valid_until=LAST) for _ in range(8)]
    heirs = [Heir(card_id=card.id, nature=ApplicationNature.RENEWAL) for card in cards]

    with counted(session.connection()) as two:
        certificates.successions(session, heirs[:2], TODAY)
    with counted(session.connection()) as eight:
        certificates.successions(session, heirs, TODAY)

    assert len(eight) == len(two)


def test_many_renewals_are_approved_in_as_many_queries_as_two(session: Session) -> None:
    unit, sittings = make_department(session), [make_sitting(session, one, EXAM) for one in ExamSubject]
    people = [make_qualified_person(session, unit) for _ in range(8)]
    for person in people:
        make_certificate(session, person, valid_until=date(2026, 5, 1))
        for sitting in sittings:
            make_result(session, person, sitting)
    wanted = Wanted(kind=KIND, nature=ApplicationNature.RENEWAL)
    ids = [one.id for one in people]
    made = applications.enter(session, seat(unit.id), person_ids=ids, wanted=wanted, today=TODAY).applications
    for one in made:
        one.status = ApplicationStatus.EXAMINED
    session.flush()
    few, many = [one.id for one in made][:2], [one.id for one in made][2:]

    def approve(ids: list[int]) -> int:
        asked = {"step": ApplicationStep.APPROVE, "application_ids": ids, "today": TODAY}
        with counted(session.connection()) as sent:
            assert all(case.fits for case in applications.take(session, CHIEF, **asked))  # type: ignore[arg-type]  # of several kinds
        return len(sent)

    assert approve(few) == approve(many)
    cards = session.scalars(select(Certificate).where(Certificate.issued_on == TODAY)).all()
    assert {card.predecessor_id is not None for card in cards} == {True}
    assert sorted(card.number for card in cards) == [f"1604250000{number}" for number in range(1, 9)]
