"""Limits as people and programs meet them: what is said, what goes on, and whom it does not touch."""

from __future__ import annotations

import re

import pytest
from litestar.types import ASGIApp
from prometheus_client import REGISTRY
from sqlalchemy import select

from app import live
from app.auth.rights import guard_of, is_public
from app.db import unit_of_work
from app.gesprekken.models import Vraag
from app.grenzen.fouten import TeVeel
from app.grenzen.klassen import Klasse, klasse_of
from app.grenzen.service import admit_account
from app.main import create_litestar
from tenants.context import Grenzen
from tests.grenzen.conftest import Clock, Limits
from tests.isolation.asgi import Reply, call
from tests.routes.conftest import People
from tests.tenants import support
from tests.town import Town

pytestmark = pytest.mark.anyio


async def test_one_person_is_told_to_wait(
    deventer: Town, zwolle: Town, clients: People, limits: Limits, clock: Clock
) -> None:
    agent, elsewhere = await clients.of(deventer), await clients.of(zwolle)
    colleague = await clients.of(deventer, "karim.testman")
    with limits(PERSON=3):
        assert [(await agent.send("GET", "/")).status_code for _ in range(4)] == [200, 200, 200, 429]
        page = await agent.send("GET", "/")
        assert page.status_code == 429
        seconds = int(page.headers["retry-after"])
        assert 1 <= seconds <= 120
        assert "Even wachten" in page.text
        assert f"over {seconds} seconden" in page.text
        assert "Wat bewaard is, staat er nog." in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        fragment = await agent.send("GET", "/", **{"hx-request": "true"})
        assert (fragment.status_code, "<html" in fragment.text) == (429, False)
        problem = await agent.send("GET", "/", accept="application/json")
        assert problem.headers["content-type"] == "application/problem+json"
        assert problem.json()["status"] == 429
        assert problem.headers["retry-after"] == str(seconds)
        assert (await colleague.send("GET", "/")).status_code == 200
        assert (await elsewhere.send("GET", "/")).status_code == 200
        clock.later(seconds)
        assert (await agent.send("GET", "/")).status_code == 200


async def test_saving_goes_on_whatever_the_municipality_asks(
    deventer: Town, clients: People, limits: Limits, clock: Clock
) -> None:
    gesprek = await deventer.gesprek(notitie="Al getypt")
    async with unit_of_work(deventer.tenant) as session:
        vraag = await session.scalar(select(Vraag.id).where(Vraag.gesprek_id == gesprek))
    agent = await clients.of(deventer)
    with limits(TENANT=2, PERSON=100):
        assert [(await agent.send("GET", "/")).status_code for _ in range(3)] == [200, 200, 429]
        path = f"/gesprekken/{gesprek}/vragen/{vraag}/concept"
        typed = await agent.send("POST", path, {"veld": "onderwerp", "waarde": "Paspoort", "versie": "0"})
        assert (typed.status_code, typed.json()["versie"]) == (200, 1)
        assert (await agent.send("GET", f"/gesprekken/{gesprek}/afronding")).status_code == 200
        await deventer.save(gesprek)
        assert (await agent.send("POST", f"/gesprekken/{gesprek}/afronding/ongedaan")).status_code == 303
        refused = await agent.send("GET", "/")
        assert "Vastleggen gaat gewoon door." in refused.text


async def test_saving_has_a_limit_of_its_own(deventer: Town, clients: People, limits: Limits, clock: Clock) -> None:
    agent = await clients.of(deventer)
    with limits(SAVES=2, PERSON=1, TENANT=1):
        assert [(await agent.send("POST", "/gesprekken")).status_code for _ in range(3)] == [303, 303, 429]


async def test_a_municipality_may_have_numbers_of_its_own(
    deventer: Town, clients: People, limits: Limits, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = support.manifest(tmp_path_factory.mktemp("m"), "gouda", "[grenzen]\npersoon = 2\nzoekvragen = 0\n")
    (report,) = await support.apply([own])
    assert report.fout is None
    assert (await support.tenant("gouda")).grenzen == Grenzen(persoon=2, zoekvragen=0)
    (again,) = await support.apply(
        [own.model_copy(update={"grenzen": own.grenzen.model_copy(update={"persoon": 9})})]
    )
    assert again.changed == ["grenzen.persoon: 2 → 9"]
    assert (await support.tenant("gouda")).grenzen.persoon == 9


async def visit(app: ASGIApp, **headers: str) -> Reply:
    return await call(app, "GET", "deventer.localhost:8000", "/aanmelden", **headers)


async def test_strangers_count_by_address(
    deventer: Town, application: ASGIApp, clients: People, limits: Limits, clock: Clock
) -> None:
    agent = await clients.of(deventer)
    with limits(ADDRESS=3):
        assert [(await visit(application)).status for _ in range(4)] == [200, 200, 200, 429]
        spoofed = [await visit(application, x_forwarded_for=f"203.0.113.{n}") for n in range(20)]
        assert {one.status for one in spoofed} == {429}, "anybody can send X-Forwarded-For"
        assert (await agent.send("GET", "/")).status_code == 200, "who is signed in does not count by address"
        with support.environment(KISS_TRUSTED_PROXIES="127.0.0.1"):
            assert (await visit(application, x_forwarded_for="203.0.113.1")).status == 200


async def test_beginning_a_sign_in_counts_by_address(
    deventer: Town, application: ASGIApp, limits: Limits, clock: Clock
) -> None:
    with limits(SIGN_INS=2):
        page = await visit(application)
        cookie = next(v.decode().split(";")[0] for n, v in page.headers if n == b"set-cookie")
        token = re.search(rb'name="_csrf" value="([^"]+)"', page.body)
        assert token
        statuses = [
            (
                await call(
                    application,
                    "POST",
                    "deventer.localhost:8000",
                    "/aanmelden",
                    form={"_csrf": token[1].decode()},
                    cookie=cookie,
                )
            ).status
            for _ in range(3)
        ]
        assert statuses == [503, 503, 429]  # no sign-in service here
        assert (await visit(application)).status == 200


async def test_one_account_that_signs_in_all_the_time(deventer: Town, zwolle: Town, limits: Limits) -> None:
    with limits(ACCOUNT=3):
        for _ in range(3):
            await admit_account(deventer.tenant, "https://inloggen|sub-1")
        with pytest.raises(TeVeel, match=r"Probeer het over \d+ (seconden|minuten) opnieuw"):
            await admit_account(deventer.tenant, "https://inloggen|sub-1")
        await admit_account(deventer.tenant, "https://inloggen|sub-2")
        await admit_account(zwolle.tenant, "https://inloggen|sub-1")


async def test_it_is_counted_by_municipality_and_limit(
    deventer: Town, clients: People, limits: Limits, clock: Clock
) -> None:
    labels = {"tenant": "deventer", "outcome": "persoon"}
    before = REGISTRY.get_sample_value("kiss_limited_total", labels) or 0
    agent = await clients.of(deventer)
    with limits(PERSON=1):
        assert [(await agent.send("GET", "/")).status_code for _ in range(3)] == [200, 429, 429]
    assert REGISTRY.get_sample_value("kiss_limited_total", labels) == before + 2


async def test_every_route_has_the_class_that_fits(applied: None) -> None:
    """A new way to save that forgot to say so would be refused when a municipality is busy."""
    app = create_litestar(live.plugin())
    classes = {
        (method, route.path): klasse_of(handler.opt)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if method in {"GET", "POST"} and (is_public(handler) or guard_of(handler)["guard"])
    }
    not_saving = {"/gesprekken/{gesprek_id:uuid}/zoekvragen", "/gesprekken/{gesprek_id:uuid}/klant/bsn"}
    wrong = [
        path
        for (method, path), klasse in classes.items()
        if method == "POST" and path.startswith("/gesprekken") and path not in not_saving
        if klasse is not Klasse.VASTLEGGEN
    ]
    assert wrong == []
    assert len([one for one in classes.values() if one is Klasse.VASTLEGGEN]) >= 8
    assert classes["GET", "/gebeurtenissen"] is Klasse.STROOM
    assert classes["POST", "/logboek/uitvoer"] is Klasse.UITVOER
    assert classes["POST", "/aanmelden"] is Klasse.AANMELDEN
    assert classes["POST", "/afmelden/melding"] is Klasse.PAGINA, "a program counts by its address"
    assert classes["GET", "/livez"] is Klasse.BESTAND
