"""What a measure is, and the list of them. Each stands in a file of its own with one function:

@measure("page", titel="…", unit="×", goal=Goal("hoogstens 1,5 keer", 1.5))
async def page(world: World, size: int) -> AsyncIterator[Round]:
    …set up…
    while True:
        yield await compared(bare, ours, size)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from time import perf_counter

from tests.bench.judge import Goal
from tests.bench.world import World

Act = Callable[[], Awaitable[object]]
ROUNDS = 9  # so many that two of them may be out of line: the interval leaves out the smallest and the largest


@dataclass(frozen=True)
class Round:
    """One round: the value that is judged, and what it was made of (name → number)."""

    value: float
    parts: dict[str, float] = field(default_factory=dict)


Rounds = Callable[[World, int], AsyncIterator[Round]]


@dataclass(frozen=True)
class Measure:
    name: str
    titel: str
    unit: str
    goal: Goal
    size: int  # how much one round does, in full
    smoke: int  # and to see that it runs
    rounds: Rounds
    durable: bool  # what a commit costs is part of it: a server of its own that writes to disk before it answers


MEASURES: dict[str, Measure] = {}
_turn = count()


def measure(
    name: str, *, titel: str, unit: str, goal: Goal, size: int, smoke: int, durable: bool = False
) -> Callable[[Rounds], Rounds]:
    """Put a function on the list."""

    def noted(rounds: Rounds) -> Rounds:
        MEASURES[name] = Measure(name, titel, unit, goal, size, smoke, rounds, durable)
        return rounds

    return noted


async def seconds(act: Act, times: int) -> list[float]:
    """How long each of `times` in a row took."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        await act()
        taken.append(perf_counter() - began)
    return taken


async def throughput(act: Act, times: int, at_a_time: int) -> float:
    """Per second, with so many at a time."""
    numbers = iter(range(times))

    async def worker() -> None:
        for _ in numbers:
            await act()

    began = perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_a_time)))
    return times / (perf_counter() - began)


async def compared(bare: Act, ours: Act, times: int, pieces: int = 5) -> Round:
    """Median time of `ours` as a multiple of `bare`'s. In turns, each first as often as the other."""
    taken: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(pieces):
        for name, act in _order(("bare", bare), ("ours", ours)):
            taken[name] += await seconds(act, max(times // pieces, 1))
    one, other = median(taken["bare"]), median(taken["ours"])
    return Round(other / one, {"zonder_ms": one * 1000, "met_ms": other * 1000})


def _order(*pairs: tuple[str, Act]) -> tuple[tuple[str, Act], ...]:
    return pairs if next(_turn) % 2 else tuple(reversed(pairs))
