"""Five points along saving and delivery, fourteen kinds of fault at each; afterwards three ledgers agree.

acknowledged to the client = confirmed here = accepted by the practice register: none lost, none double (G-REG-1).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app import klok
from app.afleveringen import service
from app.afleveringen.models import Aflevering, AfleveringState
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from app.failpoints import NAMES
from app.klantcontacten.models import Klantcontact
from tests import ledger
from tests.faults.agent import Agent
from tests.faults.client import Receipts
from tests.faults.injections import KINDS, PER_ROUND, Injection, injection, injections, ledgers, told
from tests.faults.kills import Killer
from tests.faults.register import Register
from tests.proof import Proof
from tests.town import Town

pytestmark = pytest.mark.anyio
BATCH = 2 * PER_ROUND  # one start of the real processes per batch


async def played(
    agent: Agent, ones: list[Injection], chance: random.Random
) -> tuple[dict[str, Injection], list[str]]:
    """The injections of this process: whose key is whose, and what went wrong on the way."""
    by, wrong = {}, []
    for one in ones:
        try:
            by[await agent.inject(one, chance)] = one
        except AssertionError as error:
            wrong.append(f"{one}: {error}")
    return by, wrong


@pytest.mark.timeout(600)
@pytest.mark.proof(
    "injections", smoke=140, full=1750, unit="fouten op vijf punten", goal="0 kwijt, 0 dubbel in drie grootboeken"
)
async def test_no_fault_loses_or_doubles_a_contact(
    deventer: Town,
    practice: str,
    register: Register,
    cluster: EmbeddedPostgres,
    valkey: EmbeddedValkey,
    points: Path,
    tmp_path: Path,
    proof: Proof,
    count: Callable[[str, int], None],
) -> None:
    for batch in proof.batches(BATCH):
        await deventer.empty()
        ledger.reset(practice, "deventer")
        receipts = Receipts(tmp_path / f"ontvangen-{batch.first}")
        killer = Killer(deventer, points, receipts, valkey.url, tmp_path / f"processen-{batch.first}")
        agent, chance = Agent(deventer, register, cluster, points, receipts), random.Random(batch.seed)
        ones = injections(batch.first, batch.count)
        by, wrong = await played(agent, [one for one in ones if not one.real], chance)
        by |= await killer.strike([one for one in ones if one.real])
        proof.found(wrong + told((await ledgers(deventer, receipts, practice)).differences(), by))
        assert len(by) == batch.count
        count("real kill -9 at a point along saving and delivery", killer.killed)


def test_a_round_is_every_kind_at_every_point() -> None:
    ones = injections(0, 2 * PER_ROUND)
    assert Counter((one.kind, one.point) for one in ones) == {(kind, name): 2 for kind in KINDS for name in NAMES}
    assert sum(one.real for one in ones) == 20
    faces = {one.variant() for one in ones}
    assert {"wrong-schema", "huge", "raise", "cancel"} < faces
    assert len(faces) >= 16
