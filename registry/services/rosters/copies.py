"""Copies of rosters: of a locked one always the same, each with its line in the ledger; of an open one a draft."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry import audit
from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.printing import Marks
from registry.rules import RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import CampaignStatus
from registry.rules.rosters import (
    LONG_DRAFTS_ARE_SHEETS,
    LONG_ROSTERS_WAIT,
    LONGEST_WAIT,
    REPRINT_SAYS_WHY,
    SOMETHING_TO_PRINT,
)
from registry.services.copies import Copy, next_line, write_down
from registry.services.rosters.contents import to_print
from registry.services.rosters.lines import Sheet, sheet
from registry.services.rosters.printing import marks_of, paper, print_roster
from registry.services.rosters.workbooks import comma_separated, spreadsheet
from registry.words import N_

Form: TypeAlias = Literal["pdf", "xlsx", "csv"]
MIMETYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
DRAFT_NUMBER = "草稿"
COUNTY_CODE = "全县"


def take_copy(
    session: Session,
    actor: Actor,
    *,
    roster_id: int,
    form: Form,
    reason: str,
    public_url: str,
    longest_wait: int | None = LONGEST_WAIT,
) -> Copy:
    """A copy of a locked roster: the same bytes as ever, a new line in the ledger, an entry in the trail.

    A roster that is not printed yet is printed now, unless it has more lines than `longest_wait`.
    RuleBroken (ROST-1) when a second or later copy does not say what it is for, (ROST-2) for a name no font can print,
    (ROST-5) when its printing is left to the worker, (ROST-6) when the kept bytes or data are others now.
    """
    chosen = select(Roster).where(Roster.id == roster_id).with_for_update()
    roster = session.scalars(chosen.options(undefer(Roster.data))).one()
    actor.require_unit(Action.ROSTER_PRINT, roster.department_id)
    line = next_line(session, roster, reason=reason, rule=REPRINT_SAYS_WHY)
    if form == "pdf":
        _require_printed(roster, longest_wait)
        content = print_roster(session, roster_id, public_url)
    else:
        content = as_file(form, to_print(session, roster), marks_of(roster))
    write_down(session, actor, Action.ROSTER_PRINT, roster, line, content, form=form)
    return copy_of(roster.number, form, content)


def draft(
    session: Session,
    actor: Actor,
    *,
    campaign_id: int,
    department_id: int | None,
    form: Form,
    today: date,
    public_url: str,
    longest_wait: int | None = LONGEST_WAIT,
) -> Copy:
    """The roster of an open review as it stands, marked as a draft and kept nowhere; a locked review has its rosters.

    RuleBroken (ROST-3) when a PDF would have more lines than `longest_wait`, (ROST-4) when it would have none.
    """
    actor.require_unit(Action.ROSTER_PRINT, department_id)
    campaign = session.get_one(ReviewCampaign, campaign_id)
    department = session.get_one(Department, department_id) if department_id is not None else None
    drawn = sheet(session, campaign, department_id, today=today)
    _require_lines(campaign, drawn)
    if form == "pdf":
        _require_short(drawn, longest_wait)
    marks = Marks(
        number=DRAFT_NUMBER, check_code="", data_sha256=drawn.sha256, trail_head=audit.head(session), is_draft=True
    )
    check_url = f"{public_url}/reviews/{campaign_id}"
    content = paper(drawn.data, marks, check_url=check_url) if form == "pdf" else as_file(form, drawn.data, marks)
    facts = {"number": DRAFT_NUMBER, "form": form, "sha256": drawn.sha256}
    audit.record(session, actor, Action.ROSTER_PRINT, campaign, department_id=department_id, **facts)
    return copy_of(
        f"{DRAFT_NUMBER}-{drawn.data['title']}-{department.name if department else COUNTY_CODE}", form, content
    )


def as_file(form: Form, data: Mapping[str, Any], marks: Marks, columns: Sequence[str] | None = None) -> bytes:
    """The rows as a file to reckon with: a spreadsheet, or comma-separated values."""
    return comma_separated(data, columns) if form == "csv" else spreadsheet(data, marks, columns)


def _require_printed(roster: Roster, longest_wait: int | None) -> None:
    if longest_wait is not None and roster.line_count > longest_wait and roster.pdf_sha256 is None:
        waits = N_("This roster of %(count)s lines is still being printed; come back in a minute, or take it as .xlsx.")
        raise RuleBroken([LONG_ROSTERS_WAIT.broken(waits, count=roster.line_count)])


def _require_lines(campaign: ReviewCampaign, drawn: Sheet) -> None:
    if campaign.status is CampaignStatus.LOCKED:
        locked = N_("The review is locked; take a copy of its roster.")
        raise RuleBroken([SOMETHING_TO_PRINT.broken(locked)])
    if not drawn.line_count:
        raise RuleBroken([SOMETHING_TO_PRINT.broken(N_("The unit has no certificate in this review."))])


def _require_short(drawn: Sheet, longest_wait: int | None) -> None:
    if longest_wait is not None and drawn.line_count > longest_wait:
        long = N_(
            "A draft of %(count)s lines is not printed; take it as .xlsx, take one unit's roster, or lock the review."
        )
        raise RuleBroken([LONG_DRAFTS_ARE_SHEETS.broken(long, count=drawn.line_count)])


def copy_of(name: str, form: Form, content: bytes) -> Copy:
    """The file to hand over, named for its form."""
    return Copy(f"{name}.{form}", MIMETYPES[form], content)
