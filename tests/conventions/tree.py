"""Reads our own code as text and syntax trees. A convention is a function `Source → sentences`; none is good."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Source:
    """One Python file: its path as we write it in the project, and what is in it."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).parts

    def under(self, *places: str) -> bool:
        """Whether the file is one of `places`, or stands in one of them (those that end in a slash)."""
        return any(self.path.startswith(place) if place.endswith("/") else self.path == place for place in places)

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


Convention = Callable[[Source], Iterable[str]]


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def tracked() -> list[Path]:
    """Every file that git knows or would take, so that a rule bites before the commit."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (PROJECT / name for name in listing.stdout.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def sources(*roots: str) -> Iterator[Source]:
    """Python files under `roots` ("app", "tenants", …)."""
    for root in roots:
        for path in sorted((PROJECT / root).rglob("*.py")):
            yield Source(path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8"))


def faults(convention: Convention, *roots: str) -> list[str]:
    return [sentence for source in sources(*roots) for sentence in convention(source)]


def holds(convention: Convention, *roots: str) -> None:
    """Fail with one sentence per place where the convention is broken."""
    found = faults(convention, *roots)
    assert not found, "\n" + "\n".join(found)


def bites(convention: Convention, code: str, path: str) -> None:
    """A check that cannot fail is not a check: this bad example must be refused."""
    assert list(convention(Source(path, code))), f"{path}: this bad example went through:\n{code}"


def allows(convention: Convention, code: str, path: str) -> None:
    found = list(convention(Source(path, code)))
    assert not found, f"{path}: this good example was refused: {found}"


def imported(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Full names of everything a file imports: `from a import b` gives both `a` and `a.b`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Every call with its name as written: `session.commit`, `print`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; what stands before a call or index in the chain becomes a dot."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""
