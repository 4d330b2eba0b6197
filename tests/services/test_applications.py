"""The road to a certificate: each step from its state alone, two pairs of eyes, and a batch that nobody stops."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate, Refusal
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.applications import WAYS, ApplicationNature, ApplicationStatus, ApplicationStep, ReplacementCause
from registry.rules.certificates import CertificateAct, CertificateKind
from registry.rules.exams import ExamSubject
from registry.rules.people import EndReason
from registry.rules.permissions import ALLOWED, SYSTEM, Actor, Role
from registry.rules.policy import BASE_SOURCES
from registry.services import applications, people, policies, reports
from registry.services.applications import ApplicationFilter, Case, Said, Wanted
from registry.services.certificates import issuing
from tests.acting import act_upon
from tests.factories import (
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
)

TODAY = date(2026, 7, 1)
ENFORCEMENT = CertificateKind.ENFORCEMENT
CLERK = Actor(account_id=None, name="周经办", role=Role.BUREAU_CLERK)
CHIEF = Actor(account_id=None, name="郑局长", role=Role.BUREAU_CHIEF)
WHY = Said(reason="缺照片", receiver="本人")


def unit_seat(person: Person, role: Role = Role.UNIT_CLERK) -> Actor:
    return Actor(account_id=None, name=role.value, role=role, department_id=person.department_id)


def apply(session: Session, *people: Person, actor: Actor | None = None, **wanted: object) -> list[int]:
    """Applied for by the unit's clerk, or whoever is named."""
    asked = Wanted(kind=ENFORCEMENT, **wanted)  # type: ignore[arg-type]
    seat = actor or unit_seat(people[0])
    done = applications.enter(session, seat, person_ids=[one.id for one in people], wanted=asked, today=TODAY)
    return [one.id for one in done.applications]


def take(session: Session, actor: Actor, step: ApplicationStep, ids: list[int], said: Said = WHY) -> list[Case]:
    return applications.take(session, actor, step=step, application_ids=ids, said=said, today=TODAY)


def put_up(session: Session, *people: Person) -> list[int]:
    done = applications.put_up(session, CLERK, person_ids=[one.id for one in people], kind=ENFORCEMENT, today=TODAY)
    return [one.id for one in done.examined]


def status(session: Session, application_id: int) -> ApplicationStatus:
    return session.get_one(Application, application_id).status


def walked(session: Session, application_id: int) -> list[str]:
    rows = select(ApplicationRecord.step).where(ApplicationRecord.application_id == application_id)
    return [step.value for step in session.scalars(rows.order_by(ApplicationRecord.id))]


def test_an_application_goes_the_whole_road(session: Session) -> None:
    person = make_qualified_person(session)
    head = unit_seat(person, Role.UNIT_HEAD)
    [one] = apply(session, person)

    for actor, step in (
        (head, ApplicationStep.CONFIRM),
        (CLERK, ApplicationStep.EXAMINE),
        (CHIEF, ApplicationStep.APPROVE),
        (CLERK, ApplicationStep.MAKE),
        (unit_seat(person), ApplicationStep.HAND_OVER),
    ):
        assert all(case.fits for case in take(session, actor, step, [one]))

    card = session.get_one(Certificate, session.get_one(Application, one).certificate_id)
    assert (card.person_id, card.number, card.issued_on) == (person.id, "16042500001", TODAY)
    assert walked(session, one) == ["apply", "confirm", "examine", "approve", "make", "hand_over"]
    told = session.scalars(select(TrailEntry).where(TrailEntry.subject_type == "applications").order_by(TrailEntry.id))
    assert [entry.facts["step"] for entry in told] == walked(session, one)
    assert applications.of_certificate(session, card.id) == one


@pytest.mark.parametrize("step", sorted(set(ApplicationStep) - {ApplicationStep.APPROVE, ApplicationStep.RECEIVE}))
def test_every_step_is_taken_from_its_states_alone(session: Session, step: ApplicationStep) -> None:
    unit = make_department(session)
    fit = {ApplicationStep.REFUSE: make_person}.get(step, make_qualified_person)
    people = {state: fit(session, unit) for state in ApplicationStatus}
    ids = {state: apply(session, person)[0] for state, person in people.items()}
    for state, one in ids.items():
        session.get_one(Application, one).status = state
    session.flush()

    done = take(session, SYSTEM, step, list(ids.values()))

    by_id = {case.application.id: case for case in done}
    assert {state for state in ids if by_id[ids[state]].fits} == WAYS[step].leaves
    for state in set(ids) - WAYS[step].leaves:
        assert status(session, ids[state]) is state
        assert walked(session, ids[state]) == ["apply"]


@pytest.mark.nodb
@pytest.mark.parametrize("role", sorted(Role))
def test_a_step_is_for_the_roles_of_its_action(session: Session, role: Role) -> None:
    actor = Actor(account_id=None, name=role.value, role=role, department_id=1)

    for step, way in WAYS.items():
        if way.action in ALLOWED[role]:
            assert take(session, actor, step, []) == []
        else:
            with pytest.raises(Denied):
                take(session, actor, step, [])


def test_a_unit_applies_confirms_and_sees_for_its_own_people_alone(session: Session) -> None:
    person, other = make_qualified_person(session), make_qualified_person(session)
    [one] = apply(session, person)
    stranger = unit_seat(other, Role.UNIT_HEAD)

    assert take(session, stranger, ApplicationStep.CONFIRM, [one]) == []
    assert status(session, one) is ApplicationStatus.APPLIED
    with pytest.raises(Denied):
        apply(session, person, actor=stranger)
    assert applications.search(session, stranger, chosen=ApplicationFilter()).rows == []


def test_what_the_head_or_the_bureau_enters_needs_no_confirmation(session: Session) -> None:
    person, other = make_qualified_person(session), make_qualified_person(session)

    [own] = apply(session, person, actor=unit_seat(person, Role.UNIT_HEAD))
    with pytest.raises(RuleBroken, match="ROAD-9"):
        apply(session, other, actor=CLERK)
    [paper] = apply(session, other, actor=CLERK, document_number="郏市监函〔2026〕3号")

    assert [status(session, one) for one in (own, paper)] == [ApplicationStatus.CONFIRMED] * 2


def test_of_one_kind_one_application_is_under_way(session: Session) -> None:
    person, other = make_qualified_person(session), None
    other = make_qualified_person(session, person.department)
    apply(session, person)

    asked = Wanted(kind=ENFORCEMENT)
    seat = unit_seat(person)
    done = applications.enter(session, seat, person_ids=[person.id, other.id], wanted=asked, today=TODAY)

    assert [one.person_id for one in done.applications] == [other.id]
    assert [(one.name, one.against[0].code) for one in done.left_out] == [(person.name, "ROAD-4")]


def test_a_return_says_why_and_the_unit_mends_and_applies_again(session: Session) -> None:
    person = make_qualified_person(session)
    [one] = apply(session, person, actor=unit_seat(person, Role.UNIT_HEAD))

    with pytest.raises(RuleBroken, match="ROAD-3"):
        take(session, CLERK, ApplicationStep.RETURN, [one], Said())
    take(session, CLERK, ApplicationStep.RETURN, [one])
    take(session, unit_seat(person), ApplicationStep.APPLY, [one])

    assert status(session, one) is ApplicationStatus.APPLIED
    records = select(ApplicationRecord.reason).where(ApplicationRecord.application_id == one)
    assert "缺照片" in session.scalars(records).all()


def test_the_head_sends_an_application_back_to_the_clerk_and_says_why(session: Session) -> None:
    person = make_qualified_person(session)
    head, [one] = unit_seat(person, Role.UNIT_HEAD), apply(session, person)

    assert ApplicationStep.SEND_BACK in applications.file_of(session, head, application_id=one, today=TODAY).offered
    with pytest.raises(RuleBroken, match="ROAD-3"):
        take(session, head, ApplicationStep.SEND_BACK, [one], Said())
    take(session, head, ApplicationStep.SEND_BACK, [one])

    assert status(session, one) is ApplicationStatus.RETURNED
    with pytest.raises(Denied):
        take(session, unit_seat(person), ApplicationStep.SEND_BACK, [one])


def test_a_step_is_of_the_day_on_which_it_is_taken_but_for_what_became_of_the_card(session: Session) -> None:
    [one] = put_up(session, make_qualified_person(session))
    approved, long_ago = TODAY, date(2020, 1, 1)

    take(session, CLERK, ApplicationStep.RETURN, [one], Said(reason="缺照片", on=long_ago))
    take(session, CLERK, ApplicationStep.APPLY, [one], Said(on=long_ago))
    take(session, CLERK, ApplicationStep.EXAMINE, [one], Said(on=long_ago))
    take(session, CHIEF, ApplicationStep.APPROVE, [one], Said(on=long_ago))
    [made] = take(session, CLERK, ApplicationStep.MAKE, [one], Said(on=long_ago))

    assert [violation.code for violation in made.against] == ["ROAD-8"]
    assert set(session.scalars(select(ApplicationRecord.taken_on))) == {approved}


def test_nobody_approves_what_he_entered_or_examined(session: Session) -> None:
    person = make_qualified_person(session)
    done = applications.put_up(session, CHIEF, person_ids=[person.id], kind=ENFORCEMENT, today=TODAY)
    one = done.examined[0].id

    [case] = take(session, CHIEF, ApplicationStep.APPROVE, [one])

    assert [violation.code for violation in case.against] == ["ROAD-2"]
    assert session.scalar(select(func.count()).select_from(Certificate)) == 0
    another = Actor(account_id=7, name="郑局长", role=Role.BUREAU_CHIEF)
    assert applications.preview(session, another, step=ApplicationStep.APPROVE, application_ids=[one], today=TODAY)[
        0
    ].fits


def test_a_policy_lets_the_only_person_of_an_office_do_both_and_the_trail_says_so(session: Session) -> None:
    alone = {**policies.in_force(session, TODAY).numbers(), "may_approve_own": True}
    policies.adopt(session, SYSTEM, from_on=date(2026, 6, 1), numbers=alone, sources=BASE_SOURCES, reason="一人办公")
    person = make_qualified_person(session)
    one = applications.put_up(session, CHIEF, person_ids=[person.id], kind=ENFORCEMENT, today=TODAY).examined[0].id

    take(session, CHIEF, ApplicationStep.APPROVE, [one])

    assert status(session, one) is ApplicationStatus.APPROVED
    entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "application:approve")).one()
    assert entry.facts["own"] is True
    assert applications.file_of(session, CHIEF, application_id=one, today=TODAY).is_own


def test_a_batch_goes_on_without_those_whom_a_rule_stops_today(session: Session) -> None:
    unit = make_department(session)
    people = [make_qualified_person(session, unit) for _ in range(4)]
    ids = put_up(session, *people)
    make_certificate(session, people[1], valid_until=date(2030, 1, 1))

    done = take(session, CHIEF, ApplicationStep.APPROVE, ids)

    assert [case.name for case in done if not case.fits] == [people[1].name]
    assert [violation.code for violation in done[1].against] == ["CERT-8"]
    assert [status(session, one) for one in ids].count(ApplicationStatus.APPROVED) == 3
    entries = session.scalars(select(TrailEntry).where(TrailEntry.action == "application:approve")).all()
    assert len({entry.batch for entry in entries}) == 1
    issued = session.scalars(select(TrailEntry).where(TrailEntry.action == "certificate:issue")).all()
    assert {entry.batch for entry in issued} == {entries[0].batch}


def test_one_whom_the_register_refuses_at_the_last_moment_stops_nobody(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = make_department(session)
    taken = make_certificate(session).check_code
    people = [make_qualified_person(session, unit) for _ in range(5)]
    ids, unlucky = put_up(session, *people), people[2].id
    write_row = issuing._certificate_row

    def clash(one: object, *rest: object, **more: object) -> dict[str, object]:
        row = write_row(one, *rest, **more)  # type: ignore[arg-type]  # handed on as they came
        return row | {"check_code": taken} if row["person_id"] == unlucky else row

    monkeypatch.setattr(issuing, "_certificate_row", clash)
    done = take(session, CHIEF, ApplicationStep.APPROVE, ids)

    assert [case.application.person_id for case in done if not case.fits] == [unlucky]
    cards = session.scalars(select(Certificate).where(Certificate.issued_on == TODAY).order_by(Certificate.number))
    assert [card.number for card in cards] == [f"1604250000{n}" for n in range(1, 5)]


def test_a_refusal_is_put_on_record_with_its_ground_and_never_without(session: Session) -> None:
    unit = make_department(session)
    fit, unfit = make_qualified_person(session, unit), make_person(session, unit)
    ids = apply(session, fit, unfit, actor=unit_seat(fit, Role.UNIT_HEAD))

    done = take(session, CLERK, ApplicationStep.REFUSE, ids)

    assert [[violation.code for violation in case.against] for case in done] == [["ROAD-7"], []]
    assert status(session, ids[1]) is ApplicationStatus.REFUSED
    refusal = session.get_one(Refusal, session.get_one(Application, ids[1]).refusal_id)
    assert {one["code"] for one in refusal.findings if not one["met"]} == {"CERT-4", "CERT-5"}


def test_putting_up_examines_the_fit_and_refuses_the_others_and_twice_changes_nothing(session: Session) -> None:
    unit = make_department(session)
    fit, unfit, holder = make_qualified_person(session, unit), make_person(session, unit), make_certificate(session)
    everybody = [fit.id, unfit.id, holder.person_id]

    first = applications.put_up(session, CLERK, person_ids=everybody, kind=ENFORCEMENT, today=date(2026, 1, 5))
    before = session.scalar(select(func.count()).select_from(TrailEntry))
    again = applications.put_up(session, CLERK, person_ids=everybody, kind=ENFORCEMENT, today=date(2026, 1, 5))

    assert ([one.person_id for one in first.examined], first.holder_count) == ([fit.id], 1)
    assert [one.status for one in first.refused] == [ApplicationStatus.REFUSED]
    assert (again.examined, again.refused, again.refusal_ids, again.under_way_count) == ([], [], first.refusal_ids, 1)
    assert session.scalar(select(func.count()).select_from(TrailEntry)) == before


def test_whoever_is_refused_again_on_a_day_for_other_reasons_is_told_those(session: Session) -> None:
    person = make_person(session)
    asked = {"person_ids": [person.id], "kind": ENFORCEMENT, "today": TODAY}
    [first] = applications.put_up(session, CLERK, **asked).refusal_ids  # type: ignore[arg-type]  # of several kinds
    for subject in ExamSubject:
        make_result(session, person, make_sitting(session, subject, date(2026, 6, 1)))
    left = {"until_on": date(2026, 6, 30), "end_reason": EndReason.RETIREMENT, "today": TODAY}
    people.end_appointment(session, SYSTEM, person_id=person.id, **left)  # type: ignore[arg-type]  # of several kinds

    second = applications.put_up(session, CLERK, **asked)  # type: ignore[arg-type]  # of several kinds

    refusal = session.get_one(Refusal, second.refusal_ids[0])
    assert {one["code"] for one in refusal.findings if not one["met"]} == {"CERT-1", "CERT-2"}
    assert (refusal.serial, second.refused[0].refusal_id) == (2, refusal.id)
    assert refusal.id != first
    assert reports.figures(session, CLERK, year=2026).refused == 1


@pytest.mark.parametrize("step", [ApplicationStep.MAKE, ApplicationStep.HAND_OVER])
@pytest.mark.parametrize("act", [CertificateAct.REVOKE, CertificateAct.CANCEL, CertificateAct.SUSPEND])
def test_a_card_that_is_not_valid_is_neither_made_nor_handed_over(
    session: Session, step: ApplicationStep, act: CertificateAct
) -> None:
    [one] = put_up(session, make_qualified_person(session))
    take(session, CHIEF, ApplicationStep.APPROVE, [one])
    card = session.get_one(Certificate, session.get_one(Application, one).certificate_id)
    act_upon(session, card, act, date(2026, 7, 10))

    def on(day: date) -> list[str]:
        asked = {"step": step, "application_ids": [one], "said": Said(on=day), "today": date(2026, 7, 20)}
        [case] = applications.preview(session, CLERK, **asked)  # type: ignore[arg-type]  # of several kinds
        return [violation.code for violation in case.against]

    assert [on(date(2026, 7, day)) for day in (9, 10, 20)] == [[], ["ROAD-11"], ["ROAD-11"]]
    waits = applications.search(session, CLERK, chosen=ApplicationFilter(is_waiting=True)).rows
    assert [row.id for row in waits] == ([one] if act is CertificateAct.SUSPEND else [])


@pytest.mark.parametrize(("receiver", "kept"), [("", "李明"), (" 孙管理员 ", "孙管理员")])
def test_a_card_goes_to_its_holder_unless_somebody_else_is_named(session: Session, receiver: str, kept: str) -> None:
    [one] = put_up(session, make_qualified_person(session, name="李明"))
    take(session, CHIEF, ApplicationStep.APPROVE, [one])

    take(session, CLERK, ApplicationStep.HAND_OVER, [one], Said(receiver=receiver))

    rows = select(ApplicationRecord.reason).where(ApplicationRecord.step == ApplicationStep.HAND_OVER)
    assert session.scalars(rows).all() == [kept]
    told = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc()).limit(1)).one()
    assert told.facts["receiver"] == kept


def test_a_renewal_and_a_replacement_follow_the_card_in_force(session: Session) -> None:
    unit = make_department(session)
    ending, damaged = (make_qualified_person(session, unit) for _ in range(2))
    old = make_certificate(session, ending, issued_on=date(2021, 9, 1), valid_until=date(2026, 8, 31))
    for subject in ExamSubject:
        make_result(session, ending, make_sitting(session, subject, date(2026, 4, 18)))
    torn = make_certificate(session, damaged, issued_on=date(2024, 9, 1), valid_until=date(2029, 8, 31))
    head = unit_seat(ending, Role.UNIT_HEAD)
    [renewal] = apply(session, ending, actor=head, nature=ApplicationNature.RENEWAL)
    [replacement] = apply(
        session, damaged, actor=head, nature=ApplicationNature.REPLACEMENT, cause=ReplacementCause.DAMAGE
    )

    assert all(case.fits for case in take(session, CLERK, ApplicationStep.EXAMINE, [renewal, replacement]))
    assert all(case.fits for case in take(session, CHIEF, ApplicationStep.APPROVE, [renewal, replacement]))

    by_predecessor = {card.predecessor_id: card for card in session.scalars(select(Certificate))}
    assert by_predecessor[old.id].valid_until == date(2031, 6, 30)
    assert by_predecessor[torn.id].valid_until == date(2029, 8, 31)
    assert session.get_one(Application, renewal).certificate_id == by_predecessor[old.id].id
