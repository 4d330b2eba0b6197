"""The one base class of all forms, and the choices drawn from enums."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm

from registry.rules import RuleBroken
from registry.web.words import label, language


class RegistryForm(FlaskForm):
    """A form that can be refused by a rule: `refuse(broken)` puts its sentences above the fields."""

    class Meta:
        @property
        def locales(self) -> list[str]:
            return [language().split("_")[0]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[str] = []

    def refuse(self, broken: RuleBroken) -> None:
        """Show every violation of a refused act."""
        self.refusals += [f"{gettext(v.message, **v.params)}（{v.rule.source}）" for v in broken.violations]

    def saw(self, shown: str) -> bool:
        """Whether what was looked at before is what would be done now; else the form is refused with that sentence."""
        same = request.form.get("previewed", shown) == shown
        if not same:
            self.refusals.append(
                gettext("Something changed since you looked; nothing was done. Look again at what follows.")
            )
        return same

    @property
    def status(self) -> int:
        """422 when anything was refused, else 200."""
        return 422 if self.refusals or self.errors else 200


def maybe(kind: type[StrEnum]) -> Callable[[Any], StrEnum | None]:
    """Reads a select with an empty option: the word chosen, or None."""
    return lambda value: kind(value) if value and value != "None" else None


def choices(words: Iterable[StrEnum], blank: str | None = None) -> list[tuple[str, str]]:
    """Options of a select: every word of an enum under its label, after an optional empty one."""
    options = [(word.value, label(word)) for word in words]
    return options if blank is None else [("", blank), *options]


def number(text: Any) -> int:
    """Reads a select of ids with an empty option: the id chosen, or 0."""
    return int(text) if text else 0


def stripped(text: Any) -> Any:
    """A filter of text fields: what was typed, without the blanks around it."""
    return text.strip() if isinstance(text, str) else text
