"""A skipped test is a hole in the wall: each reason stands in tests/skips.toml."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator

from tests.conventions.tree import PROJECT, Source, bites, calls, holds


def known_reasons() -> set[str]:
    skips = tomllib.loads((PROJECT / "tests/skips.toml").read_text()).get("skip", [])
    return {skip["reason"] for skip in skips}


def only_known_skips(source: Source) -> Iterator[str]:
    known = known_reasons()
    for node, name in calls(source):
        last = name.removeprefix("pytest.").removeprefix("mark.")
        if last in ("skip", "skipif", "xfail", "importorskip") and name.startswith("pytest."):
            reason = _reason(node, last)
            if reason is None:
                yield (
                    f"{source.at(node)}: `{name}` without a plain reason; write it as one string, and in "
                    "tests/skips.toml."
                )
            elif reason not in known:
                yield f"{source.at(node)}: the reason “{reason}” does not stand in tests/skips.toml."
    for mark in ast.walk(source.tree):
        bare = isinstance(mark, ast.Attribute) and ast.unparse(mark) in ("pytest.mark.skip", "pytest.mark.xfail")
        if bare and not any(call.func is mark for call, _ in calls(source)):
            yield f"{source.at(mark)}: `{ast.unparse(mark)}` without a reason."


def _reason(node: ast.Call, last: str) -> str | None:
    given = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
    if not given and last == "skip":
        given = node.args[:1]
    value = given[0] if given else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def test_only_known_skips() -> None:
    holds(only_known_skips, "tests")


def test_every_known_skip_says_why_and_is_used() -> None:
    texts = "".join(path.read_text() for path in (PROJECT / "tests").rglob("*.py"))
    for skip in tomllib.loads((PROJECT / "tests/skips.toml").read_text()).get("skip", []):
        assert skip.get("why"), f"tests/skips.toml does not say why “{skip['reason']}” is allowed."
        assert skip["reason"] in texts, (
            f"Nothing skips for “{skip['reason']}” any more: take it out of tests/skips.toml."
        )


def test_the_rule_bites() -> None:
    for line in (
        "pytest.skip('because')",
        "pytest.skip(f'no {x}')",
        "pytest.importorskip('yaml')",
        "@pytest.mark.skip\ndef test_x(): ...",
        "@pytest.mark.skipif(True, reason='because')\ndef test_x(): ...",
        "@pytest.mark.xfail\ndef test_x(): ...",
    ):
        bites(only_known_skips, f"import pytest\n{line}\n", "tests/x/test_x.py")
