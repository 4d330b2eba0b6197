"""Commendations and discipline: which measures there are, and who may decide them."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from registry.rules import Rule, Violation
from registry.words import N_

DECIDED_IN_ORDER = Rule(
    code="COND-1",
    title=N_("A commendation or measure rests on a decision that has been made"),
    source="《河南省行政执法条例》第四十五条",
)
NEVER_BY_THE_OWN_UNIT = Rule(
    code="COND-2",
    title=N_("The qualification is never taken away by the officer's own unit"),
    source="《河南省行政执法条例》第四十六条",
)
KEPT_ONCE = Rule(
    code="COND-3",
    title=N_("A record of conduct stays as it is; a wrong one is annulled with its reason"),
    source="本登记簿规则：奖惩记录只撤销不删除",
)


class ConductKind(StrEnum):
    """What a record of conduct is."""

    COMMENDATION = "commendation"
    DISCIPLINE = "discipline"


class ConductMeasure(StrEnum):
    """What was decided: honours, what the ordinance names in Art. 45, and the disciplinary levels of civil servants."""

    PRAISE = "praise"
    THIRD_CLASS_MERIT = "third_class_merit"
    SECOND_CLASS_MERIT = "second_class_merit"
    FIRST_CLASS_MERIT = "first_class_merit"
    HONORARY_TITLE = "honorary_title"
    OTHER_COMMENDATION = "other_commendation"
    CRITICISM = "criticism"
    OFF_POST_TRAINING = "off_post_training"
    REMOVAL_FROM_POST = "removal_from_post"
    DISQUALIFICATION = "disqualification"
    WARNING = "warning"
    DEMERIT = "demerit"
    GRAVE_DEMERIT = "grave_demerit"
    DEMOTION = "demotion"
    REMOVAL_FROM_OFFICE = "removal_from_office"
    EXPULSION = "expulsion"
    OTHER_MEASURE = "other_measure"


MEASURES: Mapping[ConductKind, tuple[ConductMeasure, ...]] = {
    ConductKind.COMMENDATION: tuple(ConductMeasure)[:6],
    ConductKind.DISCIPLINE: tuple(ConductMeasure)[6:],
}

# 处分 in the law's sense (《公职人员政务处分法》第七条), which speaks against somebody in a review. What the ordinance
# names in Art. 45 (批评教育、离岗培训、调离执法岗位、取消资格) and other measures are none.
DISCIPLINED = frozenset(
    {
        ConductMeasure.WARNING,
        ConductMeasure.DEMERIT,
        ConductMeasure.GRAVE_DEMERIT,
        ConductMeasure.DEMOTION,
        ConductMeasure.REMOVAL_FROM_OFFICE,
        ConductMeasure.EXPULSION,
    }
)


def kind_of(measure: ConductMeasure) -> ConductKind:
    """Every measure is of one kind."""
    return next(kind for kind, measures in MEASURES.items() if measure in measures)


def conduct_violations(
    measure: ConductMeasure,
    *,
    decided_by: str,
    decided_on: date,
    until_on: date | None,
    own_units: Iterable[str],
    today: date,
) -> list[Violation]:
    """What stands in the way of putting a decision on record. `own_units` are the units that the officer serves."""
    found = []
    if decided_on > today:
        ahead = N_("The decision of %(day)s has not been made yet; record it then.")
        found.append(DECIDED_IN_ORDER.broken(ahead, day=decided_on))
    if until_on is not None and until_on < decided_on:
        found.append(DECIDED_IN_ORDER.broken(N_("The last day comes before the day of the decision.")))
    if measure is ConductMeasure.DISQUALIFICATION and _plain(decided_by) in map(_plain, own_units):
        own = N_("%(unit)s is the officer's own unit; the justice bureau or a higher authority decides.")
        found.append(NEVER_BY_THE_OWN_UNIT.broken(own, unit=decided_by))
    return found


def _plain(name: str) -> str:
    """A unit's name however it was typed."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
