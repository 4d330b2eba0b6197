"""The rules on which the acts of the table rest, beside the gate's: each is asked where the table names it."""

from registry.rules import Rule
from registry.words import N_

LAWFUL_MOVE = Rule(
    code="CERT-10",
    title=N_("A certificate moves only as the law allows"),
    source="《河南省行政执法条例》第四十二条、第四十五条、第四十七条",
)
NAMES_ITS_DOCUMENT = Rule(
    code="CERT-11",
    title=N_("A change of status names its document"),
    source="《河南省行政执法条例》第四十三条、第四十六条",
)
SUSPENDED_FOR_A_TIME = Rule(
    code="CERT-14",
    title=N_("A suspension is ordered until a day, and not for longer than the policy allows"),
    source="《河南省行政执法条例》第四十二条第（六）项；期限见政策参数",
)
REINSTATED_WHEN_OVER = Rule(
    code="CERT-15",
    title=N_("A certificate is reinstated when the ordered period is over, or lifted early by a decision"),
    source="参照淄博第十三条；河南规定待司法局确认",
)
RETRAINED_FIRST = Rule(
    code="CERT-16",
    title=N_("Training that was ordered is completed before the certificate is reinstated"),
    source="《河南省行政执法条例》第四十五条（离岗培训）",
)
LOSS_PUBLISHED = Rule(
    code="CERT-17",
    title=N_("A loss is published before the certificate is replaced"),
    source="深圳、内蒙古第十四条：遗失应登报声明作废；河南规定待司法局确认",
)
RENEWED_IN_TIME = Rule(
    code="CERT-18",
    title=N_("A certificate is renewed in the months before its last day"),
    source="湖南 2022：有效期届满前六个月内；内蒙古：期满前三个月；河南规定待司法局确认",
)
EXAMINED_ANEW = Rule(
    code="CERT-19",
    title=N_("A renewal asks for exams passed since the certificate was issued"),
    source="湖南 2022：重新考试合格后换发；广西：续职培训考试",
)
NEW_FIELD_EXAMINED = Rule(
    code="CERT-20",
    title=N_("A change of field asks for the special exam of the new field"),
    source="义乌 2021：跨执法领域调动须通过新领域专业法律知识考试后换证",
)
CHANGE_ON_RECORD = Rule(
    code="CERT-22",
    title=N_("A card is replaced for another unit, name or post when the register has that change"),
    source="内蒙古第十三条：单位、姓名、职务变动的换发新证；河南规定待司法局确认",
)
DISQUALIFIED_ONCE = Rule(
    code="QUAL-1",
    title=N_("Somebody is disqualified once, and a later decision lifts it"),
    source="《河南省行政执法条例》第四十五条、第四十六条",
)
