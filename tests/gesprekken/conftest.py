from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.demo.postgres import EmbeddedPostgres
from tests.tenants import support
from tests.town import Town, town


@pytest.fixture(scope="package")
async def applied(cluster: EmbeddedPostgres) -> AsyncIterator[None]:
    await support.empty(cluster)
    with support.settings_for(cluster, KISS_UNDO_SECONDS="10"):
        await support.apply_demo()
        yield
        await support.forget_pool()


@pytest.fixture
async def deventer(applied: None) -> Town:
    found = await town(await support.tenant("deventer"), "sanne.proef", "karim.testman")
    await found.empty()
    return found


@pytest.fixture
async def zwolle(applied: None) -> Town:
    found = await town(await support.tenant("zwolle"), "fenna.proef")
    await found.empty()
    return found
