"""What a demo leaves on disk about itself, so that other commands, and the next start, can find it.

KISS_DATA/demo.lock      held (flock) while a supervisor lives; the kernel lets go of it, also after kill -9
KISS_DATA/demo.json      processes, ports and addresses; survives, so that ports stay the same
KISS_DATA/omgeving.json  the environment of the processes, for commands in another terminal
The last two hold passwords and are readable by their owner only.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil

from app.demo import children
from app.demo.keyring import write_private
from app.settings import PROJECT

FOLDER = PROJECT / ".data"
LOCK, RECORD, ENVIRONMENT = "demo.lock", "demo.json", "omgeving.json"


def data_folder() -> Path:
    """KISS_DATA as an absolute path. Not from app.settings(): nothing else is configured yet when a demo starts."""
    return Path(os.environ.get("KISS_DATA") or FOLDER).absolute()


@dataclass(frozen=True, slots=True)
class Running:
    """A process as we saw it start. A pid alone is not enough: the system uses it again."""

    pid: int
    created: float  # seconds since 1970
    program: str  # the file it runs; a command line may be rewritten by the process itself

    @classmethod
    def now(cls, pid: int) -> Self:
        process = psutil.Process(pid)
        return cls(pid, process.create_time(), process.exe())

    def find(self) -> psutil.Process | None:
        """The process, if it is still that one."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 1 and process.exe() == self.program
            return process if same and children.lives(process) else None
        except psutil.Error:
            return None


@dataclass
class Record:
    """demo.json. `shown` is what `kiss demo status --json` gives besides the pids."""

    ports: dict[str, int] = field(default_factory=dict)
    supervisor: Running | None = None
    children: dict[str, Running] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    ready: bool = False

    @classmethod
    def read(cls, data_dir: Path) -> Self:
        """An empty one when there is none, or when it was cut off."""
        try:
            raw = json.loads((data_dir / RECORD).read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return cls()
        supervisor = raw["supervisor"]
        return cls(
            ports=raw["ports"],
            supervisor=Running(**supervisor) if supervisor else None,
            children={name: Running(**one) for name, one in raw["children"].items()},
            shown=raw["shown"],
            ready=raw["ready"],
        )

    def write(self, data_dir: Path) -> None:
        write_private(data_dir / RECORD, json.dumps(asdict(self), indent=2) + "\n")

    @property
    def is_running(self) -> bool:
        return self.supervisor is not None and self.supervisor.find() is not None

    def left_behind(self, data_dir: Path) -> list[psutil.Process]:
        """Our children that still live, and what they started themselves.

        A child leads a session of its own, and the kernel gives no new process the number of a session that
        still has members; that they carry our KISS_DATA is asked as well.
        """
        leaders = {one.pid for one in self.children.values()}
        found = [process for one in self.children.values() if (process := one.find())]
        known = {process.pid for process in found}
        others = [one for one in children.session_members(leaders) if one.pid not in known]
        return found + [one for one in others if _is_ours(one, data_dir)]


class Lock:
    """At most one supervisor per KISS_DATA."""

    def __init__(self, data_dir: Path) -> None:
        self._file = (data_dir / LOCK).open("a")

    def take(self) -> bool:
        """Whether we have it; kept until this process ends, however it ends. Children do not inherit it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def write_environment(data_dir: Path, environment: dict[str, str]) -> None:
    write_private(data_dir / ENVIRONMENT, json.dumps(environment, indent=2) + "\n")


def adopt_environment(data_dir: Path) -> None:
    """Let a command in another terminal speak to the running demo; what is already set wins."""
    if "DATABASE_URL" in os.environ or not Record.read(data_dir).is_running:
        return
    environment: dict[str, str] = json.loads((data_dir / ENVIRONMENT).read_text("utf-8"))
    for name, value in environment.items():
        os.environ.setdefault(name, value)


def _is_ours(process: psutil.Process, data_dir: Path) -> bool:
    try:
        return process.environ().get("KISS_DATA") == str(data_dir)
    except psutil.Error:
        return False
