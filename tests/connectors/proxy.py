"""A line to a register that loses things: the request before it arrives, or the answer after the work was done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum


class Fate(Enum):
    PASS = "pass"
    LOSE_REQUEST = "lose request"
    LOSE_ANSWER = "lose answer"


Plan = Callable[[str], Fate]  # "POST /maak-klantcontact" → what happens to it


@dataclass
class Line:
    port: int
    plan: Plan = lambda call: Fate.PASS
    calls: list[str] = field(default_factory=list)


@asynccontextmanager
async def line_to(upstream: int, path: str) -> AsyncIterator[Line]:
    """Forwards to `upstream`; `plan` sees each call as method and path behind `path`, without the query."""
    line = Line(0)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await _one(line, reader, writer, upstream, path)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _one(
    line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: int, path: str
) -> None:
    """One call per connection: what comes back says close."""
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(_length(head))
    method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
    call = f"{method} {target.partition('?')[0].removeprefix(path)}"
    line.calls.append(call)
    fate = line.plan(call)
    if fate is not Fate.LOSE_REQUEST:
        answer = await _forward(head, body, upstream)
        if fate is Fate.PASS:
            writer.write(answer)
            await writer.drain()
            return
    writer.transport.abort()


async def _forward(head: bytes, body: bytes, upstream: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", upstream)
    writer.write(head.replace(b"Connection: keep-alive", b"Connection: close") + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
