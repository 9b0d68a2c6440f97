"""One fault at one point, generated from a number; and what has to be true afterwards.

Fourteen kinds (reliability rules F1, F2, F4, F8 and the modes of F10) times five points; a round is all seventy.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.afleveringen.models import AfleveringState
from app.db import unit_of_work
from app.failpoints import POINTS
from app.klantcontacten.queries import all_keys
from tests import ledger
from tests.faults.client import Receipts
from tests.town import Town

REGISTER = ("refused", "reset", "cut", "reply-lost", "429", "500", "503", "hang", "bad-json", "odd")
PROCESS = ("thrown", "database")
KILLS = ("kill", "kill-flush")  # a real kill -9; the second also empties Valkey at that very point
KINDS = (*REGISTER, *PROCESS, *KILLS)
PER_ROUND = len(KINDS) * len(POINTS)


@dataclass(frozen=True)
class Injection:
    """`number` decides everything together with the seed of its batch."""

    number: int
    kind: str
    point: str  # name of the failpoint
    code: str  # P1..P5
    round: int

    @property
    def real(self) -> bool:
        return self.kind in KILLS

    @property
    def spoils_register(self) -> bool:
        return self.kind in REGISTER

    def variant(self) -> str:
        """Kinds with two faces show the other one every second round."""
        faces = {"odd": ("wrong-schema", "huge"), "thrown": ("raise", "cancel")}
        return faces.get(self.kind, (self.kind, self.kind))[self.round % 2]

    def then(self, chance: random.Random) -> str | None:
        """What the process does after the fault set in. Past the register, only a lost attempt meets it again."""
        if self.kind == "thrown":
            return self.variant()
        if self.spoils_register:
            return "raise" if self.code in ("P4", "P5") or chance.random() < 0.5 else None
        return None

    def __str__(self) -> str:
        return f"{self.code} × {self.variant()} (#{self.number})"


def injection(number: int) -> Injection:
    point = POINTS[number // len(KINDS) % len(POINTS)]
    return Injection(number, KINDS[number % len(KINDS)], point.name, point.code, number // PER_ROUND)


def injections(first: int, count: int) -> list[Injection]:
    return [injection(number) for number in range(first, first + count)]


@dataclass(frozen=True)
class Ledgers:
    """Three lists of the same contacts that must agree, each made by somebody else."""

    acknowledged: Counter[str]  # keys, as the client wrote them down
    here: dict[str, tuple[str, str]]  # key → kenmerk and state, in our database
    arrived: Counter[str]  # how often the register took each kenmerk

    def differences(self) -> list[str]:
        """One line per contact that is lost, double or unconfirmed; empty when they agree."""
        found = [f"{key}: {times} times acknowledged" for key, times in self.acknowledged.items() if times != 1]
        found += [f"{key}: acknowledged and not here" for key in self.acknowledged if key not in self.here]
        for key, (kenmerk, state) in self.here.items():
            if key not in self.acknowledged:
                found.append(f"{key}: here and never acknowledged")
            if state != AfleveringState.BEVESTIGD:
                found.append(f"{key}: {state}")
            if self.arrived[kenmerk] != 1:
                found.append(f"{key}: {self.arrived[kenmerk]} times in the register")
        known = {kenmerk for kenmerk, _ in self.here.values()}
        found += [f"{kenmerk}: in the register and not here" for kenmerk in self.arrived if kenmerk not in known]
        return found


async def ledgers(town: Town, receipts: Receipts, practice: str) -> Ledgers:
    async with unit_of_work(town.tenant) as session:
        rows = await all_keys(session)
    here = {contact.idempotency_key: (contact.kenmerk, str(aflevering.state)) for contact, aflevering in rows}
    return Ledgers(Counter(receipts.read()), here, ledger.arrived(practice, town.tenant.slug))


def told(differences: Iterable[str], by: dict[str, Injection]) -> list[str]:
    """Each difference with the injection that its key belongs to."""
    return [f"{by.get(line.split(': ')[0], 'unknown')}: {line}" for line in differences]
