"""The way back from the provider: it belongs to one sign-in, of one browser, at one municipality, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from app import klok
from app.audit.models import Auditregel
from app.auth.models import Inlogpoging, Lidmaatschap
from app.db import unit_of_work
from tenants.context import Tenant
from tests.auth.conftest import Negative, everyone
from tests.auth.provider import StubProvider
from tests.auth.world import Browser, query_of

pytestmark = pytest.mark.anyio

SANNE = "deventer:sanne.proef"
Query = dict[str, str]

UNKNOWN_STATE = {
    "no state",
    "empty state",
    "foreign state",
    "state with a letter more",
    "state of 3 kB",
    "state not ASCII",
}
ODD_ANSWERS: dict[str, Callable[[Query], Query]] = {
    "no state": lambda query: {"code": query["code"], "iss": query["iss"]},
    "empty state": lambda query: {**query, "state": ""},
    "foreign state": lambda query: {**query, "state": "x" * 43},
    "state with a letter more": lambda query: {**query, "state": query["state"] + "x"},
    "state of 3 kB": lambda query: {**query, "state": "x" * 3000},
    "state not ASCII": lambda query: {**query, "state": "ÿ"},
    "no code": lambda query: {"state": query["state"], "iss": query["iss"]},
    "empty code": lambda query: {**query, "code": ""},
    "code of another": lambda query: {**query, "code": "verzonnen"},
    "code of 3 kB": lambda query: {**query, "code": "x" * 3000},
    "no iss while the provider promises it": lambda query: {"state": query["state"], "code": query["code"]},
    "iss of another": lambda query: {**query, "iss": "https://login.example"},
    "iss empty": lambda query: {**query, "iss": ""},
    "error": lambda query: {"state": query["state"], "iss": query["iss"], "error": "access_denied"},
    "error beside a code": lambda query: {**query, "error": "server_error"},
    "iss of another municipality's realm": lambda query: {**query, "iss": query["iss"] + "/realms/zwolle"},
    "iss with a user": lambda query: {**query, "iss": query["iss"].replace("://", "://x@")},
    "an error without a code": lambda query: {
        "state": query["state"],
        "iss": query["iss"],
        "error": "login_required",
        "error_description": "<svg onload=alert(3)>",
    },
    "error empty": lambda query: {**query, "error": ""},
    "a token in the address": lambda query: {"state": query["state"], "iss": query["iss"], "id_token": "a.b.c"},
    "HTML in the description": lambda query: {
        **query,
        "error": "<script>alert(1)</script>",
        "error_description": "<img src=x onerror=alert(2)>",
    },
}


@pytest.mark.parametrize("name", ODD_ANSWERS)
async def test_an_odd_answer_gives_no_session(
    name: str, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant], negative: Negative
) -> None:
    before = await _refusals(tenants["deventer"])
    query = ODD_ANSWERS[name](idp.authorize(await deventer.begin(), SANNE))
    response = await deventer.come_back(query)
    assert (response.status_code, response.json()["title"]) == (400, "Aanmelden is niet gelukt")
    assert "__Host-sid" not in deventer.cookies
    for told in ("script", "onerror", "access_denied", "verzonnen", "login.example"):
        assert told not in response.text
    # What somebody else's sign-in would be is not written down: strangers could fill the log with it.
    assert await _refusals(tenants["deventer"]) - before == (name not in UNKNOWN_STATE)
    negative()


async def test_a_parameter_twice(deventer: Browser, idp: StubProvider) -> None:
    query = idp.authorize(await deventer.begin(), SANNE)
    response = await deventer.get(f"/aanmelden/terug?code=a&code={query['code']}&state={query['state']}")
    assert response.status_code == 400


async def test_a_state_works_once(deventer: Browser, idp: StubProvider) -> None:
    query = idp.authorize(await deventer.begin(), SANNE)
    kept = dict(deventer.cookies)
    assert (await deventer.come_back(query)).status_code == 303
    deventer.cookies = kept
    again = idp.authorize(await deventer.begin(), SANNE) | {"state": query["state"]}
    assert (await deventer.come_back(again)).status_code == 400


async def test_back_in_the_browser_after_signing_in(deventer: Browser, idp: StubProvider) -> None:
    query = idp.authorize(await deventer.begin(), SANNE)
    assert (await deventer.come_back(query)).status_code == 303
    session = deventer.cookies["__Host-sid"]
    again = await deventer.come_back(query)
    assert (again.status_code, again.headers["location"]) == (303, "/")
    assert deventer.cookies["__Host-sid"] == session, "and it is the session one had"


async def test_a_state_is_spent_by_a_wrong_answer(deventer: Browser, idp: StubProvider) -> None:
    query = idp.authorize(await deventer.begin(), SANNE)
    assert (await deventer.come_back({**query, "iss": "https://login.example"})).status_code == 400
    assert (await deventer.come_back(query)).status_code == 400


async def test_another_browser_cannot_finish_it(deventer: Browser, colleague: Browser, idp: StubProvider) -> None:
    query = idp.authorize(await deventer.begin(), SANNE)
    await colleague.get("/aanmelden")
    assert (await colleague.come_back(query)).status_code == 400
    assert "__Host-sid" not in colleague.cookies


async def test_a_browser_without_cookie_cannot_finish_it(
    deventer: Browser, colleague: Browser, idp: StubProvider
) -> None:
    query = idp.authorize(await deventer.begin(), SANNE)
    assert (await colleague.come_back(query)).status_code == 400


async def test_another_municipality_cannot_finish_it(deventer: Browser, zwolle: Browser, idp: StubProvider) -> None:
    query = idp.authorize(await deventer.begin(), SANNE)
    zwolle.cookies = dict(deventer.cookies)
    assert (await zwolle.come_back(query)).status_code == 400
    assert (await deventer.come_back(query)).status_code == 303, "what happens in Zwolle spends nothing in Deventer"


async def test_a_code_works_once(deventer: Browser, colleague: Browser, idp: StubProvider) -> None:
    first = idp.authorize(await deventer.begin(), SANNE)
    assert (await deventer.come_back(first)).status_code == 303
    second = idp.authorize(await colleague.begin(), SANNE)
    assert (await colleague.come_back({**second, "code": first["code"]})).status_code == 400


async def test_a_stolen_code_lacks_its_verifier(deventer: Browser, colleague: Browser, idp: StubProvider) -> None:
    stolen = idp.authorize(await deventer.begin(), SANNE)["code"]
    thief = idp.authorize(await colleague.begin(), "deventer:karim.testman")
    assert (await colleague.come_back({**thief, "code": stolen})).status_code == 400


async def test_ten_minutes_is_the_longest(deventer: Browser, idp: StubProvider) -> None:
    begun = klok.now()
    query = idp.authorize(await deventer.begin(), SANNE)
    with time_machine.travel(begun + timedelta(minutes=10, seconds=5)):
        assert (await deventer.come_back(query)).status_code == 400


async def test_old_attempts_are_swept(deventer: Browser, tenants: dict[str, Tenant]) -> None:
    await deventer.begin()
    with time_machine.travel(klok.now() + timedelta(minutes=11)):
        await deventer.begin()
    async with unit_of_work(tenants["deventer"]) as session:
        assert await session.scalar(select(func.count()).select_from(Inlogpoging)) == 1


async def test_what_is_kept_of_an_attempt_is_of_no_use_to_a_reader(
    deventer: Browser, tenants: dict[str, Tenant]
) -> None:
    asked = query_of(await deventer.begin())
    async with unit_of_work(tenants["deventer"]) as session:
        row = (await session.scalars(select(Inlogpoging))).one()
    kept = b"|".join((row.state_hash, row.browser_hash, row.code_verifier, row.nonce.encode(), row.volgende.encode()))
    assert asked["state"].encode() not in kept
    assert deventer.cookies["__Host-inloggen"].encode() not in kept
    assert row.code_verifier[:1] == b"\x02", "sealed"


async def test_the_address_of_the_provider(deventer: Browser, idp: StubProvider) -> None:
    location = await deventer.begin()
    asked = query_of(location)
    assert location.startswith(f"{idp.issuer}/auth?")
    assert asked["redirect_uri"] == "http://deventer.localhost:8000/aanmelden/terug"
    assert asked["scope"] == "openid profile email organization:*"
    assert "login_hint" not in asked
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


async def test_a_hint_in_development(deventer: Browser) -> None:
    assert query_of(await deventer.begin(als="sanne.proef"))["login_hint"] == "sanne.proef"


# Who the provider knows and the municipality does not.


async def test_without_a_role_here(zwolle: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    response = await zwolle.come_back(idp.authorize(await zwolle.begin(), SANNE))
    assert response.status_code == 403
    assert response.json()["detail"] == (
        "U hebt geen rol bij gemeente Zwolle. Vraag uw functioneel beheerder om toegang. U hoort wel bij: Deventer."
    )
    assert "__Host-sid" not in zwolle.cookies
    row = await _newest_audit(tenants["zwolle"])
    assert (row.handeling, row.uitkomst, row.gegevens) == (
        "aanmelding.geweigerd",
        "geweigerd",
        {"reden": "andere organisatie"},
    )
    assert "sanne" not in row.object_id, "who it was is kept as a pseudonym"


async def test_of_an_inactive_member(deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    async with unit_of_work(tenants["deventer"]) as session:
        await session.execute(update(Lidmaatschap).where(Lidmaatschap.subject == SANNE).values(actief=False))
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 403


async def test_of_the_same_subject_at_another_issuer(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    of_sanne = update(Lidmaatschap).where(Lidmaatschap.subject == SANNE)
    async with unit_of_work(tenants["deventer"]) as session:
        await session.execute(of_sanne.values(issuer="https://login.example"))
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 403
    async with unit_of_work(tenants["deventer"]) as session:
        await session.execute(of_sanne.values(issuer=idp.issuer))


async def test_a_sign_in_is_an_audit_row_and_refreshes_the_person(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    idp.lie = lambda claims: {**claims, "name": "Sanne Proef-Nieuw", "email": "nieuw@deventer.example"}
    await deventer.sign_in(idp, "sanne.proef")
    sanne = (await everyone(tenants["deventer"]))["sanne.proef"]
    assert (sanne.naam, sanne.email) == ("Sanne Proef-Nieuw", "nieuw@deventer.example")
    assert sanne.laatst_ingelogd_op is not None
    row = await _newest_audit(tenants["deventer"])
    assert (row.handeling, row.object_id, row.medewerker_id) == ("medewerker.aangemeld", str(sanne.id), sanne.id)
    idp.lie = None
    await deventer.sign_in(idp, "sanne.proef")


# The provider is down, or odd.


async def test_provider_down(deventer: Browser, colleague: Browser, idp: StubProvider) -> None:
    await colleague.sign_in(idp, "karim.testman")
    query = idp.authorize(await deventer.begin(), SANNE)
    idp.down = True
    refused = await deventer.come_back(query)
    assert (refused.status_code, refused.json()["title"]) == (503, "Aanmelden kan nu niet")
    assert (await colleague.get("/")).status_code == 200, "who is signed in goes on"
    idp.down = False
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303, "and it recovers by itself"


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>onderhoud</html>"),
        (200, b"[]"),
        (200, b"null"),
        (200, b"{" * 3000),
        (200, b'{"id_token": ["x"]}'),
        (200, b'{"id_token": "' + b"x" * 300_000 + b'"}'),
        (302, b"{}"),
        (500, b"{}"),
        (400, b'{"error": "invalid_grant"}'),
    ],
    ids=lambda answer: f"{answer[0]} {answer[1][:20].decode()}",
)
async def test_an_odd_token_answer(answer: tuple[int, bytes], deventer: Browser, idp: StubProvider) -> None:
    query = idp.authorize(await deventer.begin(), SANNE)
    idp.answer = answer
    assert (await deventer.come_back(query)).status_code in {400, 503}
    assert "__Host-sid" not in deventer.cookies


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://login.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": 7},
    ],
    ids=str,
)
async def test_odd_metadata(lie: dict[str, object], deventer: Browser, idp: StubProvider) -> None:
    idp.metadata_lies = lie
    page = await deventer.get("/aanmelden")
    response = await deventer.post("/aanmelden", {"_csrf": page.json()["csrf"]})
    assert response.status_code == 503


async def _refusals(tenant: Tenant) -> int:
    refused = select(func.count()).select_from(Auditregel).where(Auditregel.handeling == "aanmelding.geweigerd")
    async with unit_of_work(tenant) as session:
        return await session.scalar(refused) or 0


async def _newest_audit(tenant: Tenant) -> Auditregel:
    async with unit_of_work(tenant) as session:
        return (await session.scalars(select(Auditregel).order_by(Auditregel.id.desc()).limit(1))).one()


async def test_nobody_is_sent_to_a_provider_that_is_away(deventer: Browser, idp: StubProvider) -> None:
    """Its metadata are known, and yet: a browser that arrives there would only see that nothing is there."""
    await deventer.sign_in(idp, "sanne.proef")
    csrf = await deventer.csrf()
    idp.down = True
    with time_machine.travel(klok.now() + timedelta(seconds=6)):
        out = await deventer.post("/afmelden", {"_csrf": csrf})
        assert (out.status_code, out.headers["location"]) == (303, "/aanmelden"), "signed out here, and no further"
        page = await deventer.get("/aanmelden")
        refused = await deventer.post("/aanmelden", {"_csrf": page.json()["csrf"], "volgende": ""})
        assert (refused.status_code, refused.json()["title"]) == (503, "Aanmelden kan nu niet")
        idp.down = False
        assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303, "and back without a restart"
