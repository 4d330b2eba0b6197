"""The lines of a made-up county's roster in the shape in which they are frozen; of a province, made unit by unit."""

import json
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from registry.printing import COUNTS, Marks

A_UNIT = 38
URL = "https://registry.example/rosters/code/ABCDEFGH23456789"
MARKS = Marks(
    number="郏司审〔2021〕第001号",
    check_code="ABCDEFGH23456789",
    data_sha256="0123456789abcdef" * 4,
    trail_head="fedcba9876543210" * 4,
    is_draft=False,
)
FAMILIES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志文喆堃祎",
)
SECTIONS = ("法规股", "综合行政执法大队", "冢头镇综合行政执法队", "市场监督管理局综合行政执法大队")
POSTS = ("科员", "副大队长", "一级主任科员", "中队长", "四级调研员")
FIELDS = ("市场监管", "交通运输", "生态环境保护", "农业综合行政执法")
FINDINGS = ("合格",) * 20 + ("暂缓", "不合格", "收回注销", "")
REMARKS = ("",) * 12 + ("次年换证", "未完成培训；待补训补考合格后再行审验")

OTHERS = "男女豫行政执法证编制事业参照公务员法管理已完成合格称职优秀"
CHARACTERS = "".join(sorted({*FAMILIES, *GIVEN, *OTHERS, *"".join((*SECTIONS, *POSTS, *FIELDS, *FINDINGS, *REMARKS))}))


class Sections(Sequence[Mapping[str, Any]]):
    """The units of a roster, each made when it is asked for, as a long roster is read from a database."""

    def __init__(self, rows: int) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return -(-self._rows // A_UNIT)

    def __getitem__(self, place: Any) -> "Section":
        if place >= len(self):
            raise IndexError(place)
        return Section(place, min(A_UNIT, self._rows - place * A_UNIT))

    def __iter__(self) -> Iterator["Section"]:
        return (self[place] for place in range(len(self)))


class Section(Mapping[str, Any]):
    """One unit; its lines are made anew each time."""

    def __init__(self, place: int, count: int) -> None:
        self._place, self._count = place, count
        dice = Random(place)
        self._findings = [dice.choice(FINDINGS) for _ in range(count)]

    def __getitem__(self, key: str) -> Any:
        if key == "lines":
            return json.loads(json.dumps(self._lines()))
        if key == "summary":
            return summary_of(self._findings)
        return {"unit": f"郏县第{self._place + 1}执法单位", "unit_kind": "行政机关", "code": str(self._place)}[key]

    def __iter__(self) -> Iterator[str]:
        return iter(("unit", "unit_kind", "code", "lines", "summary"))

    def __len__(self) -> int:
        return 5

    def _lines(self) -> list[dict[str, Any]]:
        dice = Random(self._place + 1)
        return [_line(dice, place, finding) for place, finding in enumerate(self._findings, 1)]


def _line(dice: Random, place: int, finding: str) -> dict[str, Any]:
    return {
        "item_id": place,
        "certificate_id": place,
        "person_id": place,
        "place": place,
        "name": dice.choice(FAMILIES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2)))),
        "sex": dice.choice("男女"),
        "identity": f"4104**********{dice.randrange(10_000):04d}",
        "section": dice.choice(SECTIONS),
        "post": dice.choice(POSTS),
        "establishment": dice.choice(("行政编制", "参照公务员法管理", "事业编制")),
        "field": dice.choice(FIELDS),
        "kind": "行政执法证",
        "number": f"豫D-{dice.randrange(100):02d}-{dice.randrange(100_000):05d}",
        "issued_on": f"2021-{dice.randrange(1, 13):02d}-01",
        "valid_until": f"2026-{dice.randrange(1, 13):02d}-28",
        "training": f"{dice.randrange(40, 90)}/已完成",
        "exam": f"{dice.randrange(60, 100)}/合格",
        "assessment": dice.choice(("称职", "优秀")),
        "finding": finding,
        "signature": "",
        "remark": dice.choice(REMARKS),
    }


def summary_of(findings: Sequence[str]) -> dict[str, int]:
    """The counts under lines with these findings."""
    due = len(findings) - findings.count("")
    names = {"passed": "合格", "deferred": "暂缓", "failed": "不合格", "withdrawn": "收回注销"}
    found = {key: findings.count(finding) for key, finding in names.items()}
    others = {"held": len(findings), "due": due, "reviewed": due, "next_year": len(findings) - due}
    return {**dict.fromkeys((key for key, _ in COUNTS), 0), **others, **found}


def county(rows: int, *, is_whole: bool = True) -> dict[str, Any]:
    """A roster of so many lines; whole in memory as it is frozen, or made unit by unit."""
    sections: Any = Sections(rows)
    totals = [section["summary"] for section in sections]
    if is_whole:
        sections = [dict(section) for section in sections]
    return {
        "title": "2021年度行政执法证件年度审验花名册",
        "office": "郏县司法局",
        "county": "郏县",
        "is_demonstration": True,
        "as_of": "2021-12-31",
        "filled_on": "2022-01-10",
        "department_id": None,
        "sections": sections,
        "summary": {key: sum(one[key] for one in totals) for key, _ in COUNTS},
    }
