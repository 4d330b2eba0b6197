"""Qualifications, certificates, applications and refusals of a dossier as tables."""

from collections.abc import Mapping
from datetime import date

from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate, CertificatePeriod, Refusal
from registry.rules.applications import Making
from registry.rules.certificates import status_on
from registry.services.evidence.gathering import Dossier
from registry.services.evidence.tables import Column, Table
from registry.words import translate


def qualifications(dossier: Dossier) -> Table:
    """The right to hold certificates with the results it rests on, and the decisions that took it away."""
    gained = [
        (
            one.qualified_on,
            "取得行政执法资格",
            one.kind,
            "、".join(f"成绩第{result}号" for result in (one.common_result_id, one.special_result_id) if result),
            "",
            "",
            f"规则版本 {one.policy_id}",
        )
        for one in dossier.qualifications
    ]
    lost = [
        (one.decided_on, "取消行政执法资格", None, one.document_number, one.decided_by, one.legal_basis, one.reason)
        for one in dossier.losses
    ]
    lifted = [
        (one.lifted_on, "解除取消", None, one.lifting_document, one.lifted_by, "", "")
        for one in dossier.losses
        if one.lifted_on is not None
    ]
    return Table(
        file="qualifications",
        title="执法资格",
        columns=(
            Column("日期", 20),
            Column("事项", 29),
            Column("证件种类", 22),
            Column("依据的成绩或者文书", 48),
            Column("决定机关", 24),
            Column("法律依据", 31),
            Column("说明"),
        ),
        rows=sorted([*gained, *lost, *lifted], key=lambda row: (row[0], row[1])),
        nothing="登记簿中没有取得行政执法资格的记载。",
    )


def cards(dossier: Dossier, today: date) -> Table:
    """Every certificate once issued; those of ministries are on file only."""
    numbers = {one.id: one.number for one in dossier.cards}
    own = [
        (
            one.kind,
            one.number,
            dossier.names.on(one.department_id, one.issued_on),
            one.field,
            one.area,
            one.issued_on,
            one.valid_from,
            one.valid_until,
            status_on(one.status, one.valid_until, today),
            numbers.get(one.predecessor_id or 0, ""),
            one.policy_id,
            one.check_code,
        )
        for one in dossier.cards
    ]
    filed = [
        (
            f"{one.ministry}证件（备案）",
            one.number,
            dossier.names.on(one.department_id, one.issued_on),
            "",
            "",
            one.issued_on,
            one.issued_on,
            one.valid_until,
            "已撤回备案" if one.withdrawn_on else "备案",
            "",
            "",
            "",
        )
        for one in dossier.ministry
    ]
    return Table(
        file="certificates",
        title="证件",
        columns=(
            Column("种类", 22),
            Column("编号", 22),
            Column("单位", 36),
            Column("执法类别"),
            Column("执法区域"),
            Column("发证日期", 19),
            Column("有效期自", 19),
            Column("有效期至", 19),
            Column("现状态", 14),
            Column("原证编号", 23),
            Column("规则版本"),
            Column("核验码"),
        ),
        rows=[*own, *filed],
        nothing="登记簿中没有向其核发证件的记载。",
    )


def periods(dossier: Dossier) -> Table:
    """Every status of every certificate from a day until a day, with the act that brought it and what it rests on."""
    return Table(
        file="periods",
        title="证件状态及处理决定",
        columns=(
            Column("证件编号", 22),
            Column("状态", 11),
            Column("自", 19),
            Column("至", 19),
            Column("处理", 13),
            Column("文书", 26),
            Column("法律依据", 42),
            Column("决定机关", 22),
            Column("责令期限至"),
            Column("须重新培训"),
            Column("事由"),
            Column("登记时间"),
        ),
        rows=[_period(card, one) for card in dossier.cards for one in dossier.periods.get(card.id, ())],
        nothing="没有证件，也就没有状态变动。",
    )


def _period(card: Certificate, one: CertificatePeriod) -> tuple[object, ...]:
    return (
        card.number,
        one.status,
        one.from_on,
        one.until_on,
        one.act if one.act else "",
        one.document_number,
        one.legal_basis,
        one.decided_by,
        one.ordered_until,
        one.needs_retraining,
        one.reason,
        one.created_at,
    )


def applications(dossier: Dossier) -> Table:
    """Each step of each application: who entered, confirmed, examined and approved it, and when."""
    every = {one.id: one for one in dossier.applications}
    return Table(
        file="applications",
        title="证件申请及办理",
        columns=(
            Column("申请号", 14),
            Column("证件种类", 24),
            Column("申请事项", 18),
            Column("申请单位"),
            Column("步骤", 26),
            Column("经手人", 24),
            Column("日期", 20),
            Column("办理后状态", 22),
            Column("说明", 26),
            Column("申请理由及文件"),
        ),
        rows=[_step(dossier, every[one.application_id], one) for one in dossier.steps if one.application_id in every],
        nothing="登记簿中没有证件申请记载。",
    )


def _step(dossier: Dossier, asked: Application, one: ApplicationRecord) -> tuple[object, ...]:
    return (
        one.application_id,
        asked.kind,
        asked.nature,
        dossier.names.on(asked.department_id, asked.entered_on),
        one.step,
        one.taken_by,
        one.taken_on,
        one.status,
        Making(one.reason) if one.reason in set(Making) else one.reason,
        " ".join(word for word in (asked.reason, asked.document_number) if word),
    )


def refusals(dossier: Dossier) -> Table:
    """What was refused, and every condition that was not met on that day."""
    return Table(
        file="refusals",
        title="不予核发",
        columns=(
            Column("日期", 20),
            Column("证件种类", 26),
            Column("单位", 40),
            Column("未满足的条件及依据", 88),
            Column("规则版本"),
        ),
        rows=[
            (
                one.refused_on,
                one.kind,
                dossier.names.on(one.department_id, one.refused_on),
                _unmet(one),
                one.policy_id,
            )
            for one in dossier.refusals
        ],
        nothing="登记簿中没有不予核发的记载。",
    )


def _unmet(refusal: Refusal) -> str:
    return "；".join(_condition(finding) for finding in refusal.findings if not finding["met"])


def _condition(finding: Mapping[str, str]) -> str:
    return f"{translate(finding['title'])}（{finding['source']}）"
