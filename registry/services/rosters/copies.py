"""Copies of rosters: of a locked one always the same, each with its line in the ledger; of an open one a draft."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from registry import audit, clock
from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster, RosterCopy
from registry.rules import RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import CampaignStatus
from registry.rules.rosters import LONG_DRAFTS_ARE_SHEETS, LONGEST_DRAFT, REPRINT_SAYS_WHY, SOMETHING_TO_PRINT
from registry.services.rosters.lines import Sheet, sheet
from registry.services.rosters.printing import paper, print_roster
from registry.services.rosters.workbooks import spreadsheet
from registry.words import N_

Form: TypeAlias = Literal["pdf", "xlsx"]
MIMETYPES = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
DRAFT_NUMBER = "草稿"
COUNTY_CODE = "全县"


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to hand over."""

    filename: str
    mimetype: str
    content: bytes


def take_copy(session: Session, actor: Actor, *, roster_id: int, form: Form, reason: str, public_url: str) -> Copy:
    """A copy of a locked roster: the same bytes as ever, a new line in the ledger, an entry in the trail.

    RuleBroken (ROST-1) when a second or later copy does not say what it is for, (ROST-2) for a name no font can print.
    """
    chosen = select(Roster).where(Roster.id == roster_id).with_for_update()
    roster = session.scalars(chosen.options(undefer(Roster.data))).one()
    actor.require_unit(Action.ROSTER_PRINT, roster.department_id)
    number, why = _next_number(session, roster_id), reason.strip()
    if number > 1 and not why:
        raise RuleBroken([REPRINT_SAYS_WHY.broken(N_("Say what copy %(number)s is for."), number=number)])
    content = print_roster(session, roster_id, public_url) if form == "pdf" else _kept_sheet(roster)
    _write_down(session, actor, roster, number, form, why, sha256(content).hexdigest())
    return _copy(roster.number, form, content)


def draft(
    session: Session,
    actor: Actor,
    *,
    campaign_id: int,
    department_id: int | None,
    form: Form,
    today: date,
    public_url: str,
) -> Copy:
    """The roster of an open review as it stands, marked as a draft and kept nowhere; a locked review has its rosters.

    RuleBroken (ROST-3) when a PDF would have more lines than one can wait for, (ROST-4) when it would have none.
    """
    actor.require_unit(Action.ROSTER_PRINT, department_id)
    campaign = session.get_one(ReviewCampaign, campaign_id)
    department = session.get_one(Department, department_id) if department_id is not None else None
    drawn = sheet(session, campaign, department_id, today=today)
    _require_printable(campaign, drawn, form)
    marks: dict[str, Any] = {
        "number": DRAFT_NUMBER,
        "data_sha256": drawn.sha256,
        "trail_head": audit.head(session),
        "is_draft": True,
    }
    check_url = f"{public_url}/reviews/{campaign_id}"
    content = paper(drawn.data, check_url=check_url, **marks) if form == "pdf" else spreadsheet(drawn.data, **marks)
    return _copy(
        f"{DRAFT_NUMBER}-{drawn.data['title']}-{department.name if department else COUNTY_CODE}", form, content
    )


def _require_printable(campaign: ReviewCampaign, drawn: Sheet, form: Form) -> None:
    if campaign.status is not CampaignStatus.OPEN:
        locked = N_("The review is locked; take a copy of its roster.")
        raise RuleBroken([SOMETHING_TO_PRINT.broken(locked)])
    if not drawn.line_count:
        raise RuleBroken([SOMETHING_TO_PRINT.broken(N_("The unit has no certificate in this review."))])
    if form == "pdf" and drawn.line_count > LONGEST_DRAFT:
        long = N_(
            "A draft of %(count)s lines is not printed; take it as .xlsx, take one unit's roster, or lock the review."
        )
        raise RuleBroken([LONG_DRAFTS_ARE_SHEETS.broken(long, count=drawn.line_count)])


def _kept_sheet(roster: Roster) -> bytes:
    marks: dict[str, Any] = {
        "number": roster.number,
        "data_sha256": roster.data_sha256,
        "trail_head": roster.trail_head,
        "is_draft": False,
    }
    return spreadsheet(roster.data, **marks)


def _next_number(session: Session, roster_id: int) -> int:
    last = session.scalar(select(func.max(RosterCopy.copy_number)).where(RosterCopy.roster_id == roster_id))
    return (last or 0) + 1


def _write_down(
    session: Session, actor: Actor, roster: Roster, number: int, form: Form, reason: str, digest: str
) -> None:
    line = RosterCopy(
        roster_id=roster.id,
        copy_number=number,
        form=form,
        account_id=actor.account_id,
        reason=reason,
        sha256=digest,
        taken_at=clock.now(),
    )
    session.add(line)
    audit.record(
        session,
        actor,
        Action.ROSTER_PRINT,
        roster,
        department_id=roster.department_id,
        reason=reason,
        number=roster.number,
        copy=number,
        form=form,
        sha256=digest,
    )


def _copy(name: str, form: Form, content: bytes) -> Copy:
    return Copy(f"{name}.{form}", MIMETYPES[form], content)
