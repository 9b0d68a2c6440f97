"""Every route that changes something, from the route table: only from our own page, with this session's own token.

Anything else gets 403 and leaves every row of every table as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend
from sqlalchemy import text

from app.auth.csrf import FIELD, HEADER, SAFE_METHODS, sign_in_token
from app.auth.rights import guard_of
from app.db import unit_of_work
from app.main import create_litestar
from app.models import TABLES
from tests.attacks.bezoek import visit
from tests.routes.conftest import Client, People, Things, things
from tests.routes.test_matrix import HAPPY, PEOPLE, ZWOLLE, nothing, plain
from tests.town import Town

pytestmark = pytest.mark.anyio
OWN = "http://deventer.localhost:8000"
ATTACKER = "A" * 43
SEEN = {"sessie"}  # a visit may note when somebody was last here


@dataclass(frozen=True)
class Unsafe:
    """A route that changes something: who may use it, and which kind of proof it asks (`opt["csrf"]`)."""

    method: str
    path: str
    roles: frozenset[str]
    proof: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def unsafe_routes() -> Iterator[Unsafe]:
    silent = ChannelsPlugin(MemoryChannelsBackend(), arbitrary_channels_allowed=True)
    for route in create_litestar(silent).routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in sorted(getattr(handler, "http_methods", set()) - SAFE_METHODS):
                roles = frozenset(guard_of(handler)["roles"])
                yield Unsafe(method, plain(route.path_format), roles, str(handler.opt.get("csrf", "session")))


ROUTES = list(unsafe_routes())


@dataclass(frozen=True)
class Tokens:
    """What the attacker has: tokens of others, and a pair of cookie and token from a sign-in page of their own."""

    own: str
    colleague: str
    elsewhere: str
    planted: str  # belongs to the cookie __Host-inloggen=ATTACKER at this municipality


Sent = tuple[dict[str, str], dict[str, str], str]  # fields, headers, cookies before and behind the session's own


def without_the_right_token(tokens: Tokens) -> Iterator[tuple[str, Sent]]:
    yield "no token", ({}, {}, "{}")
    yield "an empty token", ({FIELD: ""}, {}, "{}")
    yield "an empty header beside the right token", ({FIELD: tokens.own}, {HEADER: " "}, "{}")
    yield "a colleague's token", ({FIELD: tokens.colleague}, {}, "{}")
    yield "a colleague's token in the header", ({}, {HEADER: tokens.colleague}, "{}")
    yield "another municipality's token", ({FIELD: tokens.elsewhere}, {}, "{}")
    yield "another municipality's token in the header", ({}, {HEADER: tokens.elsewhere}, "{}")
    yield "a token of a sign-in page", ({FIELD: tokens.planted}, {}, "{}; __Host-inloggen=" + ATTACKER)
    # a sibling host may set cookies for the whole domain: none of them is a proof
    for name in ("_csrf", "csrftoken", "XSRF-TOKEN", "__Host-csrf"):
        yield f"a cookie {name} and the same in the form", ({FIELD: ATTACKER}, {}, f"{name}={ATTACKER}; {{}}")
    for name in ("x-csrf", "csrf", "__Secure-csrf"):
        yield f"a cookie {name} and the same in the header", ({}, {HEADER: ATTACKER}, f"{{}}; {name}={ATTACKER}")


def from_elsewhere(tokens: Tokens) -> Iterator[tuple[str, Sent]]:
    """With the right token, as if it had leaked."""
    origins = (
        "null", "http://evil.example", "http://zwolle.localhost:8000", "http://localhost:8000",
        "http://deventer.localhost", "http://deventer.localhost:8001", "https://deventer.localhost:8000",
        "http://deventer.localhost:8000.evil.example", "http://x@deventer.localhost:8000", OWN + "/",
    )  # fmt: skip
    for number, origin in enumerate(origins):
        field, header = ({FIELD: tokens.own}, {}) if number % 2 else ({}, {HEADER: tokens.own})
        yield f"origin {origin}", (field, header | {"origin": origin, "sec-fetch-site": ""}, "{}")
    for site in ("cross-site", "same-site", "SAME-ORIGIN", "same-origin, cross-site"):
        yield f"{site} without an origin", ({FIELD: tokens.own}, {"sec-fetch-site": site}, "{}")
        yield f"{site} with our origin", ({FIELD: tokens.own}, {"sec-fetch-site": site, "origin": OWN}, "{}")
    yield "cross-site, no token", ({}, {"sec-fetch-site": "cross-site", "origin": "http://evil.example"}, "{}")


def with_a_tossed_session(tokens: Tokens) -> Iterator[tuple[str, Sent]]:
    """A second session cookie, planted by a sibling host: then there is no session at all."""
    for line in (f"__Host-sid={ATTACKER}; {{}}", f"{{}}; __Host-sid={ATTACKER}", "{}; {}"):
        yield f"cookies {line}", ({FIELD: tokens.own}, {}, line)


async def rows(town: Town) -> dict[str, str]:
    """Per table a sum of everything in it."""
    sums = {}
    async with unit_of_work(town.tenant) as session:
        for table in TABLES:
            name = table.__tablename__
            if name not in SEEN:
                query = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {town.tenant.schema}.{name} t"  # noqa: S608, E501
                sums[name] = str(await session.scalar(text(query)))
    return sums


async def sessions(town: Town) -> int:
    async with unit_of_work(town.tenant) as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {town.tenant.schema}.sessie")) or 0)  # noqa: S608


async def tokens_for(client: Client, colleague: Client, elsewhere: Client, town: Town) -> Tokens:
    return Tokens(client.csrf, colleague.csrf, elsewhere.csrf, sign_in_token(town.tenant, ATTACKER))


async def refused(
    client: Client,
    route: Unsafe,
    path: str,
    form: Mapping[str, Any],
    cases: Iterator[tuple[str, Sent]],
    *,
    status: int,
) -> tuple[int, list[str]]:
    """How many were sent, and which were not refused with `status`."""
    number, found = 0, []
    for name, (fields, headers, cookies) in cases:
        number += 1
        line = cookies.replace("{}", f"__Host-sid={client.cookie}")
        reply = await visit(client, route.method, path, dict(form) | fields, headers=headers, cookies=line)
        if reply.status != status:
            found.append(f"{route}, {name}: {reply.status}")
    return number, found


async def test_nothing_happens_but_from_our_own_page(
    deventer: Town, zwolle: Town, clients: People, count: Callable[[str, int], None]
) -> None:
    own = await things(deventer)
    elsewhere = await clients.of(zwolle)
    everybody = {role: await clients.of(deventer, name) for role, name in PEOPLE.items()}
    colleague = await clients.of(deventer, "karim.testman")
    before, signed_in = await rows(deventer), await sessions(deventer)
    found: list[str] = []
    sent = 0
    for route in (one for one in ROUTES if one.proof == "session"):
        role = next(role for role in PEOPLE if role in route.roles)
        client = everybody[role]
        tokens = await tokens_for(client, colleague, elsewhere, deventer)
        form, path = HAPPY.get((route.method, route.path), (0, nothing))[1](own), own.fill(route.path)
        for cases, status in (
            (without_the_right_token(tokens), 403),
            (from_elsewhere(tokens), 403),
            (with_a_tossed_session(tokens), 401),
        ):
            number, wrong = await refused(client, route, path, form, cases, status=status)
            sent += number
            found += wrong
        after = await rows(deventer)
        found += [f"{route} changed {name}" for name in after if after[name] != before[name]]
        before = after
    assert found == []
    assert await sessions(deventer) == signed_in, "nobody was signed out, nobody in"
    count("forms from elsewhere", sent)


async def test_the_sign_in_form_and_programs(deventer: Town, zwolle: Town, clients: People) -> None:
    """What is sent before there is a session: the form by its own token, a program by a signed one."""
    nobody, before = clients.nobody("deventer"), await rows(deventer)
    right = sign_in_token(deventer.tenant, ATTACKER)
    cookie = f"__Host-inloggen={ATTACKER}"
    for route in (one for one in ROUTES if one.proof != "session"):
        tokens = Tokens(right, sign_in_token(deventer.tenant, "B" * 43), sign_in_token(zwolle.tenant, ATTACKER), "x")
        for cases in (without_the_right_token(tokens), from_elsewhere(tokens)):
            for name, (fields, headers, _) in cases:
                reply = await visit(nobody, route.method, route.path, fields, headers=headers, cookies=cookie)
                assert reply.status == {"sign_in": 403, "program": 400}[route.proof], (str(route), name, reply.status)
    assert await rows(deventer) == before


async def test_every_route_is_here() -> None:
    """A route without a person's right is the sign-in form, or a program's."""
    assert len(ROUTES) > 10
    assert {route.proof for route in ROUTES} <= {"session", "sign_in", "program"}
    assert [str(route) for route in ROUTES if not route.roles and route.proof == "session"] == []
    assert [str(one) for one in ROUTES if one.proof == "session" and (one.method, one.path) not in HAPPY] == []
    assert set(ZWOLLE) <= set(PEOPLE)


async def test_the_check_bites(deventer: Town, clients: People) -> None:
    """From our own page it does happen, and the sums show it."""
    own: Things = await things(deventer)
    client, before = await clients.of(deventer), await rows(deventer)
    route = Unsafe("POST", "/gesprekken/{gesprek_id}/sluiting", frozenset(), "session")
    right = iter([("the right token", ({FIELD: client.csrf}, {"origin": OWN}, "{}"))])
    number, found = await refused(client, route, own.fill(route.path), {}, right, status=403)
    assert (number, found) == (1, ["POST /gesprekken/{gesprek_id}/sluiting, the right token: 303"])
    after = await rows(deventer)
    assert {name for name in after if after[name] != before[name]} >= {"gesprek"}
