"""Evidence: what somebody who takes a bundle has to say, how many go into one file, and when a bundle still holds."""

from enum import StrEnum

from registry.rules import Rule
from registry.words import N_

MOST_PEOPLE = 300  # bundles in one file: more than any sample of a county's roster
KEPT_DAYS = 7  # the file of many bundles waits so long to be fetched; the papers of its indices stay for ever
MOST_BYTES_UNPACKED = 200_000_000
MOST_BYTES_OF_MANY = 2_000_000_000  # of all bundles of a file, unpacked one after another
MOST_BYTES_OF_A_LIST = 1_000_000  # of sums, and of what a bundle says of itself
MOST_FILES = 2_000
MOST_ENTRIES = 20_000  # of the trail, in one bundle


class LeftOut(StrEnum):
    """Why a kept paper or roster about somebody does not go into a bundle."""

    OTHERS_ON_IT = "others_on_it"
    LINE_ALONE = "line_alone"
    NOT_PRINTED = "not_printed"
    NOT_OURS = "not_ours"
    DAMAGED = "damaged"


SAYS_WHAT_FOR = Rule(
    code="EVI-1",
    title=N_("A bundle of evidence says for whom it is and what for"),
    source="本登记簿规则：调取证据材料须注明用途；《个人信息保护法》第六条、第三十四条",
)
SOMEBODY_CHOSEN = Rule(
    code="EVI-2",
    title=N_("Bundles are made of people who were chosen"),
    source="本登记簿规则：证据材料按人逐一制作",
)
IS_A_BUNDLE = Rule(
    code="EVI-3",
    title=N_("What is checked is a bundle of this register"),
    source="本登记簿规则：证据包附证据目录和校验值清单",
)
STILL_AGREES = Rule(
    code="EVI-4",
    title=N_("A bundle agrees with its sums, its index and the trail"),
    source="本登记簿规则：证据包以存档证据目录和存证链为准",
)
FETCHED_IN_TIME = Rule(
    code="EVI-5",
    title=N_("A file of many bundles is kept for some days only"),
    source="《个人信息保护法》第十九条：保存期限为实现处理目的所必要的最短时间",
)
