"""What a tenant admin may type, and what a name may resolve to. Nothing here may open a socket."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from app.connectors.ports import Misconfigured, Unavailable
from app.http import AddressRefused, Outbound, deadline, destination
from app.http.guard import permitted
from tests.http.listeners import listeners

pytestmark = pytest.mark.anyio

# {p} becomes a port on which we listen; without {p} nothing could arrive at a listener anyway, but it is refused too.
INSIDE = """
https://127.0.0.1/ https://127.0.0.1:8443/ https://127.0.0.1:{p}/ http://127.0.0.1:{p}/ https://localhost:{p}/
https://localhost/ https://127.1/ https://127.1:8443/ https://127.0.1/ https://2130706433/ https://0x7f000001/
https://0x7f.0.0.1/ https://0X7F.1/ https://0177.0.0.1/ https://017700000001/ https://0/ https://0.0.0.0/
https://00.0.0.0/ https://127.0.0.01/ https://127.000.000.001/ https://127.0.0.1./ https://localhost./
https://localhost.localdomain./ https://127.0.0.1.:8443/ https://1/ https://0x0/ https://0x/ https://①②⑦.⓪.⓪.①/
https://127。0。0。1/ https://１２７.0.0.1/ https://lo\u00adcalhost/ https://ⓛocalhost/ https://127%2e0%2e0%2e1/
https://[::1]/ https://[::1]:8443/ https://[0:0:0:0:0:0:0:1]/ https://[::]/ https://[::ffff:127.0.0.1]/
https://[::ffff:7f00:1]/ https://[::127.0.0.1]/ https://[64:ff9b::127.0.0.1]/ https://[64:ff9b::a9fe:a9fe]/
https://[64:ff9b:1::1]/ https://[2002:7f00:1::]/ https://[2001:0:7f00:1::]/ https://[fe80::1]/
https://[fe80::1%25lo]/ https://[fe80::1%lo]/ https://[fec0::1]/ https://[fc00::1]/ https://[fd00:ec2::254]/
https://[fd20:ce::254]/ https://[ff02::1]/ https://[2001:db8::1]/ https://[3fff::1]/ https://[5f00::1]/
https://[100::1]/ https://[::1]x:8443/ https://[::1 https://::1/ https://[v1.fe80]/ https://[127.0.0.1]/
https://10.0.0.1/ https://172.16.0.1/ https://172.31.255.255/ https://192.168.0.1/ https://169.254.169.254/
https://100.64.0.1/ https://100.100.100.200/ https://168.63.129.16/ https://192.0.0.8/ https://192.0.0.192/
https://192.0.2.1/ https://192.88.99.1/ https://198.18.0.1/ https://198.51.100.1/ https://203.0.113.1/
https://224.0.0.1/ https://239.1.1.1/ https://240.0.0.1/ https://255.255.255.255/ https://0xa9fea9fe/
https://2852039166/ https://0251.0376.0251.0376/ https://169.254.43518/ http://example.org/ ftp://example.org/
file:///etc/passwd gopher://127.0.0.1:{p}/ javascript:alert(1) //127.0.0.1:{p}/ 127.0.0.1:{p} https:127.0.0.1
https:/127.0.0.1/ https:///127.0.0.1/ https://example.org:22/ https://example.org:80/ https://example.org:0/
https://example.org:65536/ https://example.org:-1/ https://example.org:4４3/ https://example.org:443:80/
https://example.org:/ https://user@example.org/ https://user:pw@example.org/ https://example.org@127.0.0.1:{p}/
https://127.0.0.1:{p}@example.org/ https://example.org\\@127.0.0.1/ https://example.org%40127.0.0.1/
https://example.org#@127.0.0.1/ https://example.org?@127.0.0.1/ https://example.org/../x https://example.org/./x
https://example.org//x https://example.org/%2e%2e/ https://example.org/a;b/%00 https://0x7f.1/ https://0177.1/
https://127.0.0.1:08443{p}/ https://0127.0.0.1/ https://127.0.0.256/ https://256.256.256.256/ https://1.2.3/
https://1.2.3.4.5/ https://4294967295/ https://4294967296/ https://0300.0250.1/ https://192.168.257/
https://172.1048577/ https://①/ https://169.254.169.254:8443/latest/meta-data/ https://[::ffff:169.254.169.254]/
https://[::ffff:0:7f00:1]/ https://[2001:10::1]/ https://[2001:20::1]/ https://[2620:4f:8000::1]/
https://[0::0]/ https://[::a00:1]/ https://[ff0e::1]/ https://[fdff::1]/ https://exa_mple-.org/
https://-example.org/ https://example..org/ https://.example.org/ https://*.example.org/ https://intranet/
https://kubernetes.default.svc.1/ https://postgres:8443/ https://gemeente.nl.0x7f/ praktijk:/deventer/x
praktijk://127.0.0.1/
""".split()
SPACED = [
    "https://127.0.0.1:{p}/\n",
    " https://127.0.0.1/",
    "https://exam\tple.org/",
    "https://example.org/ x",
    "",
    "https://",
]
REFUSED = INSIDE + SPACED


def test_the_table_is_long_and_has_no_doubles() -> None:
    assert len(set(REFUSED)) == len(REFUSED) >= 150


async def test_no_typed_address_reaches_inside(production: None) -> None:
    async with listeners() as (port, came):
        passed = []
        for typed in REFUSED:
            with suppress(AddressRefused):
                where = destination(typed.format(p=port) if "{p}" in typed else typed)
                passed.append(typed)
                with suppress(Misconfigured):
                    await Outbound(tenant="t", koppeling="k", naam="K", where=where).get("/", route="x")
        assert passed == []
        assert came == []


async def test_the_listeners_would_have_noticed() -> None:
    async with listeners() as (port, came):
        http = Outbound(
            tenant="t", koppeling="k", naam="K", where=destination(f"http://127.0.0.1:{port}", private=True)
        )
        async with deadline(1.0):
            with pytest.raises(Unavailable):
                await http.post("/", route="x", json={})
        assert len(came) == 1


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://api.example.org", "https://api.example.org:443"),
        ("https://API.Example.org:8443/brp/v2/", "https://api.example.org:8443/brp/v2"),
        ("https://xn--caf-dma.example/a-b_c/~x", "https://xn--caf-dma.example:443/a-b_c/~x"),
        ("https://8.8.8.8/x", "https://8.8.8.8:443/x"),
        ("https://[2a02:2770::21a:4aff:fe5b:9a8a]/", "https://[2a02:2770::21a:4aff:fe5b:9a8a]:443"),
    ],
)
def test_ordinary_addresses_pass(typed: str, url: str) -> None:
    assert destination(typed).url == url


@pytest.mark.parametrize(
    "typed", ["http://127.0.0.1:9/x", "http://postgres:5432", "https://10.1.2.3/", "http://[::1]:9"]
)
def test_an_operator_may_allow_private_addresses(typed: str) -> None:
    assert destination(typed, private=True).private


@pytest.mark.parametrize(
    "typed",
    (
        "https://169.254.169.254/ http://100.100.100.200/ https://[fd00:ec2::254]/ https://[fe80::1]/ http://127.1/ "
        "http://2130706433/ http://0.0.0.0/ http://224.0.0.1/ http://u@127.0.0.1/"
    ).split(),
)
def test_nobody_may_allow_these(typed: str) -> None:
    with pytest.raises(AddressRefused):
        destination(typed, private=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a02:2770::1", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_answers_of_a_resolver_pass(address: str) -> None:
    assert str(permitted(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "fe80::1%eth0",
        "fd12::1",
        "2002:808:808::1",
        "x",
    ],
)
def test_inside_answers_of_a_resolver_do_not(address: str) -> None:
    with pytest.raises(AddressRefused):
        permitted(address)


async def _refuses(answers: list[list[str]], *, tries: int) -> list[str]:
    """Ask `tries` times with a resolver that gives these answers in turn; who came at our listeners?"""
    async with listeners() as (port, came):
        turn = 0

        async def resolver(host: str, asked: int) -> list[str]:
            nonlocal turn
            turn += 1
            return answers[turn % len(answers)]

        where = destination("https://register.example.org:8443/")
        where = type(where)(where.scheme, where.host, port, where.path, private=False)  # as if the port were allowed
        http = Outbound(tenant="t", koppeling="rebind", naam="K", where=where, resolver=resolver)
        for _ in range(tries):
            async with deadline(1.0):
                with pytest.raises(Misconfigured):
                    await http.get("/x", route="x")
        assert turn >= tries
        return came


async def test_a_mixed_answer_is_refused_whole() -> None:
    mixed = [["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["8.8.8.8", "::1"], ["127.0.0.1"]]
    assert await _refuses(mixed, tries=200) == []


async def test_a_name_that_rebinds_is_asked_once_per_connection_and_never_reached() -> None:
    """The checked answer is the one we connect to: there is no second look-up to poison."""
    asked = []

    async def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    async with listeners() as (port, came):
        where = destination(f"http://register.example.org:{port}", private=True)
        http = Outbound(tenant="t", koppeling="rebind", naam="K", where=where, resolver=resolver)
        async with deadline(1.0):
            answered = asyncio.create_task(http.call("POST", "/x", route="x", json={}))
            await asyncio.wait([answered])
        assert answered.exception() is not None
        assert asked == ["register.example.org"]
        assert came == []  # nobody listens on 127.0.0.2, and we went nowhere else


async def test_without_https_only_private_addresses() -> None:
    async def public(host: str, port: int) -> list[str]:
        return ["8.8.8.8"]

    where = destination("http://register.example.org", private=True)
    with pytest.raises(Misconfigured, match="Zonder https"):
        await Outbound(tenant="t", koppeling="k", naam="K", where=where, resolver=public).get("/", route="x")


async def test_a_path_cannot_lead_to_another_host() -> None:
    async with listeners() as (port, came):
        where = destination("https://register.example.org")
        http = Outbound(tenant="t", koppeling="k", naam="K", where=where, headers={"Authorization": "Token geheim"})
        for path in (f"@127.0.0.1:{port}/", f".evil.example:{port}/", "\\@127.0.0.1/", f":{port}/"):
            with pytest.raises(Misconfigured):
                await http.get(path, route="x")
        assert came == []
