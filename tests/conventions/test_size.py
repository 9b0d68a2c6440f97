"""Files of at most 350 lines, functions of at most 45. A longer one usually holds a second noun or a second verb."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.conventions.tree import PROJECT, Source, sources, tracked

FILE_LINES = 350
FUNCTION_LINES = 45
FORGIVEN = Path(__file__).parent / "forgiven.toml"
WRITTEN = {
    ".py",
    ".js",
    ".mjs",
    ".css",
    ".html",
    ".sql",
}  # what people write and read; docs may be as long as they need
RENDERED = {"migrations/tenant/sjabloon.sql"}  # nobody writes it; tests/migrations see that it is fresh


def file_lengths() -> dict[str, int]:
    return {
        path.relative_to(PROJECT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked()
        if path.suffix in WRITTEN and path.relative_to(PROJECT).as_posix() not in RENDERED
    }


def function_lengths(source: Source) -> Iterator[tuple[str, int]]:
    """Lines of each function from its `def`, its docstring not counted: explaining costs nothing."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{source.path}::{node.name}", _end(node) - node.lineno + 1 - _docstring_lines(node)


def _end(node: ast.stmt | ast.expr) -> int:
    return node.end_lineno or node.lineno


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return _end(first) - first.lineno + 1
    return 0


def ratchet(lengths: dict[str, int], limit: int, forgiven: dict[str, int], what: str) -> Iterator[str]:
    for name, lines in sorted(lengths.items()):
        allowed = forgiven.get(name, limit)
        if lines > allowed:
            yield f"{name} has {lines} lines, {what} may have {allowed}: give its second half a name of its own."
    for name, allowed in sorted(forgiven.items()):
        lines = lengths.get(name, 0)
        if lines <= limit:
            yield f"{name} fits now ({lines} lines): take it out of forgiven.toml."
        elif lines < allowed:
            yield f"{name} shrank to {lines} lines: write that in forgiven.toml, so that it cannot grow back."


def forgiven(part: str) -> dict[str, int]:
    lengths: dict[str, int] = tomllib.loads(FORGIVEN.read_text()).get(part, {})
    return lengths


def test_files_are_short() -> None:
    found = list(ratchet(file_lengths(), FILE_LINES, forgiven("files"), "a file"))
    assert not found, "\n" + "\n".join(found)


def test_functions_are_short() -> None:
    lengths: dict[str, int] = {}
    for source in sources("app", "tenants", "tests"):
        for name, lines in function_lengths(source):
            lengths[name] = max(lines, lengths.get(name, 0))
    found = list(ratchet(lengths, FUNCTION_LINES, forgiven("functions"), "a function"))
    assert not found, "\n" + "\n".join(found)


def test_the_ratchet_bites() -> None:
    assert list(ratchet({"a.py": 11}, 10, {}, "a file"))
    assert list(ratchet({"a.py": 31}, 10, {"a.py": 30}, "a file"))
    assert list(ratchet({"a.py": 29}, 10, {"a.py": 30}, "a file"))
    assert list(ratchet({"a.py": 9}, 10, {"a.py": 30}, "a file"))
    assert list(ratchet({}, 10, {"gone.py": 30}, "a file"))
    assert not list(ratchet({"a.py": 30, "b.py": 10}, 10, {"a.py": 30}, "a file"))


def test_a_function_is_measured() -> None:
    code = 'class A:\n    def f(self):\n        """Two\n        lines."""\n        a = 1\n        return a\n'
    assert dict(function_lengths(Source("x.py", code))) == {"x.py::f": 3}
