"""The lock: after doing nothing for long, or at once; nobody gets data, its own person goes on where they were."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from app import klok
from app.audit.models import Auditregel
from app.auth import sessions
from app.auth.models import Sessie
from app.db import unit_of_work
from app.settings import settings
from tenants.context import Tenant
from tests.auth.provider import StubProvider
from tests.auth.world import Browser, query_of

pytestmark = pytest.mark.anyio

PROGRAM = {"accept": "application/json"}
FRAGMENT = {"hx-request": "true"}


@pytest.fixture
async def locked(deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> Browser:
    """Sanne was signed in and did nothing for half an hour."""
    await deventer.sign_in(idp, "sanne.proef")
    await away(tenants["deventer"])
    return deventer


async def away(tenant: Tenant, minutes: float = 31) -> None:
    async with unit_of_work(tenant) as session:
        await session.execute(update(Sessie).values(gezien_op=klok.now() - timedelta(minutes=minutes)))


async def over(tenant: Tenant) -> None:
    async with unit_of_work(tenant) as session:
        await session.execute(update(Sessie).values(verloopt_op=klok.now() - timedelta(seconds=1)))


async def test_a_page_shows_the_lock_under_its_own_address(locked: Browser) -> None:
    page = await locked.get("/beheer/afleveringen?soort=1")
    assert (page.status_code, page.json()["slot"]) == (401, True)
    assert page.json()["volgende"] == "/beheer/afleveringen?soort=1"
    assert "Sanne" not in page.text


async def test_a_fragment_and_a_program_hear_it(locked: Browser) -> None:
    fragment = await locked.get("/", headers=FRAGMENT)
    assert (fragment.status_code, fragment.json()) == (
        401,
        {"slot": True, "weer": "/aanmelden?opnieuw=ja&volgende=/aangemeld"},
    )
    for path in ("/", "/sessie", "/gebeurtenissen"):
        program = await locked.get(path, headers=PROGRAM)
        assert (program.status_code, program.json()["title"]) == (401, "Meld u opnieuw aan")


async def test_a_form_that_came_too_late_goes_back_to_its_page(locked: Browser) -> None:
    for referer, volgende in (
        ("http://deventer.localhost:8000/gesprekken/1?tab=2", "/gesprekken/1?tab=2"),
        ("https://evil.example/gesprekken/1", "/"),
        ("http://deventer.localhost.evil.example/x", "/"),
        ("http://deventer.localhost:8000//evil.example", "/"),
        ("", "/"),
    ):
        sent = await locked.post("/gesprekken", {"notitie": "Mevrouw belt"}, headers={"referer": referer})
        assert (sent.status_code, sent.json()["volgende"]) == (401, volgende), referer
        assert "Mevrouw" not in sent.text


async def test_who_comes_back_is_asked_again_and_goes_on(
    locked: Browser, colleague: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    colleague.cookies = dict(locked.cookies)
    page = (await locked.get("/beheer/afleveringen?soort=1")).json()
    sent = await locked.post("/aanmelden", {"_csrf": page["csrf"], "volgende": page["volgende"]})
    asked = query_of(str(sent.headers["location"]))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0"), "whatever the provider remembers"
    answer = await locked.come_back(idp.authorize(str(sent.headers["location"]), locked.subject("sanne.proef")))
    assert answer.headers["location"] == "/beheer/afleveringen?soort=1"
    assert locked.cookies["__Host-sid"] != colleague.cookies["__Host-sid"]
    assert (await locked.get("/")).json()["naam"] == "Sanne Proef"
    assert (await colleague.get("/")).status_code == 303, "the old identifier is worth nothing"
    async with unit_of_work(tenants["deventer"]) as session:
        assert await session.scalar(select(func.count()).select_from(Sessie)) == 1


async def test_a_provider_that_did_not_ask_again_opens_nothing(locked: Browser, idp: StubProvider) -> None:
    idp.lie = lambda claims: {**claims, "auth_time": claims["auth_time"] - 3600}
    query = idp.authorize(await locked.begin("/"), locked.subject("sanne.proef"))
    assert (await locked.come_back(query)).status_code == 400
    assert (await locked.get("/")).status_code == 401


@pytest.mark.parametrize("how", ["locked", "over"])
async def test_somebody_else_begins_at_their_own_start(
    how: str, locked: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    if how == "over":
        await over(tenants["deventer"])
    query = idp.authorize(await locked.begin("/gesprekken/van-sanne"), locked.subject("karim.testman"))
    answer = await locked.come_back(query)
    assert answer.headers["location"] == "/"
    assert (await locked.get("/")).json()["naam"] == "Karim Testman"


async def test_somebody_else_in_a_window_of_its_own(
    locked: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    """The window says that it is done; the page behind the lock asks who it is, and leaves."""
    before = (await _state(locked, idp, tenants["deventer"]))["persoon"]
    query = idp.authorize(await locked.begin("/aangemeld"), locked.subject("karim.testman"))
    assert (await locked.come_back(query)).headers["location"] == "/aangemeld"
    assert (await locked.get("/aangemeld")).json()["gebeurde"] == "aangemeld"
    assert (await locked.get("/sessie", headers=PROGRAM)).json()["persoon"] != before


async def test_a_page_can_tell_who_came_back(locked: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    first = await _state(locked, idp, tenants["deventer"])
    await locked.come_back(idp.authorize(await locked.begin("/aangemeld"), locked.subject("sanne.proef")))
    second = (await locked.get("/sessie", headers=PROGRAM)).json()
    assert second["persoon"] == first["persoon"]
    assert second["kenmerk"] != first["kenmerk"]
    assert second["csrf"] == await locked.csrf() != first["csrf"]
    assert locked.cookies["__Host-sid"] not in str(second)


async def test_at_once(deventer: Browser, colleague: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    colleague.cookies = dict(deventer.cookies)  # another tab
    csrf = await deventer.csrf()
    done = await deventer.post("/vergrendeling", headers={"x-csrf": csrf, **PROGRAM})
    assert done.status_code == 204
    for tab in (deventer, colleague):
        assert (await tab.get("/")).status_code == 401
    again = await deventer.post("/vergrendeling", headers={"x-csrf": csrf, **PROGRAM})
    assert again.status_code == 401, "it is locked already"
    async with unit_of_work(tenants["deventer"]) as session:
        row = (await session.scalars(select(Auditregel).order_by(Auditregel.id.desc()).limit(1))).one()
    assert row.handeling == "sessie.vergrendeld"


async def test_at_once_without_script(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    form = {"_csrf": await deventer.csrf(), "volgende": "/beheer/afleveringen"}
    done = await deventer.post("/vergrendeling", form)
    assert (done.status_code, done.headers["location"]) == (303, "/beheer/afleveringen")
    assert (await deventer.get("/beheer/afleveringen")).status_code == 401


async def test_only_what_the_person_does_counts(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    begun, csrf = klok.now(), await deventer.csrf()
    with time_machine.travel(begun + timedelta(minutes=20)):
        assert (await deventer.get("/sessie", headers=PROGRAM)).status_code == 200, "asking is no activity"
        done = await deventer.post("/sessie/activiteit", headers={"x-csrf": csrf, **PROGRAM})
        assert done.status_code == 200
    with time_machine.travel(begun + timedelta(minutes=45)):
        assert (await deventer.get("/sessie", headers=PROGRAM)).status_code == 200
    with time_machine.travel(begun + timedelta(minutes=51)):
        assert (await deventer.get("/sessie", headers=PROGRAM)).status_code == 401


async def test_a_draft_that_saves_itself_is_no_activity() -> None:
    """Text that is sent again and again, by a page that nobody sits at, would keep a session open for ever."""
    from app.gesprekken.routes import save_draft

    assert save_draft.opt["passive"] is True


@pytest.fixture
def six_seconds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KISS_SESSION_IDLE_MINUTES", "0.1")
        settings.cache_clear()
        yield
    settings.cache_clear()


async def test_the_setting_decides(six_seconds: None, deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    begun = klok.now()
    with time_machine.travel(begun + timedelta(seconds=5)):
        assert (await deventer.get("/")).status_code == 200
    with time_machine.travel(begun + timedelta(seconds=10)):
        assert (await deventer.get("/")).status_code == 200, "activity moved it, for so short a limit too"
    with time_machine.travel(begun + timedelta(seconds=17)):
        assert (await deventer.get("/")).status_code == 401


async def test_a_request_under_way_does_not_open_what_was_locked(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    """It read the session before the lock and writes "seen" after it."""
    await deventer.sign_in(idp, "sanne.proef")
    await away(tenants["deventer"], minutes=5)
    token = deventer.cookies["__Host-sid"]
    async with unit_of_work(tenants["deventer"]) as session:
        await sessions.lock(session, sessions.cookies.hash_of(token))
        await session.flush()
        visit = asyncio.create_task(deventer.get("/"))
        done, _ = await asyncio.wait({visit}, timeout=0.5)
        assert not done, "it waits for the row"
    await visit
    assert (await deventer.get("/")).status_code == 401


async def test_signing_in_again_before_it_is_over(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    before = (await deventer.get("/sessie", headers=PROGRAM)).json()
    assert (await deventer.get("/aanmelden?volgende=/aangemeld")).headers["location"] == "/aangemeld"
    page = (await deventer.get("/aanmelden?opnieuw=ja&volgende=/aangemeld")).json()
    sent = await deventer.post("/aanmelden", {"_csrf": page["csrf"], "volgende": page["volgende"]})
    location = str(sent.headers["location"])
    assert query_of(location)["prompt"] == "login"
    with time_machine.travel(klok.now() + timedelta(seconds=5)):
        answer = await deventer.come_back(idp.authorize(location, deventer.subject("sanne.proef")))
    assert answer.headers["location"] == "/aangemeld"
    after = (await deventer.get("/sessie", headers=PROGRAM)).json()
    assert after["tot"] > before["tot"], "ten hours from now"
    assert after["kenmerk"] != before["kenmerk"]


async def test_after_the_longest_time_the_provider_asks_again_too(
    locked: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    await over(tenants["deventer"])
    assert (await locked.get("/")).status_code == 401
    assert query_of(await locked.begin("/"))["prompt"] == "login"


async def _state(browser: Browser, idp: StubProvider, tenant: Tenant) -> dict[str, str]:
    """What a page of Sanne knows; locked again afterwards."""
    await browser.come_back(idp.authorize(await browser.begin("/"), browser.subject("sanne.proef")))
    state: dict[str, str] = (await browser.get("/sessie", headers=PROGRAM)).json()
    await away(tenant)
    return state
