"""The draft of a vraag: every field saves itself, each with its own version.

A browser names the version it started from. Another version here means someone else saved meanwhile (a second
tab, a colleague): nothing is overwritten, both texts go back and the person chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.auth.models import Lidmaatschap
from app.codelijsten.models import Gespreksresultaat, Kanaal
from app.errors import BadInput, Conflict
from app.gesprekken import queries
from app.gesprekken.models import Vraag

VELDEN = ("notitie", "onderwerp", "kanaal", "gespreksresultaat")
NOTITIE_MAX = 20_000  # kept in full here; a register may get it cut (Klantinteracties: inhoud at most 1.000)
ONDERWERP_MAX = 200  # Klantinteracties: onderwerp


@dataclass(frozen=True, slots=True)
class Veldstand:
    """One field as it is stored now."""

    waarde: str
    versie: int
    bewaard_op: datetime | None
    door: UUID | None


class Overschreven(Conflict):
    """Somebody saved this field after the browser last saw it. Carries what stands here now."""

    def __init__(self, stand: Veldstand, *, van_u: str, door: str) -> None:
        super().__init__("Deze tekst is intussen ergens anders veranderd. Uw tekst is niet weg. Kies wat blijft.")
        self.stand, self.van_u, self.door = stand, van_u, door


def stand_of(vraag: Vraag, veld: str) -> Veldstand:
    meta = vraag.velden.get(veld) or {}
    saved = meta.get("bewaard_op")
    door = meta.get("door")
    return Veldstand(
        waarde=_read(vraag, veld),
        versie=int(meta.get("versie", 0)),
        bewaard_op=datetime.fromisoformat(saved) if saved else None,
        door=UUID(door) if door else None,
    )


async def save_field(
    session: AsyncSession,
    *,
    gesprek_id: UUID,
    vraag_id: UUID,
    medewerker_id: UUID,
    veld: str,
    waarde: str,
    versie: int,
) -> Veldstand:
    """Store one field of a draft and give its new version.

    Raises `BadInput` for a field or value that does not exist, `Overschreven` when `versie` is not the present
    one and the text differs, `Conflict` when the gesprek was saved meanwhile, `NotFound` when it is not theirs.
    """
    _check(veld, waarde)
    vraag, gesprek = await queries.vraag_for_update(
        session, vraag_id, gesprek_id=gesprek_id, medewerker_id=medewerker_id
    )
    present = stand_of(vraag, veld)
    if present.waarde == waarde and present.versie:
        return present  # the same text twice, for instance after a lost answer
    if not gesprek.is_open:
        raise Conflict("Dit gesprek is al opgeslagen. Maak dat eerst ongedaan, of leg een nieuw contact vast.")
    if present.versie != versie:
        raise Overschreven(present, van_u=waarde, door=await _name(session, present.door))
    await write(session, vraag, veld, waarde, medewerker_id=medewerker_id)
    return stand_of(vraag, veld)


async def write(session: AsyncSession, vraag: Vraag, veld: str, waarde: str, *, medewerker_id: UUID) -> None:
    """Set one field and raise its version; the caller holds the lock on the vraag."""
    if veld == "kanaal":
        vraag.kanaal_id = await _choice(session, Kanaal, waarde)
    elif veld == "gespreksresultaat":
        vraag.gespreksresultaat_id = await _choice(session, Gespreksresultaat, waarde)
    else:
        setattr(vraag, veld, waarde)
    versie = stand_of(vraag, veld).versie + 1
    meta = {"versie": versie, "bewaard_op": klok.now().isoformat(), "door": str(medewerker_id)}
    vraag.velden = vraag.velden | {veld: meta}


def _check(veld: str, waarde: str) -> None:
    if veld not in VELDEN:
        raise BadInput("Dit veld bestaat niet. Laad de pagina opnieuw.")
    if "\x00" in waarde:
        raise BadInput("In de tekst staat een teken dat we niet kunnen bewaren.")
    limit = ONDERWERP_MAX if veld == "onderwerp" else NOTITIE_MAX
    if len(waarde) > limit:
        raise BadInput(f"Nog {len(waarde) - limit} tekens te lang.")


def _read(vraag: Vraag, veld: str) -> str:
    if veld == "kanaal":
        return str(vraag.kanaal_id or "")
    if veld == "gespreksresultaat":
        return str(vraag.gespreksresultaat_id or "")
    return str(getattr(vraag, veld))


async def _choice(session: AsyncSession, table: type[Kanaal | Gespreksresultaat], waarde: str) -> UUID | None:
    if not waarde:
        return None
    try:
        wanted = UUID(waarde)
    except ValueError as error:
        raise BadInput("Kies iets uit de lijst.") from error
    found = await session.scalar(select(table.id).where(table.id == wanted, table.vervallen_op.is_(None)))
    if found is None:
        raise BadInput("Deze keuze staat niet meer in de lijst. Kies een andere.")
    return found


async def _name(session: AsyncSession, lidmaatschap_id: UUID | None) -> str:
    if lidmaatschap_id is None:
        return ""
    return await session.scalar(select(Lidmaatschap.naam).where(Lidmaatschap.id == lidmaatschap_id)) or ""
