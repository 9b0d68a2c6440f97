"""A cluster with Deventer and Zwolle of tenants/manifests in it, for any test that needs real schemas and roles.

    server = EmbeddedPostgres(folder, fast=True).start()
    with settings_for(server):
        await apply_demo()

Roles belong to the cluster, so a test that wants to begin anew calls `empty(server)` first, not a second database.
"""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, NullPool, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app import db
from app.db import async_url
from app.demo.postgres import EmbeddedPostgres
from app.settings import settings
from tenants import admin, check, migrate, provision, registry
from tenants.context import Tenant
from tenants.manifest import FOLDER, Manifest, read, read_all

SECRETS = {
    "KISS_OEFEN_BRP_DEVENTER": "oefen-brp-deventer",
    "KISS_OEFEN_KLANT_DEVENTER": "oefen-klant-deventer",
    "KISS_OEFEN_BRP_ZWOLLE": "oefen-brp-zwolle",
}
LIMITS = ("TENANT", "PERSON", "SAVES", "ADDRESS", "SIGN_INS", "ACCOUNT", "STREAMS", "LOOKUPS")
POOLED = "KISS_TEST_POOLED"  # environment: the application reaches the cluster through PgBouncer
ISSUER = "http://127.0.0.1:9/oidc"


# Nothing named may stay behind on a server that a pooler gives to somebody else next.
_UNNAMED = {"statement_cache_size": 0, "prepared_statement_cache_size": 0, "prepared_statement_name_func": lambda: ""}


@contextmanager
def settings_for(server: EmbeddedPostgres, **other: str) -> Iterator[None]:
    """Environment and caches as for a process of this cluster; put back afterwards. `other` adds variables."""
    values = {
        "KISS_ENV": "development",
        "DATABASE_URL": server.app_dsn,
        "DATABASE_ADMIN_URL": server.admin_dsn,
        "REDIS_URL": "redis://127.0.0.1:1",
        "KISS_SECRET_KEY": base64.b64encode(b"k" * 32).decode(),
        "KISS_PUBLIC_SCHEME": "http",
        "OIDC_ISSUER": ISSUER,
        "OIDC_CLIENT_ID": "kiss",
        "OIDC_CLIENT_SECRET": "alleen-voor-tests",
        "DATABASE_POOLER": "true" if os.environ.get(POOLED) else "false",
        **{f"KISS_LIMIT_{name}": "0" for name in LIMITS},  # tests are faster than people; tests/grenzen sets its own
        **SECRETS,
        **other,
    }
    with environment(**values):
        yield


@contextmanager
def environment(**values: str | None) -> Iterator[None]:
    """Set variables (None takes one away) and forget the settings read before; put back afterwards."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: dict[str, str] | dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    settings.cache_clear()
    registry.clear()


async def forget_pool() -> None:
    """Close the application's connections; the next unit of work opens new ones, with the settings of then."""
    await db.engine().dispose()
    db.engine.cache_clear()


# For a manifest: a koppeling with a secret, named and not given.
KOPPELING = """
[[koppelingen]]
slug = "brp"
naam = "BRP"
soort = "haal-centraal-brp"
[koppelingen.instellingen]
base_url = "https://brp.test"
[koppelingen.geheimen]
sleutel = "env:PROEF_SLEUTEL"
"""
DEMO = (FOLDER / "deventer.toml", FOLDER / "zwolle.toml")  # two are enough to be apart, and are there sooner


async def apply_demo() -> list[provision.Report]:
    """The platform, Deventer and Zwolle; tests/tenants/test_founders.py applies all there are."""
    return await apply(read_all(DEMO))


async def apply(manifests: Sequence[Manifest]) -> list[provision.Report]:
    """What `kiss tenants apply` does."""
    async with admin.connect() as connection:
        async with connection.begin():
            await connection.run_sync(migrate.platform)
        reports = [await provision.apply(connection, manifest) for manifest in manifests]
    registry.clear()
    return reports


async def run_migrations(*slugs: str) -> dict[str, migrate.Outcome]:
    """What `kiss tenants migrate` does, by slug."""
    async with admin.connect() as connection:
        return {outcome.slug: outcome for outcome in await migrate.run(connection, slugs)}


async def problems(*slugs: str) -> dict[str, list[str]]:
    """What `kiss tenants check` finds, by slug, without what is in order."""
    async with admin.connect() as connection:
        found = await check.run(connection, list(slugs))
    return {finding.slug: finding.problemen for finding in found if finding.problemen}


def manifest(folder: Path, slug: str, extra: str = "", *, host: str = "") -> Manifest:
    """A small municipality of its own; `extra` is TOML after the first lines."""
    path = folder / f"{slug}.toml"
    path.write_text(f'naam = "{slug.title()}"\nhosts = ["{host or slug}.test"]\nmonogram = "{slug[:2]}"\n{extra}')
    return read(path)


async def tenant(slug: str) -> Tenant:
    """A tenant of the catalogue. Fails the test when it is not there."""
    found = await registry.by_slug(slug)
    assert found is not None, f"{slug} was not applied"
    return found


@asynccontextmanager
async def login(dsn: str, role: str | None = None) -> AsyncIterator[AsyncConnection]:
    """A connection of its own in one transaction that is rolled back; `role` is assumed with SET LOCAL ROLE."""
    engine = create_async_engine(async_url(dsn), poolclass=NullPool, connect_args=_UNNAMED)
    try:
        async with engine.connect() as connection, connection.begin() as transaction:
            if role:
                await connection.exec_driver_sql(f'SET LOCAL ROLE "{role}"')
            yield connection
            await transaction.rollback()
    finally:
        await engine.dispose()


async def as_superuser(server: EmbeddedPostgres, *statements: str, database: str = "kiss") -> None:
    """Run statements that stay, each in a transaction of its own, as nobody but an administrator could."""
    dsn = make_url(server.superuser_dsn).set(database=database).render_as_string(hide_password=False)
    engine = create_async_engine(async_url(dsn), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


async def empty(server: EmbeddedPostgres) -> None:
    """The cluster as it was before the first apply: a new database `kiss`, without our roles."""
    await as_superuser(
        server,
        "DROP DATABASE IF EXISTS kiss WITH (FORCE)",
        """DO $$ DECLARE name text; BEGIN
             FOR name IN SELECT rolname FROM pg_roles WHERE rolname ~ '^(o|t)_' OR rolname = 'kiss_platform' LOOP
               EXECUTE format('DROP ROLE %I', name);
             END LOOP;
           END $$""",
        "CREATE DATABASE kiss OWNER kiss_migrator",
        "REVOKE ALL ON DATABASE kiss FROM PUBLIC",
        "GRANT CONNECT ON DATABASE kiss TO kiss_app",
        database="postgres",
    )
    registry.clear()


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that the application's pool sends inside the block."""
    sent: list[str] = []

    def note(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    target = db.engine().sync_engine
    event.listen(target, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(target, "before_cursor_execute", note)


async def things_in(connection: AsyncConnection, schema: str, *kinds: str) -> list[str]:
    """Names in a schema: kinds are letters of pg_class.relkind, r for tables and S for sequences."""
    rows = await connection.execute(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = :schema AND c.relkind::text = ANY(:kinds) ORDER BY 1"
        ),
        {"schema": schema, "kinds": list(kinds)},
    )
    return list(rows.scalars())
