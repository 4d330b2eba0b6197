"""The demonstration county: the figures of the seed, counted from its records; the same at every load."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from registry import audit, demo
from registry.db import make_engine, make_sessions, transaction
from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.rosters import Roster
from registry.rules.applications import ApplicationStatus
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM, UNIT_ROLES, Actor, Role
from registry.rules.reviews import CampaignStatus
from registry.rules.tasks import TaskKind
from registry.services import applications, offices, reports, reviews, rosters, tasks
from registry.services.rosters.printing import marks_of, paper
from registry.services.tasks import TaskFilter
from registry.vault import Vault
from tests.conftest import Database
from tests.reading_back import misread, misread_whole, unequal

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def county(database: Database) -> Iterator[Session]:
    """The county, loaded once for this file, as an operator loads it."""
    url = database.copy()
    engine = make_engine(url)
    sessions = make_sessions(engine, vault=Vault.with_key(bytes(32)))
    with transaction(sessions) as session:
        demo.load(session, today=TODAY)
    with sessions.reading() as session:
        yield session
    engine.dispose()
    database.drop(url)


def test_the_figures_of_2021_are_those_of_the_seed(county: Session) -> None:
    figures = reports.figures(county, SYSTEM, year=2021)

    exact = {
        "legal_trainings": 33,
        "enforcement_certificates_issued": 1289,
        "supervision_certificates_issued": 85,
        "legal_review_units": 34,
        "legal_reviewers": 55,
    }
    assert {name: value for name, value in asdict(figures).items() if name in exact} == exact
    assert 3200 <= figures.attendances < 3300
    assert 700 <= figures.section_level_attendances < 800
    assert 1300 <= figures.trained_online < 1400
    assert figures.refused > 0


def test_thirty_four_units_have_their_officers(county: Session) -> None:
    in_2021 = Certificate.kind == CertificateKind.ENFORCEMENT, Certificate.issued_on < date(2022, 1, 1)
    issued = county.scalars(select(func.count()).where(*in_2021).group_by(Certificate.department_id)).all()

    assert len(issued) == 34
    assert sum(issued) == 1289
    assert sorted(issued, reverse=True)[:4] == [236, 138, 126, 112]


def test_2021_was_reviewed_and_locked(county: Session) -> None:
    states = {(row.campaign.year, row.campaign.kind): row.campaign.status for row in reviews.campaigns(county, SYSTEM)}

    assert states == {
        (2021, CertificateKind.ENFORCEMENT): CampaignStatus.LOCKED,
        (2021, CertificateKind.SUPERVISION): CampaignStatus.LOCKED,
        (2026, CertificateKind.ENFORCEMENT): CampaignStatus.OPEN,
    }


def test_everybody_is_invented_and_everything_is_on_the_trail(county: Session) -> None:
    masked = set(county.scalars(select(Person.identity_masked)))

    assert {number[:4] for number in masked} == {"4104"}
    assert offices.is_demonstration(county)
    assert audit.verify(county) > 5_000


def test_the_same_people_come_at_every_load(county: Session) -> None:
    first = county.execute(select(Person.name, Person.identity_masked, Person.born_on).order_by(Person.id).limit(3))

    assert [tuple(row) for row in first] == [
        ("尹超", "4104**********0031", date(1978, 10, 4)),
        ("薛磊华", "4104**********0055", date(1992, 12, 27)),
        ("蔡松", "4104**********0076", date(1981, 9, 21)),
    ]


def test_what_lost_its_ground_waits_for_somebody(county: Session) -> None:
    open_tasks = tasks.search(county, SYSTEM, chosen=TaskFilter(), today=TODAY).rows

    assert sorted(task.kind for task in open_tasks) == [
        TaskKind.RESULT_CORRECTED,
        TaskKind.RETIRED,
        TaskKind.TRANSFERRED,
    ]
    assert {task.department.code for task in open_tasks} == {"001"}


def test_every_desk_of_the_road_has_work(county: Session) -> None:
    states = set(county.scalars(select(Application.status).distinct()))
    unit = county.scalars(select(Department.id).where(Department.code == "001")).one()

    assert states == set(ApplicationStatus)
    for seat in (Role.BUREAU_CLERK, Role.BUREAU_CHIEF, Role.UNIT_HEAD, Role.UNIT_CLERK):
        actor = Actor(account_id=None, name="", role=seat, department_id=unit if seat in UNIT_ROLES else None)
        assert applications.waiting_count(county, actor).number > 0


def test_every_unit_reads_on_paper_what_was_frozen_page_by_page(county: Session) -> None:
    of_units = select(Roster).where(Roster.department_id.is_not(None)).options(undefer(Roster.data))
    kept = county.scalars(of_units.order_by(Roster.id)).all()

    kinds = Counter(roster.data["kind"] for roster in kept)
    wrong = [fault for one in kept for fault in misread(one.data, paper(one.data, marks_of(one), check_url="http://x"))]

    assert kinds == {"enforcement": 34, "supervision": 34}
    assert wrong == []


def test_the_county_reads_on_paper_what_was_frozen_and_closes_with_its_summary(county: Session) -> None:
    of_county = select(Roster).where(Roster.department_id.is_(None)).options(undefer(Roster.data))
    kept = county.scalars(of_county.order_by(Roster.id)).all()

    assert [roster.line_count for roster in kept][0] >= 1289
    for one in kept:
        data = rosters.whole(county, one)
        assert misread_whole(data, paper(data, marks_of(one), check_url="http://x")) == []
        assert unequal(data) == []


def test_every_line_that_did_not_pass_says_why(county: Session) -> None:
    of_units = select(Roster.data).where(Roster.department_id.is_not(None))
    lines = [line for data in county.scalars(of_units) for section in data["sections"] for line in section["lines"]]

    assert [line for line in lines if line["finding"] != "合格" and not line["remark"]] == []
