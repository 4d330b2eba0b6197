"""What the facts of an item speak for, as it is stored; facts that cannot be read hold up their row alone."""

from collections.abc import Mapping
from typing import Any

from registry.rules import Violation
from registry.rules.campaigns import Statement
from registry.rules.policy import Policy
from registry.rules.reviews import FACTS_ARE_WHOLE, Proposal, ReviewFacts, ReviewFinding, propose
from registry.words import N_

UNREADABLE = FACTS_ARE_WHOLE.broken(N_("The facts of this certificate are not complete; decide it singly."))


def read_facts(stored: Mapping[str, Any], statement: Statement | None = None) -> ReviewFacts | None:
    """The facts of an item with the unit's word; None when they are not whole."""
    try:
        return ReviewFacts.from_plain(stored, statement)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return None


def proposal_for(facts: ReviewFacts | None, policy: Policy) -> Proposal:
    """The proposal; without whole facts a deferral, which says so."""
    if facts is None:
        return Proposal(ReviewFinding.DEFERRED, (UNREADABLE,))
    return propose(facts, policy)


def stored_reasons(proposal: Proposal) -> list[dict[str, Any]]:
    """The reasons in plain values, as they are kept with the item."""
    return [_reason(violation) for violation in proposal.reasons]


def _reason(violation: Violation) -> dict[str, Any]:
    rule = violation.rule
    return {
        "code": rule.code,
        "title": rule.title,
        "source": rule.source,
        "message": violation.message,
        "params": {name: str(value) for name, value in violation.params.items()},
    }
