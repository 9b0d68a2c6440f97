from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from app.connectors.klantinteracties.kennis import forget_all
from app.demo.postgres import EmbeddedPostgres
from app.http import close_all
from tests.practice.server import running_practice
from tests.tenants import support
from tests.town import Town, town


@pytest.fixture(scope="package")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_practice(tmp_path_factory.mktemp("praktijk")) as base:
        yield base


@pytest.fixture(scope="package")
async def applied(
    cluster: EmbeddedPostgres, practice: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    await support.empty(cluster)
    points = tmp_path_factory.mktemp("failpoints")
    with support.settings_for(
        cluster, KISS_PRACTICE_URL=practice, KISS_UNDO_SECONDS="0", KISS_FAILPOINT_DIR=str(points)
    ):
        await support.apply_demo()
        yield
        await close_all()
        await support.forget_pool()


@pytest.fixture
async def deventer(applied: None) -> Town:
    forget_all()
    found = await town(await support.tenant("deventer"), "sanne.proef", "karim.testman")
    await found.empty()
    return found


@pytest.fixture
async def zwolle(applied: None) -> Town:
    found = await town(await support.tenant("zwolle"), "fenna.proef")
    await found.empty()
    return found
