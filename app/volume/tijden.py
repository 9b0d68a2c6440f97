"""When people call: working hours, busy Mondays, quiet summers, holidays, and a little more every year."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from app.klok import AMSTERDAM

WEEKDAG = (1.28, 1.10, 0.96, 1.02, 0.80, 0.05, 0.03)  # Monday first; at weekends only what needs no open door
MAAND = (1.15, 1.18, 1.12, 1.02, 1.06, 1.02, 0.82, 0.84, 1.04, 1.02, 0.98, 0.84)
GROEI = 1.06  # per year
VAST = {(1, 1), (4, 27), (12, 25), (12, 26)}
NA_PASEN = (-2, 0, 1, 39, 49, 50)  # days from Easter: Goede Vrijdag to tweede pinksterdag
# Half hours from 8:00 and how busy each is.
LOKET = (0.2, 0.7, 1.3, 1.5, 1.5, 1.3, 1.1, 1.0, 0.7, 0.8, 1.1, 1.2, 1.1, 1.0, 0.9, 0.8, 0.5, 0.3)
ALTIJD = (0.4, 0.6, 0.8, 0.9, 1.0, 1.0, 0.9, 0.8, 0.7, 0.7, 0.8, 0.8, 0.8, 0.8, 0.7, 0.7, 0.6, 0.6, 0.5, 0.5, 0.6,
          0.7, 0.8, 0.8, 0.7, 0.6, 0.5, 0.4)  # fmt: skip
_LOKET, _ALTIJD = tuple(accumulate(LOKET)), tuple(accumulate(ALTIJD))


def pasen(jaar: int) -> date:
    """Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = jaar % 19, jaar // 100, jaar % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(jaar, f // 31, f % 31 + 1)


def is_dicht(dag: date) -> bool:
    """Weekend or holiday: nobody stands at the desk or answers the phone."""
    return dag.weekday() > 4 or is_feestdag(dag)


def is_feestdag(dag: date) -> bool:
    return (dag.month, dag.day) in VAST or (dag - pasen(dag.year)).days in NA_PASEN


def drukte(dag: date, begin: date) -> float:
    """How busy a day is beside an ordinary one at `begin`."""
    jaren = (dag - begin).days / 365.25
    rest = WEEKDAG[6] if is_feestdag(dag) else WEEKDAG[dag.weekday()]
    return float(rest * MAAND[dag.month - 1] * GROEI**jaren)


def verdeeld(aantal: int, begin: date, eind: date, *, dicht: bool) -> Iterator[tuple[date, int]]:
    """Days from `begin` up to and without `eind`, in order, with how many of `aantal` contacts fall on each.

    `dicht`: also when nobody is in, for what comes in by itself. The numbers add up to `aantal` exactly.
    """
    dagen = [begin + timedelta(days=n) for n in range((eind - begin).days)]
    weights = [drukte(dag, begin) if dicht or not is_dicht(dag) else 0.0 for dag in dagen]
    total, before, gone = sum(weights), 0, 0.0
    for dag, weight in zip(dagen, weights, strict=True):
        gone += weight
        until = round(aantal * gone / total)
        yield dag, until - before
        before = until


def moment(dag: date, chance: random.Random, *, altijd: bool) -> datetime:
    """A moment of that day in UTC: in opening hours, or (`altijd`) also in the evening."""
    slots = _ALTIJD if altijd else _LOKET
    slot = chance.choices(range(len(slots)), cum_weights=slots)[0]
    seconds = 8 * 3600 + slot * 1800 + chance.randrange(1800)
    local = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return datetime.combine(dag, local, AMSTERDAM).astimezone(UTC)
