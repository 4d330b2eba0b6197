"""Whatever a procedure puts into the trail has its word there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.services.imports.tracing import TRACED
from registry.services.imports.undoing.telling import SEALED, UNTOLD
from registry.web.trail_words import LEFT_OUT, TERMS, UNIT

pytestmark = pytest.mark.nodb

SERVICES = Path(__file__).parents[1] / "registry" / "services"
RECORDING = {"record", "act_on"}  # audit.record(…, fact=…), and how the acts on units are made
OF_THE_ENTRY = {"reason", "said", "department_id", "batch", "facts"}  # columns of an entry, no facts
FOLDED = {"changed", "before", "after"}  # hold facts
FIXED = {
    "id",
    "created_at",
    "identity",
    "identity_index",
    "identity_masked",
    "born_on",
    "sex",
}  # of a row, never changed
OF_UNITS = {"parent_id", "entrusting_department_id", "merged_into_id"}


def test_every_fact_that_procedures_record_has_its_word() -> None:
    named = {name for path in SERVICES.rglob("*.py") for name in _facts_in(ast.parse(path.read_text()))}

    assert {"score", "renamed", "exported"} <= named
    assert sorted(named - TERMS.keys() - LEFT_OUT - FOLDED) == []


def test_every_column_that_undoing_a_file_writes_back_has_its_word() -> None:
    columns = {one.name.removesuffix(SEALED) for model in TRACED.values() for one in model.__table__.columns}

    assert sorted(columns - TERMS.keys() - UNTOLD - FIXED) == []
    assert columns & UNIT >= OF_UNITS


def _facts_in(tree: ast.AST) -> Iterator[str]:
    """Keywords of calls that record, and the keys of what is given as `facts`."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        called = getattr(call.func, "attr", getattr(call.func, "id", ""))
        for keyword in call.keywords:
            if called in RECORDING and keyword.arg and keyword.arg not in OF_THE_ENTRY:
                yield keyword.arg
            if keyword.arg == "facts" or (called in RECORDING and keyword.arg is None):
                yield from _keys(keyword.value)


def _keys(value: ast.AST) -> Iterator[str]:
    for node in ast.walk(value):
        if isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
