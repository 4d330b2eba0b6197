"""Drafts of an open review, and the long work of printing a locked one."""

import io

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.db import transaction
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.rules import Denied, RuleBroken
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.services import rosters
from tests.factories import make_department
from tests.services.test_rosters import TODAY, UNKNOWN, URL, every_font_at_hand, lock, open_review, text_of


def draft(
    session: Session,
    campaign: ReviewCampaign,
    unit: int | None,
    form: rosters.Form,
    actor: Actor = SYSTEM,
    **wait: int | None,
) -> rosters.Copy:
    return rosters.draft(
        session, actor, campaign_id=campaign.id, department_id=unit, form=form, today=TODAY, public_url=URL, **wait
    )


def test_a_draft_is_marked_as_one_on_paper_and_as_a_sheet(session: Session) -> None:
    campaign, units = open_review(session)
    assert "草稿（未锁定）" in text_of(draft(session, campaign, units[1].id, "pdf").content)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(draft(session, campaign, None, "xlsx").content))
    assert ["草稿（未锁定）"] in [row[:1] for row in sheet.get_sheet_by_name("汇总").to_python()]


def test_every_draft_is_on_the_trail(session: Session) -> None:
    campaign, units = open_review(session)
    draft(session, campaign, units[0].id, "xlsx")
    entry = audit.of(session, "review_campaigns", campaign.id)[0]
    assert (entry.action, entry.department_id, entry.facts["form"]) == (Action.ROSTER_PRINT, units[0].id, "xlsx")


def test_a_long_draft_is_not_printed_while_somebody_waits(session: Session) -> None:
    campaign, units = open_review(session)
    with pytest.raises(RuleBroken, match="ROST-3: A draft of 3 lines"):
        draft(session, campaign, None, "pdf", longest_wait=2)
    assert draft(session, campaign, None, "xlsx", longest_wait=2).content
    assert draft(session, campaign, units[0].id, "pdf", longest_wait=2).content
    assert draft(session, campaign, None, "pdf", longest_wait=None).content


def test_a_unit_without_certificates_has_no_draft(session: Session) -> None:
    campaign, _ = open_review(session)
    with pytest.raises(RuleBroken, match="ROST-4"):
        draft(session, campaign, make_department(session).id, "xlsx")


def test_units_draft_their_own_roster_alone(session: Session) -> None:
    campaign, units = open_review(session)
    clerk = Actor(account_id=None, name="", role=Role.UNIT_CLERK, department_id=units[0].id)
    assert draft(session, campaign, units[0].id, "xlsx", clerk).filename.endswith(f"{units[0].name}.xlsx")
    for foreign in (units[1].id, None):
        with pytest.raises(Denied):
            draft(session, campaign, foreign, "xlsx", clerk)


def test_the_worker_prints_all_that_can_be_printed_and_nothing_twice(app: Flask) -> None:
    sessions = app.extensions["sessions"]
    with transaction(sessions) as session:
        campaign, _ = open_review(session)
        lock(session, campaign)
    seen: list[tuple[int, int]] = []

    def run() -> dict[str, object]:
        return rosters.print_all(
            sessions, lambda done, total: seen.append((done, total)), campaign_id=campaign.id, public_url=URL
        )

    assert run() == {"rosters": 3, "printed": 3}
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert run() == {"rosters": 3, "printed": 0}


def test_the_worker_goes_on_where_printing_stopped(app: Flask) -> None:
    sessions = app.extensions["sessions"]
    with transaction(sessions) as session:
        campaign, _ = open_review(session)
        done = lock(session, campaign)[1].id
        kept = rosters.print_roster(session, done, URL)
    result = rosters.print_all(sessions, lambda _done, _total: None, campaign_id=campaign.id, public_url=URL)
    assert result == {"rosters": 3, "printed": 2}
    with transaction(sessions) as session:
        assert rosters.print_roster(session, done, URL) == kept
        assert all(session.scalars(select(Roster.pdf_sha256)))


def test_the_worker_names_who_cannot_be_printed_and_prints_the_rest(app: Flask) -> None:
    sessions = app.extensions["sessions"]
    with transaction(sessions) as session:
        campaign, _ = open_review(session, f"李{UNKNOWN}")
        with every_font_at_hand():
            lock(session, campaign)
    with pytest.raises(RuleBroken, match=f"李{UNKNOWN}"):
        rosters.print_all(sessions, lambda _done, _total: None, campaign_id=campaign.id, public_url=URL)
    with sessions.reading() as session:
        printed = session.scalars(select(Roster.pdf_sha256.is_not(None)).order_by(Roster.id)).all()
    assert printed == [False, False, True]
