"""The acts of a career: what each needs, what it ends and begins, and when it may be done (one table, read by all)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.rules import Rule, Violation
from registry.rules.people import APPOINTED_IN_ORDER, EndReason
from registry.words import N_

NO_SECOND_SECONDMENT = Rule(
    code="PERS-6",
    title=N_("Nobody is seconded to two units at once, nor without a post at home"),
    source="本登记簿规则：借调期间不重叠，编制留在原单位",
)


class CareerAct(StrEnum):
    """What happens to somebody's post, in the order of a working life."""

    JOIN = "join"
    TRANSFER = "transfer"
    REASSIGN = "reassign"
    SECOND = "second"
    RETURN = "return"
    RETIRE = "retire"
    LEAVE = "leave"
    DIE = "die"
    REOPEN = "reopen"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands on a day: in a post, seconded, or after the end of the last one."""

    holds_post: bool
    is_seconded: bool = False
    end_reason: EndReason | None = None  # of the last post, when none is held


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What one act asks for: `fields` beside the day, what it ends with, whether it begins a post."""

    holds_post: bool
    fields: tuple[str, ...] = ()
    ends_with: tuple[EndReason, ...] = ()
    begins_post: bool = False
    has_day: bool = True
    needs_reason: bool = False


DETAILS = ("section", "post", "rank", "establishment", "duty", "enforcement_field", "enforcement_area")
PAPER = ("document_number",)

ACTS: Mapping[CareerAct, Needs] = {
    CareerAct.JOIN: Needs(holds_post=False, fields=("department_id", *DETAILS, *PAPER), begins_post=True),
    CareerAct.TRANSFER: Needs(
        holds_post=True,
        fields=("department_id", *DETAILS, *PAPER),
        ends_with=(EndReason.TRANSFER,),
        begins_post=True,
    ),
    CareerAct.REASSIGN: Needs(
        holds_post=True, fields=(*DETAILS, *PAPER), ends_with=(EndReason.REASSIGNMENT,), begins_post=True
    ),
    CareerAct.SECOND: Needs(holds_post=True, fields=("department_id", "until_on", *PAPER)),
    CareerAct.RETURN: Needs(holds_post=True, fields=PAPER),
    CareerAct.RETIRE: Needs(holds_post=True, fields=PAPER, ends_with=(EndReason.RETIREMENT,)),
    CareerAct.LEAVE: Needs(
        holds_post=True,
        fields=("end_reason", *PAPER),
        ends_with=(EndReason.TRANSFER, EndReason.RESIGNATION, EndReason.DISMISSAL, EndReason.UNIT_ABOLISHED),
    ),
    CareerAct.DIE: Needs(holds_post=True, fields=PAPER, ends_with=(EndReason.DEATH,)),
    CareerAct.REOPEN: Needs(holds_post=False, has_day=False, needs_reason=True),
    CareerAct.CORRECT: Needs(holds_post=True, fields=("department_id", *DETAILS, *PAPER), needs_reason=True),
}
MENU = tuple(act for act in CareerAct if act is not CareerAct.CORRECT)  # a correction is of one post, not of a person


def may_be_done(act: CareerAct, standing: Standing) -> bool:
    """Whether an act fits where somebody stands; nobody is appointed after death, and the dead only by mistake."""
    if ACTS[act].holds_post is not standing.holds_post:
        return False
    if act is CareerAct.JOIN:
        return standing.end_reason is not EndReason.DEATH
    if act is CareerAct.REOPEN:
        return standing.end_reason is not None
    if act in {CareerAct.SECOND, CareerAct.RETURN}:
        return standing.is_seconded is (act is CareerAct.RETURN)
    return True


def offered(standing: Standing) -> list[CareerAct]:
    """The acts that a person's page offers."""
    return [act for act in MENU if may_be_done(act, standing)]


DEAD = N_("%(name)s is recorded as having died; if that was a mistake, undo it first.")


def unfit(act: CareerAct, standing: Standing, name: str) -> list[Violation]:
    """Why an act cannot be done on somebody who stands there."""
    if may_be_done(act, standing):
        return []
    if standing.end_reason is EndReason.DEATH and act is CareerAct.JOIN:
        return [APPOINTED_IN_ORDER.broken(DEAD, name=name)]
    if not ACTS[act].holds_post:
        return [APPOINTED_IN_ORDER.broken(N_("%(name)s holds a post at present."), name=name)]
    if not standing.holds_post:
        return [APPOINTED_IN_ORDER.broken(N_("%(name)s holds no post at present."), name=name)]
    if standing.is_seconded:
        return [NO_SECOND_SECONDMENT.broken(N_("%(name)s is seconded already; end that first."), name=name)]
    return [NO_SECOND_SECONDMENT.broken(N_("%(name)s is not seconded at present."), name=name)]


def begins_in_order(day: date, *, after: date | None, today: date) -> list[Violation]:
    """A new post begins after the first day of the one before (or the last, when that has ended), and has begun."""
    found = []
    if day > today:
        ahead = N_("The post begins on %(day)s, which has not come yet; record it then.")
        found.append(APPOINTED_IN_ORDER.broken(ahead, day=day))
    if after is not None and day <= after:
        early = N_("The new post begins after %(day)s, when the one before began or ended.")
        found.append(APPOINTED_IN_ORDER.broken(early, day=after))
    return found


def ends_in_order(day: date, *, began_on: date, today: date) -> list[Violation]:
    """A post ends on or after its first day, and not ahead of time."""
    if day < began_on:
        return [APPOINTED_IN_ORDER.broken(N_("The post began on %(day)s and cannot end before."), day=began_on)]
    if day > today:
        ahead = N_("The last day, %(day)s, has not come yet; record it then.")
        return [APPOINTED_IN_ORDER.broken(ahead, day=day)]
    return []


def secondment_in_order(
    from_on: date, until_on: date | None, *, began_on: date, is_home: bool, today: date
) -> list[Violation]:
    """A secondment leads to another unit, within the post at home, and has begun."""
    found = []
    if is_home:
        found.append(NO_SECOND_SECONDMENT.broken(N_("Nobody is seconded to the own unit; choose another one.")))
    if from_on < began_on:
        early = N_("The post at home began on %(day)s; nobody is seconded before.")
        found.append(NO_SECOND_SECONDMENT.broken(early, day=began_on))
    if from_on > today:
        ahead = N_("The secondment begins on %(day)s, which has not come yet; record it then.")
        found.append(NO_SECOND_SECONDMENT.broken(ahead, day=from_on))
    if until_on is not None and until_on < from_on:
        found.append(NO_SECOND_SECONDMENT.broken(N_("The last day comes before the first.")))
    return found
