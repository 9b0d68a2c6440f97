"""Saving a gesprek: one command, one transaction, everything or nothing. And undoing it for a few seconds.

Per vraag: klantcontact, betrokkene, aflevering (the outbox row), audit. Saying it twice changes nothing: the
gesprek is locked, and a saved gesprek answers with what was saved.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.afleveringen.jobs import bezorg
from app.afleveringen.models import Aflevering, AfleveringState
from app.audit.service import record
from app.auth.medewerker import Medewerker
from app.codelijsten.models import Gespreksresultaat, Kanaal
from app.connectors.models import Koppeling
from app.db import after_commit, tenant_of
from app.errors import Conflict
from app.failpoints import failpoint
from app.geheimen import seal, unseal
from app.gesprekken import concept, queries
from app.gesprekken.forms import Afronding
from app.gesprekken.models import Gesprek, GesprekState, Klantverwijzing, Vraag
from app.ids import new_id
from app.klantcontacten.kenmerk import new_kenmerk, text_hash
from app.klantcontacten.models import Betrokkene, Klantcontact
from app.settings import settings

INGEBOUWD = "ingebouwd"


def undo_window() -> timedelta:
    """How long a save can be undone; the relay waits just as long."""
    return timedelta(seconds=settings().undo_seconds)


async def save(session: AsyncSession, gesprek_id: UUID, afronding: Afronding, medewerker: Medewerker) -> Gesprek:
    """Register every vraag of the gesprek. Idempotent: a gesprek is saved at most once.

    `afronding` has been checked; its values become the draft's as well. Raises `NotFound`, or `Conflict` when
    the gesprek was thrown away.
    """
    gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=medewerker.id)
    if gesprek.state == GesprekState.OPGESLAGEN:
        return gesprek
    if gesprek.state == GesprekState.GESLOTEN:
        raise Conflict("Dit gesprek is gesloten zonder op te slaan. Begin een nieuw gesprek.")
    klant = await queries.klant_of(session, gesprek)
    register = await register_of(session)
    await keep_typed(session, gesprek, afronding)
    for vraag in gesprek.vragen:
        await _register_contact(session, gesprek, vraag, klant, register, afronding.sleutel, medewerker)
    gesprek.state = GesprekState.OPGESLAGEN
    gesprek.opslag_sleutel = afronding.sleutel
    gesprek.opgeslagen_op = klok.now()
    record(session, "gesprek.opgeslagen", "gesprek", gesprek.id, medewerker.id, vragen=len(gesprek.vragen))
    tenant = tenant_of(session)
    await session.flush()
    failpoint("opslaan.voor-commit")
    after_commit(session, _committed)
    after_commit(session, lambda: bezorg.ring(tenant, delay=undo_window().total_seconds() + 0.1))
    return gesprek


async def keep_typed(session: AsyncSession, gesprek: Gesprek, afronding: Afronding) -> None:
    """Put what stands in the form into the draft, as far as it is right; the caller holds the lock."""
    for vraag in gesprek.vragen:
        for naam, veld in afronding.velden[vraag.id].items():
            if veld.fout is None and concept.stand_of(vraag, naam).waarde != veld.waarde:
                await concept.write(session, vraag, naam, veld.waarde, medewerker_id=gesprek.medewerker_id)


async def _committed() -> None:
    failpoint("opslaan.na-commit")


async def _register_contact(
    session: AsyncSession,
    gesprek: Gesprek,
    vraag: Vraag,
    klant: Klantverwijzing | None,
    register: str,
    sleutel: UUID,
    medewerker: Medewerker,
) -> None:
    contact = await _klantcontact(session, gesprek, vraag, sleutel, medewerker)
    session.add(contact)
    if klant is not None:
        session.add(_betrokkene(session, contact, klant))
    session.add(
        Aflevering(
            id=new_id(),
            klantcontact_id=contact.id,
            koppeling=register,
            state=AfleveringState.VASTGELEGD,
            pogingen=0,
            volgende_poging_op=contact.vastgelegd_op + undo_window(),
            aangemaakt_op=contact.vastgelegd_op,
            ronde_begonnen_op=contact.vastgelegd_op,
        )
    )
    record(session, "klantcontact.vastgelegd", "klantcontact", contact.id, medewerker.id, kenmerk=contact.kenmerk)


async def _klantcontact(
    session: AsyncSession, gesprek: Gesprek, vraag: Vraag, sleutel: UUID, medewerker: Medewerker
) -> Klantcontact:
    kanaal = await session.get_one(Kanaal, vraag.kanaal_id)
    resultaat = await session.get_one(Gespreksresultaat, vraag.gespreksresultaat_id)
    return Klantcontact(
        id=new_id(),
        gesprek_id=gesprek.id,
        vraag_id=vraag.id,
        idempotency_key=f"{sleutel}:{vraag.volgnummer}",
        kenmerk=await new_kenmerk(session),
        kanaal_id=kanaal.id,
        kanaal=kanaal.naam,
        gespreksresultaat_id=resultaat.id,
        gespreksresultaat=resultaat.naam,
        indicatie_contact_gelukt=resultaat.gelukt,
        onderwerp=vraag.onderwerp,
        inhoud=vraag.notitie,
        text_sha256=text_hash(vraag.onderwerp, vraag.notitie),
        plaatsgevonden_op=gesprek.begonnen_op,
        vastgelegd_op=klok.now(),
        medewerker_id=medewerker.id,
        medewerker_naam=medewerker.naam,
    )


def _betrokkene(session: AsyncSession, contact: Klantcontact, klant: Klantverwijzing) -> Betrokkene:
    tenant = tenant_of(session)
    subject = unseal(tenant, "klantverwijzing.subject", klant.subject, row=klant.id)
    id_ = new_id()
    return Betrokkene(
        id=id_,
        klantcontact_id=contact.id,
        rol="klant",
        initiator=True,
        soort=klant.soort,
        subject=seal(tenant, "betrokkene.subject", subject, row=id_),
        subject_hmac=klant.subject_hmac,
    )


async def undo(session: AsyncSession, gesprek_id: UUID, medewerker: Medewerker) -> Gesprek:
    """Make a saved gesprek a draft again, as long as nothing of it has left. Raises `Conflict` after that."""
    gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=medewerker.id)
    if gesprek.is_open:
        return gesprek
    if gesprek.state == GesprekState.GESLOTEN:
        gesprek.state, gesprek.gesloten_op = GesprekState.OPEN, None
        record(session, "gesprek.heropend", "gesprek", gesprek.id, medewerker.id)
        return gesprek
    contacten = select(Klantcontact.id).where(Klantcontact.gesprek_id == gesprek.id)
    afleveringen = await session.scalars(
        select(Aflevering).where(Aflevering.klantcontact_id.in_(contacten)).with_for_update()
    )
    if any(aflevering.state != AfleveringState.VASTGELEGD for aflevering in afleveringen):
        raise Conflict("Ongedaan maken kan niet meer: het contact is al onderweg naar het register.")
    await session.execute(delete(Klantcontact).where(Klantcontact.gesprek_id == gesprek.id))
    gesprek.state, gesprek.opslag_sleutel, gesprek.opgeslagen_op = GesprekState.OPEN, None, None
    record(session, "gesprek.opslaan_ongedaan", "gesprek", gesprek.id, medewerker.id)
    return gesprek


async def register_of(session: AsyncSession) -> str:
    """The slug of the register that new klantcontacten go to; without one: the built-in register."""
    writes = select(Koppeling.slug).where(Koppeling.schrijft, Koppeling.actief).order_by(Koppeling.slug).limit(1)
    return await session.scalar(writes) or INGEBOUWD
