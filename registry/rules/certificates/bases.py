"""The grounds on which an act may rest: a coded list, each with its words and where it is written."""

from collections.abc import Mapping
from enum import StrEnum

from registry.words import N_


class Ground(StrEnum):
    """Why a certificate is acted upon, as the law or the practice elsewhere has it."""

    SUPERVISION = "supervision"
    MISCONDUCT = "misconduct"
    BUSINESS_CLIMATE = "business_climate"
    SUPERVISOR_AT_FAULT = "supervisor_at_fault"
    EXAM_FAILED = "exam_failed"
    RESULT_GONE = "result_gone"
    REVIEW_FAILED = "review_failed"
    LEFT_THE_POST = "left_the_post"
    UNIT_NO_SUBJECT = "unit_no_subject"
    TERM_OVER = "term_over"
    PERIOD_OVER = "period_over"
    LIFTED_EARLY = "lifted_early"


WORDS: Mapping[str, str] = {
    Ground.SUPERVISION: N_("held back while enforcement was supervised"),
    Ground.MISCONDUCT: N_("misconduct of the officer"),
    Ground.BUSINESS_CLIMATE: N_("harm to the business environment"),
    Ground.SUPERVISOR_AT_FAULT: N_("fault of the supervisor, or a certificate altered or lent"),
    Ground.EXAM_FAILED: N_("training not completed or exam not passed"),
    Ground.RESULT_GONE: N_("the exam result was annulled, or obtained by fraud"),
    Ground.REVIEW_FAILED: N_("the annual review was failed"),
    Ground.LEFT_THE_POST: N_("left the post or the unit, retired or died"),
    Ground.UNIT_NO_SUBJECT: N_("the unit is no enforcement subject any more"),
    Ground.TERM_OVER: N_("the term of validity is over"),
    Ground.PERIOD_OVER: N_("the ordered period is over"),
    Ground.LIFTED_EARLY: N_("lifted early by the organ that ordered it"),
}

SOURCES: Mapping[Ground, str] = {
    Ground.SUPERVISION: "《河南省行政执法条例》第四十二条第（六）项",
    Ground.MISCONDUCT: "《河南省行政执法条例》第四十五条、第四十六条",
    Ground.BUSINESS_CLIMATE: "《河南省优化营商环境条例》第八十五条第（五）项",
    Ground.SUPERVISOR_AT_FAULT: "《河南省行政执法条例》第四十七条",
    Ground.EXAM_FAILED: "《河南省行政执法条例》第二十一条；参照淄博第十三条",
    Ground.RESULT_GONE: "《河南省行政执法条例》第二十一条",
    Ground.REVIEW_FAILED: "省政府令第180号（年度审验；条款待司法局确认）",
    Ground.LEFT_THE_POST: "《河南省行政执法条例》第二十条；省政府令第180号",
    Ground.UNIT_NO_SUBJECT: "《河南省行政执法条例》第十三条；参照淄博第十六条",
    Ground.TERM_OVER: "省政府令第180号（有效期；条款待司法局确认）",
    Ground.PERIOD_OVER: "暂扣决定载明的期限届满",
    Ground.LIFTED_EARLY: "原决定机关解除暂扣的决定",
}
