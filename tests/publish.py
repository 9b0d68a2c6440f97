"""`make figures`: brings what build/ says of proofs, tests, deliberate defects and measures into docs/.

A row that is not in build/ stays as it is: it says itself on which commit and day it was reached.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tests.conventions.tree import dotted, sources
from tests.proof import RESULT, collect, commit
from tests.report import BUILD, PROJECT

PAGE = PROJECT / "docs" / "reliability.md"
HEADS = {
    "proofs": ("Proof", "Reached", "Goal", "Found", "95 % bound", "Verdict", "Command", "Commit", "Date"),
    "counts": ("What", "Count", "Command", "Commit", "Date"),
}
JUDGED_MILDLY = {"fairness"}  # its short form allows more than its goal: a machine with other work on it
_ROW = re.compile(r"^\| ([^|]+?) \|.*\|$", re.MULTILINE)


def proof_row(proof: dict[str, Any]) -> tuple[str, ...]:
    """One proof of build/proof.json. Nothing found in N supports an upper bound of 3/N (rule of three)."""
    reached, found = int(proof["value"]), int(proof["findings"])
    bound = f"{3 / reached:.1e}" if reached and not found else "–"
    return (
        proof["name"],
        f"{reached:,} {proof['unit']}",
        proof["goal"].replace("|", "/"),
        str(found),
        bound,
        proof["verdict"],
        f"`{proof['command']}`",
        f"`{proof['commit']}`",
        str(proof["date"])[:10],
    )


def against_full(proof: dict[str, Any]) -> dict[str, Any]:
    """The same, held against the full count of its mark: `make proof N=…` may have asked for less."""
    full = int(marks().get(proof["name"], {"full": str(proof["value"])})["full"].replace("_", ""))
    goal = re.sub(r", N = \d+$", f", N = {full}", proof["goal"])
    short = proof["verdict"] == "aangetoond" and int(proof["value"]) < full
    return proof | {"goal": goal, "verdict": "tot nu toe aangetoond" if short else proof["verdict"]}


def marks() -> dict[str, dict[str, Any]]:
    """Every proof there is, by name: what its mark says (`smoke`, `full`, `unit`, `goal`)."""
    found = {}
    for source in sources("tests"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                calls = [one for one in node.decorator_list if isinstance(one, ast.Call)]
                for call in (one for one in calls if dotted(one.func) == "pytest.mark.proof"):
                    name = ast.literal_eval(call.args[0])
                    found[name] = {str(one.arg): ast.unparse(one.value) for one in call.keywords}
    return found


def smoke_rows(report: dict[str, Any], at: str, day: str, done: Iterable[str]) -> list[tuple[str, ...]]:
    """What `make test` reached of the proofs that never ran in full; a report without failures found nothing."""
    rows = []
    if report["failed"]:
        return rows
    for name, mark in marks().items():
        reached = [(key, number) for key, number in report["counts"].items() if key.startswith(f"{name}: ")]
        if name in done or not reached or name in JUDGED_MILDLY:
            continue
        key, number = reached[0]
        full, goal = mark["full"].replace("_", ""), mark["goal"].strip("'\"")
        proof = {
            "name": name,
            "value": number,
            "unit": key.removeprefix(f"{name}: "),
            "goal": f"{goal}, N = {full}",
            "findings": 0,
            "verdict": "tot nu toe aangetoond",
            "command": "make test",
            "commit": at,
            "date": day,
        }
        rows.append(proof_row(proof))
    return rows


def count_rows(report: dict[str, Any], at: str, day: str) -> list[tuple[str, ...]]:
    """The counts of build/test-report.json."""
    names = sorted(report["counts"].items())
    return [(name, f"{number:,}", "`make test`", f"`{at}`", day) for name, number in names]


def merged(page: str, part: str, rows: Iterable[tuple[str, ...]], *, heads: tuple[str, ...] = ()) -> str:
    """The page with these rows in the table `part`, replacing those with the same first cell; sorted by it."""
    begin, end, heads = f"<!-- {part} -->\n", f"<!-- /{part} -->", heads or HEADS[part]
    before, _, rest = page.partition(begin)
    table, closed, after = rest.partition(end)
    if not closed:
        raise ValueError(f"the page has no place for {part}")
    old = {match[1]: match[0] for match in _ROW.finditer(table)}
    for head in (heads[0], "---"):
        old.pop(head, None)
    new = {row[0]: "| " + " | ".join(row) + " |" for row in rows}
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    lines += [line for _, line in sorted((old | new).items())]
    return before + begin + "\n".join(lines) + "\n" + end + after


def main() -> int:
    page = PAGE.read_text()
    BUILD.mkdir(exist_ok=True)
    collect()
    if (proofs := _read(RESULT)) is not None:
        page = merged(page, "proofs", [proof_row(against_full(proof)) for proof in proofs])
    if (report := _read(BUILD / "test-report.json")) is not None:
        day = _day(BUILD / "test-report.json")
        page = merged(page, "counts", count_rows(report, commit(), day))
        done = {proof["name"] for proof in _read(RESULT) or ()}
        page = merged(page, "proofs", smoke_rows(report, commit(), day, done))
    if (mutants := _read(BUILD / "mutants.json")) is not None:
        noticed = sum(row["noticed"] for row in mutants)
        row = ("deliberate defects noticed", f"{noticed} of {len(mutants)}", "`make mutants`", f"`{commit()}`")
        page = merged(page, "counts", [(*row, _day(BUILD / "mutants.json"))])
    PAGE.write_text(page)
    click.echo(f"{PAGE.relative_to(PROJECT)} is bijgewerkt.")
    from tests.bench.publish import publish  # here: it takes its table from this module

    if publish(BUILD / "bench.json"):
        click.echo("docs/performance.md is bijgewerkt.")
    return 0


def _read(path: Path) -> Any:
    return json.loads(path.read_text()) if path.exists() else None


def _day(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


if __name__ == "__main__":
    sys.exit(main())
