"""What the columns of files are made of: choices with the words that offices use, columns that may be left empty."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from registry.labels import label
from registry.sheets import Column, Kind

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
