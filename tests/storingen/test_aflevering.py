"""A saved contact under every fault of the register it goes to: saved at once, told why it waits, there once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from app import klok
from app.afleveringen import service
from app.afleveringen.models import AfleveringState
from app.db import unit_of_work
from app.http import close_all
from app.practice.faults import KINDS
from tests import ledger
from tests.afleveringen.test_relay import make_due, saved, set_koppeling, stand
from tests.http.servers import answer, scripted
from tests.routes.conftest import People
from tests.storingen.balie import NOTITIE, Praktijk
from tests.storingen.test_paginas import BROKEN, ZINNEN
from tests.town import Town

pytestmark = pytest.mark.anyio

# What a page calls late, delivery waits for: up to ten seconds a call (test_eerlijk.py). Here it is short.
HOW: dict[str, dict[str, str | float]] = {
    "delay": {"seconds": 0.2},
    "drip": {"seconds": 0},
    "hang": {"seconds": 0.2},
    "429": {"seconds": 120},
    "503": {"seconds": 120},
}
WAITED_FOR = {"delay", "drip"}
DONE = {"reply-lost", "cut", "malformed", "content-type", "wrong-schema"}  # the register took it all the same


@pytest.mark.parametrize("kind", KINDS)
async def test_a_contact_arrives_once_whatever_the_fault(
    kind: str, deventer: Town, praktijk: Praktijk, clients: People, count: Callable[[str, int], None]
) -> None:
    await service.deliver_round(deventer.tenant)
    await warm(deventer)
    praktijk.play("deventer", kind, api="klantinteracties", **HOW.get(kind, {}))
    gesprek = await saved(deventer, notitie=NOTITIE, bsn=None)
    await service.deliver_round(deventer.tenant)
    contact, aflevering = await stand(deventer, gesprek)
    assert contact.inhoud == NOTITIE
    arrived = ledger.arrived(praktijk.base, "deventer")[contact.kenmerk]
    if kind in WAITED_FOR:
        assert (aflevering.state, arrived) == (AfleveringState.BEVESTIGD, 1)
        return
    zin = (BROKEN if kind == "hang" else ZINNEN[kind]).format("Open Klant")
    assert (aflevering.fout_zin, arrived) == (zin, 1 if kind in DONE else 0)
    assert aflevering.state == (
        AfleveringState.NIET_AANGEKOMEN if kind == "certificate" else AfleveringState.ONDERWEG
    )
    if kind in ("429", "503"):
        assert aflevering.volgende_poging_op - klok.now() > timedelta(seconds=100), "Retry-After is what it said"
    page = await (await clients.of(deventer, "bram.model")).send("GET", "/beheer/afleveringen")
    assert page.status_code == 200
    assert zin in page.text
    praktijk.clear("deventer")
    await close_all()
    await once_more(deventer, gesprek)
    contact, aflevering = await stand(deventer, gesprek)
    assert aflevering.state == AfleveringState.BEVESTIGD
    assert ledger.arrived(praktijk.base, "deventer")[contact.kenmerk] == 1
    count("contacts delivered after a fault", 1)


async def test_a_register_may_not_put_us_off_for_years(deventer: Town) -> None:
    for seconds in ("9" * 400, "99999999999", "86400"):
        async with scripted(answer(b"{}", status=503, Retry_After=seconds)) as server:
            await set_koppeling(deventer, instellingen={"versie": 1, "base_url": server.url})
            try:
                gesprek = await saved(deventer, bsn=None)
                await service.deliver_round(deventer.tenant)
            finally:
                where = {"versie": 1, "base_url": "praktijk:/deventer/klantinteracties/api/v1"}
                await set_koppeling(deventer, instellingen=where)
        _, aflevering = await stand(deventer, gesprek)
        assert timedelta(minutes=10) < aflevering.volgende_poging_op - klok.now() <= timedelta(minutes=15)
        await close_all()
        await deventer.empty()


async def warm(town: Town) -> None:
    """What the register can do is known, so that a fault meets the sending itself."""
    await saved(town, notitie="Eerder", bsn=None)
    await service.deliver_round(town.tenant)


async def once_more(town: Town, gesprek: UUID) -> None:
    """The next attempt, by itself or by the button of the tenant admin."""
    _, aflevering = await stand(town, gesprek)
    if aflevering.state == AfleveringState.NIET_AANGEKOMEN:
        async with unit_of_work(town.tenant) as session:
            await service.retry(session, town.tenant, aflevering.id, medewerker_id=None)
    await make_due(town)
    await service.deliver_round(town.tenant)
