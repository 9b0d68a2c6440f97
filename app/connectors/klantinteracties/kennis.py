"""What an instance can do differs per version and is found out by asking; remembered per process for an hour.

An hour, so that an upgrade of the register is noticed without a restart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

REMEMBERED_SECONDS = 3600.0


@dataclass(slots=True)
class Kennis:
    """None: not known yet."""

    since: float
    zoekt_op_identificator: bool | None = None  # 2.18: contacts of a BSN in one call
    maakt_in_een: bool | None = None  # /maak-klantcontact
    kenmerk_veld: str | None = None  # referentienummer (2.16 and later) or nummer


_known: dict[tuple[str, str], Kennis] = {}


def kennis(key: tuple[str, str], clock: Callable[[], float] = monotonic) -> Kennis:
    """What we know of the instance (tenant, slug)."""
    found = _known.get(key)
    if found is None or clock() - found.since > REMEMBERED_SECONDS:
        found = _known[key] = Kennis(since=clock())
    return found


def forget_all() -> None:
    """As a new process: for tests."""
    _known.clear()
