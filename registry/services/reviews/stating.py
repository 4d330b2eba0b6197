"""What a unit says of each certificate on its list: in post, left, changed, disciplined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import audit
from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.reviews import ReviewAttestation, ReviewCampaign, ReviewItem
from registry.rules import RuleBroken, Violation
from registry.rules.campaigns import ATTESTED_STANDS, DECIDED_STANDS, OWN_LIST, Statement, said_badly
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import Proposal, read_facts
from registry.services import policies
from registry.services.reviews.campaigns import open_only
from registry.services.reviews.proposing import proposal_for, stored_reasons
from registry.words import N_

NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A unit's word on one certificate."""

    statement: Statement
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A word that was not taken, and why; the others are."""

    item_id: int
    holder: str
    violations: Sequence[Violation]


@dataclass(frozen=True, slots=True)
class Stated:
    """How many words were taken, and which were not."""

    count: int
    left_out: Sequence[NotTaken]


def state(session: Session, actor: Actor, *, campaign_id: int, department_id: int, said: Mapping[int, Said]) -> Stated:
    """Take the unit's words on these items, an entry each; a word that cannot stand is told and stops no other.

    Denied for another unit; RuleBroken once the list is attested or the review is closed, and when somebody is not
    on this list: then nothing is taken.
    """
    rows = _list_to_change(session, actor, campaign_id, department_id, ReviewItem.id.in_(list(said)))
    if foreign := len(said) - len(rows):
        others = N_("%(count)s of the certificates sent are not on this list; nothing was taken. Open the list again.")
        raise RuleBroken([OWN_LIST.broken(others, count=foreign)])
    return _write(session, actor, campaign_id, [(row, said[row.id]) for row in rows])


def state_rest(session: Session, actor: Actor, *, campaign_id: int, department_id: int) -> Stated:
    """Say "in the post" of every certificate on which the unit has not spoken yet."""
    rows = _list_to_change(session, actor, campaign_id, department_id, ReviewItem.statement.is_(None))
    return _write(session, actor, campaign_id, [(row, Said(Statement.IN_POST)) for row in rows])


def attested(session: Session, campaign_id: int, department_id: int) -> ReviewAttestation | None:
    """The unit's word on its list, given or returned."""
    return session.scalar(
        select(ReviewAttestation).where(
            ReviewAttestation.campaign_id == campaign_id, ReviewAttestation.department_id == department_id
        )
    )


def _list_to_change(session: Session, actor: Actor, campaign_id: int, department_id: int, which: Any) -> Sequence[Any]:
    actor.require_unit(Action.REVIEW_STATE, department_id)
    open_only(session, campaign_id)
    word = attested(session, campaign_id, department_id)
    if word is not None and word.returned_at is None:
        stands = N_("The list is attested; the bureau returns it when something has to be said anew.")
        raise RuleBroken([ATTESTED_STANDS.broken(stands)])
    return session.execute(_items(campaign_id, department_id).where(which).order_by(ReviewItem.id)).all()


def _items(campaign_id: int, department_id: int) -> AnySelect:
    return (
        select(
            ReviewItem.id,
            ReviewItem.department_id,
            ReviewItem.facts,
            ReviewItem.proposed,
            ReviewItem.finding,
            ReviewItem.statement,
            ReviewItem.statement_note,
            Certificate.holder_name,
        )
        .join(Certificate, Certificate.id == ReviewItem.certificate_id)
        .where(
            ReviewItem.campaign_id == campaign_id,
            ReviewItem.department_id == department_id,
            ~ReviewItem.is_next_year,
        )
    )


def _write(session: Session, actor: Actor, campaign_id: int, words: Sequence[tuple[Any, Said]]) -> Stated:
    policy = policies.by_id(session, session.get_one(ReviewCampaign, campaign_id).policy_id)
    changes, acts, left = [], [], []
    for row, said in words:
        note = said.note.strip()[:NOTE_LENGTH]
        if (row.statement, row.statement_note) == (said.statement, note):
            continue
        proposal = proposal_for(read_facts(row.facts, said.statement), policy)
        if broken := _obstacles(row, said, proposal):
            left.append(NotTaken(row.id, row.holder_name, broken))
            continue
        changes.append(_change(row.id, said.statement, note, proposal))
        acts.append(_act(row, said.statement, note, proposal))
    if changes:
        session.execute(update(ReviewItem), changes)
        session.expire_all()
        audit.record_many(session, actor, Action.REVIEW_STATE, acts, batch=f"review-{campaign_id}-{token_hex(4)}")
    return Stated(len(changes), left)


def _obstacles(row: Any, said: Said, proposal: Proposal) -> list[Violation]:
    broken = said_badly(said.statement, said.note)
    if row.finding is not None and proposal.finding is not row.proposed:
        decided = N_("The bureau has decided this certificate; ask it to take the decision back first.")
        broken.append(DECIDED_STANDS.broken(decided))
    return broken


def _change(item_id: int, statement: Statement, note: str, proposal: Proposal) -> dict[str, Any]:
    return {
        "id": item_id,
        "statement": statement,
        "statement_note": note,
        "proposed": proposal.finding,
        "proposal_reasons": stored_reasons(proposal),
    }


def _act(row: Any, statement: Statement, note: str, proposal: Proposal) -> audit.Act:
    return audit.Act(
        subject_type=ReviewItem.__tablename__,
        subject_id=row.id,
        department_id=row.department_id,
        reason=note,
        facts={"before": row.statement, "after": statement, "proposed": proposal.finding},
    )
