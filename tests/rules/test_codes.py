"""A code names one rule: papers, trail and refusals cite rules by it."""

import pkgutil
from collections import defaultdict
from importlib import import_module

import pytest

from registry import rules
from registry.rules import Rule

pytestmark = pytest.mark.nodb


def test_no_two_rules_share_a_code() -> None:
    names = [module.name for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}.")]
    found: dict[str, set[Rule]] = defaultdict(set)
    for name in names:
        for value in vars(import_module(name)).values():
            if isinstance(value, Rule):
                found[value.code].add(value)

    assert len(found) > 100
    assert {code: some for code, some in found.items() if len(some) > 1} == {}
