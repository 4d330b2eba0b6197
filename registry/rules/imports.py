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


class ImportStatus(StrEnum):
    """`WAITING` and `CONFIRMING` are with the worker: long files are rehearsed and brought in there."""

    WAITING = "waiting"
    REHEARSED = "rehearsed"
    REFUSED = "refused"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"


WITH_THE_WORKER = frozenset({ImportStatus.WAITING, ImportStatus.CONFIRMING})

REHEARSED_FIRST = Rule(
    code="IMP-1", title=N_("A file is brought in as it was rehearsed"), source="本登记簿规则：导入前先行试导入"
)
BROUGHT_IN_ONCE = Rule(code="IMP-2", title=N_("A file is brought in once"), source="本登记簿规则：同一文件只导入一次")
