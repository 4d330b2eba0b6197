"""What a roster was frozen with: the county's lines are those of its units, held by their hashes."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry.db import transaction
from registry.models.rosters import Roster
from registry.printing import print_roster
from registry.rules.permissions import SYSTEM
from registry.services import rosters
from registry.services.rosters.frozen import holds, unit_by_unit
from registry.services.rosters.lines import hash_of
from registry.services.rosters.printing import marks_of
from tests.services.test_rosters import TODAY, URL, lock, open_review

Data = dict[str, Any]


def test_the_county_names_the_rosters_of_its_units_and_holds_their_lines_by_hash(session: Session) -> None:
    campaign, _ = open_review(session)
    county, *units = lock(session, campaign)
    assert [section["roster"] for section in county.data["sections"]] == [unit.number for unit in units]
    for section, unit in zip(county.data["sections"], units, strict=True):
        own = unit.data["sections"][0]
        assert section["lines_sha256"] == hash_of(own["lines"])
        assert section.keys() == own.keys() - {"lines"} | {"roster", "lines_sha256"}
        assert {key: section[key] for key in ("unit", "code", "summary")} == {
            key: own[key] for key in ("unit", "code", "summary")
        }


def test_the_countys_lines_and_sums_are_those_of_its_units(session: Session) -> None:
    campaign, _ = open_review(session)
    county, *units = lock(session, campaign)
    whole = rosters.whole(session, county)
    assert [section["lines"] for section in whole["sections"]] == [unit.data["sections"][0]["lines"] for unit in units]
    assert county.line_count == sum(unit.line_count for unit in units)
    assert whole["summary"] == {
        key: sum(unit.data["summary"][key] for unit in units) for key in units[0].data["summary"]
    }


def test_a_unit_whose_lines_are_others_is_noticed_on_the_countys_roster(session: Session) -> None:
    campaign, _ = open_review(session)
    county, *_ = lock(session, campaign)
    whole = rosters.whole(session, county)
    assert holds(county, whole)
    altered = [dict(section, lines=[dict(section["lines"][0], name="改过的人")]) for section in whole["sections"]]
    assert not holds(county, {**whole, "sections": altered})


def test_a_section_has_nothing_but_what_was_frozen(session: Session) -> None:
    campaign, _ = open_review(session)
    county, *_ = lock(session, campaign)
    with pytest.raises(KeyError):
        rosters.whole(session, county)["sections"][0]["photo"]


def test_a_county_of_the_first_layout_has_its_lines_in_itself(session: Session) -> None:
    campaign, _ = open_review(session)
    county, *_ = lock(session, campaign)
    sections = [dict(section, lines=section["lines"]) for section in rosters.whole(session, county)["sections"]]
    data: Data = {**county.data, "layout": 1, "sections": sections}
    early = Roster(campaign_id=campaign.id, data=data, data_sha256=hash_of(data))
    assert rosters.whole(session, early) == data
    assert holds(early, data)
    data["sections"][1]["lines"][0]["name"] = "改过的人"
    assert not holds(early, data)


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
        assert [section["lines"] for section in lazy["sections"]] == [one["lines"] for one in whole["sections"]]
        assert "lines" not in lazy["sections"][0]


def test_what_a_clerk_sees_of_the_countys_roster_is_all_of_it(session: Session) -> None:
    campaign, _ = open_review(session)
    county, *_ = lock(session, campaign)
    session.expire_all()
    kept = rosters.get(session, SYSTEM, roster_id=county.id)
    lines = [line for section in kept.data["sections"] for line in section["lines"]]
    assert (kept.is_intact, len(lines)) == (True, county.line_count)
    drawn = rosters.extracted(
        session, SYSTEM, campaign_id=campaign.id, chosen=rosters.ExtractFilter(finding=None), today=TODAY
    )
    assert [line for _, line in drawn.lines] == lines
