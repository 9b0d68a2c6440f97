"""Child processes that never outlive us: started in a session of their own, stopped and waited for."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1  # linux/prctl.h


class StartFailed(Exception):
    """A part did not start; the message is a Dutch sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system that a child runs under."""

    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether a process of this account can reach into `folder`, asked of the kernel itself."""
        test = ["/usr/bin/test", "-x", str(folder)]
        return subprocess.run(test, user=self.uid, group=self.gid, extra_groups=[]).returncode == 0  # noqa: S603


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    stdin: int = subprocess.DEVNULL,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in its own session, output appended to `log`; it gets `stop_signal` when we die."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603
            [str(word) for word in command],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_die_with_parent(stop_signal),
        )


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    # Linux ties the signal to the thread that forks, so only the main thread may ask for it.
    # It runs after the change of account, which would clear the request.
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # it died between fork and here
            os._exit(1)

    return ask_kernel


def stop(process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """Ask `process` to stop, insist after `patience` seconds, and leave nothing of its session behind."""
    family = _family(process.pid)
    if process.poll() is None:
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    if process.poll() is None:
        process.kill()
        process.wait()
    end_all([one for one in family if one.pid != process.pid], patience=2)


def end_all(processes: Sequence[psutil.Process], *, patience: float = 10) -> None:
    """Terminate, then kill; psutil compares start times, so a reused pid is never signalled."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    for process in wait_gone(processes, patience):
        with contextlib.suppress(psutil.Error):
            process.kill()
    wait_gone(processes, 5)


def wait_gone(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until they have ended, at most so long; gives those that have not."""
    deadline = time.monotonic() + seconds
    left = [process for process in processes if lives(process)]
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [process for process in left if lives(process)]
    return left


def lives(process: psutil.Process) -> bool:
    """Whether it still runs. A zombie does not: its parent, or init in a container, may never ask how it ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def session_members(leaders: Collection[int]) -> list[psutil.Process]:
    """Every process in the sessions that these pids lead or led."""
    return [process for process in psutil.process_iter() if _session(process.pid) in leaders]


def _family(pid: int) -> list[psutil.Process]:
    # By parent, for PostgreSQL gives each backend a session; by session, for a grandchild may have lost its parent.
    try:
        descendants = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        descendants = []
    return list({one.pid: one for one in [*descendants, *session_members({pid})]}.values())


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, name: str, log: Path, seconds: float = 30
) -> None:
    """Return when `ready`; raise StartFailed with the end of the log when it stops or takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        code = process.poll()
        if code is not None:
            raise StartFailed(f"{name} is gestopt (code {code}).\n{last_lines(log)}")
        if time.monotonic() > deadline:
            raise StartFailed(f"{name} antwoordt niet binnen {seconds:.0f} seconden.\n{last_lines(log)}")
        time.sleep(0.05)


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, indented, with its path above it."""
    if not log.exists():
        return f"Er is geen logboek {log}."
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        lines = file.read().decode("utf-8", "replace").splitlines()[-count:]
    return "\n".join([f"Einde van {log}:", *(f"    {line}" for line in lines)])
