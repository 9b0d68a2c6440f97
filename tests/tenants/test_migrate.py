"""The runner: by ring, a transaction each, one that fails is marked and skipped, and a next run goes on there."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, select

from app.db import platform_unit_of_work
from app.demo.postgres import EmbeddedPostgres
from migrations import histories
from tenants import admin
from tenants.models import Migratiestand
from tests.tenants import support

pytestmark = pytest.mark.anyio
HEAD = histories.head(histories.TENANT)


async def behind(slug: str) -> None:
    """Put a tenant back to nothing, as if it had missed every migration."""

    def back(connection: Connection) -> None:
        with admin.acting_as(connection, f"o_{slug}", f"t_{slug}"):
            histories.downgrade(connection, histories.TENANT, "base")

    async with admin.connect() as connection, connection.begin():
        await connection.run_sync(back)


async def standing() -> dict[str, tuple[str, str | None, str | None]]:
    async with platform_unit_of_work() as session:
        rows = await session.scalars(select(Migratiestand))
        return {row.slug: (row.state, row.revisie, row.fout) for row in rows}


async def test_who_is_at_head_is_left_alone(gemeenten: EmbeddedPostgres) -> None:
    assert set(await support.run_migrations()) == {"platform"}


async def test_a_schema_that_is_behind_is_found_whatever_the_ledger_says(gemeenten: EmbeddedPostgres) -> None:
    await behind("zwolle")
    assert (await standing())["zwolle"] == ("gelukt", HEAD, None)
    outcomes = await support.run_migrations()
    assert (outcomes["zwolle"].van, outcomes["zwolle"].naar) == (None, HEAD)
    assert await support.problems() == {}, "grants come back with the tables"


async def test_one_that_fails_is_marked_and_the_others_go_on(gemeenten: EmbeddedPostgres) -> None:
    await behind("deventer")
    await behind("zwolle")
    # The last table of the migration is in the way, so that everything before it has to be rolled back.
    await support.as_superuser(gemeenten, "CREATE TABLE t_deventer.vraag (a int)")
    outcomes = await support.run_migrations()
    assert list(outcomes) == ["platform", "deventer", "zwolle"], "early ring first"
    assert [outcome.gelukt for outcome in outcomes.values()] == [True, False, True]
    state, _, fout = (await standing())["deventer"]
    assert state == "mislukt"
    assert fout == 'De database weigerde (42P07): relation "vraag" already exists'
    async with support.login(gemeenten.admin_dsn) as connection:
        assert await support.things_in(connection, "t_deventer", "r", "S") == ["alembic_version", "vraag"]
    assert any("mislukte" in line for line in (await support.problems())["deventer"])

    await support.as_superuser(gemeenten, "DROP TABLE t_deventer.vraag")
    outcomes = await support.run_migrations()
    assert list(outcomes) == ["platform", "deventer"], "only who was behind"
    assert (await standing())["deventer"] == ("gelukt", HEAD, None)
    assert await support.problems() == {}


async def test_a_locked_table_costs_one_tenant_its_turn(
    gemeenten: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "LOCK_TIMEOUT", "100ms")
    await behind("deventer")
    await behind("zwolle")
    async with support.login(gemeenten.superuser_dsn) as somebody:
        await somebody.exec_driver_sql("LOCK TABLE t_deventer.alembic_version IN ACCESS EXCLUSIVE MODE")
        outcomes = await support.run_migrations()
    assert [outcome.gelukt for outcome in outcomes.values()] == [True, False, True]
    assert outcomes["deventer"].fout
    assert "bezet" in outcomes["deventer"].fout
    assert (await support.run_migrations())["deventer"].gelukt


async def test_two_runs_at_once_do_the_work_once(gemeenten: EmbeddedPostgres) -> None:
    await behind("deventer")
    await behind("zwolle")
    runs = await asyncio.gather(*(support.run_migrations() for _ in range(2)))
    assert all(outcome.gelukt for outcomes in runs for outcome in outcomes.values())
    assert await support.problems() == {}


async def test_only_who_is_named(gemeenten: EmbeddedPostgres) -> None:
    await behind("deventer")
    await behind("zwolle")
    assert list(await support.run_migrations("zwolle")) == ["platform", "zwolle"]
    assert list(await support.run_migrations()) == ["platform", "deventer"]
