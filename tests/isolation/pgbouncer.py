"""Debian's PgBouncer in transaction mode before the test database, with fewer servers than clients."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

from app.demo.postgres import EmbeddedPostgres
from tests.stack import eventually, free_port

SERVERS = 2
PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin") or ""


@contextmanager
def pgbouncer(cluster: EmbeddedPostgres) -> Iterator[str]:
    """The application's address of this cluster, through the pooler."""
    target = make_url(cluster.app_dsn)
    port = free_port()
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
        with _running(folder, port):
            yield target.set(port=port).render_as_string(hide_password=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path, port: int) -> Iterator[None]:
    nobody = "nobody" if os.getuid() == 0 else None  # it refuses to run as root
    if nobody:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, nobody)
    log = (folder / "log").open("wb")
    process = subprocess.Popen([PROGRAM, folder / "pgbouncer.ini"], user=nobody, stdout=log, stderr=subprocess.STDOUT)
    try:
        eventually(lambda: _answers(port), seconds=10, what=(folder / "log").read_text())
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
        return True
    return False
