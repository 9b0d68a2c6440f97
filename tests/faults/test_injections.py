"""Forty failures at named points along saving and delivery; afterwards three ledgers agree.

acknowledged to the agent = klantcontact here = accepted by the practice register: none lost, none double.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app import klok
from app.afleveringen import service
from app.afleveringen.models import Aflevering, AfleveringState
from app.db import unit_of_work
from app.failpoints import NAMES, Injected, arm
from app.klantcontacten.models import Klantcontact
from app.klantcontacten.queries import all_keys
from app.practice.people import people
from app.settings import settings
from tests import ledger
from tests.town import Town

pytestmark = pytest.mark.anyio
ROUNDS = 8  # times five points
MOST_TRIES = 12


async def save_until_acknowledged(town: Town, gesprek_id: UUID) -> str:
    """An agent who presses Opslaan again while nothing comes back. Gives the key that was acknowledged."""
    afronding = await town.afronding(gesprek_id, sleutel=uuid4())
    for _ in range(MOST_TRIES):
        try:
            await town.save(gesprek_id, afronding)
        except Injected:
            continue
        return f"{afronding.sleutel}:1"
    raise AssertionError("saving never succeeded")


async def deliver_until_quiet(town: Town) -> None:
    """A worker that dies at every injected failure and is started again, until nothing waits."""
    for _ in range(MOST_TRIES):
        with suppress(Injected):
            await service.deliver_round(town.tenant)
        async with unit_of_work(town.tenant) as session:
            waiting = await session.scalars(
                select(Aflevering.state).where(Aflevering.state != AfleveringState.BEVESTIGD)
            )
            if not waiting.all():
                return
            past = klok.now() - timedelta(seconds=1)  # as if the lease and the waiting time had run out
            await session.execute(update(Aflevering).values(volgende_poging_op=past, lease_tot=None))
    raise AssertionError("delivery never became quiet")


async def test_forty_failures_lose_nothing_and_double_nothing(
    deventer: Town, practice: str, seed: int, count: Callable[[str, int], None]
) -> None:
    ledger.reset(practice, "deventer")
    directory = settings().failpoint_dir
    assert directory is not None
    chance = random.Random(seed)
    acknowledged = []
    injected = [name for name in NAMES for _ in range(ROUNDS)]
    chance.shuffle(injected)
    for number, name in enumerate(injected):
        bsn = chance.choice(people("deventer")).bsn if number % 3 else None
        gesprek_id = await deventer.gesprek(notitie=f"Tekst {number}", bsn=bsn)
        arm(directory, name, "raise")
        acknowledged.append(await save_until_acknowledged(deventer, gesprek_id))
        await deliver_until_quiet(deventer)
        assert not (directory / name).exists(), f"{name} was never passed"
    async with unit_of_work(deventer.tenant) as session:
        here = await all_keys(session)
    arrived = ledger.arrived(practice, "deventer")
    assert Counter(acknowledged) == Counter(contact.idempotency_key for contact, _ in here)
    assert {contact.kenmerk: 1 for contact, _ in here} == dict(arrived)
    assert {aflevering.state for _, aflevering in here} == {AfleveringState.BEVESTIGD}
    count("fault injections along saving and delivery", len(injected))


async def test_the_ledgers_would_notice(deventer: Town, practice: str) -> None:
    """The proof bites: sending without looking first leaves two of them in the register or a refusal there."""
    ledger.reset(practice, "deventer")
    gesprek_id = await deventer.gesprek(notitie="Tekst")
    await save_until_acknowledged(deventer, gesprek_id)
    claimed = await service.claim(deventer.tenant)
    assert claimed is not None
    await service._send(deventer.tenant, claimed)
    async with unit_of_work(deventer.tenant) as session:
        await session.execute(update(Klantcontact).values(kenmerk="9999999999"))  # forgets the number it sent
    await deliver_until_quiet(deventer)
    assert len(ledger.arrived(practice, "deventer")) == 2
