"""Against a server that misbehaves: each fault is one of our failures, in time, repeated only where that may be."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import format_datetime
from time import monotonic

import pytest
from msgspec import Struct

from app import klok
from app.connectors.ports import ConnectorFailure, Misconfigured, Unavailable
from app.http import Answer, Outbound, deadline, destination
from app.http.outbound import MAX_BYTES
from app.http.transport import CONCURRENT
from tests.http.servers import Scripted, Step, answer, cut, drip, flood, hang, reset, scripted, slow

pytestmark = pytest.mark.anyio


class Fiets(Struct):
    wielen: int


def out(server: Scripted, koppeling: str = "k", tenant: str = "t", **headers: str) -> Outbound:
    where = destination(server.url, private=True)
    return Outbound(tenant=tenant, koppeling=koppeling, naam="Register", where=where, headers=headers)


async def failure(http: Outbound, method: str = "GET", *, seconds: float = 1.2) -> tuple[ConnectorFailure, float]:
    started = monotonic()
    async with deadline(seconds):
        with pytest.raises(ConnectorFailure) as caught:
            await http.call(method, "/x", route="x", json=None if method == "GET" else {})
    return caught.value, monotonic() - started


async def test_an_answer_comes_whole_and_the_request_is_ours() -> None:
    async with scripted(answer(b'{"wielen": 2, "nieuw": []}')) as server:
        got = await out(server, Authorization="Token geheim").get("/fietsen", route="fietsen", params={"q": "a&b"})
        assert got.ok
        assert got.read(Fiets) == Fiets(2)
        head = server.heads[0].lower()
        assert head.startswith("get /api/fietsen?q=a%26b http/1.1")
        assert f"host: 127.0.0.1:{server.port}" in head
        assert "authorization: token geheim" in head


@pytest.mark.parametrize(
    ("step", "kind", "reden"),
    [
        (hang, Unavailable, "te-traag"),
        (drip, Unavailable, "te-traag"),
        (reset, Unavailable, "afgebroken"),
        (cut, Unavailable, "afgebroken"),
        (flood, Unavailable, "te-groot"),
        (answer(b" " * (MAX_BYTES + 1)), Unavailable, "te-groot"),
        (answer(b"x", Content_Encoding="gzip"), Unavailable, "ingepakt"),
        (answer(status=500), Unavailable, "500"),
        (answer(status=503), Unavailable, "503"),
        (answer(status=408), Unavailable, "408"),
        (answer(status=401), Misconfigured, "401"),
        (answer(status=403), Misconfigured, "403"),
        (answer(status=301, Location="http://127.0.0.1:1/"), Misconfigured, "301"),
        (answer(status=307, Location="http://127.0.0.1:1/"), Misconfigured, "307"),
    ],
)
async def test_every_fault_is_one_of_ours_and_ends_in_time(
    step: Step, kind: type[ConnectorFailure], reden: str
) -> None:
    async with scripted(step) as server:
        for method in ("GET", "POST"):
            problem, seconds = await failure(out(server, koppeling=method), method)
            assert type(problem) is kind or isinstance(problem, kind)
            assert problem.reden == reden
            assert problem.zin.startswith("Register ")
            assert seconds < 1.4


async def test_nobody_listens() -> None:
    async with scripted(answer()) as server:
        pass
    problem, _ = await failure(out(server))
    assert isinstance(problem, Unavailable)
    assert problem.reden == "geen-verbinding"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"wielen": "veel"}', b"{}", b"\xff\xfe", b"null", b'{"wielen": 1} x']
)
async def test_unreadable_json(body: bytes) -> None:
    async with scripted(answer(body)) as server:
        got = await out(server).get("/x", route="x")
        with pytest.raises(Unavailable):
            got.read(Fiets)


@pytest.mark.parametrize("kind", ["text/html", "application/xml", "application/jsonp", ""])
async def test_another_content_type(kind: str) -> None:
    got = Answer(200, {"content-type": kind}, b'{"wielen": 2}', "Register")
    with pytest.raises(Unavailable):
        got.read(Fiets)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/problem+json"])
async def test_content_types_of_json(kind: str) -> None:
    assert Answer(200, {"content-type": kind}, b'{"wielen": 2}', "Register").read(Fiets).wielen == 2


@pytest.mark.parametrize(
    "first", [reset, answer(status=502), answer(status=503), answer(status=504), answer(status=429)]
)
async def test_get_is_tried_again(first: Step) -> None:
    async with scripted(first, answer()) as server:
        assert (await out(server).get("/x", route="x")).ok
        assert server.requests == 2


@pytest.mark.parametrize("first", [reset, cut, answer(status=502), answer(status=503), answer(status=429)])
async def test_post_is_sent_once(first: Step) -> None:
    async with scripted(first, answer()) as server:
        await failure(out(server), "POST")
        await asyncio.sleep(0.3)
        assert server.requests == 1


async def test_a_post_that_changes_nothing_may_be_repeated() -> None:
    async with scripted(answer(status=503), answer()) as server:
        assert (await out(server).post("/x", route="x", json={"a": 1}, safe_to_repeat=True)).ok
        assert server.bodies == [b'{"a":1}', b'{"a":1}']


@pytest.mark.parametrize("status", [400, 404, 405, 409, 500])
async def test_what_is_not_repeated(status: int) -> None:
    async with scripted(answer(status=status), answer()) as server:
        try:
            assert (await out(server).get("/x", route="x")).status == status
        except Unavailable:
            assert status == 500
        assert server.requests == 1


async def test_retry_after_is_waited_for_when_it_fits() -> None:
    async with scripted(answer(status=429, Retry_After="1"), answer()) as server, deadline(2.5):
        started = monotonic()
        assert (await out(server).get("/x", route="x")).ok
        assert monotonic() - started >= 1.0


@pytest.mark.parametrize("date", [False, True])
async def test_retry_after_beyond_the_deadline_is_told_instead(date: bool) -> None:
    wait = format_datetime(klok.now() + timedelta(seconds=120), usegmt=True) if date else "120"
    async with scripted(answer(status=429, Retry_After=wait), answer()) as server:
        problem, seconds = await failure(out(server))
        assert isinstance(problem, Unavailable)
        assert problem.retry_after == pytest.approx(120, abs=2)
        assert seconds < 0.5
        assert server.requests == 1


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1.5", "Xyz, 99 Foo 2026"])
async def test_a_nonsense_retry_after_counts_as_absent(nonsense: str) -> None:
    async with scripted(answer(status=503, Retry_After=nonsense)) as server:
        problem, _ = await failure(out(server), "POST")
        assert isinstance(problem, Unavailable)
        assert problem.retry_after is None


async def test_calls_of_a_page_share_one_deadline() -> None:
    async with scripted(slow(0.5)) as server:
        http = out(server)
        started = monotonic()
        async with deadline(0.9), deadline(60):
            await http.get("/1", route="x")
            with pytest.raises(Unavailable):
                await http.get("/2", route="x")
        assert 0.8 < monotonic() - started < 1.2
        assert server.requests == 2


async def test_at_most_eight_at_a_time_and_waiting_counts() -> None:
    async with scripted(slow(0.3)) as server:
        http = out(server)
        where = destination(server.url + "/v2", private=True)  # other settings, so another client; the same koppeling
        changed = Outbound(tenant="t", koppeling="k", naam="Register", where=where)
        async with deadline(0.5):
            calls = [(http, changed)[number % 2].get("/x", route="x") for number in range(20)]
            results = await asyncio.gather(*calls, return_exceptions=True)
        assert server.most_at_once == CONCURRENT
        assert sum(isinstance(one, Answer) for one in results) == CONCURRENT
        assert {one.reden for one in results if isinstance(one, Unavailable)} == {"te-traag"}
        async with deadline(2.5):  # places came back
            assert (await http.get("/x", route="x")).ok


async def test_a_busy_koppeling_does_not_hold_up_another() -> None:
    async with scripted(slow(0.4)) as server, deadline(2.0):
        busy = [asyncio.create_task(out(server).get("/x", route="x")) for _ in range(16)]
        await asyncio.sleep(0.05)
        await asyncio.gather(
            out(server, koppeling="andere").get("/x", route="x"), out(server, tenant="u").get("/x", route="x")
        )
        assert not all(task.done() for task in busy), "theirs waited for the places of the busy one"
        await asyncio.gather(*busy, return_exceptions=True)  # on a busy machine some outlive the deadline


async def test_a_dead_system_is_left_alone_and_others_are_not() -> None:
    async with scripted(answer(status=500)) as server:
        for _ in range(5):
            assert (await failure(out(server), "POST"))[0].reden == "500"
        problem, seconds = await failure(out(server), "POST")
        assert problem.reden == "even-gestopt"
        assert seconds < 0.1
        assert server.requests == 5
        assert (await failure(out(server, tenant="u"), "POST"))[0].reden == "500"
        assert (await failure(out(server, koppeling="andere"), "POST"))[0].reden == "500"


async def test_too_little_time_is_not_held_against_the_other_side() -> None:
    async with scripted(slow(0.3)) as server:
        for _ in range(6):
            assert (await failure(out(server), seconds=0.1))[0].reden == "te-traag"
        async with deadline(1.0):
            assert (await out(server).get("/x", route="x")).ok


async def test_a_page_that_is_left_gives_its_place_back() -> None:
    async with scripted(hang) as server:
        left = [asyncio.create_task(out(server).get("/x", route="x")) for _ in range(8)]
        await asyncio.sleep(0.1)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
    async with scripted(answer()) as server:
        assert (await out(server).get("/x", route="x")).ok


async def test_cookies_are_not_kept_and_connections_are() -> None:
    async with scripted(answer(Set_Cookie="wie=jan; Path=/")) as server:
        http = out(server)
        for _ in range(3):
            await http.get("/x", route="x")
        assert "cookie" not in "".join(server.heads).lower()
        assert server.connections == 1


async def test_proxies_of_the_environment_play_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with scripted(answer()) as server:
        assert (await out(server).get("/x", route="x")).ok


async def test_a_key_that_cannot_be_a_header() -> None:
    async with scripted(answer()) as server:
        for wrong in ("a\r\nX-Evil: 1", "sleutel€"):
            problem, _ = await failure(out(server, koppeling=wrong[:2], Authorization=wrong))
            assert isinstance(problem, Misconfigured)
        assert server.requests == 0
