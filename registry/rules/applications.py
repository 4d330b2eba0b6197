"""The road to a certificate: who takes which step from which state, and who may not take two of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.rules import Rule, Violation
from registry.rules.certificates.kinds import CertificateStatus
from registry.rules.permissions import Action, Role
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
    SEND_BACK = "send_back"
    RETURN = "return"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    RECEIVE = "receive"


class Making(StrEnum):
    """Where a card comes from."""

    PRINTED = "printed"
    RECEIVED = "received"


UNDER_WAY = frozenset(
    {ApplicationStatus.APPLIED, ApplicationStatus.CONFIRMED, ApplicationStatus.EXAMINED, ApplicationStatus.RETURNED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One step: from where, to where, who may take it, and whether it must say why.

    What is not `by_hand` nobody takes at a desk: it comes with the province's list.
    """

    leaves: frozenset[ApplicationStatus]
    reaches: ApplicationStatus
    action: Action
    needs_reason: bool = False
    is_by_hand: bool = True


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
    ApplicationStep.SEND_BACK: Way(
        leaves=frozenset({ApplicationStatus.APPLIED}),
        reaches=ApplicationStatus.RETURNED,
        action=Action.APPLICATION_CONFIRM,
        needs_reason=True,
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
    ApplicationStep.RECEIVE: Way(
        leaves=UNDER_WAY,
        reaches=ApplicationStatus.MADE,
        action=Action.CERTIFICATE_RECEIVE,
        is_by_hand=False,
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
OF_ITS_UNIT = Rule(
    code="ROAD-5",
    title=N_("The unit in which somebody serves applies"),
    source="省政府令第180号：行政执法机关负责证件申领和日常管理",
)
FOLLOWS_A_CARD = Rule(
    code="ROAD-6",
    title=N_("A renewal or replacement follows a certificate in force"),
    source="省政府令第180号：换发、补发以原证为依据",
)
REFUSED_WITH_GROUND = Rule(
    code="ROAD-7",
    title=N_("A refusal rests on a rule that is not met"),
    source="《中华人民共和国行政许可法》第三十八条：不予许可应当说明理由",
)
SAYS_WHAT_BECAME = Rule(
    code="ROAD-8",
    title=N_("A card is made and handed over on a day, by and to somebody who is named"),
    source="省政府令第180号：证件的制发与领取登记",
)
PAPER_HAS_A_NUMBER = Rule(
    code="ROAD-9",
    title=N_("An application on paper is entered under its number"),
    source="本登记簿规则：代录申请注明来文编号",
)
NOBODY_WAS_FASTER = Rule(
    code="ROAD-10",
    title=N_("What was examined still stands at the approval"),
    source="本登记簿规则：审批以当日情况为准",
)

GOES_WHILE_VALID = Rule(
    code="ROAD-11",
    title=N_("A card is made and handed over while its certificate is valid"),
    source="省政府令第180号：证件的制发与领取登记；《河南省行政执法条例》第四十二条、第四十六条",
)

# Whose turn it is: the seats at whose desk an application in that state waits, and the step they would take.
TURNS: Mapping[ApplicationStatus, Mapping[Role, ApplicationStep]] = {
    ApplicationStatus.APPLIED: {Role.UNIT_HEAD: ApplicationStep.CONFIRM},
    ApplicationStatus.RETURNED: {Role.UNIT_CLERK: ApplicationStep.APPLY, Role.UNIT_HEAD: ApplicationStep.APPLY},
    ApplicationStatus.CONFIRMED: {Role.BUREAU_CLERK: ApplicationStep.EXAMINE},
    ApplicationStatus.EXAMINED: {Role.BUREAU_CHIEF: ApplicationStep.APPROVE},
    ApplicationStatus.APPROVED: {Role.BUREAU_CLERK: ApplicationStep.MAKE},
    ApplicationStatus.MADE: {
        Role.BUREAU_CLERK: ApplicationStep.HAND_OVER,
        Role.UNIT_CLERK: ApplicationStep.HAND_OVER,
    },
}
NO_MORE_VALID: Mapping[CertificateStatus, str] = {
    CertificateStatus.SUSPENDED: N_("The certificate was suspended on %(day)s."),
    CertificateStatus.LOST: N_("The certificate was reported lost by %(day)s."),
    CertificateStatus.WITHDRAWN: N_("The certificate was withdrawn by %(day)s."),
    CertificateStatus.EXPIRED: N_("The certificate had expired by %(day)s."),
    CertificateStatus.CANCELLED: N_("The certificate was cancelled by %(day)s."),
    CertificateStatus.REVOKED: N_("The certificate was revoked by %(day)s."),
    CertificateStatus.REPLACED: N_("The certificate was replaced by %(day)s."),
}
DATED = frozenset({ApplicationStep.MAKE, ApplicationStep.HAND_OVER})  # the others are taken on the day they are taken
GATED = frozenset({ApplicationStep.EXAMINE, ApplicationStep.APPROVE, ApplicationStep.REFUSE})
PREPARES = frozenset({ApplicationStep.APPLY, ApplicationStep.CONFIRM, ApplicationStep.EXAMINE})
LONGEST_REASON = 500


def waiting_for(role: Role) -> Mapping[ApplicationStatus, ApplicationStep]:
    """What waits at the desk of a role, and the step that it waits for."""
    return {status: turns[role] for status, turns in TURNS.items() if role in turns}


def ways_from(status: ApplicationStatus) -> list[ApplicationStep]:
    """The steps that can be taken at a desk from a state, in the order of the road."""
    return [step for step, way in WAYS.items() if way.is_by_hand and status in way.leaves]


def reached(step: ApplicationStep, role: Role) -> ApplicationStatus:
    """Where a step leads; what the unit's head or the bureau applies for needs no further confirmation."""
    if step is ApplicationStep.APPLY and role is not Role.UNIT_CLERK:
        return ApplicationStatus.CONFIRMED
    return WAYS[step].reaches


def out_of_order(step: ApplicationStep, status: ApplicationStatus) -> list[Violation]:
    """What the order of the road has against a step that somebody would take."""
    if not WAYS[step].is_by_hand:
        return [STEP_IN_ORDER.broken(N_("This step comes with the province's list; nobody takes it by hand."))]
    if status in WAYS[step].leaves:
        return []
    return [STEP_IN_ORDER.broken(N_("In its present state this step is not the next one."))]


def unsaid(step: ApplicationStep, reason: str) -> list[Violation]:
    """Whether a step that must say why does not."""
    if not WAYS[step].needs_reason or reason.strip():
        return []
    return [SAYS_WHY.broken(N_("Say why, so that the unit knows what to mend."))]


def own_work(approver: str, prepared_by: Collection[str], *, may_approve_own: bool) -> list[Violation]:
    """Whoever entered, confirmed or examined does not approve, unless the policy lets one person do both."""
    if may_approve_own or approver not in prepared_by:
        return []
    return [FOUR_EYES.broken(N_("You entered or examined this application; somebody else approves it."))]


def not_valid_then(step: ApplicationStep, status: CertificateStatus | None, day: date) -> list[Violation]:
    """A certificate that was not valid on the day goes to nobody; None is one that had not begun."""
    if step not in DATED or status in {None, CertificateStatus.ACTIVE}:
        return []
    return [GOES_WHILE_VALID.broken(NO_MORE_VALID[status], day=day)]


def misdated(step: ApplicationStep, day: date, *, not_before: date, today: date) -> list[Violation]:
    """A card is made and handed over between its approval and today."""
    if step not in DATED or not_before <= day <= today:
        return []
    return [SAYS_WHAT_BECAME.broken(N_("The day lies between %(first)s and today."), first=not_before)]
