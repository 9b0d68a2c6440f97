"""F15: the clock of a machine jumps while contacts are on their way. Nothing is lost, nothing waits until the clock
has caught up, and nobody takes a row from who holds it because two clocks differ a little."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from app import klok
from app.afleveringen import queries, service
from app.afleveringen.models import Aflevering, AfleveringState
from app.auth.jobs import ruim_sessies_op
from app.connectors.ports import Unavailable
from app.db import unit_of_work
from app.gesprekken import queries as gesprekken
from app.gesprekken.jobs import ruim_verwijzingen_op
from app.klantcontacten.queries import of_gesprek
from app.practice.people import sample
from tests import ledger
from tests.faults.register import Register
from tests.town import Town

pytestmark = pytest.mark.anyio
JUMPS = [timedelta(days=-2), timedelta(days=400), timedelta(days=-400)]
BSN = sample("deventer")["hoofdpersoon"].bsn


async def saved(town: Town) -> object:
    gesprek_id = await town.gesprek(notitie="Tekst", bsn=BSN)
    await town.save(gesprek_id)
    return gesprek_id


async def aflevering_of(town: Town, gesprek_id: object) -> Aflevering:
    async with unit_of_work(town.tenant) as session:
        ((_, aflevering),) = await of_gesprek(session, gesprek_id)  # type: ignore[arg-type]
        return aflevering


@pytest.mark.parametrize("jump", JUMPS)
async def test_what_waits_is_delivered_after_a_jump(deventer: Town, practice: str, jump: timedelta) -> None:
    ledger.reset(practice, "deventer")
    gesprek_id = await saved(deventer)
    with time_machine.travel(klok.now() + jump):
        assert await service.deliver_round(deventer.tenant) == 1
    assert (await aflevering_of(deventer, gesprek_id)).state == AfleveringState.BEVESTIGD
    assert set(ledger.arrived(practice, "deventer").values()) == {1}


@pytest.mark.parametrize("jump", JUMPS)
async def test_the_row_of_a_dead_worker_is_free_after_a_jump(deventer: Town, practice: str, jump: timedelta) -> None:
    ledger.reset(practice, "deventer")
    gesprek_id = await saved(deventer)
    assert await service.claim(deventer.tenant) is not None  # and that worker was never heard of again
    with time_machine.travel(klok.now() + jump):
        await service.deliver_round(deventer.tenant)
    assert (await aflevering_of(deventer, gesprek_id)).state == AfleveringState.BEVESTIGD
    assert set(ledger.arrived(practice, "deventer").values()) == {1}


@pytest.mark.parametrize("seconds", [-100, -10, 2])
async def test_a_lease_holds_though_two_clocks_differ(deventer: Town, seconds: int) -> None:
    """At two seconds an alarm sounds (reliability rules 3.3); a hundred behind is still taken for a clock."""
    await saved(deventer)
    assert await service.claim(deventer.tenant) is not None
    with time_machine.travel(klok.now() + timedelta(seconds=seconds)):
        assert await service.claim(deventer.tenant) is None


async def test_a_register_that_fails_in_the_wrong_year_loses_nothing(
    deventer: Town, register: Register, practice: str
) -> None:
    """After 400 days of the clock it is given up, in sight of the tenant admin, who sends it again."""
    ledger.reset(practice, "deventer")
    gesprek_id = await saved(deventer)
    register.down()
    try:
        with time_machine.travel(klok.now() + timedelta(days=400)):
            await service.deliver_round(deventer.tenant)
    finally:
        register.mend()
    aflevering = await aflevering_of(deventer, gesprek_id)
    assert aflevering.state == AfleveringState.NIET_AANGEKOMEN
    async with unit_of_work(deventer.tenant) as session:
        await service.retry(session, deventer.tenant, aflevering.id, medewerker_id=None)
    await service.deliver_round(deventer.tenant)
    assert (await aflevering_of(deventer, gesprek_id)).state == AfleveringState.BEVESTIGD
    assert set(ledger.arrived(practice, "deventer").values()) == {1}


async def test_cleaning_up_in_the_wrong_year_takes_no_draft_and_no_contact(deventer: Town) -> None:
    draft = await deventer.gesprek(notitie="Half getypt", bsn=BSN)
    gesprek_id = await saved(deventer)
    with time_machine.travel(klok.now() + timedelta(days=400)):
        await ruim_sessies_op(deventer.tenant)
        await ruim_verwijzingen_op(deventer.tenant)
    async with unit_of_work(deventer.tenant) as session:
        gesprek = await gesprekken.gesprek_for_update(session, draft, medewerker_id=deventer.agent.id)
        assert gesprek.is_open
        assert gesprek.vragen[0].notitie == "Half getypt"
        assert await gesprekken.klant_of(session, gesprek) is not None
    assert (await aflevering_of(deventer, gesprek_id)).state == AfleveringState.VASTGELEGD


@pytest.mark.parametrize("asked", [3600.0, 1e12, float("inf")])
async def test_a_register_that_asks_for_a_century_is_asked_again_within_the_quarter(
    deventer: Town, asked: float
) -> None:
    gesprek_id = await saved(deventer)
    claimed = await service.claim(deventer.tenant)
    assert claimed is not None
    await service._later(deventer.tenant, claimed, Unavailable("Te druk.", reden="503", retry_after=asked))
    aflevering = await aflevering_of(deventer, gesprek_id)
    assert timedelta(minutes=14) < aflevering.volgende_poging_op - klok.now() <= queries.LONGEST_WAIT
