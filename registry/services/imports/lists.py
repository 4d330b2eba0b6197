"""The columns of lists that come from elsewhere: the province's certificates, supervisors, legal reviewers."""

from dataclasses import replace

from registry.labels import label
from registry.rules.certificates import CertificateKind
from registry.rules.numbers import LONGEST_NUMBER
from registry.rules.people import Establishment
from registry.services.imports.parts import (
    IDENTITY_IF_GIVEN,
    IDENTITY_OR_MASKED,
    LAW_QUALIFICATION,
    NAME,
    UNIT,
    UNIT_OF_THE_PERSON,
    optional,
    words,
)
from registry.sheets import Column, Kind

CERTIFICATES: tuple[Column, ...] = (
    NAME,
    IDENTITY_IF_GIVEN,
    UNIT_OF_THE_PERSON,
    Column(
        name="kind",
        title="证件类型",
        aliases=("证件种类", "证件类别", "证件名称", "证件"),
        kind=Kind.CHOICE,
        choices=words(
            CertificateKind,
            enforcement=("执法证", "河南省行政执法证", "行政执法证件"),
            supervision=("监督证", "执法监督证", "河南省行政执法监督证", "行政执法监督证件"),
        ),
        example=label(CertificateKind.ENFORCEMENT),
    ),
    Column(
        name="number",
        title="证件编号",
        aliases=("证件号", "执法证号", "执法证编号", "执法证件编号", "执法监督证号码", "监督证号", "证号", "编号"),
        longest=LONGEST_NUMBER,
        keeps_zeros=True,
        example="16042500001",
        note="省里编的号，单元格须为文本格式，保留前面的零",
    ),
    Column(
        name="issued_on",
        title="发证日期",
        aliases=("核发日期", "制证日期", "有效期起", "有效期自"),
        kind=Kind.DATE,
        example="2021-07-01",
    ),
    optional(
        "valid_until",
        "有效期至",
        "有效期",
        "有效期止",
        "失效日期",
        "证件有效期",
        kind=Kind.DATE,
        example="2026-06-30",
        note="不填：按发证当日的有效年限",
    ),
)

SUPERVISORS: tuple[Column, ...] = (
    NAME,
    IDENTITY_OR_MASKED,
    UNIT,
    optional("section", "所在机构", "内设机构", "科室", "部门", example="执法监督股"),
    optional("post", "职务", "现任职务", "岗位", example="股长"),
    Column(
        name="establishment",
        title="编制性质",
        aliases=("编制", "编制类型", "监督员类型"),
        kind=Kind.CHOICE,
        choices=words(
            Establishment,
            administrative=("行政", "公务员"),
            civil_service_managed=("参公", "参公管理"),
            public_institution=("事业", "全额事业编制"),
            invited=("特邀", "特邀监督员", "政府特邀行政执法监督员"),
        ),
        example=label(Establishment.ADMINISTRATIVE),
        note="特邀行政执法监督员填“特邀”",
    ),
    Column(
        name="from_on",
        title="任职日期",
        aliases=("任职时间", "聘任日期", "聘请日期", "到岗日期"),
        kind=Kind.DATE,
        example="2021-03-01",
        note="担任行政执法监督岗位的起始日",
    ),
    optional("enforcement_field", "执法监督种类", "监督领域", "监督类别", example="综合监督"),
    optional("enforcement_area", "执法监督区域", "监督区域", example="郏县"),
    optional("phone", "联系电话", "电话", "手机号码", "手机"),
    LAW_QUALIFICATION,
)

LEGAL_REVIEWERS: tuple[Column, ...] = (
    NAME,
    IDENTITY_IF_GIVEN,
    UNIT_OF_THE_PERSON,
    Column(
        name="from_on",
        title="担任法制审核人员日期",
        aliases=("任职日期", "任职时间", "担任日期", "起始日期", "聘任日期"),
        kind=Kind.DATE,
        example="2021-03-01",
    ),
    replace(LAW_QUALIFICATION, example="是", note="初次从事法制审核的须有（《行政处罚法》第五十八条）"),
)
