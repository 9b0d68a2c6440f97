"""An agent at their desk while registers fail: what they ask, and what they read then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import html5lib
import httpx2

from app.http import close_all
from app.practice.people import sample
from tests.routes.conftest import Client, People
from tests.town import Town

HTMX = {"hx-request": "true"}
NOTITIE = "Paspoort kwijt op de markt"


@dataclass(frozen=True)
class Praktijk:
    """The registers, from outside."""

    base: str

    def play(self, tenant: str, kind: str, **how: str | float) -> None:
        self._steer("POST", tenant, "fault", kind=kind, **how)

    def clear(self, tenant: str) -> None:
        self._steer("DELETE", tenant, "fault")

    def reset(self, tenant: str) -> None:
        self._steer("POST", tenant, "reset")

    def _steer(self, method: str, tenant: str, what: str, **how: str | float) -> None:
        url = f"{self.base}/_praktijk/{tenant}/{what}"
        httpx2.request(method, url, params=how, timeout=30, trust_env=False).raise_for_status()


@dataclass(frozen=True)
class Scherm:
    """An answer, as somebody reads it."""

    status: int
    text: str
    sent_on: str  # where htmx sends the browser

    @property
    def tree(self) -> Any:
        return html5lib.parse(self.text, namespaceHTMLElements=False)

    def states(self) -> dict[str, str]:
        """State by source."""
        return {one.get("data-source"): one.get("data-state") for one in self.tree.iter() if one.get("data-source")}

    def sentences(self) -> list[str]:
        """What it says about sources that do not answer."""
        marked = [one for one in self.tree.iter() if one.get("data-zin") is not None]
        return [" ".join("".join(one.itertext()).split()) for one in marked]

    def buttons(self) -> list[str]:
        return ["".join(one.itertext()).strip() for one in self.tree.iter("button") if one.get("hx-get")]

    def values(self) -> dict[str, str]:
        return {one.get("name"): one.get("value", "") for one in self.tree.iter("input") if one.get("name")}


@dataclass(frozen=True)
class Balie:
    """`gesprek` has a klant; `zoek` has none yet."""

    town: Town
    client: Client
    gesprek: UUID
    zoek: UUID

    @property
    def adres(self) -> dict[str, str]:
        """A search by address that finds somebody."""
        who = sample(self.town.tenant.slug)["hoofdpersoon"]
        return {"postcode": who.postcode, "huisnummer": str(who.huisnummer)}

    async def zoeken(self, **headers: str) -> Scherm:
        return await self._ask("POST", f"/gesprekken/{self.zoek}/zoekvragen", self.adres, **headers)

    async def zoekfragment(self) -> Scherm:
        return await self.zoeken(**HTMX)

    async def persoon(self) -> Scherm:
        return await self._ask("GET", f"/gesprekken/{self.gesprek}/klantbeeld/persoon", **HTMX)

    async def contacten(self) -> Scherm:
        return await self._ask("GET", f"/gesprekken/{self.gesprek}/klantbeeld/contacten", **HTMX)

    async def klantbeeld(self) -> Scherm:
        return await self._ask("GET", f"/gesprekken/{self.gesprek}")

    async def get(self, path: str) -> Scherm:
        return await self._ask("GET", path)

    async def _ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Scherm:
        answer = await self.client.send(method, path, form, **headers)
        return Scherm(answer.status_code, answer.text, answer.headers.get("hx-redirect", ""))


# The pages that ask a register, by the register they ask; test_paginas.py holds this against the route table.
VRAGEN: dict[str, dict[str, Callable[[Balie], Awaitable[Scherm]]]] = {
    "brp": {"zoekfragment": Balie.zoekfragment, "zoeken": Balie.zoeken, "persoon": Balie.persoon},
    "klantinteracties": {"contacten": Balie.contacten},
}
NAMEN = {"brp": "BRP", "klantinteracties": "Open Klant"}


async def open_balie(town: Town, clients: People) -> Balie:
    bsn = sample(town.tenant.slug)["hoofdpersoon"].bsn
    gesprek = await town.gesprek(notitie=NOTITIE, bsn=bsn)
    return Balie(town, await clients.of(town), gesprek, await town.gesprek(notitie=NOTITIE))


async def all_of(balie: Balie, api: str, *, at_once: bool = True) -> dict[str, Scherm]:
    """Everything that asks this register; one after the other each begins with a breaker that knows nothing."""
    if at_once:
        found = await asyncio.gather(*(ask(balie) for ask in VRAGEN[api].values()))
        return dict(zip(VRAGEN[api], found, strict=True))
    seen = {}
    for naam, ask in VRAGEN[api].items():
        await close_all()
        seen[naam] = await ask(balie)
    return seen
