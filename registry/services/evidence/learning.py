"""Posts, training and exams of a dossier as tables."""

from registry.models.exams import ExamResult
from registry.models.training import Attendance
from registry.rules.exams import ExamOutcome
from registry.rules.training import Standing
from registry.services.evidence.gathering import Dossier
from registry.services.evidence.tables import Column, Table

PASSED, NOT_PASSED = "合格", "不合格"


def posts(dossier: Dossier) -> Table:
    """Where somebody served, under the names that the units bore then; secondments among the posts."""
    held = [
        (
            "任职",
            dossier.names.on(one.department_id, one.from_on),
            " ".join(word for word in (one.section, one.post) if word),
            one.rank,
            one.establishment,
            one.duty,
            one.from_on,
            one.until_on,
            one.end_reason,
            one.document_number,
            one.end_document_number,
        )
        for one in dossier.posts
    ]
    lent = [
        (
            "借调",
            dossier.names.on(one.department_id, one.from_on),
            "",
            None,
            None,
            None,
            one.from_on,
            one.until_on,
            None,
            one.document_number,
            one.reason,
        )
        for one in dossier.secondments
    ]
    return Table(
        file="posts",
        title="任职经历",
        columns=(
            Column("类别", 11),
            Column("单位", 42),
            Column("科室及职务", 30),
            Column("职级"),
            Column("编制性质", 19),
            Column("岗位性质", 16),
            Column("起", 19),
            Column("止", 19),
            Column("终止原因", 18),
            Column("任职文件"),
            Column("终止文件或者借调事由"),
        ),
        rows=sorted([*held, *lent], key=lambda row: (row[6], row[0])),
        nothing="登记簿中没有任职记载。",
    )


def trainings(dossier: Dossier) -> Table:
    """Every line of attendance, those taken back among them."""
    return Table(
        file="trainings",
        title="培训记录",
        columns=(
            Column("日期", 19),
            Column("培训班次", 52),
            Column("班次编号"),
            Column("课程"),
            Column("类别", 28),
            Column("方式", 14),
            Column("主办单位"),
            Column("参训时单位"),
            Column("学时", 11),
            Column("完成", 11),
            Column("完成日期", 19),
            Column("撤回日期", 20),
            Column("记录号"),
        ),
        rows=[_training(dossier, one) for one in dossier.attendances],
        nothing="登记簿中没有培训记载。",
        note="有撤回日期的记录系误登，不计入学时。" if any(one.withdrawn_on for one in dossier.attendances) else "",
    )


def _training(dossier: Dossier, one: Attendance) -> tuple[object, ...]:
    held = one.session
    return (
        held.held_on,
        held.title,
        held.code,
        held.course.title if held.course else "",
        held.kind,
        held.mode,
        held.organiser,
        dossier.names.on(one.department_id, held.held_on),
        one.hours,
        one.is_completed,
        one.completed_on,
        one.withdrawn_on,
        one.id,
    )


def obligations(dossier: Dossier) -> Table:
    """What was owed and done in the latest years."""
    return Table(
        file="obligations",
        title="年度培训义务",
        columns=(
            Column("年度", 16),
            Column("截至", 24),
            Column("负有培训义务", 29),
            Column("应完成学时", 25),
            Column("已完成学时", 25),
            Column("未完成必修课", 26),
            Column("结论", 29),
            Column("适用规则版本"),
        ),
        rows=[_obligation(one) for one in dossier.standings],
        nothing="没有可供说明的年度。",
        note="按每年最后一日（当年为制作日）的规则计算。" if dossier.standings else "",
    )


def _obligation(one: Standing) -> tuple[object, ...]:
    owed = one.obligation
    missing = len(one.missing_courses) + one.lacks_online
    conclusion = ("已完成" if one.is_met else "未完成") if one.is_obliged else "不负培训义务"
    return (owed.year, owed.day, one.is_obliged, owed.hours, one.hours, missing, conclusion, owed.policy_version)


def exams(dossier: Dossier) -> Table:
    """Every published result; a correction stands behind what it takes the place of."""
    successors = {one.supersedes_id: one.id for one in dossier.results if one.supersedes_id is not None}
    return Table(
        file="exams",
        title="考试成绩",
        columns=(
            Column("记录号", 14),
            Column("考试日期", 19),
            Column("考试场次", 42),
            Column("场次编号"),
            Column("科目", 25),
            Column("成绩", 13),
            Column("合格线", 12),
            Column("结果", 15),
            Column("规则版本", 10),
            Column("更正情况", 24),
            Column("更正原因"),
            Column("应试时单位"),
            Column("公布时间"),
        ),
        rows=[_exam(dossier, one, successors.get(one.id)) for one in dossier.results],
        nothing="登记簿中没有考试成绩。",
        note="成绩一经公布不改动；更正另立一条，原记录保留。" if successors else "",
    )


def _exam(dossier: Dossier, one: ExamResult, successor: int | None) -> tuple[object, ...]:
    corrected = [f"更正第{one.supersedes_id}号"] if one.supersedes_id is not None else []
    corrected += [f"已由第{successor}号更正"] if successor is not None else []
    scored = one.outcome is ExamOutcome.SCORED
    return (
        one.id,
        one.sitting.held_on,
        one.sitting.title,
        one.sitting.code,
        one.subject,
        one.score if scored else one.outcome,
        one.pass_mark,
        PASSED if one.passed else NOT_PASSED,
        one.sitting.policy_id,
        "，".join(corrected),
        one.correction_reason,
        dossier.names.on(one.department_id, one.sitting.held_on),
        one.created_at,
    )
