from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from litestar.types import ASGIApp

from app import jobs
from app import redis as app_redis
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from app.main import create_app
from tests.canaries import watched
from tests.isolation.eilanden import Eiland, build, furnish
from tests.tenants import support

POOL = 4
BSN = "999990421"  # passes the elfproef; nobody's


@pytest.fixture(scope="package")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), fast=True) as server:
        yield server


@pytest.fixture(scope="package")
async def eilanden(
    cluster: EmbeddedPostgres, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[Eiland]]:
    """Eight municipalities behind a pool of four connections, so that each connection meets them all."""
    await support.empty(cluster)
    with support.settings_for(
        cluster, REDIS_URL=valkey.url, DATABASE_POOL=str(POOL), KISS_UNDO_SECONDS="0", DATABASE_POOL_TENANT="50"
    ):
        _forget()
        await support.forget_pool()
        built = await build(tmp_path_factory.mktemp("manifests"))
        for eiland in built:
            await furnish(eiland, bsn=BSN)
        yield built
        await support.forget_pool()
    _forget()


@pytest.fixture(scope="package")
def application(eilanden: list[Eiland]) -> ASGIApp:
    return watched(create_app())


def _forget() -> None:
    app_redis.client.cache_clear()
    jobs.broker.cache_clear()
