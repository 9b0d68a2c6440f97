"""The attack itself can fail: a server with each of the defects it looks for is found out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.attacks import wire
from tests.attacks.ask import Ask
from tests.attacks.barrage import OURS, TRACES, fault, mutate
from tests.attacks.mutations_body import STAGES
from tests.attacks.test_bytes import grown, left_open
from tests.attacks.wire import Hangs, Line, Reply

pytestmark = pytest.mark.anyio
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GOOD = b"HTTP/1.1 200 OK\r\n" + OURS + b"\r\ncontent-length: 2\r\n\r\nok"


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[int]:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        writer.close()

    listening = await asyncio.start_server(once, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def answers(raw: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)

    return serve


async def ask(serve: Serve, *, framed: bool) -> Reply:
    async with server(serve) as port:
        return await Line(port).send(b"GET / HTTP/1.1\r\n\r\n", framed=framed)


@pytest.mark.parametrize("framed", [True, False])
@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (GOOD, ""),
        (GOOD.replace(b"200 OK", b"500 Internal Server Error"), "status 500"),
        (GOOD.replace(b"200 OK", b"503 Service Unavailable"), "status 503"),
        (GOOD.replace(OURS, b"x: y"), "status 200 without our headers"),
        (GOOD.replace(b"2\r\n\r\nok", b"34\r\n\r\nTraceback (most recent call last):"), "shows a traceback"),
        (b"HTTP/1.1 200 OK\r\n" + OURS + b"\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", ""),
    ],
)
async def test_a_wrong_answer_is_seen(raw: bytes, wrong: str, framed: bool) -> None:
    assert fault(await ask(answers(raw), framed=framed)) == wrong


async def test_hanging_up_without_a_word_is_seen() -> None:
    assert fault(await ask(answers(b""), framed=True)) == "hung up"


async def test_a_second_answer_is_judged_too() -> None:
    both = GOOD + GOOD.replace(b"200 OK", b"500 Oops")
    assert fault(await ask(answers(both), framed=False)) == "status 500"


@pytest.mark.parametrize("framed", [True, False])
async def test_silence_is_a_hang(framed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "HANGS", 0.5)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(Hangs):
        await ask(silent, framed=framed)


async def test_waiting_for_the_rest_is_no_hang() -> None:
    """A body that was announced and never came: the tail ends it."""

    async def patient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(900_000)
        writer.write(GOOD)

    assert fault(await ask(patient, framed=False)) == ""


def test_growth_is_seen() -> None:
    assert grown([100, 130, 136], 2) == []
    assert grown([100, 130, 137], 2) != []
    assert left_open([30, 40, 60], 2) == []
    assert left_open([30, 40, 61], 2) != []
    for line in ("Traceback (most recent call last):", "[error] verzoek.mislukt foutnummer=1"):
        assert TRACES.search(line)


def test_the_same_seed_makes_the_same_requests() -> None:
    def made(seed: int) -> list[bytes]:
        chance = random.Random(seed)
        return [mutate(_honest(), chance).raw for _ in range(300)]

    assert made(1) == made(1) != made(2)
    assert len(set(made(1))) > 250
    assert _honest().raw() not in made(1)


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_every_mutation_changes_something(stage: str) -> None:
    for mutation in STAGES[stage]:
        changed = 0
        for seed in range(20):
            spoilt = _honest()
            if stage != "fields":
                spoilt.encode()
            mutation(spoilt, random.Random(seed))
            spoilt.encode()
            changed += spoilt.raw() != _honest().raw()
        assert changed > 10, mutation.__name__


def _honest() -> Ask:
    headers = [(b"Host", b"deventer.localhost:8000"), (b"Cookie", b"__Host-sid=" + b"A" * 43)]
    return Ask(b"POST", b"/gesprekken/x", [("gesloten", "1")], headers, [("_csrf", "x"), ("veld", "onderwerp")])
