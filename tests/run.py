"""What `make test` runs after `make check`: every test, in three processes side by side, and one report about them.

Each process has a PostgreSQL of its own; the one with the browser has the running product and the one Chromium.
With arguments it is plain pytest: `.venv/bin/python -m tests.run tests/auth -k cookie`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.report import BUILD, PROJECT, REPORT, SEED, new_seed, recap, slowest

OPTIONS = ["-q", "--timeout=180", "-p", "no:cacheprovider"]
# Side by side on two cores, of about the same length: what has the browser, what breaks things, and the rest.
APART = {
    "browser": ("identity", "journey", "practice", "templates", "zegels"),
    "weerstand": ("attacks", "faults", "isolation", "storingen"),
}


def parts() -> dict[str, list[str]]:
    """Folders of tests/ per process."""
    folders = sorted(path.parent.relative_to(PROJECT) for path in (PROJECT / "tests").glob("*/__init__.py"))
    apart = {name: [str(one) for one in folders if one.name in wanted] for name, wanted in APART.items()}
    taken = {folder for names in apart.values() for folder in names}
    return apart | {"overig": [str(folder) for folder in folders if str(folder) not in taken]}


def start(name: str, folders: list[str], seed: int) -> subprocess.Popen[str]:
    environment = os.environ | {REPORT: str(BUILD / f"test-report-{name}.json"), SEED: str(seed)}
    command = [sys.executable, "-m", "pytest", *OPTIONS, *folders]
    return subprocess.Popen(
        command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def pass_on(name: str, process: subprocess.Popen[str]) -> None:
    """Show every line as it comes, with the part it belongs to."""
    assert process.stdout is not None
    for line in process.stdout:
        print(f"{name:>9} | {line}", end="", flush=True)


def merged(reports: list[dict[str, Any]]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for report in reports:
        for what, number in report["counts"].items():
            counts[what] = counts.get(what, 0) + number
    return {
        "passed": sum(report["passed"] for report in reports),
        "failed": sum(report["failed"] for report in reports),
        "skipped": [skip for report in reports for skip in report["skipped"]],
        "failures": [failure for report in reports for failure in report["failures"]],
        "counts": counts,
        "seed": reports[0]["seed"],
        "seconds": {group: took for report in reports for group, took in sorted(report["seconds"].items())},
        "slowest": slowest({test: took for report in reports for test, took in report["slowest"].items()}),
    }


def main() -> int:
    began = time.monotonic()
    BUILD.mkdir(exist_ok=True)
    seed = new_seed()
    processes = {name: start(name, folders, seed) for name, folders in parts().items()}
    readers = [threading.Thread(target=pass_on, args=item) for item in processes.items()]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    codes = [process.wait() for process in processes.values()]
    found = [Path(BUILD / f"test-report-{name}.json") for name in processes]
    if not all(path.exists() for path in found):
        return 1
    report = merged([json.loads(path.read_text()) for path in found])
    (BUILD / "test-report.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    for path in found:
        path.unlink()
    print(*recap(report["failures"]), sep="\n")
    print(f"{time.monotonic() - began:.0f} s; build/test-report.json")
    print(f"{report['passed']} passed, {report['failed']} failed, {len(report['skipped'])} skipped")
    return max(codes)


if __name__ == "__main__":
    sys.exit(pytest.main([*OPTIONS, *sys.argv[1:]]) if sys.argv[1:] else main())
