"""Lists that are put by under a name, and what can be done with the people ticked in one."""

from enum import StrEnum

from registry.rules import Rule
from registry.words import N_

MOST_VIEWS = 30  # of one account and list
LONGEST_VIEW_NAME = 40
MOST_SELECTED = 2_000

VIEW_HAS_A_NAME = Rule(
    code="LIST-1", title=N_("A view that is put by has a name"), source="本登记簿规则：保存的视图须有名称"
)
SELECTION_IS_CLEAR = Rule(
    code="LIST-2",
    title=N_("An act on many people names them and what is done"),
    source="本登记簿规则：批量办理须先行预览",
)


class ListName(StrEnum):
    """The lists whose filters and columns can be put by."""

    PEOPLE = "people"
    CERTIFICATES = "certificates"


class BulkAct(StrEnum):
    """What can be done at once with people of a list."""

    ASSESS = "assess"
    ENTER = "enter"
    ATTEND = "attend"
