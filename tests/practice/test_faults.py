"""Every fault of every register, seen by a client that reads the bytes itself."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from click.testing import CliRunner, Result

from app.practice.cli import practice
from app.practice.elsewhere import CERTIFICATES
from app.practice.faults import APIS, KINDS
from app.practice.misbehave import HUGE, WAYS
from app.practice.people import sample
from tests.practice.client import BRP, CONTACT, Registers
from tests.practice.server import running_practice
from tests.practice.test_steering import kiss

BSN = sample("deventer")["hoofdpersoon"].bsn
QUESTION = {"type": "RaadpleegMetBurgerservicenummer", "fields": ["naam"], "burgerservicenummer": [BSN]}


@dataclass
class Wire:
    """A connection of our own."""

    base: str

    def request(self, api: str, tenant: str = "deventer") -> bytes:
        """A question that is answered with 200 when nothing is wrong."""
        if api == "brp":
            body = json.dumps(QUESTION).encode()
            head = f"POST /{tenant}{BRP} HTTP/1.1\r\nX-API-KEY: oefen-brp-{tenant}\r\n"
        else:
            body = b""
            head = f"GET /{tenant}/klantinteracties/api/v1/klantcontacten HTTP/1.1\r\n"
            head += f"Authorization: Token oefen-klant-{tenant}\r\n"
        head += f"Host: x\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    def ask(self, api: str, tenant: str = "deventer") -> socket.socket:
        where = urlsplit(self.base)
        line = socket.create_connection((where.hostname, where.port), timeout=10)
        line.sendall(self.request(api, tenant))
        return line

    def answer(self, api: str, tenant: str = "deventer") -> tuple[int, dict[str, str], bytes]:
        """Status, headers, and as much of the body as came before the connection ended or the length was there."""
        with self.ask(api, tenant) as line:
            received = bytearray()
            while b"\r\n\r\n" not in received:
                received += line.recv(65536)
            head, _, body = bytes(received).partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines[1:])}
            wanted = int(headers.get("content-length", HUGE))
            received = bytearray(body)
            while len(received) < wanted and (more := line.recv(1 << 20)):
                received += more
        return int(lines[0].split(" ")[1]), headers, bytes(received)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("praktijk")


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    with running_practice(folder) as url:
        yield url


@pytest.fixture
def wire(deventer: Registers, zwolle: Registers) -> Wire:
    return Wire(deventer.base)


def nothing_comes(wire: Wire, api: str) -> None:
    with wire.ask(api) as line:
        line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            line.recv(1)


def is_reset(wire: Wire, api: str) -> None:
    with wire.ask(api) as line, pytest.raises(ConnectionResetError):
        line.recv(1)


def ends_halfway(wire: Wire, api: str) -> None:
    status, headers, body = wire.answer(api)
    assert status == 200
    assert 0 < len(body) < int(headers["content-length"])


def drips(wire: Wire, api: str) -> None:
    with wire.ask(api) as line:
        line.settimeout(0.5)
        head, first = line.recv(65536), b""
        if head.endswith(b"\r\n\r\n"):
            first = line.recv(65536)
        assert b"200" in head.split(b"\r\n")[0]
        assert len(first) <= 1
        with pytest.raises(TimeoutError):
            line.recv(1)


def says(status: int, retry: str | None) -> Callable[[Wire, str], None]:
    def seen(wire: Wire, api: str) -> None:
        found, headers, body = wire.answer(api)
        assert (found, headers.get("retry-after"), json.loads(body)["status"]) == (status, retry, status)

    return seen


def is_no_json(wire: Wire, api: str) -> None:
    status, headers, body = wire.answer(api)
    assert (status, headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert int(headers["content-length"]) == len(body)
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        json.loads(body)


def is_a_page(wire: Wire, api: str) -> None:
    status, headers, body = wire.answer(api)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!doctype html>")


def is_other_json(wire: Wire, api: str) -> None:
    status, _, body = wire.answer(api)
    assert status == 200
    assert not isinstance(json.loads(body)[{"brp": "personen"}.get(api, "results")], list)


def floods(wire: Wire, api: str) -> None:
    status, headers, body = wire.answer(api)
    assert (status, headers["transfer-encoding"]) == (200, "chunked")
    assert len(body) >= HUGE


def waits(wire: Wire, api: str) -> None:
    begun = time.monotonic()
    assert wire.answer(api)[0] == 200
    assert time.monotonic() - begun >= 0.3


SEEN: dict[str, tuple[dict[str, str | int], Callable[[Wire, str], None]]] = {
    "delay": ({"seconds": "0.3"}, waits),
    "hang": ({"seconds": 5}, nothing_comes),
    "drip": ({}, drips),
    "reset": ({}, is_reset),
    "reply-lost": ({}, is_reset),
    "cut": ({}, ends_halfway),
    "429": ({"seconds": 7}, says(429, "7")),
    "500": ({}, says(500, None)),
    "503": ({}, says(503, "5")),
    "malformed": ({}, is_no_json),
    "content-type": ({}, is_a_page),
    "wrong-schema": ({}, is_other_json),
    "huge": ({}, floods),
}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_of_one_register_of_one_municipality(kind: str, api: str, deventer: Registers, wire: Wire) -> None:
    how, seen = SEEN[kind]
    deventer.steer("fault", kind=kind, api=api, **how)
    seen(wire, api)
    other = next(name for name in APIS if name != api)
    assert wire.answer(other)[0] == 200, "the other register of this municipality works"
    assert wire.answer(api, "zwolle")[0] == 200, "the other municipality notices nothing"
    deventer.steer("reset")
    assert wire.answer(api)[0] == 200


@pytest.mark.parametrize("api", APIS)
def test_a_register_that_refuses(api: str, deventer: Registers, wire: Wire, folder: Path) -> None:
    (playing,) = deventer.steer("fault", kind="refused", api=api)
    where = urlsplit(playing["url"])
    assert json.loads((folder / "adressen.json").read_text()) == {f"/deventer/{APIS[api]}": playing["url"]}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((where.hostname, where.port), timeout=5)
    deventer.steer("reset")
    assert json.loads((folder / "adressen.json").read_text()) == {}


WRONG = {"expired": "has expired", "other-host": "mismatch", "self-signed": "self-signed"}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_certificate_that_is_wrong(certificate: str, api: str, deventer: Registers, folder: Path) -> None:
    """For a client that trusts who signed, and so sees what exactly is wrong."""
    (playing,) = deventer.steer("fault", kind="certificate", certificate=certificate, api=api)
    where = urlsplit(playing["url"])
    context = ssl.create_default_context(cafile=folder / "praktijk-ca.pem")
    with (
        socket.create_connection((where.hostname, where.port), timeout=5) as line,
        pytest.raises(ssl.SSLCertVerificationError, match=WRONG[certificate]),
    ):
        context.wrap_socket(line, server_hostname=where.hostname)
    deventer.steer("reset")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((where.hostname, where.port), timeout=5)


def test_every_kind_is_observed() -> None:
    assert set(SEEN) | {"refused", "certificate"} == set(KINDS)
    assert set(SEEN) == set(WAYS)


def test_so_many_times_and_no_more(deventer: Registers, wire: Wire) -> None:
    deventer.steer("fault", kind="500", api="brp", times=2)
    assert [wire.answer("brp")[0] for _ in range(4)] == [500, 500, 200, 200]


def test_a_part_of_the_questions(deventer: Registers, wire: Wire) -> None:
    deventer.steer("fault", kind="500", api="brp", rate="0")
    assert {wire.answer("brp")[0] for _ in range(5)} == {200}
    deventer.steer("fault", kind="500", api="brp", rate="0.5")
    assert {wire.answer("brp")[0] for _ in range(60)} == {200, 500}


@pytest.mark.parametrize(("kind", "arrives"), [("reply-lost", 1), ("cut", 1), ("reset", 0), ("500", 0)])
def test_whether_the_work_was_done(kind: str, arrives: int, deventer: Registers) -> None:
    deventer.steer("fault", kind=kind, api="klantinteracties", times=1)
    try:
        deventer.raw("POST", "/maak-klantcontact", json={"klantcontact": CONTACT})
    except httpx2.HTTPError:
        assert kind != "500"
    assert len(deventer.ledger()) == arrives


@pytest.mark.parametrize(
    "query",
    [
        "kind=onbekend",
        "kind=500&api=kvk",
        "kind=500&seconds=3",
        "kind=hang&seconds=601",
        "kind=hang&seconds=-1",
        "kind=500&rate=1.5",
        "kind=500&times=0",
        "kind=refused&times=2",
        "kind=certificate&rate=0.5",
        "kind=certificate&certificate=oud",
        "kind=500&certificate=expired",
        "kind=hang&seconds=veel",
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(deventer: Registers, query: str) -> None:
    answer = deventer.client.post(f"{deventer.base}/_praktijk/deventer/fault?{query}")
    assert answer.status_code == 400, answer.text
    assert deventer.client.get(f"{deventer.base}/_praktijk/deventer/fault").json() == []


def test_another_website_cannot_break_it(deventer: Registers) -> None:
    url, headers = f"{deventer.base}/_praktijk/deventer/fault?kind=500", {"Sec-Fetch-Site": "cross-site"}
    assert deventer.client.post(url, headers=headers).status_code == 403
    assert deventer.client.delete(url, headers=headers).status_code == 403


@pytest.fixture
def said(deventer: Registers, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`kiss practice fault --tenant deventer …`, in this process."""
    monkeypatch.setenv("KISS_PRACTICE_URL", deventer.base)
    return lambda *words: CliRunner().invoke(practice, ["fault", "--tenant", "deventer", *words])


def test_the_command(deventer: Registers, wire: Wire, said: Callable[..., Result]) -> None:
    words = ("fault", "--tenant", "deventer")
    assert said().stdout == "Er speelt geen storing.\n"
    done = kiss(deventer.base, *words, "--api", "brp", "--kind", "hang", "--seconds", "3", "--times", "9", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (playing,) = json.loads(done.stdout)
    assert playing.items() >= {"tenant": "deventer", "api": "brp", "kind": "hang", "seconds": 3, "times": 9}.items()
    assert json.loads(said("--json").stdout) == [playing]
    assert "kind: hang" in said().stdout
    page = deventer.client.get(deventer.base + "/").text
    assert "Storingen die nu spelen" in page
    assert KINDS["hang"] in page
    assert json.loads(said("--clear", "--json").stdout) == []
    assert wire.answer("brp")[0] == 200
    both = json.loads(said("--kind", "503", "--json").stdout)
    assert [one["api"] for one in both] == list(APIS)


def test_the_command_says_what_it_cannot_do(said: Callable[..., Result]) -> None:
    for words in (("--kind", "500", "--clear"), ("--times", "3"), ("--kind", "500", "--seconds", "3")):
        done = said(*words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.startswith("Error:")
    assert said("--kind", "brand").exit_code == 2
