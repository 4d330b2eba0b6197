"""What a roster was frozen with: the county's lines are those of its units' rosters, held by their hashes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session, undefer

from registry import clock
from registry.db import transaction
from registry.models.rosters import Roster
from registry.models.trail import TrailEntry
from registry.printing import TEMPLATE_VERSION, print_roster
from registry.rules import RuleBroken
from registry.rules.permissions import SYSTEM, Action
from registry.services import auditing, errata, rosters
from registry.services.auditing import SampleChoice
from registry.services.rosters.contents import contents, unit_by_unit
from registry.services.rosters.lines import hash_of
from registry.services.rosters.printing import marks_of
from tests.services.test_rosters import TODAY, URL, lock, open_review, take, text_of

Data = dict[str, Any]
FIXED = "tr_rosters_stays_as_issued"
TRAIL = "tr_trail_entries_never_changes"
UNDELETED = "tr_rosters_is_never_deleted"


def locked(session: Session) -> list[Roster]:
    campaign, _ = open_review(session)
    return lock(session, campaign)


def lines_of(data: Any) -> list[Any]:
    return [line for section in data["sections"] for line in section["lines"]]


def by_a_shell(session: Session, trigger: str, statement: Any) -> None:
    """What somebody could do who has the database in hand and takes its guard away."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text(f"DROP TRIGGER {trigger}{'' if on_sqlite else ' ON rosters'}"))
    session.execute(statement)
    session.expire_all()


def tell_of_the_lock(session: Session, roster: Roster) -> None:
    """An entry of a lock with the hash that the roster has now, as one of before would have it."""
    of_the_lock = TrailEntry.action == Action.REVIEW_LOCK
    facts = session.scalars(select(TrailEntry.facts).where(of_the_lock)).one()
    hashes = {**facts["rosters"], roster.number: roster.data_sha256}
    changed = update(TrailEntry).where(of_the_lock).values(facts={**facts, "rosters": hashes})
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text(f"DROP TRIGGER {TRAIL}{'' if on_sqlite else ' ON trail_entries'}"))
    session.execute(changed)
    session.expire_all()


def test_the_county_names_the_rosters_of_its_units_by_number_and_hash(session: Session) -> None:
    county, *units = locked(session)
    for section, unit in zip(county.data["sections"], units, strict=True):
        own = unit.data["sections"][0]
        assert (section["roster"], section["roster_sha256"]) == (unit.number, unit.data_sha256)
        assert section.keys() - {"roster", "roster_sha256"} == own.keys() - {"lines"}
        assert all(section[key] == own[key] for key in ("unit", "code", "unit_kind", "summary"))


def test_the_lock_freezes_its_moment_and_the_version_of_the_form_which_stand_on_the_paper(session: Session) -> None:
    county, unit, *_ = locked(session)
    moment = f"{(county.campaign.locked_at or clock.now()).astimezone(clock.OFFICE_TIME):%Y-%m-%d %H:%M}"
    for roster in (county, unit):
        assert (roster.data["locked_at"], roster.data["template"]) == (moment, TEMPLATE_VERSION)
        said = text_of(take(session, roster))
        assert f"锁定于：{moment}版式：{TEMPLATE_VERSION}".replace(" ", "") in said


def test_the_countys_lines_and_sums_are_those_of_its_units(session: Session) -> None:
    county, *units = locked(session)
    whole = rosters.whole(session, county)
    assert whole["sections"] == [unit.data["sections"][0] for unit in units]
    assert county.line_count == sum(unit.line_count for unit in units)
    sums = units[0].data["summary"]
    assert whole["summary"] == {key: sum(unit.data["summary"][key] for unit in units) for key in sums}


def extract(session: Session, roster: Roster) -> None:
    """An extract of the unit or the county in comma-separated values."""
    chosen = rosters.ExtractFilter(department_id=roster.department_id)
    rosters.extracted(session, SYSTEM, campaign_id=roster.campaign_id, chosen=chosen, today=TODAY)


def draw(session: Session, roster: Roster) -> None:
    auditing.draw(session, SYSTEM, roster_id=roster.id, choice=SampleChoice(seed="1", size="1"))


def check(session: Session, roster: Roster) -> None:
    errata.check(session, SYSTEM, roster_id=roster.id, filename="a.csv", content=b"a,b")


def correct(session: Session, roster: Roster) -> None:
    errata.issue(
        session, SYSTEM, roster_id=roster.id, corrections=[], reason="", document="", public_url=URL, today=TODAY
    )


USES: list[Callable[[Session, Roster], object]] = [
    lambda session, roster: take(session, roster, "pdf"),
    lambda session, roster: take(session, roster, "xlsx"),
    lambda session, roster: take(session, roster, "csv"),
    extract,
    draw,
    check,
    correct,
]


def altered(data: Data) -> Data:
    section = data["sections"][0]
    lines = [{**section["lines"][0], "name": "改过的人"}, *section["lines"][1:]]
    return {**data, "sections": [{**section, "lines": lines}]}


def shortened(data: Data) -> Data:
    section = data["sections"][0]
    return {**data, "sections": [{**section, "lines": section["lines"][1:]}]}


def retitled(data: Data) -> Data:
    return {**data, "title": "改过的标题"}


@pytest.mark.parametrize("change", [altered, shortened, retitled])
def test_a_units_roster_that_was_changed_is_noticed_on_the_countys_and_printed_nowhere(
    session: Session, change: Callable[[Data], Data]
) -> None:
    county, unit, *_ = locked(session)
    data = change(unit.data)
    changed = update(Roster).where(Roster.id == unit.id).values(data=data, data_sha256=hash_of(data))
    by_a_shell(session, FIXED, changed)

    for roster in (county, unit):
        assert not rosters.get(session, SYSTEM, roster_id=roster.id).is_intact
        for use in USES:
            with pytest.raises(RuleBroken, match="ROST-6"):
                use(session, roster)


def test_a_county_whose_own_words_were_changed_is_printed_nowhere(session: Session) -> None:
    county, *_ = locked(session)
    by_a_shell(session, FIXED, update(Roster).where(Roster.id == county.id).values(data=retitled(county.data)))

    assert not rosters.get(session, SYSTEM, roster_id=county.id).is_intact
    for use in USES:
        with pytest.raises(RuleBroken, match="ROST-6"):
            use(session, county)


def test_what_was_printed_before_stays_what_it_was(session: Session) -> None:
    county, unit, *_ = locked(session)
    printed = take(session, county)
    data = altered(unit.data)
    by_a_shell(session, FIXED, update(Roster).where(Roster.id == unit.id).values(data=data))

    assert take(session, county, reason="归档") == printed
    assert not rosters.get(session, SYSTEM, roster_id=county.id).is_intact


def test_a_units_roster_that_is_gone_is_noticed_on_the_countys(session: Session) -> None:
    county, unit, other = locked(session)
    by_a_shell(session, UNDELETED, delete(Roster).where(Roster.id == unit.id))
    kept = rosters.get(session, SYSTEM, roster_id=county.id)
    assert (kept.is_intact, len(lines_of(kept.data))) == (False, other.line_count)


def test_the_worker_prints_of_a_changed_roster_nothing(app: Flask) -> None:
    sessions = app.extensions["sessions"]
    with transaction(sessions) as session:
        campaign, _ = open_review(session)
        _, unit, *_ = lock(session, campaign)
        campaign_id = campaign.id
        by_a_shell(session, FIXED, update(Roster).where(Roster.id == unit.id).values(data=altered(unit.data)))
    with pytest.raises(RuleBroken) as refused:
        rosters.print_all(sessions, lambda _done, _total: None, campaign_id=campaign_id, public_url=URL)
    assert [one.rule.code for one in refused.value.violations] == ["ROST-6", "ROST-6"]
    with sessions.reading() as session:
        printed = session.scalars(select(Roster.pdf_sha256.is_not(None)).order_by(Roster.id)).all()
    assert printed == [False, False, True]


def test_a_county_frozen_in_the_first_layout_is_read_printed_and_compared_as_ever(session: Session) -> None:
    county, *_ = locked(session)
    whole: Data = {**rosters.whole(session, county), "layout": 1}
    early = update(Roster).where(Roster.id == county.id).values(data=whole, data_sha256=hash_of(whole))
    by_a_shell(session, FIXED, early)
    tell_of_the_lock(session, county)

    kept = rosters.get(session, SYSTEM, roster_id=county.id)
    assert (kept.is_intact, kept.data) == (True, whole)
    assert contents(session, county).units == {}
    assert take(session, county) == print_roster(
        whole, marks_of(county), check_url=f"{URL}/rosters/code/{county.check_code}"
    )
    assert errata.compared(session, SYSTEM, roster_id=county.id, today=TODAY).differing == []
    sample = auditing.draw(session, SYSTEM, roster_id=county.id, choice=SampleChoice(seed="1", size="2"))
    assert sample.pool == county.line_count


def test_the_worker_reads_unit_by_unit_and_prints_what_a_clerk_would(app: Flask) -> None:
    sessions = app.extensions["sessions"]
    with transaction(sessions) as session:
        campaign, _ = open_review(session)
        lock(session, campaign)
    rosters.print_all(sessions, lambda _done, _total: None, campaign_id=campaign.id, public_url=URL)
    with sessions.reading() as session:
        chosen = select(Roster).where(Roster.department_id.is_(None))
        county = session.scalars(chosen.options(undefer(Roster.data), undefer(Roster.pdf))).one()
        whole, lazy = rosters.whole(session, county), unit_by_unit(sessions, county)
        check_url = f"{URL}/rosters/code/{county.check_code}"
        assert county.pdf == print_roster(whole, marks_of(county), check_url=check_url)
    assert lines_of(lazy) == lines_of(whole)
    assert "lines" not in lazy["sections"][0]
    with pytest.raises(KeyError):
        lazy["sections"][0]["photo"]


def test_what_a_clerk_sees_of_the_countys_roster_is_all_of_it(session: Session) -> None:
    county, *_ = locked(session)
    session.expire_all()
    kept = rosters.get(session, SYSTEM, roster_id=county.id)
    assert (kept.is_intact, len(lines_of(kept.data))) == (True, county.line_count)
    drawn = rosters.extracted(
        session, SYSTEM, campaign_id=county.campaign_id, chosen=rosters.ExtractFilter(), today=TODAY
    )
    assert [line for _, line in drawn.lines] == lines_of(kept.data)
    assert "roster" not in drawn.data["sections"][0]
