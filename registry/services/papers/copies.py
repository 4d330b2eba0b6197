"""Copies of papers: always the same bytes, each with its line in the ledger."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.papers import Paper
from registry.rules import RuleBroken
from registry.rules.papers import LONGEST_WAIT, REPRINT_SAYS_WHY, WORKER_PRINTS
from registry.rules.permissions import Action, Actor
from registry.services.copies import Copy, next_line, write_down
from registry.services.papers.printing import print_paper
from registry.words import N_

MIMETYPE = "application/pdf"


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
    line = next_line(session, paper, reason=reason, rule=REPRINT_SAYS_WHY)
    if longest_wait is not None and paper.line_count > longest_wait and paper.pdf_sha256 is None:
        waits = N_("These %(count)s cards are still being printed; come back in a minute.")
        raise RuleBroken([WORKER_PRINTS.broken(waits, count=paper.line_count)])
    content = print_paper(session, actor, paper_id)
    write_down(session, actor, action, paper, line, content)
    return Copy(f"{paper.number}.pdf", MIMETYPE, content)
