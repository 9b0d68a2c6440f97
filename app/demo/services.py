"""The parts that a supervisor starts, each a child process with one way to start, ask and stop."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from app.demo import children
from app.settings import PROJECT

# Seconds before a process of ours is killed: an open browser keeps a stream open, and all of them survive kill -9.
PATIENCE = 6


class Service(Protocol):
    """`launch` starts the process, `wait_ready` returns when it serves or raises StartFailed, `stop` waits."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def process(self) -> subprocess.Popen[bytes] | None: ...
    def launch(self) -> None: ...
    def wait_ready(self) -> None: ...
    def stop(self) -> None: ...


@dataclass
class Command:
    """One of our own processes: `kiss <words>`."""

    name: str
    title: str
    words: tuple[str, ...]
    env: Mapping[str, str]
    log: Path
    is_ready: Callable[[], bool] = lambda: True  # a process without a port is ready when it lives
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def launch(self) -> None:
        self.process = children.spawn(kiss(*self.words), log=self.log, env=self.env, cwd=PROJECT)

    def wait_ready(self) -> None:
        assert self.process is not None, "launch() comes first"  # noqa: S101
        children.wait_until(self.is_ready, self.process, name=self.title, log=self.log, seconds=60)

    def stop(self) -> None:
        if self.process:
            children.stop(self.process, patience=PATIENCE)
            self.process = None


def kiss(*words: str) -> list[str]:
    """The command line of `kiss …` with this Python, also where no script was installed."""
    return [sys.executable, "-m", "app.cli", *words]


def run_to_end(
    words: tuple[str, ...],
    *,
    env: Mapping[str, str],
    log: Path,
    title: str,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Run `kiss <words>` and `tell` each line it writes; raises StartFailed with the end of its log when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch()
    with log.open("r", encoding="utf-8", errors="replace") as written:
        written.seek(0, 2)
        process = children.spawn(kiss(*words), log=log, env=env, cwd=PROJECT)
        code = _follow(process, written, tell)
    if code != 0:
        raise children.StartFailed(f"{title} is mislukt.\n{children.last_lines(log)}")


def _follow(process: subprocess.Popen[bytes], written: TextIO, tell: Callable[[str], None]) -> int:
    """The exit code, once it ended; meanwhile whole lines are told."""
    code: int | None = None
    half = ""
    try:
        while code is None:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(0.1)
            *lines, half = (half + written.read()).split("\n")
            for line in lines:
                tell(line)
    except BaseException:  # Ctrl-C: nothing may stay behind
        children.stop(process)
        raise
    return code
