"""The board counts right, agrees with the lists behind its links, and takes few queries."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import and_, select, true
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.models.reviews import ReviewItem
from registry.rules.campaigns import Statement
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.people import Duty, EndReason
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.reviews import ReviewFinding
from registry.services import board, certificates, people, policies, reviews
from registry.services.board import Board, UnitLine, percent
from registry.services.certificates import CertificateFilter
from registry.services.narrowing import Count
from registry.services.people import PersonFilter
from tests.factories import make_certificate, make_department, make_person, make_qualified_person
from tests.queries import counted, sorts, steps_of

TODAY = date(2026, 3, 15)
FAR = date(2030, 1, 1)


def seen(session: Session, actor: Actor = SYSTEM) -> Board:
    return board.board(session, actor, policy=policies.in_force(session, TODAY), today=TODAY)


def line_of(session: Session, department_id: int) -> UnitLine:
    return next(line for line in seen(session).units if line.department_id == department_id)


def test_a_unit_is_counted_by_posts_and_valid_enforcement_certificates(session: Session) -> None:
    unit = make_department(session)
    make_certificate(session, make_qualified_person(session, unit), valid_until=FAR)
    make_certificate(session, make_qualified_person(session, unit), valid_until=TODAY - timedelta(days=1))
    make_certificate(session, make_qualified_person(session, unit), valid_until=FAR, status=CertificateStatus.SUSPENDED)
    make_certificate(session, make_qualified_person(session, unit), valid_until=FAR, kind=CertificateKind.SUPERVISION)
    make_person(session, unit)
    make_person(session, unit, duty=Duty.SUPERVISION)

    line = line_of(session, unit.id)

    assert (line.officers, line.certified, line.uncertified, line.percent) == (5, 1, 4, "20.0")


def test_the_boards_numbers_are_those_of_the_lists_behind_its_links(session: Session) -> None:
    unit = make_department(session)
    for until in (FAR, TODAY, TODAY + timedelta(days=90)):
        make_certificate(session, make_qualified_person(session, unit), valid_until=until)
    make_person(session, unit)
    whole, line = seen(session), line_of(session, unit.id)
    officers = {"department_id": unit.id, "duty": Duty.ENFORCEMENT}

    listed = [
        people.search(session, SYSTEM, chosen=PersonFilter(**officers, is_certified=truth), today=TODAY).count.number  # type: ignore[arg-type]
        for truth in (None, True, False)
    ]
    ending = certificates.search(
        session,
        SYSTEM,
        chosen=CertificateFilter(department_id=unit.id, expires_by=whole.until),
        today=TODAY,
    )

    assert listed == [line.officers, line.certified, line.uncertified]
    assert len(ending.rows) == line.expiring == 2


def test_cards_of_people_who_left_or_serve_elsewhere_are_stray(session: Session) -> None:
    unit, other = make_department(session), make_department(session)
    gone, moved, here = (make_qualified_person(session, unit, name=name) for name in ("走", "调", "在"))
    for person in (gone, moved, here):
        make_certificate(session, person, valid_until=FAR)
    for person, reason in ((gone, EndReason.RETIREMENT), (moved, EndReason.TRANSFER)):
        people.end_appointment(
            session, SYSTEM, person_id=person.id, until_on=date(2026, 1, 1), end_reason=reason, today=TODAY
        )
    cardless = make_person(session, other)

    stray = seen(session)

    assert [card.person_name for card in stray.stray if card.unit == unit.name] == ["走", "调"]
    assert stray.stray_count == Count(len(stray.stray))
    assert cardless.name not in [card.person_name for card in stray.stray]


def test_lists_are_cut_and_counts_are_whole(session: Session) -> None:
    unit = make_department(session)
    for _ in range(board.CARDS_SHOWN + 1):
        make_certificate(session, make_qualified_person(session, unit), valid_until=TODAY + timedelta(days=30))
    head = Actor(account_id=1, name="head", role=Role.UNIT_HEAD, department_id=unit.id)

    whole = seen(session, head)

    assert (len(whole.expiring), whole.expiring_count) == (board.CARDS_SHOWN, Count(board.CARDS_SHOWN + 1))


def test_the_line_of_one_unit_is_that_of_the_board(session: Session) -> None:
    unit, other, policy = make_department(session), make_department(session), policies.in_force(session, TODAY)
    for one in (unit, unit, other):
        make_certificate(session, make_qualified_person(session, one), valid_until=TODAY + timedelta(days=30))
    head = Actor(account_id=1, name="head", role=Role.UNIT_HEAD, department_id=other.id)

    line = board.unit_line(session, SYSTEM, department_id=unit.id, policy=policy, today=TODAY)

    assert line == line_of(session, unit.id)
    assert line is not None
    assert (line.officers, line.certified, line.expiring) == (2, 2, 2)
    assert board.unit_line(session, head, department_id=unit.id, policy=policy, today=TODAY) is None


def test_units_people_see_their_unit_alone(session: Session) -> None:
    mine, other = make_department(session), make_department(session)
    for unit in (mine, other):
        make_certificate(
            session, make_qualified_person(session, unit, name=unit.name), valid_until=TODAY + timedelta(days=30)
        )
        make_person(session, unit)
    head = Actor(account_id=1, name="head", role=Role.UNIT_HEAD, department_id=mine.id)

    whole, ids = seen(session, head), board.uncertified_ids(session, head, today=TODAY)

    assert [line.department_id for line in whole.units] == [mine.id]
    assert [card.person_name for card in whole.expiring] == [mine.name]
    assert {people.get(session, SYSTEM, one).department_id for one in ids} == {mine.id}


def test_an_open_review_shows_how_much_is_decided(session: Session) -> None:
    unit = make_department(session)
    for _ in range(3):
        make_certificate(session, make_qualified_person(session, unit), issued_on=date(2025, 6, 1), valid_until=FAR)
    campaign = reviews.open_campaign(session, SYSTEM, year=2025, kind=CertificateKind.ENFORCEMENT, today=TODAY)

    line = next(one for one in seen(session).campaigns if one.campaign_id == campaign.id)

    assert (line.decided, line.total, line.waiting) == (Count(0), Count(3), Count(3))
    assert line_of(session, unit.id).open_items == 3


def test_a_review_at_a_glance_says_what_its_progress_says(session: Session) -> None:
    unit, other = make_department(session), make_department(session)
    for one in (unit, unit, other):
        make_certificate(session, make_qualified_person(session, one), issued_on=date(2025, 6, 1), valid_until=FAR)
    campaign = reviews.open_campaign(session, SYSTEM, year=2025, kind=CertificateKind.ENFORCEMENT, today=TODAY)
    items = session.scalars(
        select(ReviewItem).where(ReviewItem.campaign_id == campaign.id).order_by(ReviewItem.id)
    ).all()
    for item, proposed, statement in zip(
        items,
        (ReviewFinding.FAILED, ReviewFinding.PASSED, ReviewFinding.PASSED),
        (None, Statement.LEFT, None),
        strict=True,
    ):
        item.proposed, item.statement = proposed, statement
    session.flush()

    told = reviews.progress(session, SYSTEM, campaign_id=campaign.id)
    seen_so_far = reviews.glance(session, SYSTEM, campaign_id=campaign.id)

    assert (seen_so_far.open, seen_so_far.exceptions) == (Count(told.total.open), Count(told.total.exceptions))
    assert (seen_so_far.exceptions, seen_so_far.deferred) == (Count(2), Count(0))
    assert (seen_so_far.units, seen_so_far.attested) == (len(told.units), told.attested) == (2, 0)


def test_the_board_takes_nine_queries_whatever_its_size(session: Session) -> None:
    policy = policies.in_force(session, TODAY)
    make_person(session)
    with counted(session.connection()) as few:
        board.board(session, SYSTEM, policy=policy, today=TODAY)
    for _ in range(30):
        make_certificate(session, make_qualified_person(session), valid_until=TODAY + timedelta(days=30))

    with counted(session.connection()) as many:
        board.board(session, SYSTEM, policy=policy, today=TODAY)

    assert (len(few), len(many)) == (9, 9)


@pytest.mark.nodb
@pytest.mark.parametrize(("part", "whole", "said"), [(0, 0, "—"), (1, 3, "33.3"), (999, 1000, "99.9"), (1, 1, "100.0")])
def test_a_hundred_per_cent_means_everybody(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said


def test_stray_cards_are_counted_as_far_as_anybody_takes_back_in_a_morning(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "STRAY_COUNTED", 2)
    unit = make_department(session)
    for _ in range(3):
        person = make_qualified_person(session, unit)
        make_certificate(session, person, valid_until=FAR)
        left = {"person_id": person.id, "until_on": date(2026, 1, 1), "end_reason": EndReason.RETIREMENT}
        people.end_appointment(session, SYSTEM, today=TODAY, **left)  # type: ignore[arg-type]
    head = Actor(account_id=1, name="head", role=Role.UNIT_HEAD, department_id=unit.id)

    whole = seen(session, head)

    assert (whole.stray_count, len(whole.stray)) == (Count(2, is_more=True), 3)


def test_the_uncertified_are_told_unit_by_unit_by_the_sound_of_their_names(session: Session) -> None:
    first, second = make_department(session), make_department(session)
    late, wang, an = (
        make_person(session, unit, name=name) for unit, name in ((second, "安"), (first, "王"), (first, "安"))
    )
    make_certificate(session, make_qualified_person(session, first), valid_until=FAR)
    make_person(session, first, duty=Duty.SUPERVISION)

    ids = board.uncertified_ids(session, SYSTEM, today=TODAY)

    assert [one for one in ids if one in {late.id, wang.id, an.id}] == [an.id, wang.id, late.id]


def test_officers_are_counted_in_a_walk_through_an_index_of_their_own(session: Session) -> None:
    steps = steps_of(session, select(board._officers(TODAY, true())))

    assert any(re.search(r"(COVERING INDEX|Index Only Scan using) ix_people_counted", step) for step in steps), steps


def test_the_units_are_added_up_a_page_at_a_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policies.in_force(session, TODAY)
    monkeypatch.setattr(board, "UNITS_SHOWN", 1)
    units = [make_department(session) for _ in range(2)]
    for unit in units:
        make_person(session, unit)
    pages, after = [], None
    while not pages or after:
        seen_now = board.board(session, SYSTEM, policy=policy, today=TODAY, after=after)
        pages.append(seen_now)
        after = seen_now.after

    lines = [line for page in pages for line in page.units]

    assert [len(page.units) for page in pages] == [1] * len(pages)
    assert {unit.id for unit in units} <= {line.department_id for line in lines}
    assert pages[0].officers == pages[-1].officers == Count(sum(line.officers for line in lines))


def test_a_count_of_officers_that_stopped_gives_no_share(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "COUNTED", 1)
    for _ in range(2):
        make_person(session)

    whole = seen(session)

    assert (whole.uncertified, whole.officers.is_more, whole.percent) == (Count(1, is_more=True), True, None)


def test_a_few_uncertified_among_many_are_told_in_the_same_order(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("王", "安"):
        make_person(session, make_department(session), name=name)
    fetched = board.uncertified_ids(session, SYSTEM, today=TODAY)
    monkeypatch.setattr(board, "FEW", 0)

    assert board.uncertified_ids(session, SYSTEM, today=TODAY) == fetched != []


@pytest.mark.parametrize(
    ("which", "index"),
    [("stray", "ix_certificates_stray"), ("ending", "ix_certificates_kind"), ("officers", "ix_people_facets")],
)
def test_what_the_board_lists_and_counts_is_a_range_of_an_index(session: Session, which: str, index: str) -> None:
    [ending, *_] = [and_(one, Certificate.valid_until >= TODAY) for one in board._live_ranges(SYSTEM)]
    first = select(Certificate.id).order_by(Certificate.valid_until, Certificate.id).limit(10)
    asked = {
        "stray": first.where(board._stray(SYSTEM, TODAY)),
        "ending": first.where(ending),
        "officers": board._officers_who(SYSTEM, Person.certified_until < TODAY).limit(10),
    }[which]

    steps = steps_of(session, asked)

    assert any(re.search(rf"\b{index}\b", step) for step in steps), steps
    assert not any("Seq Scan" in step or step.startswith("SCAN") for step in steps), steps
    assert not sorts(steps), steps
