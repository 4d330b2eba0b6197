"""The law: a rule has a code and a source, a violation says in a sentence which rule stands in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.words import ENGLISH, translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its code in this registry, what it demands in a few words, and where that is written."""

    code: str
    title: str
    source: str

    def broken(self, message: str, **params: Any) -> "Violation":
        """The rule is not met; `message` is an English msgid with `%(name)s` places."""
        return Violation(rule=self, message=message, params=params)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is not met, with the sentence for the person at the desk."""

    rule: Rule
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.rule.code

    def in_words(self, locale: str = ENGLISH) -> str:
        return translate(self.message, locale, self.params)


class RuleBroken(Exception):
    """An act was refused; carries every violation at once."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(f"{v.code}: {v.in_words()}" for v in self.violations))


class Denied(Exception):
    """The actor may not do this, by role or by unit."""
