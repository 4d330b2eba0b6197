"""What somebody has to look into: when a certificate's ground goes, it is flagged and a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.rules import Rule
from registry.rules.certificates.kinds import CertificateKind, CertificateStatus
from registry.rules.people import ON_ESTABLISHMENT, Duty, EndReason, Establishment
from registry.rules.policy import Policy
from registry.words import N_


class TaskKind(StrEnum):
    """Why a certificate is flagged (domain.md 9.10; an exam result that was annulled or corrected below the mark)."""

    LEFT = "left"
    RETIRED = "retired"
    DIED = "died"
    TRANSFERRED = "transferred"
    POST_CHANGED = "post_changed"
    UNIT_ENDED = "unit_ended"
    UNIT_NO_SUBJECT = "unit_no_subject"
    RESULT_CORRECTED = "result_corrected"
    DISQUALIFIED = "disqualified"
    SUSPENSION_OVER = "suspension_over"
    LOSS_REPORTED = "loss_reported"


class TaskOutcome(StrEnum):
    """How a task was settled: the certificate moved, it stays as it is, or the ground came back."""

    MOVED = "moved"
    KEPT = "kept"
    GROUND_RESTORED = "ground_restored"


DECISION_SAYS_WHY = Rule(
    code="TASK-1", title=N_("A decision to leave a flagged certificate says why"), source="本登记簿规则：处置说明理由"
)
SETTLED_ONCE = Rule(
    code="TASK-2", title=N_("A task is settled once, when it is due to be looked into"), source="本登记簿规则：一事一办"
)

OF_THE_POST = frozenset({TaskKind.LEFT, TaskKind.RETIRED, TaskKind.DIED, TaskKind.TRANSFERRED, TaskKind.POST_CHANGED})
_ENDED: Mapping[EndReason, TaskKind] = {EndReason.RETIREMENT: TaskKind.RETIRED, EndReason.DEATH: TaskKind.DIED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """The latest post of a certificate's holder; `ended` when it is over."""

    department_id: int
    duty: Duty
    establishment: Establishment
    ended: EndReason | None = None


def grounds_gone(kind: CertificateKind, department_id: int, post: Footing | None) -> frozenset[TaskKind]:
    """What is missing under a certificate of that kind and unit, as far as its holder's post goes."""
    if post is None:
        return frozenset()
    found = set()
    if post.ended is not None:
        found.add(_ENDED.get(post.ended, TaskKind.LEFT))
    if post.department_id != department_id:
        found.add(TaskKind.TRANSFERRED)
    if not _fits(kind, post):
        found.add(TaskKind.POST_CHANGED)
    return frozenset(found)


def due_on(opened_on: date, policy: Policy) -> date:
    """The day by which a certificate whose ground has gone is dealt with."""
    return opened_on + timedelta(days=policy.recall_days)


def settled_by_move(kind: TaskKind, status: CertificateStatus, is_live: bool) -> bool:
    """Whether a certificate's new status settles a task; one that still counts stays flagged for what is missing."""
    if kind is TaskKind.SUSPENSION_OVER:
        return status is not CertificateStatus.SUSPENDED
    if kind is TaskKind.LOSS_REPORTED:
        return status is not CertificateStatus.LOST
    return not is_live


def _fits(kind: CertificateKind, post: Footing) -> bool:
    """Whether a post is one for a certificate of that kind."""
    if kind is CertificateKind.SUPERVISION:
        return post.duty is Duty.SUPERVISION or post.establishment is Establishment.INVITED
    return post.duty is Duty.ENFORCEMENT and post.establishment in ON_ESTABLISHMENT
