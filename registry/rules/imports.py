"""What can be brought in from a spreadsheet, and how far a file has come."""

from enum import StrEnum


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
