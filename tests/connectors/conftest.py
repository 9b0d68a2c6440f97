"""A cluster with Deventer and Zwolle, and nothing remembered between tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.connectors.klantinteracties.kennis import forget_all
from app.demo.postgres import EmbeddedPostgres
from app.http import close_all
from tests.tenants import support


@pytest.fixture(autouse=True)
async def _a_new_process(anyio_backend: str) -> AsyncIterator[None]:
    yield
    await close_all()
    forget_all()


@pytest.fixture(scope="module")
async def gemeenten(cluster: EmbeddedPostgres) -> AsyncIterator[EmbeddedPostgres]:
    """Deventer and Zwolle, as applied from their manifests."""
    await support.empty(cluster)
    with support.settings_for(cluster):
        reports = await support.apply_demo()
        assert [report.fout for report in reports] == [None, None]
        yield cluster
        await support.forget_pool()
