"""The year's sums by unit, as the bureau sends them up: people, training, exams, certificates and the annual review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, undefer

from registry import audit, printing
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.departments import Department, LegalReviewer
from registry.models.exams import ExamResult, ExamSitting
from registry.models.papers import Paper
from registry.models.people import HELD, Appointment, Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.exams import ExamOutcome
from registry.rules.papers import PaperKind
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import GONE, ReviewFinding
from registry.rules.training import day_of
from registry.services import papers, training
from registry.services.board import percent
from registry.services.departments import named_on
from registry.services.exams.publishing import stands
from registry.services.reviews.conditions import INCOMPLETE
from registry.sheets import Sheet, workbook

TITLE = "年度行政执法人员培训考试、持证及年度审验汇总表"
TOTAL, SHEET = "合计", "汇总"
NOTES = (
    "说明：执法人员数为截止日在执法岗位的人员；应培训为在执法、监督岗位的人员，已培训为其中本年完成过培训的人员；参考为本年参加考试的人员，"
    "合格为其所考科目均合格的人员；持证数为截止日有效的证件；法审占比为法制审核人员与执法人员之比。",
    "审验各数含行政执法证和行政执法监督证；收回为审验时证件尚在有效、暂扣、遗失状态的，注销为审验时证件已收回或已失效的。",
)
Counts = Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSums:
    """One unit's line (domain.md 3.4), or the total; `undecided` certificates have no finding yet."""

    unit: str
    department_id: int | None = None
    ended: bool = False
    officers: int = 0
    obliged: int = 0
    trained: int = 0
    sat: int = 0
    exam_passed: int = 0
    enforcement: int = 0
    supervision: int = 0
    reviewers: int = 0
    due: int = 0
    passed: int = 0
    deferred: int = 0
    failed: int = 0
    withdrawn: int = 0
    cancelled: int = 0
    undecided: int = 0

    @property
    def cells(self) -> dict[str, Any]:
        """What stands in each column of the paper."""
        told = {name: getattr(self, name) for name in COUNTED}
        rates = {
            "training_rate": _rate(self.trained, self.obliged),
            "exam_rate": _rate(self.exam_passed, self.sat),
            "reviewer_share": _rate(self.reviewers, self.officers),
        }
        remarks = ["已撤销"] * self.ended + [f"尚无审验意见 {self.undecided}"] * bool(self.undecided)
        return {"unit": self.unit, **told, **rates, "remark": "；".join(remarks)}


COUNTED = tuple(one.name for one in fields(UnitSums) if one.name not in ("unit", "department_id", "ended"))


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSums:
    """All units of a year by code and their total, by the register as it is on `as_of`."""

    year: int
    as_of: date
    units: list[UnitSums]
    total: UnitSums

    @property
    def title(self) -> str:
        return f"{self.year}{TITLE}"

    @property
    def identity(self) -> str:
        """应审 as the sum of the findings (domain.md 9.11)."""
        sums = self.total
        told = (
            f"应审 {sums.due} = 合格 {sums.passed} + 暂缓 {sums.deferred} + 不合格 {sums.failed}"
            f" + 收回 {sums.withdrawn} + 注销 {sums.cancelled}"
        )
        return f"{told} + 尚无审验意见 {sums.undecided}" if sums.undecided else told


def year_sums(session: Session, actor: Actor, *, year: int, today: date) -> YearSums:
    """Count a year for every unit that stood or has something to count; a unit's people get their unit alone.

    Nine statements, whatever the size of the register.
    """
    actor.require(Action.FIGURES_VIEW)
    unit, day = actor.department_id if actor.is_unit_bound else None, day_of(year, today)
    owed = training.obligation_of(session, year=year, today=today)
    trained = {
        line.department_id: {"obliged": line.obliged, "trained": line.trained}
        for line in training.totals(session, actor, owed=owed, department_id=unit)
    }
    counts: list[Counts] = [
        trained,
        *(_found(session, one, unit) for one in (_officers(day), _exams(year, day), _cards(day), _reviewers(day))),
        _found(session, _reviews(year), unit),
    ]
    chosen = select(
        Department.id, named_on(Department.id, Department.name, day).label("name"), Department.ended_on
    ).order_by(Department.code)
    rows = session.execute(chosen if unit is None else chosen.where(Department.id == unit))
    units = [_unit(row, counts, day) for row in rows if _belongs(row, counts, day)]
    return YearSums(year=year, as_of=day, units=units, total=_added_up(units))


def take_spreadsheet(session: Session, actor: Actor, *, year: int, today: date) -> bytes:
    """The sums as .xlsx, numbers as numbers; the trail tells who took them."""
    sums = year_sums(session, actor, year=year, today=today)
    unit = actor.department_id if actor.is_unit_bound else None
    taken = audit.Act(subject_type=Paper.__tablename__, subject_id=None, department_id=unit, facts={"summary": year})
    audit.record_many(session, actor, Action.FIGURES_VIEW, [taken])
    headings = [heading.replace("\n", "") for _, heading, _ in printing.SUM_COLUMNS]
    rows = [[one.cells[key] for key, *_ in printing.SUM_COLUMNS] for one in (*sums.units, sums.total)]
    foot: list[list[Any]] = [[sums.title], ["数据截至：", sums.as_of], [sums.identity], *([note] for note in NOTES)]
    return workbook([Sheet(f"{year}{SHEET}", headings, [*rows, [""], *foot])])


def issue(session: Session, actor: Actor, *, year: int, today: date) -> Paper:
    """The sums as a paper to seal and send up: the one there is while nothing changed, else a new one."""
    actor.require_unit(Action.PAPER_PRINT, None)
    sums = year_sums(session, actor, year=year, today=today)
    data = {
        "year": year,
        "as_of": sums.as_of.isoformat(),
        "rows": [one.cells for one in sums.units],
        "total": sums.total.cells,
        "identity": sums.identity,
        "notes": list(NOTES),
    }
    latest = (
        select(Paper).where(Paper.kind == PaperKind.SUMMARY, Paper.title == sums.title).order_by(Paper.id.desc())
    ).limit(1)
    before = session.scalar(latest.options(undefer(Paper.data)))
    if before is not None and {**before.data, "head": None} == {**data, "head": None}:
        return before
    return papers.issue(session, actor, kind=PaperKind.SUMMARY, title=sums.title, data=data, today=today)


def _rate(part: int, whole: int) -> str:
    return f"{percent(part, whole)}%" if whole else "—"


def _belongs(row: Any, counts: Iterable[Counts], day: date) -> bool:
    stands_still = row.ended_on is None or row.ended_on > day
    return stands_still or any(any(found.get(row.id, {}).values()) for found in counts)


def _unit(row: Any, counts: Iterable[Counts], day: date) -> UnitSums:
    told: dict[str, int] = {}
    for found in counts:
        told |= found.get(row.id, {})
    ended = row.ended_on is not None and row.ended_on <= day
    return UnitSums(unit=row.name, department_id=row.id, ended=ended, **told)


def _added_up(units: Iterable[UnitSums]) -> UnitSums:
    every = list(units)
    return UnitSums(unit=TOTAL, **{name: sum(getattr(one, name) for one in every) for name in COUNTED})


def _found(session: Session, counting: tuple[Any, dict[str, Any], Any], unit: int | None) -> Counts:
    """What a query counts, by unit."""
    column, counted, base = counting
    within: ColumnElement[bool] = true() if unit is None else column == unit
    named = [expression.label(name) for name, expression in counted.items()]
    rows = session.execute(base.with_only_columns(column.label("id"), *named).where(within).group_by(column))
    return {row.id: {name: getattr(row, name) or 0 for name in counted} for row in rows}


def _officers(day: date) -> tuple[Any, dict[str, Any], Any]:
    serving = and_(Appointment.from_on <= day, or_(Appointment.until_on.is_(None), Appointment.until_on >= day), HELD)
    base = select(Appointment.id).join(Person, Person.id == Appointment.person_id)
    chosen = base.where(serving, Appointment.duty == Duty.ENFORCEMENT, Person.withdrawn_on.is_(None))
    return Appointment.department_id, {"officers": func.count(Appointment.person_id.distinct())}, chosen


def _exams(year: int, day: date) -> tuple[Any, dict[str, Any], Any]:
    """People who sat in the year, and those who passed, in one attempt or another, each subject they sat."""
    by_subject = (
        select(
            ExamResult.department_id,
            ExamResult.person_id,
            func.max(case((ExamResult.passed, 1), else_=0)).label("passed"),
        )
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .where(
            ExamSitting.held_on.between(date(year, 1, 1), day),
            ExamResult.outcome == ExamOutcome.SCORED,
            stands(ExamResult),
        )
        .group_by(ExamResult.department_id, ExamResult.person_id, ExamResult.subject)
        .subquery()
    )
    person = (
        select(by_subject.c.department_id, func.min(by_subject.c.passed).label("passed"))
        .group_by(by_subject.c.department_id, by_subject.c.person_id)
        .subquery()
    )
    counted = {"sat": func.count(), "exam_passed": func.sum(person.c.passed)}
    return person.c.department_id, counted, select(person.c.department_id)


def _cards(day: date) -> tuple[Any, dict[str, Any], Any]:
    """Certificates in force on the day, by the period they were in."""
    newest = (CertificatePeriod.from_on.desc(), CertificatePeriod.id.desc())
    place = func.row_number().over(partition_by=CertificatePeriod.certificate_id, order_by=newest)
    then = (
        select(CertificatePeriod.certificate_id, CertificatePeriod.status, place.label("place"))
        .where(CertificatePeriod.from_on <= day)
        .subquery()
    )
    counted = {
        kind.value: func.count().filter(Certificate.kind == kind)
        for kind in (CertificateKind.ENFORCEMENT, CertificateKind.SUPERVISION)
    }
    base = select(Certificate.id).join(then, and_(then.c.certificate_id == Certificate.id, then.c.place == 1))
    in_force = and_(then.c.status == CertificateStatus.ACTIVE, Certificate.valid_until >= day)
    return Certificate.department_id, counted, base.where(in_force)


def _reviewers(day: date) -> tuple[Any, dict[str, Any], Any]:
    serving = and_(LegalReviewer.from_on <= day, or_(LegalReviewer.until_on.is_(None), LegalReviewer.until_on >= day))
    counted = {"reviewers": func.count(LegalReviewer.person_id.distinct())}
    return LegalReviewer.department_id, counted, select(LegalReviewer.id).where(serving)


def _reviews(year: int) -> tuple[Any, dict[str, Any], Any]:
    """The findings of the year's reviews; what was withdrawn and cancelled is split as on the rosters."""
    over = [status.value for status in GONE]
    had_ended = and_(func.coalesce(ReviewItem.facts["status"].as_string(), "").in_(over), ~INCOMPLETE)
    ended = ReviewItem.finding == ReviewFinding.WITHDRAWN
    conditions = {
        "passed": ReviewItem.finding == ReviewFinding.PASSED,
        "deferred": ReviewItem.finding == ReviewFinding.DEFERRED,
        "failed": ReviewItem.finding == ReviewFinding.FAILED,
        "withdrawn": and_(ended, ~had_ended),
        "cancelled": and_(ended, had_ended),
        "undecided": ReviewItem.finding.is_(None),
    }
    counted = {name: func.sum(case((which, 1), else_=0), type_=Integer) for name, which in conditions.items()}
    base = select(ReviewItem.id).join(ReviewCampaign, ReviewCampaign.id == ReviewItem.campaign_id)
    chosen = base.where(ReviewCampaign.year == year, ~ReviewItem.is_next_year)
    return ReviewItem.department_id, {"due": func.count(), **counted}, chosen
