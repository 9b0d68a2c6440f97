"""Filling an example municipality: COPY under its own role, some thousands of contacts per transaction.

Deliveries are written as confirmed, so that nothing of it is ever sent to a register. Every transaction leaves one
line in the audit log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.afleveringen.models import Aflevering
from app.audit.service import record
from app.auth.models import Rol
from app.auth.queries import active_by_name
from app.codelijsten import queries as codelijsten
from app.db import TenantBase, tenant_of, unit_of_work
from app.errors import Refused
from app.gesprekken.opslaan import register_of
from app.klantcontacten.kenmerk import new_kenmerken
from app.klantcontacten.models import Betrokkene, Klantcontact
from app.settings import settings
from app.volume.rijen import (
    Keuze,
    Omgeving,
    Partij,
    Row,
    Zaaier,
)
from tenants.context import Tenant

PER_KEER = 5_000  # contacts per transaction, some 10 MB of rows in memory
PER_JAAR = 6_000  # contacts of one medewerker; who did the rest has left since
MOST = 5_000_000
MOST_JAREN = 20
PATIENCE = "120s"  # of one COPY on a slow disk
_WEG = UUID("6f1d1d0e-5c55-4a8a-9a53-0d2f5f0f7c11")  # namespace of people who left
_VOORNAMEN = "Joost Marloes Youssef Wilma Stijn Fenne Ravi Trijntje Onno Meltem Guus Ilona".split()
_ACHTERNAMEN = ("Proef", "Voorbeeld", "Fictief", "Testman", "Model", "Oefening")


class NietHier(Refused):
    """Not an example municipality, or not a development machine."""


@dataclass(frozen=True, slots=True)
class Gezaaid:
    """What a run added. `per_seconde`: contacts, with making them."""

    tenant: str
    contacten: int
    betrokkenen: int
    medewerkers: int
    van: str  # first and last day
    tot: str
    seed: str
    seconden: float
    per_seconde: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def fill(
    tenant: Tenant,
    aantal: int,
    *,
    jaren: int = 5,
    seed: str | None = None,
    said: Callable[[int], None] = lambda _: None,
) -> Gezaaid:
    """Add `aantal` contacts, spread over the `jaren` years until yesterday; `said` hears how many there are so far.

    Without `seed` it is the number of contacts that were there, so that a second run adds other ones. Raises
    `NietHier` outside development and for a municipality that is no example, `ValueError` for too much.
    """
    refuse_elsewhere(tenant)
    if not (1 <= aantal <= MOST and 1 <= jaren <= MOST_JAREN):
        raise ValueError(f"Kies 1 tot {MOST} contacten en 1 tot {MOST_JAREN} jaar.")
    started, eind = time.monotonic(), klok.local(klok.now()).date()
    begin = eind - timedelta(days=round(jaren * 365.25))
    async with unit_of_work(tenant) as session:
        omgeving = await _omgeving(session, aantal / jaren)
        seed = seed or str(await session.scalar(select(func.count()).select_from(Klantcontact)))
    done = people = 0
    for partij in Zaaier(tenant, omgeving, aantal, begin=begin, eind=eind, seed=seed).partijen(PER_KEER):
        async with unit_of_work(tenant) as session:
            await _write(session, partij, seed)
        done, people = done + len(partij.klantcontacten), people + len(partij.betrokkenen)
        said(done)
    seconds = time.monotonic() - started
    last = eind - timedelta(days=1)
    return Gezaaid(
        tenant.slug, done, people, len(omgeving.medewerkers), f"{begin}", f"{last}", seed, round(seconds, 1),
        round(done / seconds),
    )  # fmt: skip


def refuse_elsewhere(tenant: Tenant) -> None:
    """Raises `NietHier` where real contacts could be: invented ones could never be told from them again."""
    if not settings().development:
        raise NietHier("Vullen met verzonnen contacten kan alleen in ontwikkeling (KISS_ENV=development).")
    if not tenant.voorbeeld:
        raise NietHier(f"{tenant.naam} is geen voorbeeldgemeente: in haar manifest staat geen voorbeeld = true.")


async def _omgeving(session: AsyncSession, per_jaar: float) -> Omgeving:
    people = (await session.scalars(active_by_name())).all()
    own = [Keuze(one.id, one.naam) for one in people if Rol.AGENT in one.rollen]
    kanalen = [Keuze(one.id, one.naam) for one in await codelijsten.kanalen(session)]
    resultaten = [Keuze(one.id, one.naam, one.gelukt) for one in await codelijsten.gespreksresultaten(session)]
    if not kanalen or not resultaten:
        raise NietHier("Deze gemeente heeft geen kanalen of geen gespreksresultaten om uit te kiezen.")
    medewerkers = own + _left(tenant_of(session), max(1, round(per_jaar / PER_JAAR)) - len(own))
    return Omgeving(kanalen, resultaten, medewerkers or _left(tenant_of(session), 1), await register_of(session))


def _left(tenant: Tenant, aantal: int) -> list[Keuze]:
    """People who worked here and left: their contacts keep a name, and they cannot sign in."""
    names = [f"{voornaam} {achternaam}" for achternaam in _ACHTERNAMEN for voornaam in _VOORNAMEN]
    return [Keuze(uuid5(_WEG, f"{tenant.slug}|{name}"), name) for name in names[: max(0, aantal)]]


async def _write(session: AsyncSession, partij: Partij, seed: str) -> None:
    """One transaction. The rows and their line in the audit log are there together or not at all."""
    await session.execute(select(func.set_config("statement_timeout", PATIENCE, True)))
    kenmerken = await new_kenmerken(session, len(partij.klantcontacten))
    for contact, kenmerk in zip(partij.klantcontacten, kenmerken, strict=True):
        contact["kenmerk"] = kenmerk
    await _copy(session, Klantcontact, partij.klantcontacten)
    await _copy(session, Betrokkene, partij.betrokkenen)
    await _copy(session, Aflevering, partij.afleveringen)
    record(
        session, "klantcontacten.gezaaid", "klantcontact", kenmerken[0], aantal=len(kenmerken), seed=seed,
        tot_kenmerk=kenmerken[-1],
    )  # fmt: skip


async def _copy(session: AsyncSession, model: type[TenantBase], rows: Sequence[Row]) -> None:
    """COPY on the connection of this transaction, which has the municipality's role; the schema is named."""
    if not rows:
        return
    raw = await (await session.connection()).get_raw_connection()
    assert raw.driver_connection is not None, "a connection in use has a driver"  # noqa: S101
    await raw.driver_connection.copy_records_to_table(
        model.__tablename__,
        schema_name=tenant_of(session).schema,
        columns=list(rows[0]),
        records=[tuple(row.values()) for row in rows],
    )
