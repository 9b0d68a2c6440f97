"""Requests with bytes wrong in every place, over all routes, to a real process: an answer below 500, each time."""

from __future__ import annotations

import asyncio
import random

import pytest

from app.auth.models import Rol
from tests.attacks.barrage import CORPUS, Barrage, fault, kept, names
from tests.attacks.mutations_body import STAGES
from tests.attacks.targets import ANONYMOUS, Place, Targets, settle
from tests.attacks.wire import Line
from tests.proof import Proof

pytestmark = pytest.mark.anyio
BATCH = 10_000
WARM = 2  # batches until what a process keeps is there, at least; a tenth of a long run
GROWTH = 1.05  # of its memory at most, from then on
DESCRIPTORS = 20  # more than when warm at most: connections that are closing


@pytest.mark.timeout(900)
@pytest.mark.proof(
    "bytes",
    smoke=50_000,
    full=1_000_000,
    unit="byte-mutated requests over all routes",
    goal="geen 5xx, geen hang, geen geheugengroei",
)
async def test_no_bytes_break_it(place: Place, proof: Proof) -> None:
    warm = max(WARM, proof.goal_count // BATCH // 10)
    memory: list[int] = []
    descriptors: list[int] = []
    for batch in proof.batches(BATCH):
        barrage = Barrage(place, await settle(place), random.Random(batch.seed))
        await barrage.run(batch.count)
        memory.append(place.rss())
        descriptors.append(place.descriptors())
        proof.found(barrage.findings + grown(memory, warm) + left_open(descriptors, warm))
        _reaches(barrage, batch.count)


def grown(memory: list[int], warm: int) -> list[str]:
    """Of memory after each batch: whether it grew since the process was warm."""
    before, now = max(memory[:warm]), memory[-1]
    return [f"memory grew from {before} to {now} bytes"] if now > before * GROWTH else []


def left_open(descriptors: list[int], warm: int) -> list[str]:
    """The same of open files and sockets."""
    before, now = max(descriptors[:warm]), descriptors[-1]
    return [f"{now} descriptors are open, {before} when warm"] if now > before + DESCRIPTORS else []


def _reaches(barrage: Barrage, count: int) -> None:
    """The requests come everywhere and are not all turned away at the door."""
    asked = {tuple(route.split()[:2]) for route in barrage.routes}
    assert len(asked) == len(barrage.targets.routes), "some route was never asked"
    roles = {route.split()[2] for route in barrage.routes}
    assert roles == {ANONYMOUS, *Rol}
    assert barrage.busy < count / 20, "too much was asked to come back"
    if count == BATCH:
        used = {mutation.__name__ for stage in STAGES.values() for mutation in stage} | {"spoil"}
        assert set(barrage.mutations) == used, "some mutation was never made"
        for status, least in (
            (200, 0.03),
            (303, 0.02),
            (400, 0.1),
            (401, 0.1),
            (403, 0.01),
            (404, 0.05),
            (405, 0.005),
        ):
            assert barrage.statuses[status] > count * least, barrage.statuses


@pytest.fixture(scope="module")
async def targets(place: Place) -> Targets:
    return await settle(place)


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
async def test_what_once_broke_it_does_not_any_more(path: object, place: Place, targets: Targets) -> None:
    shot = kept(path, targets)  # type: ignore[arg-type]
    place.said()
    line = Line(place.web.port)
    reply = await line.send(shot.raw, framed=shot.framed, head=shot.head)
    await line.close()
    assert fault(reply) == ""
    await asyncio.sleep(0.3)  # a refusal can be out before the handler, still at work, fails
    assert "Traceback" not in place.said()


def test_the_corpus_holds_no_session(targets: Targets) -> None:
    secrets = [value for name, value in names(targets).items() if b"cookie" in name or b"csrf" in name]
    assert len(secrets) > 20
    for path in CORPUS.iterdir():
        assert not any(value in path.read_bytes() for value in secrets)
