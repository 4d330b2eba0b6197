"""What the facts of an item speak for, as it is stored; facts that cannot be read hold up their row alone."""

from typing import Any

from registry.rules import Violation
from registry.rules.policy import Policy
from registry.rules.reviews import FACTS_ARE_WHOLE, Proposal, ReviewFacts, ReviewFinding, propose
from registry.words import N_

UNREADABLE = FACTS_ARE_WHOLE.broken(N_("The facts of this certificate are not complete; decide it singly."))


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
