"""The ledgers of copies, of papers and of rosters alike: every copy has its number, its reason and its line."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.papers import Paper, PaperCopy
from registry.models.rosters import Roster, RosterCopy
from registry.rules import Rule, RuleBroken
from registry.rules.permissions import Action, Actor
from registry.words import N_

Kept: TypeAlias = Paper | Roster
LEDGERS: dict[type[Kept], tuple[type[PaperCopy] | type[RosterCopy], str]] = {
    Paper: (PaperCopy, "paper_id"),
    Roster: (RosterCopy, "roster_id"),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to hand over."""

    filename: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a ledger before it is written: which copy it is, and what it is for."""

    number: int
    reason: str


def next_line(session: Session, kept: Kept, *, reason: str, rule: Rule) -> Line:
    """The next line in the ledger of what is kept, whose row the caller has locked.

    RuleBroken under this rule when a second or later copy does not say what it is for.
    """
    ledger, owner = LEDGERS[type(kept)]
    last = session.scalar(select(func.max(ledger.copy_number)).where(getattr(ledger, owner) == kept.id))
    number, why = (last or 0) + 1, reason.strip()
    if number > 1 and not why:
        raise RuleBroken([rule.broken(N_("Say what copy %(number)s is for."), number=number)])
    return Line(number, why)


def write_down(
    session: Session, actor: Actor, action: Action, kept: Kept, line: Line, content: bytes, **told: Any
) -> None:
    """Write the line and the entry of the trail; `told` is what they say besides."""
    ledger, owner = LEDGERS[type(kept)]
    said: dict[str, Any] = {"reason": line.reason, "sha256": sha256(content).hexdigest(), **told}
    taken = {"copy_number": line.number, "account_id": actor.account_id, "taken_at": clock.now()}
    session.add(ledger(**{owner: kept.id}, **taken, **said))
    said |= {"number": kept.number, "copy": line.number}
    audit.record(session, actor, action, kept, department_id=kept.department_id, **said)
