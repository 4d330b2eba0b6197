"""What can be brought in from a spreadsheet, and how far a file has come."""

from enum import StrEnum

from registry.rules import Rule
from registry.words import N_


class ImportKind(StrEnum):
    """The kinds of file, in the order an office brings them in."""

    DEPARTMENTS = "departments"
    PEOPLE = "people"
    TRAINING = "training"
    EXAM_RESULTS = "exam-results"
    CERTIFICATES = "certificates"
    SUPERVISORS = "supervisors"
    LEGAL_REVIEWERS = "legal-reviewers"


class ImportStatus(StrEnum):
    """`WAITING`, `CONFIRMING` and `UNDOING` are with the worker: long files are rehearsed, brought in and undone there.

    `UNDECIDED`: no problem, but rows whose person somebody has to name before the file can be brought in.
    """

    WAITING = "waiting"
    UNDECIDED = "undecided"
    REHEARSED = "rehearsed"
    REFUSED = "refused"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    UNDOING = "undoing"
    UNDONE = "undone"


class Doubt(StrEnum):
    """Why the registry does not say by itself whom a row speaks of."""

    NOBODY = "nobody"
    SEVERAL = "several"
    UNKNOWN_NUMBER = "unknown_number"
    UNKNOWN_UNIT = "unknown_unit"


WITH_THE_WORKER = frozenset({ImportStatus.WAITING, ImportStatus.CONFIRMING, ImportStatus.UNDOING})
IN_THE_REGISTER = (ImportStatus.CONFIRMED, ImportStatus.UNDOING)
MAY_BE_CHANGED = frozenset({ImportStatus.UNDECIDED, ImportStatus.REHEARSED, ImportStatus.REFUSED})

REHEARSED_FIRST = Rule(
    code="IMP-1", title=N_("A file is brought in as it was rehearsed"), source="本登记簿规则：导入前先行试导入"
)
BROUGHT_IN_ONCE = Rule(code="IMP-2", title=N_("A file is brought in once"), source="本登记簿规则：同一文件只导入一次")
DECIDED_FIRST = Rule(
    code="IMP-3",
    title=N_("Every row is decided about before its file is brought in"),
    source="本登记簿规则：匹配不到唯一人员的行，由经办人逐一确认",
)
ONE_MEANING = Rule(
    code="IMP-4", title=N_("A column stands under one heading"), source="本登记簿规则：同一项目只对应一个标题"
)
UNDONE_WHILE_FREE = Rule(
    code="IMP-5",
    title=N_("A file is undone while nothing rests on it, for a reason"),
    source="本登记簿规则：导入后未发生后续业务的方可撤销，并说明理由",
)
