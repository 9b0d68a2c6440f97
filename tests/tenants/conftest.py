from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.demo.postgres import EmbeddedPostgres
from tests.tenants import support


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def server(cluster: EmbeddedPostgres) -> AsyncIterator[EmbeddedPostgres]:
    """The cluster without anything of ours, once per file, with the settings that belong to it."""
    await support.empty(cluster)
    with support.settings_for(cluster):
        yield cluster
        await support.forget_pool()


@pytest.fixture(scope="module")
async def gemeenten(server: EmbeddedPostgres) -> EmbeddedPostgres:
    """Deventer and Zwolle, as applied from their manifests."""
    reports = await support.apply_demo()
    assert [report.fout for report in reports] == [None, None]
    return server
