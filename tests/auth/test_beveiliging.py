"""Headers on every response, and input that nobody can read."""

from __future__ import annotations

import random
from urllib.parse import quote_from_bytes

import httpx2
import pytest
from litestar._parsers import parse_url_encoded_form_data
from litestar.types import ASGIApp

from app.beveiliging import MAX_BODY, SecurityHeaders
from tests.auth.provider import StubProvider
from tests.auth.world import Browser, raw

pytestmark = pytest.mark.anyio

HASHED = "/static/app-K3VJ7Q2A.js"


@pytest.fixture
async def signed_in(deventer: Browser, idp: StubProvider) -> Browser:
    await deventer.sign_in(idp, "sanne.proef")
    return deventer


def check(response: httpx2.Response, idp: StubProvider) -> None:
    headers = response.headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'; worker-src 'self'; form-action 'self' {idp.issuer}; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["permissions-policy"].startswith("camera=()")
    assert headers.get_list("cache-control") == ["no-store"]
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/aanmelden", 303),
        ("GET", "/aanmelden/terug?state=a&state=b", 400),
        ("GET", "/beheer/afleveringen", 403),
        ("POST", "/gesprekken", 403),
        ("GET", "/bestaat-niet", 404),
        ("PUT", "/", 405),
        ("OPTIONS", "/", 204),
        ("GET", "/kapot", 500),
        ("GET", "/livez", 200),
        ("GET", "/static/app.css", 200),
        ("GET", "/static/onbekend/pad-K3VJ7Q2A.js", 404),
        ("GET", "/%ff", 404),
    ],
)
async def test_on_every_response(method: str, path: str, status: int, signed_in: Browser, idp: StubProvider) -> None:
    response = await signed_in.send(method, path)
    assert response.status_code == status
    check(response, idp)


async def test_on_refusals(signed_in: Browser, deventer: Browser, idp: StubProvider) -> None:
    csrf = {"x-csrf": await signed_in.csrf()}
    large = await signed_in.post("/gesprekken", content=b"x" * (MAX_BODY + 1), headers=csrf)
    assert large.status_code == 413
    check(large, idp)
    deventer.cookies.clear()
    stranger = await deventer.get("/", headers={"accept": "application/json"})
    assert stranger.status_code == 401
    check(stranger, idp)


async def test_on_an_unknown_host(app: ASGIApp, idp: StubProvider) -> None:
    async with Browser(app, "evil.example") as elsewhere:
        response = await elsewhere.get("/")
    assert response.status_code == 404
    check(response, idp)


async def test_only_names_that_change_with_their_content_are_kept(deventer: Browser) -> None:
    for path in (HASHED, "/static/app.K3VJ7Q2A.css", "/thema/4f1d0a9b.css"):
        assert (await deventer.get(path)).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/static/app.css", "/static/app.js", "/thema/ander.css"):
        assert (await deventer.get(path)).headers["cache-control"] == "no-store"


async def test_files_ask_no_session(signed_in: Browser) -> None:
    assert (await signed_in.get(HASHED)).headers["x-user"] == "None"


async def test_https_adds_hsts(app: ASGIApp) -> None:
    assert isinstance(app, SecurityHeaders)
    secure = SecurityHeaders(app.app, https=True)
    _, _, headers = await raw(secure, [(b"host", b"deventer.localhost")], "/livez")
    assert dict(headers)[b"strict-transport-security"] == b"max-age=63072000; includeSubDomains"
    assert b"form-action 'self';" in dict(headers)[b"content-security-policy"]


async def test_an_application_cannot_weaken_it() -> None:
    async def lax(scope, receive, send):  # type: ignore[no-untyped-def]
        headers = [(b"Content-Security-Policy", b"default-src *"), (b"cache-control", b"public")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    _, _, headers = await raw(SecurityHeaders(lax, https=False), [])
    assert [value for name, value in headers if name.lower() == b"cache-control"] == [b"no-store"]
    policies = [value for name, value in headers if name.lower() == b"content-security-policy"]
    assert len(policies) == 1
    assert policies[0].startswith(b"default-src 'none'")


# Bytes.

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=grens"


def part(body: bytes, name: bytes = b"x", more: bytes = b"") -> bytes:
    head = b'--grens\r\ncontent-disposition: form-data; name="' + name + b'"\r\n' + more
    return head + b"\r\n" + body + b"\r\n--grens--\r\n"


# A form to a route that reads JSON, and the other way round.
MISTAKEN: dict[str, tuple[str, bytes]] = {
    "json route, form": (FORM, b"x=1"),
    "json route, form nested deep": (FORM, b"[" * 5000),
    "json route, multipart": (MULTIPART, part(b"x")),
    "json route, no type": ("", b'{"x": 1}'),
    "json route, text": ("text/plain", b'{"x": 1}'),
    "json route, msgpack": ("application/x-msgpack", b"\x81\xa1x\x01"),
    "json route, type with a tail": ("application/jsonx", b'{"x": "\xff"}'),
}
UNREADABLE: dict[str, tuple[str, bytes]] = {
    "form, %ff": (FORM, b"x=%ff"),
    "form, name %ff": (FORM, b"%ff=x"),
    "form, byte ff": (FORM, b"x=\xff"),
    "form, half a letter": (FORM, b"x=%c3"),
    "form, half raw and half encoded": (FORM, b"x=\xc3%a9"),
    "form, overlong": (FORM, b"x=%c0%af"),
    "form, surrogate": (FORM, b"x=%ed%a0%80"),
    "form, NUL encoded": (FORM, b"x=a%00b"),
    "form, NUL": (FORM, b"x=a\x00b"),
    "form, 2,000 fields": (FORM, b"&".join(b"x%d=1" % n for n in range(2000))),
    "multipart, byte ff": (MULTIPART, part(b"\xff")),
    "multipart, NUL": (MULTIPART, part(b"a\x00b")),
    "multipart, name byte ff": (MULTIPART, part(b"x", name=b"\xff")),
    "multipart, unknown charset": (MULTIPART, part(b"x", more=b"content-type: text/plain; charset=kist\r\n")),
    "multipart, utf-16": (MULTIPART, part(b"x", more=b"content-type: text/plain; charset=utf-16\r\n")),
    "multipart, no boundary": ("multipart/form-data", part(b"x")),
    "multipart, empty boundary": ('multipart/form-data; boundary=""', part(b"x")),
    "multipart, other boundary": ("multipart/form-data; boundary=ander", part(b"x")),
    "multipart, cut": (MULTIPART, part(b"x")[:-9]),
    "multipart, no header": (MULTIPART, b"--grens\r\n\r\nx\r\n--grens--\r\n"),
    "multipart, rubbish": (MULTIPART, b"\x00\xff" * 50),
    "json, byte ff": ("application/json", b'{"x": "\xff"}'),
    "json, name byte ff": ("application/json", b'{"\xff": 1}'),
    "json, NUL escaped": ("application/json", b'{"x": "\\u0000"}'),
    "json, lone surrogate": ("application/json", b'{"x": "\\ud800"}'),
    "json, utf-16": ("application/json", '{"x": 1}'.encode("utf-16")),
    "json, cut": ("application/json", b'{"x": '),
    "json, nested deep": ("application/json", b'{"x":' * 5000),
    "json, empty": ("application/json", b""),
    "json, a list": ("application/json", b"[1]"),
    "json, NaN": ("application/json", b'{"x": NaN}'),
    "json, large number": ("application/json", b'{"x": 1e999999}'),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_nobody_can_read(name: str, signed_in: Browser, idp: StubProvider) -> None:
    content_type, body = UNREADABLE[name]
    path = "/json" if content_type == "application/json" else "/gesprekken"
    headers = {"content-type": content_type, "x-csrf": await signed_in.csrf()}
    response = await signed_in.post(path, content=body, headers=headers)
    assert response.status_code == 400, response.text
    check(response, idp)


@pytest.mark.parametrize("name", MISTAKEN)
async def test_one_thing_read_as_another(name: str, signed_in: Browser) -> None:
    content_type, body = MISTAKEN[name]
    headers = {"content-type": content_type, "x-csrf": await signed_in.csrf()}
    assert (await signed_in.post("/json", content=body, headers=headers)).status_code == 400


async def test_json_to_a_route_that_reads_a_form(signed_in: Browser) -> None:
    response = await signed_in.post("/gesprekken", json={"x": 1}, headers={"x-csrf": await signed_in.csrf()})
    assert response.json()["form"] == {}


@pytest.mark.parametrize("query", [b"x=%ff", b"%00", b"volgende=/%c3", b"volgende=%00", b"\xff=1"], ids=repr)
async def test_a_query_nobody_can_read(query: bytes, app: ASGIApp) -> None:
    assert (await raw(app, [(b"host", b"deventer.localhost")], "/aanmelden", query=query))[0] == 400


@pytest.mark.parametrize("path", ["/static/%ff", "/static/%00", "/static/a%c0%afb", "/static/%ed%a0%80"])
async def test_a_path_nobody_can_read(path: str, app: ASGIApp) -> None:
    assert (await raw(app, [(b"host", b"deventer.localhost")], path))[0] == 400


async def test_letters_of_everybody_are_read(signed_in: Browser) -> None:
    text = "Çağla 😀 Zoë ‑ ǆ & = + %"
    response = await signed_in.post("/gesprekken", {"_csrf": await signed_in.csrf(), "naam": text})
    assert response.json()["form"]["naam"] == [text]
    raw_form = f"_csrf={await signed_in.csrf()}&naam=Zoë".encode()
    response = await signed_in.post("/gesprekken", content=raw_form, headers={"content-type": FORM})
    assert response.json()["form"]["naam"] == ["Zoë"]


async def test_forms_are_not_kept_in_the_process(signed_in: Browser) -> None:
    """Litestar's parser keeps 1,024 bodies of all municipalities; a body may hold a BSN."""
    before = parse_url_encoded_form_data.cache_info().currsize
    await signed_in.post("/gesprekken", {"_csrf": await signed_in.csrf(), "bsn": "999990019"})
    assert parse_url_encoded_form_data.cache_info().currsize == before


async def test_a_thousand_mutated_requests(app: ASGIApp, signed_in: Browser) -> None:
    """Bytes flipped, cut, doubled and inserted in everything a client sends: never a 500."""
    chance = random.Random(20261122)
    csrf = (await signed_in.csrf()).encode()
    sid = b"__Host-sid=" + signed_in.cookies["__Host-sid"].encode()
    seeds = [
        ("/gesprekken", FORM.encode(), b"_csrf=" + csrf + b"&naam=Zo%C3%AB&x=1&x=2"),
        ("/gesprekken", MULTIPART.encode(), part(b"Zo\xc3\xab", more=b"content-type: text/plain; charset=utf-8\r\n")),
        ("/json", b"application/json", b'{"a": "Zo\\u00eb", "b": [1, 2.5, null, true]}'),
        ("/aanmelden", FORM.encode(), b"_csrf=x&volgende=/gesprekken/1%3Fa%3Db&als=sanne.proef"),
    ]
    seen = set()
    for _ in range(1000):
        path, content_type, body = chance.choice(seeds)
        headers = [
            (b"host", b"deventer.localhost"),
            (b"cookie", _mutated(sid, chance, 0.2)),
            (b"content-type", _mutated(content_type, chance, 0.3)),
            (b"x-csrf", _mutated(csrf, chance, 0.2)),
            (b"accept", _mutated(b"text/html;q=0.9, */*;q=0.1", chance, 0.3)),
        ]
        query = _mutated(b"volgende=/a%3Fb&tab=zoeken", chance, 0.3)
        target = "/" + quote_from_bytes(_mutated(path[1:].encode(), chance, 0.05), safe="/%")
        status, _, _ = await raw(app, headers, target, method="POST", query=query, body=_mutated(body, chance, 0.8))
        assert status < 500, [path, *headers, query, body]
        seen.add(status)
    assert {201, 400, 401, 403} <= seen, "the mutations reach all doors"


ODD = [b"%ff", b"%00", b"\x00", b"\xff", b"\\u0000", b"--grens", b"=&=", b'"', b"[" * 3000]


def _mutated(value: bytes, chance: random.Random, odds: float) -> bytes:
    if chance.random() > odds:
        return value
    bytes_ = bytearray(value)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(bytes_) + 1)
        match chance.randrange(4):
            case 0:
                bytes_[at:at] = bytes([chance.randrange(256)]) * chance.choice([1, 1, 1, 300])
            case 1:
                del bytes_[at : at + chance.randint(1, 8)]
            case 2:
                bytes_[at:at] = chance.choice(
                    [b"%ff", b"%00", b"\x00", b"\xff", b"\\u0000", b"--grens", b"=&=", b'"']
                )
            case _:
                bytes_ += bytes_[:at]
    return bytes(bytes_)
