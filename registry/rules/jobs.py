"""What long work there is and how far it has come."""

from enum import StrEnum


class JobKind(StrEnum):
    """The long work of the office, one handler each."""

    BUNDLE_EVIDENCE = "bundle_evidence"
    ENTER_PROPOSED = "enter_proposed"
    IMPORT = "import"
    MAIL_REMINDERS = "mail_reminders"
    PRINT_CARDS = "print_cards"
    PHOTOS = "photos"
    PRINT_EXAM_PAPERS = "print_exam_papers"
    PRINT_ROSTERS = "print_rosters"


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobPhase(StrEnum):
    """What work that has several parts is doing now, in their order."""

    READING = "reading"
    CHECKING = "checking"
    WRITING = "writing"
    RECORDING = "recording"


UNDER_WAY = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})
