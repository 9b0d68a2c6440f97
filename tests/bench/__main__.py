"""`make bench [ONLY=name] [N=rounds]`: run the measures, keep every round per commit, write build/bench.json.

A stopped run goes on where it was: rounds of the same commit add up. `make figures` brings them into
docs/performance.md.
"""

from __future__ import annotations

import asyncio
import os
import sys

import click
import uvloop

from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from tests.bench.all import ALL
from tests.bench.measure import ROUNDS, Measure
from tests.bench.record import Record, collect
from tests.bench.world import World, world
from tests.report import BUILD

MOST = 342  # municipalities in the Netherlands
DATA = BUILD / "bench" / "data"


async def run(measures: list[Measure], rounds: int) -> None:
    """A server with hundreds of schemas that writes everything at once takes minutes to start: two servers."""
    (DATA / "manifests").mkdir(parents=True, exist_ok=True)
    for durable in (False, True):
        chosen = [one for one in measures if one.durable is durable]
        if not chosen:
            continue
        folder = DATA / ("pg-vast" if durable else "pg")
        server = EmbeddedPostgres(folder, fast=not durable, max_connections=200)
        with server, EmbeddedValkey(DATA / "valkey", fast=True) as valkey:
            for one in chosen:
                async with world(server, valkey, DATA / "manifests", most=MOST) as place:
                    await take(one, place, Record.of(one), rounds)


async def take(one: Measure, place: World, record: Record, rounds: int, size: int | None = None) -> None:
    """Rounds of one measure until there are `rounds`; each is written down when it is there."""
    if len(record.rounds) >= rounds:
        click.echo(record.line())
        return
    under_way = one.rounds(place, size or one.size)
    async for found in under_way:
        record.add(found)
        click.echo(record.line())
        if len(record.rounds) >= rounds:
            break
    await under_way.aclose()  # type: ignore[attr-defined]  # what the measure set up goes


def main() -> int:
    only, rounds = os.environ.get("ONLY", ""), int(os.environ.get("N") or ROUNDS)
    if only and only not in ALL:
        raise SystemExit(f"Er is geen meting {only}. Er zijn: {', '.join(ALL)}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # the loop of `kiss serve`
        runner.run(run([ALL[only]] if only else list(ALL.values()), rounds))
    collect()
    return 0


if __name__ == "__main__":
    sys.exit(main())
