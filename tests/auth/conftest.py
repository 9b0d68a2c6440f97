"""Real PostgreSQL with the two municipalities of the manifests, and one small application of the real layers."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from litestar.types import ASGIApp
from sqlalchemy import delete, select, update

from app import jobs
from app import redis as app_redis
from app.auth import oidc
from app.auth.models import Afmeldmelding, Inlogpoging, Lidmaatschap, Sessie
from app.db import engine, unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.settings import settings
from tenants import admin, migrate, provision, registry
from tenants.context import Tenant
from tenants.manifest import read_all
from tests.auth.provider import CLIENT_ID, MASTER, StubProvider
from tests.auth.world import Browser, build_app
from tests.tenants import support

Negative = Callable[[], None]


@pytest.fixture
def negative(count: Callable[[str, int], None]) -> Negative:
    """Counts one sign-in that had to be refused, and was."""
    return lambda: count("negative sign-in cases", 1)


@pytest.fixture(scope="package")
def idp() -> Iterator[StubProvider]:
    with StubProvider() as stub:
        yield stub


@pytest.fixture(scope="package")
async def environment(cluster: EmbeddedPostgres, idp: StubProvider) -> AsyncIterator[None]:
    before = dict(os.environ)
    await support.empty(cluster)
    os.environ.update(
        KISS_ENV="development",
        DATABASE_URL=cluster.app_dsn,
        DATABASE_ADMIN_URL=cluster.admin_dsn,
        REDIS_URL="redis://127.0.0.1:1",
        KISS_SECRET_KEY=base64.b64encode(b"k" * 32).decode(),
        KISS_PUBLIC_SCHEME="http",
        KISS_PUBLIC_SUFFIX=".localhost:8000",
        OIDC_ISSUER=idp.issuer,
        OIDC_BACKEND=idp.backend,
        OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=MASTER,
    )
    forget()
    yield
    os.environ.clear()
    os.environ.update(before)
    forget()


def forget() -> None:
    for cached in (settings, engine, oidc.known_issuer, app_redis.client, jobs.broker):
        cached.cache_clear()
    registry.clear()


@pytest.fixture(scope="package")
async def tenants(environment: None) -> AsyncIterator[dict[str, Tenant]]:
    async with admin.connect() as connection:
        async with connection.begin():
            await connection.run_sync(migrate.platform)
        reports = [await provision.apply(connection, manifest) for manifest in read_all(support.DEMO)]
    assert not [report.fout for report in reports if report.fout]
    yield {tenant.slug: tenant for tenant in await registry.all_active()}
    await engine().dispose()


@pytest.fixture(autouse=True)
async def fresh(tenants: dict[str, Tenant], idp: StubProvider) -> None:
    """Every test begins without sessions and sign-ins, with everybody active and an honest provider."""
    idp.reset()
    oidc.known_issuer.cache_clear()
    for tenant in tenants.values():
        async with unit_of_work(tenant) as session:
            await session.execute(delete(Sessie))
            await session.execute(delete(Inlogpoging))
            await session.execute(delete(Afmeldmelding))
            await session.execute(update(Lidmaatschap).values(actief=True, modus="systeem"))


@pytest.fixture(scope="package")
def app(tenants: dict[str, Tenant]) -> ASGIApp:
    return build_app()


@pytest.fixture
async def deventer(app: ASGIApp) -> AsyncIterator[Browser]:
    async with Browser(app, "deventer.localhost:8000") as browser:
        yield browser


@pytest.fixture
async def colleague(app: ASGIApp) -> AsyncIterator[Browser]:
    """A second browser in Deventer."""
    async with Browser(app, "deventer.localhost:8000") as browser:
        yield browser


@pytest.fixture
async def zwolle(app: ASGIApp) -> AsyncIterator[Browser]:
    async with Browser(app, "zwolle.localhost:8000") as browser:
        yield browser


async def everyone(tenant: Tenant) -> dict[str, Lidmaatschap]:
    async with unit_of_work(tenant) as session:
        return {one.gebruikersnaam: one for one in await session.scalars(select(Lidmaatschap))}
