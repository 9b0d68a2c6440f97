"""The real server in a process of its own, for what only shows there: its memory, its sockets, another server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.demo import ports
from tests.bench.world import Visitor

PATIENCE = 60.0


@dataclass(frozen=True)
class Served:
    """A running web process."""

    port: int
    process: psutil.Process

    async def status(self, visitor: Visitor, path: str) -> int:
        """One request on a connection of its own."""
        reader, writer = await self.ask(visitor, path, "close")
        try:
            line = await reader.readline()
            while await reader.read(65_536):
                continue
            return int(line.split()[1])
        finally:
            writer.close()

    async def ask(
        self, visitor: Visitor, path: str, after: str = "keep-alive"
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Send a request and leave the answer to the caller."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {visitor.tenant.hosts[0]}",
            f"Cookie: __Host-sid={visitor.cookie}",
            "Accept: text/html, text/event-stream",
            "Sec-Fetch-Site: same-origin",
            f"Connection: {after}",
        )
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await writer.drain()
        return reader, writer

    def megabytes(self) -> float:
        """Resident memory of the process and its children."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / 2**20


@asynccontextmanager
async def serving(folder: Path, command: Sequence[str] = (), **settings: str) -> AsyncIterator[Served]:
    """`kiss serve` (or `command`, in which {port} is filled in) with the settings of this process and `settings`."""
    port = ports.any_free()
    words = [word.format(port=port) for word in command] or [str(Path(sys.executable).parent / "kiss"), "serve"]
    log = folder / "serve.log"
    with log.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            *words, env=os.environ | {"KISS_PORT": str(port)} | settings, stdout=sink, stderr=subprocess.STDOUT
        )
        try:
            await _answers(port, process, log)
            yield Served(port, psutil.Process(process.pid))
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 20)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _answers(port: int, process: asyncio.subprocess.Process, log: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            assert process.returncode is None, f"the server stopped; see {log}"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            except OSError:
                await asyncio.sleep(0.05)
