"""Every list and every page that lists something asks the database as often for many rows as for few, and not often."""

from datetime import date
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.applications import Application
from registry.models.certificates import Certificate, Refusal
from registry.models.departments import Department
from registry.models.exams import ExamSitting
from registry.models.imports import ImportBatch
from registry.models.papers import Paper
from registry.models.people import Person
from registry.models.policies import PolicyVersion
from registry.models.qualifications import MinistryCertificate
from registry.models.tasks import Task
from registry.models.training import TrainingCourse, TrainingSession
from registry.rules.applications import ApplicationStatus
from registry.rules.certificates import CertificateKind
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.papers import PaperKind
from registry.rules.permissions import SYSTEM, Action, Role
from registry.rules.tasks import TaskKind
from tests.factories import (
    make_candidate,
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
    make_training,
)
from tests.queries import counted
from tests.web.conftest import Office

BUDGET = 20  # the session and the counts of the menu among them
OF_ONE = 30  # the board, a page of one, and the facts of whoever needs an exam have a dozen parts
FEW, MORE = 6, 9  # the units among them are walked through one, four, sixteen at a time
DAY = date(2024, 3, 1)
TODAY = clock.today()
PROPOSED = ("/exams/1/candidates/proposed", "/exams/1/candidates/proposed?show=rest")
LISTS = (
    "/",
    "/people",
    "/people?q=xiaoming",
    "/people/1",
    "/people/duplicates",
    "/certificates",
    "/certificates/1",
    "/certificates/refusals",
    "/departments",
    "/departments/1",
    "/exams",
    "/exams/1",
    "/exams/1/candidates",
    *PROPOSED,
    "/training",
    "/training/1",
    "/training/courses",
    f"/training/obligations?year={TODAY.year}",
    f"/training/obligations/units?year={TODAY.year}",
    "/applications",
    "/tasks",
    "/imports",
    "/papers",
    "/ministry-certificates",
    "/policies",
    "/trail",
    "/find?q=王小明",
)
OF_PARTS = ("/", "/people/1", "/departments/1", *PROPOSED)
_serials = count(1)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_of_many_asks_no_more_than_one_of_few(office: Office, address: str) -> None:
    client, engine = office.client(Role.BUREAU_CHIEF), office.app.extensions["engine"]
    with office.transaction() as session:
        _fill(session, FEW)
        budget = OF_ONE if address in OF_PARTS else BUDGET
        address = address.replace("/1", f"/{_first(session, address)}")
    client.get(address)  # what is looked up once a process
    with counted(engine) as few:
        assert client.get(address).status_code == 200
    with office.transaction() as session:
        _fill(session, MORE)

    with counted(engine) as many:
        client.get(address)

    assert len(many) == len(few) <= budget, "\n\n".join(many)


def _first(session: Session, address: str) -> int:
    """The record that everything is hung upon, for the pages of one."""
    models = {
        "exams": ExamSitting,
        "training": TrainingSession,
        "departments": Department,
        "certificates": Certificate,
    }
    model = models.get(address.split("/")[1], Person)
    return session.scalars(select(model.id).order_by(model.id)).first() or 0


def _fill(session: Session, number: int) -> None:
    """So much more of everything, hung upon the first unit, the first sitting and the first training."""
    policy_id = session.scalars(select(PolicyVersion.id)).first()
    sitting = session.scalars(select(ExamSitting).order_by(ExamSitting.id)).first() or make_sitting(session)
    held = session.scalars(select(TrainingSession).order_by(TrainingSession.id)).first() or make_training(session)
    waiting = make_sitting(session, held_on=TODAY)
    for _ in range(number):
        serial, unit = next(_serials), make_department(session)
        person = make_qualified_person(session, unit, name="王小明")
        card = make_certificate(session, person)
        twin = make_person(session, unit, name="王小明", born_on=person.born_on)
        make_result(session, twin, sitting)
        make_person(session, unit)  # who needs the exam
        make_candidate(session, waiting, twin)
        own = {"person_id": person.id, "department_id": unit.id}
        session.add_all(
            [
                TrainingCourse(code=f"K{serial}", title=f"课程{serial}", kind=held.kind, hours=8),
                Task(kind=next(iter(TaskKind)), certificate_id=card.id, facts={}, opened_on=DAY, **own),
                MinistryCertificate(ministry="公安部", number=f"M{serial}", issued_on=DAY, filed_on=DAY, **own),
                Refusal(kind=CertificateKind.ENFORCEMENT, refused_on=DAY, findings=[], policy_id=policy_id, **own),
                Application(
                    kind=CertificateKind.ENFORCEMENT,
                    status=ApplicationStatus.CONFIRMED,
                    entered_on=DAY,
                    person_id=twin.id,
                    department_id=unit.id,
                ),
                Paper(
                    kind=PaperKind.PROOF,
                    number=f"P{serial}",
                    title="证明",
                    data_sha256="0" * 64,
                    line_count=1,
                    data={},
                    **own,
                ),
                ImportBatch(
                    kind=ImportKind.PEOPLE,
                    filename="a.xlsx",
                    sha256=f"{serial:064}",
                    content=b"",
                    problems=[],
                    changes=[],
                    status=ImportStatus.REFUSED,
                ),
            ]
        )
        audit.record(session, SYSTEM, Action.PERSON_MANAGE, person, department_id=unit.id)
