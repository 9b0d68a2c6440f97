"""Nothing secret and nobody's data in what goes out (T-PII-01), and the headers of every answer (G-HDR).

The plugin (tests/canaries.py) looks during the whole run; here it is shown that it looks, and that it finds.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
import structlog
from litestar.types import ASGIApp
from prometheus_client import CollectorRegistry, Counter, generate_latest
from sqlalchemy import select, text

from app import jobs, log
from app import redis as app_redis
from app.beveiliging import security_headers
from app.db import unit_of_work
from app.demo.valkey import EmbeddedValkey
from app.foutpaginas import crash
from app.geheimen import CannotOpen, unseal
from app.gesprekken.models import Vraag
from app.practice.people import sample
from app.settings import Settings, sentence, settings
from tests.canaries import EMAIL, PHONE, Canaries, Records, canaries, in_logs, in_valkey, tap, watched
from tests.conventions.tree import sources
from tests.grenzen.conftest import Limits
from tests.isolation.asgi import call
from tests.routes.conftest import People, things
from tests.tenants import support
from tests.town import Town

pytestmark = pytest.mark.anyio
BSN = sample("deventer")["hoofdpersoon"].bsn
TYPED = f"Mevrouw {BSN}, te bereiken op {EMAIL} of {PHONE}"


async def test_a_gesprek_about_somebody_leaves_nothing_behind(
    deventer: Town, clients: People, limits: Limits, valkey: EmbeddedValkey
) -> None:
    """A whole gesprek with everything of somebody in it, and every way to go wrong; the plugin looks at all of it."""
    before = canaries.looked.copy()
    with limits(PERSON=1_000, TENANT=1_000, SAVES=1_000, ADDRESS=1_000):
        agent, own = await clients.of(deventer), await things(deventer)
        gesprek = await deventer.gesprek(notitie=TYPED, bsn=BSN)
        async with unit_of_work(deventer.tenant) as session:
            vraag = await session.scalar(select(Vraag.id).where(Vraag.gesprek_id == gesprek))
        path = f"/gesprekken/{gesprek}"
        for veld in ("notitie", "onderwerp"):
            draft = {"veld": veld, "waarde": TYPED, "versie": "9"}
            await agent.send("POST", f"{path}/vragen/{vraag}/concept", draft)
        for form in ({"bsn": BSN}, {"vraag": f"{BSN[:8]}0"}, {"vraag": TYPED}, {"postcode": BSN, "huisnummer": BSN}):
            await agent.send("POST", f"{path}/zoekvragen", form)
        for panel in ("/klantbeeld/persoon", "/klantbeeld/contacten", "/afronding", ""):
            assert (await agent.send("GET", path + panel)).status_code == 200
        await agent.send("POST", f"{path}/klant/bsn")
        await deventer.save(gesprek)
        assert (await agent.send("GET", "/gesprekken/0190f0b4-0000-7000-8000-000000000000")).status_code == 404
        assert (await agent.send("POST", "/", {"notitie": TYPED})).status_code == 405
        assert (await agent.send("POST", path + "/sluiting", {"x": TYPED * 2_000})).status_code == 413
        assert (
            await agent.send("POST", own.fill("/gesprekken/{gesprek_id}/klant"), {"verwijzing": TYPED})
        ).status_code == 400
        officer = await clients.of(deventer, "petra.voorbeeld")
        assert (await officer.send("POST", "/logboek/inwoner", {"bsn": BSN})).status_code == 200
        for job in jobs.JOBS.values():
            await job.ring(deventer.tenant)
        in_valkey(valkey.url)
    jobs.broker.cache_clear()
    seen = canaries.looked - before
    assert seen["log events"] >= 3
    assert seen["log records"] >= 10, "libraries are heard at DEBUG"
    assert seen["answers with their headers"] >= 15
    assert seen["error pages"] >= 4
    assert seen["keys of Valkey"] >= 3
    assert seen["jobs"] >= 3


async def test_an_error_of_the_database_is_logged_without_its_values(deventer: Town, clients: People) -> None:
    """A traceback goes to the log; the statement's values must not."""
    heard: list[str] = []
    with pytest.raises(Exception, match="division") as caught:
        async with unit_of_work(deventer.tenant) as session:
            await session.execute(text("SELECT 1 / 0, :bsn"), {"bsn": TYPED})
    rendered = structlog.processors.format_exc_info(None, "", {"exc_info": caught.value})
    heard.append(str(rendered["exception"]))
    assert "division" in heard[0]
    own = Canaries()
    own.both("x", "the log", heard[0])
    assert own.found == []
    assert crash.__doc__


def faulty(*headers: tuple[bytes, bytes], status: int = 200, body: bytes = b"") -> ASGIApp:
    async def app(scope: object, receive: object, send: object) -> None:
        good = {name.encode(): value.encode() for name, value in security_headers(https=False).items()}
        good |= {b"cache-control": b"no-store"} | dict(headers)
        lines = [(name, value) for name, value in good.items() if value]
        await send({"type": "http.response.start", "status": status, "headers": lines})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": body, "more_body": False})  # type: ignore[operator]

    return app  # type: ignore[return-value]


async def seen(app: ASGIApp) -> list[str]:
    own = Canaries()
    await call(watched(app, own), "GET", "deventer.localhost", "/")
    return own.found


@pytest.mark.parametrize("header", sorted(security_headers(https=False)))
async def test_a_header_that_misses_is_seen(header: str) -> None:
    assert await seen(faulty((header.encode(), b""))) == [f"GET / (200) misses {header}"]
    assert await seen(faulty()) == []


@pytest.mark.parametrize(
    ("cookie", "good"),
    [
        ("__Host-sid=x; Path=/; Secure; HttpOnly; SameSite=lax", True),
        ("sid=x; Path=/; Secure; HttpOnly", False),
        ("__Host-sid=x; Path=/; HttpOnly", False),
        ("__Host-sid=x; Path=/; Secure", False),
        ("__Host-sid=x; Path=/x; Secure; HttpOnly", False),
        ("__Host-sid=x; Path=/; Secure; HttpOnly; Domain=kiss.example", False),
    ],
)
async def test_a_cookie_that_others_could_set_is_seen(cookie: str, good: bool) -> None:
    assert (await seen(faulty((b"set-cookie", cookie.encode()))) == []) is good


async def test_somebody_on_an_error_page_or_in_an_address_is_seen() -> None:
    assert len(await seen(faulty(status=404, body=TYPED.encode()))) == 3
    assert await seen(faulty(status=400, body=TYPED.encode())) == [], "a form shows what was typed"
    assert len(await seen(faulty((b"location", f"/zoek?bsn={BSN}".encode()), status=303))) == 1
    with support.environment(OIDC_CLIENT_SECRET="kanarie-geheim-van-de-dienst"):
        assert len(await seen(faulty(status=500, body=b"kanarie-geheim-van-de-dienst"))) == 1


def test_somebody_in_a_log_is_seen() -> None:
    own = Canaries()
    logger = logging.Logger("httpx")
    logger.addHandler(Records(own))
    logger.debug("GET https://brp/personen?bsn=%s", BSN)
    tap(own)(None, "info", {"event": "persoon.gezocht", "wie": EMAIL})
    assert [one.split(" holds")[0] for one in own.found] == ["a record of httpx", "event persoon.gezocht"]


async def test_somebody_in_valkey_a_metric_or_a_log_of_a_process_is_seen(
    limits: Limits, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    own = Canaries()
    with limits():
        client = app_redis.impatient()
        await client.set("kiss:t:deventer:klant", TYPED)
        await client.rpush("lijst", "niets", PHONE)
        await client.hset("tabel", mapping={"a": "b", BSN: "c"})
        await client.zadd("rij", {EMAIL: 1.0})
        in_valkey(valkey.url, own)
        await client.flushall()
    assert len(own.found) == 3 + 1 + 1 + 1
    registry = CollectorRegistry()
    Counter("zoekvragen", "x", ["wie"], registry=registry).labels(BSN).inc()
    own = Canaries()
    own.both("metrics", "a metric", generate_latest(registry).decode())
    assert own.found
    (tmp_path / "web.log").write_text(f"rustig\n{TYPED}\n")
    own = Canaries()
    in_logs(tmp_path, own)
    assert len(own.found) == 3


def test_numbers_that_are_nobodys_are_left_alone() -> None:
    own = Canaries()
    own.personal("x", f"990000000 {BSN}1 a{BSN} {BSN}-4000 0.{BSN} 123456782")
    assert own.found == []


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """However they are printed, and also the sentence that says which one is wrong."""
    with support.environment(**PLANTED):
        config = settings()
        shown = [repr(config), str(config), f"{config!s}", config.model_dump_json(), repr(config.model_dump())]
        for line in shown:
            assert "KANARIE" not in line, line[:200]
            assert "S2FOQVJJRQ" not in line
        with pytest.raises(SystemExit) as stopped, support.environment(DATABASE_URL="mysql://a:KANARIE-fout@b"):
            settings()
        assert "KANARIE" not in str(stopped.value)
        assert "DATABASE_URL" in str(stopped.value)
        assert sentence.__doc__
        hidden = {
            name
            for name, field in Settings.model_fields.items()
            if "KANARIE" in str(os.environ.get(field.alias or ""))
        }
        assert len(hidden) >= 6


PLANTED = {
    "KISS_ENV": "development",
    "DATABASE_URL": "postgresql://kiss:KANARIE-gegevens@127.0.0.1/kiss",
    "DATABASE_ADMIN_URL": "postgresql://kiss:KANARIE-beheer@127.0.0.1/kiss",
    "DATABASE_DIRECT_URL": "postgresql://kiss:KANARIE-direct@127.0.0.1/kiss",
    "REDIS_URL": "redis://:KANARIE-valkey@127.0.0.1:1",
    "SMTP_URL": "smtp://post:KANARIE-mail@127.0.0.1:25",
    "KISS_SMTP_FROM": "kiss@kiss.example",
    "KISS_SECRET_KEY": "S2FOQVJJRQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "OIDC_ISSUER": "http://127.0.0.1:9/oidc",
    "OIDC_CLIENT_ID": "kiss",
    "OIDC_CLIENT_SECRET": "KANARIE-inloggen",
}


async def test_a_municipality_and_what_cannot_be_opened_show_no_key(deventer: Town) -> None:
    shown = repr(deventer.tenant)
    assert repr(deventer.tenant.sleutel) not in shown
    assert "b'" not in shown
    with pytest.raises(CannotOpen) as refused:
        unseal(deventer.tenant, "klantverwijzing.subject", b"\x01KANARIE-verzegeld-en-nog-wat-meer-bytes")
    assert "KANARIE" not in str(refused.value)


def test_every_application_of_a_test_is_watched() -> None:
    """A test that calls the product past the tap would let answers go unseen."""
    past = [
        source.path
        for source in sources("tests")
        if "create_app()" in source.text and "from app.main import create_app" in source.text
        if "watched(create_app())" not in source.text
    ]
    assert past in ([], ["tests/attacks/injectie/logproces.py"]), "that one is a process of its own"
    assert log.configure.__doc__
