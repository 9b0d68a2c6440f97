"""The newest migration over every municipality of a database, by what `kiss tenants migrate` runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import perf_counter

from sqlalchemy import Connection

from migrations import histories
from tenants import admin
from tenants import migrate as runner
from tenants.admin import acting_as
from tenants.context import Tenant
from tests.bench.judge import Goal
from tests.bench.measure import Round, measure
from tests.bench.world import World


@measure(
    "migrate",
    titel="De nieuwste migratie over 342 gemeenten",
    unit="s",
    goal=Goal("minder dan 10 s", 10.0),
    size=342,
    smoke=3,
)
async def migrate(world: World, size: int) -> AsyncIterator[Round]:
    while True:
        async with world.many() as towns, admin.connect() as connection:
            chosen = towns[:size]
            for tenant in chosen:
                async with connection.begin():
                    await connection.run_sync(_one_back, tenant)
            began = perf_counter()
            outcomes = await runner.run(connection, [tenant.slug for tenant in chosen])
            taken = perf_counter() - began
        assert all(one.gelukt for one in outcomes)
        done = [one for one in outcomes if one.slug != "platform"]
        assert len(done) == size, f"{len(done)} of {size} were migrated"
        yield Round(taken, {"per_gemeente_ms": taken / size * 1000})


def _one_back(connection: Connection, tenant: Tenant) -> None:
    with acting_as(connection, tenant.owner_role, tenant.schema):
        histories.downgrade(connection, histories.TENANT, "-1")
