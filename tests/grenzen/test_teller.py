"""Counting: what fits, what does not, how long to wait, and going on without Valkey."""

from __future__ import annotations

import asyncio
import random
import socket
from time import monotonic

import pytest
from prometheus_client import REGISTRY

from app import redis as app_redis
from app.grenzen import teller
from app.grenzen.teller import Bereikt, Grens, take
from tests.grenzen.conftest import Clock, Limits
from tests.tenants import support
from tests.town import Town

pytestmark = pytest.mark.anyio
VIJF = Grens("persoon", "iemand", 5, 60)


async def test_as_many_fit_as_the_limit_says(deventer: Town, zwolle: Town, limits: Limits, clock: Clock) -> None:
    with limits():
        assert [await take(deventer.tenant, [VIJF]) for _ in range(5)] == [None] * 5
        reached = await take(deventer.tenant, [VIJF])
        assert reached is not None
        assert reached.grens == VIJF
        assert await take(zwolle.tenant, [VIJF]) is None, "another municipality counts for itself"
        assert await take(deventer.tenant, [Grens("persoon", "ander", 5, 60)]) is None


async def test_what_is_refused_is_not_counted(deventer: Town, limits: Limits, clock: Clock) -> None:
    """Who goes on asking gets what the limit allows as soon as there is room, and uses up nobody else's."""
    allen = Grens("gemeente", "alle", 7, 60)
    with limits():
        for _ in range(50):
            await take(deventer.tenant, [VIJF, allen])
        assert [await take(deventer.tenant, [allen]) for _ in range(2)] == [None, None]
        assert await take(deventer.tenant, [allen]) is not None


async def test_the_wait_that_is_told_is_true(deventer: Town, limits: Limits, clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    with limits():
        told = 0
        for _ in range(400):
            reached = await take(deventer.tenant, [VIJF])
            if reached is None:
                clock.later(chance.choice([0, 0, 0.5, 3]))
                continue
            told += 1
            assert 1 <= reached.seconds <= 120
            if chance.random() < 0.5:
                clock.later(chance.uniform(0, reached.seconds * 0.4))
                continue
            clock.later(reached.seconds)
            assert await take(deventer.tenant, [VIJF]) is None, f"seed {seed}: told {reached.seconds} s"
        assert told > 40


async def test_no_minute_holds_more_than_the_limit(deventer: Town, limits: Limits, clock: Clock, seed: int) -> None:
    """Windows slide: the end of one minute and the begin of the next are not two full ones."""
    chance = random.Random(seed)
    grens = Grens("persoon", "iemand", 40, 60)
    with limits():
        let_in: list[float] = []
        for _ in range(1_500):
            if await take(deventer.tenant, [grens]) is None:
                let_in.append(clock.moment.timestamp())
            clock.later(chance.uniform(0, 0.6))
        fullest = max(sum(1 for one in let_in if 0 <= one - begin < 60) for begin in let_in)
        assert 40 <= fullest <= 48, fullest  # two windows weighed are near, not exact
        assert len(let_in) > 200


async def test_keys_carry_the_municipality_and_go_by_themselves(deventer: Town, limits: Limits, clock: Clock) -> None:
    with limits():
        await take(deventer.tenant, [VIJF])
        keys = await app_redis.impatient().keys("*")
        assert len(keys) == 1
        assert keys[0].startswith(b"kiss:t:deventer:grens:persoon:iemand:")
        assert 0 < await app_redis.impatient().ttl(keys[0]) <= 120


async def test_zero_is_no_limit_and_asks_nothing(deventer: Town) -> None:
    assert await take(deventer.tenant, [Grens("persoon", "iemand", 0, 60)]) is None
    assert await take(deventer.tenant, []) is None


def unchecked() -> float:
    return REGISTRY.get_sample_value("kiss_limits_unchecked_total", {"tenant": "deventer"}) or 0.0


async def test_without_valkey_everybody_works_on(deventer: Town, limits: Limits) -> None:
    before = unchecked()
    with support.environment(REDIS_URL="redis://127.0.0.1:1"):
        app_redis.impatient.cache_clear()
        assert [await take(deventer.tenant, [VIJF]) for _ in range(20)] == [None] * 20
    assert unchecked() == before + 20
    app_redis.impatient.cache_clear()


async def test_a_valkey_that_hangs_costs_one_short_wait(deventer: Town, limits: Limits) -> None:
    """It takes the connection and says nothing: after a quarter of a second we leave it alone for a while."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        with support.environment(REDIS_URL=address):
            app_redis.impatient.cache_clear()
            async with asyncio.timeout(10):
                assert await take(deventer.tenant, [VIJF]) is None
            assert monotonic() < teller._Away.until
            asked: list[Bereikt | None] = [await take(deventer.tenant, [VIJF]) for _ in range(1_000)]
            assert asked == [None] * 1_000
            teller._Away.until = 0.0
            await app_redis.impatient().aclose()
    app_redis.impatient.cache_clear()
