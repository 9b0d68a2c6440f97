"""One new municipality: schema, roles, tables, grants and content, by what `kiss tenants apply` runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from time import perf_counter

from tests.bench.judge import Goal
from tests.bench.measure import Round, measure
from tests.bench.world import World
from tests.tenants import support


@measure(
    "provision",
    titel="Een nieuwe gemeente maken",
    unit="s",
    goal=Goal("minder dan 2 s", 2.0),
    size=3,
    smoke=1,
)
async def provision(world: World, size: int) -> AsyncIterator[Round]:
    await world.tenants(1)
    numbers = count(len(await world.active()) + 1)
    while True:
        manifests = [support.manifest(world.folder, f"nieuw-{next(numbers):03}") for _ in range(size)]
        began = perf_counter()
        reports = await support.apply(manifests)
        taken = perf_counter() - began
        assert all(report.created and not report.fout for report in reports), reports
        yield Round(taken / size)
