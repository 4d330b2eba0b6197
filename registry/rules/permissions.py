"""Who may do what: one table, read by the door, the procedure and the page."""

from dataclasses import dataclass
from enum import StrEnum

from registry.rules import Denied


class Role(StrEnum):
    """The seats of the office. `SYSTEM` is the operator's console and can be held by no account."""

    ADMINISTRATOR = "administrator"
    BUREAU_CLERK = "bureau_clerk"
    BUREAU_CHIEF = "bureau_chief"
    UNIT_HEAD = "unit_head"
    UNIT_CLERK = "unit_clerk"
    AUDITOR = "auditor"
    SYSTEM = "system"


UNIT_ROLES = frozenset({Role.UNIT_HEAD, Role.UNIT_CLERK})
ACCOUNT_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)


class Action(StrEnum):
    """`<noun>:<verb>`, in alphabetical order. The trail uses the same names."""

    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_SIGN_IN = "account:sign_in"
    APPLICATION_APPROVE = "application:approve"
    APPLICATION_CONFIRM = "application:confirm"
    APPLICATION_ENTER = "application:enter"
    APPLICATION_EXAMINE = "application:examine"
    APPLICATION_HAND_OVER = "application:hand_over"
    APPLICATION_VIEW = "application:view"
    BOARD_VIEW = "board:view"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_MOVE = "certificate:move"
    CERTIFICATE_RECEIVE = "certificate:receive"
    CERTIFICATE_REFUSE = "certificate:refuse"
    CERTIFICATE_REPORT_LOSS = "certificate:report_loss"
    CERTIFICATE_VIEW = "certificate:view"
    CONDUCT_MANAGE = "conduct:manage"
    CONDUCT_VIEW = "conduct:view"
    DEPARTMENT_EXPORT = "department:export"
    DEPARTMENT_MANAGE = "department:manage"
    DEPARTMENT_VIEW = "department:view"
    EVIDENCE_TAKE = "evidence:take"
    EXAM_MANAGE = "exam:manage"
    EXAM_PRINT = "exam:print"
    EXAM_VIEW = "exam:view"
    FIGURES_VIEW = "figures:view"
    IDENTITY_UNMASK = "identity:unmask"
    IMPORT_DECIDE = "import:decide"
    IMPORT_MAP = "import:map"
    IMPORT_PERFORM = "import:perform"
    IMPORT_REHEARSE = "import:rehearse"
    IMPORT_SEND = "import:send"
    IMPORT_UNDO = "import:undo"
    IMPORT_VIEW = "import:view"
    JOB_VIEW = "job:view"
    KEY_ROTATE = "key:rotate"
    MINISTRY_FILE = "ministry:file"
    PAPER_PRINT = "paper:print"
    PAPER_VIEW = "paper:view"
    PERSON_DISQUALIFY = "person:disqualify"
    PERSON_EXPORT = "person:export"
    PERSON_MANAGE = "person:manage"
    PERSON_MERGE = "person:merge"
    PERSON_VIEW = "person:view"
    POLICY_ADOPT = "policy:adopt"
    POLICY_VIEW = "policy:view"
    REVIEW_ATTEST = "review:attest"
    REVIEW_CLOSE = "review:close"
    REVIEW_DECIDE = "review:decide"
    REVIEW_LOCK = "review:lock"
    REVIEW_OPEN = "review:open"
    REVIEW_REMIND = "review:remind"
    REVIEW_RETURN = "review:return"
    REVIEW_STATE = "review:state"
    REVIEW_VIEW = "review:view"
    ROSTER_PRINT = "roster:print"
    ROSTER_SAMPLE = "roster:sample"
    ROSTER_SCAN = "roster:scan"
    ROSTER_VIEW = "roster:view"
    TASK_OPEN = "task:open"
    TASK_SETTLE = "task:settle"
    TASK_VIEW = "task:view"
    TRAIL_VERIFY = "trail:verify"
    TRAIL_VIEW = "trail:view"
    TRAINING_MANAGE = "training:manage"
    TRAINING_VIEW = "training:view"


_VIEW = frozenset(
    {
        Action.ACCOUNT_SIGN_IN,
        Action.APPLICATION_VIEW,
        Action.BOARD_VIEW,
        Action.CERTIFICATE_VIEW,
        Action.DEPARTMENT_VIEW,
        Action.EXAM_VIEW,
        Action.FIGURES_VIEW,
        Action.JOB_VIEW,
        Action.PAPER_VIEW,
        Action.PERSON_VIEW,
        Action.POLICY_VIEW,
        Action.REVIEW_VIEW,
        Action.ROSTER_VIEW,
        Action.TASK_VIEW,
        Action.TRAINING_VIEW,
    }
)
_PAPER = frozenset(
    {
        Action.DEPARTMENT_EXPORT,
        Action.EVIDENCE_TAKE,
        Action.EXAM_PRINT,
        Action.PERSON_EXPORT,
        Action.ROSTER_PRINT,
    }
)
_BUREAU = (
    _VIEW
    | _PAPER
    | {
        Action.APPLICATION_ENTER,
        Action.APPLICATION_EXAMINE,
        Action.APPLICATION_HAND_OVER,
        Action.CERTIFICATE_MOVE,
        Action.CERTIFICATE_RECEIVE,
        Action.CERTIFICATE_REFUSE,
        Action.CERTIFICATE_REPORT_LOSS,
        Action.CONDUCT_MANAGE,
        Action.CONDUCT_VIEW,
        Action.DEPARTMENT_MANAGE,
        Action.EXAM_MANAGE,
        Action.IDENTITY_UNMASK,
        Action.IMPORT_DECIDE,
        Action.IMPORT_MAP,
        Action.IMPORT_PERFORM,
        Action.IMPORT_REHEARSE,
        Action.IMPORT_SEND,
        Action.IMPORT_UNDO,
        Action.IMPORT_VIEW,
        Action.MINISTRY_FILE,
        Action.PAPER_PRINT,
        Action.PERSON_MANAGE,
        Action.PERSON_MERGE,
        Action.REVIEW_ATTEST,
        Action.REVIEW_CLOSE,
        Action.REVIEW_DECIDE,
        Action.REVIEW_OPEN,
        Action.REVIEW_REMIND,
        Action.REVIEW_RETURN,
        Action.REVIEW_STATE,
        Action.ROSTER_SAMPLE,
        Action.ROSTER_SCAN,
        Action.TASK_OPEN,
        Action.TASK_SETTLE,
        Action.TRAINING_MANAGE,
    }
)

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.ADMINISTRATOR: _VIEW | {Action.ACCOUNT_MANAGE, Action.KEY_ROTATE, Action.TRAIL_VIEW, Action.TRAIL_VERIFY},
    Role.BUREAU_CLERK: _BUREAU,
    Role.BUREAU_CHIEF: _BUREAU
    | {
        Action.APPLICATION_APPROVE,
        Action.CERTIFICATE_ISSUE,  # the end of the road, after another's examination; no page asks for it alone
        Action.PERSON_DISQUALIFY,
        Action.POLICY_ADOPT,
        Action.REVIEW_LOCK,
        Action.TRAIL_VERIFY,
        Action.TRAIL_VIEW,
    },
    Role.UNIT_HEAD: _VIEW
    | _PAPER
    | {
        Action.APPLICATION_CONFIRM,
        Action.APPLICATION_ENTER,
        Action.APPLICATION_HAND_OVER,
        Action.CERTIFICATE_REPORT_LOSS,
        Action.REVIEW_ATTEST,
        Action.REVIEW_STATE,
        Action.ROSTER_SCAN,
    },
    Role.UNIT_CLERK: _VIEW
    | _PAPER
    | {
        Action.APPLICATION_ENTER,
        Action.APPLICATION_HAND_OVER,
        Action.CERTIFICATE_REPORT_LOSS,
        Action.REVIEW_STATE,
    },
    Role.AUDITOR: _VIEW
    | _PAPER
    | {
        Action.CONDUCT_VIEW,
        Action.IMPORT_VIEW,
        Action.ROSTER_SAMPLE,
        Action.ROSTER_SCAN,
        Action.TRAIL_VERIFY,
        Action.TRAIL_VIEW,
    },
    Role.SYSTEM: frozenset(Action),
}


# Who looked at a whole identity number, and why, is no business of the unit whose person it is.
THE_BUREAUS_OWN = frozenset({Action.IDENTITY_UNMASK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever acts: an account in a role, perhaps tied to one unit."""

    account_id: int | None
    name: str
    role: Role
    department_id: int | None = None

    def may(self, action: Action, *, department_id: int | None = None) -> bool:
        """By role, and when an object's unit is given, by unit: a unit's people act in their unit alone."""
        if action not in ALLOWED[self.role]:
            return False
        return not self.is_unit_bound or department_id is None or self.department_id == department_id

    def require(self, action: Action, *, department_id: int | None = None) -> None:
        if not self.may(action, department_id=department_id):
            raise Denied(action.value)

    def require_unit(self, action: Action, department_id: int | None) -> None:
        """For an object: unlike `require`, an object of no unit belongs to the bureau alone."""
        self.require(action)
        if self.is_unit_bound and self.department_id != department_id:
            raise Denied(action.value)

    @property
    def is_unit_bound(self) -> bool:
        return self.role in UNIT_ROLES

    @property
    def is_not_told_of(self) -> frozenset[Action]:
        """The acts whose entries a file and its evidence do not show to this actor."""
        return THE_BUREAUS_OWN if self.is_unit_bound else frozenset()


SYSTEM = Actor(account_id=None, name="console", role=Role.SYSTEM)
