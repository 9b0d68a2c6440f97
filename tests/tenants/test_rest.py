"""A connection that lay still is asked whether it is there; one that was used just now is not, and fails for now."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app import db
from app.codelijsten.models import Kanaal
from app.db import is_for_now, unit_of_work
from app.demo.postgres import EmbeddedPostgres
from tenants.context import Tenant
from tests.tenants import support

pytestmark = pytest.mark.anyio
GONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kiss_app'"


async def _used(tenant: Tenant) -> int:
    """The server process that answered."""
    async with unit_of_work(tenant) as session:
        await session.execute(select(Kanaal.naam))
        return int(await session.scalar(text("SELECT pg_backend_pid()")) or 0)


async def test_after_a_rest_nobody_notices_that_it_went(
    gemeenten: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await support.tenant("deventer")
    monkeypatch.setattr(db, "RESTED", 0.0)
    before = await _used(tenant)
    await support.as_superuser(gemeenten, GONE)
    assert await _used(tenant) != before


async def test_without_a_rest_the_statement_meets_it_once(
    gemeenten: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await support.tenant("deventer")
    monkeypatch.setattr(db, "RESTED", 3600.0)
    before = await _used(tenant)
    assert await _used(tenant) == before
    await support.as_superuser(gemeenten, GONE)
    with pytest.raises(DBAPIError) as met:
        await _used(tenant)
    assert is_for_now(met.value)
    assert await _used(tenant) != before
