"""What lasts between calls: clients, breakers and slots, per event loop and keyed by tenant and koppeling.

Web and worker each run one loop; sockets and semaphores belong to the loop that made them, so the state does too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from weakref import WeakKeyDictionary

import httpx2

from app.http.breaker import Breaker
from app.http.guard import Destination
from app.http.transport import CONCURRENT, IDLE_SECONDS, Resolver, Tls, new_client

Key = tuple[str, str]  # tenant slug, koppeling slug
_ClientKey = tuple[Key, Destination, Tls, Resolver]


@dataclass(slots=True)
class Gate:
    """One instance of one tenant: its breaker and its places."""

    breaker: Breaker = field(default_factory=Breaker)
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONCURRENT))


@dataclass(slots=True)
class _Lent:
    client: httpx2.AsyncClient
    busy: int = 0
    last: float = 0.0


class Pool:
    def __init__(self) -> None:
        self._gates: dict[Key, Gate] = {}
        self._clients: dict[_ClientKey, _Lent] = {}
        self._swept = monotonic()

    def gate(self, key: Key) -> Gate:
        return self._gates.setdefault(key, Gate())

    @asynccontextmanager
    async def client(
        self, key: Key, where: Destination, tls: Tls, resolver: Resolver
    ) -> AsyncIterator[httpx2.AsyncClient]:
        """The client of one koppeling with these settings; other settings get another one."""
        await self._sweep()
        lent = self._clients.get((key, where, tls, resolver))
        if lent is None:
            lent = self._clients[key, where, tls, resolver] = _Lent(new_client(where, tls, resolver))
        lent.busy += 1
        try:
            yield lent.client
        finally:
            lent.busy -= 1
            lent.last = monotonic()

    async def _sweep(self) -> None:
        """Close what nobody used for a while: hundreds of tenants must not hold a socket each."""
        now = monotonic()
        if now - self._swept < IDLE_SECONDS:
            return
        self._swept = now
        idle = [key for key, lent in self._clients.items() if not lent.busy and now - lent.last > IDLE_SECONDS]
        for lent in [self._clients.pop(key) for key in idle]:
            await lent.client.aclose()

    async def close(self) -> None:
        clients = list(self._clients.values())
        self._clients.clear()
        self._gates.clear()
        for lent in clients:
            await lent.client.aclose()


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Pool] = WeakKeyDictionary()


def pool() -> Pool:
    """The pool of the running loop."""
    return _pools.setdefault(asyncio.get_running_loop(), Pool())


async def close_all() -> None:
    """Close every client of this loop; call it when the process (or a test) ends."""
    found = _pools.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
