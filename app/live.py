"""Live events to browsers: Litestar channels over Redis, one stream per browser (server-sent events).

An event carries ids and states only; the page fetches what it may see. A lost event is harmless, because a page
asks again when its stream comes back.
"""

from __future__ import annotations

import asyncio
import time
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.redis import RedisChannelsPubSubBackend
from litestar.response.sse import ServerSentEventMessage
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app import metrics
from app.log import log
from app.redis import TenantRedis, client
from app.stoppen import stopping
from tenants.context import Tenant

HEARTBEAT = 15.0  # seconds; proxies close what is silent for longer
ENDED = ServerSentEventMessage(event="sessie", data='{"aangemeld": false}')
TELL_SECONDS = 0.5
RECONNECT = 1000  # milliseconds before the browser tries again


class PatientBackend(RedisChannelsPubSubBackend):
    """Keeps listening when Redis goes away; redis-py subscribes again by itself once it is back.

    Litestar's own backend (2.25) lets its only task end with the first lost connection, after which every
    stream of the process stays silent. And redis-py (8.1) opens a connection per subscription when the first ones
    come at once, as they do after a restart; only the last one stays, so they take turns here.
    """

    def __init__(self, *, redis: Redis, key_prefix: str) -> None:
        super().__init__(redis=redis, key_prefix=key_prefix)
        self._turn = asyncio.Lock()

    async def subscribe(self, channels: Iterable[str]) -> None:
        async with self._turn:
            await super().subscribe(channels)

    async def stream_events(self) -> AsyncGenerator[tuple[str, Any], None]:
        while True:
            try:
                async for event in super().stream_events():
                    yield event
            except (RedisError, OSError) as error:
                log.warning("live.verbinding_kwijt", soort=type(error).__name__)
                await asyncio.sleep(0.5)


def plugin() -> ChannelsPlugin:
    backend = PatientBackend(redis=client(), key_prefix="kiss")
    return ChannelsPlugin(backend=backend, arbitrary_channels_allowed=True, subscriber_max_backlog=200)


class Afleverstand(msgspec.Struct, frozen=True):
    """Event `aflevering`: the delivery state of one klantcontact changed."""

    klantcontact: UUID
    state: str


class SessieEinde(msgspec.Struct, frozen=True):
    """Event `sessie`: these sessions ended before their time. Each browser hears it only of its own."""

    kenmerken: tuple[str, ...]


Event = Afleverstand | SessieEinde
SOORTEN: dict[type[Event], str] = {Afleverstand: "aflevering", SessieEinde: "sessie"}


def channel(tenant: Tenant) -> str:
    """The channel that every browser of one municipality hears."""
    return TenantRedis(tenant).key("live")


async def announce(tenant: Tenant, event: Event) -> None:
    """Tell every browser of this municipality. Never raises: the database is the truth, this is a courtesy."""
    message = msgspec.json.encode({"soort": SOORTEN[type(event)], "data": event})
    try:
        async with asyncio.timeout(TELL_SECONDS):  # who saves does not wait for a Valkey that says nothing
            await TenantRedis(tenant).publish("live", message)
    except (RedisError, OSError) as error:
        metrics.events_lost.labels(tenant.slug).inc()
        log.warning("live.niet_verstuurd", tenant=tenant.slug, soort=type(error).__name__)


@asynccontextmanager
async def _end_of_process() -> AsyncIterator[asyncio.Task[Any]]:
    """A task that is done when this process is leaving."""
    with stopping.stream() as end:
        leaving: asyncio.Task[Any] = asyncio.ensure_future(end.wait())
        try:
            yield leaving
        finally:
            leaving.cancel()


StillSignedIn = Callable[[], Awaitable[bool]]


async def stream(
    channels: ChannelsPlugin, tenant: Tenant, still_signed_in: StillSignedIn, sessie: str = ""
) -> AsyncGenerator[ServerSentEventMessage, None]:
    """Events of one municipality as server-sent events, with a heartbeat, until the browser leaves.

    Asks now and then whether the session is still there, so that nobody listens on after signing out. Hears it at
    once when `sessie`, the kenmerk of its own session, is ended: says so (event `sessie`) and closes. Ends by itself
    when this process is leaving; the browser then opens one elsewhere.
    """
    asked = time.monotonic()
    async with channels.start_subscription([channel(tenant)]) as subscriber, _end_of_process() as leaving:
        # Said when we listen, not before: the page asks for what it missed on hearing this.
        yield ServerSentEventMessage(event="verbonden", data="{}", retry=RECONNECT)
        events = subscriber.iter_events()
        pending: asyncio.Task[bytes] | None = None
        try:
            while True:
                pending = pending or asyncio.ensure_future(anext(events))
                done, _ = await asyncio.wait({pending, leaving}, timeout=HEARTBEAT, return_when=FIRST_COMPLETED)
                if leaving.done():
                    return
                if time.monotonic() - asked >= HEARTBEAT:
                    asked = time.monotonic()
                    if not await still_signed_in():
                        yield ENDED
                        return
                if not done:
                    yield ServerSentEventMessage(comment="hartslag", data=None)
                    continue
                message = msgspec.json.decode(pending.result())
                pending = None
                if message["soort"] == "sessie":
                    if sessie in message["data"]["kenmerken"]:
                        yield ENDED
                        return
                    continue
                yield ServerSentEventMessage(event=message["soort"], data=msgspec.json.encode(message["data"]))
        finally:
            if pending is not None:
                pending.cancel()
