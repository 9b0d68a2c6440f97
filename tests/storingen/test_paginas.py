"""Every page that asks a register, under every fault of every register."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from app.http import close_all
from app.practice.elsewhere import CERTIFICATES
from app.practice.faults import KINDS
from app.practice.people import sample
from tests.storingen.balie import NAMEN, NOTITIE, VRAGEN, Balie, Praktijk, Scherm, all_of

pytestmark = pytest.mark.anyio

LATE, BROKEN = "{} antwoordt niet op tijd.", "{} verbrak de verbinding."
BUSY, UNREADABLE = "{} heeft een storing of is te druk.", "{} geeft een antwoord dat we niet kunnen lezen."
ZINNEN = {
    "delay": LATE,
    "hang": LATE,
    "drip": LATE,
    "reset": BROKEN,
    "reply-lost": BROKEN,
    "cut": BROKEN,
    "429": BUSY,
    "500": BUSY,
    "503": BUSY,
    "malformed": UNREADABLE,
    "content-type": UNREADABLE,
    "wrong-schema": UNREADABLE,
    "huge": "{} geeft een te groot antwoord.",
    "refused": "{} is niet bereikbaar.",
    "certificate": "Het certificaat van {} klopt niet.",
}
HOW: dict[str, dict[str, str | float]] = {"delay": {"seconds": 4}}
FAULTS = [(kind, HOW.get(kind, {})) for kind in KINDS if kind != "certificate"]
FAULTS += [("certificate", {"certificate": wrong}) for wrong in CERTIFICATES]
PATIENCE = 30.0  # seconds; what hangs does so for 60, and a page gives its sources 2.5


def test_every_fault_has_its_sentence() -> None:
    assert set(ZINNEN) == set(KINDS)


@pytest.mark.parametrize("api", VRAGEN)
@pytest.mark.parametrize(
    ("kind", "how"), FAULTS, ids=[f"{kind}{'-'.join(map(str, how.values()))}" for kind, how in FAULTS]
)
async def test_a_fault(
    kind: str,
    how: dict[str, Any],
    api: str,
    quiet: None,
    hier: Balie,
    daar: Balie,
    praktijk: Praktijk,
    count: Callable[[str, int], None],
) -> None:
    praktijk.play("deventer", kind, api=api, **how)
    begun = time.monotonic()
    if ZINNEN[kind] == LATE:
        suffered, other = await asyncio.gather(all_of(hier, api), all_of(daar, api))
    else:  # what fails at once is asked again at once, and then left alone by the breaker
        suffered, other = await all_of(hier, api, at_once=False), await all_of(daar, api)
    assert time.monotonic() - begun < PATIENCE, "the page waited for as long as the register was silent"
    for naam, scherm in other.items():
        whole(naam, scherm, daar)
    zin = ZINNEN[kind].format(NAMEN[api])
    for naam, scherm in suffered.items():
        assert scherm.status == 200, f"{naam}: {scherm.status}"
        assert scherm.states()[{"brp": "personen"}.get(api, api)] == "onbereikbaar"
        assert scherm.sentences() == [zin], naam
        assert what_now(scherm), f"{naam} does not say what to do now"
        assert "Traceback" not in scherm.text
    nothing_typed_is_lost(suffered, hier)
    assert NOTITIE in (await hier.klantbeeld()).text
    praktijk.clear("deventer")
    await close_all()  # what the breaker remembers is shown below
    for naam, scherm in (await all_of(hier, api)).items():
        whole(naam, scherm, hier)
    count("pages under a fault of a register", len(suffered) + len(other))


def whole(naam: str, scherm: Scherm, balie: Balie) -> None:
    """What the page is when nothing is wrong."""
    who = sample(balie.town.tenant.slug)["hoofdpersoon"]
    assert scherm.status in (200, 303), f"{naam}: {scherm.status}"
    assert scherm.sentences() == [], naam
    if naam == "zoekfragment":
        assert scherm.sent_on or who.bsn[-4:] in scherm.text
    elif naam == "persoon":
        assert who.bsn[-4:] in scherm.text
        assert scherm.states() == {"personen": "resultaat"}
    elif naam == "contacten":
        assert scherm.states()["klantinteracties"] in ("resultaat", "leeg")


def what_now(scherm: Scherm) -> bool:
    return "U kunt gewoon verder met het gesprek" in scherm.text


def nothing_typed_is_lost(suffered: dict[str, Scherm], balie: Balie) -> None:
    """A fragment touches no field; a page has them filled in."""
    if "zoeken" in suffered:
        fragment, page = suffered["zoekfragment"], suffered["zoeken"]
        assert "<input" not in fragment.text
        assert page.values().items() >= balie.adres.items()
        assert "<h1" in page.text
        assert NOTITIE in page.text
