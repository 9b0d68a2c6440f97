"""Connections: how much a client may send before it has asked anything, and how slow it may be.

uvicorn bounds neither the head of a request, nor the time a client takes to send or read; a handful of programs that
drip a byte now and then would hold all it has (slowloris). Here every phase ends by itself. What is refused gets a
sentence with the same headers as every other answer, and is read on for a moment, so that it arrives.
"""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app import metrics
from app.auth.urls import issuer_origin
from app.beveiliging import MAX_BODY, security_headers
from app.settings import settings

MAX_URL: Final = 8_192  # bytes of path and query
MAX_HEAD: Final = 32_768  # bytes of all header fields together
MAX_FIELDS: Final = 100
LOOKS: Final = 10  # how often we look in the time of one patience


class Fase(StrEnum):
    """What a connection is waiting for."""

    KOP = "kop"  # the head of a request
    INHOUD = "inhoud"  # its body
    ANTWOORD = "antwoord"  # us; an event stream may last
    STIL = "stil"  # the next request
    UITLOOP = "uitloop"  # refused: the rest of what was sent is thrown away


# How many times our patience (`KISS_CLIENT_SECONDS`) each may last. None: that is up to us, not to the client.
LASTS: Final[dict[Fase, float | None]] = {
    Fase.KOP: 1.0,
    Fase.INHOUD: 3.0,
    Fase.ANTWOORD: None,
    Fase.STIL: 2.0,  # uvicorn itself closes what is silent after five seconds
    Fase.UITLOOP: 0.2,
}
READS_WITHIN: Final = 3.0  # in which a client takes 48 kB of an answer
CLOSES_WITHIN: Final = 1.0  # for the last bytes of a connection that we close

_WORDS: Final[dict[int, tuple[str, str]]] = {
    400: ("Dit verzoek kunnen we niet lezen", "Laad de pagina opnieuw."),
    408: (
        "Dit duurde te lang",
        "We kregen niet alles van uw verzoek. Controleer uw verbinding en probeer het opnieuw.",
    ),
    414: ("Dit adres is te lang", "Ga naar de startpagina en begin daar opnieuw."),
    431: (
        "Uw browser stuurt te veel mee",
        "Verwijder de cookies van dit adres in uw browser en probeer het opnieuw.",
    ),
}


class Refusal(Exception):
    """Raised inside the parser, which stops there and says that a request cannot be read."""


class _Quiet:
    """A transport on which the last words for a client that just left are lost without a sound.

    uvloop raises on a write after the end, and uvicorn (0.54) tells only the newest request on a connection that it
    ended: one before it, still at work, would be reported as a failure of ours.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with an end to every phase."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Quiet(transport))  # type: ignore[arg-type]  # all of it but one method
        self._status = 400
        self._stuck = self._closing = 0
        self._every = settings().client_seconds / LOOKS
        self._enter(Fase.KOP)
        self._look = self.loop.call_later(self._every, self._watch)

    def connection_lost(self, exc: Exception | None) -> None:
        self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._fase is Fase.UITLOOP:
            self._head += len(data)
            if self._head > MAX_BODY:
                self.transport.abort()
            return
        if self._fase is Fase.STIL:
            self._enter(Fase.KOP)
        super().data_received(data)
        if self._fase is Fase.KOP:  # an unfinished field is not counted by the parser's own callbacks
            self._head += len(data)
            if self._head > MAX_URL + MAX_HEAD:
                self._refuse(431, "kop-groot")

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_URL:
            self._stop(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._fields += len(name) + len(value)
        if self._fields > MAX_HEAD or len(self.headers) > MAX_FIELDS:
            self._stop(431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._fields = 0

    def on_headers_complete(self) -> None:
        self._enter(Fase.INHOUD)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._enter(Fase.STIL if self.cycle.response_complete else Fase.ANTWOORD)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._fase is Fase.ANTWOORD and self.cycle.response_complete:  # and nothing was asked in advance
            self._enter(Fase.STIL)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = 1

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stuck = 0

    def send_400_response(self, msg: str) -> None:
        """What uvicorn does with bytes that are no request; `_stop` comes here too, with a status of its own."""
        self._refuse(self._status, "onleesbaar" if self._status == 400 else "kop-groot")

    def _unsupported_upgrade_warning(self) -> None:
        """Nobody speaks WebSocket here; the request is answered as the GET that it is."""

    def _enter(self, fase: Fase) -> None:
        self._fase, self._waited = fase, 0
        if fase is Fase.KOP:
            self._head = self._fields = 0

    def _stop(self, status: int) -> None:
        self._status = status
        raise Refusal

    def _watch(self) -> None:
        """Is anything later than it may be? Counted in looks, not by the clock: when we are late ourselves, what the
        client sent waits for us in the socket, and that is not its fault."""
        self._waited += 1
        self._closing += self.transport.is_closing()
        self._stuck += bool(self._stuck)
        lasts = LASTS[self._fase]
        if self.transport.is_closing():
            if self._closing > CLOSES_WITHIN * LOOKS:
                self._drop("sluit-niet")
        elif self._stuck > READS_WITHIN * LOOKS:
            self._drop("leest-niet")
        elif lasts is not None and self._waited > lasts * LOOKS:
            self._late()
        self._look = self.loop.call_later(self._every, self._watch)

    def _late(self) -> None:
        if self._fase in {Fase.STIL, Fase.UITLOOP}:
            self.transport.close()
        elif self._head or self._fase is Fase.INHOUD:
            self._refuse(408, f"{self._fase.value}-traag")
        else:  # never said a word
            metrics.clients_dropped.labels("zwijgt").inc()
            self.transport.close()

    def _drop(self, reden: str) -> None:
        metrics.clients_dropped.labels(reden).inc()
        self.transport.abort()

    def _refuse(self, status: int, reden: str) -> None:
        """Say why, throw away what still comes, and close. An answer that was under way is cut off instead."""
        if self.pipeline or (
            self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        ):
            self._drop(reden)
            return
        metrics.clients_dropped.labels(reden).inc()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # whoever reads the body hears that nobody is there any more
            self.cycle.waiting_for_100_continue = False  # and does not ask for it after our last word
            self.cycle.message_event.set()
        self.flow.resume_reading()
        self._enter(Fase.UITLOOP)
        self._head = 0
        self.transport.write(refusal(status))
        if self.transport.can_write_eof():
            self.transport.write_eof()


def refusal(status: int) -> bytes:
    """A whole answer, for a client that never reached the application."""
    titel, uitleg = _WORDS[status]
    body = json.dumps({"type": "about:blank", "status": status, "title": titel, "detail": uitleg}).encode()
    headers = security_headers([issuer_origin()], https=settings().public_scheme == "https")
    headers |= {
        "cache-control": "no-store",
        "content-type": "application/problem+json",
        "content-length": str(len(body)),
        "connection": "close",
    }
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
