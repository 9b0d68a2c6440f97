"""Every field saves itself, and nothing typed is overwritten unseen."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from app.db import unit_of_work
from app.errors import BadInput, Conflict, NotFound
from app.gesprekken import concept, queries
from app.gesprekken.models import Vraag
from tests.town import Town

pytestmark = pytest.mark.anyio


async def vraag_of(town: Town, gesprek_id: UUID) -> Vraag:
    async with unit_of_work(town.tenant) as session:
        gesprek = await queries.gesprek_of(session, gesprek_id, medewerker_id=town.agent.id)
        return gesprek.vragen[0]


async def save(
    town: Town,
    gesprek_id: UUID,
    vraag_id: UUID,
    waarde: str,
    versie: int,
    *,
    veld: str = "notitie",
    by: UUID | None = None,
) -> concept.Veldstand:
    async with unit_of_work(town.tenant) as session:
        return await concept.save_field(
            session,
            gesprek_id=gesprek_id,
            vraag_id=vraag_id,
            medewerker_id=by or town.agent.id,
            veld=veld,
            waarde=waarde,
            versie=versie,
        )


async def test_a_note_is_there_after_it_was_saved(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    vraag = await vraag_of(deventer, gesprek_id)
    first = await save(deventer, gesprek_id, vraag.id, "Paspoort kw", 0)
    second = await save(deventer, gesprek_id, vraag.id, "Paspoort kwijt sinds dinsdag", first.versie)
    stored = await vraag_of(deventer, gesprek_id)
    assert stored.notitie == "Paspoort kwijt sinds dinsdag"
    assert (first.versie, second.versie) == (1, 2)
    assert second.bewaard_op is not None


async def test_the_same_text_twice_is_one_version(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    vraag = await vraag_of(deventer, gesprek_id)
    first = await save(deventer, gesprek_id, vraag.id, "tekst", 0)
    again = await save(deventer, gesprek_id, vraag.id, "tekst", 0)  # the answer was lost, the browser asks again
    assert again == first


async def test_a_stale_version_shows_both_texts_and_overwrites_nothing(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    vraag = await vraag_of(deventer, gesprek_id)
    await save(deventer, gesprek_id, vraag.id, "van het ene tabblad", 0)
    with pytest.raises(concept.Overschreven) as refused:
        await save(deventer, gesprek_id, vraag.id, "van het andere tabblad", 0)
    assert refused.value.van_u == "van het andere tabblad"
    assert refused.value.stand.waarde == "van het ene tabblad"
    assert refused.value.door == deventer.agent.naam
    assert (await vraag_of(deventer, gesprek_id)).notitie == "van het ene tabblad"


async def test_a_version_counts_per_field(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    vraag = await vraag_of(deventer, gesprek_id)
    await save(deventer, gesprek_id, vraag.id, "notitie", 0)
    other = await save(deventer, gesprek_id, vraag.id, "onderwerp", 0, veld="onderwerp")
    assert other.versie == 1


async def test_a_colleague_cannot_write_in_it(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    vraag = await vraag_of(deventer, gesprek_id)
    assert deventer.colleague is not None
    with pytest.raises(NotFound):
        await save(deventer, gesprek_id, vraag.id, "van een ander", 0, by=deventer.colleague.id)


async def test_another_municipality_does_not_have_it(deventer: Town, zwolle: Town) -> None:
    gesprek_id = await deventer.gesprek()
    vraag = await vraag_of(deventer, gesprek_id)
    with pytest.raises(NotFound):
        await save(zwolle, gesprek_id, vraag.id, "van elders", 0)


@pytest.mark.parametrize(
    ("veld", "waarde"),
    [
        ("id", "x"),
        ("notitie", "x" * (concept.NOTITIE_MAX + 1)),
        ("onderwerp", "x" * (concept.ONDERWERP_MAX + 1)),
        ("kanaal", "geen uuid"),
        ("kanaal", str(uuid4())),
        ("notitie", "nul\x00byte"),
    ],
)
async def test_what_cannot_be_kept_is_said(deventer: Town, veld: str, waarde: str) -> None:
    gesprek_id = await deventer.gesprek()
    vraag = await vraag_of(deventer, gesprek_id)
    with pytest.raises(BadInput):
        await save(deventer, gesprek_id, vraag.id, waarde, 0, veld=veld)


async def test_after_saving_the_draft_is_closed(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(notitie="klaar")
    vraag = await vraag_of(deventer, gesprek_id)
    await deventer.save(gesprek_id)
    with pytest.raises(Conflict, match="al opgeslagen"):
        await save(deventer, gesprek_id, vraag.id, "nog iets", 1)
