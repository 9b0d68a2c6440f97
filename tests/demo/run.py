"""`kiss demo` as a person starts it, with a way to see what lives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from app.demo import ports
from app.demo.record import Record
from tests.report import PROJECT

# The parts that are tested elsewhere and only cost time here.
PRODUCT = ("web", "worker", "scheduler", "practice", "tenants")
LIGHT = (*PRODUCT, "identity", "post")


class Run:
    """One KISS_DATA and the supervisors that a test starts on it."""

    def __init__(
        self, data: Path, *, python: Sequence[str] = (sys.executable,), env: dict[str, str] | None = None
    ) -> None:
        self.data = data
        self.port = ports.any_free()
        self.python = python
        self.env = os.environ | {"KISS_DATA": str(data), "KISS_PORT": str(self.port)} | (env or {})
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.output = data.parent / "uitvoer.txt"

    def start(self, *words: str, without: Sequence[str] = LIGHT) -> dict[str, Any]:
        """Start and wait until it says it is ready; gives its status."""
        self.launch(*words, without=without)
        end = time.monotonic() + 60
        while not (Record.read(self.data).ready and Record.read(self.data).is_running):
            assert self.supervisor is not None
            assert self.supervisor.poll() is None, self.text()
            assert time.monotonic() < end, self.text()
            time.sleep(0.05)
        return self.status()

    def launch(self, *words: str, without: Sequence[str] = LIGHT) -> None:
        left_out = [word for name in without for word in ("--without", name)]
        with self.output.open("ab") as output:
            self.supervisor = subprocess.Popen(
                [*self.python, "-m", "app.cli", "demo", *words, *left_out],
                env=self.env,
                cwd=PROJECT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_hear_signals,
            )

    def kiss(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.python, "-m", "app.cli", *words],
            env=self.env, cwd=PROJECT, capture_output=True, text=True, timeout=90,
        )  # fmt: skip

    def status(self) -> dict[str, Any]:
        done = self.kiss("demo", "status", "--json")
        found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
        return found

    def signal(self, number: int) -> int:
        """Send it to the supervisor and give its exit code."""
        assert self.supervisor is not None
        self.supervisor.send_signal(number)
        return self.supervisor.wait(60)

    def text(self) -> str:
        return self.output.read_text("utf-8")

    def alive(self) -> list[str]:
        """Every process of the machine that works in this KISS_DATA, our own commands and PostgreSQL included."""
        found = []
        for process in psutil.process_iter():
            try:
                words = " ".join(process.cmdline())
                if process.environ().get("KISS_DATA") == str(self.data) or str(self.data) in words:
                    found.append(f"{process.pid} {words or process.name()}")
            except psutil.Error:
                continue
        return found

    def end(self) -> None:
        if self.supervisor and self.supervisor.poll() is None:
            self.signal(signal.SIGTERM)
        self.kiss("demo", "stop")


def _hear_signals() -> None:
    """As from a terminal: under nohup, or in the background of a script, these come to us as ignored."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
