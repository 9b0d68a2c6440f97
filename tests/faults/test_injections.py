"""Five points along saving and delivery, fourteen kinds of fault at each; afterwards three ledgers agree.

acknowledged to the client = confirmed here = accepted by the practice register: none lost, none double (G-REG-1).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from app.connectors.klantinteracties import afleveren
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from app.failpoints import NAMES
from app.klantcontacten.kenmerk import new_kenmerk
from app.klantcontacten.models import Klantcontact
from tests import ledger
from tests.faults.agent import Agent, survived
from tests.faults.client import Receipts, key_of
from tests.faults.injections import KINDS, PER_ROUND, Injection, injections, ledgers, told
from tests.faults.kills import Killer
from tests.faults.processes import EVERYBODY, processes
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
        agent, chance = Agent(deventer, register, cluster, points, receipts), random.Random(batch.seed)
        ones = injections(batch.first, batch.count)
        with processes(tmp_path / f"processen-{batch.first}", *EVERYBODY, waiting=True) as running:
            by, wrong = await played(agent, [one for one in ones if not one.real], chance)
            killer = Killer(deventer, points, receipts, valkey.url, running)
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


class NewNumberEachTime(Agent):
    """The defect of a relay that sends again without asking first, under a number it did not reserve."""

    async def _wait_is_over(self) -> None:
        await super()._wait_is_over()
        async with unit_of_work(self.town.tenant) as session:
            await session.execute(update(Klantcontact).values(kenmerk=await new_kenmerk(session)))


class ThanksTooEarly(Agent):
    """The defect of a server that says saved before the transaction is."""

    async def _save(self, one: Injection, gesprek_id: UUID) -> str:
        afronding = await self.town.afronding(gesprek_id)
        self.receipts.write(key_of(afronding))
        await survived(self.town.save(gesprek_id, afronding))
        return key_of(afronding)


class NeverLooks(Agent):
    """The defect of a retry without look-up, in the connector itself."""

    async def _deliver(self, one: Injection, chance: random.Random) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(afleveren, "_find", nothing)
            await super()._deliver(one, chance)


async def nothing(*_: object, **__: object) -> None:
    return None


@pytest.mark.parametrize(
    ("defect", "kind", "code", "seen"),
    [
        (NewNumberEachTime, "thrown", "P5", "in the register and not here"),
        (NewNumberEachTime, "thrown", "P4", "in the register and not here"),
        (ThanksTooEarly, "thrown", "P1", "acknowledged and not here"),
        (NeverLooks, "thrown", "P4", "never became quiet"),
    ],
)
async def test_the_gate_sees_a_defect(
    deventer: Town,
    practice: str,
    register: Register,
    cluster: EmbeddedPostgres,
    points: Path,
    tmp_path: Path,
    defect: type[Agent],
    kind: str,
    code: str,
    seen: str,
) -> None:
    """Each of these would pass a test that only looks whether saving works."""
    ledger.reset(practice, "deventer")
    receipts = Receipts(tmp_path / "ontvangen")
    agent = defect(deventer, register, cluster, points, receipts)
    one = next(one for one in injections(0, PER_ROUND) if (one.kind, one.code) == (kind, code))
    by, wrong = await played(agent, [one], random.Random(1))
    found = wrong + told((await ledgers(deventer, receipts, practice)).differences(), by)
    assert any(seen in line for line in found), found
