"""Odd addresses over every route: a page of our own that says no, never a failure; and headers on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from tests.attacks.bezoek import visit
from tests.attacks.injectie.proefteksten import ALLES, ONLEESBAAR
from tests.isolation.asgi import Reply
from tests.routes.conftest import Client, People, Things, things
from tests.routes.test_matrix import ELSEWHERE, HAPPY, PEOPLE, ROUTES, nothing
from tests.town import Town

pytestmark = pytest.mark.anyio
ID = "0190a0b0-0000-7000-8000-00000000000"
PLACES = [
    "", "0", "-1", "1", "null", "undefined", "NaN", "true", "{}", "[]", "*", "%", "%%", "%2", "%zz", "'", '"', ";",
    ":", "@", "&", "=", "+", ",", "~", "|", "\\", "`", "^", "$", "(", "a" * 36, "a" * 9_000, ID, ID + "1x",
    ID + "1-1", ID.upper() + "1 ", "{" + ID + "1", ID + "1}", "urn:uuid:" + ID, "0x" + ID,
    "00000000-0000-0000-0000-00000000000g", "..", ".", "...", "%2e%2e", "%2e%2e%2f", "..%2f..%2f..%2fetc%2fpasswd",
    "%252e%252e%252f", "..%5c..%5cwin.ini", "%c0%ae%c0%ae%c0%af", "..;", "..;/", ";a=b", ID + "1;jsessionid=1",
    "%3b", "%3f", "%23", "%26", "%2f", "%5c", "%20", "%09", "%0a", "%0d%0a", "%0d%0aSet-Cookie:%20sid=kwaad", "%00",
    ID + "1%00", ID + "1%00.html", "%2500", "%7f", "%80", "%ff", "%fe%ff", "%ed%a0%80", "%c0%80", "%e2%80%ae",
    "%ef%bb%bf", "%e2%80%a8", "%f4%90%80%80", "%f0%9f%98%80", "\u0661\u0662\u0663", "\uff10\uff11", "\u2024\u2024",
    "\u00e9", "e\u0301", "\u0130", "\ufb03", "\ufdfd", "0190a0b0\u20110000\u20117000\u20118000\u2011000000000001",
    "\uff5b\uff5d", "\u200b" + ID + "1", ".git", ".env", ".git%2fconfig", "wp-login.php", "index.html",
    "robots.txt", "server-status", "actuator", "phpmyadmin", "con", "aux.txt", "a" * 300 + ".js.map", "~root",
    ".well-known", "graphql", "admin", "api", "v1",
]  # fmt: skip
WHOLE = [
    "//", "///", "/./", "/../", "/.", "/..", "/%2e", "/%2e%2e", "/%2e%2e/%2e%2e/etc/passwd", "//evil.example",
    "//evil.example/%2f..", "/\\evil.example", "/%5cevil.example", "/;", "/;/", "/;a=b;c=d", "/?", "/??", "/?&",
    "/?=", "/?a=" + "b" * 9_000, "/" + "a/" * 2_000, "/" + "%2f" * 900, "/?" + "a=1&" * 900, "/%", "/%0", "/%g0",
    "/%u0041", "/%00", "/a%00b", "/%ff", "/%0d%0aSet-Cookie:%20a=b", "/%09", "/gesprekken/", "/gesprekken//",
    "/GESPREKKEN", "/Gesprekken", "/gesprekken.json", "/gesprekken.html", "/gesprekken;a=b", "/gesprekken%20",
    "/gesprekken%2f", "/gesprekken?_method=DELETE", "/logboek/", "/logboek;/", "/logboek%2faudit",
    "/logboek/audit/..", "/./logboek", "/beheer", "/beheer/", "/beheer/..", "/beheer/afleveringen/", "/aanmelden/",
    "/aanmelden//terug", "/aanmelden;terug", "/static/", "/static", "/static/../app/main.py",
    "/static/%2e%2e/main.py", "/static/..%2f..%2fpyproject.toml", "/static/%252e%252e%252fmain.py",
    "/static/....//main.py", "/static//etc/passwd", "/static/%5c..%5cmain.py", "/static/manifest.json%00.css",
    "/static/" + "a" * 5_000, "/static/.", "/static/~", "/static/con", "/thema/", "/thema/..",
    "/thema/" + "0" * 64 + ".css", "/thema/%2e%2e%2fmain.css", "/thema/x.css;a", "/thema/%00.css", "/livez/",
    "/readyz/", "/metrics", "/docs", "/schema", "/openapi.json", "/favicon.ico", "/.well-known/security.txt",
    "/gebeurtenissen/", "/gebeurtenissen/x", "/afmelden", "/afmelden/", "/afmelden/melding", "/voorkeuren",
    "/bevestigd/",
]  # fmt: skip
QUIET = {200, 303, 400, 403, 404, 405}


def on_the_wire(text: str) -> str:
    """As a browser sends it: outside ASCII percent-encoded, what is encoded already stays as it is."""
    return quote(text, safe="/?%&=;:@+,$!*'()~|[]{}^`\\\"<>#")


def addresses(own: Things) -> Iterator[tuple[str, str, str]]:
    """(method, role, target): every route with odd words at the place of its ids, and odd addresses as a whole."""
    words = [*PLACES, *ALLES.values(), *(one.decode() for one in ONLEESBAAR.values())]
    place = 0
    for method, path, roles in ROUTES:
        role = next(role for role in PEOPLE if role in roles)
        if "{" not in path or (method, path) in ELSEWHERE:
            continue
        for word in words[place % 3 :: 3]:  # each route a third; with every three routes all of them
            head, _, tail = path.partition("{")
            yield method, role, on_the_wire(own.fill(head + "X" + tail.partition("}")[2]).replace("X", odd(word), 1))
        place += 1
    for target in WHOLE:
        for role in ("agent", ""):
            yield "GET", role, on_the_wire(target)


def odd(word: str) -> str:
    """A text as one part of a path; what is a piece of an address already stays."""
    return word if word in PLACES or "%" in word else quote(word, safe="")


def styled(reply: Reply) -> bool:
    """A page (or fragment, or nothing at all) in our own style, with the headers that every answer has."""
    headers = dict(reply.headers)
    if (
        headers.get(b"content-security-policy", b"")[:18] != b"default-src 'none'"
        or b"x-frame-options" not in headers
    ):
        return False
    kind = headers.get(b"content-type", b"")
    if reply.status < 400 or b"text/html" not in kind:
        return reply.status < 400 or kind.startswith(b"application/problem+json")
    page = reply.body.decode()
    whole = '<html lang="nl"' in page and "<h1" in page
    return (whole or 'role="alert"' in page) and "Traceback" not in page and "Litestar" not in page


async def answers(own: Things, people: dict[str, Client]) -> list[tuple[str, Reply]]:
    found = []
    for method, role, target in addresses(own):
        client = people[role]
        form = {"_csrf": client.csrf} if method != "GET" else None
        found.append((f"{role or 'nobody'} {method} {target[:120]}", await visit(client, method, target, form)))
    return found


async def test_odd_addresses(deventer: Town, clients: People, count: Callable[[str, int], None]) -> None:
    own = await things(deventer)
    people = {role: await clients.of(deventer, name) for role, name in PEOPLE.items()}
    people[""] = clients.nobody("deventer")
    got = await answers(own, people)
    assert len(got) > 600
    wrong = [f"{what}: {reply.status}" for what, reply in got if reply.status not in QUIET]
    assert wrong == []
    bare = [f"{what}: {reply.status} {reply.body[:80]!r}" for what, reply in got if not styled(reply)]
    assert bare == []
    away = [f"{what}: {reply.location}" for what, reply in got if reply.location[:1] not in ("", "/")]
    assert away == []
    split = [
        what for what, reply in got if any(b"\r" in one or b"\n" in one for line in reply.headers for one in line)
    ]
    assert split == []
    count("odd addresses", len(got))


async def test_nobody_may_frame_any_page(deventer: Town, clients: People) -> None:
    """Pages as they should be, of every route; tests/auth/test_beveiliging.py has refusals, files and failures."""
    own = await things(deventer)
    for method, path, roles in ROUTES:
        if (method, path) in ELSEWHERE or method != "GET":
            continue
        client = await clients.of(deventer, PEOPLE[next(role for role in PEOPLE if role in roles)])
        for headers in ({}, {"hx-request": "true"}):
            reply = await visit(client, method, own.fill(path), headers=headers)
            lines = dict(reply.headers)
            assert reply.status == HAPPY.get((method, path), (200, nothing))[0], path
            assert lines[b"x-frame-options"] == b"DENY", path
            assert b"frame-ancestors 'none'" in lines[b"content-security-policy"], path
            assert lines[b"cross-origin-resource-policy"] == b"same-origin", path
