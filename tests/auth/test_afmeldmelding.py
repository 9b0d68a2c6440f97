"""Back-channel logout: the provider says that somebody signed out there, and their sessions here end at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import time_machine
from sqlalchemy import event, func, select

from app import klok
from app.audit.models import Auditregel
from app.auth import afmelden, jobs, oidc
from app.auth.models import Afmeldmelding
from app.db import engine, unit_of_work
from tenants import registry
from tenants.context import Tenant
from tests.auth.provider import SIGNED_OUT, StubProvider
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio

SANNE = "deventer:sanne.proef"


async def send(browser: Browser, token: str | None, **options: Any) -> httpx2.Response:
    """As a provider does: no cookie, no token of ours, another site."""
    form = {} if token is None else {"logout_token": token}
    headers = {"accept": "*/*", "sec-fetch-site": "cross-site", "cookie": ""}
    return await browser.post("/afmelden/melding", form, headers=headers, **options)


@pytest.fixture
async def signed_in(deventer: Browser, colleague: Browser, idp: StubProvider) -> None:
    """Sanne in two browsers, with two sessions at the provider."""
    await deventer.sign_in(idp, "sanne.proef")
    idp.lie = lambda claims: {**claims, "sid": "idp-sessie-2"}
    await colleague.sign_in(idp, "sanne.proef")
    idp.lie = None


async def test_of_one_session(
    signed_in: None, deventer: Browser, colleague: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    answer = await send(deventer, idp.sign_notice(idp.notice(sub=SANNE)))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert (await deventer.get("/")).status_code == 303
    assert (await colleague.get("/")).status_code == 200, "the other session at the provider goes on"
    row = await _newest_audit(tenants["deventer"])
    assert (row.handeling, row.medewerker_id, row.gegevens) == ("medewerker.elders_afgemeld", None, {"sessies": 1})


async def test_of_a_session_without_saying_whose(signed_in: None, deventer: Browser, idp: StubProvider) -> None:
    assert (await send(deventer, idp.sign_notice(idp.notice(sid="idp-sessie-1")))).status_code == 200
    assert (await deventer.get("/")).status_code == 303


async def test_of_everything_of_one_person(
    signed_in: None, deventer: Browser, colleague: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    answer = await send(deventer, idp.sign_notice(idp.notice(sid=None, sub=SANNE)))
    assert answer.status_code == 200
    assert {(await one.get("/")).status_code for one in (deventer, colleague)} == {303}
    assert (await _newest_audit(tenants["deventer"])).gegevens == {"sessies": 2}


async def test_of_another_person_or_session_ends_nothing(
    signed_in: None, deventer: Browser, idp: StubProvider
) -> None:
    for changes in (
        {"sid": "idp-sessie-9"},
        {"sid": None, "sub": "deventer:karim.testman"},
        {"sub": "deventer:karim.testman"},
        {"sid": "IDP-SESSIE-1"},
        {"sid": "idp-sessie-1 "},
    ):
        answer = await send(deventer, idp.sign_notice(idp.notice(**changes)))
        assert answer.status_code == 200, "what is over already is over"
        assert (await deventer.get("/")).status_code == 200


async def test_a_notice_is_of_one_municipality(
    signed_in: None, deventer: Browser, zwolle: Browser, idp: StubProvider
) -> None:
    """Zwolle's client at Zwolle's address ends nothing in Deventer, and Deventer's token is nothing in Zwolle."""
    idp.lie = lambda claims: {**claims, "organization": ["zwolle"]}
    await zwolle.sign_in(idp, "fenna.proef")
    idp.lie = None
    assert (await send(zwolle, idp.sign_notice(idp.notice()))).status_code == 400
    assert (await send(zwolle, idp.sign_notice(idp.notice("zwolle", sid="idp-sessie-2")))).status_code == 200
    assert [(await one.get("/")).status_code for one in (deventer, zwolle)] == [200, 200]
    assert (await send(zwolle, idp.sign_notice(idp.notice("zwolle")))).status_code == 200
    assert [(await one.get("/")).status_code for one in (deventer, zwolle)] == [200, 303]


async def test_a_token_works_once_and_signing_out_twice_is_no_trouble(
    signed_in: None, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    token = idp.sign_notice(idp.notice())
    assert (await send(deventer, token)).status_code == 200
    await deventer.sign_in(idp, "sanne.proef")
    again = await send(deventer, token)
    assert (again.status_code, again.json()["status"]) == (400, 400)
    assert (await deventer.get("/")).status_code == 200, "a token of yesterday's session does nothing to today's"
    assert (await send(deventer, idp.sign_notice(idp.notice()))).status_code == 200
    assert (await send(deventer, idp.sign_notice(idp.notice()))).status_code == 200, "nothing left, and that is fine"
    ended = select(func.count()).select_from(Auditregel).where(Auditregel.handeling == "medewerker.elders_afgemeld")
    async with unit_of_work(tenants["deventer"]) as session:
        before = await session.scalar(ended)
    await send(deventer, idp.sign_notice(idp.notice()))
    async with unit_of_work(tenants["deventer"]) as session:
        assert await session.scalar(ended) == before, "who ends nothing writes nothing in the audit log"


async def test_the_same_token_at_the_same_moment_counts_once(
    signed_in: None, deventer: Browser, idp: StubProvider
) -> None:
    token = idp.sign_notice(idp.notice())
    answers = await asyncio.gather(*(send(deventer, token) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


async def test_used_tokens_are_forgotten_when_they_are_too_old_to_work(
    signed_in: None, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    token = idp.sign_notice(idp.notice(exp=int(time.time()) + 3600))
    assert (await send(deventer, token)).status_code == 200
    with time_machine.travel(klok.now() + timedelta(minutes=11, seconds=30)):
        await jobs.ruim_sessies_op(tenants["deventer"])
        assert (await send(deventer, token)).status_code == 400, "refused by its age"
    with time_machine.travel(klok.now() + timedelta(minutes=15)):
        await jobs.ruim_sessies_op(tenants["deventer"])
    async with unit_of_work(tenants["deventer"]) as session:
        assert await session.scalar(select(func.count()).select_from(Afmeldmelding)) == 0


Lie = Callable[[StubProvider], str | None]


def says(**changes: Any) -> Lie:
    return lambda idp: idp.sign_notice(idp.notice(**changes))


def heads(**fields: Any) -> Lie:
    return lambda idp: idp.sign_notice(idp.notice(), **fields)


LIES: dict[str, Lie] = {
    "no token": lambda _: None,
    "empty": lambda _: "",
    "not a token": lambda _: "x",
    "two dots": lambda _: "..",
    "20 kB": lambda _: "x" * 20_000,
    "an id token": lambda idp: idp.sign(idp.notice(nonce="n", sub=SANNE), header={"alg": "RS256", "kid": "rsa-1"}),
    "nonce": says(nonce="eenmalig"),
    "nonce null": lambda idp: idp.sign_notice({**idp.notice(), "nonce": None}),
    "no events": says(events=None),
    "events empty": says(events={}),
    "events a list": says(events=[SIGNED_OUT]),
    "events a text": says(events=SIGNED_OUT),
    "another event": says(events={"http://schemas.openid.net/event/account-disabled": {}}),
    "event true": says(events={SIGNED_OUT: True}),
    "event null": says(events={SIGNED_OUT: None}),
    "event a text": says(events={SIGNED_OUT: "ja"}),
    "no jti": says(jti=None),
    "jti empty": says(jti=""),
    "jti a number": says(jti=7),
    "jti of 3 kB": says(jti="x" * 3000),
    "of nobody": says(sid=None),
    "sub empty": says(sid=None, sub=""),
    "sub a list": says(sub=[SANNE]),
    "sid a number": says(sid=1),
    "sid empty": says(sid=""),
    "sid of 300": says(sid="x" * 300),
    "another issuer": says(iss="https://login.example"),
    "no issuer": says(iss=None),
    "another municipality": lambda idp: idp.sign_notice(idp.notice("zwolle")),
    "no audience": says(aud=None),
    "several audiences": says(aud=["kiss-deventer", "kiss-zwolle"]),
    "audience without municipality": says(aud="kiss"),
    "no iat": says(iat=None),
    "iat too old": says(iat=int(time.time()) - 700),
    "iat tomorrow": says(iat=int(time.time()) + 86_400),
    "iat a text": says(iat="nu"),
    "no exp": says(exp=None),
    "expired": says(exp=int(time.time()) - 120),
    "typ of an access token": heads(typ="at+jwt"),
    "typ of another token": heads(typ="secevent+jwt"),
    "kid unknown": heads(kid="rsa-9"),
    "jku": heads(jku="http://127.0.0.1/keys"),
    "alg none": lambda idp: (
        "eyJhbGciOiJub25lIiwia2lkIjoicnNhLTEifQ." + idp.sign_notice(idp.notice()).split(".")[1] + "."
    ),
    "another key": lambda idp: idp.sign(
        idp.notice(), header={"alg": "RS256", "kid": "rsa-1", "typ": "logout+jwt"}, key=idp.foreign
    ),
    "signature cut": lambda idp: idp.sign_notice(idp.notice())[:-4],
    "claims exchanged": lambda idp: ".".join(
        (*idp.sign_notice(idp.notice()).split(".")[:2], idp.sign_notice(idp.notice(sid="x")).split(".")[2])
    ),
}


@pytest.mark.parametrize("name", LIES)
async def test_a_lie(
    name: str, signed_in: None, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    answer = await send(deventer, LIES[name](idp))
    assert answer.status_code == 400, name
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["title"] == "Deze afmelding geldt niet"
    assert (await deventer.get("/")).status_code == 200
    async with unit_of_work(tenants["deventer"]) as session:
        assert await session.scalar(select(func.count()).select_from(Afmeldmelding)) == 0, "a lie leaves no row"


TRUE: dict[str, Callable[[StubProvider], str]] = {
    "typ in capitals": lambda idp: idp.sign_notice(idp.notice(), typ="LOGOUT+JWT"),
    "typ JWT, as Keycloak says": lambda idp: idp.sign_notice(idp.notice(), typ="JWT"),
    "no typ": lambda idp: idp.sign(idp.notice(), header={"alg": "RS256", "kid": "rsa-1"}),
    "more in the event": lambda idp: idp.sign_notice(idp.notice(events={SIGNED_OUT: {"x": 1}, "urn:y": {}})),
    "audience a list of one": lambda idp: idp.sign_notice(idp.notice(aud=["kiss-deventer"])),
    "a slash behind the issuer": lambda idp: idp.sign_notice(idp.notice(iss=f"{idp.issuer}/")),
    "claims we do not know": lambda idp: idp.sign_notice(idp.notice(typ="Logout", trace="x")),
    "with an EC key": lambda idp: idp.sign(
        idp.notice(), header={"alg": "ES256", "kid": "ec-1", "typ": "logout+jwt"}, key=idp.ec
    ),
}


@pytest.mark.parametrize("name", TRUE)
async def test_a_true_one(name: str, signed_in: None, deventer: Browser, idp: StubProvider) -> None:
    assert (await send(deventer, TRUE[name](idp))).status_code == 200
    assert (await deventer.get("/")).status_code == 303


async def test_two_tokens_in_one_form(signed_in: None, deventer: Browser, idp: StubProvider) -> None:
    token = idp.sign_notice(idp.notice())
    answer = await deventer.client.post("/afmelden/melding", data={"logout_token": [token, token]})
    assert answer.status_code == 400
    assert (await deventer.get("/")).status_code == 200


async def test_a_get_and_the_address_bar_do_nothing(signed_in: None, deventer: Browser, idp: StubProvider) -> None:
    token = idp.sign_notice(idp.notice())
    assert (await deventer.get("/afmelden/melding", params={"logout_token": token})).status_code == 405
    assert (await deventer.post(f"/afmelden/melding?logout_token={token}")).status_code == 400
    assert (await deventer.get("/")).status_code == 200


async def test_without_keys_nothing_is_believed_and_the_provider_may_try_again(
    signed_in: None, deventer: Browser, idp: StubProvider
) -> None:
    token = idp.sign_notice(idp.notice())
    oidc.known_issuer.cache_clear()
    idp.down = True
    assert (await send(deventer, token)).status_code == 503
    idp.down = False
    assert (await send(deventer, token)).status_code == 200


async def test_a_flood_of_rubbish_reaches_neither_the_database_nor_the_provider(
    signed_in: None, deventer: Browser, colleague: Browser, idp: StubProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand notices with an unknown key, and people sign in meanwhile."""
    for age in ("MAX_AGE", "RENEW_AFTER"):  # the catalogue is read anew every ten seconds, whoever asks
        monkeypatch.setattr(registry, age, 3600.0)
    rubbish = idp.sign_notice(idp.notice(), kid="onbekend")
    await send(deventer, rubbish)
    asked = len(idp.requests)
    borrowed: list[object] = []

    def count(*_: object) -> None:
        borrowed.append(1)

    event.listen(engine().sync_engine, "checkout", count)
    try:
        answers = await asyncio.gather(*(send(deventer, rubbish) for _ in range(1000)))
    finally:
        event.remove(engine().sync_engine, "checkout", count)
    assert {answer.status_code for answer in answers} == {400}
    assert (len(idp.requests), borrowed) == (asked, [])
    assert (await colleague.sign_in(idp, "karim.testman")).status_code == 303


async def test_one_flood_without_keys_is_one_question(signed_in: None, deventer: Browser, idp: StubProvider) -> None:
    oidc.known_issuer.cache_clear()
    idp.down = True
    idp.requests.clear()
    token = idp.sign_notice(idp.notice())
    answers = await asyncio.gather(*(send(deventer, token) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {503}
    assert len(idp.requests) == 1


async def test_the_check_bites(
    signed_in: None, deventer: Browser, idp: StubProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the row that remembers the jti, a replay would work."""

    async def always(*_: object) -> bool:
        return True

    token = idp.sign_notice(idp.notice())
    assert (await send(deventer, token)).status_code == 200
    monkeypatch.setattr(afmelden, "_is_first", always)
    assert (await send(deventer, token)).status_code == 200


async def _newest_audit(tenant: Tenant) -> Auditregel:
    async with unit_of_work(tenant) as session:
        return (await session.scalars(select(Auditregel).order_by(Auditregel.id.desc()).limit(1))).one()
