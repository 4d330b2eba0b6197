"""Lists as spreadsheets, exactly as they are on the page: the lines listed, with the columns that are shown."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Protocol

from sqlalchemy.orm import Session

from registry import audit
from registry.labels import label
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.exams import ExamSitting
from registry.models.people import Person
from registry.models.training import TrainingSession
from registry.rules.candidates import SittingState
from registry.rules.exams import ExamSubject
from registry.rules.lists import NAMED_BY, ListColumn, ListName
from registry.rules.permissions import Action, Actor
from registry.services import certificates as certificate_service
from registry.services import departments as department_service
from registry.services import exams as exam_service
from registry.services import limits
from registry.services import people as people_service
from registry.services import training as training_service
from registry.services.certificates import CertificateFilter, CertificateRow
from registry.services.departments import DepartmentFilter, DepartmentRow
from registry.services.exams import SittingRow
from registry.services.exports import held
from registry.services.people import PersonFilter, PersonRow
from registry.services.training import SessionFilter, SessionRow
from registry.sheets import Sheet, workbook
from registry.words import N_, translate

AT_ONCE = 500  # lines of which the counts are asked for together
Columns = Sequence[ListColumn]
Cell = Callable[[Any], Any]


class Page(Protocol):
    """Lines of a list, and the key of the page behind them."""

    @property
    def rows(self) -> Sequence[Any]: ...
    @property
    def after(self) -> str | None: ...


def people(session: Session, actor: Actor, *, chosen: PersonFilter, columns: Columns, today: date) -> bytes:
    """The people listed, with masked numbers."""
    actor.require(Action.PERSON_EXPORT)
    page = people_service.search(session, actor, chosen=chosen, today=today, size=limits.MOST)
    limits.refuse_a_part(page.after)
    unit = actor.department_id if actor.is_unit_bound else chosen.department_id
    _tell(session, actor, Action.PERSON_EXPORT, Person.__tablename__, unit, exported=len(page.rows))
    return _book(ListName.PEOPLE, columns, page.rows)


def certificates(session: Session, actor: Actor, *, chosen: CertificateFilter, columns: Columns, today: date) -> bytes:
    """The certificates listed, with their status of the day."""
    actor.require(Action.PERSON_EXPORT)
    page = certificate_service.search(session, actor, chosen=chosen, today=today, size=limits.MOST)
    limits.refuse_a_part(page.after)
    unit = actor.department_id if actor.is_unit_bound else chosen.department_id
    _tell(session, actor, Action.PERSON_EXPORT, Certificate.__tablename__, unit, exported_lines=len(page.rows))
    return _book(ListName.CERTIFICATES, columns, page.rows)


def departments(session: Session, actor: Actor, *, chosen: DepartmentFilter, columns: Columns, today: date) -> bytes:
    """The units listed, with the counts of the day."""
    actor.require(Action.DEPARTMENT_EXPORT)
    search = partial(department_service.search, session, actor, chosen=chosen, today=today, size=AT_ONCE)
    rows = _every(lambda after: search(after=after))
    unit = actor.department_id if actor.is_unit_bound else None
    _tell(session, actor, Action.DEPARTMENT_EXPORT, Department.__tablename__, unit, exported_units=len(rows))
    return _book(ListName.DEPARTMENTS, columns, rows)


def training(session: Session, actor: Actor, *, chosen: SessionFilter, columns: Columns) -> bytes:
    """The training sessions listed; a unit's people get the counts of their unit."""
    actor.require(Action.PERSON_EXPORT)
    rows = _every(lambda after: training_service.sessions(session, actor, chosen=chosen, after=after, size=AT_ONCE))
    unit = actor.department_id if actor.is_unit_bound else None
    _tell(session, actor, Action.PERSON_EXPORT, TrainingSession.__tablename__, unit, exported_lines=len(rows))
    return _book(ListName.TRAINING, columns, rows)


def exams(
    session: Session,
    actor: Actor,
    *,
    year: int | None,
    subject: ExamSubject | None,
    state: SittingState | None,
    columns: Columns,
) -> bytes:
    """The sittings listed; a unit's people get the counts of their unit."""
    actor.require(Action.PERSON_EXPORT)
    sittings = partial(exam_service.sittings, session, actor, year=year, subject=subject, state=state, size=AT_ONCE)
    rows = _every(lambda after: sittings(after=after))
    unit = actor.department_id if actor.is_unit_bound else None
    _tell(session, actor, Action.PERSON_EXPORT, ExamSitting.__tablename__, unit, exported_lines=len(rows))
    return _book(ListName.EXAMS, columns, rows)


def _every(page_behind: Callable[[str | None], Page]) -> list[Any]:
    page = page_behind(None)
    rows = list(page.rows)
    while page.after:
        page = page_behind(page.after)
        rows += page.rows
    return rows


def _tell(session: Session, actor: Actor, action: Action, table: str, unit: int | None, **facts: int) -> None:
    """The trail tells who took how many."""
    taken = audit.Act(subject_type=table, subject_id=None, department_id=unit, facts=facts)
    audit.record_many(session, actor, action, [taken])


def _book(of: ListName, columns: Columns, rows: Sequence[Any]) -> bytes:
    shown = [*NAMED_BY[of], *columns]
    cells = [CELLS[of][column.name] for column in shown]
    headings = [translate(column.title) for column in shown]
    lines = [["" if (value := cell(row)) is None else value for cell in cells] for row in rows]
    return workbook([Sheet(title=translate(TITLES[of]), headings=headings, rows=lines)])


def _days(row: SessionRow) -> str:
    first, last = row.session.held_on, row.session.ended_on
    return f"{first}" if last is None or last == first else f"{first} – {last}"


def _counted(count: Callable[[SittingRow], int]) -> Cell:
    """A number that there is only when there are results."""
    return lambda row: count(row) if row.candidates else None


def _post(row: PersonRow) -> str:
    return " · ".join(word for word in (row.section, row.post) if word)


TITLES: Mapping[ListName, str] = {
    ListName.PEOPLE: N_("People"),
    ListName.CERTIFICATES: N_("Certificates"),
    ListName.DEPARTMENTS: N_("Units"),
    ListName.TRAINING: N_("Training"),
    ListName.EXAMS: N_("Exams"),
}


OF_PEOPLE: Mapping[str, Callable[[PersonRow], Any]] = {
    "name": lambda row: row.name,
    "identity": lambda row: row.identity_masked,
    "unit": lambda row: row.unit,
    "post": _post,
    "duty": lambda row: label(row.duty) if row.duty else None,
    "rank": lambda row: label(row.rank) if row.rank else None,
    "establishment": lambda row: label(row.establishment) if row.establishment else None,
    "since": lambda row: row.from_on,
    "sex": lambda row: label(row.sex),
    "born": lambda row: row.born_on,
    "education": lambda row: label(row.education) if row.education else None,
    "law": lambda row: "是" if row.has_law_qualification else "否",
    "certificates": lambda row: held(row.cards),
}


OF_CERTIFICATES: Mapping[str, Callable[[CertificateRow], Any]] = {
    "number": lambda row: row.certificate.number,
    "holder": lambda row: row.certificate.holder_name,
    "unit": lambda row: row.unit,
    "kind": lambda row: label(row.certificate.kind),
    "field": lambda row: row.certificate.field,
    "area": lambda row: row.certificate.area,
    "issued": lambda row: row.certificate.issued_on,
    "valid_from": lambda row: row.certificate.valid_from,
    "valid_until": lambda row: row.certificate.valid_until,
    "status": lambda row: label(row.status),
}


OF_DEPARTMENTS: Mapping[str, Callable[[DepartmentRow], Any]] = {
    "name": lambda row: row.unit.name,
    "code": lambda row: row.unit.code,
    "kind": lambda row: label(row.unit.kind),
    "standing": lambda row: label(row.standing),
    "parent": lambda row: row.unit.parent.name if row.unit.parent else None,
    "entruster": lambda row: row.unit.entrusting_department.name if row.unit.entrusting_department else None,
    "notice": lambda row: row.unit.confirmation_notice,
    "confirmed": lambda row: row.unit.confirmed_on,
    "field": lambda row: row.unit.enforcement_field,
    "area": lambda row: row.unit.enforcement_area,
    "section": lambda row: row.unit.legal_review_section,
    "people": lambda row: row.people,
    "officers": lambda row: row.officers,
    "certificates": lambda row: row.certificates,
    "reviewers": lambda row: row.reviewers,
}


OF_TRAINING: Mapping[str, Callable[[SessionRow], Any]] = {
    "title": lambda row: row.session.title,
    "code": lambda row: row.session.code,
    "course": lambda row: row.session.course.title if row.session.course else None,
    "kind": lambda row: label(row.session.kind),
    "mode": lambda row: label(row.session.mode),
    "days": _days,
    "place": lambda row: row.session.place,
    "organiser": lambda row: row.session.organiser,
    "hours": lambda row: row.session.hours,
    "attended": lambda row: row.attended,
    "completed": lambda row: row.completed,
    "section_level": lambda row: row.section_level,
}


OF_EXAMS: Mapping[str, Callable[[SittingRow], Any]] = {
    "title": lambda row: row.sitting.title,
    "subject": lambda row: label(row.sitting.subject),
    "held": lambda row: row.sitting.held_on,
    "starts": lambda row: row.sitting.starts,
    "place": lambda row: row.sitting.place,
    "state": lambda row: label(row.state),
    "pass_mark": lambda row: row.sitting.pass_mark,
    "entered": lambda row: row.called,
    "sat": _counted(lambda row: row.sat),
    "passed": _counted(lambda row: row.passed),
    "failed": _counted(lambda row: row.failed),
    "missed": _counted(lambda row: row.missed),
}


CELLS: Mapping[ListName, Mapping[str, Cell]] = {
    ListName.PEOPLE: OF_PEOPLE,
    ListName.CERTIFICATES: OF_CERTIFICATES,
    ListName.DEPARTMENTS: OF_DEPARTMENTS,
    ListName.TRAINING: OF_TRAINING,
    ListName.EXAMS: OF_EXAMS,
}
