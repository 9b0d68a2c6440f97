"""G-DEG: the klantbeeld with each of the 64 combinations of six sources that are there or not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, update

from app import klok
from app.connectors.models import Koppeling
from app.connectors.registry import stored
from app.db import unit_of_work
from app.http import close_all
from app.ids import new_id
from app.practice.people import sample
from tests.storingen.balie import NAMEN, Balie, Praktijk, Scherm
from tests.storingen.test_paginas import ZINNEN
from tests.town import Town

pytestmark = pytest.mark.anyio

REGISTERS = ("open-klant", "register-2", "register-3", "register-4", "register-5")
NAMES = {slug: "Open Klant" if slug == "open-klant" else slug.replace("-", " ").capitalize() for slug in REGISTERS}
PRIVATE = "De oefenomgeving draait op dezelfde machine."
# Of each combination another kind of away; three that are asked again are slower, so they take fewer turns.
QUICK = ("500", "malformed", "content-type", "wrong-schema", "429", "certificate", "503")
TURNS = {9: "reset", 27: "cut", 45: "refused", 63: "hang"}


def settings(soort: str, where: str) -> dict[str, str]:
    if soort == "haal-centraal-brp":
        return {"base_url": f"praktijk:/{where}/haalcentraal/api/brp", "sleutel": f"oefen-brp-{where}"}
    return {"base_url": f"praktijk:/{where}/klantinteracties/api/v1", "token": f"oefen-klant-{where}"}


async def point(town: Town, soort: str, slug: str, where: str) -> None:
    """A source that works is Deventer's; one that is away is Zwolle's, whose registers fail."""
    instellingen, geheimen = stored(town.tenant, soort, slug, settings(soort, where))
    async with unit_of_work(town.tenant) as session:
        chosen = update(Koppeling).where(Koppeling.slug == slug)
        await session.execute(chosen.values(instellingen=instellingen, geheimen=geheimen))


@pytest.fixture
async def six(quiet: None, hier: Balie) -> AsyncIterator[Balie]:
    """The BRP and five registers of contacts, which all know the same person."""
    town = hier.town
    async with unit_of_work(town.tenant) as session:
        for slug in REGISTERS[1:]:
            instellingen, geheimen = stored(
                town.tenant, "klantinteracties", slug, settings("klantinteracties", "deventer")
            )
            session.add(
                Koppeling(
                    id=new_id(),
                    aangemaakt_op=klok.now(),
                    slug=slug,
                    naam=NAMES[slug],
                    soort="klantinteracties",
                    instellingen=instellingen,
                    geheimen=geheimen,
                    prive_adres_reden=PRIVATE,
                )
            )
    yield hier
    async with unit_of_work(town.tenant) as session:
        await session.execute(delete(Koppeling).where(Koppeling.slug.in_(REGISTERS[1:])))
    for soort, slug in (("haal-centraal-brp", "brp"), ("klantinteracties", "open-klant")):
        await point(town, soort, slug, "deventer")


async def test_every_combination(six: Balie, praktijk: Praktijk, count: Callable[[str, int], None]) -> None:
    known = contacts_of(praktijk, "deventer")
    assert known > 0
    before = [True] * 6
    for case in range(64):
        works = [not case >> source & 1 for source in range(6)]
        kind = TURNS.get(case, QUICK[case % len(QUICK)])
        praktijk.play("zwolle", kind)
        for source, slug in enumerate(("brp", *REGISTERS)):
            if works[source] != before[source]:
                soort = "klantinteracties" if source else "haal-centraal-brp"
                await point(six.town, soort, slug, "deventer" if works[source] else "zwolle")
        before = works
        await close_all()
        assert (await six.klantbeeld()).status == 200
        check_persoon(await six.persoon(), works[0], kind)
        check_contacten(await six.contacten(), dict(zip(REGISTERS, works[1:], strict=True)), kind, known)
    count("combinations of sources that are there or not", 64)


def check_persoon(scherm: Scherm, works: bool, kind: str) -> None:
    assert scherm.status == 200
    assert scherm.states() == {"personen": "resultaat" if works else "onbereikbaar"}
    assert scherm.sentences() == ([] if works else [ZINNEN[kind].format(NAMEN["brp"])])
    assert (sample("deventer")["hoofdpersoon"].bsn[-4:] in scherm.text) == works


def check_contacten(scherm: Scherm, works: dict[str, bool], kind: str, known: int) -> None:
    assert scherm.status == 200
    away = [NAMES[slug] for slug, there in works.items() if not there]
    assert scherm.states() == {"klantinteracties": "onbereikbaar" if away else "resultaat"}
    assert scherm.sentences() == [ZINNEN[kind].format(name) for name in away]
    chips = {text(one): one.get("data-state") for one in scherm.tree.iter("span") if one.get("class") == "bron"}
    assert chips == {NAMES[slug]: "resultaat" if there else "onbereikbaar" for slug, there in works.items()}
    shown = [one for one in scherm.tree.iter("li") if one.get("class") == "contact"]
    assert len(shown) == known * sum(works.values()), "what other sources know stays on the page"


def text(element: Any) -> str:
    return "".join(element.itertext()).strip()


def contacts_of(praktijk: Praktijk, tenant: str) -> int:
    answer = httpx2.get(
        f"{praktijk.base}/{tenant}/klantinteracties/api/v1/klantcontacten",
        params={
            "hadBetrokkene__wasPartij__partijIdentificator__codeSoortObjectId": "bsn",
            "hadBetrokkene__wasPartij__partijIdentificator__objectId": sample(tenant)["hoofdpersoon"].bsn,
        },
        headers={"Authorization": f"Token oefen-klant-{tenant}"},
        trust_env=False,
    )
    found: int = answer.json()["count"]
    return found
