"""What `kiss tenants list` and `show` tell."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.connectors.models import Koppeling
from tenants import ledger, migrate, roles
from tenants.admin import acting_as, execute
from tenants.grants import PLATFORM_OWNER, PLATFORM_SCHEMA
from tenants.models import Gemeente

_COLUMNS = (Gemeente.slug, Gemeente.naam, Gemeente.ring, Gemeente.state, Gemeente.kleur, Gemeente.monogram)


async def everything(connection: AsyncConnection) -> list[dict[str, Any]]:
    """One row per tenant, also stopped ones: slug, naam, ring, state, kleur, monogram, hosts, revisie."""
    async with connection.begin():
        return await connection.run_sync(_everything)


async def one(connection: AsyncConnection, slug: str) -> dict[str, Any] | None:
    """The same for one tenant, with its koppelingen (no settings, no secrets), or None."""
    async with connection.begin():
        return await connection.run_sync(_one, slug)


def _everything(connection: Connection) -> list[dict[str, Any]]:
    if not roles.exists(connection, PLATFORM_OWNER):
        return []  # nothing was ever applied here
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        rows = connection.execute(select(*_COLUMNS).order_by(Gemeente.ring, Gemeente.slug)).mappings().all()
        hosts = ledger.hosts_by_slug(connection)
    standing = ledger.standing(connection)
    return [
        {
            **row,
            "hosts": hosts.get(row["slug"], []),
            "revisie": standing[row["slug"]].revisie if row["slug"] in standing else None,
        }
        for row in rows
    ]


def _one(connection: Connection, slug: str) -> dict[str, Any] | None:
    found = next((row for row in _everything(connection) if row["slug"] == slug), None)
    tenants = ledger.tenants(connection, [slug]) if found else []
    if found is None or not tenants or migrate.revision(connection, tenants[0]) is None:
        return found and {**found, "koppelingen": []}
    columns = (Koppeling.slug, Koppeling.naam, Koppeling.soort, Koppeling.schrijft, Koppeling.actief)
    query = select(*columns, Koppeling.uit_reden).order_by(Koppeling.slug)
    with acting_as(connection, tenants[0].owner_role, tenants[0].schema):
        rows = execute(connection, tenants[0], query).mappings().all()
    return {**found, "koppelingen": [dict(row) for row in rows]}
