from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.demo.postgres import EmbeddedPostgres
from tests.tenants import support
from tests.town import Town, town
from tests.zegels import logs


@pytest.fixture(scope="package")
async def applied(cluster: EmbeddedPostgres) -> AsyncIterator[EmbeddedPostgres]:
    await support.empty(cluster)
    with support.settings_for(cluster):
        await support.apply_demo()
        yield cluster
        await support.forget_pool()


@pytest.fixture
async def deventer(applied: EmbeddedPostgres) -> Town:
    """The municipality with empty logs and no seals, as only an administrator of the database can make them."""
    found = await town(await support.tenant("deventer"), "sanne.proef", "karim.testman")
    await logs.clear(applied, found.tenant)
    return found


@pytest.fixture
async def zwolle(applied: EmbeddedPostgres) -> Town:
    found = await town(await support.tenant("zwolle"), "fenna.proef")
    await logs.clear(applied, found.tenant)
    return found
