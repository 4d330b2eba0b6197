"""The road to a certificate: who takes which step from which state, and who may not take two of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from registry.rules import Rule
from registry.rules.permissions import Action
from registry.words import N_


class ApplicationNature(StrEnum):
    """What is applied for: a first certificate of the kind, a new one before the old ends, a new card in its place."""

    NEW = "new"
    RENEWAL = "renewal"
    REPLACEMENT = "replacement"


class ReplacementCause(StrEnum):
    """Why a card gives way to a new one that ends on the same day (domain.md 8.2)."""

    LOSS = "loss"
    DAMAGE = "damage"
    UNIT = "unit"
    NAME = "name"
    POST = "post"


class ApplicationStatus(StrEnum):
    """How far an application has come."""

    APPLIED = "applied"
    CONFIRMED = "confirmed"
    EXAMINED = "examined"
    RETURNED = "returned"
    APPROVED = "approved"
    MADE = "made"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ApplicationStep(StrEnum):
    """What somebody does on the road, in its order."""

    APPLY = "apply"
    CONFIRM = "confirm"
    EXAMINE = "examine"
    APPROVE = "approve"
    MAKE = "make"
    HAND_OVER = "hand_over"
    RETURN = "return"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


UNDER_WAY = frozenset(
    {ApplicationStatus.APPLIED, ApplicationStatus.CONFIRMED, ApplicationStatus.EXAMINED, ApplicationStatus.RETURNED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One step: from where, to where, who may take it, and whether it must say why."""

    leaves: frozenset[ApplicationStatus]
    reaches: ApplicationStatus
    action: Action
    needs_reason: bool = False


WAYS: Mapping[ApplicationStep, Way] = {
    ApplicationStep.APPLY: Way(
        leaves=frozenset({ApplicationStatus.RETURNED}),
        reaches=ApplicationStatus.APPLIED,
        action=Action.APPLICATION_ENTER,
    ),
    ApplicationStep.CONFIRM: Way(
        leaves=frozenset({ApplicationStatus.APPLIED}),
        reaches=ApplicationStatus.CONFIRMED,
        action=Action.APPLICATION_CONFIRM,
    ),
    ApplicationStep.EXAMINE: Way(
        leaves=frozenset({ApplicationStatus.CONFIRMED}),
        reaches=ApplicationStatus.EXAMINED,
        action=Action.APPLICATION_EXAMINE,
    ),
    ApplicationStep.APPROVE: Way(
        leaves=frozenset({ApplicationStatus.EXAMINED}),
        reaches=ApplicationStatus.APPROVED,
        action=Action.APPLICATION_APPROVE,
    ),
    ApplicationStep.MAKE: Way(
        leaves=frozenset({ApplicationStatus.APPROVED}),
        reaches=ApplicationStatus.MADE,
        action=Action.APPLICATION_EXAMINE,
    ),
    ApplicationStep.HAND_OVER: Way(
        leaves=frozenset({ApplicationStatus.APPROVED, ApplicationStatus.MADE}),
        reaches=ApplicationStatus.HANDED_OVER,
        action=Action.APPLICATION_HAND_OVER,
    ),
    ApplicationStep.RETURN: Way(
        leaves=frozenset({ApplicationStatus.CONFIRMED, ApplicationStatus.EXAMINED}),
        reaches=ApplicationStatus.RETURNED,
        action=Action.APPLICATION_EXAMINE,
        needs_reason=True,
    ),
    ApplicationStep.REFUSE: Way(
        leaves=frozenset({ApplicationStatus.CONFIRMED, ApplicationStatus.EXAMINED}),
        reaches=ApplicationStatus.REFUSED,
        action=Action.APPLICATION_EXAMINE,
    ),
    ApplicationStep.WITHDRAW: Way(
        leaves=UNDER_WAY,
        reaches=ApplicationStatus.WITHDRAWN,
        action=Action.APPLICATION_ENTER,
        needs_reason=True,
    ),
}

STEP_IN_ORDER = Rule(
    code="ROAD-1", title=N_("An application takes its steps in order"), source="省政府令第180号：申领、审核、核发"
)
FOUR_EYES = Rule(
    code="ROAD-2",
    title=N_("Nobody approves what he or she entered or examined"),
    source="本登记簿规则：经办与审批分离（不相容岗位分离）",
)
SAYS_WHY = Rule(code="ROAD-3", title=N_("A return or a withdrawal says why"), source="本登记簿规则：退回说明理由")
ONE_UNDER_WAY = Rule(
    code="ROAD-4", title=N_("Of one kind one application is under way"), source="本登记簿规则：同类申请一人一件"
)
