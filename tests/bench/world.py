"""Where measures happen: a real PostgreSQL and Valkey, municipalities in it, people in them, the application here.

Municipalities stay in build/bench for the next run: making 342 of them is a measure of its own.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litestar.types import ASGIApp, ControllerRouterHandler
from sqlalchemy import insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from app import db, jobs, klok, main
from app import redis as app_redis
from app.auth.cli import open_for
from app.auth.models import Lidmaatschap
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from app.ids import new_id
from app.settings import settings
from tenants import registry
from tenants.context import Tenant
from tests.isolation.asgi import Reply, call
from tests.tenants import support
from tests.town import Town, town

AGENT = "agent.bench"


@dataclass
class Visitor:
    """One signed-in agent of one municipality, speaking to the application in this process."""

    app: ASGIApp
    tenant: Tenant
    cookie: str

    async def get(self, path: str) -> Reply:
        """The answer; anything but 200 ends the measure, since refusing is fast."""
        host = self.tenant.hosts[0]
        reply = await call(self.app, "GET", host, path, cookie=f"__Host-sid={self.cookie}")
        assert reply.status == 200, f"{path}: {reply.status} {reply.body[:300]!r}"
        return reply


@dataclass
class World:
    """Servers and where municipalities are made. `most`: how many the largest measure asks (342; few in a smoke)."""

    server: EmbeddedPostgres
    folder: Path
    most: int
    engines: dict[str, AsyncEngine] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    migrated: set[str] = field(default_factory=set)  # databases whose municipalities are at head

    @property
    def everything(self) -> str:
        """Address of the database for who may read and write everything: the bare side of a comparison."""
        return self._superuser("kiss")

    @property
    def superuser(self) -> str:
        """The same for the database in which the application works now."""
        name = make_url(os.environ["DATABASE_URL"]).database
        assert name
        return self._superuser(name)

    def _superuser(self, database: str) -> str:
        return make_url(self.server.superuser_dsn).set(database=database).render_as_string(hide_password=False)

    async def tenants(self, count: int, prefix: str = "bench", extra: str = "") -> list[Tenant]:
        """The first `count` municipalities called after `prefix`, made when they are not there yet."""
        slugs = [f"{prefix}-{number:03}" for number in range(1, count + 1)]
        present = {tenant.slug for tenant in await self._at_head()}
        wanted = [support.manifest(self.folder, slug, extra) for slug in slugs if slug not in present]
        if wanted or not present:
            reports = await support.apply(wanted)
            assert not [report.fout for report in reports if report.fout]
        return [await support.tenant(slug) for slug in slugs]

    async def _at_head(self) -> Sequence[Tenant]:
        """Who is there; what an earlier run left is brought to the newest revision, once."""
        database = os.environ["DATABASE_URL"].rsplit("/", 1)[-1]
        there = await self.active()
        if there and database not in self.migrated:
            outcomes = await support.run_migrations()
            assert all(one.gelukt for one in outcomes.values())
        self.migrated.add(database)
        return there

    async def active(self) -> Sequence[Tenant]:
        registry.clear()
        try:
            return await registry.all_active()
        except Exception:  # no platform yet: the first apply makes it
            return ()

    async def visitor(self, app: ASGIApp, tenant: Tenant) -> Visitor:
        """Its agent, made when not there yet, with a session of now."""
        if tenant.slug not in self.sessions:
            await person(tenant)
            self.sessions[tenant.slug] = await open_for(tenant, AGENT)
        return Visitor(app, tenant, self.sessions[tenant.slug])

    async def town(self, tenant: Tenant) -> Town:
        await person(tenant)
        return await town(tenant, AGENT)

    @asynccontextmanager
    async def many(self) -> AsyncIterator[list[Tenant]]:
        """Inside, the application works in the database with the most municipalities; gives them."""
        async with self.database(f"kiss_{self.most}"):
            yield await self.tenants(self.most, prefix=f"van-{self.most}")

    @asynccontextmanager
    async def database(self, name: str) -> AsyncIterator[None]:
        """Inside, the application works in another database of this server, with a pool of its own that stays."""
        addresses = {"DATABASE_URL": self.server.app_dsn, "DATABASE_ADMIN_URL": self.server.admin_dsn}
        moved = {key: dsn.rsplit("/", 1)[0] + f"/{name}" for key, dsn in addresses.items()}
        if name not in self.engines:
            await _create(self.server, name)
        with support.environment(**moved), using(self.engines.setdefault(name, _own_engine())):
            yield

    async def close(self) -> None:
        for engine in self.engines.values():
            await engine.dispose()
        await support.forget_pool()


def _own_engine() -> AsyncEngine:
    made: AsyncEngine = db.engine.__wrapped__()
    return made


@contextmanager
def using(engine: AsyncEngine) -> Iterator[None]:
    """Inside, `app.db` works with this pool."""
    before: Any = db.engine
    db.engine = lambda: engine  # type: ignore[assignment]
    registry.clear()
    try:
        yield
    finally:
        db.engine = before
        registry.clear()


async def _create(server: EmbeddedPostgres, name: str) -> None:
    async with support.login(server.superuser_dsn) as connection:
        there = await connection.exec_driver_sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")  # noqa: S608
        if there.first() is not None:
            return
    await support.as_superuser(
        server,
        f"CREATE DATABASE {name} OWNER kiss_migrator",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name} TO kiss_app",
        database="postgres",
    )


async def person(tenant: Tenant) -> None:
    """The agent of a municipality, once."""
    async with db.unit_of_work(tenant) as session:
        there = select(Lidmaatschap.id).where(Lidmaatschap.gebruikersnaam == AGENT)
        if await session.scalar(there) is None:
            values = {"id": new_id(), "issuer": support.ISSUER, "subject": AGENT, "gebruikersnaam": AGENT}
            values |= {"naam": "Sanne Proef", "email": "sanne@bench.example", "rollen": ["agent"], "actief": True}
            await session.execute(insert(Lidmaatschap).values(modus="systeem", aangemaakt_op=klok.now(), **values))


def application(*extra: ControllerRouterHandler) -> ASGIApp:
    """The product with routes of a measure beside its own: same layers, same Litestar."""
    before = main.ROUTES
    main.ROUTES = (*before, *extra)
    try:
        return main.create_app()
    finally:
        main.ROUTES = before


@asynccontextmanager
async def world(server: EmbeddedPostgres, valkey: EmbeddedValkey, folder: Path, *, most: int) -> AsyncIterator[World]:
    """Both servers have been started. Limits are off: they are counted, and refusing is no work."""
    with support.settings_for(server, REDIS_URL=valkey.url, KISS_UNDO_SECONDS="0", DATABASE_POOL_TENANT="15"):
        _forget()
        await support.forget_pool()
        made = World(server, folder, most)
        try:
            yield made
        finally:
            await made.close()
    _forget()


def _forget() -> None:
    app_redis.client.cache_clear()
    jobs.broker.cache_clear()
    settings.cache_clear()
