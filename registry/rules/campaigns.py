"""The steps of a year's review: by which day each is due, how near that is, and what becomes of whoever is left."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.rules import Rule
from registry.rules.policy import Policy
from registry.words import N_


class ReviewStep(StrEnum):
    """What a review waits for, in order."""

    ATTEST = "attest"
    DECIDE = "decide"
    MAKE_UP = "make_up"


class Urgency(StrEnum):
    """How near a day is: a word beside every colour."""

    IN_TIME = "in_time"
    SOON = "soon"
    OVERDUE = "overdue"


class Statement(StrEnum):
    """What the unit says of a certificate on its list (遂宁 2020: 在岗、离岗、变动、受处分)."""

    IN_POST = "in_post"
    LEFT = "left"
    CHANGED = "changed"
    DISCIPLINED = "disciplined"


LIST_COMPLETE = Rule(
    code="REV-15", title=N_("A unit attests when it has spoken on every certificate"), source="遂宁 2020 年审通知"
)
RETURN_SAYS_WHY = Rule(code="REV-16", title=N_("A list is returned for a reason"), source="本登记簿规则")
MADE_UP_IN_TIME = Rule(
    code="REV-17",
    title=N_("Whoever does not make up in time has not passed"),
    source="甘肃 2008、上海：补考不合格不得继续执法",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The days by which units attest, the bureau decides, and the deferred make up."""

    attest_by: date
    decide_by: date
    make_up_by: date


def deadlines(opened_on: date, policy: Policy) -> Deadlines:
    """The days of a review that is opened on a day, by the policy then in force."""
    return Deadlines(
        attest_by=opened_on + timedelta(days=policy.review_attest_days),
        decide_by=opened_on + timedelta(days=policy.review_decide_days),
        make_up_by=opened_on + timedelta(days=policy.review_decide_days + policy.review_deferral_days),
    )


def urgency(due_on: date | None, policy: Policy, today: date) -> Urgency:
    """How near a day is; nothing is due without one."""
    if due_on is None or today + timedelta(days=policy.review_soon_days) < due_on:
        return Urgency.IN_TIME
    return Urgency.SOON if today <= due_on else Urgency.OVERDUE
