"""Saving and delivering inside this process, with a fault at a point on the way, until everything is quiet again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app import klok
from app.afleveringen import service
from app.afleveringen.models import Aflevering, AfleveringState
from app.connectors.klantinteracties.kennis import forget_all
from app.db import UNREACHABLE, unit_of_work
from app.demo.postgres import APP, EmbeddedPostgres
from app.failpoints import Injected, arm, waiting_room
from app.http import close_all, deadline
from app.practice.people import people
from tests.faults.client import Receipts, key_of
from tests.faults.injections import Injection
from tests.faults.register import Register
from tests.stack import eventually
from tests.town import Town

MOST_TRIES = 12
TROUBLE_LASTS = 2  # attempts that may meet the fault before it goes away
SHORT, NORMAL = 0.6, 1.5  # seconds that a delivery may take: it does not wait for somebody who hangs
EXPECTED = (Injected, asyncio.CancelledError, DBAPIError, *UNREACHABLE)


class Agent:
    """Does what a medewerker, a worker and a tenant admin do, while `inject` makes something go wrong."""

    def __init__(
        self, town: Town, register: Register, cluster: EmbeddedPostgres, points: Path, receipts: Receipts
    ) -> None:
        self.town, self.register, self.cluster = town, register, cluster
        self.points, self.receipts = points, receipts
        self._aside = ThreadPoolExecutor(1)  # acts while the loop of this process stands still

    async def inject(self, one: Injection, chance: random.Random) -> str:
        """One contact saved and delivered around one fault. Gives its key; raises `AssertionError`."""
        bsn = chance.choice(people(self.town.tenant.slug)).bsn if chance.random() < 0.5 else None
        gesprek_id = await self.town.gesprek(notitie=f"Tekst {one}", bsn=bsn)
        arm(self.points, one.point, "pause")
        happened = self._aside.submit(self._at_point, one, one.then(chance), chance)
        try:
            key = await self._save(one, gesprek_id)
            await self._deliver(one, chance)
            await asyncio.wrap_future(happened)
            if one.spoils_register and one.kind != "refused":
                assert self.register.spoilt, f"{one}: no request met it"
        finally:
            await self._all_well(one, happened)
        return key

    def _at_point(self, one: Injection, then: str | None, chance: random.Random) -> None:
        """In a thread: wait until the product stands at the point, let the fault begin, let it go on."""
        room = waiting_room(self.points, one.point)
        eventually(room.exists, seconds=20, what=f"{one} is passed")
        try:
            if one.spoils_register:
                self.register.spoil(one.variant(), chance, writes=one.code not in ("P4", "P5"))
            elif one.kind == "database":
                asyncio.run(disconnect(self.cluster, shut=one.round % 2 == 1))
            if then:
                arm(self.points, one.point, then)
        finally:
            room.unlink()

    async def _save(self, one: Injection, gesprek_id: UUID) -> str:
        """Press Opslaan until it is acknowledged, and write that down first of all."""
        afronding = await self.town.afronding(gesprek_id, sleutel=uuid4())
        for _ in range(MOST_TRIES):
            if await survived(self.town.save(gesprek_id, afronding)):
                self.receipts.write(key_of(afronding))
                return key_of(afronding)
            await self._database_back(one)
        raise AssertionError("saving never succeeded")

    async def _deliver(self, one: Injection, chance: random.Random) -> None:
        """A worker that dies with every fault and is started again, until nothing waits."""
        patience = SHORT if one.kind == "hang" else NORMAL
        for attempt in range(MOST_TRIES):
            async with deadline(patience):
                await survived(service.deliver_round(self.town.tenant))
            if attempt + 1 >= TROUBLE_LASTS:
                self.register.mend()
            await self._database_back(one)
            if await self._quiet():
                return
            await self._wait_is_over()
            await close_all()  # as a new process, or fifteen seconds later: nothing is refused for old failures
            if chance.random() < 0.5:
                forget_all()
        raise AssertionError(f"{one}: delivery never became quiet")

    async def _quiet(self) -> bool:
        async with unit_of_work(self.town.tenant) as session:
            left = select(Aflevering.id).where(Aflevering.state != AfleveringState.BEVESTIGD).limit(1)
            return await session.scalar(left) is None

    async def _wait_is_over(self) -> None:
        """As if the lease and the waiting time had run out; the tenant admin sends again what stands still."""
        past = klok.now() - timedelta(seconds=1)
        async with unit_of_work(self.town.tenant) as session:
            dead = select(Aflevering.id).where(Aflevering.state == AfleveringState.NIET_AANGEKOMEN)
            for aflevering_id in (await session.scalars(dead)).all():
                await service.retry(session, self.town.tenant, aflevering_id, medewerker_id=None)
            await session.flush()
            await session.execute(update(Aflevering).values(volgende_poging_op=past, lease_tot=None))

    async def _database_back(self, one: Injection) -> None:
        if one.kind == "database":
            await reconnect(self.cluster)

    async def _all_well(self, one: Injection, happened: Future[None]) -> None:
        for path in self.points.iterdir():
            path.unlink(missing_ok=True)
        self.register.mend()
        await self._database_back(one)
        await close_all()
        happened.cancel()


async def survived(work: Coroutine[Any, Any, object]) -> bool:
    """Run it as a task of its own; False when one of the expected failures ended it."""
    with suppress(*EXPECTED):
        await asyncio.create_task(work)
        return True
    return False


async def disconnect(cluster: EmbeddedPostgres, *, shut: bool) -> None:
    """Every connection of the application ends at once (57P01); `shut`: no new one is let in until `reconnect`."""
    connection = await asyncpg.connect(cluster.superuser_dsn)
    try:
        if shut:
            await connection.execute(f"ALTER ROLE {APP} CONNECTION LIMIT 0")
        ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = $1"
        assert await connection.fetchval(ended, APP) > 0, "nobody was connected"
    finally:
        await connection.close()


async def reconnect(cluster: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(cluster.superuser_dsn)
    try:
        await connection.execute(f"ALTER ROLE {APP} CONNECTION LIMIT -1")
    finally:
        await connection.close()
