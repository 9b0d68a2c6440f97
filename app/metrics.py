"""What a process tells of itself to Prometheus, on a port of its own (`KISS_METRICS_PORT`).

Labels are municipalities, koppelingen, routes and outcomes, all from short lists of ours. Never a person, an id or an
address: a metric outlives the data it would point at.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from app.db import pool_in_use
from app.settings import settings
from app.stoppen import stopping
from tenants.context import Tenant

LAG_EVERY: Final = 0.5  # seconds between two looks at how late the event loop is

requests = Counter("kiss_requests", "Answers by municipality and class of status.", ["tenant", "status"])
answers = Counter("kiss_answers", "Answers by route and status.", ["method", "route", "status"])
request_seconds = Histogram(
    "kiss_request_seconds",
    "Seconds from the first byte of a request until its answer began; streams are left out.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
streams = Gauge("kiss_streams", "Event streams that are open.")
loop_lag = Gauge("kiss_loop_lag_seconds", "How late the event loop was at its last turn.")
pool = Gauge("kiss_database_pool_in_use", "Connections of the pool that are handed out.")
stop_announced = Gauge("kiss_stopping", "1 while this process is leaving.")
database_away = Counter("kiss_database_unreachable", "Times that a request or a probe found no database.")
bell_lost = Counter("kiss_bell_lost", "Jobs that could not be rung for: Valkey did not answer.", ["tenant"])
events_lost = Counter("kiss_events_lost", "Live events that could not be sent: Valkey did not answer.", ["tenant"])
limited = Counter("kiss_limited", "Requests refused because a limit was reached, by limit.", ["tenant", "outcome"])
limits_unchecked = Counter(
    "kiss_limits_unchecked", "Requests let through uncounted: Valkey did not answer.", ["tenant"]
)
busy = Counter("kiss_busy", "Requests refused because there was no place for them, by class.", ["tenant", "outcome"])
clients_dropped = Counter(
    "kiss_clients_dropped", "Connections ended because the other side was too slow or sent too much.", ["outcome"]
)
sign_ins = Counter("kiss_sign_ins", "Ends of a sign-in.", ["tenant", "outcome"])
outbound = Counter("kiss_outbound_calls", "Calls to a koppeling by outcome.", ["tenant", "koppeling", "outcome"])
outbound_seconds = Histogram(
    "kiss_outbound_seconds",
    "Seconds that a call to a koppeling took.",
    ["tenant", "koppeling"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
outbox_waiting = Gauge("kiss_outbox_waiting", "Rows that are not confirmed and not dead.", ["tenant"])
outbox_oldest = Gauge(
    "kiss_outbox_oldest_seconds", "Age of the oldest row that is due and not confirmed.", ["tenant"]
)
dead_letters = Gauge("kiss_dead_letters", "Rows that wait for a person.", ["tenant"])
seal_oldest = Gauge("kiss_seal_oldest_seconds", "Age of the oldest row of a log that has no seal yet.", ["tenant"])
mail_oldest = Gauge("kiss_mail_oldest_seconds", "Age of the oldest mail that should have left.", ["tenant"])
mail_not_sent = Counter("kiss_mail_not_sent", "Mails that could not be sent for good.", ["tenant"])
seals_broken = Counter(
    "kiss_seals_broken", "Rounds that found the end of a chain touched, and checks that found a break.", ["tenant"]
)
scheduler_round = Gauge("kiss_scheduler_round_timestamp_seconds", "When the leading scheduler last finished a round.")
scheduler_leads = Gauge("kiss_scheduler_leads", "1 in the scheduler that leads.")

streams.set_function(lambda: stopping.open_streams)
stop_announced.set_function(lambda: float(stopping.announced))
pool.set_function(pool_in_use)


def serve() -> None:
    """Open the metrics port of this process, when the settings name one."""
    config = settings()
    if config.metrics_port is not None:
        start_http_server(config.metrics_port, addr=config.metrics_host)


class _Loop:
    """How late the loop was at its last turn, in seconds."""

    lag = 0.0


def lag() -> float:
    return _Loop.lag


async def watch_loop() -> None:
    """Measure for ever how late the event loop is; a call that blocks shows here."""
    while True:
        before = monotonic()
        await asyncio.sleep(LAG_EVERY)
        _Loop.lag = max(0.0, monotonic() - before - LAG_EVERY)
        loop_lag.set(_Loop.lag)


class Measured:
    """Outermost ASGI layer but for the headers: counts and times every answer by route template, never by path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        http, began = scope, monotonic()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                _note(http, message["status"], monotonic() - began)
            await send(message)

        await self.app(scope, receive, note)


def _note(scope: HTTPScope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in {"GET", "POST", "HEAD", "OPTIONS"} else "ander"
    route = str(scope.get("path_template") or "onbekend")
    tenant = scope.get("tenant")
    slug = tenant.slug if isinstance(tenant, Tenant) else "geen"
    requests.labels(slug, f"{status // 100}xx").inc()
    answers.labels(method, route, str(status)).inc()
    request_seconds.labels(method, route).observe(seconds)
