"""From what was typed to the person, over the real connector and the practice register."""

from __future__ import annotations

import pytest

from app.klantbeeld.service import search
from app.practice.people import sample
from tests.town import Town

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("typed", ["de Wit-Voorbeeld 14-3-1961", "Wit-Voorbeeld 14-3-1961", "DE WIT-VOORB 14031961"])
async def test_a_surname_with_or_without_its_first_words(deventer: Town, typed: str) -> None:
    gesprek_id = await deventer.gesprek()
    uitkomst = await search(deventer.tenant, deventer.agent, gesprek_id, {"vraag": typed})
    assert [gevonden.persoon.bsn for gevonden in uitkomst.personen] == [sample("deventer")["hoofdpersoon"].bsn]
    assert uitkomst.gekozen


async def test_the_way_people_in_zwolle_are_called(zwolle: Town) -> None:
    gesprek_id = await zwolle.gesprek()
    form = {"geslachtsnaam": "van der Proefstraat", "geboortedatum": "2-7-1954"}
    uitkomst = await search(zwolle.tenant, zwolle.agent, gesprek_id, form)
    assert [gevonden.persoon.bsn for gevonden in uitkomst.personen] == [sample("zwolle")["hoofdpersoon"].bsn]


async def test_the_first_words_may_belong_to_the_surname_after_all(deventer: Town) -> None:
    """Nobody is called Onbekend; asked again with the first words, still nobody, and that is said."""
    gesprek_id = await deventer.gesprek()
    uitkomst = await search(deventer.tenant, deventer.agent, gesprek_id, {"vraag": "el Onbekend 1-1-1990"})
    assert (list(uitkomst.personen), uitkomst.fout) == ([], None)
