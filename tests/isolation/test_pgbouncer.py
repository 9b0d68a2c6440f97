"""The isolation tests once more through PgBouncer in transaction mode: every transaction may get another server.

What is set for a session there is somebody else's a moment later; only what is local to a transaction holds
(docs/decisions/0001-tenant-isolatie.md).
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest
from litestar.types import ASGIApp
from sqlalchemy import select

from app.codelijsten.models import Kanaal
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from tests.isolation.conftest import POOL
from tests.isolation.eilanden import Eiland, foreign
from tests.isolation.pgbouncer import PROGRAM, Pooler, pgbouncer
from tests.isolation.verkeer import Traffic
from tests.report import PROJECT
from tests.stack import eventually
from tests.tenants import support
from tests.tenants.support import POOLED

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not PROGRAM, reason="PgBouncer staat niet op deze machine")]
AWAY = re.compile(r": 503$|^jobs of \S+: ")
AGAIN = ("tests/tenants/test_isolation.py", "tests/tenants/test_unit_of_work.py")


@pytest.fixture
async def pooled(cluster: EmbeddedPostgres, valkey: EmbeddedValkey, eilanden: list[Eiland]) -> AsyncIterator[Pooler]:
    """The islands' application with the pooler in between; afterwards without."""
    with pgbouncer(cluster) as pooler, _given_up_while_connecting():
        await support.forget_pool()
        settings = {"DATABASE_URL": pooler.dsn, "DATABASE_POOLER": "true", "DATABASE_POOL": str(POOL * 3)}
        with support.settings_for(cluster, REDIS_URL=valkey.url, KISS_UNDO_SECONDS="0", **settings):
            yield pooler
            await support.forget_pool()


@contextmanager
def _given_up_while_connecting() -> Iterator[None]:
    """A visitor who left while asyncpg was connecting leaves a future that nobody reads; when the pooler falls just
    then, the loop reports that. Nobody was waiting for it any more. Every other report stays an error."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    def heard(on: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, ConnectionError) and "never retrieved" in str(context.get("message")):
            return
        before(on, context) if before else on.default_exception_handler(context)

    loop.set_exception_handler(heard)
    try:
        yield
        gc.collect()  # a future reports when it is thrown away: now, and not in another test
    finally:
        loop.set_exception_handler(before)


async def test_requests_of_eight_municipalities_over_two_servers(
    pooled: Pooler, eilanden: list[Eiland], application: ASGIApp, seed: int
) -> None:
    traffic = Traffic(application, eilanden, random.Random(seed))
    await traffic.run(1_000)
    assert _wrong(traffic, pooled) == []
    assert traffic.own_sightings > 250


async def test_the_pooler_falls_in_the_middle(
    pooled: Pooler, eilanden: list[Eiland], application: ASGIApp, seed: int
) -> None:
    """Who is being served at that moment hears that it did not work; nobody sees somebody else's page."""
    traffic = Traffic(application, eilanden, random.Random(seed))

    def busy() -> bool:
        return sum(traffic.statuses.values()) > 200

    async def fall() -> None:
        await asyncio.to_thread(eventually, busy, seconds=60, what="two hundred answers")
        pooled.process.kill()

    await asyncio.gather(traffic.run(600), fall())
    assert pooled.falls > 0
    assert _wrong(traffic, pooled) == []
    assert traffic.statuses[503] < 200, "the application did not find it again"
    assert traffic.own_sightings > 100


def _wrong(traffic: Traffic, pooler: Pooler) -> list[str]:
    """What should not have been; "the database is away" is right when the pooler fell."""
    if not pooler.falls:
        return traffic.findings
    return [one for one in traffic.findings if not AWAY.search(one)]


async def test_every_transaction_is_its_own_municipality(pooled: Pooler, eilanden: list[Eiland]) -> None:
    """Many short transactions at once, each of another municipality; each reads its own names."""

    async def read(eiland: Eiland) -> set[str]:
        async with unit_of_work(eiland.tenant) as session:
            await asyncio.sleep(0)
            names = " ".join(await session.scalars(select(Kanaal.naam)))
        assert f"CNRY-{eiland.tenant.slug}-kanaal" in names
        return foreign(eiland.tenant.slug, names.encode())

    found = await asyncio.gather(*(read(eilanden[number % len(eilanden)]) for number in range(600)))
    assert set().union(*found) == set()


async def test_the_trap_is_there(pooled: Pooler, eilanden: list[Eiland]) -> None:
    """A role set for the session, as our code must never do, soon reads somebody else's rows: the pooler does share
    its servers, so the tests above would see it."""
    wrong = 0
    clients = [await asyncpg.connect(pooled.dsn, statement_cache_size=0) for _ in eilanden]
    try:
        for client, eiland in zip(clients, eilanden, strict=True):
            await client.execute(f'SET ROLE "{eiland.tenant.role}"; SET search_path TO "{eiland.tenant.schema}"')
        for client, eiland in zip(clients, eilanden, strict=True):
            try:
                row = await client.fetchval("SELECT naam FROM kanaal LIMIT 1")
            except asyncpg.PostgresError:
                continue
            wrong += eiland.tenant.slug not in row
    finally:
        for client in clients:
            await client.close()
    assert wrong > 0


def test_the_isolation_tests_pass_through_it(count: Callable[[str, int], None]) -> None:
    """In a process of their own, on a cluster of their own, with the pooler between it and the application."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=120", *AGAIN],
        cwd=PROJECT,
        env=os.environ | {POOLED: "1", "KISS_TEST_REPORT": str(PROJECT / "build/test-report-pooler.json")},
        capture_output=True,
        text=True,
        timeout=170,
    )
    (PROJECT / "build/test-report-pooler.json").unlink(missing_ok=True)
    passed = re.search(r"(\d+) passed", done.stdout)
    assert done.returncode == 0, done.stdout[-3000:]
    assert passed
    assert int(passed[1]) >= 20
    count("isolation tests through PgBouncer", int(passed[1]))
