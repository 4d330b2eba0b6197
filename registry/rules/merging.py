"""When two files of one person become one, and when they are taken apart again."""

from registry.rules import Rule
from registry.words import N_

ONE_FILE_EACH = Rule(
    code="PERS-6",
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
