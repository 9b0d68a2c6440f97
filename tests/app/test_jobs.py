"""Jobs carry their municipality in the message, start clean, and are a doorbell that may be lost."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import dramatiq
import pytest
import structlog
from dramatiq.middleware import Retries

from app.demo.valkey import EmbeddedValkey
from app.jobs import JOBS, Job, broker, job, use_lookup
from tenants.context import NoTenant, Tenant

pytestmark = pytest.mark.anyio
Told = tuple[str, int, dict[str, Any]]
SEEN: queue.Queue[Told] = queue.Queue()


@pytest.fixture
def declared() -> Iterator[Job]:
    @job(queue="proef")
    async def proefklus(tenant: Tenant, number: int) -> None:
        """For tests; twice is harmless, since it only tells."""
        SEEN.put((tenant.slug, number, structlog.contextvars.get_contextvars()))
        structlog.contextvars.bind_contextvars(rest="van de vorige")

    yield JOBS["proefklus"]
    del JOBS["proefklus"]


@pytest.fixture
def worker(valkey: EmbeddedValkey, declared: Job, deventer: Tenant, zwolle: Tenant) -> Iterator[dramatiq.Worker]:
    async def lookup(slug: str) -> Tenant | None:
        return {"deventer": deventer, "zwolle": zwolle}.get(slug)

    use_lookup(lookup)
    declared.register()
    running = dramatiq.Worker(broker(), worker_threads=1, worker_timeout=100)
    running.start()
    yield running
    running.stop()
    broker().close()


def seen() -> Told:
    return SEEN.get(timeout=10)


async def test_a_job_runs_for_the_municipality_of_its_message(
    worker: dramatiq.Worker, declared: Job, deventer: Tenant, zwolle: Tenant
) -> None:
    await declared.ring(deventer, 1)
    assert seen()[:2] == ("deventer", 1)
    await declared.ring(zwolle, 2)
    slug, number, context = seen()
    assert (slug, number) == ("zwolle", 2)
    assert context == {"tenant": "zwolle", "job": "proefklus"}, "Something of the previous job was left."


async def test_a_delayed_bell_rings_later(worker: dramatiq.Worker, declared: Job, deventer: Tenant) -> None:
    await declared.ring(deventer, 3, delay=0.4)
    with pytest.raises(queue.Empty):
        SEEN.get(timeout=0.2)
    assert seen()[:2] == ("deventer", 3)


async def test_a_message_without_a_municipality_is_refused(
    worker: dramatiq.Worker, declared: Job, deventer: Tenant
) -> None:
    broker().enqueue(broker().get_actor("proefklus").message(9))
    await declared.ring(deventer, 4)
    assert seen()[:2] == ("deventer", 4), "The message without a municipality ran."
    assert SEEN.empty()


async def test_an_unknown_municipality_is_refused(worker: dramatiq.Worker, declared: Job, deventer: Tenant) -> None:
    broker().enqueue(broker().get_actor("proefklus").message_with_options(args=(9,), tenant="gouda"))
    await declared.ring(deventer, 5)
    assert seen()[:2] == ("deventer", 5)
    assert SEEN.empty()


async def test_ringing_and_running_need_a_municipality(valkey: EmbeddedValkey, declared: Job) -> None:
    with pytest.raises(NoTenant):
        await declared.ring(None, 1)
    with pytest.raises(NoTenant):
        await declared(None, 1)


async def test_a_bell_that_cannot_ring_stops_nobody(
    environment: pytest.MonkeyPatch, declared: Job, deventer: Tenant
) -> None:
    await declared.ring(deventer, 6)  # REDIS_URL leads nowhere
    assert SEEN.empty()


def test_the_broker_keeps_no_truth(valkey: EmbeddedValkey) -> None:
    retries = [one for one in broker().middleware if isinstance(one, Retries)]
    assert [one.max_retries for one in retries] == [0]
    broker().close()
