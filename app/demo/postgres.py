"""An own PostgreSQL as a foreground child: initdb once, start, stop. Only programs are used, no wrapper package."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from app.demo import children, pg_binaries, place, ports
from app.demo.children import StartFailed
from app.demo.keyring import Keyring, write_private

DATABASE = "kiss"
SUPERUSER = "postgres"
MIGRATOR = "kiss_migrator"
APP = "kiss_app"

# Once per start, so that a start that was cut short is completed by the next one.
ROLES_AND_DATABASE = r"""
\set ON_ERROR_STOP on
SELECT 'CREATE ROLE kiss_migrator' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kiss_migrator') \gexec
SELECT 'CREATE ROLE kiss_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kiss_app') \gexec
ALTER ROLE kiss_migrator LOGIN CREATEROLE PASSWORD '{migrator}';
ALTER ROLE kiss_app LOGIN NOINHERIT PASSWORD '{app}';
SELECT 'CREATE DATABASE kiss OWNER kiss_migrator'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'kiss') \gexec
REVOKE ALL ON DATABASE kiss FROM PUBLIC;
GRANT CONNECT ON DATABASE kiss TO kiss_app;
"""


class EmbeddedPostgres:
    """One cluster below `data_dir`, listening on 127.0.0.1 only, with scram passwords and no socket file.

    `start()` makes the cluster when it is new, the database `kiss`, the role kiss_migrator (owns the database,
    CREATEROLE) and the role kiss_app (NOINHERIT, no rights of its own). `fast=True` is for tests: it trades
    safety against a power cut for speed. With `port=0` the system picks one; `port` tells which after `start()`.
    Call `start()` from the main thread where you can: only then does Linux stop the server when we are killed.
    """

    name = "postgres"
    title = "Database"

    def __init__(self, data_dir: Path, port: int = 0, fast: bool = False, *, max_connections: int = 80) -> None:
        self.data_dir = data_dir
        self.port = port
        self.fast = fast
        self.max_connections = max_connections
        self.keyring = Keyring(data_dir)
        self.log = data_dir / "logs" / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._any_port = port == 0

    @property
    def admin_dsn(self) -> str:
        """For migrations and provisioning: postgresql://kiss_migrator:…@127.0.0.1:port/kiss."""
        return self._dsn(MIGRATOR)

    @property
    def app_dsn(self) -> str:
        """For the application: kiss_app, which may do nothing until it assumes a tenant's role."""
        return self._dsn(APP)

    @property
    def superuser_dsn(self) -> str:
        """For tests that need a second database, or proof about every role."""
        return self._dsn(SUPERUSER)

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def start(self) -> Self:
        """Start and wait until queries are answered. Raises StartFailed with a sentence and the log's end."""
        place.prune_orphans()
        self.place = place.choose(self.data_dir)
        self._stop_leftover()
        self.binaries = pg_binaries.find(
            major=self._major_of_data(), account=self.place.account, scratch=self.place.base
        )
        if not self.place.data.exists():
            self._initdb()
        self._run_server(attempts=3)
        self._make_roles_and_database()
        return self

    def launch(self) -> None:
        self.start()

    def wait_ready(self) -> None:
        """`start()` has waited: roles and database need a server that answers."""

    def stop(self) -> None:
        """Stop without waiting for clients (SIGINT, PostgreSQL's fast shutdown) and wait until it is gone."""
        if self.process:
            children.stop(self.process, how=signal.SIGINT, patience=20)
            self.process = None

    def remove(self) -> None:
        """Stop and delete the data, also where they stand outside `data_dir`."""
        self.stop()
        place.forget(self.data_dir)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _dsn(self, role: str) -> str:
        return f"postgresql://{role}:{self.keyring.password(role)}@127.0.0.1:{self.port}/{DATABASE}"

    def _major_of_data(self) -> int | None:
        version = self.place.data / "PG_VERSION"
        return int(version.read_text("ascii")) if version.exists() else None

    def _initdb(self) -> None:
        """In a folder beside it, renamed when finished: a start that was cut short never leaves half a cluster."""
        new = self.place.base / "postgres.nieuw"
        shutil.rmtree(new, ignore_errors=True)
        self.place.make_folder(new.name)
        password = self.place.base / ".wachtwoord"
        write_private(password, self.keyring.password(SUPERUSER))
        self.place.give(password)
        command: list[str | Path] = [
            self.binaries.path("initdb"),
            "-D",
            new,
            "-U",
            SUPERUSER,
            f"--pwfile={password}",
            "-A",
        ]
        command += ["scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", *(["--no-sync"] if self.fast else [])]
        try:
            process = children.spawn(command, log=self.log, account=self.place.account, cwd=Path("/"))
            if process.wait() != 0:
                raise StartFailed(f"De database kon niet worden gemaakt.\n{children.last_lines(self.log)}")
        finally:
            password.unlink()
        new.rename(self.place.data)

    def _run_server(self, attempts: int) -> None:
        if self._any_port:
            self.port = ports.any_free()
        self.process = children.spawn(
            [self.binaries.path("postgres"), "-D", self.place.data, *self._flags()],
            log=self.log,
            account=self.place.account,
            stop_signal=signal.SIGINT,
            cwd=Path("/"),
        )
        try:
            children.wait_until(self._is_ready, self.process, name="PostgreSQL", log=self.log, seconds=60)
        except StartFailed:
            self.stop()
            # A port that was just taken, or the last backend of a killed server that is still letting go.
            if attempts <= 1:
                raise
            time.sleep(0.5)
            self._run_server(attempts - 1)

    def _flags(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": self.max_connections,
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
            "fsync": "off" if self.fast else "on",
            "synchronous_commit": "on",  # a commit survives kill -9 of the server, also where fsync is off
            "full_page_writes": "off" if self.fast else "on",
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _is_ready(self) -> bool:
        return self._tool("pg_isready", "-q", "-t", "1").returncode == 0

    def _make_roles_and_database(self) -> None:
        script = ROLES_AND_DATABASE.format(migrator=self.keyring.password(MIGRATOR), app=self.keyring.password(APP))
        result = self._tool("psql", "-q", "-X", "-w", "-f", "-", script=script)
        if result.returncode != 0:
            self.stop()
            raise StartFailed(f"De rollen van de database konden niet worden gemaakt.\n{result.stderr}")

    def _tool(self, name: str, *arguments: str, script: str = "") -> subprocess.CompletedProcess[str]:
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER, "-d", "postgres"]
        environment = {"PGPASSWORD": self.keyring.password(SUPERUSER), "PATH": os.environ.get("PATH", "")}
        return subprocess.run(  # noqa: S603
            [self.binaries.path(name), *address, *arguments],
            input=script,
            capture_output=True,
            text=True,
            env=environment,
            cwd="/",
        )

    def _stop_leftover(self) -> None:
        """Stop a server that an earlier run left on these data."""
        found = place.postmaster(self.place.data)
        if found:
            family = [*found.children(recursive=True), found]
            found.send_signal(signal.SIGINT)
            children.end_all(children.wait_gone(family, 20))
