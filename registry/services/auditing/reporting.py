"""The report of a scanning as a spreadsheet: its sums, every code scanned, the lines whose cards did not come."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from registry import audit
from registry.clock import OFFICE_TIME
from registry.labels import label
from registry.models.auditing import Scan
from registry.rules.certificates import CertificateStatus
from registry.rules.permissions import Action, Actor
from registry.rules.scanning import ScanOutcome
from registry.services.auditing.sessions import Standing, every_scan, hash_of, standing
from registry.sheets import Sheet, workbook

SUMS, SCANS, MISSING = "汇总", "扫码记录", "未见证件"
HEADINGS = {"number": "证件编号", "name": "姓名", "unit": "单位", "valid_until": "有效期至"}
SCAN_HEADINGS = [
    "序号",
    "时间",
    "结果",
    "同时",
    "证件编号",
    "姓名",
    "单位",
    "册内序号",
    "审验意见",
    "说明",
    "所录内容",
    "撤回",
]
MISSING_HEADINGS = ["单位", "册内序号", "姓名", "证件编号", "有效期至", "审验意见"]


def take_report(session: Session, actor: Actor, *, session_id: int) -> bytes:
    """The report as .xlsx, of a scanning under way or ended; the trail tells who took it."""
    told, scans = standing(session, actor, session_id=session_id), every_scan(session, session_id)
    audit.record(
        session,
        actor,
        Action.ROSTER_SCAN,
        told.session,
        department_id=told.roster.department_id,
        exported_lines=len(scans),
    )
    missing = [
        [line.unit, *(str(line.frozen[key]) for key in ("place", "name", "number", "valid_until", "finding"))]
        for line in told.missing
    ]
    rows = [_row(place, scan) for place, scan in enumerate(scans, 1)]
    return workbook(
        [
            Sheet(SUMS, ["项目", "内容"], _sums(told, hash_of(session, session_id))),
            Sheet(SCANS, SCAN_HEADINGS, rows),
            Sheet(MISSING, MISSING_HEADINGS, missing),
        ]
    )


def _sums(told: Standing, digest: str) -> list[Sequence[str]]:
    one, choice, frozen = told.session, told.choice, told.roster.data
    sampled = [["抽样种子", choice.seed], ["抽样数量", choice.size]] if choice.seed else []
    demonstration = [["", "演示数据"]] if frozen["is_demonstration"] else []
    return [
        ["花名册", frozen["title"]],
        ["花名册编号", told.roster.number],
        ["花名册数据校验", told.roster.data_sha256],
        ["核对范围", "抽样" if choice.seed else "全册"],
        *sampled,
        ["应核", str(one.expected)],
        ["已扫", str(told.scanned)],
        ["相符", str(told.agreeing)],
        ["不符", str(told.mismatched)],
        ["未见证件", str(len(told.missing))],
        ["核对人", told.by],
        ["开始", _moment(one.begun_at)],
        ["结束", _moment(one.ended_at) if one.ended_at else "尚未结束"],
        ["扫码记录校验（SHA-256）", digest],
        *demonstration,
    ]


def _row(place: int, scan: Scan) -> list[str]:
    told = scan.told
    return [
        str(place),
        _moment(scan.scanned_at),
        label(scan.outcome),
        "；".join(label(ScanOutcome(one)) for one in told.get("also", [])),
        told.get("number", ""),
        told.get("name", ""),
        told.get("unit", ""),
        str(told.get("place") or ""),
        told.get("finding", ""),
        _explained(scan),
        scan.typed,
        "已撤回" if scan.taken_back_at else "",
    ]


def _explained(scan: Scan) -> str:
    told = scan.told
    parts = [f"{HEADINGS[one['key']]}：册 {one['roster']}，证 {one['card']}" for one in told.get("unlike", [])]
    if told.get("successor"):
        parts.append(f"新证编号：{told['successor']}")
    if told.get("before"):
        parts.append(f"册内证件：{told['before']}")
    if told.get("status") and told["status"] != CertificateStatus.ACTIVE.value:
        parts.append(label(CertificateStatus(told["status"])))
    return "；".join(parts)


def _moment(at: datetime) -> str:
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{aware.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M:%S}"
