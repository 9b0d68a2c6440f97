from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from app.http import close_all
from app.settings import settings
from tests.afleveringen.conftest import deventer, practice, zwolle
from tests.faults.product import own_valkey
from tests.faults.register import Register
from tests.processen.conftest import valkey
from tests.tenants import support

__all__ = ["deventer", "practice", "valkey", "zwolle"]


@pytest.fixture(scope="package")
def register(practice: str) -> Iterator[Register]:
    """What the product takes for the register: the practice register, or something bad in front of it."""
    between = Register(practice)
    between.start()
    try:
        yield between
    finally:
        between.stop()


@pytest.fixture(scope="package")
async def applied(
    cluster: EmbeddedPostgres,
    register: Register,
    valkey: EmbeddedValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[None]:
    await support.empty(cluster)
    folder = tmp_path_factory.mktemp("failpoints")
    with support.settings_for(
        cluster,
        KISS_PRACTICE_URL=register.url,
        KISS_UNDO_SECONDS="0",
        KISS_FAILPOINT_DIR=str(folder),
        REDIS_URL=valkey.url,
    ):
        await support.apply_demo()
        async with own_valkey():
            yield
        await close_all()
        await support.forget_pool()


@pytest.fixture
def points(applied: None) -> Path:
    folder = settings().failpoint_dir
    assert folder is not None
    return folder
