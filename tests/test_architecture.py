"""The house stands straight: imports run one way, files and functions stay small, nothing is left half done."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

pytestmark = pytest.mark.nodb

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "registry").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_MODULE, LONGEST_TEMPLATE, LONGEST_FUNCTION, LONGEST_TEST = 400, 200, 60, 40
LEFT_OPEN = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
BANISHED = {"utils", "helpers", "common", "misc"}
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, FUNCTION))


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_whatever_the_registry_imports_is_installed_without_what_the_tests_need() -> None:
    locked = {_normal(one) for one in re.findall(r"(?m)^([\w.-]+)==", (ROOT / "requirements.lock").read_text())}
    providers = packages_distributions()
    imported = {
        name.partition(".")[0]
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _imported_by(node)
    }
    foreign = {name for name in imported if name in providers and name != "registry"}

    assert {one for one in foreign if not {_normal(by) for by in providers[one]} & locked} == set()


def _imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_imports_run_one_way() -> None:
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_no_file_is_too_long_to_read() -> None:
    long = [_name(path) for path in (*MODULES, *TESTS) if _lines(path) > LONGEST_MODULE]
    long += [_name(path) for path in TEMPLATES if _lines(path) > LONGEST_TEMPLATE]

    assert long == []


def test_no_function_is_too_long_to_read() -> None:
    limits = [*((path, LONGEST_FUNCTION) for path in MODULES), *((path, LONGEST_TEST) for path in TESTS)]

    assert [
        f"{_name(path)}:{function.name}"
        for path, limit in limits
        for function in _functions(path)
        if _length(function) > limit and (limit == LONGEST_FUNCTION or function.name.startswith("test_"))
    ] == []


def test_imports_stand_at_the_top() -> None:
    assert [
        f"{_name(path)}:{function.name}"
        for path in MODULES
        for function in _functions(path)
        if any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(function))
    ] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [_name(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text() or "0"))] == []


def test_every_public_procedure_is_explained() -> None:
    assert [
        f"{_name(path)}:{node.name}"
        for path in (ROOT / "registry" / "services").rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, FUNCTION) and not node.name.startswith("_") and not ast.get_docstring(node)
    ] == []


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    assert [_name(path) for path in MODULES if path.stem in BANISHED] == []


def test_nothing_is_left_for_later() -> None:
    ours = [path for path in (*MODULES, *TESTS, *TEMPLATES) if path != Path(__file__)]

    assert [_name(path) for path in ours if LEFT_OPEN.search(path.read_text())] == []
