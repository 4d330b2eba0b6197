"""Small makers of a fit cast: units, people, sittings, results, qualified people, certificates."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.departments import Department, DepartmentName, DepartmentProfile
from registry.models.exams import Candidate, ExamResult, ExamSitting, Qualification
from registry.models.people import Appointment, Person
from registry.models.policies import PolicyVersion
from registry.models.training import Attendance, TrainingSession
from registry.rules.certificates import CertificateAct, CertificateKind, CertificateStatus
from registry.rules.departments import DepartmentKind
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import Duty, Establishment, Rank, birth_date_of, check_digit, masked, sex_of
from registry.rules.training import TrainingKind, TrainingMode
from registry.vault import vault_of

SINCE = date(2019, 3, 1)
EXAM_DAY = date(2021, 4, 17)
ISSUED_ON = date(2021, 6, 1)
VALID_UNTIL = date(2026, 5, 31)
PASS_MARK = Decimal("60.0")
FULL_MARKS = Decimal("100.0")

_serials = count(1)


def identity_number(serial: int, born_on: date = date(1988, 5, 17)) -> str:
    """A valid made-up identity number; even serials are women."""
    body = f"410425{born_on:%Y%m%d}{serial % 1000:03}"
    return body + check_digit(body)


def masked_alike() -> tuple[str, str]:
    """Two numbers that show the same when they are masked."""
    first = identity_number(811)
    days = (date(1988, 5, 17) + timedelta(days=more) for more in range(1, 30))
    return first, next(one for day in days if masked(one := identity_number(811, day)) == masked(first))


def make_department(session: Session, **values: object) -> Department:
    """A confirmed administrative organ."""
    serial = next(_serials)
    defaults: dict[str, object] = {
        "code": f"U{serial:04}",
        "name": f"测试局{serial}",
        "kind": DepartmentKind.ADMINISTRATIVE_ORGAN,
        "confirmation_notice": f"郏政文〔2019〕{serial}号",
        "confirmed_on": date(2019, 1, 1),
        "enforcement_field": "市场监管",
        "enforcement_area": "郏县",
    }
    department = Department(**{**defaults, **values})
    session.add(department)
    session.flush()
    since = department.confirmed_on or department.entrusted_from or SINCE
    session.add(DepartmentName(department_id=department.id, name=department.name, from_on=since))
    session.add(
        DepartmentProfile(
            department_id=department.id,
            kind=department.kind,
            field=department.enforcement_field,
            area=department.enforcement_area,
            basis=department.enforcement_basis or "",
            from_on=since,
        )
    )
    session.flush()
    return department


def make_person(
    session: Session,
    department: Department | None = None,
    *,
    identity: str | None = None,
    since: date = SINCE,
    establishment: Establishment = Establishment.ADMINISTRATIVE,
    duty: Duty = Duty.ENFORCEMENT,
    rank: Rank = Rank.STAFF,
    section: str = "综合执法大队",
    post: str = "执法员",
    **values: object,
) -> Person:
    """Somebody of age, on the establishment, in an enforcement post."""
    department = department or make_department(session)
    serial = next(_serials)
    number = identity or identity_number(serial, date(1970 + serial // 1000 % 30, 5, 17))
    vault = vault_of(session)
    defaults: dict[str, object] = {
        "name": f"张测{serial}",
        "sex": sex_of(number),
        "born_on": birth_date_of(number),
        "identity_sealed": vault.seal(number),
        "identity_index": vault.index(number),
        "identity_masked": masked(number),
        "department_id": department.id,
    }
    person = Person(**{**defaults, **values})
    session.add(person)
    session.flush()
    session.add(
        Appointment(
            person_id=person.id,
            department_id=department.id,
            section=section,
            post=post,
            rank=rank,
            establishment=establishment,
            duty=duty,
            from_on=since,
        )
    )
    session.flush()
    return person


def make_sitting(
    session: Session, subject: ExamSubject = ExamSubject.COMMON_LAW, held_on: date = EXAM_DAY, **values: object
) -> ExamSitting:
    """One exam in one subject."""
    serial = next(_serials)
    defaults: dict[str, object] = {
        "code": f"S{serial:04}",
        "title": f"执法资格考试{serial}",
        "subject": subject,
        "held_on": held_on,
        "pass_mark": PASS_MARK,
        "full_marks": FULL_MARKS,
        "policy_id": policy_id(session),
    }
    sitting = ExamSitting(**{**defaults, **values})
    session.add(sitting)
    session.flush()
    return sitting


def make_candidate(session: Session, sitting: ExamSitting, person: Person | None = None, **values: object) -> Candidate:
    """Somebody entered for a sitting from the present unit, with the next admission number."""
    person = person or make_person(session)
    defaults: dict[str, object] = {"admission_number": f"{sitting.held_on:%Y}{next(_serials):05}", "room": ""}
    candidate = Candidate(
        sitting_id=sitting.id, person_id=person.id, department_id=person.department_id, **{**defaults, **values}
    )
    session.add(candidate)
    session.flush()
    return candidate


def make_result(
    session: Session, person: Person, sitting: ExamSitting, score: int | str | None = 85, **values: object
) -> ExamResult:
    """A published result; no score means absent."""
    mark = None if score is None else Decimal(score)
    result = ExamResult(
        sitting_id=sitting.id,
        person_id=person.id,
        department_id=person.department_id,
        subject=sitting.subject,
        pass_mark=sitting.pass_mark,
        outcome=ExamOutcome.ABSENT if mark is None else ExamOutcome.SCORED,
        score=mark,
        passed=mark is not None and mark >= sitting.pass_mark,
        **values,
    )
    session.add(result)
    session.flush()
    return result


def make_qualified_person(
    session: Session, department: Department | None = None, *, score: int | str = 85, **values: object
) -> Person:
    """Somebody who passed both subjects and holds no certificate yet."""
    person = make_person(session, department, **values)  # type: ignore[arg-type]  # the maker's own keywords
    for subject in ExamSubject:
        make_result(session, person, make_sitting(session, subject), score)
    return person


def make_certificate(
    session: Session,
    person: Person | None = None,
    *,
    kind: CertificateKind = CertificateKind.ENFORCEMENT,
    status: CertificateStatus = CertificateStatus.ACTIVE,
    issued_on: date = ISSUED_ON,
    valid_until: date = VALID_UNTIL,
    **values: object,
) -> Certificate:
    """A certificate of somebody qualified, valid from the day of issue."""
    person = person or make_qualified_person(session)
    qualification = _qualification(session, person, kind)
    serial = next(_serials)
    defaults: dict[str, object] = {
        "number": f"160425{serial:05}",
        "check_code": f"CODE{serial:08}",
        "department_id": person.department_id,
        "holder_name": person.name,
        "field": "市场监管",
        "area": "郏县",
        "policy_id": qualification.policy_id,
    }
    certificate = Certificate(
        kind=kind,
        person_id=person.id,
        qualification_id=qualification.id,
        issued_on=issued_on,
        valid_from=issued_on,
        valid_until=valid_until,
        status=status,
        **{**defaults, **values},
    )
    session.add(certificate)
    session.flush()
    session.add(
        CertificatePeriod(
            certificate_id=certificate.id,
            status=CertificateStatus.ACTIVE,
            act=CertificateAct.ISSUE,
            from_on=issued_on,
        )
    )
    session.flush()
    return certificate


def make_training(
    session: Session,
    *people: Person,
    kind: TrainingKind = TrainingKind.ONLINE_COMMON_LAW,
    held_on: date = date(2021, 3, 1),
    hours: int | str = 40,
    completed: bool = True,
) -> TrainingSession:
    """A session that these people attended."""
    serial = next(_serials)
    mode = TrainingMode.ONLINE if kind is TrainingKind.ONLINE_COMMON_LAW else TrainingMode.IN_PERSON
    course = TrainingSession(
        code=f"T{serial:04}", title=f"培训{serial}", kind=kind, mode=mode, held_on=held_on, hours=Decimal(hours)
    )
    session.add(course)
    session.flush()
    for person in people:
        session.add(
            Attendance(
                session_id=course.id,
                person_id=person.id,
                department_id=person.department_id,
                rank=Rank.STAFF,
                hours=Decimal(hours),
                is_completed=completed,
                completed_on=held_on if completed else None,
            )
        )
    session.flush()
    return course


def policy_id(session: Session) -> int:
    """The first policy adopted."""
    return session.scalars(select(PolicyVersion.id).order_by(PolicyVersion.from_on)).first() or 1


def _qualification(session: Session, person: Person, kind: CertificateKind) -> Qualification:
    passes = {
        result.subject: result.id
        for result in session.scalars(
            select(ExamResult)
            .where(ExamResult.person_id == person.id, ExamResult.passed)
            .order_by(ExamResult.id.desc())
        )
    }
    special = passes.get(ExamSubject.SPECIAL_LAW) if kind is CertificateKind.ENFORCEMENT else None
    qualification = Qualification(
        person_id=person.id,
        kind=kind,
        common_result_id=passes[ExamSubject.COMMON_LAW],
        special_result_id=special,
        policy_id=policy_id(session),
        qualified_on=EXAM_DAY,
    )
    session.add(qualification)
    session.flush()
    return qualification
