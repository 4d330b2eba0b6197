"""Tasks: opened when a certificate's ground goes; settled when it moves, when the ground is back, or by somebody."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.exams import ExamResult, ExamSitting
from registry.models.tasks import Task
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.applications import ReplacementCause
from registry.rules.careers import CareerAct
from registry.rules.certificates import CertificateAct, CertificateKind, CertificateStatus, Ground
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import Duty, EndReason, Establishment, Rank
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.qualifications import Decision
from registry.rules.tasks import TaskKind, TaskOutcome
from registry.services import board, certificates, departments, exams, people, policies, qualifications, tasks
from registry.services.exams import ResultEntry
from registry.services.narrowing import Count
from registry.services.people import CareerEntry
from registry.services.tasks import TaskFilter
from tests.acting import act_upon
from tests.factories import (
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
)

TODAY = date(2026, 3, 10)
POST = {
    "section": "",
    "post": "执法员",
    "rank": Rank.STAFF,
    "establishment": Establishment.ADMINISTRATIVE,
    "duty": Duty.ENFORCEMENT,
    "enforcement_field": "",
    "enforcement_area": "",
}


def career(session: Session, card: Certificate, act: CareerAct, day: date = TODAY, **values: Any) -> None:
    entry = CareerEntry(day=day, values=values, reason="按文件")
    people.perform(session, SYSTEM, person_id=card.person_id, act=act, entry=entry, today=day)


def standing(session: Session, card: Certificate, day: date = TODAY) -> list[TaskKind]:
    return [task.kind for task in tasks.flags(session, [card.id], today=day)[card.id]]


def outcomes(session: Session, card: Certificate) -> list[tuple[TaskKind, TaskOutcome | None]]:
    own = select(Task).where(Task.certificate_id == card.id).order_by(Task.id)
    return [(task.kind, task.outcome) for task in session.scalars(own)]


@pytest.mark.parametrize(
    ("act", "values", "kind"),
    [
        pytest.param(CareerAct.RETIRE, {}, TaskKind.RETIRED, id="retires"),
        pytest.param(CareerAct.DIE, {}, TaskKind.DIED, id="dies"),
        pytest.param(CareerAct.LEAVE, {"end_reason": EndReason.RESIGNATION}, TaskKind.LEFT, id="resigns"),
        pytest.param(CareerAct.REASSIGN, {**POST, "duty": Duty.OTHER}, TaskKind.POST_CHANGED, id="enforces no more"),
    ],
)
def test_a_certificate_is_flagged_when_its_holder_has_no_post_for_it(
    session: Session, act: CareerAct, values: dict[str, Any], kind: TaskKind
) -> None:
    card = make_certificate(session)

    career(session, card, act, **values)

    task = session.scalars(select(Task)).one()
    assert (task.kind, task.certificate_id, task.opened_on) == (kind, card.id, TODAY)
    assert task.due_on == TODAY + timedelta(days=policies.in_force(session, TODAY).recall_days)
    assert session.scalars(select(TrailEntry.subject_id).where(TrailEntry.action == "task:open")).all() == [task.id]
    assert card.status is CertificateStatus.ACTIVE


def test_another_post_that_fits_and_a_secondment_flag_nothing(session: Session) -> None:
    card, host = make_certificate(session), make_department(session)

    career(session, card, CareerAct.REASSIGN, **{**POST, "post": "中队长"})
    career(session, card, CareerAct.SECOND, department_id=host.id)

    assert standing(session, card) == []


def test_a_certificate_that_is_over_is_not_flagged(session: Session) -> None:
    card = make_certificate(session, valid_until=TODAY - timedelta(days=1))

    career(session, card, CareerAct.RETIRE)

    assert standing(session, card) == []


def test_a_transfer_is_settled_by_the_new_units_certificate(session: Session) -> None:
    card, other = make_certificate(session), make_department(session)
    career(session, card, CareerAct.TRANSFER, **POST, department_id=other.id)
    assert standing(session, card) == [TaskKind.TRANSFERRED]

    said = {"cause": ReplacementCause.UNIT, "document_number": "1", "reason": "调动"}
    new = certificates.replace(session, SYSTEM, certificate_id=card.id, today=TODAY, **said)

    assert outcomes(session, card) == [(TaskKind.TRANSFERRED, TaskOutcome.MOVED)]
    assert (new.department_id, standing(session, new)) == (other.id, [])


def test_a_career_act_that_is_undone_settles_what_it_opened(session: Session) -> None:
    card = make_certificate(session)
    career(session, card, CareerAct.RETIRE)

    career(session, card, CareerAct.REOPEN)

    assert outcomes(session, card) == [(TaskKind.RETIRED, TaskOutcome.GROUND_RESTORED)]


def test_who_comes_back_to_the_unit_has_the_ground_again_and_who_serves_elsewhere_not(session: Session) -> None:
    back, elsewhere = make_certificate(session), make_certificate(session)
    for card in (back, elsewhere):
        career(session, card, CareerAct.LEAVE, end_reason=EndReason.RESIGNATION)
    later = TODAY + timedelta(days=5)

    career(session, back, CareerAct.JOIN, later, **POST, department_id=back.department_id)
    career(session, elsewhere, CareerAct.JOIN, later, **POST, department_id=make_department(session).id)

    assert standing(session, back, later) == []
    assert standing(session, elsewhere, later) == [TaskKind.TRANSFERRED]


def test_a_file_of_people_flags_whom_it_moves(session: Session) -> None:
    card, other = make_certificate(session), make_department(session)
    values = {**POST, "name": card.person.name, "department_id": other.id, "from_on": TODAY}

    people.change(session, SYSTEM, person_id=card.person_id, values=values, reason="调动", today=TODAY)

    assert standing(session, card) == [TaskKind.TRANSFERRED]


def test_the_end_of_a_unit_flags_its_certificates_and_its_reopening_settles_them(session: Session) -> None:
    unit = make_department(session)
    cards = [make_certificate(session, make_qualified_person(session, unit)) for _ in range(2)]
    said = {"document_number": "郏编〔2026〕1号", "reason": "机构改革"}
    departments.end(session, SYSTEM, department_id=unit.id, ended_on=TODAY, merged_into_id=None, today=TODAY, **said)
    assert [standing(session, card) for card in cards] == [[TaskKind.UNIT_ENDED], [TaskKind.UNIT_ENDED]]

    departments.reopen(session, SYSTEM, department_id=unit.id, reason="误录", today=TODAY)

    assert outcomes(session, cards[0]) == [(TaskKind.UNIT_ENDED, TaskOutcome.GROUND_RESTORED)]


def corrected(session: Session, result: ExamResult, score: int | None) -> ExamResult:
    outcome = ExamOutcome.ANNULLED if score is None else ExamOutcome.SCORED
    said = {"score": None if score is None else Decimal(score), "outcome": outcome, "reason": "复核"}
    return exams.correct_result(session, SYSTEM, result_id=result.id, today=TODAY, **said)  # type: ignore[arg-type]


def test_two_absences_that_become_failures_leave_the_pass_one_attempt_too_many(session: Session) -> None:
    person = make_person(session)
    make_result(session, person, make_sitting(session, ExamSubject.SPECIAL_LAW, date(2026, 3, 1)))
    missed = [
        make_result(session, person, make_sitting(session, ExamSubject.COMMON_LAW, date(2026, month, 1)), None)
        for month in (1, 2)
    ]
    make_result(session, person, make_sitting(session, ExamSubject.COMMON_LAW, date(2026, 3, 1)))
    asked = {"person_id": person.id, "kind": CertificateKind.ENFORCEMENT, "today": date(2026, 3, 2)}
    card = certificates.issue(session, SYSTEM, **asked).certificate  # type: ignore[arg-type]  # of several kinds
    assert card is not None

    corrected(session, missed[0], 40)
    assert standing(session, card) == []
    late = corrected(session, missed[1], 41)
    assert standing(session, card) == [TaskKind.RESULT_CORRECTED]
    corrected(session, late, None)

    assert outcomes(session, card) == [(TaskKind.RESULT_CORRECTED, TaskOutcome.GROUND_RESTORED)]


def test_a_failure_published_late_counts_as_an_attempt_and_flags_what_rests_on_a_later_pass(session: Session) -> None:
    card = make_certificate(session, make_qualified_person(session), valid_until=date(2029, 5, 31))
    own = select(ExamSitting).join(ExamResult, ExamResult.sitting_id == ExamSitting.id)
    common = own.where(ExamResult.person_id == card.person_id, ExamResult.subject == ExamSubject.COMMON_LAW)
    passed_on = session.scalars(common).one().held_on
    late = [make_sitting(session, held_on=passed_on - timedelta(days=days)) for days in (2, 1)]
    found = []

    for sitting in late:
        entry = ResultEntry(person_id=card.person_id, score=Decimal(40), outcome=ExamOutcome.SCORED)
        exams.publish_results(session, SYSTEM, sitting=sitting, entries=[entry])
        found.append(outcomes(session, card))

    assert found == [[], [(TaskKind.RESULT_CORRECTED, None)]]


def test_who_loses_the_enforcement_qualification_has_the_supervision_certificate_flagged(session: Session) -> None:
    supervision = CertificateKind.SUPERVISION
    person = make_qualified_person(session, duty=Duty.SUPERVISION)
    card = make_certificate(session, person, kind=supervision, valid_until=date(2029, 5, 31))
    decision = Decision(
        day=TODAY, decided_by="平顶山市司法局", document_number="1", reason="出借证件", basis=Ground.MISCONDUCT
    )
    asked = {"person_id": person.id, "today": TODAY}

    qualifications.disqualify(session, SYSTEM, decision=decision, **asked)  # type: ignore[arg-type]  # of several kinds

    assert (card.status, standing(session, card)) == (CertificateStatus.ACTIVE, [TaskKind.DISQUALIFIED])
    findings = certificates.explain(session, SYSTEM, kind=supervision, **asked)  # type: ignore[arg-type]  # of several kinds
    assert {one.rule.code for one in findings if not one.met} == {"CERT-8", "CERT-21"}
    lifted = replace(decision, basis=None)
    qualifications.lift(session, SYSTEM, decision=lifted, **asked)  # type: ignore[arg-type]  # of several kinds
    assert outcomes(session, card) == [(TaskKind.DISQUALIFIED, TaskOutcome.GROUND_RESTORED)]


def test_a_result_corrected_below_the_mark_flags_what_rests_on_it_until_it_is_a_pass_again(session: Session) -> None:
    card = make_certificate(session)
    own = select(ExamResult).where(ExamResult.person_id == card.person_id)
    common, special = session.scalars(own.order_by(ExamResult.subject)).all()
    assert common.subject is ExamSubject.COMMON_LAW

    better = corrected(session, common, 90)
    assert standing(session, card) == []
    annulled = corrected(session, better, None)
    failed = corrected(session, special, 40)
    assert standing(session, card) == [TaskKind.RESULT_CORRECTED]
    corrected(session, annulled, 88)
    assert standing(session, card) == [TaskKind.RESULT_CORRECTED]
    corrected(session, failed, 60)

    assert outcomes(session, card) == [(TaskKind.RESULT_CORRECTED, TaskOutcome.GROUND_RESTORED)]


def test_a_suspension_comes_up_when_it_has_run_out_and_not_before(session: Session) -> None:
    card = make_certificate(session)
    act_upon(session, card, CertificateAct.SUSPEND, TODAY, ordered_until=date(2026, 3, 20))

    assert standing(session, card, date(2026, 3, 20)) == []
    assert standing(session, card, date(2026, 3, 21)) == [TaskKind.SUSPENSION_OVER]
    act_upon(session, card, CertificateAct.REINSTATE, date(2026, 3, 22))

    assert outcomes(session, card) == [(TaskKind.SUSPENSION_OVER, TaskOutcome.MOVED)]


def test_a_loss_that_was_reported_waits_for_its_notice(session: Session) -> None:
    card = make_certificate(session)
    clerk = Actor(account_id=None, name="the unit", role=Role.UNIT_CLERK, department_id=card.department_id)

    act_upon(session, card, CertificateAct.REPORT_LOST, TODAY, actor=clerk)
    assert standing(session, card) == [TaskKind.LOSS_REPORTED]
    act_upon(session, card, CertificateAct.PUBLISH_LOSS, TODAY)

    assert outcomes(session, card) == [(TaskKind.LOSS_REPORTED, TaskOutcome.MOVED)]


def test_what_still_counts_stays_flagged_and_what_ends_does_not(session: Session) -> None:
    card = make_certificate(session)
    career(session, card, CareerAct.RETIRE)

    act_upon(session, card, CertificateAct.SUSPEND, TODAY)
    assert standing(session, card) == [TaskKind.RETIRED]
    act_upon(session, card, CertificateAct.WITHDRAW, TODAY)

    moved = TaskOutcome.MOVED
    assert outcomes(session, card) == [(TaskKind.RETIRED, moved), (TaskKind.SUSPENSION_OVER, moved)]


def test_what_expired_is_looked_into_no_more_once_another_certificate_is_issued(session: Session) -> None:
    card = make_certificate(session, valid_until=date(2026, 3, 31))
    act_upon(session, card, CertificateAct.SUSPEND, TODAY, ordered_until=date(2026, 4, 20))

    issued = {"person_id": card.person_id, "kind": card.kind, "today": date(2026, 4, 1)}
    assert certificates.issue(session, SYSTEM, **issued).certificate is not None

    assert outcomes(session, card) == [(TaskKind.SUSPENSION_OVER, TaskOutcome.MOVED)]


def test_a_certificate_is_kept_with_a_reason_once_and_the_same_cause_does_not_come_up_again(session: Session) -> None:
    card = make_certificate(session, kind=CertificateKind.SUPERVISION)
    career(session, card, CareerAct.REASSIGN, **{**POST, "duty": Duty.SUPERVISION, "post": "科长"})
    career(session, card, CareerAct.RETIRE)
    task = tasks.flags(session, [card.id], today=TODAY)[card.id][0]
    with pytest.raises(RuleBroken) as refused:
        tasks.keep(session, SYSTEM, task_id=task.id, reason=" ", today=TODAY)
    assert [violation.code for violation in refused.value.violations] == ["TASK-1"]

    tasks.keep(session, SYSTEM, task_id=task.id, reason="返聘为特邀监督员", today=TODAY)

    assert (task.outcome, task.settled_by, standing(session, card)) == (TaskOutcome.KEPT, "console", [])
    with pytest.raises(RuleBroken) as again:
        tasks.keep(session, SYSTEM, task_id=task.id, reason="再次", today=TODAY)
    assert [violation.code for violation in again.value.violations] == ["TASK-2"]


def test_a_units_people_see_their_tasks_and_settle_none(session: Session) -> None:
    card, other = make_certificate(session), make_certificate(session)
    for one in (card, other):
        career(session, one, CareerAct.RETIRE)
    clerk = Actor(account_id=None, name="clerk", role=Role.UNIT_CLERK, department_id=card.department_id)

    page = tasks.search(session, clerk, chosen=TaskFilter(), today=TODAY)

    assert [task.certificate_id for task in page.rows] == [card.id]
    assert tasks.counted(session, clerk, today=TODAY).standing == Count(1)
    with pytest.raises(Denied):
        tasks.keep(session, clerk, task_id=page.rows[0].id, reason="1", today=TODAY)
    with pytest.raises(Denied):
        tasks.get(session, clerk, tasks.flags(session, [other.id], today=TODAY)[other.id][0].id)


def test_tasks_are_narrowed_counted_and_read_page_by_page(session: Session) -> None:
    cards = [make_certificate(session) for _ in range(3)]
    for card, act in zip(cards, (CareerAct.RETIRE, CareerAct.DIE, CareerAct.DIE), strict=True):
        career(session, card, act)
    late = TODAY + timedelta(days=31)

    def found(chosen: TaskFilter, day: date = TODAY, **page: Any) -> list[int]:
        return [one.certificate_id for one in tasks.search(session, SYSTEM, chosen=chosen, today=day, **page).rows]

    assert found(TaskFilter(kind=TaskKind.DIED)) == [cards[1].id, cards[2].id]
    assert found(TaskFilter(department_id=cards[0].department_id)) == [cards[0].id]
    assert (found(TaskFilter(is_overdue=True)), found(TaskFilter(is_overdue=True), late)) == ([], [c.id for c in cards])
    first = tasks.search(session, SYSTEM, chosen=TaskFilter(), today=TODAY, size=2)
    assert found(TaskFilter(), after=first.after) == [cards[2].id]
    seen = board.board(session, SYSTEM, policy=policies.in_force(session, late), today=late).flagged
    assert (seen.standing, seen.overdue) == (Count(3), Count(3))
    assert found(TaskFilter(is_settled=True)) == []
