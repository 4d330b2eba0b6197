"""The steps of a year's review: by which day each is due, how near that is, and what becomes of whoever is left."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.rules import Rule, Violation
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


SAYS_WHAT = Rule(code="REV-20", title=N_("A change or a discipline is said in words"), source="遂宁 2020 年审通知")
ATTESTED_STANDS = Rule(
    code="REV-21", title=N_("An attested list stands until it is returned"), source="遂宁 2020 年审通知：加盖公章报送"
)
DAYS_IN_ORDER = Rule(code="REV-22", title=N_("The days of a review come one after another"), source="本登记簿规则")
DECIDED_STANDS = Rule(code="REV-25", title=N_("A unit's word does not change what is decided"), source="本登记簿规则")
OWN_LIST = Rule(code="REV-27", title=N_("A unit speaks of the certificates on its own list"), source="本登记簿规则")
MAIL_ARRIVES = Rule(code="REV-26", title=N_("A reminder is taken by the mail server"), source="本登记簿规则")

NEEDS_NOTE = frozenset({Statement.CHANGED, Statement.DISCIPLINED})


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


def days_in_disorder(days: Deadlines, opened_on: date) -> list[Violation]:
    """What is wrong with the days somebody chose for a review."""
    if opened_on <= days.attest_by <= days.decide_by <= days.make_up_by:
        return []
    message = N_("In order come: the opening on %(opened)s, the units' attestation, the findings, the make-ups.")
    return [DAYS_IN_ORDER.broken(message, opened=opened_on)]


def said_badly(statement: Statement, note: str) -> list[Violation]:
    """What is missing of a unit's word on a certificate."""
    if statement in NEEDS_NOTE and not note.strip():
        return [SAYS_WHAT.broken(N_("Say in a few words what changed, or which discipline it was."))]
    return []


def reminder_due(last_on: date | None, due_on: date | None, policy: Policy, today: date) -> bool:
    """Whether a step wants a reminder today: as its day comes near, once it has passed, then every so many days."""
    how_near = urgency(due_on, policy, today)
    if how_near is Urgency.IN_TIME or last_on is None:
        return how_near is not Urgency.IN_TIME
    turned = how_near is Urgency.OVERDUE and due_on is not None and last_on <= due_on
    return turned or last_on + timedelta(days=policy.review_soon_days) <= today


def urgency(due_on: date | None, policy: Policy, today: date) -> Urgency:
    """How near a day is; nothing is due without one."""
    if due_on is None or today + timedelta(days=policy.review_soon_days) < due_on:
        return Urgency.IN_TIME
    return Urgency.SOON if today <= due_on else Urgency.OVERDUE
