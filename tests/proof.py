"""`make proof`: the proofs at full count, resumable, and what they showed in build/proof.json.

A proof is an ordinary test with a mark that names it and its counts:

    @pytest.mark.proof("bytes", smoke=50_000, full=1_000_000, unit="requests", goal="geen 5xx")
    async def test_no_request_breaks_it(proof: Proof) -> None:
        for batch in proof.batches(1_000):
            proof.found(await send_mutated(batch.count, random.Random(batch.seed)))

Plain pytest (`make test`) runs the smoke count. `make proof [ONLY=name] [N=…] [SEED=…]` runs up to the full count in
batches; each finished batch is written down per commit, so a stopped run goes on where it was and results add up.
A finding fails the test and its seed stands in the report.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.report import BUILD, PROJECT, new_seed

FULL = "KISS_PROOF"  # environment: set by `make proof`
COUNT, ONLY = "N", "ONLY"
RESULT = BUILD / "proof.json"
STATE = BUILD / "proof"


@dataclass(frozen=True)
class Batch:
    """A part of a proof: `count` rounds, every random choice from `seed`; its first round has the number `first`."""

    first: int
    count: int
    seed: int


@dataclass
class Proof:
    """One proof under way. `batches` gives the work, `found` takes what went wrong in the last batch."""

    name: str
    goal_count: int
    unit: str
    goal: str
    seed: int
    state: Path | None  # None: a smoke run, nothing is kept
    done: int = 0
    seconds: float = 0.0
    findings: int = 0

    def batches(self, size: int) -> Iterator[Batch]:
        """Batches of at most `size` until the count is reached. A batch counts when the loop comes back for more."""
        while self.done < self.goal_count:
            count = min(size, self.goal_count - self.done)
            began = time.monotonic()
            yield Batch(self.done, count, self.seed + self.done)
            self.done += count
            self.seconds += time.monotonic() - began
            self._keep()
        assert self.done > 0, f"{self.name}: nothing was done"

    def found(self, findings: list[str]) -> None:
        """What a batch found, one line each; an empty list is good. Raises `AssertionError` after writing it down."""
        self.findings += len(findings)
        if findings:
            self._keep()
        shown = "\n".join(findings[:10])
        assert not findings, f"{self.name}, seed {self.seed}, from round {self.done}: {len(findings)} found\n{shown}"

    @property
    def verdict(self) -> str:
        """In the words of build/proof.json: shown, shown so far (fewer than asked), not shown."""
        if self.findings:
            return "niet aangetoond"
        return "aangetoond" if self.done >= self.goal_count else "tot nu toe aangetoond"

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.done,
            "unit": self.unit,
            "goal": f"{self.goal}, N = {self.goal_count}",
            "findings": self.findings,
            "verdict": self.verdict,
            "seconds": round(self.seconds, 1),
            "seed": self.seed,
            "command": f"make proof ONLY={self.name} N={self.goal_count} SEED={self.seed}",
            "commit": commit(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def _keep(self) -> None:
        if self.state is None:
            return
        self.state.parent.mkdir(parents=True, exist_ok=True)
        self.state.write_text(json.dumps(self.as_dict(), ensure_ascii=False))
        collect()


def start(mark: pytest.Mark) -> Proof:
    """The proof that a test's mark asks for, going on where this commit's last run stopped."""
    name, full = mark.args[0], bool(os.environ.get(FULL))
    wanted = int(os.environ.get(COUNT) or mark.kwargs["full"]) if full else int(mark.kwargs["smoke"])
    state = STATE / commit() / f"{name}.json" if full else None
    proof = Proof(name, wanted, mark.kwargs["unit"], mark.kwargs["goal"], new_seed(), state)
    if state is not None and state.exists():
        before = json.loads(state.read_text())
        proof.done, proof.seconds, proof.findings = before["value"], before["seconds"], before["findings"]
        proof.seed = before["seed"]
    return proof


def commit() -> str:
    """The commit under test, with a plus when the tree differs from it."""
    head = _git("rev-parse", "--short", "HEAD")
    return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def collect() -> None:
    """Bring the state of every proof together in build/proof.json: this commit's, else the newest there is."""
    newest: dict[str, dict[str, Any]] = {}
    for path in STATE.glob("*/*.json"):
        row = json.loads(path.read_text())
        if row["name"] not in newest or row["date"] > newest[row["name"]]["date"]:
            newest[row["name"]] = row
    RESULT.write_text(json.dumps([newest[name] for name in sorted(newest)], indent=2, ensure_ascii=False) + "\n")


def chosen(items: list[pytest.Item], only: str) -> list[pytest.Item]:
    """The tests that are proofs, or the one with this name. Raises `LookupError` for a name that does not exist."""
    marked = [item for item in items if item.get_closest_marker("proof")]
    names = {item.get_closest_marker("proof").args[0]: item for item in marked}  # type: ignore[union-attr]
    if only and only not in names:
        raise LookupError(f"There is no proof {only}. There are: {', '.join(sorted(names))}")
    return [names[only]] if only else marked


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=False).stdout.strip()


def main() -> int:
    """Run them all, or ONLY=…; the test's own time limit does not count here."""
    os.environ[FULL] = "1"
    BUILD.mkdir(exist_ok=True)
    return int(pytest.main(["-q", "-m", "proof", "--timeout=0", "-p", "no:cacheprovider", str(PROJECT / "tests")]))


if __name__ == "__main__":
    sys.exit(main())
