"""`kiss tenants create`: a municipality without a file, step by step (tenants/stappen.py).

What was asked stands in the catalogue from the first step on, so the same command, or the bare slug, goes on with it.
The address of the first admin does not: whoever was killed before that step names it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from app.settings import settings
from tenants import beheerder, inrichting, ledger, migrate, provision, roles, stappen
from tenants.context import Tenant, slug_refused
from tenants.identity.connect import connect
from tenants.identity.service import Provisioning
from tenants.manifest import BeheerderRegel, Manifest, compose
from tenants.stappen import Gedaan, Gegevens, Overslaan, Progress, Stap

WERK = "aanmaken"


@dataclass(frozen=True, slots=True)
class Wens:
    """What the command names; None is left to a default, or to what was asked the first time."""

    naam: str | None = None
    hosts: tuple[str, ...] = ()
    ring: str | None = None
    kleur: str | None = None
    monogram: str | None = None
    beheerder: str | None = None

    @property
    def named(self) -> dict[str, Any]:
        values = {"naam": self.naam, "ring": self.ring, "kleur": self.kleur, "monogram": self.monogram}
        hosts = {"hosts": list(self.hosts)} if self.hosts else {}
        return {name: value for name, value in values.items() if value is not None} | hosts


async def create(
    connection: AsyncConnection, slug: str, wens: Wens, progress: Progress = lambda _: None
) -> list[Gedaan]:
    """Make the municipality or go on making it. Raises `KanNiet` and `ManifestFout` before the first step."""
    if why := slug_refused(slug):
        raise ledger.KanNiet(f"De slug {slug!r} {why}.")
    async with connection.begin():
        await connection.run_sync(migrate.platform)
    async with connection.begin():
        manifest = await connection.run_sync(_asked, slug, wens)
    return await stappen.run(connection, slug, WERK, _steps(manifest), progress)


def _asked(connection: Connection, slug: str, wens: Wens) -> Manifest:
    """What this run makes: what was asked the first time, which the command may repeat and not change."""
    row = ledger.row(connection, slug)
    asked = {"beheerder": {"email": wens.beheerder}} if wens.beheerder else {}
    if row is None:
        return compose(slug, {"slug": slug, **_defaults(slug, wens.naam), **wens.named, **asked})
    if row.state == "gestopt":
        raise ledger.KanNiet(f"De gemeente {slug} is verwijderd; haar slug wordt niet opnieuw gebruikt.")
    if not stappen.read(connection, slug, WERK):
        raise ledger.KanNiet(f"De gemeente {slug} bestaat al. Werk haar bij met haar manifest: kiss tenants apply.")
    for name, value in wens.named.items():
        if row.manifest.get(name) != value:
            raise ledger.KanNiet(
                f"De gemeente {slug} wordt gemaakt met {name} = {row.manifest.get(name)}, niet met {value}. "
                "Laat dat weg om verder te gaan; daarna wijzigt u het met een manifest."
            )
    return compose(slug, {**row.manifest, **asked})


def _defaults(slug: str, naam: str | None) -> dict[str, Any]:
    words = slug.split("-")
    naam = naam or " ".join(word.capitalize() for word in words)
    # Elsewhere a host is somebody's domain, and not ours to guess.
    hosts = {"hosts": [f"{slug}.localhost"]} if settings().development else {}
    letters = words[0][0].upper() + (words[1][0] if len(words) > 1 else words[0][1])
    return {"naam": naam, "monogram": letters, **hosts}


def _steps(manifest: Manifest) -> list[Stap]:
    def step(naam: str, work: Callable[[Connection, Tenant, Manifest], list[str]], **more: Any) -> Stap:
        def in_transaction(connection: Connection, prepared: Gegevens) -> Gegevens:
            tenant = ledger.tenants(connection, [manifest.slug])[0]
            return {"gewijzigd": [*prepared.get("gewijzigd", []), *work(connection, tenant, manifest)]}

        return Stap(naam, in_transaction, **more)

    return [
        Stap("catalogus", lambda connection, _: {"gewijzigd": _catalogue(connection, manifest)}),
        step("rollen", lambda connection, tenant, _: roles.ensure_roles(connection, tenant)),
        step("schema", lambda connection, tenant, _: roles.ensure_schema(connection, tenant)),
        step("sjabloon", _tables),
        step("register", inrichting.first),
        step("aanmelddienst", lambda *_: [], vooraf=lambda _: _identity(manifest)),
        step("uitnodiging", _invite),
        step("openen", _open),
    ]


def _catalogue(connection: Connection, manifest: Manifest) -> list[str]:
    provision.insert_row(connection, manifest)
    return provision.set_hosts(connection, manifest)


def _tables(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    changed = provision.bring_schema(connection, tenant)
    provision.start_numbers(connection, tenant, manifest.kenmerk_start)
    return changed


async def _identity(manifest: Manifest) -> Gegevens:
    if settings().keycloak_url is None:
        raise Overslaan("De aanmelddienst is niet ingesteld (KISS_KEYCLOAK_URL). Zet de gemeente er zelf in.")
    directory = connect()
    try:
        reports = await Provisioning(directory).everything([manifest])
    finally:
        await directory.close()
    for report in reports:
        if report.fout:
            raise ledger.KanNiet(f"De aanmelddienst: {report.fout}")
    return {"gewijzigd": [line for report in reports for line in report.changed]}


def _invite(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    if not isinstance(manifest.beheerder, BeheerderRegel):
        raise Overslaan(
            f"Er is geen beheerder genoemd. Nodig er een uit met kiss tenants create {tenant.slug} --beheerder ADRES."
        )
    return beheerder.ensure(connection, tenant, manifest)


def _open(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    """A newer version may have come between two runs: who opens is at head."""
    changed = provision.bring_schema(connection, tenant)
    provision.remember(connection, manifest)
    return [*changed, "open"]
