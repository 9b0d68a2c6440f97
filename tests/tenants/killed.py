"""`kiss …` in a child that is really killed: SIGKILL at the n-th pass of one function, before or after its work.

One process imports everything and forks a child per command, so that thirty kills cost seconds and not minutes.

    with forge() as kiss:
        assert kiss("tenants", "create", "raalte", kill=Kill("tenants.ledger:audit", 3)).killed
        assert kiss("tenants", "create", "raalte").exit == 0
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kill:
    """SIGKILL at pass number `at` of `function` (module:name), `after` its work or before."""

    function: str
    at: int
    after: bool = True


@dataclass(frozen=True)
class Ended:
    killed: bool
    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Kiss = Callable[..., Ended]


@contextmanager
def forge() -> Iterator[Kiss]:
    """A process with the settings of this one that runs commands in children of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.tenants.killed"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert process.stdin
    assert process.stdout

    def kiss(*words: str, kill: Kill | None = None) -> Ended:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"words": words, "kill": kill and asdict(kill)}) + "\n")
        process.stdin.flush()
        return Ended(**json.loads(process.stdout.readline()))

    try:
        yield kiss
    finally:
        process.stdin.close()
        assert process.wait(30) == 0


def main() -> None:
    from app.cli import main as kiss

    _warm()
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(_child(kiss, asked["words"], asked["kill"])) + "\n")
        sys.stdout.flush()


def _warm() -> None:
    """What every child needs, so that it is not read thirty times."""
    from sqlalchemy import make_url
    from sqlalchemy.orm import configure_mappers

    from migrations import histories, sjabloon

    for module in ("tenants.cli", "alembic.autogenerate", "alembic.ddl.postgresql"):
        import_module(module)
    make_url("postgresql+asyncpg://").get_dialect().import_dbapi()
    configure_mappers()
    for history in histories.HISTORIES.values():
        histories.head(history)
        list(histories.scripts(history).walk_revisions())
    sjabloon.kept()


def _child(kiss: Any, words: list[str], kill: dict[str, Any] | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        pid = os.fork()
        if pid == 0:
            for descriptor, path in ((1, out), (2, err)):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
            code = 1
            try:
                if kill:
                    _arm(Kill(**kill))
                kiss(words, standalone_mode=True)
            except SystemExit as ended:
                code = int(ended.code or 0)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
        return {"killed": killed, "exit": code, "out": out.read_text(), "err": err.read_text()}


def _arm(kill: Kill) -> None:
    module, _, name = kill.function.partition(":")
    original = getattr(import_module(module), name)
    passed = 0

    def reached(after: bool) -> None:
        nonlocal passed
        if after != kill.after:
            return
        passed += 1
        if passed == kill.at:
            os.kill(os.getpid(), signal.SIGKILL)

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def slow(*args: Any, **kwargs: Any) -> Any:
            reached(after=False)
            result = await original(*args, **kwargs)
            reached(after=True)
            return result

        wrapped: Any = slow
    else:

        @functools.wraps(original)
        def quick(*args: Any, **kwargs: Any) -> Any:
            reached(after=False)
            result = original(*args, **kwargs)
            reached(after=True)
            return result

        wrapped = quick
    setattr(import_module(module), name, wrapped)


if __name__ == "__main__":
    main()
