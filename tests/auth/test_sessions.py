"""Sessions: who is signed in, for how long, and what never becomes a session."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import event, func, select, update

from app import klok
from app.auth import oidc
from app.auth.models import Lidmaatschap, Sessie
from app.db import SETUP_MARK, engine, unit_of_work
from tenants.context import Tenant
from tests.auth.conftest import everyone
from tests.auth.provider import StubProvider
from tests.auth.world import Browser, query_of

pytestmark = pytest.mark.anyio

PLANTED = "A" * 43


async def test_signing_in_gives_a_session(deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    response = await deventer.sign_in(idp, "sanne.proef")
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert set(deventer.cookies) == {"__Host-sid"}
    start = (await deventer.get("/")).json()
    assert (start["naam"], start["rol"], start["initialen"]) == ("Sanne Proef", "Klantcontactmedewerker", "SP")
    row = await _session(tenants["deventer"])
    assert row.id_hash == sha256(deventer.cookies["__Host-sid"].encode()).digest(), "the cookie itself is nowhere"
    assert row.idp_sid == "idp-sessie-1"
    assert row.id_token is not None
    assert b"eyJ" not in row.id_token, "sealed"


async def test_one_comes_back_where_one_was(deventer: Browser, idp: StubProvider) -> None:
    sent = await deventer.get("/gesprekken/7?tab=zoeken")
    assert sent.status_code == 404
    sent = await deventer.get("/beheer/afleveringen?soort=dood%20spoor")
    assert sent.headers["location"] == "/aanmelden?volgende=/beheer/afleveringen%3Fsoort%3Ddood%2520spoor"
    response = await deventer.sign_in(idp, "bram.model", query_of(sent.headers["location"])["volgende"])
    assert response.headers["location"] == "/beheer/afleveringen?soort=dood%20spoor"


async def test_a_planted_cookie_is_not_adopted(deventer: Browser, colleague: Browser, idp: StubProvider) -> None:
    deventer.cookies["__Host-sid"] = PLANTED
    query = idp.authorize(await deventer.begin(), "deventer:sanne.proef")
    assert (await deventer.come_back(query)).status_code == 303
    assert deventer.cookies["__Host-sid"] != PLANTED
    colleague.cookies["__Host-sid"] = PLANTED
    assert (await colleague.get("/")).status_code == 303


async def test_signing_in_again_gives_a_new_session_and_ends_the_old(
    deventer: Browser, colleague: Browser, idp: StubProvider
) -> None:
    query = idp.authorize(await deventer.begin(), "deventer:sanne.proef")
    await colleague.sign_in(idp, "sanne.proef")
    deventer.cookies["__Host-sid"] = old = colleague.cookies["__Host-sid"]
    assert (await deventer.come_back(query)).status_code == 303
    assert deventer.cookies["__Host-sid"] != old
    assert (await colleague.get("/")).status_code == 303, "the old one is gone"


async def test_a_session_of_another_municipality_does_not_exist(
    deventer: Browser, zwolle: Browser, idp: StubProvider
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    zwolle.cookies = dict(deventer.cookies)
    assert (await zwolle.get("/")).status_code == 303
    assert (await deventer.get("/")).status_code == 200


ODD_COOKIES = {
    "empty": b"__Host-sid=",
    "%ff": b"__Host-sid=%ff",
    "byte ff": b"__Host-sid=\xff\xfe",
    "NUL encoded": b"__Host-sid=" + b"A" * 42 + b"%00",
    "NUL": b"__Host-sid=\x00" + b"A" * 42,
    "8 kB": b"__Host-sid=" + b"A" * 8192,
    "one short": b"__Host-sid=" + b"A" * 42,
    "one long": b"__Host-sid=" + b"A" * 44,
    "quoted": b'__Host-sid="{good}"',
    "twice the same": b"__Host-sid={good}; __Host-sid={good}",
    "planted before": b"__Host-sid=" + b"B" * 43 + b"; __Host-sid={good}",
    "planted after": b"__Host-sid={good}; __Host-sid=" + b"B" * 43,
    "empty beside": b"__Host-sid={good}; __Host-sid=",
    "other case": b"__host-sid={good}",
    "other name": b"sid={good}",
    "encoded": b"__Host-sid=%41{good}",
    "name encoded": b"__Host%2Dsid={good}",
    "text behind": b"__Host-sid={good} x",
    "SQL": b"__Host-sid=' OR 1=1 --",
    "no equals sign": b"__Host-sid",
    "only separators": b";;;==;=",
    "unicode": "__Host-sid=é".encode(),
    "newline": b"__Host-sid={good}\x0b",
}


@pytest.mark.parametrize("name", ODD_COOKIES)
async def test_an_odd_cookie_is_no_session(name: str, deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    good = deventer.cookies["__Host-sid"].encode()
    line = ODD_COOKIES[name].replace(b"{good}", good)
    for path in ("/", "/aanmelden", "/aanmelden/terug?code=a&state=b", "/livez"):
        response = await deventer.client.get(path, headers=[(b"cookie", line), (b"accept", b"text/html")])
        assert response.status_code == {"/": 303, "/aanmelden": 200, "/livez": 200}.get(path, 400), (name, path)


async def test_two_cookie_headers_are_one_cookie_each(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    good = deventer.cookies["__Host-sid"].encode()
    lines = [(b"cookie", b"ander=1"), (b"cookie", b"__Host-sid=" + good)]
    assert (await deventer.client.get("/", headers=lines)).status_code == 200, "HTTP/2 sends them apart"
    lines.append((b"cookie", b"__Host-sid=" + b"B" * 43))
    assert (await deventer.client.get("/", headers=lines)).status_code == 401


async def test_idle_for_half_an_hour(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    begun = klok.now()
    with time_machine.travel(begun + timedelta(minutes=29)):
        assert (await deventer.get("/")).status_code == 200
    with time_machine.travel(begun + timedelta(minutes=58)):
        assert (await deventer.get("/")).status_code == 200, "activity moved it"
    with time_machine.travel(begun + timedelta(minutes=89)):
        assert (await deventer.get("/")).status_code == 401, "the lock"


async def test_what_a_page_asks_by_itself_is_no_activity(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    begun = klok.now()
    for minutes in (10, 20, 29):
        with time_machine.travel(begun + timedelta(minutes=minutes)):
            assert (await deventer.get("/gebeurtenissen")).status_code == 200
    with time_machine.travel(begun + timedelta(minutes=31)):
        assert (await deventer.get("/gebeurtenissen", headers={"accept": "text/event-stream"})).status_code == 401


async def test_ten_hours_is_the_longest(deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    begun = klok.now()
    for step in range(1, 24):
        with time_machine.travel(begun + timedelta(minutes=25 * step)):
            assert (await deventer.get("/")).status_code == 200
    with time_machine.travel(begun + timedelta(hours=10, seconds=1)):
        assert (await deventer.get("/")).status_code == 401
    with time_machine.travel(begun + timedelta(hours=34, seconds=1)):
        await deventer.sign_in(idp, "sanne.proef")
        async with unit_of_work(tenants["deventer"]) as session:
            assert await session.scalar(select(func.count()).select_from(Sessie)) == 1, "expired ones are swept"


async def test_seen_is_written_at_most_once_a_minute(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    first = (await _session(tenants["deventer"])).gezien_op
    statements: list[str] = []

    def count(connection, cursor, statement, parameters, context, executemany):  # type: ignore[no-untyped-def]
        if not context.execution_options.get(SETUP_MARK):
            statements.append(statement)

    event.listen(engine().sync_engine, "before_cursor_execute", count)
    try:
        for _ in range(3):
            await deventer.get("/")
        assert len(statements) == 3, "one statement for who it is"
        with time_machine.travel(first + timedelta(seconds=61)):
            await deventer.get("/")
            await deventer.get("/")
        assert len(statements) == 6, "and one more a minute"
    finally:
        event.remove(engine().sync_engine, "before_cursor_execute", count)
    assert (await _session(tenants["deventer"])).gezien_op >= first + timedelta(seconds=61)


async def test_an_inactive_member_is_out_at_once(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    assert (await deventer.get("/")).status_code == 200
    sanne = (await everyone(tenants["deventer"]))["sanne.proef"]
    async with unit_of_work(tenants["deventer"]) as session:
        await session.execute(update(Lidmaatschap).where(Lidmaatschap.id == sanne.id).values(actief=False))
    assert (await deventer.get("/")).status_code == 303


async def test_a_role_taken_away_is_gone_at_once(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    await deventer.sign_in(idp, "bram.model")
    assert (await deventer.get("/beheer/afleveringen")).status_code == 200
    bram = update(Lidmaatschap).where(Lidmaatschap.gebruikersnaam == "bram.model")
    async with unit_of_work(tenants["deventer"]) as session:
        await session.execute(bram.values(rollen=["agent"]))
    assert (await deventer.get("/beheer/afleveringen")).status_code == 403
    async with unit_of_work(tenants["deventer"]) as session:
        await session.execute(bram.values(rollen=["tenant_admin"]))


async def test_signing_out(
    deventer: Browser, colleague: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    colleague.cookies = dict(deventer.cookies)
    response = await deventer.post("/afmelden", {"_csrf": await deventer.csrf()})
    target = urlsplit(response.headers["location"])
    asked = query_of(response.headers["location"])
    assert (response.status_code, f"{target.scheme}://{target.netloc}{target.path}") == (
        303,
        f"{idp.issuer}/session/end",
    )
    assert asked["post_logout_redirect_uri"] == "http://deventer.localhost:8000/aanmelden"
    assert asked["id_token_hint"].count(".") == 2
    assert response.headers["clear-site-data"] == '"cache"'
    assert "__Host-sid" not in deventer.cookies
    assert (await colleague.get("/")).status_code == 303, "the copy of the cookie is worth nothing"
    assert await _sessions(tenants["deventer"]) == 0


async def test_signing_out_while_the_provider_is_down(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    csrf = await deventer.csrf()
    oidc.known_issuer.cache_clear()  # as after a restart: nothing is known of the provider
    idp.down = True
    response = await deventer.post("/afmelden", {"_csrf": csrf})
    assert (response.status_code, response.headers["location"]) == (303, "/aanmelden")
    assert await _sessions(tenants["deventer"]) == 0


async def test_signing_out_at_a_provider_without_such_a_place(deventer: Browser, idp: StubProvider) -> None:
    idp.metadata_lies = {"end_session_endpoint": None}
    await deventer.sign_in(idp, "sanne.proef")
    response = await deventer.post("/afmelden", {"_csrf": await deventer.csrf()})
    assert (response.status_code, response.headers["location"]) == (303, "/aanmelden")


async def test_the_sign_in_page_sends_on_who_is_signed_in(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    response = await deventer.get("/aanmelden?volgende=/gesprekken/1")
    assert (response.status_code, response.headers["location"]) == (303, "/gesprekken/1")


async def test_the_look_is_kept_for_the_person(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    csrf = await deventer.csrf()
    response = await deventer.post("/voorkeuren", {"_csrf": csrf, "modus": "donker", "volgende": "/gesprekken/1"})
    assert (response.status_code, response.headers["location"]) == (303, "/gesprekken/1")
    await deventer.sign_in(idp, "sanne.proef")
    assert (await deventer.get("/")).json()["modus"] == "donker"
    csrf = await deventer.csrf()
    for odd in ("paars", "", "DONKER", "donker' --"):
        assert (await deventer.post("/voorkeuren", {"_csrf": csrf, "modus": odd})).status_code == 400


async def _session(tenant: Tenant) -> Sessie:
    async with unit_of_work(tenant) as session:
        return (await session.scalars(select(Sessie))).one()


async def _sessions(tenant: Tenant) -> int | None:
    async with unit_of_work(tenant) as session:
        return await session.scalar(select(func.count()).select_from(Sessie))
