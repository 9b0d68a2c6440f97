"""From rounds to a verdict: the median with a sign-based interval, held against a goal.

The interval is exact whatever the distribution: with n rounds the k-th smallest and k-th largest value hold the
median with a probability that follows from tossing a coin n times (Conover, Practical Nonparametric Statistics, 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

LEAST_ROUNDS = 5
CERTAINTY = 0.95


@dataclass(frozen=True, slots=True)
class Goal:
    """`sentence` for people; `limit` None for what is only told. `at_least`: more is better."""

    sentence: str
    limit: float | None
    at_least: bool = False

    def met_by(self, value: float) -> bool:
        assert self.limit is not None
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Judgement:
    value: float
    low: float
    high: float
    verdict: str


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The narrowest pair of order statistics that holds the median in 95 of 100 runs, else the whole range."""
    ordered = sorted(values)
    rounds, skip = len(ordered), 0
    while skip + 1 < rounds / 2 and outside(rounds, skip + 1) <= 1 - CERTAINTY:
        skip += 1
    return ordered[skip], ordered[-1 - skip]


def outside(rounds: int, skip: int) -> float:
    """Chance that the median lies outside the interval that leaves `skip` values out at either end."""
    return 2 * sum(comb(rounds, one) for one in range(skip + 1)) / 2.0**rounds


def judge(values: Sequence[float], goal: Goal) -> Judgement:
    """Shown when the whole interval meets the goal; not shown when none of it does. Raises without a single round."""
    middle, (low, high) = median(values), interval(values)
    return Judgement(middle, low, high, _verdict(len(values), goal, middle, low, high))


def _verdict(rounds: int, goal: Goal, middle: float, low: float, high: float) -> str:
    if goal.limit is None:
        return "gemeten"
    if rounds < LEAST_ROUNDS:
        return f"tot nu toe {'' if goal.met_by(middle) else 'niet '}aangetoond"
    best, worst = (high, low) if goal.at_least else (low, high)
    if goal.met_by(worst):
        return "aangetoond"
    return "tot nu toe onbeslist" if goal.met_by(best) else "niet aangetoond"
