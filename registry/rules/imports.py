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
    REHEARSED = "rehearsed"
    REFUSED = "refused"
    CONFIRMED = "confirmed"


REHEARSED_FIRST = Rule(
    code="IMP-1", title=N_("A file is brought in as it was rehearsed"), source="registry rule (architecture 3.7)"
)
BROUGHT_IN_ONCE = Rule(code="IMP-2", title=N_("A file is brought in once"), source="registry rule (domain.md 9.15)")
