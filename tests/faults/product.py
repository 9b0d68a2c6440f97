"""The product with a PostgreSQL, a Valkey and a register of its own, to be broken; and somebody who keeps saving."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import anyio
import psutil
from redis import Redis
from sqlalchemy import func, select

from app import jobs as app_jobs
from app import redis as app_redis
from app.afleveringen.models import Aflevering, AfleveringState
from app.auth.cli import open_for
from app.codelijsten import queries as codelijsten
from app.db import unit_of_work
from app.demo.ports import any_free
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from app.http import close_all
from tests import ledger
from tests.faults.client import Client, Receipts
from tests.faults.injections import Ledgers, ledgers
from tests.faults.processes import EVERYBODY, Processes, processes
from tests.practice.server import running_practice
from tests.tenants import support
from tests.town import Town, town

PAUSE = 0.05  # seconds between two requests
DRAFT = "Een halve zin die nog niet"


@dataclass
class Product:
    """A running installation of its own."""

    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    practice: str
    points: Path
    processes: Processes
    receipts: Receipts
    town: Town
    cookie: str
    draft: UUID  # a gesprek that somebody is typing in
    form: dict[str, str]  # what an agent fills in to save

    @property
    def redis(self) -> Redis:
        return Redis.from_url(self.valkey.url, socket_timeout=2)

    def client(self) -> Client:
        return Client(self.processes.port, self.cookie)

    def nobody_was_bothered(self) -> None:
        """Still signed in with the same cookie, and the draft is there as it was typed."""
        status, page = self.client().get(f"/gesprekken/{self.draft}")
        assert status == 200
        assert DRAFT in page

    async def agrees(self, seconds: float) -> Ledgers:
        """Wait until everything is delivered; then the three ledgers have to agree."""
        await delivered(self.town, seconds)
        found = await ledgers(self.town, self.receipts, self.practice)
        assert not found.differences()
        return found

    def restart_postgres(self) -> None:
        """As an orchestrator would, when it is gone."""
        if self.postgres.process is None or self.postgres.process.poll() is not None:
            self.postgres.start()


class SmallDisk:
    """A disk of its own for a database, small enough to be filled: a tmpfs, which only root may make."""

    SIZE = "256m"

    def __init__(self) -> None:
        self.folder: Path | None = None

    def __enter__(self) -> SmallDisk:
        if os.geteuid() == 0:
            folder = Path(tempfile.mkdtemp(prefix="kiss-schijf-", dir="/var/tmp"))
            mount = ["mount", "-t", "tmpfs", "-o", f"size={self.SIZE},mode=0755", "tmpfs", str(folder)]
            if subprocess.run(mount, check=False, capture_output=True).returncode == 0:
                self.folder = folder
            else:
                folder.rmdir()
        return self

    def __exit__(self, *_: object) -> None:
        if self.folder is not None:
            subprocess.run(["umount", str(self.folder)], check=True)
            self.folder.rmdir()

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte left, until the block ends."""
        assert self.folder is not None
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for block in (1_000_000, 4096):
                with suppress(OSError):
                    while file.write(b"x" * block) == block:
                        pass
        assert os.statvfs(self.folder).f_bavail == 0
        try:
            yield
        finally:
            ballast.unlink()


@asynccontextmanager
async def product(folder: Path, disk: Path | None = None) -> AsyncIterator[Product]:
    """Start one in `folder`; its database stands on `disk` when named. All of it is gone afterwards."""
    points = folder / "punten"
    points.mkdir(parents=True)
    postgres = EmbeddedPostgres(disk or folder / "pg", port=any_free(), fast=True)
    with running_practice(folder / "praktijk") as practice, EmbeddedValkey(folder / "valkey") as valkey:
        postgres.start()
        other = {"KISS_PRACTICE_URL": practice, "KISS_UNDO_SECONDS": "0", "KISS_FAILPOINT_DIR": str(points)}
        try:
            with support.settings_for(postgres, REDIS_URL=valkey.url, **other):
                await support.forget_pool()
                await support.apply_demo()
                ledger.reset(practice, "deventer")
                people = await town(await support.tenant("deventer"), "sanne.proef")
                draft = await people.gesprek(notitie=DRAFT)
                form = await filled_in(people)
                cookie = await open_for(people.tenant, "sanne.proef")
                async with own_valkey():
                    with processes(folder / "log", *EVERYBODY) as running:
                        receipts = Receipts(folder / "ontvangen")
                        yield Product(
                            postgres, valkey, practice, points, running, receipts, people, cookie, draft, form
                        )
                await close_all()
                await support.forget_pool()
        finally:
            postgres.remove()


@asynccontextmanager
async def own_valkey() -> AsyncIterator[None]:
    """This process speaks to the Valkey of these settings, and keeps no connection to it for later tests."""
    clients = (app_redis.client, app_redis.impatient)
    for kept in (*clients, app_jobs.broker):
        kept.cache_clear()
    try:
        yield
    finally:
        for client in clients:
            await client().aclose()
        for kept in (*clients, app_jobs.broker):
            kept.cache_clear()


async def filled_in(people: Town) -> dict[str, str]:
    """The fields of a form that may be saved, without its key."""
    async with unit_of_work(people.tenant) as session:
        kanaal = (await codelijsten.kanalen(session))[0].id
        resultaat = (await codelijsten.gespreksresultaten(session))[0].id
    return {"onderwerp-1": "Storing", "kanaal-1": str(kanaal), "gespreksresultaat-1": str(resultaat)}


async def delivered(people: Town, seconds: float) -> None:
    """Wait until nothing is on its way; fails the test after `seconds`."""
    until = time.monotonic() + seconds
    while left := await waiting(people):
        assert time.monotonic() < until, f"{left} not delivered within {seconds} s"
        await anyio.sleep(0.1)


async def waiting(people: Town) -> int:
    async with unit_of_work(people.tenant) as session:
        left = select(func.count()).select_from(Aflevering).where(Aflevering.state != AfleveringState.BEVESTIGD)
        return await session.scalar(left) or 0


@dataclass(frozen=True)
class Try:
    """One request: moments (monotonic seconds) it was sent and answered, and whether it registered a contact."""

    sent: float
    at: float
    status: int
    saved: bool


@dataclass
class Saver:
    """Registers one contact after another, from the first form to the last, until it is told to stop."""

    product: Product
    tries: list[Try] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        client = self.product.client()
        while not self.stop.is_set():
            gesprek, sleutel = self._ask(client, "/gesprekken", {}), str(uuid4())
            if gesprek and self._ask(client, f"{gesprek}/afronding", self.product.form | {"sleutel": sleutel}):
                self.product.receipts.write(f"{sleutel}:1")

    def _ask(self, client: Client, path: str, form: dict[str, str]) -> str:
        """Send it again and again until it is taken; where it leads to, or nothing when the day is over."""
        while not self.stop.is_set() or form:  # what was sent once is seen through: it may have arrived
            sent = time.monotonic()
            status, location = client.post(path, form)
            self.tries.append(Try(sent, time.monotonic(), status, saved=bool(form) and status == 303))
            self.stop.wait(PAUSE)
            if status == 303:
                return location
        return ""

    def statuses(self, since: float = 0) -> set[int]:
        return {one.status for one in self.tries if one.sent >= since}

    def saved(self, since: float) -> int:
        """Saves that were both sent and answered after `since`."""
        return sum(one.saved for one in self.tries if one.sent >= since)

    def first_save(self, since: float) -> float:
        """Seconds from `since` to the first acknowledgement after it."""
        return next(one.at for one in self.tries if one.saved and one.at >= since) - since

    def slowest(self, since: float) -> float:
        return max(one.at - one.sent for one in self.tries if one.sent >= since)


@contextmanager
def saving(product: Product) -> Iterator[Saver]:
    saver = Saver(product)
    thread = threading.Thread(target=saver.run)
    thread.start()
    try:
        yield saver
    finally:
        saver.stop.set()
        thread.join(60)
    assert not thread.is_alive()


def family(pid: int) -> list[psutil.Process]:
    """A process and everything it started."""
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Stand still as a machine that swaps: connections stay open, nobody answers."""
    stopped = family(pid)
    for one in stopped:
        os.kill(one.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in stopped:
            if one.is_running():
                os.kill(one.pid, signal.SIGCONT)
