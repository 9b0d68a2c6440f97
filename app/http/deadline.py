"""One deadline for everything a page (or a job) asks of other systems.

    async with deadline(PAGE):
        personen, contacten = await gather(..., ...)

Every outbound call inside takes what is left; tasks started inside share it. Nesting only shortens.
Outside any deadline each call has `PAGE` for itself: nothing waits without an end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from time import monotonic

PAGE = 2.5  # seconds: the panels of one page together
BACKGROUND = 30.0  # seconds: one delivery, one check

_until: ContextVar[float | None] = ContextVar("outbound_deadline", default=None)


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """All outbound calls in this block end within `seconds`, or earlier when an outer deadline does."""
    moment = monotonic() + seconds
    outer = _until.get()
    token = _until.set(moment if outer is None else min(outer, moment))
    try:
        yield
    finally:
        _until.reset(token)


def end_of_call() -> float:
    """The monotonic moment at which a call that starts now must have ended."""
    until = _until.get()
    return monotonic() + PAGE if until is None else until
