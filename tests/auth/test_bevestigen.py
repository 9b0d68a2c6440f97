"""Proving again who one is: asked after a quarter of an hour, proven by the token alone, under a new identifier."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from app import klok
from app.audit.models import Auditregel
from app.auth.models import Sessie
from app.auth.rights import Recht, asks_certainty, requires
from app.db import unit_of_work
from app.settings import settings
from tenants.context import Tenant
from tests.auth.provider import Claims, StubProvider
from tests.auth.world import Browser, query_of

pytestmark = pytest.mark.anyio

QUESTION = "/aanmelden/bevestigen?volgende=/rechten"


@pytest.fixture
def level() -> Iterator[str]:
    """The settings name what is certain enough."""
    os.environ["OIDC_STEP_UP_ACR"] = "bevestigd sterker"
    settings.cache_clear()
    yield "bevestigd"
    del os.environ["OIDC_STEP_UP_ACR"]
    settings.cache_clear()


@pytest.fixture
async def long_ago(deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    """Sanne is signed in, and it is a while since she proved who she is."""
    await deventer.sign_in(idp, "sanne.proef")
    await _not_certain(tenants["deventer"])


async def _not_certain(tenant: Tenant) -> None:
    async with unit_of_work(tenant) as session:
        await session.execute(update(Sessie).values(bevestigd_tot=klok.now() - timedelta(seconds=1)))


async def test_who_just_signed_in_is_not_asked(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    assert (await deventer.get("/rechten")).status_code == 200
    page = await deventer.get(QUESTION)
    assert (page.status_code, page.headers["location"]) == (303, "/rechten"), "nor by the page itself"


async def test_after_a_quarter_of_an_hour_the_question_comes(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    begun = klok.now()
    with time_machine.travel(begun + timedelta(minutes=14, seconds=50)):
        assert (await deventer.get("/rechten")).status_code == 200
    with time_machine.travel(begun + timedelta(minutes=15, seconds=5)):
        sent = await deventer.get("/rechten?soort=1")
        assert (sent.status_code, sent.headers["location"]) == (303, f"{QUESTION}%3Fsoort%3D1")
        assert (await deventer.get("/")).status_code == 200, "the rest goes on"


async def test_a_sign_in_that_the_provider_remembered_is_not_certain(deventer: Browser, idp: StubProvider) -> None:
    idp.lie = lambda claims: {**claims, "auth_time": int(time.time()) - 16 * 60}
    await deventer.sign_in(idp, "sanne.proef")
    assert (await deventer.get("/rechten")).status_code == 303


async def test_the_answer_gives_a_new_identifier_and_goes_on(
    long_ago: None, deventer: Browser, colleague: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    colleague.cookies = dict(deventer.cookies)
    csrf, before = await deventer.csrf(), await _session(tenants["deventer"])
    asked, answer = await deventer.confirm(idp)
    assert (asked["prompt"], asked["max_age"], asked.get("acr_values")) == ("login", "0", None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/rechten")
    assert deventer.cookies["__Host-sid"] != colleague.cookies["__Host-sid"]
    assert (await deventer.get("/rechten")).status_code == 200
    assert (await colleague.get("/")).status_code == 303, "the old identifier is worth nothing"
    after = await _session(tenants["deventer"])
    assert (after.verloopt_op, after.aangemaakt_op) == (before.verloopt_op, before.aangemaakt_op)
    assert await deventer.csrf() == csrf, "forms in other tabs still work"
    row = await _newest_audit(tenants["deventer"])
    assert (row.handeling, row.medewerker_id) == ("medewerker.bevestigd", after.lidmaatschap_id)


async def test_the_level_that_the_settings_name(
    long_ago: None, level: str, deventer: Browser, idp: StubProvider
) -> None:
    asked, answer = await deventer.confirm(idp)
    assert asked["acr_values"] == "bevestigd sterker"
    assert answer.headers["location"] == QUESTION, "the stub gives back both as one, and that is no level"
    idp.lie = lambda claims: {**claims, "acr": "sterker"}
    assert (await deventer.confirm(idp))[1].headers["location"] == "/rechten"


Lie = Callable[[Claims], dict[str, Any]]
NO_PROOF: dict[str, Lie] = {
    "acr too low": lambda claims: {**claims, "acr": "basis"},
    "acr absent": lambda claims: {name: value for name, value in claims.items() if name != "acr"},
    "acr in capitals": lambda claims: {**claims, "acr": "BEVESTIGD"},
    "acr a list": lambda claims: {**claims, "acr": ["bevestigd"]},
    "acr a number": lambda claims: {**claims, "acr": 2},
    "acr of two words": lambda claims: {**claims, "acr": "bevestigd sterker"},
    "auth_time of two minutes ago": lambda claims: {**claims, "auth_time": int(time.time()) - 120},
    "auth_time of this morning": lambda claims: {**claims, "auth_time": int(time.time()) - 4 * 3600},
    "auth_time absent": lambda claims: {name: value for name, value in claims.items() if name != "auth_time"},
    "auth_time a text": lambda claims: {**claims, "auth_time": str(int(time.time()))},
    "auth_time true": lambda claims: {**claims, "auth_time": True},
    "auth_time tomorrow": lambda claims: {**claims, "auth_time": int(time.time()) + 86_400},
    "auth_time in two minutes": lambda claims: {**claims, "auth_time": int(time.time()) + 120},
    "auth_time infinite": lambda claims: {**claims, "auth_time": 10**30},
    "auth_time negative": lambda claims: {**claims, "auth_time": -1},
}


@pytest.mark.parametrize("name", NO_PROOF)
async def test_what_is_no_proof_brings_the_question_again(
    name: str, long_ago: None, level: str, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    before = deventer.cookies["__Host-sid"]
    idp.lie = lambda claims: NO_PROOF[name]({**claims, "acr": level})
    _, answer = await deventer.confirm(idp)
    assert (answer.status_code, answer.headers["location"]) == (303, QUESTION)
    assert deventer.cookies["__Host-sid"] == before, "and the session goes on as it was"
    assert (await deventer.get("/rechten")).status_code == 303
    assert (await _newest_audit(tenants["deventer"])).handeling == "aanmelding.geweigerd"
    idp.lie = lambda claims: {**claims, "acr": level}
    assert (await deventer.confirm(idp))[1].headers["location"] == "/rechten"


async def test_a_forged_request_proves_nothing(
    long_ago: None, level: str, deventer: Browser, idp: StubProvider
) -> None:
    """The person edits the address on the way to the provider; the answer is honest about what was done."""
    sent = {"_csrf": await deventer.csrf(), "volgende": "/rechten"}
    location = str((await deventer.post("/aanmelden/bevestigen", sent)).headers["location"])
    forged = location.replace("acr_values=bevestigd+sterker", "acr_values=basis").replace(
        "prompt=login", "prompt=none"
    )
    assert forged != location
    answer = await deventer.come_back(idp.authorize(forged, deventer.subject("sanne.proef")))
    assert answer.headers["location"] == QUESTION


async def test_somebody_else_proves_nothing_for_this_session(
    long_ago: None, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    before = dict(deventer.cookies)
    _, answer = await deventer.confirm(idp, subject="deventer:karim.testman")
    assert answer.headers["location"] == QUESTION
    assert deventer.cookies["__Host-sid"] == before["__Host-sid"]
    assert (await deventer.get("/")).json()["naam"] == "Sanne Proef"
    row = await _newest_audit(tenants["deventer"])
    assert (row.handeling, row.gegevens) == ("bevestiging.geweigerd", {"reden": "andere medewerker"})


async def test_somebody_unknown_here(long_ago: None, deventer: Browser, idp: StubProvider) -> None:
    _, answer = await deventer.confirm(idp, subject="deventer:niemand")
    assert answer.status_code == 403
    assert (await deventer.get("/")).json()["naam"] == "Sanne Proef"


async def test_the_person_says_no(long_ago: None, deventer: Browser, idp: StubProvider) -> None:
    sent = {"_csrf": await deventer.csrf(), "volgende": "/rechten"}
    location = str((await deventer.post("/aanmelden/bevestigen", sent)).headers["location"])
    query = idp.authorize(location, deventer.subject("sanne.proef"))
    refused = await deventer.come_back({"state": query["state"], "iss": query["iss"], "error": "access_denied"})
    assert refused.headers["location"] == QUESTION


async def test_two_tabs_at_once(long_ago: None, deventer: Browser, idp: StubProvider) -> None:
    """The second answer belongs to an identifier that is gone; its tab goes on, for the first one was proof."""
    queries, browsers = [], []
    csrf = await deventer.csrf()
    for path in ("/rechten", "/"):
        asked = await deventer.post("/aanmelden/bevestigen", {"_csrf": csrf, "volgende": path})
        queries.append(idp.authorize(str(asked.headers["location"]), deventer.subject("sanne.proef")))
        browsers.append(deventer.cookies["__Host-inloggen"])
    deventer.cookies["__Host-inloggen"] = browsers[0]
    assert (await deventer.come_back(queries[0])).headers["location"] == "/rechten"
    deventer.cookies["__Host-inloggen"] = browsers[1]
    second = await deventer.come_back(queries[1])
    assert second.headers["location"] == "/aanmelden/bevestigen?volgende=/"
    onwards = await deventer.get(second.headers["location"])
    assert (onwards.status_code, onwards.headers["location"]) == (303, "/")


async def test_an_answer_for_a_session_that_ended_meanwhile(
    long_ago: None, deventer: Browser, colleague: Browser, idp: StubProvider
) -> None:
    sent = {"_csrf": await deventer.csrf(), "volgende": "/rechten"}
    asked = await deventer.post("/aanmelden/bevestigen", sent)
    query = idp.authorize(str(asked.headers["location"]), deventer.subject("sanne.proef"))
    cookie = deventer.cookies["__Host-inloggen"]
    await deventer.post("/afmelden", {"_csrf": sent["_csrf"]})
    deventer.cookies["__Host-inloggen"] = cookie
    answer = await deventer.come_back(query)
    assert answer.headers["location"] == QUESTION
    assert "__Host-sid" not in deventer.cookies, "an answer to the question is not a sign-in"


async def test_a_form_is_not_lost(long_ago: None, deventer: Browser, idp: StubProvider) -> None:
    typed = {"rol": ["agent", "teamleider"], "reden": "Vanaf 1 december"}
    refused = await deventer.post("/rechten?van=karim", {"_csrf": await deventer.csrf(), **typed})
    assert refused.status_code == 403
    page = refused.json()
    assert page["velden"] == [["rol", "agent"], ["rol", "teamleider"], ["reden", "Vanaf 1 december"]]
    assert (page["opnieuw"], page["vraag"]) == ("/rechten?van=karim", "/aanmelden/bevestigen?volgende=/bevestigd")
    csrf = await deventer.csrf()
    _, answer = await deventer.confirm(idp, "/bevestigd")
    assert (await deventer.get(answer.headers["location"])).json()["gebeurde"] == "bevestigd"
    again = await deventer.post("/rechten", {"_csrf": csrf, **typed})
    assert again.status_code == 201, "with the token that the page held all along"
    assert again.json()["rol"] == ["agent", "teamleider"]


async def test_a_fragment_and_a_program_hear_it(long_ago: None, deventer: Browser) -> None:
    csrf = await deventer.csrf()
    fragment = await deventer.post("/rechten", {"_csrf": csrf}, headers={"hx-request": "true"})
    assert (fragment.status_code, fragment.json()["opnieuw"]) == (403, None), "the form is still on the page"
    program = await deventer.post("/rechten", {"_csrf": csrf}, headers={"accept": "application/json"})
    assert (program.status_code, program.json()["title"]) == (403, "Bevestig eerst dat u het bent")


async def test_a_stranger_is_asked_to_sign_in_and_a_wrong_role_hears_no(deventer: Browser) -> None:
    sent = await deventer.get("/rechten")
    assert sent.headers["location"] == "/aanmelden?volgende=/rechten"
    assert (await deventer.get("/aanmelden/bevestigen")).headers["location"].startswith("/aanmelden")


async def test_the_question_comes_back_only_to_our_own_pages(long_ago: None, deventer: Browser) -> None:
    for odd in ("https://evil.example", "//evil.example", "/\\evil.example", "/aanmelden/terug?code=1"):
        page = await deventer.get("/aanmelden/bevestigen", params={"volgende": odd})
        assert page.json()["volgende"] == "/"


async def test_a_session_of_the_version_before_is_asked(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    async with unit_of_work(tenants["deventer"]) as session:
        await session.execute(update(Sessie).values(bevestigd_tot=None, aangemeld_op=None, niveau=None))
    assert (await deventer.get("/")).status_code == 200
    assert (await deventer.get("/rechten")).status_code == 303


async def test_the_route_table_can_tell() -> None:
    from tests.auth import world

    assert asks_certainty(world.see_rights)
    assert not asks_certainty(world.manage)
    assert not requires(Recht.AANGEMELD).bevestigd


async def test_a_hint_says_who_in_development_only(long_ago: None, deventer: Browser) -> None:
    sent = {"_csrf": await deventer.csrf(), "volgende": "/"}
    asked = await deventer.post("/aanmelden/bevestigen", sent)
    assert query_of(asked.headers["location"])["login_hint"] == "sanne.proef"


async def _session(tenant: Tenant) -> Sessie:
    async with unit_of_work(tenant) as session:
        return (await session.scalars(select(Sessie))).one()


async def _newest_audit(tenant: Tenant) -> Auditregel:
    async with unit_of_work(tenant) as session:
        return (await session.scalars(select(Auditregel).order_by(Auditregel.id.desc()).limit(1))).one()
