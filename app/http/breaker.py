"""Circuit breaker: stops asking a system that does not answer, and tries it again with one call at a time.

Opens after 5 failures in a row, or when at least half of the last 20 outcomes of the last 30 s failed. Open lasts
15 s; then a single probe goes through: its success closes, its failure opens again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

IN_A_ROW = 5
WINDOW = 20  # outcomes
WINDOW_SECONDS = 30.0
OPEN_SECONDS = 15.0


class Breaker:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._recent: deque[tuple[float, bool]] = deque(maxlen=WINDOW)
        self._in_a_row = 0
        self._opened: float | None = None
        self._probing = False

    @property
    def refuses(self) -> bool:
        """Would `enter` say no now? Takes nothing."""
        if self._opened is None:
            return False
        return self._probing or self._clock() - self._opened < OPEN_SECONDS

    def enter(self) -> bool:
        """May this call go? When half-open the first asker becomes the probe and must report its outcome."""
        if self.refuses:
            return False
        self._probing = self._opened is not None
        return True

    def succeeded(self) -> None:
        if self._opened is not None:
            self._recent.clear()
        self._opened, self._probing, self._in_a_row = None, False, 0
        self._recent.append((self._clock(), True))

    def failed(self) -> None:
        now = self._clock()
        self._recent.append((now, False))
        self._in_a_row += 1
        if self._probing or self._in_a_row >= IN_A_ROW or self._half_failed(now):
            self._opened, self._probing, self._in_a_row = now, False, 0

    def unknown(self) -> None:
        """The call says nothing about the other side (cancelled, refused by us): free the probe's place."""
        self._probing = False

    def _half_failed(self, now: float) -> bool:
        fresh = [ok for moment, ok in self._recent if now - moment <= WINDOW_SECONDS]
        return len(fresh) == WINDOW and fresh.count(False) * 2 >= WINDOW
