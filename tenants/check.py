"""Is every municipality as it should be: schema, roles, grants, koppelingen, hosts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from migrations import catalogus, histories
from tenants import grants, inrichting, ledger, migrate, roles
from tenants.admin import acting_as
from tenants.context import Tenant
from tenants.models import Host

_HALF_MADE = "De gemeente is nog niet af. Voer kiss tenants create {} opnieuw uit; dat gaat verder waar het was."


@dataclass(frozen=True, slots=True)
class Finding:
    """`problemen`: one sentence each; empty is good. `slug` is "platform" for the platform's own schema."""

    slug: str
    revisie: str | None
    problemen: list[str]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def run(connection: AsyncConnection, slugs: list[str]) -> list[Finding]:
    """The platform and every tenant, or only `slugs`; changes nothing."""
    async with connection.begin():
        found = [await connection.run_sync(_platform)]
        if found[0].revisie is None:
            return found
        tenants = await connection.run_sync(ledger.tenants, slugs)
        half_made = await connection.run_sync(ledger.half_made)
    for tenant in tenants:
        if tenant.slug in half_made:
            found.append(Finding(tenant.slug, None, [_HALF_MADE.format(tenant.slug)]))
            continue
        async with connection.begin():
            found.append(await connection.run_sync(_tenant, tenant))
    unknown = set(slugs) - {tenant.slug for tenant in tenants}
    return found + [Finding(slug, None, ["Deze gemeente bestaat niet."]) for slug in sorted(unknown)]


def _platform(connection: Connection) -> Finding:
    problems = roles.platform_problems(connection)
    if problems and not roles.exists(connection, grants.PLATFORM_OWNER):
        return Finding("platform", None, problems)
    with acting_as(connection, grants.PLATFORM_OWNER, grants.PLATFORM_SCHEMA):
        revision = histories.current(connection)
    problems += _not_at_head(revision, histories.PLATFORM)
    problems += [f"Recht {sentence}." for sentence in grants.drift(connection, grants.platform_scope())]
    return Finding("platform", revision, problems)


def _tenant(connection: Connection, tenant: Tenant) -> Finding:
    problems = roles.problems(connection, tenant)
    if not roles.exists(connection, tenant.owner_role):
        return Finding(tenant.slug, None, problems)
    revision = migrate.revision(connection, tenant)
    problems += _not_at_head(revision, histories.TENANT)
    standing = ledger.standing(connection, tenant.slug).get(tenant.slug)
    if standing is not None and standing.state == "mislukt":
        problems.append(f"De laatste migratie mislukte. {standing.fout}")
    problems += [f"Recht {sentence}." for sentence in grants.drift(connection, grants.tenant_scope(tenant))]
    problems += _shape(connection, tenant)
    problems += _hosts(connection, tenant)
    if revision is not None:
        problems += [
            f"Koppeling {sentence}" for sentence in inrichting.koppelingen_uit(connection, tenant, komende=False)
        ]
    return Finding(tenant.slug, revision, problems)


def _shape(connection: Connection, tenant: Tenant) -> list[str]:
    """Where the tables differ from those of the template, when both are at one revision; grants are told apart."""
    template = migrate.TEMPLATE
    if migrate.revision(connection, tenant) is None:
        return []
    if migrate.revision(connection, tenant) != migrate.revision(connection, template):
        return []
    found, wanted = (
        catalogus.lines(connection, one.schema, role=one.role, owner=one.owner_role) for one in (tenant, template)
    )
    return [
        f"Het schema wijkt af van het sjabloon, {line}."
        for line in catalogus.differences(found, wanted)
        if not line.partition(": ")[2].startswith(("grant ", "owner "))
    ]


def _not_at_head(revision: str | None, history: histories.History) -> list[str]:
    head = histories.head(history)
    return [] if revision == head else [f"Het schema staat op {revision or 'niets'}, en hoort op {head}."]


def _hosts(connection: Connection, tenant: Tenant) -> list[str]:
    """A name that differs from another only in case or final dot would reach one of the two."""
    if not tenant.hosts:
        return ["Er is geen host; niemand kan deze gemeente bereiken."]
    plain = func.rtrim(func.lower(Host.host), ".")
    with acting_as(connection, grants.PLATFORM_OWNER, grants.PLATFORM_SCHEMA):
        others = connection.execute(
            select(Host.host, Host.slug).where(plain.in_(tenant.hosts), Host.slug != tenant.slug)
        ).all()
    return [f"De host {row.host} is ook van {row.slug}." for row in others]
