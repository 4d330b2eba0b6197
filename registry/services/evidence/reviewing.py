"""Annual reviews and conduct of a dossier as tables."""

from collections.abc import Mapping
from typing import Any

from registry.models.reviews import ReviewItem
from registry.services.evidence.gathering import Dossier
from registry.services.evidence.tables import Column, Table
from registry.words import translate

CONSOLE = "控制台"
NOT_SHOWN = "奖惩记录依权限不在本证据包内。"


def reviews(dossier: Dossier) -> Table:
    """Every line of a review: what was proposed by which rules, what was found by whom, and why."""
    return Table(
        file="reviews",
        title="年度审验",
        columns=(
            Column("年度", 11),
            Column("证件编号", 26),
            Column("单位"),
            Column("单位意见"),
            Column("拟定意见", 15),
            Column("审验意见", 15),
            Column("事由", 32),
            Column("不满足的规则及依据", 40),
            Column("审定人", 16),
            Column("审定时间", 19),
            Column("暂缓至"),
            Column("补审合格日期"),
            Column("规则版本"),
            Column("记录号"),
        ),
        rows=[_item(dossier, one) for one in dossier.items],
        nothing="登记簿中没有年度审验记载。",
    )


def _item(dossier: Dossier, one: ReviewItem) -> tuple[object, ...]:
    decided_by = dossier.accounts.get(one.decided_by_id or 0, CONSOLE) if one.decided_at else ""
    return (
        one.campaign.year,
        one.certificate.number,
        dossier.names.on(one.department_id, one.campaign.as_of_on),
        one.statement if one.statement else "",
        "次年审验" if one.is_next_year else one.proposed,
        one.finding if one.finding else ("" if one.is_next_year else "尚未审定"),
        one.reason,
        "；".join(_reason(reason) for reason in one.proposal_reasons),
        decided_by,
        one.decided_at,
        one.deferred_until,
        one.made_up_on,
        one.campaign.policy_id,
        one.id,
    )


def _reason(reason: Mapping[str, Any]) -> str:
    said = translate(reason["message"], params=reason["params"]) if reason.get("message") else ""
    return f"{said.rstrip('。') or translate(reason['title'])}（{reason['source']}）"


def assessments(dossier: Dossier) -> Table:
    """The grade of each year."""
    return Table(
        file="assessments",
        title="年度考核",
        columns=(Column("年度", 24), Column("等次", 40)),
        rows=[(one.year, one.grade) for one in dossier.assessments],
        nothing="登记簿中没有年度考核记载。",
    )


def conduct(dossier: Dossier) -> Table | None:
    """Commendations and discipline, annulled ones marked; None for whoever may not see them."""
    if dossier.conduct is None:
        return None
    return Table(
        file="conduct",
        title="奖惩记录",
        columns=(
            Column("决定日期", 20),
            Column("类别", 16),
            Column("奖惩", 26),
            Column("决定机关", 40),
            Column("文书", 34),
            Column("影响期至", 20),
            Column("撤销", 18),
            Column("内容"),
            Column("撤销原因"),
            Column("记录号"),
        ),
        rows=[
            (
                one.decided_on,
                one.kind,
                one.measure,
                one.decided_by,
                one.document_number,
                one.until_on,
                "已撤销" if one.annulled_at else "",
                one.content,
                one.annulled_because,
                one.id,
            )
            for one in dossier.conduct
        ],
        nothing="登记簿中没有奖惩记载。",
    )
