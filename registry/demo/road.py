"""Autumn 2026: recruits apply for their first certificates, and every desk of the road has some work."""

from collections.abc import Mapping, Sequence
from datetime import date

from registry.demo import cast
from registry.demo.crowd import Figure, recruits
from registry.demo.stage import Stage, marks_for
from registry.rules.applications import ApplicationStep, Making
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamSubject
from registry.rules.permissions import Actor, Role
from registry.services import applications
from registry.services.applications import Said, Wanted

BEGINS, TODAY = date(2026, 11, 9), date(2026, 11, 20)
APPOINTED, COMMON_EXAM, SPECIAL_EXAM = date(2026, 8, 3), date(2026, 10, 17), date(2026, 10, 24)
OF_THE_UNIT, ELSEWHERE = 12, 8
KIND = CertificateKind.ENFORCEMENT


def play(stage: Stage, units: Sequence[cast.Unit], department_ids: dict[str, int], seats: Mapping[Role, Actor]) -> None:
    """Recruits of the unit whose head and clerk can sign in, and of other units; some at every stage of the road."""
    own = recruits(units[:1], department_ids, APPOINTED, OF_THE_UNIT, 600_000)
    others = recruits(units[1:], department_ids, APPOINTED, ELSEWHERE, 700_000)
    stage.register([*own, *others], APPOINTED)
    _examine(stage, [*own[:-1], *others], own[-1])
    _of_the_unit(stage, own, seats)
    _of_others(stage, others, seats)


def _examine(stage: Stage, passing: Sequence[Figure], failing: Figure) -> None:
    common, special = ExamSubject.COMMON_LAW, ExamSubject.SPECIAL_LAW
    stage.exam("2026年第二次行政执法资格考试（公共法律知识）", common, COMMON_EXAM, marks_for([*passing, failing], 31))
    marks = marks_for(passing, 32) | {failing.number: 52}
    stage.exam("2026年第二次行政执法资格考试（专业法律知识）", special, SPECIAL_EXAM, marks)


def _of_the_unit(stage: Stage, own: Sequence[Figure], seats: Mapping[Role, Actor]) -> None:
    """From the unit's own desk: two still wait for the head, one came back, one was withdrawn, one refused."""
    wanted = Wanted(kind=KIND)
    entered = applications.enter(
        stage.session, seats[Role.UNIT_CLERK], person_ids=stage.ids_of(own), wanted=wanted, today=BEGINS
    )
    by_person = {one.person_id: one.id for one in entered.applications}
    ids = [by_person[stage.id_of(figure)] for figure in own]
    _take(stage, seats[Role.UNIT_CLERK], ApplicationStep.WITHDRAW, ids[10:11], Said(reason="拟调离执法岗位"))
    _take(stage, seats[Role.UNIT_HEAD], ApplicationStep.CONFIRM, [*ids[2:10], ids[11]])
    clerk = seats[Role.BUREAU_CLERK]
    _take(stage, clerk, ApplicationStep.RETURN, ids[2:3], Said(reason="照片不符合要求，请重新拍摄后再报"))
    _take(stage, clerk, ApplicationStep.REFUSE, ids[11:])
    _take(stage, clerk, ApplicationStep.EXAMINE, ids[5:10])
    _take(stage, seats[Role.BUREAU_CHIEF], ApplicationStep.APPROVE, ids[7:10])
    _take(stage, clerk, ApplicationStep.MAKE, ids[8:10], Said(making=Making.RECEIVED))
    _take(stage, seats[Role.UNIT_CLERK], ApplicationStep.HAND_OVER, ids[9:10])


def _of_others(stage: Stage, others: Sequence[Figure], seats: Mapping[Role, Actor]) -> None:
    """On paper, and put up by the clerk: some wait for the chief, some for their card."""
    clerk, people = seats[Role.BUREAU_CLERK], stage.ids_of(others)
    paper = Wanted(kind=KIND, document_number="郏执申〔2026〕17号")
    applications.enter(stage.session, clerk, person_ids=people[:2], wanted=paper, today=BEGINS)
    done = applications.put_up(stage.session, clerk, person_ids=people[2:], kind=KIND, today=TODAY)
    ids = [one.id for one in done.examined]
    _take(stage, seats[Role.BUREAU_CHIEF], ApplicationStep.APPROVE, ids[:3])
    _take(stage, clerk, ApplicationStep.MAKE, ids[:1])


def _take(stage: Stage, actor: Actor, step: ApplicationStep, ids: Sequence[int], said: Said | None = None) -> None:
    applications.take(stage.session, actor, step=step, application_ids=ids, said=said or Said(), today=TODAY)
