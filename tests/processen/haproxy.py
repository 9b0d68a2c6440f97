"""Debian's HAProxy before two web processes, with the settings that the operator's manual advises."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.demo.ports import any_free
from tests.processen.conftest import Web
from tests.stack import eventually

PROGRAM = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin") or ""


@contextmanager
def haproxy(folder: Path, replicas: Sequence[Web]) -> Iterator[Web]:
    """The port where it listens, as a `Web` to visit; its process is HAProxy's."""
    port = any_free()
    servers = "\n".join(
        f"    server web{number} 127.0.0.1:{replica.port} check inter 100ms fall 1 rise 1"
        for number, replica in enumerate(replicas)
    )
    (folder / "haproxy.cfg").write_text(f"""
defaults
    mode http
    timeout connect 1s
    timeout client 60s
    timeout server 60s
    timeout check 5s
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response
frontend kiss
    bind 127.0.0.1:{port}
    default_backend web
backend web
    balance roundrobin
    option httpchk
    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost
    http-check expect status 200
{servers}
""")
    log = (folder / "haproxy.log").open("wb")
    process = subprocess.Popen([PROGRAM, "-f", folder / "haproxy.cfg"], stdout=log, stderr=subprocess.STDOUT)
    front = Web(process, port, 0)
    try:
        eventually(lambda: front.status("/readyz") == 200, what=str(folder / "haproxy.log"))
        yield front
    finally:
        process.terminate()
        process.wait(10)
