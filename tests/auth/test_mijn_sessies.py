"""One's own sessions: what the list says, ending one or all others at once, and nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from litestar.types import ASGIApp
from sqlalchemy import select

from app import klok, live
from app.audit.models import Auditregel
from app.db import unit_of_work
from tenants.context import Tenant
from tests.auth.provider import StubProvider
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0"
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


@pytest.fixture
async def edge(app: ASGIApp, idp: StubProvider) -> AsyncIterator[Browser]:
    async with Browser(app, "deventer.localhost:8000") as browser:
        browser.client.headers["user-agent"] = EDGE
        await browser.sign_in(idp, "sanne.proef")
        yield browser


@pytest.fixture
async def ipad(app: ASGIApp, idp: StubProvider) -> AsyncIterator[Browser]:
    async with Browser(app, "deventer.localhost:8000") as browser:
        browser.client.headers["user-agent"] = IPAD
        await browser.sign_in(idp, "sanne.proef")
        yield browser


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kenmerken of sessions whose pages hear that they ended."""
    heard: list[str] = []

    async def announce(_: Tenant, event: Any) -> None:
        heard.extend(event.kenmerken)

    monkeypatch.setattr("app.auth.sessions.announce", announce)
    assert live.SessieEinde(("x",)).kenmerken
    return heard


async def listed(browser: Browser) -> list[dict[str, Any]]:
    page = await browser.get("/mijn/sessies")
    assert page.status_code == 200, page.text
    rows: list[dict[str, Any]] = page.json()
    return rows


async def test_the_list(edge: Browser, ipad: Browser, colleague: Browser, idp: StubProvider) -> None:
    await colleague.sign_in(idp, "karim.testman")
    mine = await listed(edge)
    assert [(row["browser"], row["deze"]) for row in mine] == [("Edge op Windows", True), ("Safari op iPad", False)]
    assert all(row["gezien"] >= row["begonnen"] for row in mine)
    assert [row["deze"] for row in await listed(colleague)] == [True], "nobody else's"
    for browser in (edge, ipad):
        assert browser.cookies["__Host-sid"] not in str(mine), "nothing to make a cookie of"


async def test_a_locked_one_and_one_that_is_over(edge: Browser, ipad: Browser) -> None:
    csrf = await ipad.csrf()
    await ipad.post("/vergrendeling", {"_csrf": csrf})
    assert [row["gezien"] is None for row in await listed(edge)] == [False, True]
    begun = klok.now()
    for minutes in range(25, 601, 25):
        with time_machine.travel(begun + timedelta(minutes=minutes - 1)):
            assert (await edge.get("/")).status_code == 200
    with time_machine.travel(begun + timedelta(hours=10, seconds=5)):
        assert (await edge.get("/mijn/sessies")).status_code == 401


async def test_ending_one(
    edge: Browser, ipad: Browser, told: list[str], idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    other = next(row["kenmerk"] for row in await listed(edge) if not row["deze"])
    done = await edge.post(f"/mijn/sessies/{other}/einde", {"_csrf": await edge.csrf()})
    assert (done.status_code, done.headers["location"]) == (303, "/mijn/sessies?beeindigd=ja")
    assert (await ipad.get("/")).status_code == 303, "at once, and not behind a lock: there is nothing to go back to"
    assert told == [other], "its pages hear it"
    assert len(await listed(edge)) == 1
    assert await newest(tenants["deventer"]) == ("sessie.beeindigd", other)
    again = await edge.post(f"/mijn/sessies/{other}/einde", {"_csrf": await edge.csrf()})
    assert again.status_code == 404


async def test_ending_all_others(
    edge: Browser, ipad: Browser, colleague: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    await colleague.sign_in(idp, "karim.testman")
    done = await edge.post("/mijn/sessies/einde", {"_csrf": await edge.csrf()})
    assert done.status_code == 303
    assert (await ipad.get("/")).status_code == 303
    assert (await edge.get("/")).status_code == 200
    assert (await colleague.get("/")).status_code == 200, "Karim works on"
    assert (await newest(tenants["deventer"]))[0] == "sessie.andere_beeindigd"


async def test_ending_this_one(edge: Browser) -> None:
    this = (await listed(edge))[0]["kenmerk"]
    done = await edge.post(f"/mijn/sessies/{this}/einde", {"_csrf": await edge.csrf()})
    assert (done.status_code, done.headers["location"]) == (303, "/aanmelden")
    assert "__Host-sid" not in edge.cookies


async def test_somebody_elses_does_not_exist(
    edge: Browser, colleague: Browser, zwolle: Browser, idp: StubProvider
) -> None:
    await colleague.sign_in(idp, "karim.testman")
    await zwolle.sign_in(idp, "fenna.proef")
    theirs = [(await listed(one))[0]["kenmerk"] for one in (colleague, zwolle)]
    for kenmerk in (*theirs, "onbekend", "%00" * 3, "%ff", "'", "0" * 32, "a" * 5000):
        refused = await edge.post(f"/mijn/sessies/{kenmerk}/einde", {"_csrf": await edge.csrf()})
        assert refused.status_code in ({404} if "%" not in kenmerk else {400, 404}), kenmerk
    assert (await colleague.get("/")).status_code == 200
    assert (await zwolle.get("/")).status_code == 200


async def test_only_from_a_page_of_this_session(edge: Browser, ipad: Browser) -> None:
    other = (await listed(edge))[1]["kenmerk"]
    token = await ipad.csrf()
    for path in (f"/mijn/sessies/{other}/einde", "/mijn/sessies/einde", "/vergrendeling", "/sessie/activiteit"):
        for form in ({}, {"_csrf": token}, {"_csrf": ""}):
            assert (await edge.post(path, form)).status_code == 403, path
        headers = {"x-csrf": await edge.csrf(), "origin": "http://zwolle.localhost:8000"}
        assert (await edge.post(path, headers=headers)).status_code == 403, "a sibling host"
    assert (await ipad.get("/")).status_code == 200


async def newest(tenant: Tenant) -> tuple[str, str]:
    async with unit_of_work(tenant) as session:
        row = (await session.scalars(select(Auditregel).order_by(Auditregel.id.desc()).limit(1))).one()
    return row.handeling, row.object_id
