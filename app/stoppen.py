"""Stopping a web process without breaking anything: the probe says no, streams end themselves, requests finish.

Two steps, because a balancer needs a moment to see that a replica is leaving: `announce` makes /readyz say 503 while
everything is still served; `end_streams` then ends every event stream, and browsers open one elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import uvicorn

FINISH_SECONDS = 25  # for requests that are under way; an event stream needs none of it


class Stopping:
    """Whether this process is leaving, and who wants to hear it."""

    def __init__(self) -> None:
        self.announced = False
        self._streams: set[asyncio.Event] = set()

    def announce(self) -> None:
        self.announced = True

    def end_streams(self) -> None:
        self.announced = True
        for stream in self._streams:
            stream.set()

    @contextmanager
    def stream(self) -> Iterator[asyncio.Event]:
        """An event that is set when this stream has to end."""
        end = asyncio.Event()
        if self.announced:
            end.set()  # a stream that comes while we leave is sent away at once
        self._streams.add(end)
        try:
            yield end
        finally:
            self._streams.discard(end)

    @property
    def open_streams(self) -> int:
        return len(self._streams)


stopping = Stopping()


class WebServer(uvicorn.Server):
    """uvicorn that keeps serving for `drain` seconds after a signal. A second Ctrl-C ends it at once."""

    def __init__(self, config: uvicorn.Config, *, drain: float) -> None:
        super().__init__(config)
        self._drain = drain
        self._until: float | None = None

    async def on_tick(self, counter: int) -> bool:
        if not await super().on_tick(counter):
            return False
        if self._until is None:
            stopping.announce()
            self._until = monotonic() + self._drain
        return self.force_exit or monotonic() >= self._until

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        stopping.end_streams()
        await super().shutdown(sockets)
