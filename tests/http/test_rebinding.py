"""A name that answers with a public address and then with one of ours, thousands of times: no socket goes inside."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import httpcore2
import pytest

from app.connectors.ports import Misconfigured, Unavailable
from app.http import Destination, Outbound, close_all, deadline
from app.http.transport import GuardedBackend
from tests.http.listeners import listeners
from tests.proof import Proof

pytestmark = pytest.mark.anyio
BATCH = 500
AT_ONCE = 100
CALLS = 3  # of one koppeling in a round; a GET asks the name again up to three times
PUBLIC = ["8.8.8.8", "9.9.9.9", "2a02:2770::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
INSIDE = [
    "127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "0.0.0.0", "::",  # noqa: S104 - nothing is bound, it must be refused
    "10.0.0.1",
    "172.16.0.1", "192.168.1.1", "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1", "fe80::1%lo", "fc00::1", "fd00:ec2::254",
    "100.64.0.1", "100.100.100.200", "168.63.129.16", "224.0.0.1", "ff02::1", "255.255.255.255", "198.18.0.1",
    "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "", "127.0.0.1 ", "①②⑦.0.0.1",
]  # fmt: skip


class Sockets(httpcore2.AnyIOBackend):
    """Opens what it is asked to open, except on the internet: there it only writes down that it was asked."""

    asked: list[str] = []  # noqa: RUF012 - one list for all, emptied by the test

    async def connect_tcp(self, host: str, port: int, *arguments: Any, **options: Any) -> Any:
        self.asked.append(host)
        if host in PUBLIC_NOW:
            raise httpcore2.ConnectError("this test stays at home")
        return await super().connect_tcp(host, port, *arguments, **options)


PUBLIC_NOW = {str(ip_address(one)) for one in PUBLIC}


@dataclass
class Name:
    """A name server that changes its mind: these answers one after the other, then the last one for ever."""

    answers: list[list[str]]
    asked: int = field(default=0)

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]

    __hash__ = object.__hash__  # a client belongs to its resolver


def script(chance: random.Random) -> list[list[str]]:
    """Public first most of the time, then something inside, alone or among public ones, at any place."""
    first = [chance.choice(PUBLIC)] if chance.random() < 0.7 else []
    answers = [first] if first else []
    for _ in range(chance.randint(1, 3)):
        mixed = [chance.choice(PUBLIC) for _ in range(chance.randint(0, 3))] + [chance.choice(INSIDE)]
        chance.shuffle(mixed)
        answers.append(mixed)
    return answers


async def attempt(number: int, port: int, chance: random.Random) -> list[str]:
    """One round: a few calls over a name that rebinds. Gives what was wrong."""
    scheme, verb = chance.choice(["https", "https", "http"]), chance.choice(["GET", "POST"])
    name = Name(script(chance))
    where = Destination(scheme, f"r{number}.example.org", port, "", private=False)
    http = Outbound(tenant="t", koppeling=f"k{number}", naam="K", where=where, resolver=name)
    refused = 0
    for _ in range(CALLS):
        async with deadline(20.0):
            try:
                await http.call(verb, "/x", route="x", json=None)
            except Misconfigured:
                refused += 1
            except Unavailable:
                continue  # the public address, which nobody answers here
            else:
                return [f"round {number}: {name.answers} got an answer"]
    return [] if refused and name.asked else [f"round {number}: {name.answers} was never refused"]


@pytest.fixture
async def sockets(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """Every address that a socket was asked for."""
    monkeypatch.setattr(httpcore2, "AnyIOBackend", Sockets)
    Sockets.asked.clear()
    yield Sockets.asked
    await close_all()


async def rounds(count: int, seed: int, sockets: list[str]) -> list[str]:
    """`count` rounds, many at a time; what was wrong with any, and which forbidden address was opened."""
    chance = random.Random(seed)
    findings: list[str] = []
    async with listeners() as (port, came):
        for begin in range(0, count, AT_ONCE):
            numbers = range(begin, min(begin + AT_ONCE, count))
            seeds = [random.Random(chance.getrandbits(64)) for _ in numbers]
            done = await asyncio.gather(*(attempt(n, port, s) for n, s in zip(numbers, seeds, strict=True)))
            findings += [one for some in done for one in some]
        findings += [f"a socket to {address}" for address in sockets if address not in PUBLIC_NOW]
        findings += [f"somebody came at {address}" for address in came]
    await close_all()
    return findings


@pytest.mark.timeout(300)
@pytest.mark.proof(
    "rebinding",
    smoke=500,
    full=10_000,
    unit="rounds of a name that rebinds",
    goal="geen verbinding naar een adres binnen",
)
async def test_no_round_reaches_inside(proof: Proof, sockets: list[str]) -> None:
    for batch in proof.batches(BATCH):
        sockets.clear()
        proof.found(await rounds(batch.count, batch.seed, sockets))
        assert len(sockets) > batch.count / 4, "the public addresses must have been tried"


async def test_without_the_check_they_do_come_inside(
    sockets: list[str], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """The same rounds with the judgement of answers taken out: the listeners hear it, so they would have told."""

    def anything(_: GuardedBackend, answer: str) -> object:
        return ip_address(answer)

    monkeypatch.setattr(GuardedBackend, "_judge", anything)
    found: list[str] = []
    async with listeners() as (port, came):
        for number in range(40):
            where = Destination("http", "register.example.org", port, "", private=False)
            name = Name([["8.8.8.8"], ["127.0.0.1"]])
            http = Outbound(tenant="t", koppeling=f"k{number}", naam="K", where=where, resolver=name)
            for _ in range(2):
                with suppress(Misconfigured, Unavailable):
                    await http.call("POST", "/x", route="x", json=None)
        found += came
    assert len(found) >= 40
    assert "127.0.0.1" in sockets
