"""Whatever is sent in an address, a query, a field or a header comes back as text or not at all, over every route."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest

from app.settings import settings
from tests.attacks.bezoek import visit
from tests.attacks.injectie.oordeel import foreign, literal, ours
from tests.attacks.injectie.parameters import Place, places
from tests.attacks.injectie.proefteksten import ALLES, MERK
from tests.isolation.asgi import Reply
from tests.routes.conftest import Client, People, Things, things
from tests.routes.test_matrix import ELSEWHERE, HAPPY, PEOPLE, ROUTES, nothing
from tests.town import Town

pytestmark = pytest.mark.anyio
STREAMS = {"/gebeurtenissen"}
FIRST = 12  # questions to every route
KINDS = ("text/html", "application/json", "application/problem+json", "text/csv", "application/x-ndjson", "text/css",
         "application/jsonl", "text/plain")  # fmt: skip


def questions(place: Place, happy: dict[str, str], texts: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """(text, fields): by turns in all names at once, in all but what the happy path needs, and in one name."""
    names = place.names
    for number, text in enumerate(texts):
        turn = number % 4
        if turn == 0:
            yield text, dict.fromkeys(names, text)
        elif turn == 1:
            yield text, dict.fromkeys(names, text) | happy
        else:
            yield text, happy | {names[number * 7 % len(names)]: text}
    for position, name in enumerate(sorted(place.own)):
        text = texts[position % len(texts)]
        yield text, happy | {name: text}


def problems(reply: Reply, text: str) -> Iterator[str]:
    """What is wrong with this answer."""
    headers = dict(reply.headers)
    kind = headers.get(b"content-type", b"").decode()
    if reply.status >= 500 and reply.status != 503:
        yield f"status {reply.status}"
    if reply.body and not kind.startswith(KINDS):
        yield f"content type {kind!r}"
    if any(b"\r" in part or b"\n" in part for line in reply.headers for part in line):
        yield "a header with a line end"
    if reply.location and not reply.location.startswith(("/", settings().oidc_issuer.unicode_string())):
        yield f"location {reply.location[:80]!r}"
    if kind.startswith("text/html"):
        html = reply.body.decode()
        practice = str(settings().practice_url)
        yield from foreign(html, (practice,))
        if literal(text, html):
            yield "just as it was sent"
    elif kind.startswith(("application/json", "application/problem+json")):
        json.loads(reply.body)
        if headers.get(b"x-content-type-options") != b"nosniff":
            yield "may be taken for something else"


async def tried(client: Client, place: Place, own: Things, texts: list[str]) -> list[tuple[str, str, Reply]]:
    """(where, text, answer) for one route with these texts: all of them where an answer shows any of the first."""
    happy = {**HAPPY.get((place.method, place.path), (0, nothing))[1](own)}
    path, got = own.fill(place.path), []
    for number, (text, fields) in enumerate(questions(place, happy, texts)):
        if number == FIRST and not any(MERK.encode() in reply.body for _, _, reply in got):
            break
        where = f"{place.method} {place.path} {'+'.join(name for name in fields if fields[name] == text)[:80]}"
        query, form = urlencode(fields), None
        if place.method != "GET":
            form, query = [("_csrf", client.csrf), *fields.items()], urlencode(fields) if number % 5 == 0 else ""
        swap = {"hx-request": "true"} if number % 3 == 0 else {}
        reply = await visit(client, place.method, f"{path}?{query}", form, headers=swap)
        got.append((where, text, reply))
    return got


async def test_every_parameter_of_every_route(
    deventer: Town, clients: People, seed: int, count: Callable[[str, int], None]
) -> None:
    chance, own, wrong, shown, sent = random.Random(seed), None, [], 0, 0
    known = {(method, path): roles for method, path, roles in ROUTES}
    public = {key for key in places() if key not in known}
    for (method, path), place in sorted(places().items()):
        if path in STREAMS or (method, path) in ELSEWHERE:
            continue
        if method != "GET" or own is None:
            await deventer.empty()
            own = await things(deventer)  # its own, since forms of other routes save and close them
        role = next((role for role in PEOPLE if role in known.get((method, path), ())), None)
        client = await clients.of(deventer, PEOPLE[role]) if role else clients.nobody("deventer")
        texts = chance.sample(sorted(ALLES.values()), 14)
        for where, text, reply in await tried(client, place, own, texts):
            sent += 1
            shown += MERK.encode() in reply.body
            wrong += [f"{where}: {problem}: {text!r}" for problem in problems(reply, text)]
    assert wrong == []
    assert len(public) >= 4
    assert shown > sent / 50, f"only {shown} of {sent} answers hold what was sent"
    count("reflected texts", sent)


async def test_in_the_address_itself(deventer: Town, clients: People) -> None:
    """Pages that are not there, and the menu that leads back to where one is."""
    client, wrong = await clients.of(deventer), []
    shapes = ("/{}", "/gesprekken/{}", "/gesprekken/{}/zoeken", "/logboek/{}", "/aanmelden/{}")
    for number, text in enumerate(ALLES.values()):
        for place in {"/{}", shapes[number % len(shapes)]}:
            reply = await visit(client, "GET", place.format(quote(text, safe="")))
            wrong += [f"{place}: {problem}: {text!r}" for problem in problems(reply, text)]
            wrong += [f"{place}: {reply.status}"] if reply.status not in (303, 400, 403, 404) else []
    assert wrong == []


async def test_headers_are_not_shown(deventer: Town, clients: People) -> None:
    client, wrong = await clients.of(deventer), []
    names = (
        "user-agent",
        "referer",
        "accept-language",
        "x-forwarded-for",
        "hx-current-url",
        "hx-target",
        "hx-trigger",
    )
    for text in ALLES.values():
        raw = dict.fromkeys(names, text.encode().decode("latin-1").replace("\r", "").replace("\n", ""))
        reply = await visit(client, "GET", "/bestaat-niet", headers=raw)
        wrong += [f"{problem}: {text!r}" for problem in problems(reply, text)]
        wrong += [f"shows {text!r}"] if MERK.encode() in reply.body else []
    assert wrong == []


async def test_every_route_has_names_and_the_judge_bites() -> None:
    assert set(places()) >= {(method, path) for method, path, _ in ROUTES}
    assert {"van", "tot", "medewerker", "wat", "gesprek", "na", "controle"} <= set(places()["GET", "/logboek"].names)
    assert "gesloten" in places()["GET", "/"].names, "from the signature"
    assert {"state", "code", "error", "volgende"} <= set(places()["GET", "/aanmelden/terug"].names)
    draft = places()["POST", "/gesprekken/{gesprek_id}/vragen/{vraag_id}/concept"]
    assert {"veld", "waarde", "versie"} <= set(draft.names)
    tags, names = ours()
    assert {"kiss-veld", "hx-partial", "textarea", "template"} <= tags
    assert not tags & {"img", "iframe", "object", "embed", "base", "style", "b", "math"} - {"b"}
    assert {"hx-get", "hx-trigger", "data-pad", "value"} <= names
    assert not [name for name in names if name.startswith(("on", "hx-on")) or name in ("style", "srcdoc")]


@pytest.mark.parametrize("shape", ["<p>{}</p>", '<p><input value="{}"></p>', "<p><textarea>\n{}</textarea></p>"])
async def test_a_page_that_does_not_escape_is_noticed(shape: str) -> None:
    """Without escaping nearly every text that has to be one is seen, wherever it stands."""
    dangerous = [text for text in ALLES.values() if "<" in text and ('"' in text or "value" not in shape)]
    if "textarea" in shape:
        dangerous = [text for text in dangerous if "</textarea" in text]
    pages = {text: shape.replace("{}", text) for text in dangerous}
    missed = [text for text, page in pages.items() if not foreign(page) and not literal(text, page)]
    assert dangerous
    assert missed == []
    assert foreign(shape.replace("{}", "gewoon")) == []
