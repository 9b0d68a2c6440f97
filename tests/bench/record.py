"""What measures gave: every round in build/bench/<commit>/<name>.json, and all of them in build/bench.json."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.bench.judge import judge
from tests.bench.measure import Measure, Round
from tests.proof import commit
from tests.report import BUILD

RESULT = BUILD / "bench.json"
STATE = BUILD / "bench"


@dataclass
class Record:
    """The rounds of one measure; `path` None keeps nothing."""

    measure: Measure
    path: Path | None
    rounds: list[Round] = field(default_factory=list)
    load: float = 0.0  # of the machine when a round ended, the highest seen

    @classmethod
    def of(cls, measure: Measure) -> Record:
        """What this commit has already."""
        made = cls(measure, STATE / commit() / f"{measure.name}.json")
        if made.path and made.path.exists():
            before = json.loads(made.path.read_text())
            made.rounds = [Round(**one) for one in before["all_rounds"]]
            made.load = before["load"]
        return made

    def add(self, found: Round) -> None:
        self.rounds.append(found)
        self.load = max(self.load, os.getloadavg()[0])
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(self.as_dict(), ensure_ascii=False))
            collect()

    def line(self) -> str:
        found = judge([one.value for one in self.rounds], self.measure.goal)
        span = f"{found.value:.3g} {self.measure.unit} ({found.low:.3g} tot {found.high:.3g})"
        return f"{self.measure.name:10} {len(self.rounds):2} ronden  {span}  {found.verdict}"

    def as_dict(self) -> dict[str, Any]:
        """A row of build/bench.json; `parts` are medians over the rounds."""
        found = judge([one.value for one in self.rounds], self.measure.goal)
        names = sorted({name for one in self.rounds for name in one.parts})
        return {
            "name": self.measure.name,
            "titel": self.measure.titel,
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "unit": self.measure.unit,
            "goal": self.measure.goal.sentence,
            "limit": self.measure.goal.limit,
            "verdict": found.verdict,
            "rounds": len(self.rounds),
            "parts": {name: median([one.parts[name] for one in self.rounds if name in one.parts]) for name in names},
            "all_rounds": [asdict(one) for one in self.rounds],
            "machine": machine(),
            "load": self.load,
            "command": f"make bench ONLY={self.measure.name} N={len(self.rounds)}",
            "commit": commit(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
        }


def machine() -> str:
    """Processors, memory and system, in a line."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} kernen, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def collect() -> None:
    """Every measure's newest rounds in build/bench.json."""
    newest: dict[str, dict[str, Any]] = {}
    for path in STATE.glob("*/*.json"):
        row = json.loads(path.read_text())
        if "all_rounds" in row and (row["name"] not in newest or row["date"] > newest[row["name"]]["date"]):
            newest[row["name"]] = {key: value for key, value in row.items() if key != "all_rounds"}
    RESULT.write_text(json.dumps([newest[name] for name in sorted(newest)], indent=2, ensure_ascii=False) + "\n")
