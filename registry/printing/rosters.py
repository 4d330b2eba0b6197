"""The annual review roster on paper: title, head line, eighteen columns, summary and signatures, unit by unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.printing.documents import print_page, qr_image

TEMPLATE_VERSION = "roster-1"
SHORT = 16
FOURS = 4

# Key of a frozen line, heading, width in millimetres; together as wide as the page between its margins.
COLUMNS: tuple[tuple[str, str, float], ...] = (
    ("place", "序号", 7),
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
    ("signature", "本人签字", 20),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What tells one roster from every other: its number, check code, hash and trail; or that it is a draft."""

    number: str
    check_code: str
    data_sha256: str
    trail_head: str
    is_draft: bool

    @property
    def spaced_code(self) -> str:
        """The check code as people type it, in fours; nothing for a draft."""
        return "-".join(self.check_code[place : place + FOURS] for place in range(0, len(self.check_code), FOURS))


def print_roster(data: Mapping[str, Any], marks: Marks, *, check_url: str) -> bytes:
    """The roster as PDF from its frozen data; the same data and marks give the same bytes.

    `data` is what `services.rosters.lines` froze. Unprintable names the person whose text no font can print.
    """
    values = {
        **data,
        "is_county": data["department_id"] is None,
        "filled": chinese_day(data["filled_on"]),
        "columns": COLUMNS,
        "counts": COUNTS,
        "unit_signs": UNIT_SIGNS,
        "office_signs": OFFICE_SIGNS,
        "qr": qr_image(check_url),
        "number": marks.number,
        "check_code": marks.spaced_code,
        "short_hash": marks.data_sha256[:SHORT],
        "short_head": marks.trail_head[:SHORT],
        "is_draft": marks.is_draft,
        "template_version": TEMPLATE_VERSION,
    }
    return print_page("roster.html", values, identifier=marks.data_sha256)


def chinese_day(iso: str) -> str:
    """2021年12月3日, as official paper writes a day."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
