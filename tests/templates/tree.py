"""The front end as text. A rule is a function `File → sentences`; none is good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from tests.report import PROJECT

STATIC, TEMPLATES = PROJECT / "app/static", PROJECT / "app/templates"
HTMX = PROJECT / "node_modules/htmx.org/dist/htmx.esm.js"
WRITTEN = {".html", ".css", ".js", ".mjs", ".svg"}


@dataclass(frozen=True)
class File:
    """One file of the front end: its path as we write it in the project, and what is in it."""

    path: str
    text: str


Rule = Callable[[File], Iterable[str]]


@cache
def front_end() -> tuple[File, ...]:
    """Everything we wrote for the browser; not what is built of it."""
    paths = [path for root in (TEMPLATES, STATIC) for path in sorted(root.rglob("*")) if path.suffix in WRITTEN]
    return tuple(
        File(path.relative_to(PROJECT).as_posix(), path.read_text("utf-8"))
        for path in paths
        if STATIC / "dist" not in path.parents
    )


def files(*suffixes: str, under: str = "app/") -> Iterator[File]:
    return (file for file in front_end() if file.path.endswith(suffixes) and file.path.startswith(under))


def holds(rule: Rule, found: Iterable[File]) -> None:
    """Fail with one sentence per place where the rule is broken."""
    given = list(found)
    assert given, "this rule looks at nothing"
    sentences = [f"{file.path}: {sentence}" for file in given for sentence in rule(file)]
    assert not sentences, "\n" + "\n".join(sentences)


def bites(rule: Rule, bad: str, path: str) -> None:
    """A rule that cannot fail is no rule: this bad example must be refused."""
    assert list(rule(File(path, bad))), f"this bad example went through:\n{bad}"
