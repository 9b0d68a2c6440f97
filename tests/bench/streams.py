"""Event streams on one web process: what each takes, and how long it takes until all have heard something."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

from app.ids import new_id
from app.live import Afleverstand, announce
from tests.bench.judge import Goal
from tests.bench.measure import Round, measure
from tests.bench.serving import Served, serving
from tests.bench.world import Visitor, World, application

TOGETHER = 50  # opened at a time
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@measure(
    "streams",
    titel="Duizend open stromen op één webproces: tijd tot ieder het heeft gehoord",
    unit="ms",
    goal=Goal("hoogstens 1.000 ms", 1_000.0),
    size=1_000,
    smoke=20,
)
async def streams(world: World, size: int) -> AsyncIterator[Round]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    tenant = (await world.tenants(1))[0]
    visitor = await world.visitor(application(), tenant)
    async with serving(world.folder) as served:
        assert await served.status(visitor, "/") == 200
        before = served.megabytes()
        async with _open(served, visitor, size) as opened:
            held = served.megabytes()
            while True:
                began = perf_counter()
                await announce(tenant, Afleverstand(new_id(), "bevestigd"))
                await asyncio.gather(*(_heard(reader, b"event: aflevering") for reader, _ in opened))
                taken = perf_counter() - began
                yield Round(taken * 1000, {"stromen": float(size), "kB_per_stroom": (held - before) * 1024 / size})


@asynccontextmanager
async def _open(served: Served, visitor: Visitor, size: int) -> AsyncIterator[list[Stream]]:
    opened: list[Stream] = []
    try:
        while len(opened) < size:
            asked = [served.ask(visitor, "/gebeurtenissen") for _ in range(min(TOGETHER, size - len(opened)))]
            fresh = await asyncio.gather(*asked)
            opened += fresh
            await asyncio.gather(*(_heard(reader, b"event: verbonden") for reader, _ in fresh))
        yield opened
    finally:
        for _, writer in opened:
            writer.close()


async def _heard(reader: asyncio.StreamReader, words: bytes) -> None:
    async with asyncio.timeout(60):
        while True:
            line = await reader.readline()
            assert line, "a stream ended"
            if line.startswith(words):
                return
