"""What the columns of files are made of: those that many kinds share, choices in offices' words, optional ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from registry.labels import label
from registry.sheets import Column, Kind

IDENTITY = Column(
    name="identity_number",
    title="身份证号",
    aliases=(
        "身份证号码",
        "公民身份号码",
        "居民身份证号码",
        "居民身份证号",
        "公民身份证号码",
        "身份证件号码",
        "身份证",
        "证件号码",
    ),
    kind=Kind.IDENTITY,
    example="410499198805170012",
    note="18 位，单元格须为文本格式",
)
NAME = Column(
    name="name",
    title="姓名",
    aliases=("人员姓名", "考生姓名", "执法人员姓名", "学员姓名"),
    longest=60,
    example="王小明",
    note="须与登记的姓名一致；改名请在人员页面办理",
)
UNIT = Column(
    name="unit",
    title="单位",
    aliases=(
        "单位名称",
        "单位全称",
        "所属单位",
        "所属单位名称",
        "所在单位",
        "工作单位",
        "执法单位",
        "执法主体",
        "所属执法部门",
        "参考单位",
        "单位编码",
    ),
    longest=100,
    example="郏县市场监督管理局",
    note="填单位编码或单位全称",
)

# For files about people already on record: without a whole number, the name and the unit say who is meant.
IDENTITY_IF_GIVEN = replace(
    IDENTITY,
    kind=Kind.IDENTITY_OR_PART,
    required=False,
    blank_allowed=True,
    note="18 位，单元格须为文本格式；没有时可留空或只填部分号码，按姓名和单位匹配",
)
# For files of people: our own exports show numbers masked, and come back as they left.
IDENTITY_OR_MASKED = replace(
    IDENTITY,
    kind=Kind.IDENTITY_OR_PART,
    note="18 位，单元格须为文本格式；已登记的人员可用带星号的号码，按姓名和单位匹配",
)
UNIT_OF_THE_PERSON = replace(
    UNIT, required=False, blank_allowed=True, note="没有身份证号时必填，用于匹配人员；填单位编码或单位全称"
)

YES_NO: Mapping[str, str] = {
    "是": "yes",
    "否": "no",
    "已完成": "yes",
    "未完成": "no",
    "完成": "yes",
    "有": "yes",
    "无": "no",
    "具有": "yes",
    "不具有": "no",
    "合格": "yes",
    "不合格": "no",
    "√": "yes",
    "×": "no",
}

LAW_QUALIFICATION = Column(
    name="has_law_qualification",
    title="是否有法律职业资格",
    aliases=("法律职业资格", "是否取得法律职业资格", "是否有法律资格", "国家统一法律职业资格"),
    kind=Kind.CHOICE,
    choices=YES_NO,
    required=False,
    blank_allowed=True,
    example="否",
)


def words(kind: type[StrEnum], **others: Sequence[str]) -> Mapping[str, str]:
    """Accepted words of a choice: the label first, then other usual ones."""
    words: dict[str, str] = {label(value): value for value in kind}
    for name, usual in others.items():
        words |= dict.fromkeys(usual, kind(name))
    return words


def choice(
    name: str, title: str, kind: type[StrEnum], *, aliases: Sequence[str] = (), **usual: Sequence[str]
) -> Column:
    """A column whose cells hold the words of an enum; it may be left empty."""
    accepted = words(kind, **usual)
    return Column(
        name=name,
        title=title,
        aliases=tuple(aliases),
        kind=Kind.CHOICE,
        choices=accepted,
        required=False,
        blank_allowed=True,
        example=next(iter(accepted)),
    )


def optional(
    name: str,
    title: str,
    *aliases: str,
    kind: Kind = Kind.TEXT,
    longest: int = 60,
    example: str = "",
    note: str = "",
) -> Column:
    """A column that a file may lack and whose cells may be empty."""
    return Column(
        name=name,
        title=title,
        aliases=aliases,
        kind=kind,
        longest=longest,
        required=False,
        blank_allowed=True,
        example=example,
        note=note,
    )
