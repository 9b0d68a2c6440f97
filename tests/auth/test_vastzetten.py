"""Session fixation and reuse: no identifier that anybody knew before works after signing in, out, or rights change.

Rows of reliability 2.1: T-AUTH-04 here; T-AUTH-08 below it (signing somebody in or out from elsewhere, loops).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select

from app.auth import sessions
from app.auth.models import Sessie
from app.db import unit_of_work
from tenants.context import Tenant
from tests.auth.conftest import Negative, everyone
from tests.auth.provider import StubProvider
from tests.auth.world import Browser, raw

pytestmark = pytest.mark.anyio

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"
ELSEWHERE = {
    "Firefox": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Edge": CHROME + " Edg/141.0",
    "Chrome on a Mac": CHROME.replace("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7"),
    "Chrome on Android": CHROME.replace("Windows NT 10.0; Win64; x64", "Linux; Android 15"),
    "curl": "curl/8.5.0",
    "nothing": "",
    "8 kB": "x" * 8192,
    "not ASCII": "Chrömium",
}
PLANTED = {
    "plausible": b"A" * 43,
    "%ff": b"%ff",
    "byte ff": b"\xff" * 43,
    "NUL": b"\x00" * 43,
    "NUL encoded": b"A" * 40 + b"%00",
    "8 kB": b"A" * 8192,
    "empty": b"",
    "SQL": b"' OR '1'='1",
    "JSON": b'{"id": 1}',
    "newline encoded": b"A" * 40 + b"%0a",
}


async def in_chrome(idp: StubProvider, browser: Browser, agent: str = CHROME) -> Browser:
    browser.client.headers["user-agent"] = agent
    await browser.sign_in(idp, "sanne.proef")
    return browser


@pytest.mark.parametrize("name", PLANTED)
async def test_what_was_planted_never_becomes_a_session(
    name: str, deventer: Browser, idp: StubProvider, negative: Negative
) -> None:
    """Before signing in, on the way back, and afterwards: always a new identifier, and never an error of ours."""
    line = b"__Host-sid=" + PLANTED[name]
    query = idp.authorize(await deventer.begin(), deventer.subject("sanne.proef"))
    cookie = line + b"; __Host-inloggen=" + deventer.cookies["__Host-inloggen"].encode()
    answer = await deventer.client.get("/aanmelden/terug", params=query, headers=[(b"cookie", cookie)])
    assert answer.status_code == 303
    deventer.client.cookies.clear()
    given = answer.headers["set-cookie"].split("__Host-sid=")[1].split(";")[0]
    assert given.encode() != PLANTED[name]
    page = await deventer.client.get("/", headers=[(b"cookie", line), (b"accept", b"text/html")])
    assert page.status_code == 303, "what was planted opens nothing"
    negative()


async def _signs_out(browser: Browser, idp: StubProvider, tenant: Tenant) -> None:
    await browser.post("/afmelden", {"_csrf": await browser.csrf()})


async def _gets_other_rights(browser: Browser, idp: StubProvider, tenant: Tenant) -> None:
    """Whoever changes roles ends what was open under the old ones (`sessions.end_all_of`)."""
    sanne = (await everyone(tenant))["sanne.proef"]
    async with unit_of_work(tenant) as session:
        assert await sessions.end_all_of(session, sanne.id) == 1
    await browser.sign_in(idp, "sanne.proef")


async def _confirms(browser: Browser, idp: StubProvider, tenant: Tenant) -> None:
    assert (await browser.confirm(idp))[1].status_code == 303


async def _signs_in_again(browser: Browser, idp: StubProvider, tenant: Tenant) -> None:
    page = (await browser.get("/aanmelden?opnieuw=ja&volgende=/")).json()
    sent = await browser.post("/aanmelden", {"_csrf": page["csrf"], "volgende": "/"})
    await browser.come_back(idp.authorize(str(sent.headers["location"]), browser.subject("sanne.proef")))


async def _ends_it_elsewhere(browser: Browser, idp: StubProvider, tenant: Tenant) -> None:
    notice = idp.sign_notice(idp.notice(sub=browser.subject("sanne.proef")))
    assert (await browser.post("/afmelden/melding", {"logout_token": notice})).status_code == 200


Event = Callable[[Browser, StubProvider, Tenant], Awaitable[None]]
EVENTS: list[Event] = [_signs_out, _gets_other_rights, _confirms, _signs_in_again, _ends_it_elsewhere]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__.strip("_"))
async def test_the_identifier_from_before_is_worth_nothing_after(
    event: Event,
    deventer: Browser,
    colleague: Browser,
    idp: StubProvider,
    tenants: dict[str, Tenant],
    negative: Negative,
) -> None:
    await in_chrome(idp, deventer)
    colleague.client.headers["user-agent"] = CHROME
    colleague.cookies = {"__Host-sid": deventer.cookies["__Host-sid"]}
    assert (await colleague.get("/")).status_code == 200, "a copy works as long as the session does"
    await event(deventer, idp, tenants["deventer"])
    assert deventer.cookies.get("__Host-sid") != colleague.cookies["__Host-sid"] or event is _ends_it_elsewhere
    page = await colleague.get("/")
    assert (page.status_code, page.headers["location"]) == (303, "/aanmelden")
    for path in ("/sessie", "/mijn/sessies"):
        assert (await colleague.get(path, headers={"accept": "application/json"})).status_code == 401
    negative()


@pytest.mark.parametrize("host", ["zwolle.localhost:8000", "deventer.localhost.evil.example", "localhost:8000", ""])
async def test_on_another_host_it_does_not_exist(
    host: str, deventer: Browser, idp: StubProvider, negative: Negative
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    line = f"__Host-sid={deventer.cookies['__Host-sid']}".encode()
    headers = [(b"host", host.encode()), (b"cookie", line), (b"accept", b"text/html")]
    status, body, _ = await raw(deventer.client._transport.app, headers)  # type: ignore[attr-defined]
    assert status == (303 if host.startswith("zwolle") else 404)
    assert b"Sanne" not in body
    negative()


@pytest.mark.parametrize("name", ELSEWHERE)
async def test_in_another_browser_it_is_nobodys(
    name: str, deventer: Browser, idp: StubProvider, negative: Negative
) -> None:
    await in_chrome(idp, deventer)
    line = f"__Host-sid={deventer.cookies['__Host-sid']}".encode()
    there = [(b"cookie", line), (b"accept", b"text/html"), (b"user-agent", ELSEWHERE[name].encode("latin-1"))]
    page = await deventer.client.get("/", headers=there)
    assert (page.status_code, page.headers["location"]) == (303, "/aanmelden")
    assert (await deventer.get("/")).status_code == 200, "and its own person notices nothing"
    negative()


async def test_a_new_version_of_the_same_browser_is_the_same(deventer: Browser, idp: StubProvider) -> None:
    await in_chrome(idp, deventer)
    deventer.client.headers["user-agent"] = CHROME.replace("141", "142")
    assert (await deventer.get("/")).status_code == 200


async def test_nobody_is_signed_in_as_somebody_else(
    deventer: Browser, colleague: Browser, idp: StubProvider, negative: Negative
) -> None:
    """Login CSRF: the attacker's own answer of the provider, opened in the victim's browser."""
    query = idp.authorize(await colleague.begin(), "deventer:karim.testman")
    await deventer.sign_in(idp, "sanne.proef")
    for cookies in (dict(deventer.cookies), {}, {"__Host-inloggen": "A" * 43}):
        deventer.cookies, kept = cookies, dict(deventer.cookies)
        answer = await deventer.come_back(query)
        assert answer.status_code in {400, 303}
        assert "karim" not in answer.text.lower()
        assert deventer.cookies.get("__Host-sid") == cookies.get("__Host-sid"), "no session was given"
        deventer.cookies = kept
        negative()
    assert (await deventer.get("/")).json()["naam"] == "Sanne Proef"


@pytest.mark.parametrize("path", ["/afmelden", "/vergrendeling", "/mijn/sessies/einde", "/aanmelden/bevestigen"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "http://zwolle.localhost:8000", "sec-fetch-site": "same-site"},
        {"origin": "null"},
        {},
    ],
    ids=["elsewhere", "sibling", "null", "no token"],
)
async def test_nobody_is_signed_out_or_locked_from_elsewhere(
    path: str, headers: dict[str, str], deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant],
    negative: Negative,
) -> None:  # fmt: skip
    await deventer.sign_in(idp, "sanne.proef")
    form = {"_csrf": await deventer.csrf()} if headers else {}
    assert (await deventer.post(path, form, headers=headers)).status_code == 403
    if path != "/aanmelden/bevestigen":
        assert (await deventer.get(path)).status_code in {404, 405}, "nor by an image or a link"
    assert (await deventer.get("/")).status_code == 200
    async with unit_of_work(tenants["deventer"]) as session:
        assert await session.scalar(select(func.count()).select_from(Sessie)) == 1
    negative()


NOT_NOW = [
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
    "access_denied",
]


@pytest.mark.parametrize("error", NOT_NOW)
async def test_a_provider_that_asks_nothing_ends_on_a_page(
    error: str, deventer: Browser, idp: StubProvider, negative: Negative
) -> None:
    """What `prompt=none` brings: said once, never tried again by itself, so no two sites chase a browser around."""
    query = idp.authorize(await deventer.begin("/gesprekken/1"), deventer.subject("sanne.proef"))
    told = {"state": query["state"], "iss": query["iss"], "error": error}
    page = await deventer.come_back(told)
    assert (page.status_code, page.headers.get("location"), page.headers.get("refresh")) == (400, None, None)
    assert "__Host-sid" not in deventer.cookies
    assert (await deventer.come_back(told)).status_code == 400, "nor the second time"
    negative()


async def test_nothing_of_ours_asks_without_a_person(deventer: Browser, idp: StubProvider) -> None:
    """We never send `prompt=none`, also when the sign-in page is asked to."""
    for volgende in ("/", "/?prompt=none", "/aangemeld"):
        assert "prompt=none" not in (await deventer.begin(volgende)).partition("redirect_uri")[0]
    page = await deventer.get("/aanmelden?prompt=none&opnieuw=ja")
    assert page.status_code == 200, "a page with a button, not a redirect"


async def test_the_way_from_any_page_ends_at_the_sign_in_page(deventer: Browser) -> None:
    """Signed out, following everything by itself: two steps, then a person has to press something."""
    for path in ("/", "/aangemeld", "/bevestigd", "/aanmelden/bevestigen?volgende=/aangemeld", "/mijn/sessies"):
        steps, here = 0, path
        while (answer := await deventer.get(here)).status_code == 303:
            here, steps = str(answer.headers["location"]), steps + 1
            assert steps <= 2, path
        assert answer.status_code == 200
