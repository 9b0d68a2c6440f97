"""build/test-report.json and the time per group: what a run did, in numbers. Loaded by tests/conftest.py."""

from __future__ import annotations

import json
import os
import random
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / "build"
MOST_TESTS = 50
MOST_WORDS = 2_000  # characters of one error in the report
REPORT, SEED = "KISS_TEST_REPORT", "SEED"  # environment: where the report goes, where random choices begin


def new_seed() -> int:
    """SEED=… when given, else a fresh one."""
    return int(os.environ.get(SEED) or random.SystemRandom().randrange(2**31))


class Report:
    """Collects outcomes, skips with their reason, counts that tests record, and seconds per folder of tests/."""

    def __init__(self) -> None:
        self.passed = self.failed = 0
        self.skipped: list[dict[str, str]] = []
        self.failures: list[dict[str, str]] = []
        self.seconds: dict[str, float] = defaultdict(float)
        self.tests: dict[str, float] = defaultdict(float)
        self.counts: dict[str, int] = {}
        self.seed = new_seed()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[group_of(report.nodeid)] += report.duration
        self.tests[report.nodeid] += report.duration
        if report.skipped:
            self.skipped.append({"test": report.nodeid, "reason": _reason(report)})
        elif report.failed:
            self.failed += 1
            self.failures.append({"test": report.nodeid, "error": _crash(report)})
        elif report.when == "call":
            self.passed += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        BUILD.mkdir(exist_ok=True)
        target = Path(os.environ.get(REPORT) or BUILD / "test-report.json")
        target.write_text(json.dumps(self.as_dict(), indent=2, ensure_ascii=False) + "\n")
        if self.unknown_skips() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("tijd per groep")
        for group, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(f"{seconds:7.1f} s  {group}")
        for name, count in sorted(self.counts.items()):
            terminalreporter.write_line(f"N = {count:<6} {name}")
        terminalreporter.write_line(f"seed {self.seed}")
        for skip in self.unknown_skips():
            terminalreporter.write_line(f"OVERGESLAGEN zonder bekende reden: {skip['test']}: {skip['reason']}")

    def unknown_skips(self) -> list[dict[str, str]]:
        known = {skip["reason"] for skip in tomllib.loads((PROJECT / "tests/skips.toml").read_text()).get("skip", [])}
        return [skip for skip in self.skipped if skip["reason"] not in known]

    def as_dict(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "failed": self.failed,
            "skipped": self.skipped,
            "failures": self.failures,
            "counts": self.counts,
            "seed": self.seed,
            "seconds": {group: round(seconds, 1) for group, seconds in sorted(self.seconds.items())},
            "slowest": slowest(self.tests),
        }


def slowest(tests: dict[str, float]) -> dict[str, float]:
    """The tests on which a run spends its time, with what was set up for them, longest first: seconds."""
    return {test: round(tests[test], 1) for test in sorted(tests, key=lambda test: -tests[test])[:MOST_TESTS]}


def group_of(nodeid: str) -> str:
    """The folder below tests/ that a test belongs to."""
    parts = nodeid.split("::")[0].split("/")
    return parts[1] if len(parts) > 2 else parts[-1]


def _reason(report: pytest.TestReport) -> str:
    text = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def _crash(report: pytest.TestReport) -> str:
    """The error in its own words, without the way to it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else report.longreprtext)[-MOST_WORDS:]


def recap(failures: list[dict[str, str]]) -> list[str]:
    """What failed and why, one error a paragraph, under it the tests that met it: for the end of a long log."""
    met: dict[str, list[str]] = defaultdict(list)
    for failure in failures:
        met[failure["error"]].append(failure["test"])
    return [line for error, tests in met.items() for line in (error, *(f"    {test}" for test in tests))]
