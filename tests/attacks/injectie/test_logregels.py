"""Every event is one line with its tenant, whatever stood in the path, the browser's name or the error."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

import anyio
import pytest

from tests.attacks.injectie.logproces import KINDS, SOME
from tests.attacks.injectie.proefteksten import ALLES
from tests.report import PROJECT

pytestmark = pytest.mark.anyio
EVENT = re.compile(r"[a-z_]+\.[a-z_]+")
FIELDS = {
    "event", "level", "timestamp", "tenant", "exception", "foutnummer", "reden", "logger", "melding",
    "velden", "per_veld",
}  # fmt: skip
PRINTED = re.compile(r"[\x20-\x7e]*")
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z \[(warning|error) *\] ([a-z_]+\.[a-z_]+) ")


@pytest.fixture(scope="module")
async def logs(applied: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each kind of process wrote."""
    folder = tmp_path_factory.mktemp("logs")
    command = [sys.executable, "-m", "tests.attacks.injectie.logproces", str(folder)]
    done = await anyio.run_process(command, cwd=PROJECT, check=False)
    found = {kind: (folder / kind).read_bytes().decode("utf-8", "replace") for kind in KINDS}
    assert done.returncode == 0, [log[-2000:] for log in found.values()]
    return found


def wrong(line: str) -> str | None:
    """Why this line of a production log is not one event of ours, or None."""
    if not PRINTED.fullmatch(line):
        return "holds what a terminal would act on"
    try:
        event = json.loads(line)
    except ValueError:
        return "is no JSON"
    if not isinstance(event, dict) or not EVENT.fullmatch(str(event.get("event", ""))):
        return "has no name"
    if event.get("tenant") != "deventer":
        return f"is of {event.get('tenant')}"
    if event["event"] == "medewerker.aangemeld":
        return "was written by a visitor"
    return f"has {sorted(event.keys() - FIELDS)}" if event.keys() - FIELDS else None


def wrong_in_terminal(log: str) -> list[str]:
    """Lines of a developer's terminal that are neither an event of ours nor the indented rest of one."""
    found = [f"holds what a terminal would act on: {line[:80]!r}" for line in log.split("\n") if UNSEEN.search(line)]
    for line in log.split("\n"):
        if line and not line.startswith("    ") and not STAMP.match(line):
            found.append(f"begins like nothing of ours: {line[:80]!r}")
        elif line and not line.startswith("    ") and "deventer" not in line:
            found.append(f"names no tenant: {line[:80]!r}")
    return found


async def test_each_event_is_one_line_of_json(logs: dict[str, str], count: Callable[[str, int], None]) -> None:
    lines = logs["production"].split("\n")
    assert lines.pop() == ""
    found = [f"{problem}: {line[:200]}" for line in lines if (problem := wrong(line))]
    assert found == []
    # five per text: refused sign-in or not, library's words, library's traceback, our own, the crash
    assert len(lines) >= 4 * len(ALLES)
    kept = [json.loads(line) for line in lines]
    said = {event["reden"] for event in kept if event["event"] == "proef.gemeld"}
    assert said == set(ALLES.values()), "and nothing of the words is lost"
    count("log lines with hostile words", len(lines))


async def test_a_developers_terminal_is_not_steered(logs: dict[str, str]) -> None:
    assert len(logs["development"]) > 10_000
    assert wrong_in_terminal(logs["development"]) == []


@pytest.mark.parametrize("kind", ["production", "development"])
async def test_the_check_bites(kind: str, logs: dict[str, str]) -> None:
    """As the lines were written before: libraries in plain sentences, the terminal without escaping."""
    log = logs[f"{kind}-old"]
    if kind == "development":
        assert len(wrong_in_terminal(log)) > len(ALLES) / SOME
    else:
        assert len([line for line in log.split("\n") if wrong(line)]) > len(ALLES) / SOME
