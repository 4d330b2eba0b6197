"""Lists that are put by under a name, and what can be done with the people ticked in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
EXPORTED_WHOLE = Rule(
    code="LIST-3", title=N_("An export holds everything that is listed"), source="本登记簿规则：导出内容与列表一致"
)


class ListName(StrEnum):
    """The lists whose filters and columns can be put by."""

    PEOPLE = "people"
    CERTIFICATES = "certificates"
    DEPARTMENTS = "departments"
    TRAINING = "training"
    EXAMS = "exams"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """What a list can show of each line: its name in an address, and its heading on the page and in a file."""

    name: str
    title: str
    is_usual: bool = True  # shown when nobody has chosen
    is_number: bool = False


# What says which line it is: always there, first of all.
NAMED_BY: Mapping[ListName, Sequence[ListColumn]] = {
    ListName.PEOPLE: (ListColumn("name", N_("Name")),),
    ListName.CERTIFICATES: (ListColumn("number", N_("Number")), ListColumn("holder", N_("Holder"))),
    ListName.DEPARTMENTS: (ListColumn("name", N_("Unit")),),
    ListName.TRAINING: (ListColumn("title", N_("Session")),),
    ListName.EXAMS: (ListColumn("title", N_("Exam sitting")),),
}
# What can be chosen beside it, in this order.
COLUMNS: Mapping[ListName, Sequence[ListColumn]] = {
    ListName.PEOPLE: (
        ListColumn("identity", N_("Identity number")),
        ListColumn("unit", N_("Unit")),
        ListColumn("post", N_("Post")),
        ListColumn("duty", N_("Duty")),
        ListColumn("rank", N_("Rank"), is_usual=False),
        ListColumn("establishment", N_("Establishment"), is_usual=False),
        ListColumn("since", N_("In this post since"), is_usual=False),
        ListColumn("sex", N_("Sex"), is_usual=False),
        ListColumn("born", N_("Born"), is_usual=False),
        ListColumn("education", N_("Education"), is_usual=False),
        ListColumn("law", N_("Law qualification"), is_usual=False),
        ListColumn("certificates", N_("Certificates")),
    ),
    ListName.CERTIFICATES: (
        ListColumn("unit", N_("Unit")),
        ListColumn("kind", N_("Kind")),
        ListColumn("field", N_("Field"), is_usual=False),
        ListColumn("area", N_("Area"), is_usual=False),
        ListColumn("issued", N_("Issued")),
        ListColumn("valid_from", N_("Valid from"), is_usual=False),
        ListColumn("valid_until", N_("Valid until")),
        ListColumn("status", N_("Status")),
    ),
    ListName.DEPARTMENTS: (
        ListColumn("code", N_("Code")),
        ListColumn("kind", N_("Kind of body")),
        ListColumn("standing", N_("Standing")),
        ListColumn("parent", N_("Parent unit"), is_usual=False),
        ListColumn("entruster", N_("Entrusting unit"), is_usual=False),
        ListColumn("notice", N_("Confirmation notice"), is_usual=False),
        ListColumn("confirmed", N_("Confirmed on"), is_usual=False),
        ListColumn("field", N_("Field"), is_usual=False),
        ListColumn("area", N_("Area"), is_usual=False),
        ListColumn("section", N_("Legal-review section"), is_usual=False),
        ListColumn("people", N_("People"), is_number=True),
        ListColumn("officers", N_("Officers"), is_usual=False, is_number=True),
        ListColumn("certificates", N_("Live certificates"), is_number=True),
        ListColumn("reviewers", N_("Legal reviewers")),
    ),
    ListName.TRAINING: (
        ListColumn("code", N_("Code"), is_usual=False),
        ListColumn("course", N_("Course"), is_usual=False),
        ListColumn("kind", N_("Kind of training")),
        ListColumn("mode", N_("Form")),
        ListColumn("days", N_("Days")),
        ListColumn("place", N_("Place"), is_usual=False),
        ListColumn("organiser", N_("Organiser"), is_usual=False),
        ListColumn("hours", N_("Hours"), is_number=True),
        ListColumn("attended", N_("Attended"), is_number=True),
        ListColumn("completed", N_("People who completed it"), is_number=True),
        ListColumn("section_level", N_("Section level and above"), is_number=True),
    ),
    ListName.EXAMS: (
        ListColumn("subject", N_("Subject")),
        ListColumn("held", N_("Held on")),
        ListColumn("starts", N_("Time of day"), is_usual=False),
        ListColumn("place", N_("Place"), is_usual=False),
        ListColumn("state", N_("State")),
        ListColumn("pass_mark", N_("Pass mark"), is_usual=False, is_number=True),
        ListColumn("entered", N_("Entered"), is_number=True),
        ListColumn("sat", N_("Sat"), is_number=True),
        ListColumn("passed", N_("Passed"), is_number=True),
        ListColumn("failed", N_("Failed"), is_usual=False, is_number=True),
        ListColumn("missed", N_("Absent or annulled"), is_number=True),
    ),
}


def usual(of: ListName) -> tuple[ListColumn, ...]:
    """The columns of a list when nobody has chosen."""
    return tuple(column for column in COLUMNS[of] if column.is_usual)


class BulkAct(StrEnum):
    """What can be done at once with people of a list."""

    ASSESS = "assess"
    ENTER = "enter"
    ATTEND = "attend"
