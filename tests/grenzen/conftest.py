from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from app import klok
from app import redis as app_redis
from app.demo.valkey import EmbeddedValkey
from app.grenzen import teller
from tests.afleveringen.conftest import applied, deventer, practice, zwolle
from tests.routes.conftest import application, clients
from tests.tenants import support

__all__ = ["application", "applied", "clients", "deventer", "practice", "zwolle"]
Limits = Callable[..., AbstractContextManager[None]]


@pytest.fixture(scope="package")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), fast=True) as started:
        yield started


@pytest.fixture
async def limits(applied: None, valkey: EmbeddedValkey) -> AsyncIterator[Limits]:
    """`with limits(PERSON=5):` these limits hold, counted in an empty Valkey; other tests have none."""

    @contextmanager
    def of(**most: int) -> Iterator[None]:
        names = {f"KISS_LIMIT_{name}": str(number) for name, number in most.items()}
        with support.environment(REDIS_URL=valkey.url, **names):
            yield

    forget()
    with support.environment(REDIS_URL=valkey.url):
        await app_redis.impatient().flushall()
    yield of
    await app_redis.impatient().aclose()
    forget()


def forget() -> None:
    app_redis.impatient.cache_clear()
    teller._Away.until = 0.0


class Clock:
    """The moment that the code takes for now; moves only when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)

    def later(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(klok, "now", lambda: made.moment)
    return made
