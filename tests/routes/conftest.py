from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from litestar.types import ASGIApp
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.afleveringen.models import Aflevering
from app.audit.models import Auditregel
from app.auth.cli import open_for
from app.auth.cookies import hash_of
from app.auth.medewerker import kenmerk_of
from app.auth.models import Lidmaatschap
from app.auth.sessions import find
from app.codelijsten.models import Gespreksresultaat, Kanaal
from app.db import unit_of_work
from app.gesprekken import queries
from app.gesprekken.models import Vraag
from app.ids import new_id
from app.main import create_app
from app.openingstijden.kalender import STANDAARD, as_json
from app.openingstijden.models import Openingstijden, Sluitingsdag
from app.practice.people import sample
from app.uitnodigingen.models import Uitnodiging
from app.uitnodigingen.service import columns
from app.verwerkingen.models import Verwerking
from app.verwerkingen.service import Activiteit, Raadpleging, Uitkomst, new_trace_id, record
from tests.afleveringen.conftest import applied, deventer, practice, zwolle
from tests.canaries import watched
from tests.town import Town

__all__ = ["applied", "deventer", "practice", "zwolle"]
HOSTS = {"deventer": "deventer.localhost:8000", "zwolle": "zwolle.localhost:8000"}


@dataclass
class Client:
    """One signed-in (or anonymous) browser on one host, speaking to the real application in this process."""

    app: ASGIApp
    slug: str
    cookie: str = ""
    csrf: str = ""

    async def send(
        self, method: str, path: str, form: dict[str, Any] | None = None, **headers: str
    ) -> httpx2.Response:
        sent = {"host": HOSTS[self.slug], "accept": "text/html", "sec-fetch-site": "same-origin"} | headers
        if method == "GET" and "hx-request" not in headers:
            sent.setdefault("sec-fetch-mode", "navigate")
        if self.cookie:
            sent["cookie"] = f"__Host-sid={self.cookie}"
        data = {"_csrf": self.csrf} | (form or {}) if method != "GET" else None
        transport = httpx2.ASGITransport(app=self.app)  # type: ignore[arg-type]
        async with httpx2.AsyncClient(transport=transport, base_url=f"http://{HOSTS[self.slug]}") as client:
            return await client.request(method, path, headers=sent, data=data)


@pytest.fixture(scope="package")
def application(applied: None) -> ASGIApp:
    return watched(create_app())


@dataclass
class People:
    """Clients by who they are."""

    application: ASGIApp

    async def of(self, town: Town, username: str | None = None) -> Client:
        name = username or town.agent.gebruikersnaam
        cookie = await open_for(town.tenant, name)
        async with unit_of_work(town.tenant) as session:
            found = await find(session, cookie)
        assert found is not None
        return Client(self.application, town.tenant.slug, cookie, found.csrf)

    def nobody(self, slug: str) -> Client:
        return Client(self.application, slug)


@pytest.fixture
def clients(application: ASGIApp) -> People:
    return People(application)


@dataclass(frozen=True)
class Things:
    """Ids of one municipality for the parameters of a path; `kenmerk` is another session of its agent."""

    gesprek_id: UUID
    vraag_id: UUID
    klantcontact_id: UUID
    aflevering_id: UUID
    verwijzing: UUID
    verwerking_id: UUID
    auditregel_id: UUID
    lidmaatschap_id: UUID
    uitnodiging_id: UUID
    kanaal_id: UUID
    gespreksresultaat_id: UUID
    week_id: UUID
    sluitingsdag_id: UUID
    kenmerk: str

    def fill(self, path: str) -> str:
        for one in fields(self):
            path = path.replace("{" + one.name + "}", str(getattr(self, one.name)))
        return path


async def things(town: Town) -> Things:
    """An open gesprek with a klant, and a saved one whose delivery waits for a person."""
    who = sample(town.tenant.slug)["hoofdpersoon"]
    saved = await town.gesprek(notitie="Eerder gesprek", bsn=who.bsn)
    await town.save(saved)
    gesprek_id = await town.gesprek(notitie="Paspoort kwijt", bsn=who.bsn)
    async with unit_of_work(town.tenant) as session:
        await session.execute(update(Aflevering).values(state="niet-aangekomen", fout_zin="Het register weigerde."))
        aflevering = (await session.scalars(select(Aflevering))).one()
        gesprek = await queries.gesprek_of(session, gesprek_id, medewerker_id=town.agent.id)
        assert gesprek.klant_id is not None
        verwerking_id, auditregel_id = await log_lines(session, town, who.bsn)
        elsewhere = await open_for(town.tenant, town.agent.gebruikersnaam)
        return Things(
            gesprek_id,
            gesprek.vragen[0].id,
            aflevering.klantcontact_id,
            aflevering.id,
            gesprek.klant_id,
            verwerking_id,
            auditregel_id,
            *people(session, town),
            *await code_rows(session),
            *await days(session),
            kenmerk_of(hash_of(elsewhere)),
        )


def people(session: AsyncSession, town: Town) -> tuple[UUID, UUID]:
    """An agent whom nobody else in these tests is, and an invitation of two minutes ago."""
    member_id, name, now = new_id(), uuid4().hex, klok.now()
    member = Lidmaatschap(id=member_id, issuer="https://nergens.example", subject=name, gebruikersnaam=name)
    member.naam, member.email, member.rollen = "Proef Persoon", f"{name}@nergens.example", ["agent"]
    member.aangemaakt_op = now
    values, _ = columns(town.tenant, f"{name}@elders.example", ["agent"], door=None)
    values["verloopt_op"] -= timedelta(minutes=2)
    session.add_all([member, Uitnodiging(**values)])
    return member_id, values["id"]


async def code_rows(session: AsyncSession) -> tuple[UUID, UUID]:
    """A kanaal and a gespreksresultaat that no other test uses; those of the test before are gone."""
    kanaal_id, resultaat_id, naam = new_id(), new_id(), f"proef {uuid4().hex}"
    for table, used in ((Kanaal, Vraag.kanaal_id), (Gespreksresultaat, Vraag.gespreksresultaat_id)):
        left = table.id.not_in(select(used).where(used.is_not(None)))
        await session.execute(delete(table).where(table.naam.startswith("proef "), left))
    session.add(Kanaal(id=kanaal_id, naam=naam, icoon="world", volgorde=900, vervallen_op=None))
    session.add(Gespreksresultaat(id=resultaat_id, naam=naam, gelukt=True, volgorde=900, vervallen_op=None))
    return kanaal_id, resultaat_id


async def days(session: AsyncSession) -> tuple[UUID, UUID]:
    """Opening hours that are still to come, and a closing day in a far year."""
    week_id, dag_id, far = new_id(), new_id(), date(2101, 1, 3)
    await session.execute(delete(Openingstijden).where(Openingstijden.geldig_vanaf == far))
    await session.execute(delete(Sluitingsdag).where(Sluitingsdag.datum == far))
    week = Openingstijden(id=week_id, geldig_vanaf=far, week=as_json(STANDAARD), gewijzigd_op=klok.now())
    session.add_all([week, Sluitingsdag(id=dag_id, datum=far, naam="Proef", vervallen_op=None)])
    return week_id, dag_id


async def log_lines(session: AsyncSession, town: Town, bsn: str) -> tuple[UUID, UUID]:
    """A line in each log: somebody looked at this citizen."""
    line = Raadpleging(town.agent.id, None, Activiteit.RAADPLEGEN, "identificeren", "brp", "naam", new_trace_id())
    record(session, line, Uitkomst.GEVONDEN, [bsn])
    await session.flush()
    verwerking_id = await session.scalar(select(Verwerking.id).where(Verwerking.trace_id == line.trace_id))
    auditregel_id = await session.scalar(select(Auditregel.id).limit(1))
    assert verwerking_id
    assert auditregel_id
    return verwerking_id, auditregel_id
