"""The breaker, with a clock of our own."""

from __future__ import annotations

import pytest

from app.http.breaker import IN_A_ROW, OPEN_SECONDS, WINDOW, WINDOW_SECONDS, Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def run(breaker: Breaker, outcomes: str) -> None:
    for outcome in outcomes:
        assert breaker.enter()
        breaker.succeeded() if outcome == "+" else breaker.failed()


def test_opens_after_five_in_a_row_and_not_before(breaker: Breaker) -> None:
    run(breaker, "-" * (IN_A_ROW - 1) + "+" + "-" * (IN_A_ROW - 1))
    assert not breaker.refuses
    run(breaker, "-")
    assert breaker.refuses
    assert not breaker.enter()


def test_opens_when_half_of_the_last_twenty_failed(breaker: Breaker) -> None:
    run(breaker, "+-" * (WINDOW // 2 - 1) + "+")
    assert not breaker.refuses
    run(breaker, "-")
    assert breaker.refuses


def test_old_outcomes_do_not_count(breaker: Breaker, clock: Clock) -> None:
    run(breaker, "+-" * (WINDOW // 2 - 1) + "+")
    clock.now += WINDOW_SECONDS + 0.1
    run(breaker, "-")
    assert not breaker.refuses


def test_one_probe_after_fifteen_seconds(breaker: Breaker, clock: Clock) -> None:
    run(breaker, "-" * IN_A_ROW)
    clock.now += OPEN_SECONDS - 0.1
    assert not breaker.enter()
    clock.now += 0.2
    assert not breaker.refuses  # asking does not take the place
    assert breaker.enter()
    assert not breaker.enter()  # the second one waits for the probe
    breaker.succeeded()
    run(breaker, "+-+")


def test_a_failed_probe_opens_again_at_once(breaker: Breaker, clock: Clock) -> None:
    run(breaker, "-" * IN_A_ROW)
    clock.now += OPEN_SECONDS + 0.1
    run(breaker, "-")
    assert breaker.refuses
    clock.now += OPEN_SECONDS + 0.1
    run(breaker, "++")


def test_a_probe_that_says_nothing_frees_its_place(breaker: Breaker, clock: Clock) -> None:
    run(breaker, "-" * IN_A_ROW)
    clock.now += OPEN_SECONDS + 0.1
    assert breaker.enter()
    breaker.unknown()
    assert breaker.enter()


def test_a_recovered_system_starts_with_a_clean_slate(breaker: Breaker, clock: Clock) -> None:
    run(breaker, "-" * IN_A_ROW)
    clock.now += OPEN_SECONDS + 0.1
    run(breaker, "+" + "-" * (IN_A_ROW - 1))
    assert not breaker.refuses
