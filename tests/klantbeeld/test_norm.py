"""Many searches in an hour: a question, an answer in both logs, and on with the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from app import klok
from app.audit.models import Auditregel
from app.db import unit_of_work
from app.klantbeeld.norm import REDENEN
from app.klantbeeld.service import Zoekuitkomst, search
from app.practice.people import sample
from app.verwerkingen.models import Verwerking
from tenants.context import Grenzen
from tests.routes.conftest import People, application, clients
from tests.tenants import support
from tests.town import Town

__all__ = ["application", "clients"]
pytestmark = pytest.mark.anyio
NORM = 3
ADRES = {"postcode": "7411 AA", "huisnummer": "12"}


async def searched(town: Town, gesprek: UUID, **answer: str) -> Zoekuitkomst:
    return await search(town.tenant, town.agent, gesprek, ADRES | answer)


async def at_the_norm(town: Town) -> UUID:
    """An agent who searched as often as may be without a word. Each test begins in an hour of its own."""
    gesprek = await town.gesprek()
    for _ in range(NORM):
        assert (await searched(town, gesprek)).normvraag is None
    return gesprek


_hours = count(5, 3)


@pytest.fixture
def an_hour() -> Iterator[None]:
    """Later than every other test: the logs are append-only and keep what those searched."""
    later = klok.now() + timedelta(hours=next(_hours))
    with support.environment(KISS_LIMIT_LOOKUPS=str(NORM)), time_machine.travel(later):
        yield


async def test_above_the_norm_a_question_comes_first(an_hour: None, deventer: Town, zwolle: Town) -> None:
    gesprek = await at_the_norm(deventer)
    asked = await searched(deventer, gesprek)
    assert asked.normvraag is not None
    assert (asked.normvraag.aantal, dict(asked.normvraag.getypt)) == (NORM, ADRES)
    assert (list(asked.personen), asked.gekozen) == ([], False)
    again = await searched(deventer, gesprek)
    assert again.normvraag is not None
    assert again.normvraag.aantal == NORM, "a question is no search"
    assert (await searched(zwolle, await zwolle.gesprek())).normvraag is None


async def test_an_answer_goes_on_at_once_and_holds_for_as_many(an_hour: None, deventer: Town) -> None:
    gesprek = await at_the_norm(deventer)
    found = await searched(deventer, gesprek, reden="drukte")
    assert found.normvraag is None
    assert found.personen
    for _ in range(NORM - 1):
        assert (await searched(deventer, gesprek)).normvraag is None
    assert (await searched(deventer, gesprek)).normvraag is not None, "as often again: the question comes again"
    with time_machine.travel(klok.now() + timedelta(minutes=61)):
        assert (await searched(deventer, gesprek)).normvraag is None


async def test_the_answer_stands_in_both_logs(an_hour: None, deventer: Town) -> None:
    gesprek = await at_the_norm(deventer)
    await searched(deventer, gesprek, reden="anders", toelichting="  Storing in het   zaaksysteem ")
    async with unit_of_work(deventer.tenant) as session:
        line = await session.scalar(
            select(Verwerking)
            .where(Verwerking.activiteit == "zoeken-verantwoorden")
            .order_by(Verwerking.moment.desc())
            .limit(1)
        )
        row = await session.scalar(
            select(Auditregel)
            .where(Auditregel.handeling == "zoeken.verantwoord")
            .order_by(Auditregel.moment.desc())
            .limit(1)
        )
    assert line is not None
    assert line.velden == "reden: anders; zoekvragen: 3; toelichting: Storing in het zaaksysteem"
    assert (line.uitkomst, line.gesprek_id, line.subject_hmac) == ("beantwoord", gesprek, None)
    assert row is not None
    assert (row.object_id, row.gegevens) == (str(gesprek), {"reden": "anders", "aantal": NORM})


@pytest.mark.parametrize(
    ("answer", "veld"),
    [
        ({"reden": ""}, "reden"),
        ({"reden": "zomaar"}, "reden"),
        ({"reden": "anders"}, "toelichting"),
        ({"reden": "anders", "toelichting": "  x  "}, "toelichting"),
        ({"reden": "drukte", "toelichting": "x" * 501}, "toelichting"),
    ],
)
async def test_an_answer_that_is_none(an_hour: None, deventer: Town, answer: dict[str, str], veld: str) -> None:
    asked = await searched(deventer, await at_the_norm(deventer), **answer)
    assert asked.normvraag is not None
    assert list(asked.normvraag.fouten) == [veld]
    assert asked.normvraag.reden == answer["reden"], "what was chosen and typed is still there"


async def test_the_municipality_may_have_its_own_norm(an_hour: None, deventer: Town) -> None:
    gesprek = await at_the_norm(deventer)
    free = replace(deventer.tenant, grenzen=Grenzen(zoekvragen=0))
    assert (await search(free, deventer.agent, gesprek, ADRES)).normvraag is None
    wide = replace(deventer.tenant, grenzen=Grenzen(zoekvragen=5))
    assert (await search(wide, deventer.agent, gesprek, ADRES)).normvraag is None
    assert (await search(wide, deventer.agent, gesprek, ADRES)).normvraag is not None


async def test_how_it_looks(an_hour: None, deventer: Town, clients: People) -> None:
    """Through the page: the question with what was typed in it, a sentence at the field, then what was asked for."""
    gesprek = await deventer.gesprek()
    agent = await clients.of(deventer)
    path, typed = f"/gesprekken/{gesprek}/zoekvragen", {"bsn": sample("deventer")["hoofdpersoon"].bsn}
    hx = {"hx-request": "true"}
    with support.environment(KISS_LIMIT_LOOKUPS="1"):
        assert (await agent.send("POST", path, ADRES, **hx)).status_code == 200
        asked = await agent.send("POST", path, typed, **hx)
        assert asked.status_code == 200
        assert "Waarom zoekt u zo vaak?" in asked.text
        assert "Niemand gevonden" not in asked.text
        assert f'name="bsn" value="{typed["bsn"]}"' in asked.text
        assert all(naam in asked.text for naam in REDENEN.values())
        wrong = await agent.send("POST", path, typed | {"reden": "anders", "toelichting": "Eh"}, **hx)
        assert "Schrijf in een paar woorden waarom." in wrong.text
        assert 'value="Eh"' in wrong.text
        assert 'value="anders" selected' in wrong.text
        assert (await agent.send("POST", path, typed | {"reden": "anders"})).status_code == 400
        on = await agent.send("POST", path, typed | {"reden": "inwerken", "toelichting": ""}, **hx)
        assert on.headers["hx-redirect"] == f"/gesprekken/{gesprek}"
    officer = await clients.of(deventer, "petra.voorbeeld")
    listing = await officer.send("GET", "/logboek?wat=zoeken-verantwoorden")
    assert "Gezegd waarom zo vaak is gezocht" in listing.text
    async with unit_of_work(deventer.tenant) as session:
        regel = await session.scalar(
            select(Verwerking.id)
            .where(Verwerking.activiteit == "zoeken-verantwoorden", Verwerking.velden.contains("inwerken"))
            .order_by(Verwerking.moment.desc())
            .limit(1)
        )
    detail = await officer.send("GET", f"/logboek/verwerkingen/{regel}")
    assert "reden: inwerken; zoekvragen: " in detail.text
    assert "Antwoord" in detail.text
