"""One municipality that asks for slow statements without end, and what seven quiet ones notice of it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator

from tests.bench.judge import Goal
from tests.bench.measure import Round, measure, seconds
from tests.bench.world import Visitor, World, application
from tests.grenzen.test_eerlijk import noise as slow_statements
from tests.grenzen.test_eerlijk import p99

QUIET = 7


@measure(
    "noise",
    titel="Een luidruchtige gemeente naast zeven stille: p99 van de stille",
    unit="×",
    goal=Goal("hoogstens 1,2 keer die zonder herrie", 1.2),
    size=200,
    smoke=5,
)
async def noise(world: World, size: int) -> AsyncIterator[Round]:
    loud, *others = await world.tenants(min(QUIET + 1, world.most))
    town = await world.town(loud)
    app = application()
    visitors = [await world.visitor(app, tenant) for tenant in others]
    await _visits(visitors, 5)
    while True:
        quiet, during = await _visits(visitors, size), []
        async with slow_statements(town):
            during += await _visits(visitors, size)
        quiet += await _visits(visitors, size)
        async with slow_statements(town):
            during += await _visits(visitors, size)
        without, beside = p99(quiet), p99(during)
        yield Round(beside / without, {"p99_zonder_ms": without * 1000, "p99_met_ms": beside * 1000})


async def _visits(visitors: list[Visitor], size: int) -> list[float]:
    """Everybody visits at once, each one page after another; the seconds of every page."""

    async def one(visitor: Visitor) -> list[float]:
        return await seconds(lambda: visitor.get("/"), size)

    tasks = [asyncio.create_task(one(visitor), context=contextvars.Context()) for visitor in visitors]
    return [taken for each in await asyncio.gather(*tasks) for taken in each]
