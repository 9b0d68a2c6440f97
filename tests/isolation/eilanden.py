"""Eight municipalities made for the test, with a canary in every text of theirs that a page could show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert, select

from app import klok
from app.auth.cli import open_for
from app.auth.models import Lidmaatschap
from app.auth.rights import Recht
from app.auth.sessions import find
from app.db import unit_of_work
from app.gesprekken.models import Vraag
from app.ids import new_id
from app.klantcontacten.models import Klantcontact
from tenants.context import Tenant
from tenants.manifest import Manifest, read
from tests.tenants import support
from tests.town import Town, town

SLUGS = tuple(f"eiland-{number}" for number in range(1, 9))
CANARY = re.compile(rb"CNRY-(eiland-[0-9])-")


def canary(slug: str, what: object) -> str:
    return f"CNRY-{slug}-{what}"


def foreign(slug: str, text: bytes) -> set[str]:
    """Municipalities other than `slug` whose canaries stand in `text`."""
    return {found.decode() for found in CANARY.findall(text)} - {slug}


def manifest(folder: Path, slug: str) -> Manifest:
    """One island: its own code lists, nothing outside the built-in register, no people but those below."""
    path = folder / f"{slug}.toml"
    path.write_text(f"""
naam = "{canary(slug, "gemeente")}"
hosts = ["{slug}.localhost"]
monogram = "{slug[-1]}X"
voorbeeld = true

[[kanalen]]
naam = "{canary(slug, "kanaal")}"

[[gespreksresultaten]]
naam = "{canary(slug, "resultaat")}"

[[koppelingen]]
slug = "ingebouwd"
naam = "{canary(slug, "register")}"
soort = "ingebouwd"
schrijft = true
""")
    return read(path)


@dataclass
class Mens:
    """One signed-in person of an island."""

    slug: str
    rol: str
    cookie: str
    csrf: str
    mag: frozenset[Recht]


@dataclass
class Eiland:
    """One municipality with a person per role, and the things of its agents that requests ask for."""

    tenant: Tenant
    town: Town
    mensen: list[Mens]
    gesprekken: list[tuple[str, str]] = field(default_factory=list)  # gesprek, its first vraag
    contacten: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"{self.tenant.slug}.localhost:8000"


async def build(folder: Path) -> list[Eiland]:
    """Apply the eight manifests and sign a person of every role in."""
    reports = await support.apply([manifest(folder, slug) for slug in SLUGS])
    assert [report.fout for report in reports if report.fout] == []
    return [await _island(await support.tenant(slug)) for slug in SLUGS]


async def _island(tenant: Tenant) -> Eiland:
    mensen = []
    for rol in ("agent", "teamleider", "tenant_admin", "privacy_officer"):
        naam = f"{rol.replace('_', '-')}.{tenant.slug}"
        async with unit_of_work(tenant) as session:
            await session.execute(
                insert(Lidmaatschap).values(
                    id=new_id(),
                    issuer="http://127.0.0.1:9/oidc",
                    subject=f"{tenant.slug}:{naam}",
                    gebruikersnaam=naam,
                    naam=canary(tenant.slug, rol),
                    email=f"{naam}@example.org",
                    rollen=[rol],
                    actief=True,
                    modus="systeem",
                    aangemaakt_op=klok.now(),
                )
            )
        cookie = await open_for(tenant, naam)
        async with unit_of_work(tenant) as session:
            found = await find(session, cookie)
        assert found is not None
        rights = frozenset(recht for recht in Recht if found.mag(recht))
        mensen.append(Mens(tenant.slug, rol, cookie, found.csrf, rights))
    return Eiland(tenant, await town(tenant, f"agent.{tenant.slug}"), mensen)


async def furnish(eiland: Eiland, *, bsn: str) -> None:
    """An open gesprek with a klant, and a saved one."""
    slug = eiland.tenant.slug
    for number in range(2):
        gesprek = await eiland.town.gesprek(notitie=canary(slug, f"notitie-{number}"), bsn=bsn)
        async with unit_of_work(eiland.tenant) as session:
            vraag = await session.scalar(select(Vraag.id).where(Vraag.gesprek_id == gesprek))
        eiland.gesprekken.append((str(gesprek), str(vraag)))
    saved = await eiland.town.gesprek(notitie=canary(slug, "bewaard"), bsn=bsn)
    await eiland.town.save(saved, await eiland.town.afronding(saved, onderwerp=canary(slug, "onderwerp")))
    async with unit_of_work(eiland.tenant) as session:
        eiland.contacten = [str(one) for one in await session.scalars(select(Klantcontact.id))]
