"""Memory of the web process and of PostgreSQL's backends after every connection met every municipality."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psutil

from tests.bench.judge import Goal
from tests.bench.measure import Round, measure
from tests.bench.serving import Served, serving
from tests.bench.world import Visitor, World, application
from tests.tenants import support

POOL = 4
_PIDS = "SELECT pid FROM pg_stat_activity WHERE usename = 'kiss_app' AND datname = current_database()"


@measure(
    "memory",
    titel="Geheugen na bezoek aan 342 gemeenten: de grootste verbinding in PostgreSQL",
    unit="MB",
    goal=Goal("hoogstens 200 MB per verbinding (G-LEAK)", 200.0),
    size=8,
    smoke=1,
)
async def memory(world: World, size: int) -> AsyncIterator[Round]:
    app = application()
    while True:
        async with world.many() as towns:
            visitors = [await world.visitor(app, tenant) for tenant in towns]
            async with serving(world.folder, DATABASE_POOL=str(POOL)) as served:
                await _visit(served, visitors[:1] * POOL)
                web, backends = served.megabytes(), await _backends(world)
                for _ in range(size):
                    await _visit(served, visitors)
                after = await _backends(world)
                parts = {"web_eerst_mb": web, "web_daarna_mb": served.megabytes()}
                parts |= {"postgres_eerst_mb": max(backends), "postgres_daarna_mb": max(after)}
                yield Round(max(after), parts | {"verbindingen": float(len(after))})


async def _visit(served: Served, visitors: list[Visitor]) -> None:
    """The start page of each, as many at a time as there are connections."""
    waiting = iter(visitors)

    async def one_after_another() -> None:
        for visitor in waiting:
            status = await served.status(visitor, "/")
            assert status == 200, f"{visitor.tenant.slug}: {status}"

    await asyncio.gather(*(one_after_another() for _ in range(POOL)))


async def _backends(world: World) -> list[float]:
    """What each connection of the application has for itself, in MB: shared buffers are everybody's."""
    async with support.login(world.superuser) as connection:
        pids = (await connection.exec_driver_sql(_PIDS)).scalars().all()
    return [psutil.Process(pid).memory_full_info().uss / 2**20 for pid in pids]
