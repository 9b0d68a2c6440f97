"""Stands between the product and the practice register, and spoils what passes: the real register stays honest.

A thread with a loop of its own, so that it also works while the product's loop stands still.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

HUGE = 100 * 1024 * 1024  # bytes
WAIT = 2  # seconds in Retry-After
TOO_BUSY = "HTTP/1.1 {status} Busy\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n"


class Register:
    """An address that passes everything on to `behind`. `spoil` makes it bad for a while, `mend` good again."""

    def __init__(self, behind: str) -> None:
        self._behind = urlsplit(behind)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._mended = asyncio.Event()
        self.kind, self._left, self._after, self._only_writes = "", 0, False, False
        self.spoilt = 0  # requests since the last `spoil` that met it
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()
        self._run(self._listen())

    def stop(self) -> None:
        self._run(self._deaf())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def spoil(self, kind: str, chance: random.Random, *, writes: bool = False) -> None:
        """The next one to four requests meet `kind`; half of the times only after the register took what was sent.

        `writes`: half of the times only what writes meets it, so that the reply to the contact itself goes wrong.
        """
        self.spoilt, self._after = 0, chance.random() < 0.5
        self._only_writes = writes and chance.random() < 0.5
        self._mended.clear()
        self.kind, self._left = kind, chance.randint(1, 4)
        if kind == "refused":
            self._run(self._deaf())

    def down(self) -> None:
        """Nobody listens until `mend`."""
        self._run(self._deaf())

    def mend(self) -> None:
        self.kind, self._left = "", 0
        self._loop.call_soon_threadsafe(self._mended.set)
        if self._server is None:
            self._run(self._listen())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _deaf(self) -> None:
        """Nobody listens any more: a new connection is refused by the machine itself."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._answer(*await _request(reader), writer)
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        if self._left <= 0 or (self._only_writes and not head.startswith(b"POST")):
            writer.write(await self._pass_on(head, body))
            await writer.drain()
            return
        self._left -= 1
        self.spoilt += 1
        kind = self.kind
        always = kind in ("cut", "reply-lost", "bad-json", "wrong-schema", "huge")
        answer = await self._pass_on(head, body) if self._after or always else b""
        await getattr(self, "_" + kind.replace("-", "_"))(answer, writer)

    async def _pass_on(self, head: bytes, body: bytes) -> bytes:
        """The whole answer of the real register, which closes after it."""
        reader, writer = await asyncio.open_connection(self._behind.hostname, self._behind.port)
        try:
            lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
            writer.write(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()

    async def _reset(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def _cut(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer[: len(answer) * 2 // 3])
        await writer.drain()

    async def _reply_lost(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        """It took what was sent; not a byte comes back."""

    async def _status(self, status: int, writer: asyncio.StreamWriter, extra: str = "") -> None:
        writer.write((TOO_BUSY.format(status=status) + extra + "\r\n{}").encode())
        await writer.drain()

    async def _429(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await self._status(429, writer, f"Retry-After: {WAIT}\r\n")

    async def _500(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await self._status(500, writer)

    async def _503(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await self._status(503, writer, f"Retry-After: {WAIT}\r\n")

    async def _hang(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await self._mended.wait()

    async def _bad_json(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await self._other_body(answer, writer, b'{"uuid": "5b1c')

    async def _wrong_schema(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await self._other_body(answer, writer, b'{"count": "veel", "results": 7, "klantcontact": []}')

    async def _other_body(self, answer: bytes, writer: asyncio.StreamWriter, body: bytes) -> None:
        status = answer.partition(b"\r\n")[0]
        head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(status + b"\r\n" + head.encode() + body)
        await writer.drain()

    async def _huge(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {HUGE}\r\n\r\n".encode())
        for _ in range(HUGE // 65536):
            writer.write(b" " * 65536)
            await writer.drain()


async def _request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body of one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head, await reader.readexactly(int(lengths[0]) if lengths else 0)
