"""Make one municipality, or bring it to what its manifest says. All of it in one transaction: no half tenants."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy import delete as delete_from
from sqlalchemy.ext.asyncio import AsyncConnection

from app.geheimen import new_wrapped_hash_key, new_wrapped_key
from app.klok import now
from tenants import beheerder, grants, inrichting, ledger, migrate, roles
from tenants.admin import acting_as, ddl, quoted
from tenants.context import Tenant
from tenants.manifest import Manifest
from tenants.models import Gemeente, Host

OWNED = ("naam", "ring", "kleur", "monogram", "voorbeeld")  # the manifest's columns of `gemeente`, besides hosts
AT_FIRST = ("kleur", "monogram")  # those that belong to the municipality after the first apply: app/uiterlijk


class HostBezet(ledger.KanNiet):
    """A host of the manifest belongs to another municipality."""


@dataclass(slots=True)
class Report:
    """What applying one manifest did. `changed` is empty when the municipality already was as it says."""

    slug: str
    created: bool = False
    changed: list[str] = field(default_factory=list)
    koppelingen_uit: list[str] = field(default_factory=list)  # sentences of connectors that are off
    fout: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def apply(connection: AsyncConnection, manifest: Manifest) -> Report:
    """Apply one manifest on an up-to-date platform schema. A failure is reported, not raised: others go on."""
    try:
        async with connection.begin():
            return await connection.run_sync(apply_in_transaction, manifest)
    except Exception as error:  # whatever it was: nothing of it was kept, and the other municipalities go on
        return Report(manifest.slug, fout=ledger.sentence(error))


def apply_in_transaction(connection: Connection, manifest: Manifest) -> Report:
    """Create or update one tenant in the caller's transaction. Raises `KanNiet` and what the database raises."""
    migrate.lock(connection, manifest.slug)
    report = Report(manifest.slug)
    previous = row_of(connection, manifest.slug)
    if previous is None:
        insert_row(connection, manifest)
        report.created = True
    else:
        report.changed += _update(connection, manifest, previous)
    report.changed += set_hosts(connection, manifest)
    tenant = ledger.tenants(connection, [manifest.slug])[0]
    report.changed += roles.ensure_tenant(connection, tenant)
    report.changed += bring_schema(connection, tenant)
    if previous is None:
        start_numbers(connection, tenant, manifest.kenmerk_start)
        report.changed += inrichting.first(connection, tenant, manifest)
    else:
        report.changed += inrichting.again(connection, tenant, manifest, previous.manifest)
        report.changed += _limits(manifest, previous.manifest)
    report.changed += beheerder.ensure(connection, tenant, manifest)
    remember(connection, manifest)
    report.koppelingen_uit = inrichting.koppelingen_uit(connection, tenant)
    if report.created or report.changed:
        handeling = "gemeente.aangemaakt" if report.created else "gemeente.bijgewerkt"
        ledger.audit(connection, manifest.slug, handeling, {"gewijzigd": report.changed})
    return report


def row_of(connection: Connection, slug: str) -> Any:
    """The line of the catalogue that a manifest may work on, or None. Raises `KanNiet` for one it may not."""
    row = ledger.row(connection, slug)
    if row is not None and row.state == "gestopt":
        raise ledger.KanNiet(f"De gemeente {slug} is gestopt; een manifest brengt haar niet terug.")
    if row is not None and row.state == "nieuw":
        raise ledger.KanNiet(f"De gemeente {slug} is nog niet af. Voer eerst kiss tenants create {slug} opnieuw uit.")
    return row


def insert_row(connection: Connection, manifest: Manifest) -> None:
    """The row of the catalogue, with keys of its own; `nieuw` until `remember` says that it may work."""
    with acting_as(connection, grants.PLATFORM_OWNER, grants.PLATFORM_SCHEMA):
        connection.execute(
            insert(Gemeente).values(
                slug=manifest.slug,
                sleutel=new_wrapped_key(manifest.slug),
                sleutel_nummer=1,
                hash_sleutel=new_wrapped_hash_key(manifest.slug),
                state="nieuw",
                aangemaakt_op=now(),
                manifest=manifest.for_catalogue(),
                **_owned(manifest),
            )
        )


def _update(connection: Connection, manifest: Manifest, row: Any) -> list[str]:
    wanted = {name: value for name, value in _owned(manifest).items() if name not in AT_FIRST}
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if changed:
        with acting_as(connection, grants.PLATFORM_OWNER, grants.PLATFORM_SCHEMA):
            connection.execute(update(Gemeente).where(Gemeente.slug == manifest.slug).values(**changed))
    return [f"{name}: {getattr(row, name)} → {value}" for name, value in changed.items()]


def _owned(manifest: Manifest) -> dict[str, Any]:
    return {name: str(value) if name == "ring" else value for name, value in manifest if name in OWNED}


def _limits(manifest: Manifest, previous: dict[str, Any]) -> list[str]:
    """The limits that changed; they stand in the catalogue's copy of the manifest."""
    before = previous.get("grenzen", {})
    return [
        f"grenzen.{name}: {before.get(name)} → {value}"
        for name, value in manifest.grenzen
        if before.get(name) != value
    ]


def set_hosts(connection: Connection, manifest: Manifest) -> list[str]:
    """Exactly the hosts of the manifest. Raises `HostBezet`. Returns what changed."""
    with acting_as(connection, grants.PLATFORM_OWNER, grants.PLATFORM_SCHEMA):
        rows = connection.execute(
            select(Host.host, Host.slug).where((Host.slug == manifest.slug) | Host.host.in_(manifest.hosts))
        ).all()
        for row in rows:
            if row.slug != manifest.slug:
                raise HostBezet(f"De host {row.host} is van {row.slug}.")
        present, wanted = {row.host for row in rows}, set(manifest.hosts)
        for host in sorted(present - wanted):
            connection.execute(delete_from(Host).where(Host.host == host))
        for host in sorted(wanted - present):
            connection.execute(insert(Host).values(host=host, slug=manifest.slug))
    return [f"host weg: {host}" for host in sorted(present - wanted)] + [
        f"host erbij: {host}" for host in sorted(wanted - present)
    ]


def bring_schema(connection: Connection, tenant: Tenant) -> list[str]:
    """Tables at head and exactly the expected grants."""
    if migrate.is_behind(connection, tenant):
        outcome = migrate.tenant_schema(connection, tenant)
        return [f"schema van {outcome.van or 'leeg'} naar {outcome.naar}"]
    repaired = grants.apply(connection, grants.tenant_scope(tenant))
    return [f"recht {sentence}" for sentence in repaired]


def start_numbers(connection: Connection, tenant: Tenant, start: int) -> None:
    """Only when the tenant is made: a number that was read out to somebody is never given again."""
    with acting_as(connection, tenant.owner_role, tenant.schema):
        ddl(connection, f"ALTER SEQUENCE {quoted(grants.KENMERK_NUMMER)} RESTART WITH {int(start)}")


def remember(connection: Connection, manifest: Manifest) -> None:
    """The manifest as applied; from here the municipality is open to its people."""
    with acting_as(connection, grants.PLATFORM_OWNER, grants.PLATFORM_SCHEMA):
        connection.execute(
            update(Gemeente)
            .where(Gemeente.slug == manifest.slug)
            .values(manifest=manifest.for_catalogue(), state="actief")
        )
