"""Every number of the law, with the day it begins to hold and its source. Nothing else in the code knows one."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers in force from `from_on` until the next policy begins. `version` is the register's id for it."""

    version: int
    from_on: date
    pass_mark: int
    full_marks: int
    exam_attempts: int
    minimum_age: int
    validity_years: int
    renewal_window_months: int
    reapply_bar_years: int
    training_hours: int
    training_before_certificate: bool
    training_before_supervision: bool
    legal_reviewer_percent: int
    review_cutoff: str
    review_deferral_days: int
    review_attest_days: int
    review_decide_days: int
    review_soon_days: int
    review_exam_years: int
    enforcement_number_pattern: str
    supervision_number_pattern: str
    suspension_days: int
    recall_days: int
    publishes_loss: bool
    special_exam_in_new_field: bool
    renewal_asks_exam: bool
    may_approve_own: bool
    higher_organs: str

    def cutoff_in(self, year: int) -> date:
        """Certificates issued after this day of the year are listed and reviewed next year."""
        month, day = self.review_cutoff.split("-")
        return date(year, int(month), int(day))

    def organs_above(self) -> tuple[str, ...]:
        """The organs above the bureau that may decide in its place, in the order in which they are named."""
        return tuple(name for name in (part.strip() for part in re.split("[、，,；;]", self.higher_organs)) if name)

    def numbers(self) -> dict[str, Any]:
        """The values alone, as they are stored: JSON types, no version and no day."""
        return {name: value for name, value in asdict(self).items() if name not in {"version", "from_on"}}


NAMES: tuple[str, ...] = tuple(f.name for f in fields(Policy) if f.name not in {"version", "from_on"})

TITLES: Mapping[str, str] = {
    "pass_mark": N_("Pass mark"),
    "full_marks": N_("Full marks"),
    "exam_attempts": N_("Attempts at an exam, the make-up included"),
    "minimum_age": N_("Minimum age in years"),
    "validity_years": N_("Years a certificate is valid"),
    "renewal_window_months": N_("Months before expiry in which renewal is due"),
    "reapply_bar_years": N_("Years without re-application after a revocation"),
    "training_hours": N_("Training hours required in a year"),
    "training_before_certificate": N_("Completed training before an enforcement certificate"),
    "training_before_supervision": N_("Completed training before a supervision certificate"),
    "legal_reviewer_percent": N_("Legal reviewers per hundred officers, at least"),
    "review_cutoff": N_("Last day of issue (month-day) for this year's review"),
    "review_deferral_days": N_("Days a deferred finding stays open"),
    "review_attest_days": N_("Days in which units attest their lists"),
    "review_decide_days": N_("Days in which the bureau decides"),
    "review_soon_days": N_("Days before a term that count as soon"),
    "review_exam_years": N_("Years for which a passed exam counts in the annual review (0: without limit)"),
    "enforcement_number_pattern": N_("Number pattern of enforcement certificates"),
    "supervision_number_pattern": N_("Number pattern of supervision certificates"),
    "suspension_days": N_("Days a suspension lasts at most"),
    "recall_days": N_("Days in which the certificate of somebody who left is taken back"),
    "publishes_loss": N_("A loss is published before the certificate is replaced"),
    "special_exam_in_new_field": N_("A change of field asks for the special exam of the new field"),
    "renewal_asks_exam": N_("A renewal asks for exams passed since the certificate was issued"),
    "may_approve_own": N_("One person may enter and approve an application"),
    "higher_organs": N_("Organs above the bureau that may decide in its place, with 、 between them"),
}

_BASE: dict[str, Any] = {
    "pass_mark": 60,
    "full_marks": 100,
    "exam_attempts": 2,
    "minimum_age": 18,
    "validity_years": 5,
    "renewal_window_months": 6,
    "reapply_bar_years": 2,
    "training_hours": 0,
    "training_before_certificate": False,
    "training_before_supervision": False,
    "legal_reviewer_percent": 5,
    "review_cutoff": "10-31",
    "review_deferral_days": 90,
    "review_attest_days": 24,
    "review_decide_days": 30,
    "review_soon_days": 7,
    "review_exam_years": 0,
    "enforcement_number_pattern": "160425{serial:05}",
    "supervision_number_pattern": "豫042500{serial:05}",
    "suspension_days": 90,
    "recall_days": 30,
    "publishes_loss": True,
    "special_exam_in_new_field": True,
    "renewal_asks_exam": True,
    "may_approve_own": False,
    "higher_organs": "平顶山市司法局、河南省司法厅",
}

BASE_SOURCES: dict[str, str] = {
    "pass_mark": "六安 2025、达州 2020、法宣在线：百分制 60 分合格；河南规定待司法局确认",
    "full_marks": "六安 2025、达州 2020：百分制",
    "exam_attempts": "甘肃 2008：补考一次；河南规定待司法局确认",
    "minimum_age": "《河南省行政执法条例》第二十条第（二）项：年满十八周岁",
    "validity_years": "河南省 2010、2015 年两次换证（五年一期）推定；湖南、广西同为五年",
    "renewal_window_months": "湖南 2022：有效期届满前六个月内",
    "reapply_bar_years": "吉林 2016、淄博第十三条：二年内不得重新申领；河南规定待司法局确认",
    "training_hours": "2021 年度未见学时规定",
    "training_before_certificate": "《河南省行政执法条例》第二十一条：经培训并考试合格；以考试合格为准，默认不另设门槛",
    "training_before_supervision": "云南：经培训；河南规定待司法局确认，默认不另设门槛",
    "legal_reviewer_percent": "国办发〔2018〕118号：原则上不少于本单位执法人员总数的 5%",
    "review_cutoff": "遂宁 2020：当年新发证件仅列入名册、次年审验；截止日待司法局确认",
    "review_deferral_days": "待司法局确认",
    "review_attest_days": "遂宁 2020：3月31日开始，单位4月24日前报送",
    "review_decide_days": "遂宁 2020：3月31日至4月30日",
    "review_soon_days": "山东系统：临期变色提醒；天数待司法局确认",
    "review_exam_years": "遂宁 2020 年审不另考试，达州 2020 仅持证满三年的看上年度考试；河南规定待司法局确认，默认不限",
    "enforcement_number_pattern": "省厅编号规则待确认；默认 16（豫）04（平顶山）25（郏县）加五位流水号",
    "supervision_number_pattern": "参照公开样例（省份简称加十一位数字）；待司法局确认",
    "suspension_days": "各地均未见暂扣期限规定；默认值待司法局确认",
    "recall_days": "遂宁、义乌、淄博：离岗应收回；期限待司法局确认",
    "publishes_loss": "深圳、内蒙古第十四条：遗失应登报声明作废",
    "special_exam_in_new_field": "义乌 2021：跨执法领域调动须通过新领域专业法律知识考试后换证",
    "renewal_asks_exam": "湖南 2022：有效期届满前六个月内重新考试合格后换发；河南规定待司法局确认",
    "may_approve_own": "本登记簿规则：经办与审批分离，默认不允许一人兼任",
    "higher_organs": "《河南省行政执法条例》第四十六条：同级或者上级人民政府法制机构；机关名单待司法局确认",
}

FIRST_FROM = date(2017, 8, 1)
SIXTY_HOURS_FROM = date(2023, 9, 1)
SIXTY_HOURS_SOURCE = "国办发〔2023〕27号 三年行动计划：每人每年不少于 60 学时"


def completed(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of an adopted policy; one that it is too old to know has the value a new registry begins with."""
    return {**_BASE, **numbers}


def starting_policies() -> list[tuple[date, dict[str, Any], dict[str, str]]]:
    """The policies a new registry begins with: `(from_on, numbers, sources)`, in order of their days."""
    since_2023 = {**_BASE, "training_hours": 60}
    return [
        (FIRST_FROM, dict(_BASE), dict(BASE_SOURCES)),
        (SIXTY_HOURS_FROM, since_2023, {**BASE_SOURCES, "training_hours": SIXTY_HOURS_SOURCE}),
    ]


def policy_on(policies: Iterable[Policy], day: date) -> Policy:
    """The policy in force on that day; before the first, the first. LookupError when there is none at all."""
    in_order = sorted(policies, key=lambda policy: policy.from_on)
    if not in_order:
        raise LookupError("no policy has been adopted")
    held = [policy for policy in in_order if policy.from_on <= day]
    return held[-1] if held else in_order[0]


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_earlier(day: date, months: int) -> date:
    """The same day some months before, or the last day of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
