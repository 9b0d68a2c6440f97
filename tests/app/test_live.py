"""Live events stay inside their municipality, and their loss harms nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from litestar import Litestar
from litestar.channels import ChannelsPlugin

from app import live
from app.demo.valkey import EmbeddedValkey
from app.ids import new_id
from app.redis import client
from tenants.context import NoTenant, Tenant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def channels(valkey: EmbeddedValkey) -> AsyncIterator[ChannelsPlugin]:
    plugin = live.plugin()
    async with Litestar(plugins=[plugin]).lifespan():
        yield plugin


class Browsers:
    """Open streams, one per municipality, and what each heard."""

    def __init__(self, channels: ChannelsPlugin) -> None:
        self.channels = channels
        self.heard: dict[str, asyncio.Queue[str]] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def signed_in(self) -> bool:
        return True

    async def open(self, *tenants: Tenant) -> None:
        """All at once, as browsers do after a restart of the server."""
        ready = [self._open(tenant) for tenant in tenants]
        await asyncio.wait_for(asyncio.gather(*(one.wait() for one in ready)), 5)
        await asyncio.sleep(0.3)  # the subscription is made after the first event of the stream

    def _open(self, tenant: Tenant) -> asyncio.Event:
        ready, heard = asyncio.Event(), asyncio.Queue[str]()
        self.heard[tenant.slug] = heard

        async def listen() -> None:
            async for message in live.stream(self.channels, tenant, self.signed_in):
                if message.event == "verbonden":
                    ready.set()
                else:
                    heard.put_nowait(f"{message.event} {message.data!r}")

        self.tasks.append(asyncio.create_task(listen()))
        return ready

    async def next(self, tenant: Tenant) -> str:
        return await asyncio.wait_for(self.heard[tenant.slug].get(), 5)

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
async def browsers(channels: ChannelsPlugin) -> AsyncIterator[Browsers]:
    browsers = Browsers(channels)
    yield browsers
    await browsers.close()


async def test_an_event_reaches_its_own_municipality_only(
    browsers: Browsers, deventer: Tenant, zwolle: Tenant
) -> None:
    await browsers.open(deventer, zwolle)
    contact = new_id()
    await live.announce(deventer, live.Afleverstand(klantcontact=contact, state="bevestigd"))
    message = await browsers.next(deventer)
    assert message.startswith("aflevering ")
    assert str(contact) in message
    assert "bevestigd" in message
    await live.announce(zwolle, live.Afleverstand(klantcontact=contact, state="onderweg"))
    assert "onderweg" in await browsers.next(zwolle), "Zwolle heard Deventer's event first."
    assert browsers.heard["deventer"].empty()


async def test_streams_go_on_after_redis_dropped_them(browsers: Browsers, deventer: Tenant, zwolle: Tenant) -> None:
    await browsers.open(deventer, zwolle)
    await client().client_kill_filter(_type="pubsub")
    await asyncio.sleep(1.5)
    for tenant in (deventer, zwolle):
        await live.announce(tenant, live.Afleverstand(klantcontact=new_id(), state="bevestigd"))
        assert "bevestigd" in await browsers.next(tenant)


async def test_without_redis_announcing_harms_nobody(environment: pytest.MonkeyPatch, deventer: Tenant) -> None:
    await live.announce(deventer, live.Afleverstand(klantcontact=new_id(), state="bevestigd"))


async def test_without_a_municipality_there_is_no_channel(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoTenant):
        live.channel(None)  # type: ignore[arg-type]
