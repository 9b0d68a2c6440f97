"""What a manifest says against what stands here: what `apply` would change, and what it would leave.

Both follow from `apply` itself, in a transaction that is rolled back: what it says that it changed, and what still
differs after it. So this can never tell another story than `apply`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.auth.models import Lidmaatschap
from app.codelijsten.models import Gespreksresultaat, Kanaal
from app.connectors.models import Koppeling
from app.settings import settings
from migrations import histories
from tenants import ledger, migrate, provision, roles
from tenants.admin import acting_as, execute
from tenants.context import Tenant
from tenants.grants import PLATFORM_OWNER
from tenants.manifest import Manifest

COLUMNS = ("naam", "soort", "schrijft", "prive_adres_reden", "instellingen")


@dataclass(slots=True)
class Verschil:
    """Of one municipality, a sentence each. `eigen` belongs to the municipality: apply leaves it as it is."""

    slug: str
    toepassen: list[str] = field(default_factory=list)
    eigen: list[str] = field(default_factory=list)
    fout: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def run(connection: AsyncConnection, manifests: Sequence[Manifest]) -> list[Verschil]:
    """One per manifest, in its order. Nothing that it does stays."""
    return [await _one(connection, manifest) for manifest in manifests]


async def _one(connection: AsyncConnection, manifest: Manifest) -> Verschil:
    found = Verschil(manifest.slug)
    try:
        async with connection.begin() as transaction:
            await connection.run_sync(_compare, manifest, found)
            await transaction.rollback()
    except Exception as error:  # whatever it was: the others are told all the same
        found.fout = ledger.sentence(error)
    return found


def _compare(connection: Connection, manifest: Manifest, found: Verschil) -> None:
    if not roles.exists(connection, PLATFORM_OWNER) or provision.row_of(connection, manifest.slug) is None:
        found.toepassen = ["gemeente wordt gemaakt"]
        return
    tenant = ledger.tenants(connection, [manifest.slug])[0]
    if migrate.is_behind(connection, tenant):  # its tables are not locked just to see what would happen
        revision = migrate.revision(connection, tenant)
        found.toepassen = [f"schema van {revision or 'leeg'} naar {histories.head(histories.TENANT)}; de rest daarna"]
        return
    found.toepassen = provision.apply_in_transaction(connection, manifest).changed
    with acting_as(connection, tenant.owner_role, tenant.schema):
        found.eigen = [*_lists(connection, tenant, manifest), *_koppelingen(connection, tenant, manifest)]
        if settings().development:
            found.eigen += _people(connection, tenant, manifest)


def _lists(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    found: list[str] = []
    lists: tuple[tuple[str, type[Kanaal] | type[Gespreksresultaat], Sequence[Any]], ...] = (
        ("kanalen", Kanaal, manifest.kanalen),
        ("gespreksresultaten", Gespreksresultaat, manifest.gespreksresultaten),
    )
    for what, model, lines in lists:
        query = select(model.naam).where(model.vervallen_op.is_(None)).order_by(model.volgorde)
        names = list(execute(connection, tenant, query).scalars())
        found += _differs(what, names, [line.naam for line in lines])
    return found


def _koppelingen(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    """Settings, never secrets: of those it is only known whether they are there, and `check` says that."""
    rows = {row.slug: row for row in execute(connection, tenant, select(Koppeling.__table__))}
    lines = {line.slug: line for line in manifest.alle_koppelingen}
    found = [f"koppeling {slug} staat alleen hier" for slug in sorted(rows.keys() - lines.keys())]
    found += [f"koppeling {slug} staat alleen in het manifest" for slug in sorted(lines.keys() - rows.keys())]
    for slug in sorted(rows.keys() & lines.keys()):
        for name in COLUMNS:
            found += _differs(f"koppeling {slug}: {name}", getattr(rows[slug], name), getattr(lines[slug], name))
    return found


def _people(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    rows = {row.gebruikersnaam: row for row in execute(connection, tenant, select(Lidmaatschap.__table__))}
    return [
        sentence
        for mens in manifest.mensen
        if mens.gebruikersnaam in rows
        for sentence in _differs(
            f"rollen van {mens.gebruikersnaam}", sorted(rows[mens.gebruikersnaam].rollen), sorted(mens.alle_rollen)
        )
    ]


def _differs(what: str, here: Any, there: Any) -> list[str]:
    return [] if here == there else [f"{what}: hier {_shown(here)}, in het manifest {_shown(there)}"]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dict):
        value = [f"{name} = {one}" for name, one in sorted(value.items())]
    return ", ".join(str(item) for item in value) or "niets" if isinstance(value, list) else str(value or "niets")
