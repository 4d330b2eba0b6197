"""Training: what is held, and what counts as trained."""

from enum import StrEnum

from registry.rules import Rule
from registry.words import N_

HELD_IN_ORDER = Rule(
    code="TRAIN-1", title=N_("A training ends when or after it begins"), source="本登记簿规则：结束日期不早于开始日期"
)


class TrainingKind(StrEnum):
    """`ONLINE_COMMON_LAW` is the year's 网上公共法律知识培训; `LEGAL` are the 法律培训 the yearly report counts."""

    LEGAL = "legal"
    ONLINE_COMMON_LAW = "online_common_law"
    SPECIAL_LAW = "special_law"


class TrainingMode(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
