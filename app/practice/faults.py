"""Which fault each register of each municipality plays now. Held in memory: a restart or `reset` plays none.

A fault belongs to one municipality and one API, so that another municipality never suffers from an exercise.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.practice.elsewhere import Elsewhere

APIS = {"brp": "haalcentraal", "klantinteracties": "klantinteracties"}  # name → first part of its path
# What each kind does, for the manual and the home page; where `seconds` means something, its value unless told.
KINDS = {
    "delay": "antwoordt na zoveel seconden",
    "hang": "neemt aan en zwijgt zoveel seconden",
    "drip": "geeft één byte per zoveel seconden",
    "reset": "verbreekt de verbinding voor er iets gebeurt",
    "reply-lost": "doet het werk en verbreekt dan de verbinding",
    "cut": "belooft een heel antwoord en geeft de helft",
    "429": "is te druk, met Retry-After zoveel seconden",
    "500": "heeft een fout",
    "503": "is even weg, met Retry-After zoveel seconden",
    "malformed": "geeft JSON die halverwege ophoudt",
    "content-type": "geeft een webpagina in plaats van JSON",
    "wrong-schema": "geeft JSON van een andere vorm",
    "huge": "geeft 100 MB",
    "refused": "neemt geen verbinding aan",
    "certificate": "heeft een certificaat dat niet klopt",
}
SECONDS = {"delay": 1.0, "hang": 60.0, "drip": 1.0, "429": 5.0, "503": 5.0}
ELSEWHERE = frozenset({"refused", "certificate"})  # seen before a call can be counted


@dataclass(frozen=True, slots=True)
class Fault:
    """`times`: how many calls still suffer it, None for all; `rate`: the part of the calls that do."""

    kind: str
    seconds: float
    times: int | None = None
    rate: float = 1.0
    certificate: str = ""  # of kind certificate: what is wrong with it


class Faults:
    """Per municipality and API at most one."""

    def __init__(self, folder: Path, chance: Callable[[], float] = random.random) -> None:
        self._now: dict[tuple[str, str], Fault] = {}
        self._chance = chance
        self.elsewhere = Elsewhere(folder)

    async def set(self, tenant: str, apis: Iterable[str], fault: Fault) -> None:
        for api in apis:
            await self.clear(tenant, [api])
            self._now[tenant, api] = fault
            if fault.kind in ELSEWHERE:
                await self.elsewhere.move(f"/{tenant}/{APIS[api]}", fault.certificate)

    async def clear(self, tenant: str, apis: Iterable[str]) -> None:
        for api in apis:
            if self._now.pop((tenant, api), None):
                await self.elsewhere.back(f"/{tenant}/{APIS[api]}")

    def shown(self, tenant: str) -> list[dict[str, Any]]:
        """The faults of one municipality, for the steering API and the home page."""
        found = [(api, self._now[tenant, api]) for api in APIS if (tenant, api) in self._now]
        return [
            {
                "tenant": tenant,
                "api": api,
                "kind": fault.kind,
                "seconds": fault.seconds if fault.kind in SECONDS else None,
                "times": fault.times,
                "rate": fault.rate,
                "certificate": fault.certificate or None,
                "url": self.elsewhere.url(f"/{tenant}/{APIS[api]}"),
            }
            for api, fault in found
        ]

    def next(self, path: str) -> Fault | None:
        """What the call to `path` suffers, counted down; None when it is served as usual."""
        tenant, _, rest = path.removeprefix("/").partition("/")
        first = rest.partition("/")[0]
        api = next((name for name, part in APIS.items() if part == first), "")
        fault = self._now.get((tenant, api))
        if fault is None or fault.kind in ELSEWHERE or self._chance() >= fault.rate:
            return None
        if fault.times is not None:
            if fault.times <= 1:
                del self._now[tenant, api]
            else:
                self._now[tenant, api] = replace(fault, times=fault.times - 1)
        return fault
