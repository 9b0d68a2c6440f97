"""A page with one query: what the product's way to the database costs beside bare asyncpg, in the same Litestar."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
from sqlalchemy import select

from app.db import unit_of_work
from app.klantcontacten.models import Klantcontact
from tests.bench import routes
from tests.bench.judge import Goal
from tests.bench.measure import Round, compared, measure
from tests.bench.world import Visitor, World, application


@measure(
    "page",
    titel="Bladzijde met één vraag, tegen kaal asyncpg",
    unit="×",
    goal=Goal("hoogstens 1,5 keer kaal asyncpg", 1.5),
    size=1_000,
    smoke=5,
)
async def page(world: World, size: int) -> AsyncIterator[Round]:
    tenant = (await world.tenants(1))[0]
    town = await world.town(tenant)
    await town.save(await town.gesprek(notitie="Stond er om half acht."))
    async with unit_of_work(tenant) as session:
        contact = await session.scalar(select(Klantcontact.id).limit(1))
    visitor = Visitor(application(*routes.HANDLERS), tenant, "")
    # A role that may read without assuming one: the bare side has no isolation at all.
    routes.pools["bare"] = await asyncpg.create_pool(world.everything, min_size=1, max_size=15)
    try:
        while True:
            yield await compared(
                lambda: visitor.get(f"/bench/kaal/{contact}"), lambda: visitor.get(f"/bench/pagina/{contact}"), size
            )
    finally:
        await routes.pools.pop("bare").close()
