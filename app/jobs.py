"""Jobs: Dramatiq on Redis as the doorbell. What must not be lost has a row in PostgreSQL and a sweeper.

A job is `@job(queue=…) async def name(tenant, …)`. The tenant rides in the message options; a message without
one is refused, and nothing of one job's context is left for the next.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, Protocol

import anyio.to_thread
import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, AsyncIO, CurrentMessage, Retries, ShutdownNotifications, TimeLimit
from dramatiq.middleware.current_message import CurrentMessage as _Current
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app import metrics
from app.log import log
from app.settings import settings
from tenants.context import NoTenant, Tenant, require

OPTION = "tenant"
BELL_SECONDS = 0.5  # a request waits no longer for its bell; the sweeper rings again within seconds
ANSWER_SECONDS = 2.0  # after which a Valkey that says nothing counts as gone
Lookup = Callable[[str], Awaitable[Tenant | None]]
_lookup: list[Lookup] = []


class Work(Protocol):
    async def __call__(self, tenant: Tenant, *args: Any) -> None: ...


class _Impatient(redis.Redis):
    """A client for which no answer is no connection: Dramatiq recovers from the second only, and never gives up."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except redis.TimeoutError as error:
            raise redis.ConnectionError(str(error)) from error


@cache
def broker() -> RedisBroker:
    """The broker of this process. Short heartbeat: a killed worker's job runs again within seconds."""
    made: RedisBroker = RedisBroker(  # type: ignore[no-untyped-call]
        client=_Impatient.from_url(
            settings().redis_url.get_secret_value(),
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 1),  # once more for a connection that grew old; who needs more asks again
        ),
        namespace="kiss:jobs",
        heartbeat_timeout=5_000,
        maintenance_chance=1_000_000,
        middleware=[
            AgeLimit(),
            TimeLimit(time_limit=120_000),
            ShutdownNotifications(),
            CurrentMessage(),
            AsyncIO(),
            Retries(max_retries=0),  # retry state lives in the outbox row
        ],
    )
    dramatiq.set_broker(made)
    return made


def use_lookup(lookup: Lookup) -> None:
    """How a slug becomes a tenant; told once by the process that composes things."""
    _lookup[:] = [lookup]


class Job:
    """A declared job. `ring` puts it on the queue; calling it runs it here and now (tests, other jobs)."""

    def __init__(self, work: Work, *, name: str, queue: str) -> None:
        self.work, self.name, self.queue = work, name, queue

    async def __call__(self, tenant: Tenant | None, *args: Any) -> None:
        await self.work(require(tenant), *args)

    def register(self) -> None:
        if self.name in broker().actors:
            return
        declare = dramatiq.actor(actor_name=self.name, queue_name=self.queue, broker=broker())
        declare(self._run)

    async def _run(self, *args: Any) -> None:
        message = _Current.get_current_message()
        slug = message.options.get(OPTION) if message else None
        structlog.contextvars.clear_contextvars()
        if not slug:
            raise NoTenant(f"Een bericht voor {self.name} noemt geen gemeente.")
        tenant = await _lookup[0](slug)
        structlog.contextvars.bind_contextvars(tenant=slug, job=self.name)
        try:
            await self(tenant, *args)
        finally:
            structlog.contextvars.clear_contextvars()

    async def ring(self, tenant: Tenant | None, *args: str | int, delay: float = 0) -> None:
        """Ask a worker to run this for `tenant`, after `delay` seconds. Never raises: the sweeper finds lost ones."""
        tenant = require(tenant)
        self.register()
        actor = broker().get_actor(self.name)
        message = actor.message_with_options(args=args, tenant=tenant.slug)
        milliseconds = int(delay * 1000) if delay else None
        try:
            with anyio.fail_after(BELL_SECONDS):
                await anyio.to_thread.run_sync(
                    lambda: broker().enqueue(message, delay=milliseconds), abandon_on_cancel=True
                )
        except (RedisError, OSError, dramatiq.errors.BrokerConnectionError) as error:
            metrics.bell_lost.labels(tenant.slug).inc()
            log.warning("job.niet_gebeld", tenant=tenant.slug, job=self.name, soort=type(error).__name__)


JOBS: dict[str, Job] = {}


def job(*, queue: str) -> Callable[[Work], Job]:
    """Declare a job. It may run twice; its docstring says in one line how it notices."""

    def declare(work: Work) -> Job:
        name = work.__name__  # type: ignore[attr-defined]
        JOBS[name] = Job(work, name=name, queue=queue)
        return JOBS[name]

    return declare
