"""Heads, bodies and readers that are too big or too slow, over raw sockets against a web process of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
import uvloop

from app.assets import DIST
from app.auth.cli import open_for
from app.beveiliging import MAX_BODY, SMALL_BODY, security_headers
from app.demo.valkey import EmbeddedValkey
from app.grenzen.verbinding import MAX_FIELDS, MAX_HEAD, MAX_URL, _Quiet
from tests.processen.conftest import HOST, Web, web
from tests.stack import eventually
from tests.tenants import support
from tests.town import Town

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]
PATIENCE = 1.0
LONGEST = 30.0  # seconds that a test waits before it says that nothing ends this
GET = f"GET /livez HTTP/1.1\r\nhost: {HOST}\r\n".encode()


@pytest.fixture(scope="module")
async def server(
    applied: None, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    with web(folder, KISS_CLIENT_SECONDS=str(PATIENCE), REDIS_URL=valkey.url) as started:
        yield started


@contextmanager
def connected(server: Web, *, window: int = 0) -> Iterator[socket.socket]:
    with socket.socket() as client:
        if window:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        client.settimeout(LONGEST)
        client.connect(("127.0.0.1", server.port))
        yield client


def said(client: socket.socket) -> bytes:
    """Everything until the other side closes. Fails the test when it does not."""
    heard = b""
    with suppress(ConnectionResetError):
        while part := client.recv(65_536):
            heard += part
    return heard


def problem(heard: bytes, status: int) -> dict[str, object]:
    """The refusal: its status, the headers that every answer has, and a sentence in Dutch."""
    head, _, body = heard.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0].startswith(f"HTTP/1.1 {status} "), heard[:300]
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert set(security_headers(https=False)) <= set(headers)
    assert (headers["cache-control"], headers["connection"]) == ("no-store", "close")
    found: dict[str, object] = json.loads(body)
    assert found["status"] == status
    assert len(str(found["detail"])) > 15
    return found


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (GET + b"".join(b"x-%d: y\r\n" % n for n in range(MAX_FIELDS)) + b"\r\n", 431),
        (GET + b"x-groot: " + b"y" * MAX_HEAD + b"\r\n\r\n", 431),
        (GET + b"cookie: " + b"a=b; " * (MAX_HEAD // 5 + 1) + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * MAX_URL + b" HTTP/1.1\r\nhost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nhost x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n", 400),
    ],
    ids=["many fields", "a big field", "a big cookie", "a long address", "no colon", "TLS", "negative", "two lengths",
         "no chunk"],
)  # fmt: skip
async def test_a_head_that_is_too_much(server: Web, sent: bytes, status: int) -> None:
    with connected(server) as client:
        client.sendall(sent)
        heard = said(client)
    if b"chunked" in sent:  # the application may have begun to answer
        assert heard == b"" or heard.startswith(b"HTTP/1.1 4")
    else:
        problem(heard, status)
    assert server.status("/livez") == 200


async def test_what_fits_is_answered(server: Web) -> None:
    fields = b"".join(b"x-%d: y\r\n" % n for n in range(MAX_FIELDS - 2))
    with connected(server) as client:
        client.sendall(GET + fields + b"\r\n" + GET + b"x-groot: " + b"y" * 20_000 + b"\r\nconnection: close\r\n\r\n")
        assert said(client).count(b"HTTP/1.1 200 OK") == 2, "one after the other on one connection"


async def test_a_field_without_end_is_cut_off(server: Web) -> None:
    with connected(server) as client:
        client.sendall(GET + b"x-eindeloos: ")
        sent = 0
        with suppress(ConnectionError):
            while sent < 50_000_000:
                sent += client.send(b"y" * 65_536)
        assert sent < 50_000_000
    assert server.measured()['kiss_clients_dropped_total{outcome="kop-groot"}'] >= 1


def drip(client: socket.socket, every: float, byte: bytes = b"y") -> float:
    """Send a byte now and then until the other side has had enough; gives the seconds that took."""
    began = time.monotonic()
    client.settimeout(every)
    while time.monotonic() - began < LONGEST:
        try:
            client.send(byte)
            client.recv(1, socket.MSG_PEEK)  # an answer or the end
            break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    client.settimeout(LONGEST)
    return time.monotonic() - began


def slow_head(server: Web) -> bytes:
    with connected(server) as client:
        client.sendall(GET + b"x-traag: ")
        assert drip(client, 0.2) < LONGEST
        return said(client)


def slow_body(server: Web) -> bytes:
    with connected(server) as client:
        client.sendall(
            b"POST /aanmelden HTTP/1.1\r\nhost: " + HOST.encode()
            + b"\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\n"
        )  # fmt: skip
        assert drip(client, 0.3) < LONGEST
        return said(client)


def silent(server: Web) -> bytes:
    with connected(server) as client:
        return said(client)


async def test_slow_clients_are_sent_away_and_others_do_not_notice(server: Web) -> None:
    """Slowloris: a hundred connections that drip; meanwhile everybody else is answered."""
    slow: list[Callable[[Web], bytes]] = [slow_head] * 80 + [slow_body] * 10 + [silent] * 10
    with ThreadPoolExecutor(len(slow)) as pool:
        under_way = [pool.submit(one, server) for one in slow]
        answered = []
        while not all(one.done() for one in under_way):
            answered.append(server.status("/livez"))
            await asyncio.sleep(0.05)
        heard = [one.result() for one in under_way]
    assert set(answered) == {200}
    assert len(answered) >= 10
    for answer in heard[:90]:
        problem(answer, 408)
    assert heard[90:] == [b""] * 10
    dropped = server.measured()
    assert dropped['kiss_clients_dropped_total{outcome="kop-traag"}'] >= 80
    assert dropped['kiss_clients_dropped_total{outcome="inhoud-traag"}'] >= 10


async def test_a_reader_that_does_not_read_is_sent_away(server: Web) -> None:
    """Everything that fits is in buffers; then nothing goes on, and nothing of ours may wait for it."""
    biggest = max(DIST.rglob("*.css"), key=lambda path: path.stat().st_size)
    get = f"GET /static/{biggest.relative_to(DIST)} HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode()
    with connected(server, window=4_096) as client:
        client.sendall(get * (20_000_000 // biggest.stat().st_size))
        name = 'kiss_clients_dropped_total{outcome="leest-niet"}'
        eventually(lambda: server.measured().get(name, 0) >= 1, seconds=LONGEST, what=name)
    assert server.status("/livez") == 200


async def test_who_leaves_halfway_is_no_failure_of_ours(server: Web) -> None:
    for _ in range(5):
        with connected(server) as client:
            client.sendall(
                f"POST /aanmelden HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: 100\r\n".encode()
                + b"content-type: application/x-www-form-urlencoded\r\n\r\n_csrf="
            )
    name = 'kiss_answers_total{method="POST",route="/aanmelden",status="408"}'
    eventually(lambda: server.measured().get(name, 0) >= 1 or server.status("/livez") == 200, seconds=LONGEST)
    assert not [one for one in server.measured() if 'status="500"' in one]


def posted(server: Web, path: str, size: int, **headers: str) -> bytes:
    sent = {"host": HOST, "content-length": str(size), "content-type": "application/x-www-form-urlencoded"}
    sent |= {"connection": "close"} | headers
    with connected(server) as client:
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        client.sendall(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode())
        with suppress(ConnectionError):
            client.sendall(b"a" * size)
        return said(client)


async def test_a_body_that_is_too_big_gets_a_page(server: Web) -> None:
    page = posted(server, "/aanmelden", SMALL_BODY + 1, accept="text/html")
    assert page.startswith(b"HTTP/1.1 413 ")
    assert "64 kB" in page.decode()
    told = posted(server, "/aanmelden", SMALL_BODY + 1, accept="application/json")
    assert b"application/problem+json" in told
    assert not posted(server, "/aanmelden", SMALL_BODY, accept="text/html").startswith(b"HTTP/1.1 413 ")


async def test_what_people_type_at_length_may_be_longer(server: Web, deventer: Town) -> None:
    cookie = "__Host-sid=" + await open_for(deventer.tenant, "sanne.proef")
    path = f"/gesprekken/{await deventer.gesprek()}/afronding"
    assert not posted(server, path, SMALL_BODY * 2, cookie=cookie).startswith(b"HTTP/1.1 413 ")
    page = posted(server, path, MAX_BODY + 1, cookie=cookie, accept="text/html")
    assert page.startswith(b"HTTP/1.1 413 ")
    assert "1 MB" in page.decode()


async def test_an_event_stream_lasts(server: Web, deventer: Town) -> None:
    """The end of every phase is for what the client does; here it waits for us."""
    cookie = await open_for(deventer.tenant, "sanne.proef")
    with connected(server) as client:
        client.sendall(
            f"GET /gebeurtenissen HTTP/1.1\r\nhost: {HOST}\r\ncookie: __Host-sid={cookie}\r\n"
            "accept: text/event-stream\r\n\r\n".encode()
        )
        client.settimeout(PATIENCE * 6)
        heard = client.recv(65_536)
        assert heard.startswith(b"HTTP/1.1 200 ")
        with suppress(TimeoutError):
            while part := client.recv(65_536):
                heard += part
            pytest.fail(f"the stream ended: {heard[-200:]!r}")


async def test_a_refusal_during_an_upgrade_is_a_plain_answer(server: Web) -> None:
    with connected(server) as client:
        client.sendall(
            GET + b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        client.settimeout(5)
        assert client.recv(200).startswith(b"HTTP/1.1 200 OK")


async def test_patience_is_a_setting(applied: None) -> None:
    from app.settings import settings

    with support.environment(KISS_CLIENT_SECONDS="0"), pytest.raises(SystemExit, match="KISS_CLIENT_SECONDS"):
        settings()


async def _left() -> asyncio.Transport:
    """A connection of uvloop that is over."""
    loop = asyncio.get_running_loop()
    here, there = socket.socketpair()
    here.setblocking(False)
    transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, here)
    there.close()
    transport.abort()
    await asyncio.sleep(0.01)
    return transport


def test_the_last_words_for_who_just_left_are_no_failure() -> None:
    async def speak(*, quietly: bool) -> None:
        transport = await _left()
        (_Quiet(transport) if quietly else transport).write(b"HTTP/1.1 200 OK\r\n")

    with pytest.raises(RuntimeError, match="closed"):
        uvloop.run(speak(quietly=False))
    uvloop.run(speak(quietly=True))
