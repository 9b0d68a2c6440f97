"""What the workbench shows: the strip, the gesprek, its vragen, the klant, the dock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.auth.medewerker import Medewerker
from app.codelijsten import queries as codelijsten
from app.db import tenant_of
from app.errors import NotFound
from app.geheimen import unseal
from app.gesprekken import queries
from app.gesprekken.concept import NOTITIE_MAX, ONDERWERP_MAX, VELDEN, stand_of
from app.gesprekken.forms import LEEG, Afronding, blank, field_name
from app.gesprekken.models import Gesprek, Klantverwijzing, Vraag
from app.gesprekken.opslaan import undo_window
from app.klantcontacten.queries import of_gesprek
from tenants.context import Tenant

AFTERGLOW = timedelta(minutes=15)  # how long a saved gesprek can still be looked at
ONBEKEND = "Onbekende beller"


@dataclass(frozen=True, slots=True)
class Chip:
    """One gesprek in the strip."""

    id: UUID
    nummer: int  # 1…9 answers to Alt 1…9
    titel: str
    onderwerp: str
    begonnen_op: datetime
    state: str
    huidig: bool


async def strip(
    session: AsyncSession, medewerker: Medewerker, *, huidig: UUID | None = None
) -> tuple[list[Chip], dict[UUID, tuple[Gesprek, Klantverwijzing | None]]]:
    """The chips of this medewerker, oldest first, and the rows behind them by id."""
    rows = await queries.strip_of(session, medewerker.id, opgeslagen_na=klok.now() - undo_window())
    tenant = tenant_of(session)
    chips = [
        Chip(
            id=gesprek.id,
            nummer=nummer,
            titel=naam_van(tenant, klant) or ONBEKEND,
            onderwerp=next((v.onderwerp for v in gesprek.vragen if v.onderwerp), ""),
            begonnen_op=gesprek.begonnen_op,
            state=gesprek.state,
            huidig=gesprek.id == huidig,
        )
        for nummer, (gesprek, klant) in enumerate(rows, start=1)
    ]
    return chips, {gesprek.id: (gesprek, klant) for gesprek, klant in rows}


def naam_van(tenant: Tenant, klant: Klantverwijzing | None) -> str | None:
    return unseal(tenant, "klantverwijzing.naam", klant.naam, row=klant.id) if klant else None


async def workbench(
    session: AsyncSession,
    medewerker: Medewerker,
    gesprek_id: UUID,
    *,
    tab: str | None = None,
    dock: bool = False,
    afronding: Afronding | None = None,
) -> dict[str, Any]:
    """Everything the page `gesprekken/show.html` needs. Raises `NotFound` when the gesprek is not theirs."""
    chips, rows = await strip(session, medewerker, huidig=gesprek_id)
    gesprek, klant = rows.get(gesprek_id) or await _by_id(session, medewerker, gesprek_id)
    dock = dock and gesprek.is_open
    tenant = tenant_of(session)
    naam = naam_van(tenant, klant)
    context: dict[str, Any] = {
        "strip": chips,
        "gesprek": _gesprek(gesprek),
        "vragen": [_vraag(vraag) for vraag in gesprek.vragen],
        "vraag": _vraag(gesprek.vragen[0]),
        "klant": {"verwijzing": klant.id, "naam": naam, "aanhef_naam": naam} if klant else None,
        "tab": tab or ("klantbeeld" if klant else "zoeken"),
        "dock": "afronding" if dock else None,
        "afronding": None,
        "presentie": await queries.colleagues_with(session, klant, medewerker_id=medewerker.id) if klant else [],
        "opgeslagen": [] if gesprek.is_open else await of_gesprek(session, gesprek.id),
        "kanalen": [],
        "gespreksresultaten": [],
        "notitie_max": NOTITIE_MAX,
        "onderwerp_max": ONDERWERP_MAX,
    }
    if dock:
        await _fill_dock(session, context, gesprek, afronding)
    return context


async def _fill_dock(
    session: AsyncSession, context: dict[str, Any], gesprek: Gesprek, afronding: Afronding | None
) -> None:
    context["kanalen"] = await codelijsten.kanalen(session)
    context["gespreksresultaten"] = await codelijsten.gespreksresultaten(session)
    stored = {vraag.id: {naam: stand_of(vraag, naam).waarde for naam in LEEG} for vraag in gesprek.vragen}
    context["afronding"] = form_of(afronding or blank(gesprek.vragen, stored), gesprek.vragen)


def form_of(afronding: Afronding, vragen: Sequence[Vraag]) -> dict[str, Any]:
    """The wrap-up form for the page: fields by their form name, the errors as a list, the idempotency key."""
    names = {vraag.id: vraag for vraag in vragen}
    velden = {
        field_name(names[vraag_id], naam): {"waarde": veld.waarde, "fout": veld.fout}
        for vraag_id, fields in afronding.velden.items()
        for naam, veld in fields.items()
    }
    fouten = [{"veld": field_name(names[v], naam), "tekst": zin} for v, naam, zin in afronding.fouten]
    return {"velden": velden, "fouten": fouten, "sleutel": afronding.sleutel}


def _gesprek(gesprek: Gesprek) -> dict[str, Any]:
    saved = gesprek.opgeslagen_op
    return {
        "id": gesprek.id,
        "begonnen_op": gesprek.begonnen_op,
        "afronden_op": gesprek.afronden_op,
        "state": gesprek.state,
        "opgeslagen_op": saved,
        "ongedaan_tot": saved + undo_window() if saved else None,
        "doel": gesprek.doel,
    }


def _vraag(vraag: Vraag) -> dict[str, Any]:
    standen = {veld: stand_of(vraag, veld) for veld in VELDEN}
    return {
        "id": vraag.id,
        "volgnummer": vraag.volgnummer,
        "onderwerp": vraag.onderwerp,
        "notitie": vraag.notitie,
        "velden": {
            veld: {"waarde": s.waarde, "versie": s.versie, "bewaard_op": s.bewaard_op} for veld, s in standen.items()
        },
    }


async def _by_id(
    session: AsyncSession, medewerker: Medewerker, gesprek_id: UUID
) -> tuple[Gesprek, Klantverwijzing | None]:
    gesprek = await queries.gesprek_of(session, gesprek_id, medewerker_id=medewerker.id)
    if gesprek.opgeslagen_op and klok.now() - gesprek.opgeslagen_op > AFTERGLOW:
        raise NotFound("Dit gesprek is opgeslagen en gesloten. U vindt het contact bij de klant terug.")
    return gesprek, await queries.klant_of(session, gesprek)
