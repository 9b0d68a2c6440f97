"""The only way to a session: it says for whom, or there is none; and forgetting a part of it fails closed."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import geheimen
from app.codelijsten.models import Kanaal
from app.db import TenantSession, engine, platform_unit_of_work, tenant_of, unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.ids import new_id
from tenants.context import NoTenant
from tenants.models import Gemeente
from tests.tenants import support

pytestmark = pytest.mark.anyio
LOCAL = ("role", "search_path", "statement_timeout", "lock_timeout", "app.tenant")


def sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", ""))


async def test_without_a_tenant_there_is_no_sql(gemeenten: EmbeddedPostgres) -> None:
    with support.counted() as sent:
        with pytest.raises(NoTenant):
            async with unit_of_work(None):
                pytest.fail("a unit of work without a tenant")
        session = AsyncSession(engine(), sync_session_class=TenantSession, info={})
        with pytest.raises(NoTenant):
            await session.execute(select(Kanaal.naam))
        await session.close()
    assert [statement for statement in sent if statement != "SELECT 1"] == []


async def test_each_sees_its_own(gemeenten: EmbeddedPostgres) -> None:
    for slug in ("deventer", "zwolle"):
        tenant = await support.tenant(slug)
        async with unit_of_work(tenant) as session:
            session.add(Kanaal(id=new_id(), naam=f"Loket {slug}", volgorde=99))
            assert tenant_of(session) is tenant
    for slug in ("deventer", "zwolle"):
        async with unit_of_work(await support.tenant(slug)) as session:
            names = (await session.scalars(select(Kanaal.naam).where(Kanaal.volgorde == 99))).all()
            assert names == [f"Loket {slug}"]


async def test_a_map_to_another_schema_is_refused(gemeenten: EmbeddedPostgres) -> None:
    deventer, zwolle = await support.tenant("deventer"), await support.tenant("zwolle")
    mixed = AsyncSession(
        engine(),
        sync_session_class=TenantSession,
        execution_options={"schema_translate_map": {"tenant": zwolle.schema}},
        info={"tenant": deventer},
    )
    async with mixed:
        with pytest.raises(DBAPIError) as caught:
            await mixed.execute(select(Kanaal.naam))
    assert sqlstate(caught.value) == "42501"


async def test_without_a_map_there_is_no_table(gemeenten: EmbeddedPostgres) -> None:
    session = AsyncSession(
        engine(), sync_session_class=TenantSession, info={"tenant": await support.tenant("deventer")}
    )
    async with session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(select(Kanaal.naam))
    assert sqlstate(caught.value) == "42P01"


async def test_an_unqualified_name_finds_nothing(gemeenten: EmbeddedPostgres) -> None:
    async with unit_of_work(await support.tenant("deventer")) as session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(text("SELECT naam FROM kanaal"))
        assert sqlstate(caught.value) == "42P01"
        await session.rollback()


async def test_the_platform_may_not_read_a_municipality(gemeenten: EmbeddedPostgres) -> None:
    async with platform_unit_of_work() as session:
        assert set(await session.scalars(select(Gemeente.slug))) == {"deventer", "zwolle"}
        with pytest.raises(DBAPIError) as caught:
            await session.execute(text("SELECT naam FROM t_deventer.kanaal"))
        assert sqlstate(caught.value) == "42501"
        await session.rollback()


@pytest.mark.parametrize("fails", [False, True])
async def test_the_state_ends_with_the_transaction(gemeenten: EmbeddedPostgres, fails: bool) -> None:
    await support.forget_pool()
    tenant = await support.tenant("deventer")
    before = await _settings_of_the_connection()
    try:
        async with unit_of_work(tenant) as session:
            inside = (await session.execute(select(*(func.current_setting(name) for name in LOCAL)))).one()
            pid = (await session.execute(select(func.pg_backend_pid()))).scalar_one()
            if fails:
                raise RuntimeError("the work failed")
    except RuntimeError:
        assert fails
    assert tuple(inside) == ("t_deventer", "", "2s", "2s", "deventer")
    after = await _settings_of_the_connection()
    assert after == before | {"pid": after["pid"], "app.tenant": after["app.tenant"]}
    assert after["pid"] == pid, "another connection proves nothing"
    assert after["app.tenant"] in (None, "")


async def test_a_rolled_back_unit_leaves_nothing(gemeenten: EmbeddedPostgres) -> None:
    tenant = await support.tenant("deventer")

    async def changes_its_mind() -> None:
        async with unit_of_work(tenant) as session:
            await session.execute(insert(Kanaal).values(id=new_id(), naam="Weg", icoon="x", volgorde=1))
            raise RuntimeError("toch niet")

    with pytest.raises(RuntimeError, match="toch niet"):
        await changes_its_mind()
    async with unit_of_work(tenant) as session:
        assert (await session.scalars(select(Kanaal).where(Kanaal.naam == "Weg"))).all() == []


async def test_a_sealed_value_opens_only_for_its_own_municipality(gemeenten: EmbeddedPostgres) -> None:
    deventer, zwolle = await support.tenant("deventer"), await support.tenant("zwolle")
    sealed = geheimen.seal(deventer, "betrokkene.subject", "999990019")
    assert geheimen.unseal(deventer, "betrokkene.subject", sealed) == "999990019"
    for tenant, context in ((zwolle, "betrokkene.subject"), (deventer, "klantverwijzing.subject")):
        with pytest.raises(geheimen.CannotOpen):
            geheimen.unseal(tenant, context, sealed)


async def _settings_of_the_connection() -> dict[str, object]:
    """What the pool's one connection says outside any unit of work."""
    async with engine().connect() as connection:
        query = "SELECT pg_backend_pid() AS pid, " + ", ".join(
            f"current_setting('{name}', true) AS \"{name}\"" for name in LOCAL
        )
        return dict((await connection.execute(text(query))).mappings().one())
