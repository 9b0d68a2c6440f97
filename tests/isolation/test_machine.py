"""Eight municipalities, whatever they do in whatever order: each finds what it wrote, nothing else (T-ISO-01)."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from litestar.types import ASGIApp
from sqlalchemy import update

from app.afleveringen import service
from app.db import unit_of_work
from app.gesprekken.models import Gesprek, GesprekState
from app.redis import client
from tests.isolation.asgi import Reply, call
from tests.isolation.eilanden import Eiland, canary, foreign
from tests.proof import Proof

pytestmark = pytest.mark.anyio
STEPS = 30


@dataclass
class Draft:
    """What the model knows of one gesprek of a municipality."""

    path: str
    vraag: str
    notitie: str = ""
    versie: int = 0
    saved: bool = False


@dataclass
class World:
    """The application, its municipalities, and what was done in all runs together."""

    app: ASGIApp
    eilanden: list[Eiland]
    did: Counter[str] = field(default_factory=Counter)


class Run:
    """A walk of `STEPS` steps. The model is a list of drafts per municipality; every answer is searched for words of
    another one."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance = world, random.Random(seed)
        self.drafts: dict[str, list[Draft]] = {one.tenant.slug: [] for one in world.eilanden}
        self.words = 0

    async def walk(self) -> None:
        steps = (
            self.create, self.write, self.write, self.read, self.read, self.list, self.save, self.deliver,
            self.ask_for_anothers, self.come_with_a_session_of_elsewhere, self.flush_the_cache,
        )  # fmt: skip
        await self.clear_desks()
        for _ in range(STEPS):
            await self.chance.choice(steps)()

    # --- what people do -------------------------------------------------------------------------------------------

    async def create(self) -> None:
        home = self.somebody()
        made = await self.ask(home, "POST", "/gesprekken", {})
        assert made.status == 303, made.status
        page = (await self.ask(home, "GET", made.location)).body.decode()
        found = re.search(r"/vragen/([0-9a-f-]{36})/concept", page)
        assert found, "a new gesprek has a vraag"
        self.drafts[home.tenant.slug].append(Draft(made.location, found[1]))

    async def write(self) -> None:
        home = self.somebody()
        draft = self.one_of(home)
        if draft is None or draft.saved:
            return
        self.words += 1
        text = canary(home.tenant.slug, f"machine-{self.words}")
        form = {"veld": "notitie", "waarde": text, "versie": str(draft.versie)}
        saved = await self.ask(home, "POST", f"{draft.path}/vragen/{draft.vraag}/concept", form)
        assert saved.status == 200, saved.status
        draft.notitie, draft.versie = text, draft.versie + 1

    async def read(self) -> None:
        home = self.somebody()
        draft = self.one_of(home)
        if draft is not None:
            page = await self.ask(home, "GET", draft.path)
            assert page.status == 200
            assert draft.notitie.encode() in page.body

    async def list(self) -> None:
        assert (await self.ask(self.somebody(), "GET", "/")).status == 200

    async def save(self) -> None:
        home = self.somebody()
        draft = self.one_of(home)
        if draft is None or draft.saved:
            return
        dock = (await self.ask(home, "GET", f"{draft.path}/afronding")).body.decode()
        form = {"sleutel": str(uuid4()), "onderwerp-1": canary(home.tenant.slug, "machine-onderwerp")}
        for name in ("kanaal-1", "gespreksresultaat-1"):
            options = re.search(rf'<select[^>]*name="{name}".*?</select>', dock, re.DOTALL)
            assert options, f"no choices for {name}"
            form[name] = re.findall(r'value="([0-9a-f-]{36})"', options[0])[0]
        saved = await self.ask(home, "POST", f"{draft.path}/afronding", form)
        assert saved.status == 303, (
            f"{saved.status} {re.findall(rb'<h1[^>]*>(.*?)</h1>.*?<p>(.*?)</p>', saved.body, re.S)}"
        )
        draft.saved = True
        self.world.did["save"] += 1

    async def deliver(self) -> None:
        await service.deliver_round(self.somebody().tenant)
        self.world.did["deliver"] += 1

    async def clear_desks(self) -> None:
        """Close what earlier runs and tests left open: nobody has more than a few gesprekken at a time."""
        for home in self.world.eilanden:
            async with unit_of_work(home.tenant) as session:
                is_open = Gesprek.state == GesprekState.OPEN
                await session.execute(update(Gesprek).where(is_open).values(state=GesprekState.GESLOTEN))

    # --- what must not work ---------------------------------------------------------------------------------------

    async def ask_for_anothers(self) -> None:
        home, there = self.chance.sample(self.world.eilanden, 2)
        draft = self.one_of(there)
        if draft is None:
            return
        assert (await self.ask(home, "GET", draft.path)).status == 404
        form = {"veld": "notitie", "waarde": canary(home.tenant.slug, "indringer"), "versie": str(draft.versie)}
        assert (await self.ask(home, "POST", f"{draft.path}/vragen/{draft.vraag}/concept", form)).status == 404
        self.world.did["other's thing"] += 1

    async def come_with_a_session_of_elsewhere(self) -> None:
        home, there = self.chance.sample(self.world.eilanden, 2)
        reply = await self.ask(home, "GET", "/", host=there)
        assert reply.status == 303
        assert reply.location.startswith("/aanmelden")
        self.world.did["other's host"] += 1

    async def flush_the_cache(self) -> None:
        await client().flushdb()
        self.world.did["flush"] += 1

    # --- how ------------------------------------------------------------------------------------------------------

    def somebody(self) -> Eiland:
        return self.chance.choice(self.world.eilanden)

    def one_of(self, home: Eiland) -> Draft | None:
        drafts = self.drafts[home.tenant.slug]
        return self.chance.choice(drafts) if drafts else None

    async def ask(
        self, home: Eiland, method: str, path: str, form: dict[str, str] | None = None, host: Eiland | None = None
    ) -> Reply:
        """A request by the agent of `home`, at the host of `host`; its answer holds nobody else's words."""
        mens, at = home.mensen[0], host or home
        sent = form if form is None else form | {"_csrf": mens.csrf}
        cookie = f"__Host-sid={mens.cookie}"
        reply = await call(self.world.app, method, at.host, path, form=sent, cookie=cookie, sec_fetch_mode="navigate")
        look(reply, at, f"{home.tenant.slug}: {method} {at.host}{path}")
        self.world.did[method] += 1
        return reply


def look(reply: Reply, at: Eiland, what: str) -> None:
    """Nobody else's words stand in an answer that was given at `at`, and it is no failure of ours."""
    seen = foreign(at.tenant.slug, reply.wire)
    assert not seen, f"{what} showed {seen}"
    assert reply.status < 500, f"{what}: {reply.status}"


@pytest.mark.timeout(400)
@pytest.mark.proof(
    "machine", smoke=60, full=2_000, unit=f"runs of {STEPS} steps", goal="ieder vindt wat hij schreef en niets anders"
)
async def test_any_order_of_doing_keeps_them_apart(
    eilanden: list[Eiland], application: ASGIApp, proof: Proof
) -> None:
    world = World(application, eilanden)
    for batch in proof.batches(20):
        found = []
        for number in range(batch.count):
            try:
                await Run(world, batch.seed + number).walk()
            except AssertionError as error:
                found.append(f"seed {batch.seed + number}: {error}")
        proof.found(found)
    done = ("GET", "POST", "save", "other's thing", "other's host", "flush", "deliver")
    assert min(world.did[name] for name in done) > 0, world.did


async def test_a_wrong_answer_is_noticed(eilanden: list[Eiland], application: ASGIApp) -> None:
    """The machine itself: a page of one municipality that would come from another's host is a finding."""
    one, two = eilanden[:2]
    reply = await call(application, "GET", one.host, "/", cookie=f"__Host-sid={one.mensen[0].cookie}")
    look(reply, one, "GET /")
    with pytest.raises(AssertionError, match=r"GET / showed \{'eiland-1'\}"):
        look(reply, two, "GET /")
