"""Saving once: everything or nothing, never twice, and a few seconds to take it back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app import klok
from app.afleveringen.models import Aflevering, AfleveringState
from app.audit.models import Auditregel
from app.db import unit_of_work
from app.errors import Conflict, NotFound
from app.gesprekken import opslaan, queries, service
from app.gesprekken.forms import parse
from app.gesprekken.models import GesprekState
from app.klantcontacten.models import Betrokkene, Klantcontact
from app.klantcontacten.queries import contacten_of, of_gesprek
from tenants.context import Tenant
from tests.town import Town

pytestmark = pytest.mark.anyio
BSN = "999993653"


async def stored(town: Town, gesprek_id: UUID) -> list[tuple[Klantcontact, Aflevering]]:
    async with unit_of_work(town.tenant) as session:
        return list(await of_gesprek(session, gesprek_id))


async def test_one_transaction_holds_contact_klant_outbox_and_audit(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="Paspoort kwijt sinds dinsdag", bsn=BSN)
    await deventer.save(gesprek_id)
    ((contact, aflevering),) = await stored(deventer, gesprek_id)
    assert (contact.onderwerp, contact.inhoud) == ("Paspoort kwijt", "Paspoort kwijt sinds dinsdag")
    assert contact.kenmerk.isdecimal()
    assert len(contact.kenmerk) <= 10
    assert contact.medewerker_naam == deventer.agent.naam
    assert aflevering.state == AfleveringState.VASTGELEGD
    assert aflevering.koppeling == "open-klant"
    async with unit_of_work(deventer.tenant) as session:
        betrokkene = (await session.scalars(select(Betrokkene))).one()
        audit = await session.scalars(select(Auditregel.handeling).where(Auditregel.object_id == str(gesprek_id)))
        assert "gesprek.opgeslagen" in audit.all()
    assert BSN.encode() not in betrokkene.subject


async def test_the_relay_waits_until_undoing_is_over(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="tekst")
    await deventer.save(gesprek_id)
    ((contact, aflevering),) = await stored(deventer, gesprek_id)
    assert aflevering.volgende_poging_op - contact.vastgelegd_op == timedelta(seconds=10)


async def test_the_same_key_twice_registers_once(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="tekst")
    afronding = await deventer.afronding(gesprek_id)
    for _ in range(3):
        await deventer.save(gesprek_id, afronding)
    assert len(await stored(deventer, gesprek_id)) == 1


async def test_ten_at_once_register_once(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="tekst")
    tries = [await deventer.afronding(gesprek_id) for _ in range(10)]
    await asyncio.gather(*(deventer.save(gesprek_id, afronding) for afronding in tries))
    assert len(await stored(deventer, gesprek_id)) == 1


async def test_nothing_is_kept_when_something_fails(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="tekst", bsn=BSN)
    afronding = await deventer.afronding(gesprek_id)

    async def save_and_fail() -> None:
        async with unit_of_work(deventer.tenant) as session:
            await opslaan.save(session, gesprek_id, afronding, deventer.agent)
            raise RuntimeError("de stroom valt uit")

    with pytest.raises(RuntimeError):
        await save_and_fail()
    assert await stored(deventer, gesprek_id) == []
    await deventer.save(gesprek_id, afronding)
    assert len(await stored(deventer, gesprek_id)) == 1


async def test_the_bell_rings_after_the_commit_and_never_without_one(
    deventer: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that hears it before would look for a row that is not there yet."""
    rung: list[float] = []

    async def ring(tenant: Tenant, *, delay: float) -> None:
        rung.append(delay)

    monkeypatch.setattr(opslaan.bezorg, "ring", ring)
    gesprek_id = await deventer.gesprek(notitie="tekst")
    afronding = await deventer.afronding(gesprek_id)

    async def save_and_fail() -> None:
        async with unit_of_work(deventer.tenant) as session:
            await opslaan.save(session, gesprek_id, afronding, deventer.agent)
            raise RuntimeError("de stroom valt uit")

    with pytest.raises(RuntimeError):
        await save_and_fail()
    assert rung == [], "nothing was saved, so there is nothing to bring"
    async with unit_of_work(deventer.tenant) as session:
        await opslaan.save(session, gesprek_id, afronding, deventer.agent)
        assert rung == []
    assert rung == [opslaan.undo_window().total_seconds() + 0.1]


async def test_kenmerken_differ_and_never_repeat(deventer: Town) -> None:
    kenmerken = []
    for _ in range(5):
        gesprek_id = await deventer.gesprek(notitie="tekst")
        await deventer.save(gesprek_id)
        kenmerken += [contact.kenmerk for contact, _ in await stored(deventer, gesprek_id)]
    assert len(set(kenmerken)) == 5


async def test_undo_makes_it_a_draft_again_and_leaves_nothing_behind(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="te snel", bsn=BSN)
    await deventer.save(gesprek_id)
    async with unit_of_work(deventer.tenant) as session:
        await opslaan.undo(session, gesprek_id, deventer.agent)
    async with unit_of_work(deventer.tenant) as session:
        gesprek = await queries.gesprek_of(session, gesprek_id, medewerker_id=deventer.agent.id)
        counts = [
            await session.scalar(select(func.count()).select_from(t)) for t in (Klantcontact, Aflevering, Betrokkene)
        ]
    assert gesprek.state == GesprekState.OPEN
    assert gesprek.vragen[0].notitie == "te snel"
    assert counts == [0, 0, 0]
    await deventer.save(gesprek_id)
    assert len(await stored(deventer, gesprek_id)) == 1


async def test_what_is_on_its_way_cannot_be_undone(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="tekst")
    await deventer.save(gesprek_id)
    async with unit_of_work(deventer.tenant) as session:
        row = (await session.scalars(select(Aflevering))).one()
        row.state = AfleveringState.ONDERWEG
    with pytest.raises(Conflict, match="kan niet meer"):
        async with unit_of_work(deventer.tenant) as session:
            await opslaan.undo(session, gesprek_id, deventer.agent)
    assert len(await stored(deventer, gesprek_id)) == 1


async def test_a_colleague_cannot_save_it(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="tekst")
    afronding = await deventer.afronding(gesprek_id)
    assert deventer.colleague is not None
    with pytest.raises(NotFound):
        async with unit_of_work(deventer.tenant) as session:
            await opslaan.save(session, gesprek_id, afronding, deventer.colleague)


async def test_a_thrown_away_gesprek_can_come_back_but_not_be_saved(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="toch niet")
    afronding = await deventer.afronding(gesprek_id)
    async with unit_of_work(deventer.tenant) as session:
        gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=deventer.agent.id)
        await service.throw_away(session, gesprek)
    with pytest.raises(Conflict, match="gesloten"):
        await deventer.save(gesprek_id, afronding)
    async with unit_of_work(deventer.tenant) as session:
        again = await opslaan.undo(session, gesprek_id, deventer.agent)
        assert again.state == GesprekState.OPEN


async def test_the_contact_stands_in_the_history_at_once(deventer: Town, zwolle: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="tekst", bsn=BSN)
    await deventer.save(gesprek_id)
    async with unit_of_work(deventer.tenant) as session:
        klant = (await session.scalars(select(Betrokkene))).one()
        assert [c.gesprek_id for c, _ in await contacten_of(session, klant.subject_hmac)] == [gesprek_id]
    async with unit_of_work(zwolle.tenant) as session:
        assert await contacten_of(session, klant.subject_hmac) == []


async def test_both_municipalities_count_for_themselves(deventer: Town, zwolle: Town) -> None:
    for town in (deventer, zwolle):
        gesprek_id = await town.gesprek(notitie="tekst")
        await town.save(gesprek_id, await town.afronding(gesprek_id, sleutel=uuid4()))
        ((contact, aflevering),) = await stored(town, gesprek_id)
        assert contact.vastgelegd_op <= klok.now()
        assert aflevering.koppeling == {"deventer": "open-klant", "zwolle": "ingebouwd"}[town.tenant.slug]


async def test_a_refused_form_loses_nothing_that_was_typed(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    async with unit_of_work(deventer.tenant) as session:
        gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=deventer.agent.id)
        form = {
            "sleutel": str(uuid4()),
            "onderwerp-1": "Paspoort",
            "notitie-1": "eerste\r\ntweede",
            "kanaal-1": "weg",
        }
        afronding = parse(form, gesprek.vragen, keuzes={"kanaal": set(), "gespreksresultaat": set()})
        await opslaan.keep_typed(session, gesprek, afronding)
    assert [naam for _, naam, _ in afronding.fouten] == ["kanaal", "gespreksresultaat"]
    async with unit_of_work(deventer.tenant) as session:
        gesprek = await queries.gesprek_of(session, gesprek_id, medewerker_id=deventer.agent.id)
    assert (gesprek.vragen[0].onderwerp, gesprek.vragen[0].notitie) == ("Paspoort", "eerste\ntweede")
