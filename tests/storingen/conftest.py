"""Two municipalities over a practice environment that can be told to fail, behind the real application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from litestar.types import ASGIApp

from app.connectors.klantinteracties.kennis import forget_all
from app.demo.postgres import EmbeddedPostgres
from app.http import close_all
from app.main import create_app
from tests.canaries import watched
from tests.practice.server import running_practice
from tests.routes.conftest import People
from tests.storingen.balie import Balie, Praktijk, open_balie
from tests.tenants import support
from tests.town import Town, town

POOL = 4  # connections of the database: a source that hangs may hold none of them


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """KISS_DATA: a register whose address is the trouble says there where it went."""
    return tmp_path_factory.mktemp("storingen")


@pytest.fixture(scope="package")
def praktijk(folder: Path) -> Iterator[Praktijk]:
    with running_practice(folder / "practice") as base:
        yield Praktijk(base)


@pytest.fixture(scope="package")
async def applied(cluster: EmbeddedPostgres, praktijk: Praktijk, folder: Path) -> AsyncIterator[None]:
    await support.empty(cluster)
    with support.settings_for(
        cluster,
        KISS_PRACTICE_URL=praktijk.base,
        KISS_DATA=str(folder),
        KISS_UNDO_SECONDS="0",
        DATABASE_POOL=str(POOL),
    ):
        await support.forget_pool()
        await support.apply_demo()
        yield
        await close_all()
        await support.forget_pool()


@pytest.fixture(scope="package")
def application(applied: None) -> ASGIApp:
    return watched(create_app())


@pytest.fixture(scope="package")
def clients(application: ASGIApp) -> People:
    return People(application)


@pytest.fixture
async def quiet(applied: None, praktijk: Praktijk) -> AsyncIterator[None]:
    """No faults before, none after, and nobody remembers any."""
    await close_all()
    forget_all()
    yield
    praktijk.clear("deventer")
    praktijk.clear("zwolle")
    await close_all()


@pytest.fixture
async def deventer(quiet: None, praktijk: Praktijk) -> Town:
    found = await town(await support.tenant("deventer"), "sanne.proef", "karim.testman")
    await found.empty()
    praktijk.reset("deventer")
    return found


@pytest.fixture
async def zwolle(quiet: None) -> Town:
    found = await town(await support.tenant("zwolle"), "fenna.proef")
    await found.empty()
    return found


@pytest.fixture(scope="module")
async def hier(applied: None, clients: People) -> Balie:
    """The agent of the municipality whose registers fail. For modules that empty no town."""
    return await open_balie(await town(await support.tenant("deventer"), "karim.testman"), clients)


@pytest.fixture(scope="module")
async def daar(applied: None, clients: People) -> Balie:
    """The agent of the other one."""
    return await open_balie(await town(await support.tenant("zwolle"), "fenna.proef"), clients)
