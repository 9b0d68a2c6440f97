"""A small believable town in a real database: both municipalities, their people, and gesprekken to work with.

For tests inside this process. `tests/stack.py` runs the whole product instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.medewerker import Medewerker
from app.auth.models import Lidmaatschap
from app.codelijsten import queries as codelijsten
from app.db import unit_of_work
from app.gesprekken import concept, opslaan, queries, service
from app.gesprekken.forms import Afronding, Veld
from app.models import TABLES
from tenants.context import Tenant

LOGS = {"auditregel", "verwerking", "zegel", "zegelcontrole", "zegelhoofd"}  # append-only
KEEP = {"lidmaatschap", "kanaal", "gespreksresultaat", "koppeling"} | LOGS


@dataclass(frozen=True)
class Town:
    """One municipality as tests see it."""

    tenant: Tenant
    agent: Medewerker
    colleague: Medewerker | None = None

    async def gesprek(self, *, notitie: str = "", bsn: str | None = None) -> UUID:
        """An open gesprek of the agent, with a note and a klant when named."""
        async with unit_of_work(self.tenant) as session:
            gesprek = await service.begin(session, medewerker_id=self.agent.id)
            if bsn:
                await service.choose(session, gesprek, service.refer(session, gesprek, bsn=bsn, naam="P. Proef"))
            if notitie:
                vraag = gesprek.vragen[0]
                await concept.write(session, vraag, "notitie", notitie, medewerker_id=self.agent.id)
        return gesprek.id

    async def afronding(
        self, gesprek_id: UUID, *, onderwerp: str = "Paspoort kwijt", sleutel: UUID | None = None
    ) -> Afronding:
        async with unit_of_work(self.tenant) as session:
            gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=self.agent.id)
            kanaal = (await codelijsten.kanalen(session))[0]
            resultaat = (await codelijsten.gespreksresultaten(session))[0]
            velden = {
                vraag.id: {
                    "onderwerp": Veld(onderwerp),
                    "kanaal": Veld(str(kanaal.id)),
                    "gespreksresultaat": Veld(str(resultaat.id)),
                }
                for vraag in gesprek.vragen
            }
        return Afronding(sleutel or uuid4(), velden)

    async def save(self, gesprek_id: UUID, afronding: Afronding | None = None) -> None:
        afronding = afronding or await self.afronding(gesprek_id)
        async with unit_of_work(self.tenant) as session:
            await opslaan.save(session, gesprek_id, afronding, self.agent)

    async def empty(self) -> None:
        """Take away what tests made; people, code lists and koppelingen stay."""
        names = [table.__tablename__ for table in TABLES if table.__tablename__ not in KEEP]
        async with unit_of_work(self.tenant) as session:
            for name in sorted(names, key=lambda one: one in ("gesprek", "klantcontact", "lidmaatschap")):
                await session.execute(text(f'DELETE FROM "{self.tenant.schema}"."{name}"'))  # noqa: S608


async def medewerker(session: AsyncSession, gebruikersnaam: str) -> Medewerker:
    """A person of this municipality as a signed-in medewerker, without a browser."""
    row = (await session.scalars(select(Lidmaatschap).where(Lidmaatschap.gebruikersnaam == gebruikersnaam))).one()
    return Medewerker(
        row.id, row.naam, row.gebruikersnaam, row.email, tuple(row.rollen), row.modus, sessie=b"", csrf=""
    )


async def town(tenant: Tenant, agent: str, colleague: str | None = None) -> Town:
    async with unit_of_work(tenant) as session:
        found = await medewerker(session, agent)
        other = await medewerker(session, colleague) if colleague else None
    return Town(tenant, found, other)
