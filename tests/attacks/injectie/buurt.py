"""A municipality in which everything that anybody could say is hostile, and the people who have to look at it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select, update

from app import klok
from app.afleveringen.models import Aflevering
from app.auth.models import Sessie
from app.codelijsten import queries as codelijsten
from app.db import unit_of_work
from app.gesprekken import concept, service
from app.gesprekken.models import Vraag
from tests.attacks.injectie.proefteksten import ALLES
from tests.attacks.injectie.register import hostile_people
from tests.routes.conftest import Things, things
from tests.town import Town

OPEN = 24  # gesprekken, each about somebody else; an agent may have thirty
SAVED = 10  # as many as the start page shows


@dataclass(frozen=True)
class Neighbourhood:
    """What there is to look at."""

    open: list[UUID]
    noted: UUID  # a gesprek with as many texts in its note as fit, about whoever has all the contacts
    saved: UUID
    own: Things  # something for every path of the route table


async def settle(town: Town) -> Neighbourhood:
    """Fill one municipality by the application's own verbs, every field a hostile text."""
    people, texts = hostile_people(), list(ALLES.values())
    own = await things(town)
    opened = []
    for number in range(OPEN):
        person, text = people[number * 4], texts[number * 4]
        opened.append(await _gesprek(town, person.bsn, text, notitie=text))
    whole = "\n".join(text for text in texts if text != ALLES["many lines"])[: concept.NOTITIE_MAX]
    noted = await _gesprek(town, people[0].bsn, texts[3], notitie="\n" + whole)
    for number in range(SAVED):
        saved = await town.gesprek(notitie=texts[number * 9 + 2], bsn=people[0].bsn)
        form = await town.afronding(saved, onderwerp=texts[number * 9 + 1].strip()[:200], sleutel=uuid4())
        await town.save(saved, form)
    async with unit_of_work(town.tenant) as session:
        await session.execute(update(Aflevering).values(state="niet-aangekomen", fout_zin="x"))
    return Neighbourhood(opened, noted, saved, own)


async def _gesprek(town: Town, bsn: str, naam: str, *, notitie: str) -> UUID:
    async with unit_of_work(town.tenant) as session:
        gesprek = await service.begin(session, medewerker_id=town.agent.id)
        await service.choose(session, gesprek, service.refer(session, gesprek, bsn=bsn, naam=naam))
        vraag = gesprek.vragen[0]
        await concept.write(session, vraag, "notitie", notitie, medewerker_id=town.agent.id)
        await concept.write(session, vraag, "onderwerp", naam[: concept.ONDERWERP_MAX], medewerker_id=town.agent.id)
        kanaal = (await codelijsten.kanalen(session))[0]
        await concept.write(session, vraag, "kanaal", str(kanaal.id), medewerker_id=town.agent.id)
    return gesprek.id


async def write_elsewhere(town: Town, gesprek_id: UUID, text: str) -> None:
    """The note as a colleague leaves it meanwhile."""
    assert town.colleague
    async with unit_of_work(town.tenant) as session:
        vraag = (await session.scalars(select(Vraag).where(Vraag.gesprek_id == gesprek_id))).one()
        await concept.write(session, vraag, "notitie", text, medewerker_id=town.colleague.id)


async def proof_expires(town: Town) -> None:
    """Nobody proved lately who they are."""
    async with unit_of_work(town.tenant) as session:
        await session.execute(update(Sessie).values(bevestigd_tot=klok.now()))
