"""The year 2021 of the invented county, complete: its figures are those of the document the registry came from."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from registry.demo import cast
from registry.demo.crowd import (
    INCOMPETENT,
    LEAVERS,
    LOST,
    SEED,
    SUSPENDED,
    Fate,
    Figure,
    chosen,
)
from registry.demo.stage import Stage, marks_for
from registry.rules.certificates import ActEntry, CertificateAct, CertificateKind, Ground
from registry.rules.exams import ExamSubject
from registry.rules.people import Assessment, EndReason
from registry.rules.permissions import SYSTEM
from registry.rules.training import TrainingKind
from registry.services import certificates, departments, people, reviews

YEAR = 2021
REGISTERED = date(2021, 3, 1)
LECTURES, SECTION_LEVEL_EACH, GENERAL_EACH = 33, (22, 23), (76, 77)
SECTION_LEVEL_ATTENDANCES, ATTENDANCES = 736, 3246
COMMON_EXAM, SPECIAL_EXAM = date(2021, 4, 24), date(2021, 5, 15)
COMMON_MAKE_UP, LATE_MAKE_UP = date(2021, 6, 12), date(2021, 11, 6)
ISSUED_ON, SUPERVISORS_ISSUED_ON, LATE_ISSUED_ON = date(2021, 7, 1), date(2021, 7, 5), date(2021, 12, 15)
REVIEW_OPENED, REVIEW_DECIDED, REVIEW_LOCKED = date(2022, 1, 5), date(2022, 2, 4), date(2022, 2, 18)
END_REASONS = (EndReason.TRANSFER, EndReason.RETIREMENT, EndReason.RETIREMENT, EndReason.REASSIGNMENT)


def play(stage: Stage, figures: Sequence[Figure]) -> None:
    """Register everybody and live through the year, to its locked review."""
    stage.register(figures, REGISTERED)
    _appoint_reviewers(stage, figures)
    _train(stage, figures)
    _examine(stage, figures)
    _certify(stage, figures)
    _live_on(stage, figures)
    for kind in CertificateKind:
        _review(stage, kind)
    _collect_cards(stage, figures)


def leavers(figures: Sequence[Figure]) -> list[Figure]:
    """Who leaves in the second half of the year."""
    return chosen(figures, Fate.CERTIFIED, LEAVERS, 1)


def _under_measure(figures: Sequence[Figure]) -> tuple[list[Figure], list[Figure]]:
    """Who is suspended and who loses the card; nobody of them leaves."""
    gone = {figure.number for figure in leavers(figures)}
    pool = [figure for figure in chosen(figures, Fate.CERTIFIED, 200, 2) if figure.number not in gone]
    return pool[:SUSPENDED], pool[SUSPENDED : SUSPENDED + LOST]


def _appoint_reviewers(stage: Stage, figures: Sequence[Figure]) -> None:
    entries = [
        departments.ReviewerEntry(
            person_id=stage.id_of(figure),
            name=figure.entry.name,
            department_id=figure.entry.department_id,
            from_on=date(2019, 6, 1),
        )
        for figure in figures
        if figure.is_reviewer
    ]
    departments.bring_in_reviewers(stage.session, SYSTEM, entries=entries)


def _train(stage: Stage, figures: Sequence[Figure]) -> None:
    students = [figure for figure in figures if figure.fate is not Fate.SUPERVISOR]
    stage.train(
        students,
        title="2021年度网上公共法律知识培训",
        kind=TrainingKind.ONLINE_COMMON_LAW,
        day=date(2021, 3, 8),
        ended_on=date(2021, 4, 20),
        hours=40,
    )
    senior, general = _audience(figures)
    for lecture in range(LECTURES):
        stage.train(
            [*islice(senior, _share(lecture, SECTION_LEVEL_ATTENDANCES)), *_general(general, lecture)],
            title=f"{cast.LECTURES[lecture % len(cast.LECTURES)]}（第{lecture // len(cast.LECTURES) + 1}期）",
            kind=TrainingKind.LEGAL,
            day=date(2021, 1, 12) + timedelta(days=lecture * 10),
            hours=3,
        )


def _audience(figures: Sequence[Figure]) -> tuple["cycle[Figure]", "cycle[Figure]"]:
    """Two endless rows of listeners, supervisors first, so that everybody's turn comes."""
    dice = Random(SEED + 3)
    mixed = dice.sample(list(figures), len(figures))
    mixed.sort(key=lambda figure: figure.fate is not Fate.SUPERVISOR)
    senior = [figure for figure in mixed if figure.is_section_level]
    return cycle(senior), cycle([figure for figure in mixed if not figure.is_section_level])


def _share(lecture: int, total: int) -> int:
    """The lecture's part of a total shared out as evenly as whole people allow."""
    return (lecture + 1) * total // LECTURES - lecture * total // LECTURES


def _general(row: "cycle[Figure]", lecture: int) -> list[Figure]:
    return list(islice(row, _share(lecture, ATTENDANCES - SECTION_LEVEL_ATTENDANCES)))


def _examine(stage: Stage, figures: Sequence[Figure]) -> None:
    supervisors = [figure for figure in figures if figure.fate is Fate.SUPERVISOR]
    failed = [figure for figure in figures if figure.fate is Fate.FAILED]
    late = [figure for figure in figures if figure.fate is Fate.LATE]
    passing = [figure for figure in figures if figure.fate in {Fate.CERTIFIED, Fate.REFUSED}]
    second_try = passing[::37]
    first_try = [figure for figure in passing if figure not in second_try]
    common, special = ExamSubject.COMMON_LAW, ExamSubject.SPECIAL_LAW
    title, make_up = "2021年度行政执法资格考试", "2021年度行政执法资格补考"
    marks = marks_for([*first_try, *supervisors, *failed[::2]], 10, failing=[*second_try, *late, *failed[1::2]])
    stage.exam(f"{title}（公共法律知识）", common, COMMON_EXAM, marks)
    marks = marks_for([*passing, *late, *failed[1::2]], 11, failing=failed[::2])
    stage.exam(f"{title}（专业法律知识）", special, SPECIAL_EXAM, marks)
    stage.exam(f"{make_up}（公共法律知识）", common, COMMON_MAKE_UP, marks_for(second_try, 12, failing=failed[1::2]))
    stage.exam(f"{title}第二次补考（公共法律知识）", common, LATE_MAKE_UP, marks_for(late, 13))


def _certify(stage: Stage, figures: Sequence[Figure]) -> None:
    applicants = [figure for figure in figures if figure.fate not in {Fate.SUPERVISOR, Fate.LATE}]
    _issue(stage, applicants, CertificateKind.ENFORCEMENT, ISSUED_ON)
    supervisors = [figure for figure in figures if figure.fate is Fate.SUPERVISOR]
    _issue(stage, supervisors, CertificateKind.SUPERVISION, SUPERVISORS_ISSUED_ON)
    late = [figure for figure in figures if figure.fate is Fate.LATE]
    _issue(stage, late, CertificateKind.ENFORCEMENT, LATE_ISSUED_ON)


def _issue(stage: Stage, figures: Sequence[Figure], kind: CertificateKind, day: date) -> None:
    certificates.issue_batch(stage.session, SYSTEM, person_ids=stage.ids_of(figures), kind=kind, today=day)


def _live_on(stage: Stage, figures: Sequence[Figure]) -> None:
    dice = Random(SEED + 4)
    for figure in leavers(figures):
        left_on = date(2021, 8, 1) + timedelta(days=dice.randrange(140))
        people.end_appointment(
            stage.session,
            SYSTEM,
            person_id=stage.id_of(figure),
            until_on=left_on,
            end_reason=dice.choice(END_REASONS),
            today=REVIEW_OPENED,
        )
    suspended, lost = _under_measure(figures)
    for n, figure in enumerate(suspended, 1):
        _act(
            stage,
            figure,
            CertificateAct.SUSPEND,
            date(2021, 10, 11),
            f"郏司监〔2021〕{n}号",
            "执法时未出示证件",
            basis=Ground.SUPERVISION,
            ordered_until=date(2021, 12, 31),
            needs_retraining=True,
        )
    for n, figure in enumerate(lost, 1):
        _act(stage, figure, CertificateAct.REPORT_LOST, date(2021, 11, 1), f"遗失报告2021-{n}", "证件遗失")
        _act(
            stage,
            figure,
            CertificateAct.PUBLISH_LOSS,
            date(2021, 11, 3),
            f"平顶山日报遗失声明2021-11-03-{n}",
            "声明作废",
        )
    _assess(stage, figures, [*suspended, *lost])


def _assess(stage: Stage, figures: Sequence[Figure], others: Sequence[Figure]) -> None:
    dice = Random(SEED + 5)
    out = {figure.number for figure in [*leavers(figures), *others]}
    fit = [figure for figure in chosen(figures, Fate.CERTIFIED, 200, 6) if figure.number not in out]
    incompetent = {figure.number for figure in fit[:INCOMPETENT]}
    grades = {
        stage.id_of(figure): Assessment.INCOMPETENT
        if figure.number in incompetent
        else (Assessment.EXCELLENT if dice.random() < 0.15 else Assessment.COMPETENT)
        for figure in figures
    }
    units = {stage.id_of(figure): figure.entry.department_id for figure in figures}
    people.assess(stage.session, SYSTEM, year=YEAR, grades=grades, departments=units)


def _act(
    stage: Stage,
    figure: Figure,
    act: CertificateAct,
    day: date,
    document_number: str,
    reason: str,
    basis: Ground | None = None,
    **ordered: Any,
) -> None:
    """One act on somebody's card; the bureau decides, or the city's where the holder is the bureau's own."""
    card = certificates.latest_of(stage.session, person_id=stage.id_of(figure), kind=CertificateKind.ENFORCEMENT)
    if card is None:
        raise LookupError(f"{figure.entry.name} holds no certificate to act upon")
    plan = certificates.plan(stage.session, SYSTEM, certificate_id=card.id, act=act, today=day)
    entry = ActEntry(
        day=day,
        document_number=document_number,
        decided_by=next(iter(plan.organs), ""),
        basis=basis,
        reason=reason,
        **ordered,
    )
    certificates.perform(stage.session, SYSTEM, certificate_id=card.id, act=act, entry=entry, today=day)


def _review(stage: Stage, kind: CertificateKind) -> None:
    opened = reviews.open_campaign(stage.session, SYSTEM, year=YEAR, kind=kind, today=REVIEW_OPENED)
    for unit in departments.all_standing(stage.session, SYSTEM):
        stage.attest(opened.id, unit.id, "经核对，名单无误")
    reviews.accept_proposals(stage.session, SYSTEM, campaign_id=opened.id, today=REVIEW_DECIDED)
    reviews.close(stage.session, SYSTEM, campaign_id=opened.id, today=REVIEW_LOCKED)
    reviews.lock(stage.session, SYSTEM, campaign_id=opened.id, today=REVIEW_LOCKED)


def _collect_cards(stage: Stage, figures: Sequence[Figure]) -> None:
    """After the review: cards of those who left are taken back; who was suspended is trained and gets the card back."""
    for figure in leavers(figures):
        document = "郏司审〔2022〕2号"
        _act(stage, figure, CertificateAct.WITHDRAW, date(2022, 3, 1), document, "离岗收回", basis=Ground.LEFT_THE_POST)
    suspended = _under_measure(figures)[0]
    stage.train(suspended, title="2022年暂扣人员离岗培训", kind=TrainingKind.LEGAL, day=date(2022, 2, 22), hours=16)
    for figure in suspended:
        document = "郏司监〔2022〕1号"
        why = "期满且离岗培训合格，恢复使用"
        _act(stage, figure, CertificateAct.REINSTATE, date(2022, 3, 14), document, why, basis=Ground.PERIOD_OVER)
