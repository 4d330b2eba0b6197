"""Copies of papers: always the same bytes, each with its line in the ledger."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.papers import Paper, PaperCopy
from registry.rules import RuleBroken
from registry.rules.papers import LONGEST_WAIT, REPRINT_SAYS_WHY, WORKER_PRINTS
from registry.rules.permissions import Action, Actor
from registry.services.papers.printing import print_paper
from registry.words import N_

MIMETYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to hand over."""

    filename: str
    mimetype: str
    content: bytes


def take_copy(
    session: Session,
    actor: Actor,
    *,
    paper_id: int,
    reason: str,
    longest_wait: int | None = LONGEST_WAIT,
    action: Action = Action.PAPER_PRINT,
) -> Copy:
    """A copy of a paper: the same bytes as ever, a new line in the ledger, an entry in the trail.

    A paper that is not printed yet is printed now, unless it has more lines than `longest_wait`. `action` is what
    whoever takes it has to be allowed, and what the trail calls it.
    RuleBroken (PAP-1) when a second or later copy does not say what it is for, (PAP-2) for a name no font can print,
    (PAP-3) when its printing is left to the worker.
    """
    paper = session.scalars(select(Paper).where(Paper.id == paper_id).with_for_update()).one()
    actor.require_unit(action, paper.department_id)
    number, why = _next_number(session, paper_id), reason.strip()
    if number > 1 and not why:
        raise RuleBroken([REPRINT_SAYS_WHY.broken(N_("Say what copy %(number)s is for."), number=number)])
    if longest_wait is not None and paper.line_count > longest_wait and paper.pdf_sha256 is None:
        waits = N_("These %(count)s cards are still being printed; come back in a minute.")
        raise RuleBroken([WORKER_PRINTS.broken(waits, count=paper.line_count)])
    content = print_paper(session, actor, paper_id)
    _write_down(session, actor, action, paper, number, why, sha256(content).hexdigest())
    return Copy(f"{paper.number}.pdf", MIMETYPE, content)


def _next_number(session: Session, paper_id: int) -> int:
    last = session.scalar(select(func.max(PaperCopy.copy_number)).where(PaperCopy.paper_id == paper_id))
    return (last or 0) + 1


def _write_down(
    session: Session, actor: Actor, action: Action, paper: Paper, number: int, reason: str, digest: str
) -> None:
    line = PaperCopy(
        paper_id=paper.id,
        copy_number=number,
        account_id=actor.account_id,
        reason=reason,
        sha256=digest,
        taken_at=clock.now(),
    )
    session.add(line)
    audit.record(
        session,
        actor,
        action,
        paper,
        department_id=paper.department_id,
        reason=reason,
        number=paper.number,
        copy=number,
        sha256=digest,
    )
