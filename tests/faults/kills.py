"""Real `kill -9` of real web and worker processes, exactly at a failpoint, while a client saves over HTTP."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

import anyio.to_thread
from redis import Redis

from app.auth.cli import open_for
from app.failpoints import arm, armed, waiting_room
from app.gesprekken.forms import Afronding
from tests.faults.client import Client, Receipts, key_of, side_by_side
from tests.faults.injections import Injection
from tests.faults.processes import Processes
from tests.faults.product import delivered
from tests.stack import eventually
from tests.town import Town

RECOVERED = 60.0  # seconds until all is delivered; a lease is 4 s, a sweep 5 s, and this machine has other work
Work = tuple[Injection, UUID, Afronding]


class Killer:
    """Runs the real injections: those of the web and those of the worker side by side."""

    def __init__(self, town: Town, points: Path, receipts: Receipts, valkey_url: str, running: Processes) -> None:
        self.town, self.points, self.receipts, self.running = town, points, receipts, running
        self._valkey = Redis.from_url(valkey_url)
        self.killed = 0

    async def strike(self, ones: Sequence[Injection]) -> dict[str, Injection]:
        """All of them, and then everything delivered. Gives the injection of each key."""
        self._valkey.flushall()  # bells that rang while nobody listened
        cookie = await open_for(self.town.tenant, self.town.agent.gebruikersnaam)
        work = [await self._prepared(one) for one in ones]
        await anyio.to_thread.run_sync(self._both_lanes, cookie, work)
        await delivered(self.town, RECOVERED)
        self.killed = self.running.killed()
        assert self.killed >= len(ones), f"{self.killed} died of {len(ones)}"
        return {key_of(afronding): one for one, _, afronding in work}

    async def _prepared(self, one: Injection) -> Work:
        gesprek_id = await self.town.gesprek(notitie=f"Tekst {one}")
        return one, gesprek_id, await self.town.afronding(gesprek_id, sleutel=uuid4())

    def _both_lanes(self, cookie: str, work: list[Work]) -> None:
        self.running.begin()
        web = [item for item in work if item[0].code in ("P1", "P2")]
        worker = [item for item in work if item[0].code not in ("P1", "P2")]
        side_by_side(lambda: self._lane("serve", cookie, web), lambda: self._lane("worker", cookie, worker))

    def _lane(self, name: str, cookie: str, work: list[Work]) -> None:
        client = Client(self.running.port, cookie)
        for one, gesprek_id, afronding in work:
            deaths = len(self._deaths(name))
            arm(self.points, one.point, "pause" if one.kind == "kill-flush" else "kill")

            def save(gesprek_id: UUID = gesprek_id, afronding: Afronding = afronding) -> None:
                client.save(gesprek_id, afronding)
                self.receipts.write(key_of(afronding))

            def end(one: Injection = one, deaths: int = deaths) -> None:
                if one.kind == "kill-flush":
                    self._flush_and_kill(one)
                eventually(lambda: len(self._deaths(name)) > deaths, seconds=40, what=f"{one} kills")

            side_by_side(save, end)
            assert armed(self.points, one.point) is None, f"{one} was never passed"

    def _flush_and_kill(self, one: Injection) -> None:
        """The machine of Valkey and this process go down together."""
        room = waiting_room(self.points, one.point)
        eventually(room.exists, seconds=40, what=f"{one} is passed")
        self._valkey.flushall()
        os.kill(int(room.read_text()), signal.SIGKILL)
        room.unlink()

    def _deaths(self, name: str) -> list[int]:
        return [one["pid"] for one in self.running.ended if one["name"] == name and one["code"] == -signal.SIGKILL]
