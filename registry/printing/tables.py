"""Tables of the office on A4 across: corrections of a roster, and the sums of a year by unit."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from registry.printing.documents import print_page, qr_image
from registry.printing.rosters import COUNTS, chinese_day

ERRATA_VERSION = "errata-1"
SUMMARY_VERSION = "summary-1"
HASH_SHOWN = 16

# Key, heading, width in millimetres; together as wide as the page between its margins.
SumColumn: TypeAlias = tuple[str, str, float]
SUM_GROUPS: tuple[tuple[str, tuple[SumColumn, ...]], ...] = (
    ("", (("unit", "单位", 50), ("officers", "执法\n人员数", 13))),
    ("年度培训", (("obliged", "应培训", 12), ("trained", "已培训", 12), ("training_rate", "参训率", 13))),
    ("年度考试", (("sat", "参考", 12), ("exam_passed", "合格", 12), ("exam_rate", "合格率", 13))),
    ("持有证件", (("enforcement", "持执\n法证", 12), ("supervision", "持监\n督证", 12))),
    ("法制审核", (("reviewers", "法制审\n核人员", 13), ("reviewer_share", "法审\n占比", 13))),
    (
        "年度审验",
        (
            ("due", "应审", 11),
            ("passed", "合格", 11),
            ("deferred", "暂缓", 10),
            ("failed", "不合格", 13),
            ("withdrawn", "收回", 10),
            ("cancelled", "注销", 10),
        ),
    ),
    ("", (("remark", "备注", 25),)),
)
SUM_COLUMNS: tuple[SumColumn, ...] = tuple(column for _, columns in SUM_GROUPS for column in columns)


def print_errata(data: Mapping[str, Any], *, data_sha256: str) -> bytes:
    """勘误表 from its frozen data; the same data give the same bytes."""
    sums = data["sums"] and [
        {"heading": heading, "before": data["sums"]["before"][key], "now": data["sums"]["now"][key]}
        for key, heading in COUNTS
    ]
    return _printed("errata.html", {**data, "sums": sums, "qr": qr_image(data["qr_text"])}, data_sha256, ERRATA_VERSION)


def print_summary(data: Mapping[str, Any], *, data_sha256: str) -> bytes:
    """年度汇总表 from its frozen data; the same data give the same bytes."""
    return _printed(
        "summary.html", {**data, "groups": SUM_GROUPS, "columns": SUM_COLUMNS}, data_sha256, SUMMARY_VERSION
    )


def _printed(template: str, data: Mapping[str, Any], data_sha256: str, version: str) -> bytes:
    values = {
        **data,
        "data_sha256": data_sha256[:HASH_SHOWN],
        "template_version": version,
        "chinese_day": chinese_day,
    }
    return print_page(template, values, identifier=data_sha256)
