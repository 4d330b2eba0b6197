"""Facts of a review that are not of the certificate: discipline on record, and exams of the right years."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.merges import Merge
from registry.models.people import ConductRecord
from registry.models.policies import PolicyVersion
from registry.models.reviews import ReviewItem
from registry.rules.certificates import CertificateKind
from registry.rules.conduct import ConductMeasure, kind_of
from registry.rules.exams import ExamSubject
from registry.rules.permissions import SYSTEM
from registry.rules.policy import starting_policies
from registry.rules.reviews import ReviewFinding
from registry.services import errata, policies
from registry.services.reviews.gathering import Gathering, gather, statement
from tests.factories import make_result, make_sitting, make_training
from tests.services.test_reviews import TODAY, item_of, items_of, trained_card
from tests.services.test_roster_remarks import remark_of
from tests.services.test_rosters import lock

PASSED, DEFERRED, _FAILED, _WITHDRAWN = ReviewFinding
COMMON, SPECIAL = ExamSubject.COMMON_LAW, ExamSubject.SPECIAL_LAW
GRAVE = ConductMeasure.GRAVE_DEMERIT


def record(
    session: Session, card: Certificate, decided_on: date, until_on: date | None, measure: ConductMeasure
) -> ConductRecord:
    made = ConductRecord(
        person_id=card.person_id,
        kind=kind_of(measure),
        measure=measure,
        decided_by="郏县监察委员会",
        document_number="郏监〔2021〕1号",
        decided_on=decided_on,
        until_on=until_on,
    )
    session.add(made)
    session.flush()
    return made


def sit(
    session: Session, card: Certificate, on: date, score: int, subject: ExamSubject = COMMON, field: str = ""
) -> None:
    sitting = make_sitting(session, subject, held_on=on, enforcement_field=field)
    make_result(session, card.person, sitting, score)


def told(item: ReviewItem) -> tuple[ReviewFinding | None, list[str]]:
    return item.proposed, [reason["code"] for reason in item.proposal_reasons]


@pytest.mark.parametrize(
    ("decided_on", "until_on", "measure", "expected"),
    [
        pytest.param(date(2021, 1, 1), None, GRAVE, (DEFERRED, ["REV-19"]), id="decided in the year"),
        pytest.param(date(2020, 9, 1), date(2021, 2, 28), GRAVE, (DEFERRED, ["REV-19"]), id="in force in the year"),
        pytest.param(date(2019, 1, 1), date(2020, 12, 31), GRAVE, (PASSED, []), id="over before the year"),
        pytest.param(date(2022, 1, 1), None, GRAVE, (PASSED, []), id="decided after the day of the facts"),
        pytest.param(date(2021, 5, 1), None, ConductMeasure.WARNING, (DEFERRED, ["REV-19"]), id="warned"),
        pytest.param(date(2021, 5, 1), None, ConductMeasure.EXPULSION, (DEFERRED, ["REV-19"]), id="expelled"),
        pytest.param(date(2021, 5, 1), None, ConductMeasure.CRITICISM, (PASSED, []), id="criticised"),
        pytest.param(date(2021, 5, 1), None, ConductMeasure.OFF_POST_TRAINING, (PASSED, []), id="sent to training"),
        pytest.param(date(2021, 5, 1), None, ConductMeasure.REMOVAL_FROM_POST, (PASSED, []), id="moved from the post"),
        pytest.param(date(2021, 5, 1), None, ConductMeasure.DISQUALIFICATION, (PASSED, []), id="disqualified"),
        pytest.param(date(2021, 5, 1), None, ConductMeasure.OTHER_MEASURE, (PASSED, []), id="some other measure"),
        pytest.param(date(2021, 5, 1), None, ConductMeasure.THIRD_CLASS_MERIT, (PASSED, []), id="commended"),
    ],
)
def test_a_measure_of_the_year_speaks_against_a_pass(
    session: Session,
    decided_on: date,
    until_on: date | None,
    measure: ConductMeasure,
    expected: tuple[ReviewFinding, list[str]],
) -> None:
    card = trained_card(session)
    record(session, card, decided_on, until_on, measure)
    assert told(item_of(session, card)) == expected


def test_a_measure_stands_in_the_remark_and_one_annulled_since_shows_as_a_difference(session: Session) -> None:
    card = trained_card(session)
    measure = record(session, card, date(2021, 5, 1), None, GRAVE)
    item = item_of(session, card)
    county, *_ = lock(session, item.campaign)
    assert remark_of(session, county, item.id) == ("暂缓", "另有情形待核实")
    assert errata.compared(session, SYSTEM, roster_id=county.id, today=TODAY).differing == []
    measure.annulled_at, measure.annulled_because = item.created_at, "复核后撤销"
    session.flush()
    (line,) = errata.compared(session, SYSTEM, roster_id=county.id, today=TODAY).differing
    assert {one.key: one.now for one in line.difference.changes} == {"finding": "合格", "remark": ""}


def test_a_roster_that_is_older_than_the_look_at_discipline_does_not_differ_by_it(session: Session) -> None:
    card = trained_card(session)
    item = item_of(session, card)
    item.facts = {name: value for name, value in item.facts.items() if name not in {"exam_failed", "is_disciplined"}}
    session.flush()
    county, *_ = lock(session, item.campaign)
    record(session, card, date(2021, 5, 1), None, GRAVE)
    sit(session, card, date(2021, 11, 1), 40)
    assert errata.compared(session, SYSTEM, roster_id=county.id, today=TODAY).differing == []


def test_who_failed_in_the_year_waits_for_the_make_up(session: Session) -> None:
    failed, made_up = trained_card(session), trained_card(session)
    make_training(session, failed.person, made_up.person, held_on=date(2022, 3, 1))
    for card in (failed, made_up):
        sit(session, card, date(2022, 9, 1), 51)
    sit(session, made_up, date(2022, 10, 1), 66)
    item = item_of(session, failed, year=2022, today=date(2023, 1, 5))
    other = items_of(session, item.campaign)[made_up.id]
    assert (told(item), item.facts["exam_score"]) == ((DEFERRED, ["REV-4"]), "51")
    assert (told(other), other.facts["exam_score"]) == ((PASSED, []), "85")


@pytest.mark.parametrize(
    ("on", "field", "finding"),
    [
        pytest.param(date(2021, 9, 1), "", DEFERRED, id="in the year"),
        pytest.param(date(2020, 12, 31), "", PASSED, id="before the year"),
        pytest.param(date(2021, 9, 1), "海事", PASSED, id="of another field"),
    ],
)
def test_a_special_exam_failed_counts_in_its_year_and_field(
    session: Session, on: date, field: str, finding: ReviewFinding
) -> None:
    card = trained_card(session, field="市场监管")
    sit(session, card, on, 40, SPECIAL, field)
    assert item_of(session, card).proposed is finding


@pytest.mark.parametrize(("years", "finding"), [(0, PASSED), (1, DEFERRED), (2, PASSED)])
def test_a_pass_counts_as_long_as_the_policy_says(session: Session, years: int, finding: ReviewFinding) -> None:
    card = trained_card(session)
    make_training(session, card.person, held_on=date(2022, 3, 1))
    _from_on, numbers, sources = starting_policies()[0]
    session.add(
        PolicyVersion(from_on=date(2020, 1, 1), numbers={**numbers, "review_exam_years": years}, sources=sources)
    )
    session.flush()
    assert item_of(session, card, year=2022, today=date(2023, 1, 5)).proposed is finding


def year_of(session: Session, **some: int) -> Gathering:
    policy, end = policies.in_force(session, date(2021, 12, 31)), date(2021, 12, 31)
    return Gathering(kind=CertificateKind.ENFORCEMENT, year=2021, as_of=end, cutoff=end, policy=policy, **some)


def test_some_certificates_have_the_facts_that_they_have_among_all(session: Session) -> None:
    card, former = trained_card(session), trained_card(session)
    for one in (card, former):
        sit(session, one, date(2021, 9, 1), 51)
    record(session, former, date(2021, 5, 1), None, GRAVE)
    merge = {"moved": {}, "ended": {}, "changed": {}, "reason": "一人两档"}
    session.add(Merge(kept_id=card.person_id, merged_id=former.person_id, **merge))
    session.flush()

    (alone,) = gather(session, year_of(session, department_id=card.department_id))

    (among_all,) = (one for one in gather(session, year_of(session)) if one.certificate_id == card.id)
    assert (alone, alone.facts.is_disciplined, alone.facts.exam_failed) == (among_all, True, True)


@pytest.mark.parametrize("some", [{"again": 1}, {"department_id": 1}])
def test_a_look_at_some_certificates_reads_no_others_training_and_exams(session: Session, some: dict[str, int]) -> None:
    holders = "person_id IN (SELECT cards.person_id"
    assert str(statement(year_of(session, **some))).count(holders) == 2
    assert holders not in str(statement(year_of(session)))
