"""T-AUD-01, G-AUD: whatever somebody without the key does to the tables, it is found, and at its place."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from app import klok
from app.demo.postgres import EmbeddedPostgres
from app.zegels import controle, queries, service
from app.zegels.models import Log
from tests.proof import Proof
from tests.town import Town
from tests.zegels import boek, logs
from tests.zegels.dief import KINDS, tamper

pytestmark = pytest.mark.anyio
ROWS, ROUND = 34, 8  # the last round is not full, so its head covers all until now


@pytest.fixture
async def books(deventer: Town, seed: int, monkeypatch: pytest.MonkeyPatch) -> list[boek.Boek]:
    """Both logs of a municipality, sealed in five rounds, as they stand in the database."""
    monkeypatch.setattr(service, "RONDE", ROUND)
    await logs.fill(deventer, ROWS, seed, age=timedelta(minutes=40), step=timedelta(minutes=1))
    await service.seal(deventer.tenant)
    found = [await boek.read(deventer, log) for log in Log]
    for one in found:
        assert (len(one.zegels), len(one.hoofden)) == (ROWS, 5)
        assert one.check(klok.now()).bevindingen == []
    return found


@pytest.mark.proof(
    "tampering", smoke=10_000, full=100_000, unit="tamperings", goal="alle gevonden, en op hun plaats (G-AUD)"
)
async def test_every_tampering_is_found_at_its_place(books: list[boek.Boek], proof: Proof) -> None:
    done: Counter[str] = Counter()
    for batch in proof.batches(1_000):
        choose, missed = random.Random(batch.seed), []
        for _ in range(batch.count):
            attempt = tamper(choose.choice(books), choose)
            done[attempt.what] += 1
            if why := attempt.missed(attempt.boek.check(klok.now()).bevindingen):
                missed.append(why)
        proof.found(missed)
    assert len(done) > 40, f"every kind had its turn: {done}"


@pytest.mark.proof(
    "tampering-database", smoke=120, full=2_000, unit="tamperings", goal="alle gevonden in de database (T-AUD-01)"
)
async def test_the_command_finds_it_in_the_tables_themselves(
    books: list[boek.Boek], proof: Proof, deventer: Town, applied: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "DEEL", 13)  # so that parts end everywhere
    for batch in proof.batches(20):
        choose, missed = random.Random(batch.seed), []
        for _ in range(batch.count):
            whole = choose.choice(books)
            attempt = tamper(whole, choose)
            await boek.write(applied, attempt.boek)
            found = await service.check(deventer.tenant, whole.log, attempt.boek.elders)
            await boek.write(applied, whole)
            if why := attempt.missed(list(found.bevindingen)):
                missed.append(why)
        proof.found(missed)
    for whole in books:
        assert (await service.check(deventer.tenant, whole.log, whole.elders)).bevindingen == ()


BROKEN = {
    "takes any mark": ("_marked", lambda self, rij, hash_: True),
    "takes any row": ("_judge", lambda self, rij: None),
    "forgets the end": ("_promised", lambda self: 0),
    "forgets rows without a seal": ("unsealed", lambda self, rij_id, moment: None),
    "takes any head": ("_check_heads", lambda self: None),
}


@pytest.mark.parametrize("defect", BROKEN)
async def test_a_broken_verifier_is_noticed(
    defect: str, books: list[boek.Boek], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, replacement = BROKEN[defect]
    monkeypatch.setattr(controle.Controle, name, replacement)
    choose = random.Random(seed)
    attempts = [tamper(choose.choice(books), choose) for _ in range(len(KINDS) * 30)]
    assert any(one.missed(one.boek.check(klok.now()).bevindingen) for one in attempts)
