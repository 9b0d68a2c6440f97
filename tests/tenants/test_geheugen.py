"""A server process keeps the catalogue of every schema that it met; so a pooled connection meets a bounded number."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import psutil
import pytest
from sqlalchemy import Connection, func, select

import app.models
from app import db
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from migrations import sjabloon
from tenants import admin, migrate, roles
from tenants.context import Ring, Tenant
from tests.proof import Proof
from tests.tenants import support

pytestmark = pytest.mark.anyio
MEBIBYTE = 2**20


def tenants(count: int) -> list[Tenant]:
    return [Tenant(f"klein-{n:03}", f"Klein {n}", (), Ring.REGULAR, "#000000", "Kl") for n in range(count)]


async def make(several: list[Tenant]) -> None:
    """Schemas and roles of small municipalities, without what people need: only that they can be read."""

    def one(connection: Connection, tenant: Tenant) -> None:
        roles.ensure_tenant(connection, tenant)
        with admin.acting_as(connection, tenant.owner_role, tenant.schema):
            sjabloon.make(connection)
            admin.ddl(connection, f'GRANT USAGE ON SCHEMA "{tenant.schema}" TO "{tenant.role}"')
            admin.ddl(connection, f'GRANT SELECT ON ALL TABLES IN SCHEMA "{tenant.schema}" TO "{tenant.role}"')

    async with admin.connect() as connection:
        async with connection.begin():
            await connection.run_sync(migrate.platform)
        for tenant in several:
            async with connection.begin():
                await connection.run_sync(one, tenant)


async def visit(tenant: Tenant) -> tuple[int, int]:
    """Read every table of one municipality once; which server process did it, and the bytes that are its own then."""
    async with unit_of_work(tenant) as session:
        for model in app.models.TABLES:
            await session.execute(select(func.count()).select_from(model))
        pid = (await session.execute(select(func.pg_backend_pid()))).scalar_one()
        return pid, psutil.Process(pid).memory_full_info().uss


async def grown(several: list[Tenant]) -> tuple[int, int]:
    """Visit all, one after the other; how many server processes it took, and by how much the largest grew."""
    await support.forget_pool()
    seen: dict[int, list[int]] = {}
    for tenant in several:
        pid, own = await visit(tenant)
        seen.setdefault(pid, []).append(own)
    await support.forget_pool()
    return len(seen), max(max(own) - own[0] for own in seen.values())


@pytest.mark.proof(
    "connection-memory", smoke=40, full=342, unit="municipalities met by one pool", goal="geheugen blijft begrensd"
)
async def test_memory_of_a_connection_is_bounded(
    server: EmbeddedPostgres, proof: Proof, count: Callable[[str, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for batch in proof.batches(proof.goal_count):
        several = tenants(batch.count)
        most = db.MOST_TENANTS if batch.count > 4 * db.MOST_TENANTS else batch.count // 5
        await make(several)
        monkeypatch.setattr(db, "MOST_TENANTS", most)
        processes, bounded = await grown(several)
        monkeypatch.setattr(db, "MOST_TENANTS", 10**9)
        alone, unbounded = await grown(several)
        count(f"KiB that a connection grew over {batch.count} municipalities, at most {most} each", bounded // 1024)
        count(f"KiB that a connection grew over {batch.count} municipalities, without a bound", unbounded // 1024)
        proof.found(
            [
                *([] if processes == -(-batch.count // most) else [f"{processes} connections for {batch.count}"]),
                *([] if alone == 1 else [f"{alone} connections without a bound"]),
                *([] if bounded < unbounded / 2 else [f"{bounded} bytes with a bound, {unbounded} without"]),
                *([] if bounded < 200 * MEBIBYTE else [f"{bounded} bytes"]),
            ]
        )


async def test_who_meets_few_keeps_the_connection(server: EmbeddedPostgres) -> None:
    await support.apply_demo()
    deventer, zwolle = await support.tenant("deventer"), await support.tenant("zwolle")
    await support.forget_pool()
    pids = [(await visit(tenant))[0] for tenant in (deventer, zwolle) * 30]
    assert all(one == other for one, other in pairwise(pids)), "sixty transactions of two municipalities"
    await support.forget_pool()
