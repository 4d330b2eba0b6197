"""The year 2026: five years on the certificates are renewed by new exams, and the year's review is under way."""

from collections.abc import Sequence
from datetime import date

from registry.demo import cast, year2021
from registry.demo.crowd import Fate, Figure, chosen, newcomers
from registry.demo.stage import Stage, marks_for
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamSubject
from registry.rules.permissions import SYSTEM
from registry.rules.training import TrainingKind
from registry.services import certificates, reviews

YEAR = 2026
BEGINS, REVIEW_OPENED, REVIEW_DECIDED = date(2026, 7, 6), date(2026, 11, 2), date(2026, 11, 20)
COMMON_EXAM, SPECIAL_EXAM = date(2026, 4, 18), date(2026, 4, 25)
ISSUED_ON, SUPERVISORS_ISSUED_ON = date(2026, 7, 1), date(2026, 7, 5)
APPOINTED, SITTING, PASSING = date(2026, 1, 5), 15, 12  # of the newcomers, so many sit the exams and so many pass
SHORT_OF_HOURS, DECIDED_UNITS = 31, 9


def play(stage: Stage, figures: Sequence[Figure], units: Sequence[cast.Unit], department_ids: dict[str, int]) -> None:
    """Train, examine, renew. Everybody of 2021 but those who left or were never certified takes part."""
    gone = {figure.number for figure in year2021.leavers(figures)}
    fates = {Fate.CERTIFIED, Fate.LATE, Fate.SUPERVISOR}
    staying = [figure for figure in figures if figure.fate in fates and figure.number not in gone]
    arriving = newcomers(units, department_ids, APPOINTED)
    stage.register(arriving, BEGINS)
    _train(stage, [*staying, *arriving])
    _examine(stage, staying, arriving)
    renewing = [figure for figure in staying if figure.fate is Fate.CERTIFIED] + arriving[:SITTING]
    supervisors = [figure for figure in staying if figure.fate is Fate.SUPERVISOR]
    _issue(stage, renewing, CertificateKind.ENFORCEMENT, ISSUED_ON)
    _issue(stage, supervisors, CertificateKind.SUPERVISION, SUPERVISORS_ISSUED_ON)


def open_review(stage: Stage, department_ids: dict[str, int]) -> None:
    """The year's review of enforcement certificates: opened, the first units decided, the others waiting."""
    opened = reviews.open_campaign(
        stage.session, SYSTEM, year=YEAR, kind=CertificateKind.ENFORCEMENT, today=REVIEW_OPENED
    )
    for department_id in list(department_ids.values())[-DECIDED_UNITS:]:
        stage.attest(opened.id, department_id, "名单无误")
        reviews.accept_proposals(
            stage.session, SYSTEM, campaign_id=opened.id, department_id=department_id, today=REVIEW_DECIDED
        )


def _train(stage: Stage, staying: Sequence[Figure]) -> None:
    short = {figure.number for figure in chosen(staying, Fate.CERTIFIED, SHORT_OF_HOURS, 20)}
    stage.train(
        staying,
        title="2026年度网上公共法律知识培训",
        kind=TrainingKind.ONLINE_COMMON_LAW,
        day=date(2026, 3, 2),
        ended_on=date(2026, 4, 15),
        hours=40,
    )
    stage.train(
        [figure for figure in staying if figure.number not in short],
        title="2026年度专业法律知识轮训",
        kind=TrainingKind.SPECIAL_LAW,
        day=date(2026, 5, 18),
        hours=20,
    )


def _examine(stage: Stage, staying: Sequence[Figure], arriving: Sequence[Figure]) -> None:
    passing, failing = arriving[:PASSING], arriving[PASSING:SITTING]
    officers = [figure for figure in staying if figure.fate is not Fate.SUPERVISOR]
    common, special = ExamSubject.COMMON_LAW, ExamSubject.SPECIAL_LAW
    marks = marks_for([*staying, *passing], 22, failing=failing)
    stage.exam("2026年度行政执法资格考试（公共法律知识）", common, COMMON_EXAM, marks)
    marks = marks_for([*officers, *passing, *failing], 23)
    stage.exam("2026年度行政执法资格考试（专业法律知识）", special, SPECIAL_EXAM, marks)


def _issue(stage: Stage, figures: Sequence[Figure], kind: CertificateKind, day: date) -> None:
    certificates.issue_batch(stage.session, SYSTEM, person_ids=stage.ids_of(figures), kind=kind, today=day)
