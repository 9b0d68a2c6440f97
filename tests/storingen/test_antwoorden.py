"""Answers that are JSON of the right kind with something odd in them: a page reads them or says that it can't."""

from __future__ import annotations

import json
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec
import pytest
from sqlalchemy import select, update

from app.connectors.haal_centraal_brp.mapping import persoon
from app.connectors.haal_centraal_brp.settings import LEESVELDEN
from app.connectors.haal_centraal_brp.wire import Gevonden
from app.connectors.models import Koppeling
from app.db import unit_of_work
from app.http import close_all
from app.practice.people import sample
from tests.http.servers import Scripted, Writer, answer, scripted
from tests.proof import Proof
from tests.storingen.balie import VRAGEN, Balie, Praktijk
from tests.town import Town

pytestmark = pytest.mark.anyio

SCRIPT = "<script>alert(1)</script>"
DEEP = "@deep@"
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 13, 10**30, 1e308, "", " ", "x" * 100_000, "\x00\x1b[31m", "\u202e\ufeff", SCRIPT, '"><b>',
    [], {}, [[[]]], [None], {"": {}}, DEEP,
    "-1",
)  # fmt: skip
LAST, FIRST = "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00"
DATES = ("9999-12-31", "0001-01-01", "2025-02-30", LAST, FIRST, "1961-03-14T00:00:00", "gisteren", None, 20251231)
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass
class Bodies:
    """What the two registers answer now."""

    good: dict[str, Any] = field(default_factory=dict)
    now: dict[str, bytes] = field(default_factory=dict)


@pytest.fixture
async def bodies(quiet: None, hier: Balie, praktijk: Praktijk) -> AsyncIterator[Bodies]:
    """Deventer's koppelingen lead to a server of this test, which answers what `now` holds."""
    made = Bodies({"brp": brp(praktijk), "klant": klant(praktijk)})
    served: list[Scripted] = []

    async def step(writer: Writer) -> None:
        which = "brp" if "/personen" in served[0].heads[-1].split("\r\n")[0] else "klant"
        await answer(made.now[which])(writer)

    async with scripted(step) as server:
        served.append(server)
        before = await point(hier.town, {"brp": server.url, "open-klant": server.url})
        yield made
        await point(hier.town, before)
    await close_all()


async def point(town: Town, urls: dict[str, str]) -> dict[str, str]:
    """Give koppelingen other addresses. Gives the ones before."""
    before = {}
    async with unit_of_work(town.tenant) as session:
        for slug, url in urls.items():
            (row,) = (await session.scalars(select(Koppeling).where(Koppeling.slug == slug))).all()
            before[slug] = row.instellingen["base_url"]
            changed = row.instellingen | {"base_url": url}
            await session.execute(update(Koppeling).where(Koppeling.slug == slug).values(instellingen=changed))
    return before


@pytest.mark.proof(
    "answers", smoke=100, full=20_000, unit="odd answers of registers, on three pages each", goal="geen 5xx"
)
async def test_an_odd_answer_breaks_no_page(bodies: Bodies, hier: Balie, proof: Proof) -> None:
    for batch in proof.batches(50):
        chance = random.Random(batch.seed)
        wrong: list[str] = []
        for _ in range(batch.count):
            bodies.now = {which: odd(body, chance) for which, body in bodies.good.items()}
            for ask in (Balie.persoon, Balie.contacten, Balie.zoekfragment):
                scherm = await ask(hier)
                if scherm.status >= 400 or SCRIPT in scherm.text:
                    wrong.append(f"{ask.__name__}: {scherm.status} on {bodies.now}"[:400])
            await close_all()
        proof.found(wrong)


@pytest.mark.parametrize(
    ("which", "path", "value"),
    [
        ("brp", "geboorte", {"datum": {"type": "JaarMaandDatum", "jaar": 1961, "maand": 13}}),
        ("brp", "geboorte", {"datum": {"type": "JaarDatum", "jaar": 0}}),
        ("brp", "geboorte", {"datum": {"type": "JaarDatum", "jaar": 10**30}}),
        ("brp", "geboorte", {"datum": {"type": "Datum", "datum": "2025-02-30"}}),
        ("brp", "inOnderzoek", {"naam": DEEP}),
        ("brp", "onbekend", DEEP),
        ("klant", "plaatsgevondenOp", LAST),
        ("klant", "plaatsgevondenOp", FIRST),
        ("klant", "onbekend", DEEP),
        ("klant", "inhoud", DEEP),
    ],
)
async def test_what_once_could_break_a_page(bodies: Bodies, hier: Balie, which: str, path: str, value: Any) -> None:
    """Moments that no calendar of ours holds, and brackets without end."""
    changed = json.loads(json.dumps(bodies.good[which]))
    changed["personen" if which == "brp" else "results"][0][path] = value
    bodies.now = {name: sent(changed if name == which else body) for name, body in bodies.good.items()}
    for ask in VRAGEN[{"klant": "klantinteracties"}.get(which, which)].values():
        scherm = await ask(hier)
        assert scherm.status in (200, 303)
        assert [zin for zin in scherm.sentences() if not zin.endswith("een antwoord dat we niet kunnen lezen.")] == []


def test_nothing_odd_in_one_place_breaks_the_reading_of_a_person(
    praktijk: Praktijk, count: Callable[[str, int], None]
) -> None:
    """Every place with every odd value: a person, or that the answer cannot be read; no other error."""
    good = brp(praktijk)
    tried = 0
    for place in range(len(list(_places(good)))):
        for value in (*ODD, *DATES):
            changed = json.loads(json.dumps(good))
            holder, key = list(_places(changed))[place]
            holder[key] = value
            with suppress(msgspec.MsgspecError, RecursionError, ValueError):
                for one in msgspec.json.decode(sent(changed), type=Gevonden).personen:
                    assert persoon(one).volledige_naam
            tried += 1
    count("odd values in an answer of the BRP", tried)
    assert tried > 500


def sent(body: Any) -> bytes:
    return json.dumps(body).replace(f'"{DEEP}"', "[" * 5_000 + "]" * 5_000).encode()


def odd(body: Any, chance: random.Random) -> bytes:
    """The body with one to three places changed."""
    changed = json.loads(json.dumps(body))
    for _ in range(chance.randint(1, 3)):
        places = list(_places(changed))
        if not places:
            break
        holder, key = chance.choice(places)
        if chance.random() < 0.15:
            del holder[key]
        else:
            holder[key] = chance.choice(DATES if DATE.match(str(holder[key])) else ODD)
    return sent(changed)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def brp(praktijk: Praktijk) -> Any:
    question = {
        "type": "RaadpleegMetBurgerservicenummer",
        "fields": list(LEESVELDEN),
        "burgerservicenummer": [sample("deventer")["hoofdpersoon"].bsn],
    }
    url = f"{praktijk.base}/deventer/haalcentraal/api/brp/personen"
    return httpx2.post(url, json=question, headers={"X-API-KEY": "oefen-brp-deventer"}, trust_env=False).json()


def klant(praktijk: Praktijk) -> Any:
    url = f"{praktijk.base}/deventer/klantinteracties/api/v1/klantcontacten"
    headers = {"Authorization": "Token oefen-klant-deventer"}
    return httpx2.get(url, params={"pageSize": "3"}, headers=headers, trust_env=False).json()
