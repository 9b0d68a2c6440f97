"""`make bench` runs: every measure once, small. What is judged here is the judge, never a number of seconds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from tests.bench import chart, publish
from tests.bench.all import ALL
from tests.bench.judge import Goal, interval, judge, outside
from tests.bench.measure import Measure, Round, compared
from tests.bench.record import Record
from tests.bench.world import World, world
from tests.tenants import support

pytestmark = pytest.mark.anyio
FEW = 3  # municipalities


@pytest.fixture(scope="module")
async def place(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    await support.empty(cluster)
    folder = tmp_path_factory.mktemp("bench")
    with EmbeddedValkey(folder / "valkey", fast=True) as valkey:
        async with world(cluster, valkey, folder, most=FEW) as made:
            yield made
    for name in made.engines:
        await support.as_superuser(cluster, f"DROP DATABASE {name} WITH (FORCE)", database="postgres")


@pytest.mark.parametrize("name", ALL)
async def test_a_measure_gives_a_number_and_a_verdict(
    name: str, place: World, count: Callable[[str, int], None]
) -> None:
    one = ALL[name]
    rounds = one.rounds(place, one.smoke)
    record = Record(one, None, [await anext(rounds)])
    await rounds.aclose()  # type: ignore[attr-defined]
    row = record.as_dict()
    assert row["value"] > 0
    words = ("gemeten", "tot nu toe aangetoond", "tot nu toe niet aangetoond")
    assert row["verdict"] in words
    assert {"name", "value", "unit", "goal", "verdict", "command", "commit", "date", "machine"} <= set(row)
    count("measures of make bench that ran", 1)


async def _quick() -> None:
    await asyncio.sleep(0.002)


async def _slowed() -> None:
    await asyncio.sleep(0.04)


async def test_a_slowed_side_turns_the_verdict() -> None:
    goal = Goal("hoogstens 5 keer", 5.0)
    same = [(await compared(_quick, _quick, 5)).value for _ in range(6)]
    slow = [(await compared(_quick, _slowed, 5)).value for _ in range(6)]
    assert judge(same, goal).verdict == "aangetoond"
    assert judge(slow, goal).verdict == "niet aangetoond"


def test_an_interval_holds_the_median_in_95_of_100() -> None:
    assert interval([3.0, 1.0, 2.0, 5.0, 4.0]) == (1.0, 5.0)
    assert interval([float(one) for one in range(1, 10)]) == (2.0, 8.0)
    assert outside(9, 1) == pytest.approx(0.0391, abs=1e-4)  # tables of the binomial, n = 9
    assert outside(9, 2) > 0.05


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([1.0] * 6, "aangetoond"),
        ([1.0] * 3, "tot nu toe aangetoond"),
        ([2.0] * 3, "tot nu toe niet aangetoond"),
        ([1.0, 1.1, 1.2, 1.6, 1.7, 1.8], "tot nu toe onbeslist"),
        ([1.6, 1.7, 1.8, 1.9, 2.0, 2.1], "niet aangetoond"),
    ],
)
def test_verdicts(values: list[float], verdict: str) -> None:
    assert judge(values, Goal("hoogstens 1,5", 1.5)).verdict == verdict


def test_more_may_be_better() -> None:
    goal = Goal("minstens de helft", 0.5, at_least=True)
    assert judge([0.6] * 6, goal).verdict == "aangetoond"
    assert judge([0.4] * 6, goal).verdict == "niet aangetoond"
    assert judge([0.4, 0.4, 0.4, 0.6, 0.6, 0.6], goal).verdict == "tot nu toe onbeslist"


async def _never(_: World, __: int) -> AsyncIterator[Round]:
    raise AssertionError("this measure is not run here")
    yield Round(0.0)


EXAMPLE = Measure("voorbeeld", "Een & ander", "×", Goal("hoogstens 1,5 keer", 1.5), 1, 1, _never, durable=False)


def test_rounds_are_kept_and_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.record.STATE", tmp_path)
    monkeypatch.setattr("tests.bench.record.RESULT", tmp_path / "bench.json")
    Record.of(EXAMPLE).add(Round(1.2, {"met_ms": 6.0}))
    again = Record.of(EXAMPLE)
    again.add(Round(1.4, {"met_ms": 8.0}))
    (row,) = json.loads((tmp_path / "bench.json").read_text())
    assert (row["rounds"], row["value"], row["parts"]) == (2, pytest.approx(1.3), {"met_ms": 7.0})


def test_the_page_shows_what_was_measured() -> None:
    record = Record(EXAMPLE, None, [Round(value, {"zonder_ms": 1.0, "met_ms": value}) for value in (1.1, 1.2, 1.3)])
    text = publish.page(publish.PAGE.read_text(), [record.as_dict()])
    assert "| voorbeeld | Een & ander | 1.2 × | 1.1 – 1.3 | hoogstens 1,5 keer | tot nu toe aangetoond | 3 |" in text
    assert "![voorbeeld](beelden/meting-voorbeeld.svg)" in text
    assert publish.page(text, [record.as_dict()]).count("| voorbeeld |") == 1


def test_a_chart_is_small_and_takes_the_colour_of_its_page() -> None:
    row = Record(EXAMPLE, None, [Round(1.2, {"zonder_ms": 1.0, "met_ms": 1.2, "doorvoer": 900.0})]).as_dict()
    svg = chart.bars(row)
    assert "Een &amp; ander" in svg
    assert 'stroke="currentColor"' in svg
    assert "doorvoer" not in svg  # another unit
    assert len(svg) < 4_000
