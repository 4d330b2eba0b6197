"""What somebody has to look into: when a certificate's ground goes, it is flagged and a person decides."""

from enum import StrEnum

from registry.rules import Rule
from registry.words import N_


class TaskKind(StrEnum):
    """Why a certificate is flagged (domain.md 9.10; an exam result that was annulled or corrected below the mark)."""

    LEFT = "left"
    RETIRED = "retired"
    DIED = "died"
    TRANSFERRED = "transferred"
    POST_CHANGED = "post_changed"
    UNIT_ENDED = "unit_ended"
    RESULT_CORRECTED = "result_corrected"
    SUSPENSION_OVER = "suspension_over"


class TaskOutcome(StrEnum):
    """How a task was settled: the certificate moved, it stays as it is, or the ground came back."""

    MOVED = "moved"
    KEPT = "kept"
    GROUND_RESTORED = "ground_restored"


DECISION_SAYS_WHY = Rule(
    code="TASK-1", title=N_("A decision to leave a flagged certificate says why"), source="本登记簿规则：处置说明理由"
)
