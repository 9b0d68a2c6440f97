"""A web process of its own on a real PostgreSQL, started and stopped as an orchestrator would."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.auth.cli import open_for
from app.demo.ports import any_free
from app.demo.valkey import EmbeddedValkey
from tests.afleveringen.conftest import applied, deventer, practice, zwolle
from tests.canaries import canaries
from tests.stack import KISS, eventually

__all__ = ["applied", "deventer", "practice", "zwolle"]
HOST = "deventer.localhost:8000"


@dataclass
class Web:
    """`kiss serve` as a child; `metrics` is the port on which it tells of itself."""

    process: subprocess.Popen[bytes]
    port: int
    metrics: int

    def connection(self, timeout: float = 10) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def get(self, path: str, host: str = HOST, **headers: str) -> tuple[int, str]:
        connection = self.connection()
        try:
            connection.request("GET", path, headers={"host": host} | headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            canaries.answer(f"GET {path}", answer.status, answer.getheaders())
            canaries.page(f"GET {path}", answer.status, text)
            return answer.status, text
        finally:
            connection.close()

    def status(self, path: str) -> int:
        with suppress(OSError, http.client.HTTPException):
            return self.get(path)[0]
        return 0

    def measured(self) -> dict[str, float]:
        """Every sample of the metrics port: `name{labels}` → value."""
        connection = http.client.HTTPConnection("127.0.0.1", self.metrics, timeout=5)
        try:
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        return {name: float(value) for name, value in re.findall(r"(?m)^([a-z_]+(?:\{.*\})?) (\S+)$", text)}

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@contextmanager
def web(folder: Path, *, ready: str = "/readyz", **settings: str) -> Iterator[Web]:
    """Start one with the settings of this test run and these on top; it is gone afterwards."""
    port, metrics = any_free(), any_free()
    environment = os.environ | {
        "KISS_PORT": str(port),
        "KISS_METRICS_PORT": str(metrics),
        "KISS_DRAIN_SECONDS": "0",
        **settings,
    }
    log = (folder / "web.log").open("wb")
    process = subprocess.Popen([KISS, "serve"], env=environment, stdout=log, stderr=subprocess.STDOUT)
    started = Web(process, port, metrics)
    try:
        eventually(lambda: started.status(ready) == 200, seconds=90, what=f"{ready} of {folder / 'web.log'}")
        yield started
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="package")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), fast=True) as server:
        yield server


@pytest.fixture
async def cookie(deventer: object) -> str:
    return "__Host-sid=" + await open_for(deventer.tenant, "sanne.proef")  # type: ignore[attr-defined]
