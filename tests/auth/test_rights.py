"""Who may do what, what strangers get, and that the route table can tell."""

from __future__ import annotations

import pytest
from litestar import get
from litestar.types import ASGIApp

from app.auth.models import Rol
from app.auth.rights import PUBLIC, ROL_NAMEN, ROLLEN, Recht, guard_of, requires
from app.settings import settings
from tests.auth.provider import StubProvider
from tests.auth.world import Browser, raw

pytestmark = pytest.mark.anyio


async def test_every_role_has_a_name_and_every_right_a_role() -> None:
    assert set(ROL_NAMEN) == set(Rol)
    assert set(ROLLEN) == set(Recht)
    assert all(ROLLEN.values())


@pytest.mark.parametrize(
    ("who", "gesprekken", "beheer"),
    [
        ("sanne.proef", 201, 403),
        ("anouk.voorbeeld", 403, 403),
        ("bram.model", 403, 200),
        ("tarik.fictief", 403, 403),
    ],
)
async def test_roles(who: str, gesprekken: int, beheer: int, deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, who)
    csrf = await deventer.csrf()
    assert (await deventer.post("/gesprekken", {"_csrf": csrf})).status_code == gesprekken
    assert (await deventer.get("/beheer/afleveringen")).status_code == beheer


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"accept": "text/html,*/*;q=0.8"}, 303),
        ({"accept": "text/html", "sec-fetch-mode": "navigate"}, 303),
        ({"accept": "text/html", "hx-request": "true"}, 401),
        ({"accept": "text/html", "hx-request": "true", "sec-fetch-mode": "cors"}, 401),
        ({"accept": "text/html", "sec-fetch-mode": "cors"}, 401),
        ({"accept": "application/json"}, 401),
        ({"accept": "text/event-stream"}, 401),
        ({"accept": "*/*"}, 401),
    ],
    ids=str,
)
async def test_a_stranger(headers: dict[str, str], status: int, deventer: Browser) -> None:
    response = await deventer.get("/beheer/afleveringen", headers=headers)
    assert response.status_code == status
    if status == 303:
        assert response.headers["location"] == "/aanmelden?volgende=/beheer/afleveringen"


async def test_the_route_table_can_tell() -> None:
    @get("/a", guards=[requires(Recht.GESPREK_VOEREN)])
    async def guarded() -> None: ...

    @get("/b", opt=PUBLIC)
    async def public() -> None: ...

    @get("/c")
    async def forgotten() -> None: ...

    assert guard_of(guarded) == {"guard": "gesprek_voeren", "roles": ["agent"]}
    assert guard_of(public) == {"guard": "public", "roles": []}
    assert guard_of(forgotten) == {"guard": None, "roles": []}


# The host decides the municipality, before anything else.


@pytest.mark.parametrize(
    "host",
    [
        b"evil.example",
        b"localhost:8000",
        b"127.0.0.1:8000",
        b"[::1]:8000",
        b"deventer",
        b"deventer.localhost.evil.example",
        b"evil.deventer.localhost",
        b"deventer.localhost:8000@evil.example",
        b"deventer.localhost, zwolle.localhost",
        b"deventer.localhost:port",
        b"deventer.localhost:",
        b"deventer.localhost/x",
        b"deventer..localhost",
        b"-deventer.localhost",
        b" ",
        b"",
        b"\xff",
        b"deventer.localhost\x00",
        "deventer\u212a.localhost".encode(),
        b"a" * 5000,
    ],
    ids=lambda host: repr(host[:40]),
)
async def test_a_strange_host(host: bytes, app: ASGIApp, deventer: Browser) -> None:
    status, body, _ = await raw(app, [(b"host", host)])
    assert (status, body) == (404, b"Deze pagina bestaat niet.")
    probed = (await raw(app, [(b"host", host)], "/livez"))[0]
    assert probed in {200, 400}, "probes come by address; Litestar refuses what is no host name at all"


async def test_no_host_or_two(app: ASGIApp) -> None:
    good = (b"host", b"deventer.localhost:8000")
    assert (await raw(app, []))[0] == 404
    assert (await raw(app, [good, (b"host", b"zwolle.localhost")]))[0] == 404
    assert (await raw(app, [good, good]))[0] == 404
    assert (await raw(app, [(b"host", b"DEVENTER.LocalHost:8000")], "/aanmelden"))[0] == 200


async def test_forwarded_headers_choose_nothing(app: ASGIApp) -> None:
    tricks = [
        (b"x-forwarded-host", b"zwolle.localhost"),
        (b"forwarded", b"host=zwolle.localhost"),
        (b"x-host", b"zwolle.localhost"),
        (b"x-original-host", b"zwolle.localhost"),
    ]
    status, body, _ = await raw(app, [(b"host", b"deventer.localhost"), *tricks], "/aanmelden")
    assert status == 200
    assert b'"tenant": "deventer"' in body


async def test_people_are_offered_in_development_in_a_demo_municipality_only(
    deventer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mensen = (await deventer.get("/aanmelden")).json()["mensen"]
    assert [groep["rol"] for groep in mensen] == [
        "Klantcontactmedewerker",
        "Medewerker vakafdeling",
        "Teamleider",
        "Functioneel beheerder",
        "Functionaris gegevensbescherming",
    ]
    assert mensen[0]["namen"] == ["Karim Testman", "Sanne Proef"]
    for name in ("KISS_PRACTICE_URL", "KISS_FAILPOINT_DIR", "OIDC_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KISS_ENV", "production")
    monkeypatch.setenv("KISS_PUBLIC_SCHEME", "https")
    settings.cache_clear()
    try:
        assert (await deventer.get("/aanmelden")).json()["mensen"] == []
    finally:
        monkeypatch.undo()
        settings.cache_clear()
