"""One database, two municipalities, one small application that consists of the real layers."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import create_engine, delete, text

from app import geheimen, models
from app.auth import oidc
from app.auth.models import Inlogpoging, Lidmaatschap, Sessie
from app.db import TenantBase, engine, unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.settings import settings
from tenants.context import Ring, Tenant
from tests.auth.provider import StubProvider
from tests.auth.world import PEOPLE, Browser, build_app, person

TABLES = [
    model.__table__
    for model in models.TABLES
    if model.__tablename__ in {*"lidmaatschap sessie".split(), "inlogpoging", "auditregel"}
]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
def idp() -> Iterator[StubProvider]:
    with StubProvider() as stub:
        yield stub


@pytest.fixture(scope="package")
def environment(tmp_path_factory: pytest.TempPathFactory, idp: StubProvider) -> Iterator[EmbeddedPostgres]:
    before = dict(os.environ)
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), fast=True) as postgres:
        os.environ.update(
            KISS_ENV="development",
            DATABASE_URL=postgres.app_dsn,
            DATABASE_ADMIN_URL=postgres.admin_dsn,
            REDIS_URL="redis://127.0.0.1:1",
            KISS_SECRET_KEY=base64.b64encode(b"k" * 32).decode(),
            KISS_PUBLIC_SCHEME="http",
            KISS_PUBLIC_SUFFIX=".localhost:8000",
            OIDC_ISSUER=idp.issuer,
            OIDC_BACKEND=idp.backend,
            OIDC_CLIENT_ID="kiss",
            OIDC_CLIENT_SECRET="geheim&van=test",
        )
        _forget()
        yield postgres
    os.environ.clear()
    os.environ.update(before)
    _forget()


def _forget() -> None:
    for cached in (settings, engine, oidc.provider):
        cached.cache_clear()


@pytest.fixture(scope="package")
def tenants(environment: EmbeddedPostgres) -> dict[str, Tenant]:
    found = {}
    for slug, naam in (("deventer", "Deventer"), ("zwolle", "Zwolle")):
        hosts = (f"{slug}.localhost", f"kcc.{slug}.test")
        key = geheimen.new_wrapped_key(slug)
        found[slug] = Tenant(slug, naam, hosts, Ring.EARLY, "#0b5d66", naam[:2], key, voorbeeld=slug == "deventer")
        _create_schema(environment, found[slug])
    return found


def _create_schema(postgres: EmbeddedPostgres, tenant: Tenant) -> None:
    url = postgres.superuser_dsn.replace("postgresql://", "postgresql+asyncpg://").rsplit("/", 1)[0] + "/kiss"
    from sqlalchemy.ext.asyncio import create_async_engine

    import asyncio

    async def create() -> None:
        admin = create_async_engine(url, execution_options={"schema_translate_map": {"tenant": tenant.schema}})
        async with admin.begin() as connection:
            await connection.execute(text(f'CREATE ROLE "{tenant.role}" NOLOGIN'))
            await connection.execute(text(f'GRANT "{tenant.role}" TO kiss_app'))
            await connection.execute(text(f'CREATE SCHEMA "{tenant.schema}"'))
            await connection.run_sync(lambda sync: TenantBase.metadata.create_all(sync, tables=TABLES))
            await connection.execute(text(f'GRANT USAGE ON SCHEMA "{tenant.schema}" TO "{tenant.role}"'))
            everything = f'ON ALL TABLES IN SCHEMA "{tenant.schema}" TO "{tenant.role}"'
            await connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE {everything}"))
        await admin.dispose()

    asyncio.run(create())


@pytest.fixture(scope="package", autouse=True)
async def world(tenants: dict[str, Tenant], idp: StubProvider) -> AsyncIterator[dict[str, Tenant]]:
    for slug, people in PEOPLE.items():
        async with unit_of_work(tenants[slug]) as session:
            session.add_all(person(idp.issuer, *one) for one in people)
    yield tenants
    await engine().dispose()


@pytest.fixture(autouse=True)
async def fresh(world: dict[str, Tenant], idp: StubProvider) -> AsyncIterator[None]:
    """Every test begins without sessions and sign-ins, with everybody active and an honest provider."""
    idp.reset()
    oidc.provider.cache_clear()
    for tenant in world.values():
        async with unit_of_work(tenant) as session:
            await session.execute(delete(Sessie))
            await session.execute(delete(Inlogpoging))
            for lid in (await session.scalars(_everybody())).all():
                lid.actief = True
    yield


def _everybody():  # noqa: ANN202
    from sqlalchemy import select

    return select(Lidmaatschap)


@pytest.fixture(scope="package")
def app(world: dict[str, Tenant]):
    return build_app(world)


@pytest.fixture
async def deventer(app) -> AsyncIterator[Browser]:
    async with Browser(app, "deventer.localhost:8000") as browser:
        yield browser


@pytest.fixture
async def zwolle(app) -> AsyncIterator[Browser]:
    async with Browser(app, "zwolle.localhost:8000") as browser:
        yield browser
