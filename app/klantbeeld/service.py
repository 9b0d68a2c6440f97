"""Looking people up, on behalf of a gesprek and with a purpose.

Every look-up goes the same way: a line in the Verwerkingenlog before the question leaves, the question outside any
transaction, a line per person found before anything is shown. If a line cannot be written, nothing is shown.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.medewerker import Medewerker
from app.connectors.ports import (
    Aanroep,
    ConnectorFailure,
    Contact,
    Klantinteracties,
    Personen,
    Persoon,
    TooMany,
)
from app.connectors.registry import Bron, ports_for
from app.db import tenant_of, unit_of_work
from app.errors import NotFound
from app.geheimen import unseal
from app.gesprekken import queries
from app.gesprekken.models import Gesprek, Klantverwijzing
from app.gesprekken.service import choose, refer
from app.http import deadline
from app.klantbeeld import norm
from app.klantbeeld.invoer import Begrepen, understand
from app.klantbeeld.norm import Normvraag
from app.klantcontacten.queries import Row, contacten_of
from app.verwerkingen.service import Activiteit, Raadpleging, Uitkomst, new_trace_id, record
from tenants.context import Tenant

PANEL = 2.5  # seconds for all sources of one panel together
Answer = TypeVar("Answer")
Port = TypeVar("Port")

GEEN_BRP = (
    "Er is nog geen koppeling met de BRP. Vraag uw functioneel beheerder om die aan te zetten. "
    "U kunt het gesprek wel vastleggen zonder klant."
)
TE_VEEL = "Er zijn te veel mensen gevonden. Vul meer in, bijvoorbeeld een geboortedatum of huisletter."


@dataclass(frozen=True, slots=True)
class Gevonden:
    """One person in a list of results, with the handle by which the page refers to them."""

    verwijzing: UUID
    persoon: Persoon


@dataclass(slots=True)
class Zoekuitkomst:
    begrepen: Begrepen
    personen: Sequence[Gevonden] = ()
    bronnen: str = ""
    seconden: float = 0.0
    fout: str | None = None
    velden_fouten: Mapping[str, str] = field(default_factory=dict)
    te_veel: bool = False
    normvraag: Normvraag | None = None  # asked first: nothing was searched yet
    gekozen: bool = False  # the only hit became the klant by itself


@dataclass(frozen=True, slots=True)
class Bronstand:
    """How one source of a panel did."""

    naam: str
    fout: str | None


@dataclass(frozen=True, slots=True)
class Tijdlijn:
    """What is known of somebody's contacts: own rows with their delivery, and what registers gave."""

    eigen: Sequence[Row]
    uit_registers: Sequence[Contact]
    bronnen: Sequence[Bronstand]


@dataclass(frozen=True, slots=True)
class _Context:
    """What a look-up needs from the gesprek, read once and free of the session."""

    gesprek_id: UUID
    doel: str
    bsn: str
    subject_hmac: bytes


async def search(tenant: Tenant, medewerker: Medewerker, gesprek_id: UUID, form: Mapping[str, str]) -> Zoekuitkomst:
    """Search the registers of persons. The only hit of a search becomes the klant of the gesprek at once."""
    begrepen = understand(form)
    if begrepen.vraag is None:
        return Zoekuitkomst(begrepen, velden_fouten=begrepen.fouten)
    vraag, trace_id = begrepen.vraag, new_trace_id()
    async with unit_of_work(tenant) as session:
        gesprek = await queries.gesprek_of(session, gesprek_id, medewerker_id=medewerker.id)
        if asked := await norm.question(session, medewerker.id, gesprek_id, gesprek.doel, form):
            return Zoekuitkomst(begrepen, normvraag=asked)
        bronnen = await ports_for(session, Personen)
        for bron in bronnen:
            line = _raadpleging(medewerker, gesprek, Activiteit.ZOEKEN, bron.slug, type(vraag).__name__, trace_id)
            record(session, line, Uitkomst.GESTART)
    if not bronnen:
        return Zoekuitkomst(begrepen, fout=GEEN_BRP)
    aanroep = Aanroep(medewerker.gebruikersnaam, gesprek.doel, trace_id)
    started = time.monotonic()
    answers = await _ask(bronnen, lambda bron: bron.port.zoek(vraag, aanroep))
    if begrepen.anders and not any(answers):  # a failure is no empty answer
        anders = begrepen.anders
        answers = await _ask(bronnen, lambda bron: bron.port.zoek(anders, aanroep))
    uitkomst = Zoekuitkomst(
        begrepen, bronnen=" en ".join(b.naam for b in bronnen), seconden=time.monotonic() - started
    )
    async with unit_of_work(tenant) as session:
        found: dict[str, Persoon] = {}
        for bron, answer in zip(bronnen, answers, strict=True):
            line = _raadpleging(medewerker, gesprek, Activiteit.ZOEKEN, bron.slug, type(vraag).__name__, trace_id)
            if isinstance(answer, ConnectorFailure):
                record(session, line, Uitkomst.MISLUKT)
                _refused(uitkomst, answer)
                continue
            record(session, line, _found(answer), [persoon.bsn for persoon in answer])
            found.update({persoon.bsn: persoon for persoon in answer})
        ordered = sorted(found.values(), key=lambda persoon: persoon.sorteernaam.casefold())
        verwijzingen = [refer(session, gesprek, bsn=p.bsn, naam=p.volledige_naam) for p in ordered]
        uitkomst.personen = [Gevonden(v.id, p) for v, p in zip(verwijzingen, ordered, strict=True)]
        if len(ordered) == 1 and not uitkomst.fout:  # a source that failed may know others
            await session.flush()
            own = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=medewerker.id)
            await choose(session, own, verwijzingen[0])
            uitkomst.gekozen = True
    return uitkomst


async def person(tenant: Tenant, medewerker: Medewerker, gesprek_id: UUID) -> tuple[Persoon | None, str]:
    """The klant of the gesprek as the register of persons gives them now, and the register's name.

    Raises `NotFound` without a klant, and the register's own `ConnectorFailure`.
    """
    trace_id = new_trace_id()
    async with unit_of_work(tenant) as session:
        gesprek, context = await _klant(session, gesprek_id, medewerker)
        bronnen = await ports_for(session, Personen)
        if not bronnen:
            raise NotFound(GEEN_BRP)
        bron = bronnen[0]
        line = _raadpleging(medewerker, gesprek, Activiteit.RAADPLEGEN, bron.slug, context.doel, trace_id)
        record(session, line, Uitkomst.GESTART, [context.bsn])
    aanroep = Aanroep(medewerker.gebruikersnaam, context.doel, trace_id)
    (answer,) = await _ask([bron], lambda one: one.port.lees(context.bsn, aanroep))
    async with unit_of_work(tenant) as session:
        uitkomst = Uitkomst.MISLUKT if isinstance(answer, ConnectorFailure) else _found([answer] if answer else [])
        record(session, line, uitkomst, [context.bsn])
    if isinstance(answer, ConnectorFailure):
        raise answer
    return answer, bron.naam


async def contacten(tenant: Tenant, medewerker: Medewerker, gesprek_id: UUID) -> Tijdlijn:
    """Contacts of the klant: what was registered here at once, and every register side by side."""
    trace_id = new_trace_id()
    async with unit_of_work(tenant) as session:
        gesprek, context = await _klant(session, gesprek_id, medewerker)
        bronnen = await ports_for(session, Klantinteracties)
        eigen = await contacten_of(session, context.subject_hmac)
        lines = [
            _raadpleging(medewerker, gesprek, Activiteit.CONTACTEN, bron.slug, "contacten", trace_id)
            for bron in bronnen
        ]
        for line in lines:
            record(session, line, Uitkomst.GESTART, [context.bsn])
    aanroep = Aanroep(medewerker.gebruikersnaam, context.doel, trace_id)
    answers = await _ask(bronnen, lambda bron: bron.port.contacten_van(context.bsn, aanroep))
    known = {contact.kenmerk for contact, _ in eigen}
    uit_registers: list[Contact] = []
    standen = []
    async with unit_of_work(tenant) as session:
        for bron, line, answer in zip(bronnen, lines, answers, strict=True):
            if isinstance(answer, ConnectorFailure):
                record(session, line, Uitkomst.MISLUKT, [context.bsn])
                standen.append(Bronstand(bron.naam, answer.zin))
                continue
            record(session, line, _found(answer), [context.bsn])
            standen.append(Bronstand(bron.naam, None))
            uit_registers += [contact for contact in answer if contact.kenmerk not in known]
    return Tijdlijn(eigen, uit_registers, standen)


async def show_bsn(tenant: Tenant, medewerker: Medewerker, gesprek_id: UUID) -> str:
    """The whole BSN of the klant: one press, one line in the Verwerkingenlog."""
    async with unit_of_work(tenant) as session:
        gesprek, context = await _klant(session, gesprek_id, medewerker)
        line = _raadpleging(medewerker, gesprek, Activiteit.BSN_TONEN, "eigen", "burgerservicenummer", new_trace_id())
        record(session, line, Uitkomst.GEVONDEN, [context.bsn])
    return context.bsn


async def _klant(session: AsyncSession, gesprek_id: UUID, medewerker: Medewerker) -> tuple[Gesprek, _Context]:
    gesprek, klant = await queries.gesprek_with_klant(session, gesprek_id, medewerker_id=medewerker.id)
    if klant is None:
        raise NotFound("In dit gesprek is nog geen klant gekozen. Zoek eerst wie er belt.")
    return gesprek, _context(tenant_of(session), gesprek, klant)


def _context(tenant: Tenant, gesprek: Gesprek, klant: Klantverwijzing) -> _Context:
    bsn = unseal(tenant, "klantverwijzing.subject", klant.subject, row=klant.id)
    return _Context(gesprek.id, gesprek.doel, bsn, klant.subject_hmac)


async def _ask(
    bronnen: Sequence[Bron[Port]], question: Callable[[Bron[Port]], Awaitable[Answer]]
) -> Sequence[Answer | ConnectorFailure]:
    """Ask all sources at once under one deadline. Gives per source its answer or its `ConnectorFailure`."""

    async def one(bron: Bron[Port]) -> Answer | ConnectorFailure:
        try:
            return await question(bron)
        except ConnectorFailure as failure:
            return failure

    async with deadline(PANEL):
        return await asyncio.gather(*(one(bron) for bron in bronnen))


def _raadpleging(
    medewerker: Medewerker, gesprek: Gesprek, activiteit: Activiteit, bron: str, velden: str, trace_id: str
) -> Raadpleging:
    return Raadpleging(medewerker.id, gesprek.id, activiteit, gesprek.doel, bron, velden, trace_id)


def _found(answer: Sequence[object]) -> Uitkomst:
    return Uitkomst.GEVONDEN if answer else Uitkomst.NIEMAND


def _refused(uitkomst: Zoekuitkomst, failure: ConnectorFailure) -> None:
    if isinstance(failure, TooMany):
        uitkomst.te_veel, uitkomst.fout = True, TE_VEEL
    else:
        uitkomst.fout = failure.zin
        uitkomst.velden_fouten = getattr(failure, "velden", {})
