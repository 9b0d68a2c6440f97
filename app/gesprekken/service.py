"""Writes of gesprekken: begin, choose the klant, throw away."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.service import record
from app.db import tenant_of
from app.errors import Conflict
from app.geheimen import seal, subject_hmac
from app.gesprekken import queries
from app.gesprekken.models import Gesprek, GesprekState, Klantverwijzing, Vraag
from app.ids import new_id

DOEL = "identificeren"  # the purpose every gesprek starts with: the fewest fields
MAX_OPEN = 30


async def begin(session: AsyncSession, *, medewerker_id: UUID) -> Gesprek:
    """A new gesprek with one empty vraag. Raises `Conflict` when somebody leaves very many open."""
    now = klok.now()
    if len(await queries.strip_of(session, medewerker_id, opgeslagen_na=now)) >= MAX_OPEN:
        raise Conflict("U hebt al 30 gesprekken open. Rond eerst een gesprek af.", titel="Te veel open gesprekken")
    gesprek = Gesprek(id=new_id(), medewerker_id=medewerker_id, state=GesprekState.OPEN, doel=DOEL, begonnen_op=now)
    gesprek.vragen.append(Vraag(id=new_id(), volgnummer=1, notitie="", onderwerp="", velden={}))
    session.add(gesprek)
    record(session, "gesprek.begonnen", "gesprek", gesprek.id, medewerker_id)
    await session.flush()
    return gesprek


def refer(session: AsyncSession, gesprek: Gesprek, *, bsn: str, naam: str) -> Klantverwijzing:
    """An opaque handle for a person found in this gesprek; the page never learns the number."""
    tenant = tenant_of(session)
    id_ = new_id()
    verwijzing = Klantverwijzing(
        id=id_,
        gesprek_id=gesprek.id,
        medewerker_id=gesprek.medewerker_id,
        soort="bsn",
        subject=seal(tenant, "klantverwijzing.subject", bsn, row=id_),
        subject_hmac=subject_hmac(tenant, "bsn", bsn),
        naam=seal(tenant, "klantverwijzing.naam", naam, row=id_),
        aangemaakt_op=klok.now(),
    )
    session.add(verwijzing)
    return verwijzing


async def choose(session: AsyncSession, gesprek: Gesprek, verwijzing: Klantverwijzing) -> None:
    """Make this person the klant of the gesprek."""
    _must_be_open(gesprek)
    gesprek.klant_id = verwijzing.id
    verwijzing.gekozen_op = klok.now()
    record(session, "gesprek.klant_gekozen", "gesprek", gesprek.id, gesprek.medewerker_id)


async def let_go(session: AsyncSession, gesprek: Gesprek) -> None:
    """Undo the choice of a klant: it was somebody else."""
    _must_be_open(gesprek)
    gesprek.klant_id = None
    record(session, "gesprek.klant_losgelaten", "gesprek", gesprek.id, gesprek.medewerker_id)


async def begin_wrap_up(session: AsyncSession, gesprek_id: UUID, *, medewerker_id: UUID) -> None:
    """Nawerk starts when the wrap-up is opened for the first time; opening it again changes nothing."""
    first = (
        update(Gesprek)
        .where(Gesprek.id == gesprek_id, Gesprek.medewerker_id == medewerker_id, Gesprek.afronden_op.is_(None))
        .values(afronden_op=klok.now())
    )
    await session.execute(first)


async def throw_away(session: AsyncSession, gesprek: Gesprek) -> None:
    """Close a gesprek without registering anything."""
    _must_be_open(gesprek)
    gesprek.state = GesprekState.GESLOTEN
    gesprek.gesloten_op = klok.now()
    record(session, "gesprek.gesloten", "gesprek", gesprek.id, gesprek.medewerker_id)


def _must_be_open(gesprek: Gesprek) -> None:
    if not gesprek.is_open:
        raise Conflict("Dit gesprek is al opgeslagen. Begin een nieuw gesprek.")
