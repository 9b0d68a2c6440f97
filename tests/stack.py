"""The whole product, running: `kiss demo` on free ports with data of its own, as a user would start it.

One stack per test run. Practice answers without delay, the undo window is short; nothing else differs.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import psutil

from app.demo.ports import any_free
from tests.canaries import canaries, in_logs, in_valkey
from tests.report import PROJECT

KISS = PROJECT / ".venv" / "bin" / "kiss"
UNDO_SECONDS = 2
TWO = ("--gemeente", "deventer", "--gemeente", "zwolle")  # enough to be apart; tests/demo shows all there are
T = TypeVar("T")


@dataclass
class Stack:
    """A running demo: addresses, pids, and the command line of the same installation."""

    data: Path
    port: int
    environment: dict[str, str]
    supervisor: subprocess.Popen[bytes]
    status: dict[str, Any] = field(default_factory=dict)
    _child_environment: dict[str, str] = field(default_factory=dict, repr=False)

    def url(self, slug: str) -> str:
        return f"http://{slug}.localhost:{self.port}"

    def kiss(self, *arguments: str) -> Any:
        """Run `kiss … --json` with the stack's own settings and give what it said."""
        done = subprocess.run(
            [KISS, *arguments, "--json"], env=self.child_environment(), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, f"kiss {' '.join(arguments)}: {done.stderr[-2000:]}"
        canaries.secret(f"kiss {arguments[0]} --json", done.stdout)
        if arguments[0] != "practice":  # the registers are other people's
            canaries.both("answers of kiss --json", f"kiss {arguments[0]} --json", done.stdout)
        return json.loads(done.stdout)

    def child_environment(self) -> dict[str, str]:
        """Settings as the supervisor gives them to its children, read once from a running web process."""
        if not self._child_environment:
            self._child_environment = self.environment | psutil.Process(self.pid("web")).environ()
        return self._child_environment

    def sql(self, statement: str) -> str:
        """One statement as the administrator of the database; gives its tag, such as `UPDATE 1`."""

        async def run() -> str:
            connection = await asyncpg.connect(self.child_environment()["DATABASE_ADMIN_URL"])
            try:
                return str(await connection.execute(statement))
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as pool:  # a loop of its own: a browser test already runs one
            return pool.submit(lambda: asyncio.run(run())).result(30)

    def refresh(self) -> dict[str, Any]:
        done = subprocess.run(
            [KISS, "demo", "status", "--json"], env=self.environment, capture_output=True, text=True, timeout=30
        )
        self.status = json.loads(done.stdout) if done.returncode == 0 else {}
        return self.status

    def pid(self, name: str) -> int:
        return int(self.refresh()["pids"][name])

    def kill(self, name: str) -> None:
        """`kill -9` of one process and its children; the supervisor starts it again."""
        process = psutil.Process(self.pid(name))
        for child in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                child.send_signal(signal.SIGKILL)

    def ledger(self, slug: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.kiss("practice", "ledger", "--tenant", slug)
        return rows

    def session(self, slug: str, username: str) -> str:
        """The value of a session cookie for one person."""
        done = subprocess.run(
            [KISS, "dev", "session", "--tenant", slug, "--as", username],
            env=self.child_environment(),
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().split("=", 1)[-1]


def eventually(check: Callable[[], T], *, seconds: float = 20, what: str = "") -> T:
    """The first truthy answer of `check`, asked again and again; fails the test when time is up."""
    end = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < end, f"not within {seconds} s: {what or check}"
        time.sleep(0.1)


@contextmanager
def running(data: Path, *words: str, patience: float = 90, **extra: str) -> Iterator[Stack]:
    """Start `kiss demo <words>` in `data`, wait until its pages answer, stop it afterwards."""
    port = any_free()
    environment = os.environ | {
        "KISS_DATA": str(data),
        "KISS_PORT": str(port),
        "KISS_UNDO_SECONDS": str(UNDO_SECONDS),
        "KISS_PRACTICE_DELAY": "0",
        "KISS_FAILPOINT_DIR": str(data / "failpoints"),
        **extra,
    }
    (data / "failpoints").mkdir(parents=True, exist_ok=True)
    log = (data / "supervisor.log").open("wb")
    supervisor = subprocess.Popen(
        [KISS, "demo", *TWO, *words], env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    stack = Stack(data, port, environment, supervisor)
    try:
        _started(stack, patience)
        yield stack
    finally:
        with suppress(Exception):  # a test may have stopped it all
            in_valkey(stack.child_environment()["REDIS_URL"])
        supervisor.send_signal(signal.SIGTERM)
        try:
            supervisor.wait(30)
        except subprocess.TimeoutExpired:
            supervisor.kill()
        in_logs(data)


def _started(stack: Stack, patience: float) -> None:
    try:
        eventually(lambda: _ready(stack), seconds=patience, what="the demo is ready")
    except AssertionError as error:
        raise AssertionError(f"{error}\n{(stack.data / 'supervisor.log').read_text()[-1500:]}") from error


def _ready(stack: Stack) -> bool:
    assert stack.supervisor.poll() is None, "the demo stopped"
    return bool(stack.refresh().get("urls")) and _answers(stack.port) and "scheduler" in stack.status.get("pids", {})


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
