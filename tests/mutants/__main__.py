"""`make mutants`: every deliberate defect, and which test turned red. ONLY=text runs those with it in their name.

What turned red is run once more without the defect. The exit code is 1 when a defect was not noticed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import click

from tests.mutants.defects import DEFECTS, Defect
from tests.mutants.run import Copy, Outcome
from tests.report import BUILD

AT_ONCE = 2


def main() -> int:
    started = time.monotonic()
    only = os.environ.get("ONLY", "")
    chosen = [defect for defect in DEFECTS if only in defect.name]
    if not chosen:
        click.echo(f"Geen enkel gebrek heeft “{only}” in zijn naam.", err=True)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(Path(folder) / str(number)) for number in range(AT_ONCE)]
        outcomes = _all(copies, chosen)
    survivors = [outcome for outcome in outcomes if not outcome.noticed]
    _write(outcomes)
    took = time.monotonic() - started
    click.echo(f"{len(outcomes) - len(survivors)} van {len(outcomes)} gebreken opgemerkt, {took:.0f} s")
    return 1 if survivors else 0


def _all(copies: list[Copy], chosen: list[Defect]) -> list[Outcome]:
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def one(defect: Defect) -> Outcome:
        copy = free.get()
        try:
            outcome = copy.outcome(defect)
        finally:
            free.put(copy)
        _say(outcome)
        return outcome

    with ThreadPoolExecutor(len(copies)) as pool:
        return list(pool.map(one, chosen))


def _say(outcome: Outcome) -> None:
    why = f"ook rood zonder gebrek: {outcome.red[0]}" if outcome.red else outcome.ran
    where = outcome.red[0] if outcome.noticed else f"NIET OPGEMERKT ({why})"
    click.echo(f"{outcome.defect.name:<52} {where}")


def _write(outcomes: list[Outcome]) -> None:
    BUILD.mkdir(exist_ok=True)
    rows = [
        {
            "defect": one.defect.name,
            "path": one.defect.path,
            "noticed": one.noticed,
            "test": next(iter(one.red), None),
        }
        for one in outcomes
    ]
    (BUILD / "mutants.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
