"""Real web, worker and scheduler processes that start in no time: `python -m tests.faults.nest serve worker`.

The nest loads the application once and forks each process from there, as a pre-forking server does; what dies is
forked again, as an orchestrator would. Says on standard output, a JSON line each, what started and what ended. A line
`hold worker` or `let worker` on standard input keeps one away for a while. When the nest ends, all of them do.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from importlib import import_module

from app.demo.children import _die_with_parent


def main(names: list[str]) -> None:
    """`names` of commands; one that begins with a minus is held until it is let."""
    command = import_module("app.cli").main
    import_module("app.main")
    pids: dict[int, str] = {}
    held = {name[1:] for name in names if name.startswith("-")}
    names = [name.removeprefix("-") for name in names]
    while True:
        for name in names:
            if name not in held and name not in pids.values():
                pids[_hatch(command, name)] = name
        ready, _, _ = select.select([sys.stdin], [], [], 0.02)
        if ready:
            told = os.read(0, 4096).decode()
            if not told:
                return
            for word, name in map(str.split, told.splitlines()):
                (held.add if word == "hold" else held.discard)(name)
        while pids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            code = os.waitstatus_to_exitcode(status)
            say(event="ended", name=pids.pop(pid), pid=pid, code=code)
            if code != -signal.SIGKILL:
                time.sleep(0.5)  # it could not start, or was asked to stop: no storm of attempts


def _hatch(command: object, name: str) -> int:
    follow = _die_with_parent(signal.SIGKILL)
    pid = os.fork()
    if pid:
        say(event="started", name=name, pid=pid)
        return pid
    if follow is not None:
        follow()
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log = os.open(os.environ["KISS_NEST_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        command.main(args=[name], prog_name="kiss")  # type: ignore[attr-defined]
    finally:
        os._exit(1)


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what | {"at": time.monotonic()}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
