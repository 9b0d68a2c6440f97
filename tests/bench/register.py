"""Registering a klantcontact, beside inserting such a row by bare asyncpg and committing it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from itertools import count
from uuid import UUID

import asyncpg
from sqlalchemy import select

from app.db import unit_of_work
from app.gesprekken.forms import Afronding
from app.ids import new_id
from app.klantcontacten.models import Klantcontact
from tests.bench.judge import Goal
from tests.bench.measure import Round, measure, throughput
from tests.bench.world import World
from tests.town import Town

AT_A_TIME = 8
OPEN = 24  # gesprekken that one person may have open at a time, with some left


@measure(
    "register",
    titel="Een klantcontact vastleggen, tegen een kale INSERT met COMMIT",
    unit="× de doorvoer van kaal",
    goal=Goal("minstens de helft van kaal", 0.5, at_least=True),
    size=240,
    smoke=8,
    durable=True,
)
async def register(world: World, size: int) -> AsyncIterator[Round]:
    tenant = (await world.tenants(1))[0]
    town = await world.town(tenant)
    await town.empty()  # gesprekken of a run that was stopped; its session goes with them
    world.sessions.pop(tenant.slug, None)
    pool = await asyncpg.create_pool(world.everything, min_size=AT_A_TIME, max_size=AT_A_TIME)
    insert, values = await _bare_insert(town, pool)
    drafts: list[tuple[UUID, Afronding]] = []

    async def bare() -> None:
        own = {"id": new_id(), "idempotency_key": f"kaal-{new_id()}", "kenmerk": f"K{secrets.token_hex(4)}"}
        own |= {"vraag_id": new_id()}  # each vraag is registered once
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(insert, *(own.get(name, value) for name, value in values.items()))

    async def ours() -> None:
        await town.save(*drafts.pop())

    try:
        for at in count():
            taken = {"kaal": 0.0, "vastleggen": 0.0}
            pieces = max(size // OPEN, 1)
            for _ in range(pieces):
                drafts += await _drafts(town, min(size, OPEN))
                for name, act in (("kaal", bare), ("vastleggen", ours))[:: 1 if at % 2 else -1]:
                    taken[name] += 1 / await throughput(act, min(size, OPEN), AT_A_TIME)
            rates = {f"{name}_per_s": pieces / seconds for name, seconds in taken.items()}
            yield Round(taken["kaal"] / taken["vastleggen"], rates)
    finally:
        await pool.close()


async def _drafts(town: Town, size: int) -> list[tuple[UUID, Afronding]]:
    """Gesprekken with a note, ready to be saved: typing is not what is measured."""
    made = [await town.gesprek(notitie="Stond er om half acht. Nieuwe afspraak gemaakt.") for _ in range(size)]
    return [(gesprek, await town.afronding(gesprek, onderwerp="Grofvuil niet opgehaald")) for gesprek in made]


async def _bare_insert(town: Town, pool: asyncpg.Pool) -> tuple[str, dict[str, object]]:
    """One INSERT of every column, with the values of a contact that the product registered itself."""
    for draft in await _drafts(town, 1):
        await town.save(*draft)
    schema = town.tenant.schema
    async with unit_of_work(town.tenant) as session:
        newest = await session.scalar(select(Klantcontact.id).order_by(Klantcontact.vastgelegd_op.desc()).limit(1))
    row = await pool.fetchrow(f'SELECT * FROM "{schema}".klantcontact WHERE id = $1', newest)  # noqa: S608
    values = dict(row)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    return f'INSERT INTO "{schema}".klantcontact ({", ".join(values)}) VALUES ({places})', values  # noqa: S608
