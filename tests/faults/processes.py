"""The real processes of the product around a test: started by a nest, killed by the test, started again at once."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.demo.ports import any_free
from tests.report import PROJECT
from tests.stack import eventually

EVERYBODY = ("serve", "worker", "scheduler")


@dataclass
class Processes:
    """What a nest keeps alive. `ended` grows with every death: name, pid, code, at (monotonic seconds)."""

    nest: subprocess.Popen[str]
    port: int
    names: tuple[str, ...]
    pids: dict[str, int] = field(default_factory=dict)
    started: list[dict[str, Any]] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        """Let everybody, and wait until they are there and the web answers."""
        for name in self.names:
            self.let(name)
        eventually(lambda: len(self.pids) == len(self.names), seconds=60, what="the nest forks")
        if "serve" in self.names:
            eventually(self.answers, seconds=60, what="the web answers")

    def follow(self) -> None:
        assert self.nest.stdout is not None
        for line in self.nest.stdout:
            told = json.loads(line)
            if told["event"] == "started":
                self.pids[told["name"]] = told["pid"]
                self.started.append(told)
            else:
                self.pids.pop(told["name"], None)
                self.ended.append(told)

    def kill(self, name: str) -> None:
        """`kill -9`, and wait until it is seen to be gone."""
        pid = self.pids[name]
        os.kill(pid, signal.SIGKILL)
        self.gone(pid)

    def gone(self, pid: int, seconds: float = 20) -> None:
        eventually(lambda: any(one["pid"] == pid for one in self.ended), seconds=seconds, what=f"{pid} ends")

    def hold(self, name: str) -> None:
        """Kill it and keep it away until `let`."""
        self._tell(f"hold {name}")
        if name in self.pids:
            self.kill(name)

    def let(self, name: str) -> None:
        self._tell(f"let {name}")

    def killed(self) -> int:
        """How many really died by SIGKILL."""
        return sum(one["code"] == -signal.SIGKILL for one in self.ended)

    def answers(self, path: str = "/readyz") -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            return connection.getresponse().status == 200
        connection.close()
        return False

    def _tell(self, line: str) -> None:
        assert self.nest.stdin is not None
        self.nest.stdin.write(line + "\n")
        self.nest.stdin.flush()


@contextmanager
def processes(folder: Path, *names: str, waiting: bool = False, **settings: str) -> Iterator[Processes]:
    """`names` of serve, worker, scheduler, with the settings of this run and these on top; all gone afterwards.

    `waiting`: only loads the program, so that `begin` starts them at once when their turn has come.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = any_free()
    environment = os.environ | {"KISS_PORT": str(port), "KISS_NEST_LOG": str(folder / "processen.log"), **settings}
    environment.pop("KISS_METRICS_PORT", None)
    command = [sys.executable, "-m", "tests.faults.nest", *("-" * waiting + name for name in names)]
    nest = subprocess.Popen(
        command, env=environment, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    running = Processes(nest, port, names)
    following = threading.Thread(target=running.follow, daemon=True)
    following.start()
    try:
        if not waiting:
            running.begin()
        yield running
    finally:
        assert nest.stdin is not None
        nest.stdin.close()
        nest.wait(20)
        following.join(5)
