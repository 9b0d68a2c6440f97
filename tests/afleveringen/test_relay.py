"""The relay: claims, sends, confirms; retries what may be retried and puts aside what a person must see."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, update

from app import klok
from app.afleveringen import queries, service
from app.afleveringen.models import Aflevering, AfleveringState
from app.connectors.models import Koppeling
from app.db import unit_of_work
from app.errors import Conflict, NotFound
from app.klantcontacten.models import Klantcontact
from app.klantcontacten.queries import of_gesprek
from app.practice.people import sample
from tests import ledger
from tests.town import Town

pytestmark = pytest.mark.anyio
BSN = sample("deventer")["hoofdpersoon"].bsn
KLANT = "/deventer/klantinteracties/api/v1"


async def saved(town: Town, *, notitie: str = "Paspoort kwijt", bsn: str | None = BSN) -> UUID:
    gesprek_id = await town.gesprek(notitie=notitie, bsn=bsn)
    await town.save(gesprek_id)
    return gesprek_id


async def stand(town: Town, gesprek_id: UUID) -> tuple[Klantcontact, Aflevering]:
    async with unit_of_work(town.tenant) as session:
        ((contact, aflevering),) = await of_gesprek(session, gesprek_id)
        return contact, aflevering


async def set_koppeling(town: Town, **values: object) -> None:
    async with unit_of_work(town.tenant) as session:
        await session.execute(update(Koppeling).where(Koppeling.slug == "open-klant").values(**values))


async def make_due(town: Town) -> None:
    """As if the waiting time and every lease had passed."""
    async with unit_of_work(town.tenant) as session:
        past = klok.now() - timedelta(seconds=1)
        await session.execute(update(Aflevering).values(volgende_poging_op=past, lease_tot=None))


async def test_a_contact_arrives_once_with_its_klant(deventer: Town, practice: str) -> None:
    gesprek_id = await saved(deventer)
    assert await service.deliver_round(deventer.tenant) == 1
    contact, aflevering = await stand(deventer, gesprek_id)
    assert aflevering.state == AfleveringState.BEVESTIGD
    assert ledger.arrived(practice, "deventer")[contact.kenmerk] == 1
    there = httpx2.get(
        f"{practice}{KLANT}/klantcontacten",
        params={"hadBetrokkene__wasPartij__partijIdentificator__objectId": BSN, "referentienummer": contact.kenmerk},
        headers={"Authorization": "Token oefen-klant-deventer"},
        trust_env=False,
    ).json()
    assert [one["uuid"] for one in there["results"]] == [aflevering.extern_id]
    assert there["results"][0]["inhoud"] == "Paspoort kwijt"


async def test_nothing_is_due_before_its_moment(deventer: Town) -> None:
    await saved(deventer)
    async with unit_of_work(deventer.tenant) as session:
        await session.execute(update(Aflevering).values(volgende_poging_op=klok.now() + timedelta(seconds=10)))
    assert await service.claim(deventer.tenant) is None


async def test_the_built_in_register_confirms_without_leaving(zwolle: Town, practice: str) -> None:
    gesprek_id = await saved(zwolle, bsn=sample("zwolle")["hoofdpersoon"].bsn)
    await service.deliver_round(zwolle.tenant)
    contact, aflevering = await stand(zwolle, gesprek_id)
    assert aflevering.state == AfleveringState.BEVESTIGD
    assert aflevering.extern_id == str(contact.id)
    assert ledger.lines(practice, "zwolle") == []


async def test_ten_relays_at_once_send_each_row_once(deventer: Town, practice: str) -> None:
    gesprekken = [await saved(deventer, notitie=f"tekst {n}") for n in range(10)]
    await asyncio.gather(*(service.deliver_round(deventer.tenant) for _ in range(10)))
    arrived = ledger.arrived(practice, "deventer")
    for gesprek_id in gesprekken:
        contact, aflevering = await stand(deventer, gesprek_id)
        assert aflevering.state == AfleveringState.BEVESTIGD
        assert arrived[contact.kenmerk] == 1


async def test_one_municipality_gets_a_few_rows_at_a_time(deventer: Town) -> None:
    for n in range(service.ROUND + 2):
        await saved(deventer, notitie=f"tekst {n}", bsn=None)
    assert await service.deliver_round(deventer.tenant) == service.ROUND
    assert await service.deliver_round(deventer.tenant) == 2


async def test_a_register_that_is_away_gets_it_later(deventer: Town, practice: str) -> None:
    gesprek_id = await saved(deventer)
    async with unit_of_work(deventer.tenant) as session:
        row = (await session.scalars(select(Koppeling).where(Koppeling.slug == "open-klant"))).one()
        before = dict(row.instellingen)
    await set_koppeling(deventer, instellingen=before | {"base_url": "http://127.0.0.1:9/api/v1"})
    await service.deliver_round(deventer.tenant)
    contact, aflevering = await stand(deventer, gesprek_id)
    assert aflevering.state == AfleveringState.ONDERWEG
    assert aflevering.fout_soort == "onbereikbaar"
    assert aflevering.volgende_poging_op > klok.now()
    await set_koppeling(deventer, instellingen=before)
    await make_due(deventer)
    await service.deliver_round(deventer.tenant)
    contact, aflevering = await stand(deventer, gesprek_id)
    assert aflevering.state == AfleveringState.BEVESTIGD
    assert ledger.arrived(practice, "deventer")[contact.kenmerk] == 1


async def test_another_writers_number_means_a_new_number(deventer: Town, practice: str) -> None:
    gesprek_id = await saved(deventer)
    contact, _ = await stand(deventer, gesprek_id)
    taken = {
        "referentienummer": contact.kenmerk,
        "kanaal": "Balie",
        "onderwerp": "Van een andere applicatie",
        "taal": "nld",
        "vertrouwelijk": False,
    }
    httpx2.post(
        f"{practice}{KLANT}/klantcontacten",
        json=taken,
        headers={"Authorization": "Token oefen-klant-deventer"},
        trust_env=False,
    ).raise_for_status()
    for _ in range(3):
        await service.deliver_round(deventer.tenant)
    after, aflevering = await stand(deventer, gesprek_id)
    assert aflevering.state == AfleveringState.BEVESTIGD
    assert after.kenmerk != contact.kenmerk
    assert ledger.arrived(practice, "deventer")[after.kenmerk] == 1


async def test_what_can_never_arrive_waits_for_a_person_and_can_be_sent_again(deventer: Town, practice: str) -> None:
    gesprek_id = await saved(deventer)
    await set_koppeling(deventer, actief=False, uit_reden="De sleutel is verlopen.")
    await service.deliver_round(deventer.tenant)
    contact, dead = await stand(deventer, gesprek_id)
    assert dead.state == AfleveringState.NIET_AANGEKOMEN
    assert dead.fout_soort == "verkeerd-ingesteld"
    assert dead.fout_zin
    await make_due(deventer)
    assert await service.claim(deventer.tenant) is None, "a dead letter is not sent by itself"
    await set_koppeling(deventer, actief=True, uit_reden=None)
    async with unit_of_work(deventer.tenant) as session:
        await service.retry(session, deventer.tenant, dead.id, medewerker_id=None)
    await service.deliver_round(deventer.tenant)
    contact, again = await stand(deventer, gesprek_id)
    assert again.state == AfleveringState.BEVESTIGD
    assert ledger.arrived(practice, "deventer")[contact.kenmerk] == 1


async def test_only_a_dead_letter_can_be_sent_again(deventer: Town, zwolle: Town) -> None:
    gesprek_id = await saved(deventer)
    _, aflevering = await stand(deventer, gesprek_id)
    async with unit_of_work(deventer.tenant) as session:
        with pytest.raises(Conflict):
            await service.retry(session, deventer.tenant, aflevering.id, medewerker_id=None)
    async with unit_of_work(zwolle.tenant) as session:
        with pytest.raises(NotFound):
            await queries.by_id(session, aflevering.id)


async def test_a_long_note_stays_whole_here_and_arrives_cut(deventer: Town) -> None:
    text = "Een lang verhaal. " * 200
    gesprek_id = await saved(deventer, notitie=text)
    await service.deliver_round(deventer.tenant)
    contact, aflevering = await stand(deventer, gesprek_id)
    assert contact.inhoud == text
    assert aflevering.state == AfleveringState.BEVESTIGD


async def test_an_older_register_gets_it_once_as_well(deventer: Town, practice: str) -> None:
    ledger.versie(practice, "deventer", "2.15")
    try:
        gesprek_id = await saved(deventer)
        await service.deliver_round(deventer.tenant)
        contact, aflevering = await stand(deventer, gesprek_id)
    finally:
        ledger.versie(practice, "deventer", "2.18")
    assert aflevering.state == AfleveringState.BEVESTIGD
    assert ledger.arrived(practice, "deventer")[contact.kenmerk] == 1


def test_waiting_grows_and_stays_below_a_quarter_of_an_hour() -> None:
    waits = [[service.backoff(n) for _ in range(50)] for n in range(1, 40)]
    assert all(0.4 < wait <= service.LONGEST_WAIT for row in waits for wait in row)
    assert max(waits[0]) < 3
    assert max(waits[-1]) > 300
