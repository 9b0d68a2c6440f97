"""The migration runner: the platform, then every tenant by ring, a transaction each, on one connection.

A tenant that fails is marked in the ledger and skipped; running again continues with those that are not at head.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from migrations import histories, sjabloon
from tenants import grants, ledger, roles
from tenants.admin import acting_as
from tenants.context import TEMPLATE as TEMPLATE_SLUG
from tenants.context import Ring, Tenant

Progress = Callable[[str], None]
_LOCK = "kiss.tenants"
TEMPLATE = Tenant(TEMPLATE_SLUG, "Sjabloon", (), Ring.EARLY, "#000000", "Sj")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one schema fared; `slug` is "platform" for the platform's own."""

    slug: str
    van: str | None  # revision before
    naar: str | None  # revision after
    gelukt: bool
    duur_ms: int
    fout: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def run(
    connection: AsyncConnection, slugs: Sequence[str] = (), progress: Progress = lambda _: None
) -> list[Outcome]:
    """Bring the platform and the tenants (only `slugs` when given) to head. Tenants at head are left alone."""
    async with connection.begin():
        outcomes = [await connection.run_sync(platform)]
    async with connection.begin():
        waiting = await connection.run_sync(ledger.tenants, slugs)
        half_made = await connection.run_sync(ledger.half_made)
    for tenant in (tenant for tenant in waiting if tenant.slug not in half_made):
        outcome = await one(connection, tenant)
        if outcome is not None:
            outcomes.append(outcome)
            progress(_line(outcome))
    return outcomes


def platform(connection: Connection) -> Outcome:
    """Roles, schema, tables and grants of the platform. The caller's transaction; raises what the database raises."""
    started = time.perf_counter()
    lock(connection, "platform")
    roles.close_public(connection)
    roles.ensure_platform(connection)
    before, after = upgrade(connection, histories.PLATFORM, grants.PLATFORM_OWNER, grants.PLATFORM_SCHEMA)
    grants.apply(connection, grants.platform_scope())
    _template(connection)
    return Outcome("platform", before, after, gelukt=True, duur_ms=_ms(started))


def _template(connection: Connection) -> None:
    """The schema that every municipality should look like: nobody works in it, and it is migrated before anybody, by
    every revision in turn. What does not run there runs nowhere."""
    roles.ensure_template(connection, TEMPLATE)
    if revision(connection, TEMPLATE) != histories.head(histories.TENANT):
        upgrade(connection, histories.TENANT, TEMPLATE.owner_role, TEMPLATE.schema)
        grants.apply(connection, grants.tenant_scope(TEMPLATE))


async def one(connection: AsyncConnection, tenant: Tenant) -> Outcome | None:
    """One tenant to head: all of it or nothing; None when it is there already.

    A failure is marked in the ledger and returned, not raised.
    """
    started = time.perf_counter()
    try:
        async with connection.begin():
            if not await connection.run_sync(is_behind, tenant):
                return None
            await connection.run_sync(ledger.note, tenant.slug, state="bezig")
        async with connection.begin():
            return await connection.run_sync(tenant_schema, tenant)
    except Exception as error:  # whatever it was: the other municipalities go on
        fout = ledger.sentence(error)
        async with connection.begin():
            await connection.run_sync(ledger.note, tenant.slug, state="mislukt", fout=fout, duur_ms=_ms(started))
        return Outcome(tenant.slug, None, None, gelukt=False, duur_ms=_ms(started), fout=fout)


def tenant_schema(connection: Connection, tenant: Tenant) -> Outcome:
    """Tables and grants of one tenant, and its line in the ledger, in the caller's transaction."""
    started = time.perf_counter()
    lock(connection, tenant.slug)
    with acting_as(connection, tenant.owner_role, tenant.schema):
        is_new = sjabloon.is_untouched(connection)
        if is_new:
            sjabloon.make(connection)
    before, after = upgrade(connection, histories.TENANT, tenant.owner_role, tenant.schema)
    grants.apply(connection, grants.tenant_scope(tenant))
    ledger.note(connection, tenant.slug, state="gelukt", revisie=after, duur_ms=_ms(started))
    return Outcome(tenant.slug, None if is_new else before, after, gelukt=True, duur_ms=_ms(started))


def upgrade(
    connection: Connection, history: histories.History, owner: str, schema: str
) -> tuple[str | None, str | None]:
    """Migrate one schema to head as its owner; the revision before and after."""
    with acting_as(connection, owner, schema):
        before = histories.current(connection)
        if before != histories.head(history):
            histories.upgrade(connection, history)
        return before, histories.current(connection)


def is_behind(connection: Connection, tenant: Tenant) -> bool:
    """Whether the schema itself or the ledger says that this tenant is not at head."""
    row = ledger.standing(connection, tenant.slug).get(tenant.slug)
    head = histories.head(histories.TENANT)
    return row is None or row.state != "gelukt" or row.revisie != head or revision(connection, tenant) != head


def revision(connection: Connection, tenant: Tenant) -> str | None:
    """What the schema itself says; None when it has no tables yet or does not exist."""
    if not roles.schema_exists(connection, tenant.schema):
        return None
    with acting_as(connection, tenant.owner_role, tenant.schema):
        return histories.current(connection)


def lock(connection: Connection, slug: str) -> None:
    """Two commands never work on one tenant at a time; the second waits, at most as long as lock_timeout."""
    with acting_as(connection, "none", "pg_catalog"):
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(_LOCK), func.hashtext(slug))))


def _line(outcome: Outcome) -> str:
    if outcome.gelukt:
        return f"{outcome.slug}: op {outcome.naar} ({outcome.duur_ms} ms)"
    return f"{outcome.slug}: mislukt. {outcome.fout}"


def _ms(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
