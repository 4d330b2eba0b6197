"""When two files of one person become one, and when they are taken apart again."""

from datetime import date

from registry.rules import Rule, Violation
from registry.words import N_

ONE_FILE_EACH = Rule(
    code="PERS-9",
    title=N_("Everybody has one file, and files become one for a reason"),
    source="本登记簿规则：一人一档",
)
STAYS_WITH_ITS_FILE = Rule(
    code="PERS-7",
    title=N_("What was published, issued or decided never leaves the file it was made for"),
    source="本登记簿规则：已公布、已核发、已决定的记录不改变归属",
)
TAKEN_APART_UNCHANGED = Rule(
    code="PERS-8",
    title=N_("A merge is undone while nothing rests on it"),
    source="本登记簿规则：合并后未发生后续变动的方可撤销",
)


def closed(file_id: int, withdrawn_on: date | None) -> list[Violation]:
    """Why nothing more is recorded under a file that was withdrawn."""
    if withdrawn_on is None:
        return []
    over = N_("File no. %(id)s was withdrawn on %(day)s; nothing more is recorded under it.")
    return [ONE_FILE_EACH.broken(over, id=file_id, day=withdrawn_on)]
