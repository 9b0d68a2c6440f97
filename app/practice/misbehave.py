"""Playing a fault on the wire itself: bytes that stop, connections that are reset, answers that never come.

ASGI cannot break a connection off, so the server hands the transport along in the state of each request.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.practice.faults import Fault, Faults

HUGE = 100 * 1024 * 1024
CHUNK = 1024 * 1024
JSON = b"application/json; charset=utf-8"
PAGE = b"<!doctype html><title>Onderhoud</title><h1>Even geduld</h1>"
# No field of any of our registers has these types.
OTHER = {"personen": 7, "results": {"uuid": 3}, "klantcontact": [], "uuid": {"a": 1}, "code": [], "invalidParams": 1}
TITLES = {429: "Te veel verzoeken", 500: "Interne fout", 503: "Niet beschikbaar"}


class Protocol(HttpToolsProtocol):
    """Uvicorn's, with the connection itself in the state of each request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


@dataclass(slots=True)
class _Call:
    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    fault: Fault
    transport: asyncio.Transport

    async def gone(self, within: float | None = None) -> None:
        """Until the other side is gone, or so many seconds have passed; then the connection is closed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while (await self.receive())["type"] != "http.disconnect":
                    pass
        self.transport.close()
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def answer(self, status: int, body: bytes, kind: bytes, *more: tuple[bytes, bytes]) -> None:
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *more]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    async def real(self) -> tuple[int, bytes]:
        """What the register would have answered; its work is done."""
        status, body = 500, bytearray()

        async def keep(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                body.extend(message["body"])

        await self.app(self.scope, self.receive, keep)
        return status, bytes(body)

    def write_head(self, status: int, length: int) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {JSON.decode()}\r\nContent-Length: {length}\r\n\r\n"
        self.transport.write(head.encode())


class Misbehaving:
    """The practice environment with its faults in front."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._faults.next(scope["path"]) if scope["type"] == ScopeType.HTTP else None
        if fault is None:
            await self.app(scope, receive, send)
            return
        state: dict[str, Any] = scope["state"]
        call = _Call(self.app, scope, receive, send, fault, state["transport"])
        await WAYS[fault.kind](call)


async def _delay(call: _Call) -> None:
    await asyncio.sleep(call.fault.seconds)
    await call.app(call.scope, call.receive, call.send)


async def _hang(call: _Call) -> None:
    await call.gone(within=call.fault.seconds)


async def _reset(call: _Call) -> None:
    """RST instead of FIN: lingering for no time throws away what is under way."""
    wire = call.transport.get_extra_info("socket")
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    call.transport.abort()
    await call.gone()


async def _reply_lost(call: _Call) -> None:
    await call.real()
    await _reset(call)


async def _cut(call: _Call) -> None:
    status, body = await call.real()
    call.write_head(status, len(body) + 1)
    call.transport.write(body[: len(body) // 2])
    call.transport.close()
    await call.gone()


async def _drip(call: _Call) -> None:
    status, body = await call.real()
    call.write_head(status, len(body))
    listening = asyncio.ensure_future(call.gone())
    for at in range(len(body)):
        call.transport.write(body[at : at + 1])
        await asyncio.wait([listening], timeout=call.fault.seconds)
        if listening.done():
            return
    call.transport.close()
    await listening


async def _busy(call: _Call) -> None:
    await _refuse(call, (b"retry-after", str(round(call.fault.seconds)).encode()))


async def _refuse(call: _Call, *more: tuple[bytes, bytes]) -> None:
    status = int(call.fault.kind)
    body = json.dumps({"status": status, "title": TITLES[status], "code": "error", "detail": TITLES[status]})
    await call.answer(status, body.encode(), b"application/problem+json", *more)


async def _malformed(call: _Call) -> None:
    status, body = await call.real()
    await call.answer(status, body[: len(body) // 2] or b"{", JSON)


async def _content_type(call: _Call) -> None:
    status, _ = await call.real()
    await call.answer(status, PAGE, b"text/html; charset=utf-8")


async def _wrong_schema(call: _Call) -> None:
    status, _ = await call.real()
    await call.answer(status, json.dumps(OTHER).encode(), JSON)


async def _huge(call: _Call) -> None:
    """Chunked, so that nobody is warned by a length."""
    await call.send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", JSON)]})
    for sent in range(0, HUGE, CHUNK):
        last = sent + CHUNK >= HUGE
        await call.send({"type": "http.response.body", "body": b" " * CHUNK, "more_body": not last})


WAYS: dict[str, Callable[[_Call], Awaitable[None]]] = {
    "delay": _delay,
    "hang": _hang,
    "drip": _drip,
    "reset": _reset,
    "reply-lost": _reply_lost,
    "cut": _cut,
    "429": _busy,
    "500": _refuse,
    "503": _busy,
    "malformed": _malformed,
    "content-type": _content_type,
    "wrong-schema": _wrong_schema,
    "huge": _huge,
}
