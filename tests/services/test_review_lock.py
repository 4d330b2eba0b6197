"""The lock: refused while findings are missing; then the rosters are frozen, whatever happens to the records."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.departments import Department
from registry.models.jobs import Job
from registry.models.people import Person
from registry.models.reviews import ReviewItem
from registry.models.rosters import Roster
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.jobs import JobKind
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.rules.reviews import CampaignStatus
from registry.services import people, reviews, rosters
from registry.services.rosters import keeping
from registry.services.rosters.lines import hash_of
from tests.factories import make_department
from tests.services.test_review_decisions import DEFERRED, decide, items
from tests.services.test_reviews import TODAY
from tests.services.test_rosters import UNKNOWN, URL, lock, open_review, take


def test_a_review_with_open_items_is_not_locked_and_names_the_units(session: Session) -> None:
    campaign, units = open_review(session)
    reviews.close(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    taken_back = session.scalars(select(ReviewItem.id).where(ReviewItem.department_id == units[1].id)).one()
    reviews.reopen(session, SYSTEM, item_id=taken_back, reason="录入有误")
    with pytest.raises(RuleBroken) as refused:
        reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    (broken,) = refused.value.violations
    assert (broken.code, broken.params) == ("REV-6", {"unit": units[1].name, "count": 1})
    assert campaign.status is CampaignStatus.CLOSED
    assert session.scalars(select(Roster)).all() == []


def test_a_line_that_no_font_can_print_keeps_the_review_from_being_locked(session: Session) -> None:
    campaign, _ = open_review(session, f"李{UNKNOWN}")
    decide(session, items(session, campaign)[0], DEFERRED, f"见{UNKNOWN}")
    reviews.close(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    with pytest.raises(RuleBroken) as refused:
        reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    said = [(broken.code, broken.params["who"]) for broken in refused.value.violations]
    assert said == [("ROST-2", items(session, campaign)[0].person.name), ("ROST-2", f"李{UNKNOWN}")]
    assert (campaign.status, session.scalars(select(Roster)).all()) == (CampaignStatus.CLOSED, [])


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.UNIT_HEAD, Role.AUDITOR, Role.ADMINISTRATOR])
def test_the_chief_alone_locks(session: Session, role: Role) -> None:
    campaign, units = open_review(session)
    unit_id = units[0].id if role is Role.UNIT_HEAD else None
    with pytest.raises(Denied):
        reviews.lock(
            session,
            Actor(account_id=None, name="", role=role, department_id=unit_id),
            campaign_id=campaign.id,
            today=TODAY,
        )


def test_the_lock_freezes_a_numbered_roster_for_the_county_and_each_unit(session: Session) -> None:
    campaign, units = open_review(session)
    frozen = lock(session, campaign)
    assert [roster.department_id for roster in frozen] == [None, units[0].id, units[1].id]
    assert [roster.number for roster in frozen] == [f"郏司审〔2021〕第00{place}号" for place in (1, 2, 3)]
    assert [roster.line_count for roster in frozen] == [3, 2, 1]
    assert len({roster.check_code for roster in frozen}) == 3


def test_the_trail_holds_the_hashes_and_the_rosters_the_head_of_the_trail(session: Session) -> None:
    campaign, _ = open_review(session)
    frozen = lock(session, campaign)
    entry = session.scalars(select(TrailEntry).where(TrailEntry.action == Action.REVIEW_LOCK)).one()
    assert entry.facts["rosters"] == {roster.number: roster.data_sha256 for roster in frozen}
    assert {roster.trail_head for roster in frozen} == {entry.hash}
    assert audit.verify(session)


def test_the_lock_asks_for_the_printing(session: Session) -> None:
    campaign, units = open_review(session)
    lock(session, campaign)
    job = session.scalars(select(Job).where(Job.kind == JobKind.PRINT_ROSTERS)).one()
    assert job.arguments == {"campaign_id": campaign.id}
    assert rosters.printing_job(session, SYSTEM, campaign_id=campaign.id) == job
    assert rosters.printing_job(session, SYSTEM, campaign_id=campaign.id + 1) is None
    head = Actor(account_id=None, name="", role=Role.UNIT_HEAD, department_id=units[0].id)
    assert rosters.printing_job(session, head, campaign_id=campaign.id) is None


def test_what_happens_later_does_not_change_a_roster(session: Session) -> None:
    campaign, units = open_review(session)
    roster = lock(session, campaign)[1]
    frozen: dict[str, Any] = dict(roster.data)
    person = session.get_one(Person, frozen["sections"][0]["lines"][0]["person_id"])
    person.name = "改名后"
    session.get_one(Department, units[0].id).name = "改名后的局"
    people.end_appointment(
        session, SYSTEM, person_id=person.id, until_on=date(2022, 1, 5), end_reason=EndReason.DEATH, today=TODAY
    )
    session.flush()
    session.expire_all()
    kept = rosters.get(session, SYSTEM, roster_id=roster.id)
    assert (kept.data, kept.is_intact, hash_of(frozen)) == (frozen, True, roster.data_sha256)
    assert take(session, roster) == take(session, roster, reason="归档")


def test_altered_data_are_noticed(session: Session) -> None:
    campaign, _ = open_review(session)
    roster = lock(session, campaign)[1]
    false = Roster(
        number="郏司审〔2021〕第999号",
        campaign_id=campaign.id,
        department_id=make_department(session).id,
        check_code="FALSE",
        data={**roster.data, "title": "改过的标题"},
        data_sha256=roster.data_sha256,
        trail_head=roster.trail_head,
        line_count=roster.line_count,
    )
    session.add(false)
    session.flush()
    assert not rosters.get(session, SYSTEM, roster_id=false.id).is_intact


def test_the_database_refuses_to_alter_what_was_frozen(session: Session) -> None:
    campaign, _ = open_review(session)
    roster = lock(session, campaign)[1]
    for change in ({"number": "第999号"}, {"data_sha256": "0" * 64}, {"data": {}}):
        with pytest.raises(DatabaseError, match="what was issued does not change"), session.begin_nested():
            session.execute(update(Roster).where(Roster.id == roster.id).values(**change))


def test_the_database_refuses_to_alter_what_was_printed(session: Session) -> None:
    campaign, _ = open_review(session)
    roster = lock(session, campaign)[1]
    printed = take(session, roster)
    false: tuple[dict[str, Any], ...] = (
        {"pdf": b"%PDF"},
        {"pdf_sha256": "0" * 64},
        {"template_version": "roster-0"},
        {"printed_at": clock.now()},
    )
    for change in false:
        with pytest.raises(DatabaseError, match="a roster is printed once"), session.begin_nested():
            session.execute(update(Roster).where(Roster.id == roster.id).values(**change))
    session.expire_all()
    assert take(session, roster, reason="归档") == printed


def test_bytes_that_are_not_those_printed_are_noticed_and_not_handed_out(session: Session) -> None:
    campaign, _ = open_review(session)
    roster = lock(session, campaign)[1]
    take(session, roster)
    assert rosters.get(session, SYSTEM, roster_id=roster.id).bytes_hold
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text(f"DROP TRIGGER tr_rosters_printed_once{'' if on_sqlite else ' ON rosters'}"))
    session.execute(update(Roster).where(Roster.id == roster.id).values(pdf=b"%PDF of somebody with a shell"))
    session.expire_all()
    kept = rosters.get(session, SYSTEM, roster_id=roster.id)
    assert (kept.data_hold, kept.bytes_hold, kept.is_intact) == (True, False, False)
    with pytest.raises(RuleBroken, match="ROST-6"):
        take(session, roster, reason="归档")


def test_the_bytes_of_a_long_roster_are_read_for_a_copy_alone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, _ = open_review(session)
    roster = lock(session, campaign)[1]
    take(session, roster)
    monkeypatch.setattr(keeping, "LONGEST_WAIT", roster.line_count - 1)
    session.expire_all()
    kept = rosters.get(session, SYSTEM, roster_id=roster.id)
    assert (kept.bytes_hold, kept.is_intact, "pdf" in inspect(kept.roster).unloaded) == (None, True, True)
    monkeypatch.setattr(keeping, "LONGEST_WAIT", roster.line_count)
    assert rosters.get(session, SYSTEM, roster_id=roster.id).bytes_hold


def test_the_code_on_the_paper_finds_the_roster_however_it_is_typed(session: Session) -> None:
    campaign, units = open_review(session)
    roster = lock(session, campaign)[2]
    code = roster.check_code
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]} "
    assert rosters.by_check_code(session, SYSTEM, check_code=typed).roster.id == roster.id
    head = Actor(account_id=None, name="", role=Role.UNIT_HEAD, department_id=units[0].id)
    with pytest.raises(Denied):
        rosters.by_check_code(session, head, check_code=code)


def test_a_long_roster_is_left_to_the_worker(session: Session) -> None:
    campaign, _ = open_review(session)
    county = lock(session, campaign)[0]
    asked = {"roster_id": county.id, "reason": "", "public_url": URL, "longest_wait": 2}
    with pytest.raises(RuleBroken, match="ROST-5"):
        rosters.take_copy(session, SYSTEM, form="pdf", **asked)
    assert rosters.take_copy(session, SYSTEM, form="xlsx", **asked).content
    printed = rosters.print_roster(session, county.id, URL)
    assert rosters.take_copy(session, SYSTEM, form="pdf", **{**asked, "reason": "存档"}).content == printed


def test_items_keep_what_the_facts_spoke_for(session: Session) -> None:
    campaign, _ = open_review(session)
    before = {item.id: (item.facts, item.proposed) for item in session.scalars(select(ReviewItem))}
    lock(session, campaign)
    session.expire_all()
    assert {item.id: (item.facts, item.proposed) for item in session.scalars(select(ReviewItem))} == before
