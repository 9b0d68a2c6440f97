"""Counting in Valkey: a sliding window out of two fixed ones, several limits in one question, all or nothing.

What is refused is not counted: who goes on asking gets what the limit allows, and does not shut out colleagues.
While Valkey is away nothing is refused (a municipality must be able to work); that is told in the log and a metric.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from app import klok, metrics
from app.log import log
from app.redis import NO_ANSWER, TenantRedis, impatient
from tenants.context import Tenant

REST: Final = 2.0  # seconds in which we don't ask a Valkey that did not answer


@dataclass(frozen=True, slots=True)
class Grens:
    """At most `most` of `naam` in `seconds`, for `wie` (an id or a keyed hash, never a name). 0: no limit."""

    naam: str
    wie: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Bereikt:
    """The limit that was reached, and in how many seconds one more fits."""

    grens: Grens
    seconds: int


class _Away:
    """Until when this process leaves Valkey alone."""

    until = 0.0


async def take(tenant: Tenant, grenzen: Sequence[Grens]) -> Bereikt | None:
    """Count one for each of these limits, or say which was reached first; then nothing was counted."""
    asked = [grens for grens in grenzen if grens.most > 0]
    if not asked:
        return None
    if monotonic() < _Away.until:
        metrics.limits_unchecked.labels(tenant.slug).inc()
        return None
    moment = klok.now().timestamp()
    windows = [_Window.at(moment, grens) for grens in asked]
    try:
        held = await TenantRedis(tenant, impatient()).tally(
            [(w.key, w.before, w.most, w.weight, w.ttl) for w in windows]
        )
    except NO_ANSWER as error:
        _Away.until = monotonic() + REST
        metrics.limits_unchecked.labels(tenant.slug).inc()
        log.warning("grens.niet_geteld", tenant=tenant.slug, soort=type(error).__name__)
        return None
    if held is None:
        return None
    place, now, before = held
    return Bereikt(asked[place], _wait(asked[place], windows[place].elapsed, now, before))


@dataclass(frozen=True, slots=True)
class _Window:
    """Where a moment lies: the key of this window, that of the one before, and how much of that still counts."""

    key: str
    before: str
    most: int
    weight: float
    ttl: int
    elapsed: float

    @classmethod
    def at(cls, moment: float, grens: Grens) -> _Window:
        number, elapsed = divmod(moment, grens.seconds)
        name = f"grens:{grens.naam}:{grens.wie}"
        return cls(
            f"{name}:{int(number)}",
            f"{name}:{int(number) - 1}",
            grens.most,
            1 - elapsed / grens.seconds,
            grens.seconds * 2,
            elapsed,
        )


def _wait(grens: Grens, elapsed: float, now: int, before: int) -> int:
    """Seconds until the weighed sum of both windows leaves room for one more."""
    if now >= grens.most:  # room comes in the next window, as this one loses its weight
        left = grens.seconds - elapsed + grens.seconds * (1 - (grens.most - 1) / now)
    else:
        left = grens.seconds * (1 - (grens.most - now - 1) / before) - elapsed if before else 0.0
    return min(max(math.ceil(left), 1), grens.seconds * 2)
