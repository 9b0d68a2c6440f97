"""`kiss tenants remove`: a municipality leaves, step by step (tenants/stappen.py), and its export stays.

First nobody can write any more, then everything is written to files, and only when those are whole does the schema
go. The catalogue keeps a line without keys: the export holds them, so who destroys the export has destroyed all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.settings import settings
from tenants import ledger, meenemen, roles, stappen
from tenants.aanmaken import WERK as AANMAKEN
from tenants.admin import acting_as, quoted
from tenants.context import Tenant
from tenants.grants import PLATFORM_OWNER, PLATFORM_SCHEMA
from tenants.identity.connect import connect
from tenants.identity.service import Provisioning
from tenants.models import Gemeente, Host, Migratiestand
from tenants.stappen import Gedaan, Gegevens, Overslaan, Progress, Stap

WERK = "verwijderen"


async def remove(
    connection: AsyncConnection,
    slug: str,
    folder: Path,
    progress: Progress = lambda _: None,
    tell: meenemen.Progress = lambda _: None,
) -> list[Gedaan]:
    """Remove it or go on removing it; the export comes below `folder`. Raises `KanNiet` for one that is unknown."""
    async with connection.begin():
        row = await connection.run_sync(_row, slug)
        there = await connection.run_sync(roles.schema_exists, ledger.as_tenant(row, []).schema)
    steps = _steps(ledger.as_tenant(row, []), folder, there, tell)
    return await stappen.run(connection, slug, WERK, steps, progress)


def _row(connection: Connection, slug: str) -> Any:
    row = ledger.row(connection, slug) if roles.exists(connection, PLATFORM_OWNER) else None
    if row is None:
        raise ledger.KanNiet(f"De gemeente {slug} bestaat niet. Alle gemeenten: kiss tenants list")
    return row


def _steps(tenant: Tenant, folder: Path, there: bool, tell: meenemen.Progress) -> list[Stap]:
    def is_kept(gegevens: Gegevens) -> bool:
        """As long as the schema is there, an export that is gone or was changed is made anew."""
        return not there or gegevens["map"] is None or not meenemen.verify(Path(gegevens["map"]))

    async def export(connection: AsyncConnection) -> Gegevens:
        if not there:
            return {"map": None, "rijen": 0}
        async with connection.begin():  # whoever was still writing has ended when this has its locks
            await connection.run_sync(_wait_for_writers, tenant)
        return (await meenemen.export(connection, tenant.slug, folder, tell)).as_dict()

    return [
        Stap("stoppen", lambda connection, _: _stop(connection, tenant)),
        Stap("export", lambda _, exported: exported, vooraf=export, klopt=is_kept),
        Stap("aanmelddienst", lambda _, done: done, vooraf=lambda _: _identity(tenant.slug)),
        Stap("schema", lambda connection, _: {"gewijzigd": roles.drop_schema(connection, tenant)}),
        Stap("rollen", lambda connection, _: {"gewijzigd": roles.drop_roles(connection, tenant)}),
        Stap("catalogus", lambda connection, _: _catalogue(connection, tenant)),
    ]


def _stop(connection: Connection, tenant: Tenant) -> Gegevens:
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        connection.execute(update(Gemeente).where(Gemeente.slug == tenant.slug).values(state="gestopt"))
    roles.close(connection, tenant)
    return {"gewijzigd": ["gestopt"]}


def _wait_for_writers(connection: Connection, tenant: Tenant) -> None:
    query = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY 1")
    with acting_as(connection, tenant.owner_role, tenant.schema):
        names = connection.execute(query, {"schema": tenant.schema}).scalars().all()
        if names:
            tables = ", ".join(f"{quoted(tenant.schema)}.{quoted(name)}" for name in names)
            connection.exec_driver_sql(f"LOCK TABLE {tables} IN SHARE MODE")


async def _identity(slug: str) -> Gegevens:
    if settings().keycloak_url is None:
        raise Overslaan("De aanmelddienst is niet ingesteld (KISS_KEYCLOAK_URL). Haal de gemeente er zelf uit.")
    directory = connect()
    try:
        report = await Provisioning(directory).without(slug)
    finally:
        await directory.close()
    if report.fout:
        raise ledger.KanNiet(f"De aanmelddienst: {report.fout}")
    return {"gewijzigd": report.changed}


def _catalogue(connection: Connection, tenant: Tenant) -> Gegevens:
    """Hosts and keys go; a line without them stays, so that the slug is never given to somebody else."""
    emptied: dict[str, Any] = {"sleutel": b"", "sleutels": None, "hash_sleutel": None, "manifest": {}}
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        hosts = connection.execute(delete(Host).where(Host.slug == tenant.slug).returning(Host.host)).scalars().all()
        connection.execute(delete(Migratiestand).where(Migratiestand.slug == tenant.slug))
        connection.execute(update(Gemeente).where(Gemeente.slug == tenant.slug).values(**emptied))
    stappen.forget(connection, tenant.slug, AANMAKEN)
    return {"gewijzigd": [f"host weg: {host}" for host in sorted(hosts)]}
