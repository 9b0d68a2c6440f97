"""Event streams that one person has open in this process: each holds a connection for as long as it lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar
from uuid import UUID

from app import metrics
from app.grenzen.fouten import TeVeel
from app.settings import settings
from tenants.context import Tenant

T = TypeVar("T")
_open: Counter[tuple[str, UUID]] = Counter()
LATER = 30  # seconds; a closed tab has let go of its stream by then


def check(tenant: Tenant, medewerker_id: UUID) -> None:
    """Raises `TeVeel` when this person has as many open as the limit allows."""
    most = settings().limit_streams
    if most and _open[tenant.slug, medewerker_id] >= most:
        metrics.limited.labels(tenant.slug, "stroom").inc()
        raise TeVeel("U hebt KISS op heel veel plekken tegelijk open. Sluit er een paar.", seconds=LATER)


async def counted(tenant: Tenant, medewerker_id: UUID, stream: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """The same stream, counted from its first event until it ends in whatever way."""
    key = (tenant.slug, medewerker_id)
    _open[key] += 1
    try:
        async with aclosing(stream):
            async for event in stream:
                yield event
    finally:
        _open[key] -= 1
        if not _open[key]:
            del _open[key]
