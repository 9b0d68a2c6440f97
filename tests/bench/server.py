"""The start page served by uvicorn and by granian, a process each: slow answers, throughput, memory (ADR 0005)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.judge import Goal
from tests.bench.measure import Round, measure
from tests.bench.serving import Served, serving
from tests.bench.world import Visitor, World, application
from tests.grenzen.test_eerlijk import p99

AT_A_TIME, PIECES = 8, 4
GRANIAN = (
    str(Path(sys.executable).parent / "granian"),
    *"--interface asgi --factory --host 127.0.0.1 --port {port} --workers 1 --loop uvloop --no-ws".split(),
    "app.main:create_app",
)


@measure(
    "server",
    titel="Startpagina door uvicorn, tegen door granian: p99 bij acht tegelijk",
    unit="×",
    goal=Goal("hoogstens 1,1 keer die van granian", 1.1),
    size=800,
    smoke=8,
)
async def server(world: World, size: int) -> AsyncIterator[Round]:
    tenant = (await world.tenants(1))[0]
    visitor = await world.visitor(application(), tenant)
    async with serving(world.folder) as uvicorn, serving(world.folder, GRANIAN) as granian:
        both = {"uvicorn": uvicorn, "granian": granian}
        for one in both.values():
            await _visits(one, visitor, AT_A_TIME)
        while True:
            taken: dict[str, list[float]] = {name: [] for name in both}
            rates: dict[str, list[float]] = {name: [] for name in both}
            for at in range(PIECES):
                for name, one in list(both.items())[:: 1 if at % 2 else -1]:
                    began = perf_counter()
                    taken[name] += await _visits(one, visitor, max(size // PIECES, 1))
                    rates[name].append(max(size // PIECES, 1) / (perf_counter() - began))
            parts = {f"{name}_p50_ms": median(each) * 1000 for name, each in taken.items()}
            parts |= {f"{name}_p99_ms": p99(each) * 1000 for name, each in taken.items()}
            parts |= {f"{name}_per_s": median(each) for name, each in rates.items()}
            parts |= {f"{name}_mb": one.megabytes() for name, one in both.items()}
            yield Round(p99(taken["uvicorn"]) / p99(taken["granian"]), parts)


async def _visits(served: Served, visitor: Visitor, size: int) -> list[float]:
    """Seconds of each of `size` pages, some at a time, each on a connection of its own."""
    numbers, taken = iter(range(size)), list[float]()

    async def one_after_another() -> None:
        for _ in numbers:
            began = perf_counter()
            status = await served.status(visitor, "/")
            assert status == 200, f"{status}"
            taken.append(perf_counter() - began)

    await asyncio.gather(*(one_after_another() for _ in range(AT_A_TIME)))
    return taken
