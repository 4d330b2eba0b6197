"""The columns of each kind of file, by the names offices give them (domain.md 3.2)."""

from collections.abc import Mapping

from registry.labels import label
from registry.rules.departments import DepartmentKind
from registry.rules.exams import ExamSubject
from registry.rules.imports import ImportKind
from registry.rules.people import Duty, Education, Establishment, PoliticalStatus, Rank
from registry.rules.training import TrainingKind, TrainingMode
from registry.services.imports.lists import CERTIFICATES, LEGAL_REVIEWERS, SUPERVISORS
from registry.services.imports.parts import (
    IDENTITY_IF_GIVEN,
    IDENTITY_OR_MASKED,
    LAW_QUALIFICATION,
    NAME,
    UNIT,
    UNIT_OF_THE_PERSON,
    YES_NO,
    choice,
    optional,
    words,
)
from registry.sheets import Column, Kind

DEPARTMENTS: tuple[Column, ...] = (
    Column(
        name="code",
        title="单位编码",
        aliases=("单位代码", "编码"),
        longest=20,
        example="001",
        note="本登记簿内的编码，文本格式，保留前面的零",
    ),
    Column(
        name="name",
        title="单位名称",
        aliases=("单位全称", "执法主体名称", "执法主体", "单位"),
        longest=100,
        example="郏县市场监督管理局",
        note="全称；已登记的单位按编码识别，名称不同的作为更名登记，原名称保留",
    ),
    optional("renamed_on", "更名日期", "名称启用日期", kind=Kind.DATE, note="仅更名时填；不填按导入当日"),
    optional("short_name", "简称", "单位简称", longest=40, example="市场监管局"),
    Column(
        name="kind",
        title="执法主体性质",
        aliases=("主体性质", "单位性质", "执法机构性质"),
        kind=Kind.CHOICE,
        choices=words(
            DepartmentKind,
            administrative_organ=("行政执法机关", "机关"),
            authorised_organisation=("授权组织", "法律、法规授权组织"),
            entrusted_organisation=("委托组织", "委托"),
        ),
        example="行政机关",
    ),
    optional(
        "confirmation_notice", "主体确认公告文号", "公告文号", "确认文号", longest=100, example="郏政公告〔2019〕1号"
    ),
    optional("confirmed_on", "主体确认日期", "确认日期", "公告日期", kind=Kind.DATE, example="2019-05-20"),
    optional(
        "entrusting_code",
        "委托机关编码",
        "委托单位编码",
        "委托机关",
        "委托单位",
        longest=100,
        note="受委托组织必填；填委托机关的编码或全称",
    ),
    optional("entrusted_from", "委托起始日期", "委托开始日期", kind=Kind.DATE, note="受委托组织必填"),
    optional("entrusted_until", "委托截止日期", "委托结束日期", kind=Kind.DATE),
    optional("entrustment_document", "委托文书文号", "委托书文号", "委托文号", longest=100),
    optional("parent_code", "上级单位编码", "主管单位编码", "上级单位", "主管单位", longest=100, note="填编码或全称"),
    optional(
        "enforcement_field",
        "执法领域",
        "执法类别",
        longest=400,
        example="市场监管",
        note="有多个的用“、”分开，主要的写在前面",
    ),
    optional(
        "enforcement_area",
        "执法区域",
        "执法范围",
        longest=400,
        example="郏县",
        note="一个区域适用于所有领域；各不相同的按领域次序用“、”分开",
    ),
    optional("enforcement_basis", "执法依据", "主要执法依据", longest=200),
    optional(
        "changed_on",
        "变更日期",
        "性质领域变更日期",
        kind=Kind.DATE,
        note="单位性质、执法领域、执法区域、执法依据变更时填；不填按导入当日",
    ),
    optional("legal_review_section", "法制审核机构", "法制审核部门", "法制机构", example="法制股"),
)

PEOPLE: tuple[Column, ...] = (
    NAME,
    IDENTITY_OR_MASKED,
    UNIT,
    optional("section", "所在机构", "内设机构", "科室", "部门", example="综合执法大队"),
    optional("post", "职务", "现任职务", "岗位", example="一级科员"),
    choice(
        "rank",
        "职级",
        Rank,
        aliases=("级别",),
        section_chief=("正科级", "正科", "一级主任科员", "二级主任科员"),
        deputy_section_chief=("副科级", "副科", "三级主任科员", "四级主任科员"),
        division_level=("县处级", "副处级", "正处级", "一级调研员", "二级调研员", "三级调研员", "四级调研员"),
        staff=("科员", "科员级", "一级科员", "二级科员", "股级", "其他"),
    ),
    Column(
        name="establishment",
        title="编制性质",
        aliases=("编制", "编制类型", "身份性质"),
        kind=Kind.CHOICE,
        choices=words(
            Establishment,
            administrative=("行政", "公务员"),
            civil_service_managed=("参公", "参公管理", "参照公务员法管理"),
            public_institution=("事业", "全额事业编制", "差额事业编制"),
            support_worker=("工勤", "工勤人员"),
            contract_worker=("合同工", "劳动合同工"),
            temporary=("临时工",),
            agency_worker=("劳务派遣",),
            auxiliary=("辅助人员",),
        ),
        example="行政编制",
    ),
    choice(
        "duty",
        "岗位性质",
        Duty,
        aliases=("岗位类别",),
        enforcement=("执法岗位", "执法岗"),
        supervision=("监督", "执法监督岗位"),
        legal_review=("法制审核岗位",),
        other=("其他",),
    ),
    optional("enforcement_field", "执法类别", "执法领域", "执法类型", example="市场监管"),
    optional("enforcement_area", "执法区域", "负责区域", "执法范围", example="龙山街道"),
    Column(
        name="from_on",
        title="任职日期",
        aliases=("任职时间", "任现职日期", "任现职时间", "到岗日期", "入职时间"),
        kind=Kind.DATE,
        example="2019-03-01",
        note="现任岗位的起始日；比登记的晚且岗位有变动的，作为新的任职登记",
    ),
    optional("ethnicity", "民族", longest=20, example="汉族"),
    choice(
        "political_status",
        "政治面貌",
        PoliticalStatus,
        party_member=("党员",),
        league_member=("团员",),
        independent=("群众",),
    ),
    choice(
        "education",
        "学历",
        Education,
        aliases=("文化程度", "最高学历"),
        college=("专科", "大学专科"),
        bachelor=("大学本科", "大学"),
        master=("硕士", "研究生"),
        doctor=("博士",),
        high_school=("高中", "中专", "初中"),
    ),
    optional("major", "专业", "所学专业", example="法学"),
    Column(
        name="is_law_major",
        title="是否法律专业",
        aliases=("法律专业", "是否法学专业"),
        kind=Kind.CHOICE,
        choices=YES_NO,
        required=False,
        blank_allowed=True,
        example="是",
    ),
    optional("phone", "联系电话", "电话", "手机号码", "手机", "联系方式"),
    optional("office_phone", "办公电话", "单位电话", "座机", "座机号码", longest=30, example="0375-5150000"),
    optional("email", "电子邮箱", "邮箱", "电子邮件", "E-mail", longest=100),
    optional("works_since_on", "参加工作时间", "参加工作日期", "工作时间", kind=Kind.DATE, example="2011-07-01"),
    optional(
        "joined_on",
        "进入本单位时间",
        "进入本单位日期",
        "入本单位时间",
        "进本单位时间",
        kind=Kind.DATE,
        note="与任职日期不同的才填",
    ),
    LAW_QUALIFICATION,
)

TRAINING: tuple[Column, ...] = (
    optional("code", "培训编号", "培训编码", longest=40, note="可不填；按培训名称、类型和日期识别"),
    Column(
        name="title",
        title="培训名称",
        aliases=("课程名称", "培训主题", "培训内容"),
        longest=120,
        example="2021年度网上公共法律知识培训",
    ),
    Column(
        name="kind",
        title="培训类型",
        aliases=("培训类别", "类型"),
        kind=Kind.CHOICE,
        choices=words(
            TrainingKind,
            legal=("法律培训", "讲座"),
            online_common_law=("网上培训", "公共法律知识", "网上公共法律知识"),
            special_law=("专业法律知识",),
        ),
        example=label(TrainingKind.LEGAL),
    ),
    choice("mode", "培训方式", TrainingMode, in_person=("现场", "集中培训"), online=("网络", "网上")),
    Column(
        name="held_on",
        title="培训日期",
        aliases=("开始日期", "培训时间", "培训开始日期"),
        kind=Kind.DATE,
        example="2021-03-08",
    ),
    optional("ended_on", "结束日期", "培训结束日期", kind=Kind.DATE),
    Column(
        name="hours",
        title="学时",
        aliases=("培训学时", "获得学时", "完成学时", "课时"),
        kind=Kind.NUMBER,
        units=("学时", "课时"),
        example="40",
    ),
    NAME,
    IDENTITY_IF_GIVEN,
    UNIT_OF_THE_PERSON,
    Column(
        name="is_completed",
        title="是否完成",
        aliases=("完成情况", "完成状态", "是否参加培训", "是否合格"),
        kind=Kind.CHOICE,
        choices=YES_NO,
        required=False,
        blank_allowed=True,
        example="是",
        note="不填：已登记的不改动，新登记的视为完成",
    ),
    optional("completed_on", "完成日期", "完成时间", kind=Kind.DATE),
)

EXAM_RESULTS: tuple[Column, ...] = (
    optional("code", "考试编号", "考试编码", longest=40, note="可不填；按考试名称、科目和日期识别"),
    Column(
        name="title",
        title="考试名称",
        aliases=("考试批次", "考试"),
        longest=120,
        example="2021年度行政执法资格考试",
    ),
    Column(
        name="subject",
        title="考试科目",
        aliases=("科目",),
        kind=Kind.CHOICE,
        choices=words(
            ExamSubject,
            common_law=("公共法律知识", "公共", "综合法律知识", "通用法律知识"),
            special_law=("专业法律知识", "专业", "专门法律知识"),
        ),
        example=label(ExamSubject.COMMON_LAW),
    ),
    Column(name="held_on", title="考试日期", aliases=("考试时间",), kind=Kind.DATE, example="2021-04-24"),
    NAME,
    IDENTITY_IF_GIVEN,
    UNIT_OF_THE_PERSON,
    Column(
        name="score",
        title="成绩",
        aliases=("考试成绩", "考核成绩", "总成绩", "最终成绩", "总分", "得分", "分数"),
        example="85",
        note="填分数；缺考填“缺考”，成绩取消填“取消”",
    ),
)

LAYOUTS: Mapping[ImportKind, tuple[Column, ...]] = {
    ImportKind.DEPARTMENTS: DEPARTMENTS,
    ImportKind.PEOPLE: PEOPLE,
    ImportKind.TRAINING: TRAINING,
    ImportKind.EXAM_RESULTS: EXAM_RESULTS,
    ImportKind.CERTIFICATES: CERTIFICATES,
    ImportKind.SUPERVISORS: SUPERVISORS,
    ImportKind.LEGAL_REVIEWERS: LEGAL_REVIEWERS,
}

ADVICE: tuple[str, ...] = (
    "标题行以上可以有表名；列的次序不限；未列出的列不读取。",
    "非必填的单元格留空，不改动已登记的内容。",
    "日期可写作 2021-05-12、2021/5/12、2021.5.12、2021年5月12日 或 20210512。",
    "任何一行有问题，整个文件都不写入；改正后重新提交即可。同一文件提交两次，只导入一次。",
)
