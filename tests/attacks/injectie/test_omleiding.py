"""Every parameter that may be an address to go to, with two hundred addresses that are not ours: none leads away."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote, urlsplit

import pytest

from app.auth.csrf import sign_in_token
from app.settings import settings
from tests.attacks.bezoek import visit
from tests.attacks.injectie.parameters import Place, places
from tests.auth.test_elsewhere import ALL, lands
from tests.isolation.asgi import Reply
from tests.routes.conftest import Client, People, Things, things
from tests.routes.test_matrix import ELSEWHERE, HAPPY, PEOPLE, ROUTES, nothing
from tests.town import Town

pytestmark = pytest.mark.anyio
# What people call such a parameter; a route that reads one of them is tried, and so is every route with all of them.
RETURNS = {
    "volgende", "terug", "next", "url", "redirect", "redirect_uri", "redirect_url", "return", "returnTo", "return_to",
    "continue", "dest", "destination", "goto", "target", "RelayState", "post_logout_redirect_uri", "ref", "from",
}  # fmt: skip
OWN = "deventer.localhost:8000"
FIRST, MOST = 2, 200  # addresses for every route, and for those that go somewhere by what was sent
BROWSER = "A" * 43
_HIDDEN = re.compile(rb'name="(?:%s)" value="([^"]*)"' % "|".join(RETURNS).encode())
_LINK = re.compile(rb'(?:href|action)="([^"]*)"')


def leads_away(reply: Reply) -> list[str]:
    """Addresses in this answer that a browser at Deventer would leave Deventer by."""
    said = dict(reply.headers)
    found = [said.get(name, b"").decode() for name in (b"location", b"hx-redirect", b"hx-location", b"refresh")]
    # what a form that failed keeps is sent to us again, and read by us then
    patterns = (_HIDDEN, _LINK) if reply.status < 400 else (_LINK,)
    found += [unescape(one.decode()) for pattern in patterns for one in pattern.findall(reply.body)]
    fine = (settings().oidc_issuer.unicode_string(), str(settings().practice_url))
    return [one for one in found if one and not one.startswith(fine) and urlsplit(lands(one)).netloc != OWN]


async def ask(client: Client, town: Town, place: Place, own: Things, address: str) -> Reply:
    names = RETURNS if not place.own & RETURNS else place.own & RETURNS
    query = "&".join(f"{name}={quote(address, safe='')}" for name in sorted(names))
    path = own.fill(place.path)
    if place.method == "GET":
        return await visit(client, "GET", f"{path}?{query}")
    happy = HAPPY.get((place.method, place.path), (0, nothing))[1](own)
    csrf = client.csrf or sign_in_token(town.tenant, BROWSER)
    form = {"_csrf": csrf} | happy | dict.fromkeys(names, address)
    cookies = None if client.csrf else f"__Host-inloggen={BROWSER}"
    return await visit(client, place.method, path, form, cookies=cookies)


async def test_no_parameter_leads_away(
    deventer: Town, clients: People, seed: int, count: Callable[[str, int], None]
) -> None:
    addresses = random.Random(seed).sample(ALL, MOST)
    own, known = await things(deventer), {(method, path): roles for method, path, roles in ROUTES}
    away: list[str] = []
    tried, whole = 0, set()
    for key, place in sorted(places().items()):
        roles = known.get(key)
        people = [next(role for role in PEOPLE if role in roles)] if roles else ["", "agent"]
        for role in people if key not in ELSEWHERE else ():
            client = await clients.of(deventer, PEOPLE[role]) if role else clients.nobody("deventer")
            for number, address in enumerate(addresses):
                if number == FIRST and f"{key} {role}" not in whole:
                    break
                reply = await ask(client, deventer, place, own, address)
                tried += 1
                away += [f"{key} {role}: {address!r} leads to {one!r}" for one in leads_away(reply)]
                if place.own & RETURNS and reply.status < 400 and (reply.location or _HIDDEN.search(reply.body)):
                    whole.add(f"{key} {role}")
    assert away == []
    names = {one.split(") ")[0] for one in whole}
    assert {str(("GET", "/aanmelden"))[:-1], str(("GET", "/aanmelden/bevestigen"))[:-1]} <= names, whole
    assert str(("POST", "/voorkeuren"))[:-1] in names
    count("return addresses tried", tried)


async def test_the_check_bites() -> None:
    for header in (b"location", b"hx-redirect"):
        assert leads_away(Reply(303, [(header, b"//evil.example/")], b"")) == ["//evil.example/"]
    assert leads_away(Reply(200, [], b'<input name="volgende" value="/\\evil.example">')) == ["/\\evil.example"]
    assert leads_away(Reply(303, [(b"location", b"/gesprekken/1")], b'<a href="/logboek">')) == []
