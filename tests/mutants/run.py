"""Puts one defect at a time into a copy of the project and runs the tests that must notice.

The copy holds links to what is only read; a file with a defect is a file of its own, so the project itself is never
touched and two copies can work side by side.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conventions.tree import PROJECT, tracked
from tests.mutants.defects import Defect

READ_ONLY = ("node_modules", ".tools", "app/static/dist")  # made by `make setup`, used by tests, never written
_RED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?|\S+)(?: - .*)?$", re.MULTILINE)
LONGEST = 600  # seconds for the tests of one defect; a defect that makes them hang was noticed too


@dataclass(frozen=True)
class Outcome:
    """What the tests said of one defect: `red` names what failed, `ran` is the last line of pytest, `red_anyway` is
    what the first of them says without the defect."""

    defect: Defect
    red: tuple[str, ...]
    ran: str
    red_anyway: tuple[str, ...] = ()

    @property
    def noticed(self) -> bool:
        return bool(self.red) and not self.red_anyway


class Copy:
    """A copy of the project's files in `folder`, ready to run tests in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for source in tracked():
            target = folder / source.relative_to(PROJECT)
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        for name in READ_ONLY:
            if (PROJECT / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).symlink_to(PROJECT / name)

    def run(self, tests: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """Names of the failing tests, and pytest's last line."""
        environment = os.environ | {"PYTHONPATH": str(self.folder), "KISS_TEST_REPORT": str(self.folder / "r.json")}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "--timeout=120", "-p", "no:cacheprovider", *tests]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return (f"{tests[0]} (bleef hangen)",), "timeout"
        lines = (done.stdout + done.stderr).strip().splitlines()
        return tuple(_RED.findall(done.stdout)), lines[-1] if lines else f"code {done.returncode}"

    def outcome(self, defect: Defect) -> Outcome:
        """Put the defect in, run its tests, take it out again; what turned red must be green without it."""
        target = self.folder / defect.path
        good = target.read_text()
        target.write_text(with_defect(good, defect))
        try:
            red, ran = self.run(defect.tests)
        finally:
            target.write_text(good)
        named = [test for test in red[:1] if "::" in test]
        return Outcome(defect, red, ran, self.run(named)[0] if named else ())


def with_defect(text: str, defect: Defect) -> str:
    """Raises `ValueError` when the place of the defect is not exactly one."""
    found = text.count(defect.old)
    if found != 1:
        raise ValueError(f"{defect.path}: de plek van “{defect.name}” staat er {found} keer.")
    return text.replace(defect.old, defect.new)
