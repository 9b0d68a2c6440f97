"""The start page in a database with one municipality, with forty and with 342: does it stay as fast?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import cycle
from statistics import median

from tests.bench.judge import Goal
from tests.bench.measure import Round, measure, seconds
from tests.bench.world import World, application

PIECES = 4


@measure(
    "tenants",
    titel="Startpagina bij 342 gemeenten in één database, tegen bij één",
    unit="×",
    goal=Goal("hoogstens 10 % langzamer", 1.10),
    size=400,
    smoke=8,
)
async def tenants(world: World, size: int) -> AsyncIterator[Round]:
    app = application()
    places = {}
    for count in sorted({1, min(40, world.most - 1), world.most}):
        async with world.database(name := f"kiss_{count}"):
            towns = await world.tenants(count, prefix=f"van-{count}")
            places[name] = count, cycle([await world.visitor(app, tenant) for tenant in towns])
    while True:
        taken: dict[int, list[float]] = {count: [] for count, _ in places.values()}
        for _ in range(PIECES):
            for name, (count, visitors) in places.items():
                async with world.database(name):

                    async def visit() -> None:
                        await next(visitors).get("/")  # noqa: B023 - awaited before the loop goes on

                    await seconds(visit, 3)  # the list of municipalities is read again after a change of database
                    taken[count] += await seconds(visit, max(size // PIECES, 1))
        middle = {f"bij_{count}_ms": median(one) * 1000 for count, one in taken.items()}
        yield Round(median(taken[world.most]) / median(taken[1]), middle)
