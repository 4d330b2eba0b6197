"""The columns of a roster, their order and widths; what is counted; and who signs."""

from collections.abc import Sequence
from typing import TypeAlias

SHEET_WIDTH = 277.0

# Key of a frozen line, heading, width in millimetres; together as wide as the page between its margins.
Column: TypeAlias = tuple[str, str, float]
COLUMNS: tuple[Column, ...] = (
    ("place", "序号", 8),
    ("name", "姓名", 15),
    ("sex", "性别", 7),
    ("identity", "身份证号", 26),
    ("section", "所在机构", 20),
    ("post", "职务", 14),
    ("establishment", "编制性质", 12),
    ("field", "执法类别\n(领域)", 14),
    ("kind", "证件类型", 14),
    ("number", "证件编号", 20),
    ("issued_on", "发证日期", 15),
    ("valid_until", "有效期至", 15),
    ("training", "年度培训\n(学时/完成)", 14),
    ("exam", "年度考试\n(成绩/合格)", 14),
    ("assessment", "年度考核\n等次", 11),
    ("finding", "审验意见", 12),
    ("signature", "本人签字", 19),
    ("remark", "备注", 27),
)
COUNTS: tuple[tuple[str, str], ...] = (
    ("held", "持证"),
    ("due", "应审"),
    ("reviewed", "实审"),
    ("passed", "合格"),
    ("deferred", "暂缓"),
    ("failed", "不合格"),
    ("withdrawn", "收回"),
    ("cancelled", "注销"),
    ("untrained", "未参加培训"),
    ("unexamined", "考试不合格"),
    ("suspended", "暂扣中"),
    ("lost", "遗失"),
    ("next_year", "次年审"),
)
UNIT_SIGNS = ("填报人：", "审核人：", "单位负责人（签字）：", "单位意见：（盖章）")
OFFICE_SIGNS = ("审验机关意见：", "经办人：", "负责人：", "（盖章）")

ALWAYS = ("name", "number")
UNIT_COLUMNS: tuple[Column, ...] = (
    ("place", "序号", 10),
    ("unit", "单位", 72),
    *((key, heading, 15) for key, heading in COUNTS),
)
# In how many lines a text may stand before it is set in smaller type.
ONE_LINE = frozenset({"place", "sex", "identity", "number", "issued_on", "valid_until"})
AT_EASE = 3
SMALLER = 0.8

_BY_KEY = {column[0]: column for column in COLUMNS}


def chosen(keys: Sequence[str] | None) -> tuple[Column, ...]:
    """The columns of these keys in their order, as wide together as the page; all of them when no choice is made.

    ValueError for a key that is no column, for one named twice, and when the name or the number would be missing.
    """
    if keys is None:
        return COLUMNS
    if unknown := [key for key in keys if key not in _BY_KEY]:
        raise ValueError(f"A roster has no column {', '.join(unknown)}.")
    if len(set(keys)) < len(keys):
        raise ValueError("A column is named twice.")
    if missing := [key for key in ALWAYS if key not in keys]:
        raise ValueError(f"A roster is not printed without {' and '.join(missing)}.")
    scale = SHEET_WIDTH / sum(_BY_KEY[key][2] for key in keys)
    return tuple((key, heading, width * scale) for key, heading, width in (_BY_KEY[key] for key in keys))
