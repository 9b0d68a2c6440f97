from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from app.connectors.klantinteracties.kennis import forget_all
from app.demo.postgres import EmbeddedPostgres
from app.http import close_all
from app.volume.service import Gezaaid, fill
from tests.practice.server import running_practice
from tests.tenants import support
from tests.town import Town, town

CONTACTEN = 5_000
SEED = "7"


@pytest.fixture(scope="package")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_practice(tmp_path_factory.mktemp("praktijk")) as base:
        yield base


@pytest.fixture(scope="package")
async def applied(cluster: EmbeddedPostgres, practice: str) -> AsyncIterator[EmbeddedPostgres]:
    await support.empty(cluster)
    with support.settings_for(cluster, KISS_PRACTICE_URL=practice):
        await support.apply_demo()
        forget_all()
        yield cluster
        await close_all()
        await support.forget_pool()


@pytest.fixture(scope="package")
async def zwolle(applied: EmbeddedPostgres) -> Town:
    return await town(await support.tenant("zwolle"), "fenna.proef")


@pytest.fixture(scope="package")
async def gezaaid(zwolle: Town) -> Gezaaid:
    """Zwolle with five years of contacts."""
    return await fill(zwolle.tenant, CONTACTEN, jaren=5, seed=SEED)
