"""`make figures`: what build/bench.json says, as a table and charts in docs/performance.md.

A measure that is not in build/ keeps its row: that says itself on which commit and day it was reached.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.bench.chart import bars
from tests.publish import merged
from tests.report import PROJECT

PAGE = PROJECT / "docs" / "performance.md"
PICTURES = PROJECT / "docs" / "beelden"
HEADS = (
    "Measure",
    "What",
    "Value",
    "95 % interval",
    "Goal",
    "Verdict",
    "Rounds",
    "Parts",
    "Command",
    "Commit",
    "Date",
)


def row(one: dict[str, Any]) -> tuple[str, ...]:
    """A line of the table for one measure of build/bench.json."""
    return (
        one["name"],
        one["titel"],
        f"{number(one['value'])} {one['unit']}",
        f"{number(one['low'])} – {number(one['high'])}",
        one["goal"],
        one["verdict"],
        str(one["rounds"]),
        ", ".join(f"{name} {number(value)}" for name, value in one["parts"].items()) or "–",
        f"`{one['command']}`",
        f"`{one['commit']}`",
        one["date"][:10],
    )


def number(value: float) -> str:
    """Three figures that mean something; a thousand keeps its own."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def pictures(rows: list[dict[str, Any]]) -> dict[str, str]:
    """One chart per measure by file name: value and interval beside the goal, and what it was made of."""
    return {f"meting-{one['name']}.svg": bars(one) for one in rows}


def page(text: str, rows: list[dict[str, Any]]) -> str:
    """The page with these measures in its table, its charts listed, and on which machine they were taken."""
    text = merged(text, "bench", [row(one) for one in rows], heads=HEADS)
    names = [one["name"] for one in rows]
    text = _between(
        text, "charts", "\n".join(f"![{name}](beelden/meting-{name}.svg)" for name in sorted(_all(text, names)))
    )
    last = max(rows, key=lambda one: one["date"])
    loads = ", ".join(f"{one['name']} {one['load']:.1f}" for one in rows)
    return _between(text, "machine", f"Machine: {last['machine']}. Load of the machine while measuring: {loads}.")


def _all(text: str, names: list[str]) -> set[str]:
    return set(names) | {path.stem.removeprefix("meting-") for path in PICTURES.glob("meting-*.svg")}


def _between(text: str, part: str, inside: str) -> str:
    begin, end = f"<!-- {part} -->\n", f"<!-- /{part} -->"
    before, _, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not closed:
        raise ValueError(f"docs/performance.md has no place for {part}")
    return before + begin + inside + "\n" + end + after


def publish(result: Path) -> bool:
    """Write page and charts from `result`; False when it is not there."""
    if not result.exists():
        return False
    rows = json.loads(result.read_text())
    if not rows:
        return False
    for name, svg in pictures(rows).items():
        (PICTURES / name).write_text(svg)
    PAGE.write_text(page(PAGE.read_text(), rows))
    return True
