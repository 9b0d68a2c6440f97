"""Sealing: every committed row once, in one chain, whoever seals and however late the row came."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import structlog.testing
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import klok
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.zegels import queries, service
from app.zegels.models import Log, Zegel, Zegelhoofd
from app.zegels.regel import KOLOMMEN, NIEUWSTE
from tests.tenants import support
from tests.town import Town
from tests.zegels import logs

pytestmark = pytest.mark.anyio


async def in_order(town: Town) -> None:
    for log in Log:
        result = await service.check(town.tenant, log)
        assert result.in_orde, result.bevindingen


async def test_every_row_gets_one_seal_in_a_chain_without_gaps(deventer: Town, seed: int) -> None:
    await logs.fill(deventer, 1_203, seed)
    assert await service.seal(deventer.tenant) == 2 * 1_203
    for log in Log:
        sealed = await logs.numbers(deventer, log)
        assert [nummer for nummer, _ in sealed] == list(range(1, 1_204))
        assert len({rij for _, rij in sealed}) == 1_203
    await in_order(deventer)
    assert await service.seal(deventer.tenant) == 0, "what is sealed is left alone"


async def test_an_empty_log_is_in_order(deventer: Town) -> None:
    assert await service.seal(deventer.tenant) == 0
    result = await service.check(deventer.tenant, Log.AUDIT)
    assert (result.in_orde, result.tot_nummer, result.ongezegeld) == (True, 0, 0)


async def test_two_sealers_double_nothing(deventer: Town, seed: int) -> None:
    await logs.fill(deventer, 900, seed)
    done = await asyncio.gather(*(service.seal(deventer.tenant) for _ in range(4)))
    while sum(done) < 1_800:  # one that found the lock taken left; the next bell goes on
        done.append(await service.seal(deventer.tenant))
    assert sum(done) == 1_800
    assert len({rij for _, rij in await logs.numbers(deventer, Log.AUDIT)}) == 900
    await in_order(deventer)


async def test_a_row_that_commits_late_is_sealed_once(deventer: Town, seed: int) -> None:
    """Its id and moment are older than what was sealed meanwhile."""
    async with unit_of_work(deventer.tenant) as slow:
        late = await logs.note(slow, deventer)
        await slow.flush()
        await logs.fill(deventer, 20, seed)
        await service.seal(deventer.tenant)
        assert late not in {rij for _, rij in await logs.numbers(deventer, Log.AUDIT)}
    assert await service.seal(deventer.tenant) == 1
    assert (await logs.numbers(deventer, Log.AUDIT))[-1] == (21, late)
    await in_order(deventer)


async def test_a_row_with_a_clock_of_long_ago_is_found_by_the_sweep(
    deventer: Town, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await logs.fill(deventer, 30, seed)
    await service.seal(deventer.tenant)
    now = klok.now()
    with monkeypatch.context() as there:
        there.setattr(klok, "now", lambda: now - timedelta(days=40))
        async with unit_of_work(deventer.tenant) as session:
            old = await logs.note(session, deventer)
    assert await service.seal(deventer.tenant) == 0, "beyond what every round looks back at"
    monkeypatch.setattr(queries, "DEEL", 7)
    assert await service.sweep(deventer.tenant) == 1
    assert (await logs.numbers(deventer, Log.AUDIT))[-1] == (31, old)
    result = await service.check(deventer.tenant, Log.AUDIT)
    assert result.in_orde
    assert [one.rij_id for one in result.laat] == [old], "sealed, and pointed out"


async def test_a_round_that_fails_leaves_nothing(deventer: Town, seed: int, applied: EmbeddedPostgres) -> None:
    await logs.fill(deventer, 10, seed)
    table = f'"{deventer.tenant.schema}".zegelhoofd'
    await support.as_superuser(applied, f"ALTER TABLE {table} ADD CONSTRAINT dicht CHECK (false) NOT VALID")
    try:
        with pytest.raises(DBAPIError):
            await service.seal(deventer.tenant)
        assert await logs.numbers(deventer, Log.AUDIT) == []
    finally:
        await support.as_superuser(applied, f"ALTER TABLE {table} DROP CONSTRAINT dicht")
    assert await service.seal(deventer.tenant) == 20


async def test_the_head_is_said_outside_after_the_commit(deventer: Town, seed: int) -> None:
    await logs.fill(deventer, 5, seed)
    with structlog.testing.capture_logs() as said:
        await service.seal(deventer.tenant)
    heads = [one for one in said if one["event"] == "zegel.hoofd"]
    assert [(one["tenant"], one["hoofd"]["log"], one["hoofd"]["nummer"]) for one in heads] == [
        ("deventer", "auditregel", 5),
        ("deventer", "verwerking", 5),
    ]


async def test_nothing_is_sealed_on_top_of_a_broken_end(deventer: Town, seed: int, applied: EmbeddedPostgres) -> None:
    """Otherwise a thief who cuts off the end has the sealer repair the chain."""
    await logs.fill(deventer, 10, seed)
    await service.seal(deventer.tenant)
    cut = f"DELETE FROM {deventer.tenant.schema}.zegel WHERE log = 'auditregel' AND nummer > 6"  # noqa: S608
    await support.as_superuser(applied, cut)
    await logs.fill(deventer, 1, seed)
    with structlog.testing.capture_logs() as said, pytest.raises(service.SealBroken):
        await service.seal(deventer.tenant)
    assert [one["log"] for one in said if one["event"] == "zegel.gebroken"] == ["auditregel"]
    assert len(await logs.numbers(deventer, Log.AUDIT)) == 6
    assert len(await logs.numbers(deventer, Log.VERWERKING)) == 11, "the other log goes on"


async def test_how_long_a_row_waits_is_known(deventer: Town, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async with unit_of_work(deventer.tenant) as session:
        assert await service.backlog(session) == timedelta(0)
    await logs.fill(deventer, 3, seed, age=timedelta(minutes=10))
    with structlog.testing.capture_logs() as said:
        async with unit_of_work(deventer.tenant) as session:
            assert timedelta(minutes=10) < await service.backlog(session) < timedelta(minutes=11)
    assert [one["event"] for one in said] == ["zegel.achter"]
    result = await service.check(deventer.tenant, Log.AUDIT)
    assert (result.in_orde, result.ongezegeld) == (True, 3)
    monkeypatch.setattr("app.zegels.controle.SPELING", timedelta(minutes=5))
    result = await service.check(deventer.tenant, Log.AUDIT)
    assert [one.soort for one in result.bevindingen] == ["wacht"], "nobody seals any more"


@pytest.mark.parametrize("table", sorted(logs.LOGS))
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_role_of_the_municipality_may_only_add(deventer: Town, table: str, statement: str) -> None:
    column = "id" if table in ("auditregel", "verwerking", "zegelcontrole") else "nummer"
    sql = statement.format(f'"{deventer.tenant.schema}"."{table}"', column, column)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with unit_of_work(deventer.tenant) as session:
            await session.execute(text(sql))


def test_every_column_of_a_log_is_sealed() -> None:
    """A new column needs a new version of the encoding: otherwise it could be changed without a trace."""
    for log, table in queries.TABELLEN.items():
        assert {column.name for column in table.columns} == set(KOLOMMEN[log, NIEUWSTE])
    assert {"log", "nummer", "rij_id", "versie", "hash", "merk"} == set(Zegel.__table__.columns.keys())
    assert "handtekening" in Zegelhoofd.__table__.columns
