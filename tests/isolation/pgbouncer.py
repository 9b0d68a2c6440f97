"""Debian's PgBouncer in transaction mode before the test database, with fewer servers than clients.

Version 1.18, of Debian 12, ends itself now and then when many clients cancel at once (pgbouncer issue 822: "server in
bad state"; repaired in 1.19). It is started again then, and counts its falls.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from app.demo.ports import any_free
from app.demo.postgres import EmbeddedPostgres
from tests.stack import eventually

SERVERS = 2
PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin") or ""


@dataclass
class Pooler:
    """A running PgBouncer. `dsn` is the application's address of the cluster, through it."""

    dsn: str
    port: int
    folder: Path
    nobody: str | None  # the user it runs as when we are root: it refuses to be root
    process: subprocess.Popen[bytes] = field(init=False)
    falls: int = 0
    _leaving: bool = False

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            command = [PROGRAM, self.folder / "pgbouncer.ini"]
            self.process = subprocess.Popen(command, user=self.nobody, stdout=log, stderr=subprocess.STDOUT)

    def said(self) -> str:
        return (self.folder / "log").read_text()

    def guard(self) -> None:
        """Start it again when it falls, as a service manager does."""
        while not self._leaving:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
                if not self._leaving:
                    self.falls += 1
                    self.start()

    def stop(self) -> None:
        self._leaving = True
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def pgbouncer(cluster: EmbeddedPostgres) -> Iterator[Pooler]:
    """One before this cluster, kept running until the end."""
    target = make_url(cluster.app_dsn)
    port = any_free()
    folder = Path(tempfile.mkdtemp(prefix="kiss-pgbouncer-"))
    try:
        (folder / "users.txt").write_text(f'"{target.username}" "{target.password}"\n')
        (folder / "pgbouncer.ini").write_text(f"""
[databases]
{target.database} = host=127.0.0.1 port={target.port} dbname={target.database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = {SERVERS}
max_client_conn = 100
server_login_retry = 1
""")
        nobody = "nobody" if os.getuid() == 0 else None
        for path in (folder, *folder.iterdir()) if nobody else ():
            shutil.chown(path, nobody)
        yield from _kept(Pooler(target.set(port=port).render_as_string(hide_password=False), port, folder, nobody))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kept(pooler: Pooler) -> Iterator[Pooler]:
    pooler.start()
    guard = threading.Thread(target=pooler.guard)
    try:
        eventually(lambda: _answers(pooler.port), seconds=10, what="PgBouncer")
        guard.start()
        yield pooler
    finally:
        pooler.stop()
        if guard.is_alive():
            guard.join()


def _answers(port: int) -> bool:
    with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
        return True
    return False
