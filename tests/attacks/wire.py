"""HTTP/1.1 over a bare socket: sends any bytes, believes nothing, and tells waiting from hanging."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass

LIMIT = 4_000_000
QUIET = 0.3  # seconds without a byte: the server may be waiting for the rest of a request
# Stands for an answer that was lost: what came after the request was no request, and for that the server hangs up,
# as it may (app/grenzen/verbinding.py). A failure of the application shows in its log all the same.
CUT_OFF = 400
AFTER = 0.1  # seconds after the last byte of an answer: is there another one?
HANGS = 30.0  # seconds: nothing of ours takes so long
# Ends whatever is unfinished: a head, a chunked body, a body of up to the megabyte that is allowed.
TAIL = b"\r\n\r\n0\r\n\r\n" + b"A" * 1_100_000
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)\r\n")


class Hangs(Exception):
    """No answer at all."""


@dataclass(frozen=True)
class Reply:
    """What came back. `status` 0: the server hung up without a word."""

    status: int
    head: bytes = b""
    body: bytes = b""
    later: tuple[int, ...] = ()  # answers to what the server took for further requests

    @property
    def statuses(self) -> tuple[int, ...]:
        return (self.status, *self.later)


class Line:
    """One connection at a time, kept alive; a new one when the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, raw: bytes, *, framed: bool = True, head: bool = False) -> Reply:
        """The answer to one request. Not `framed`: on a connection of its own, with all that comes until the end.

        `head`: the answer has no body whatever its headers say. Raises `Hangs`.
        """
        if not framed:
            await self.close()
            try:
                return await self._strange(raw)
            finally:
                await self.close()
        reused = self._open is not None
        reply = await self._exchange(raw, head=head)
        if reply.status == 0 and reused:  # it had closed an idle connection, as it may
            reply = await self._exchange(raw, head=head)
        return reply

    async def close(self) -> None:
        if self._open is not None:
            _, writer = self._open
            self._open = None
            writer.close()
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 5)

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port, limit=LIMIT)
        return self._open

    async def _exchange(self, raw: bytes, *, head: bool) -> Reply:
        reader, writer = await self._connection()
        writer.write(raw)
        try:
            async with asyncio.timeout(HANGS):
                reply, stays = await _read(reader, head=head)
        except TimeoutError:
            await self.close()
            raise Hangs from None
        except (OSError, asyncio.IncompleteReadError):
            reply, stays = Reply(0), False
        if not stays:
            await self.close()
        return reply

    async def _strange(self, raw: bytes) -> Reply:
        reader, writer = await self._connection()
        writer.write(raw)
        try:
            first = await asyncio.wait_for(reader.read(1), QUIET)
        except TimeoutError:
            writer.write(TAIL)
            try:
                first = await asyncio.wait_for(reader.read(1), HANGS)
            except TimeoutError:
                raise Hangs from None
            except OSError:
                return Reply(CUT_OFF)
        except OSError:
            return Reply(CUT_OFF)
        got = bytearray(first)
        with suppress(OSError, TimeoutError):
            while piece := await asyncio.wait_for(reader.read(65536), AFTER):
                got += piece
        with suppress(OSError, TimeoutError):
            writer.write_eof()
            async with asyncio.timeout(HANGS):
                while piece := await reader.read(65536):
                    got += piece
        found = [int(one) for one in _STATUS.findall(bytes(got))]
        if not found:
            return Reply(CUT_OFF)
        return Reply(found[0], bytes(got), later=tuple(found[1:]))


async def _read(reader: asyncio.StreamReader, *, head: bool) -> tuple[Reply, bool]:
    """One answer, and whether the connection can be used again."""
    while True:
        top = await reader.readuntil(b"\r\n\r\n")
        match = _STATUS.match(top)
        status = int(match[1]) if match else 599
        if status >= 200 or status == 101:
            break
    low = top.lower()
    stays = b"connection: close" not in low and status != 101
    if b"text/event-stream" in low or status == 101:
        return Reply(status, top), False
    if head or status in (204, 304):
        return Reply(status, top), stays and not head
    if b"transfer-encoding: chunked" in low:
        return Reply(status, top, await _chunks(reader)), stays
    length = _LENGTH.search(top)
    if length:
        return Reply(status, top, await reader.readexactly(int(length[1]))), stays
    return Reply(status, top, await reader.read()), False


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        body += (await reader.readexactly(size + 2))[:-2]
        if size == 0:
            return bytes(body)
