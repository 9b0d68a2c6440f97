"""What people of eight municipalities ask at the same time, and where somebody else's words would show."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

from litestar.types import ASGIApp

from app.afleveringen import service
from app.auth.rights import Recht
from app.db import is_for_now
from app.grenzen.fouten import Druk
from app.redis import client
from tenants.context import Tenant
from tests.isolation.asgi import Reply, call
from tests.isolation.eilanden import CANARY, Eiland, Mens, canary, foreign

AT_ONCE = 32
CANCELLED = 0.05  # of the requests: the visitor leaves
STRAY = 0.15  # ask for another municipality's thing, or come to its host with one's own session
BUSY = str(Druk.opnieuw_na)  # seconds until the one 503 that is meant may be asked again
ATTEMPTS = 4
DELIVERED_EVERY = 200  # requests: the jobs run in between, in the same process
Ask = tuple[str, str, dict[str, str] | None]


def ask(eiland: Eiland, mens: Mens, chance: random.Random, things: Eiland) -> Ask:
    """One thing this person may do, with the ids of `things`."""
    slug = eiland.tenant.slug
    if Recht.GESPREK_VOEREN not in mens.mag:
        return ("GET", chance.choice(_pages(mens)), None)
    gesprek, vraag = chance.choice(things.gesprekken)
    contact = chance.choice(things.contacten)
    draft = {"veld": "notitie", "waarde": canary(slug, chance.randrange(10**6)), "versie": str(chance.randrange(3))}
    return chance.choice(
        [
            ("GET", "/", None),
            ("GET", f"/gesprekken/{gesprek}", None),
            ("GET", f"/gesprekken/{gesprek}/zoeken", None),
            ("GET", f"/gesprekken/{gesprek}/afronding", None),
            ("GET", f"/gesprekken/{gesprek}/klantbeeld/contacten", None),
            ("GET", f"/gesprekken/{gesprek}/klantbeeld/persoon", None),
            ("GET", f"/klantcontacten/{contact}/aflevering", None),
            ("POST", "/gesprekken", {}),
            ("POST", f"/gesprekken/{gesprek}/vragen/{vraag}/concept", draft),
            ("POST", f"/gesprekken/{gesprek}/zoekvragen", {"bsn": "999990421"}),
            ("POST", f"/gesprekken/{gesprek}/afronding", {"sleutel": str(uuid4()), "onderwerp": canary(slug, "o")}),
            ("POST", "/voorkeuren", {"modus": chance.choice(["licht", "donker"])}),
        ]
    )


def _pages(mens: Mens) -> list[str]:
    pages = ["/"]
    if Recht.AFLEVERINGEN_BEHEREN in mens.mag:
        pages.append("/beheer/afleveringen")
    return pages


@dataclass
class Traffic:
    """A run of requests; `findings` are sightings and crashes, one line each."""

    app: ASGIApp
    eilanden: list[Eiland]
    chance: random.Random
    findings: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    own_sightings: int = 0
    cancelled: int = 0
    busy: int = 0  # answers that asked to come back later

    async def run(self, count: int) -> None:
        """`count` requests, `AT_ONCE` at a time, and the jobs in between."""
        numbers = iter(range(count))
        await asyncio.gather(*(self._visitor(numbers) for _ in range(AT_ONCE)))
        await self._look_in_redis()

    async def _visitor(self, numbers: object) -> None:
        for number in numbers:  # type: ignore[attr-defined]
            await self._one()
            if number % DELIVERED_EVERY == 0:
                await self._deliver(self.chance.choice(self.eilanden).tenant)

    async def _deliver(self, tenant: Tenant) -> None:
        """As the worker would; what fails here, it does again later."""
        try:
            await service.deliver_round(tenant)
        except Exception as error:
            if not is_for_now(error):
                raise
            self.findings.append(f"jobs of {tenant.slug}: {type(error).__name__}")

    async def _one(self) -> None:
        home = self.chance.choice(self.eilanden)
        mens = self.chance.choice(home.mensen)
        host, things = home, home
        if self.chance.random() < STRAY:
            elsewhere = self.chance.choice([one for one in self.eilanden if one is not home])
            host, things = self.chance.choice([(home, elsewhere), (elsewhere, home), (elsewhere, elsewhere)])
        method, path, form = ask(home, mens, self.chance, things)
        if form is not None:
            form = form | {"_csrf": mens.csrf}

        def asked() -> Awaitable[Reply]:
            return call(self.app, method, host.host, path, form=form, cookie=f"__Host-sid={mens.cookie}")

        if self.chance.random() < CANCELLED:
            await self._leave(asyncio.ensure_future(asked()))
            return
        try:
            self._check(
                await self._patient(asked),
                host,
                f"{mens.rol} of {mens.slug}: {method} {host.host}{path}",
                home,
                things,
            )
        except Exception as error:
            self.findings.append(f"{method} {host.host}{path}: {type(error).__name__} came through")

    async def _patient(self, asked: Callable[[], Awaitable[Reply]]) -> Reply:
        """The answer; "it is busy now, come back" is taken at its word, as a browser would."""
        for attempt in range(1, ATTEMPTS + 1):
            reply = await asked()
            if reply.status != 503 or reply.retry_after != BUSY or attempt == ATTEMPTS:
                break
            self.busy += 1
            await asyncio.sleep(attempt * float(BUSY))
        return reply

    async def _leave(self, request: asyncio.Future[Reply]) -> None:
        await asyncio.sleep(self.chance.random() * 0.03)
        request.cancel()
        self.cancelled += 1
        with suppress(asyncio.CancelledError, Exception):
            await request

    def _check(self, reply: Reply, host: Eiland, what: str, home: Eiland, things: Eiland) -> None:
        slug = host.tenant.slug
        self.statuses[reply.status] += 1
        self.own_sightings += bool(CANARY.search(reply.wire)) and not foreign(slug, reply.wire)
        self.findings += [f"{what} showed {other}" for other in foreign(slug, reply.wire)]
        if reply.status >= 500:
            self.findings.append(f"{what}: {reply.status}")
        if host is not home and reply.status == 200:
            self.findings.append(f"{what}: a session of {home.tenant.slug} was let in")
        if things is not home and host is home and reply.status == 200 and "{" not in what and _names(what):
            self.findings.append(f"{what}: a thing of {things.tenant.slug} was found")

    async def _look_in_redis(self) -> None:
        """Every key is some municipality's or the broker's; values hold nobody's words."""
        redis = client()
        async for key in redis.scan_iter(count=500):
            name = key.decode() if isinstance(key, bytes) else str(key)
            value = await redis.dump(name) or b""
            owner = next(
                (one.tenant.slug for one in self.eilanden if name.startswith(f"kiss:t:{one.tenant.slug}:")), ""
            )
            if not owner and not name.startswith("kiss:jobs"):
                self.findings.append(f"key {name} has no municipality")
            self.findings += [f"key {name} holds {other}" for other in foreign(owner, value + name.encode())]


def _names(what: str) -> bool:
    """Whether the address of this request named a thing: those of another municipality do not exist here."""
    return "/gesprekken/" in what or "/klantcontacten/" in what
