"""Certificates of the ministries: on file here and nothing more (domain.md 9.23)."""

from datetime import date

from registry.rules import Rule, Violation
from registry.words import N_

FILED_IN_ORDER = Rule(
    code="MIN-1",
    title=N_("A ministry's certificate is on file once, under its number and dates"),
    source="舟山 2022：部委证件持有人向同级司法行政部门备案",
)
TAKEN_BACK_WITH_REASON = Rule(
    code="MIN-2", title=N_("A filing is taken back with a reason"), source="本登记簿规则：撤回备案说明理由"
)


def filing_problems(
    *, ministry: str, number: str, issued_on: date, valid_until: date | None, today: date
) -> list[Violation]:
    """Everything wrong with what was entered."""
    found = []
    if not ministry.strip() or not number.strip():
        found.append(FILED_IN_ORDER.broken(N_("Name the ministry and the number of the certificate.")))
    if issued_on > today:
        found.append(FILED_IN_ORDER.broken(N_("%(day)s has not come yet."), day=issued_on))
    if valid_until is not None and valid_until <= issued_on:
        found.append(FILED_IN_ORDER.broken(N_("The last day comes after the day of issue.")))
    return found
