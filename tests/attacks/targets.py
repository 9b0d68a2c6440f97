"""Where the attacks go: every route of the application, with what an honest browser of each role would send."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from sqlalchemy import insert, select

from app import klok
from app.assets import DIST
from app.auth import cookies, csrf
from app.auth.cli import open_for
from app.auth.models import Lidmaatschap, Rol
from app.auth.sessions import find
from app.commando import route_table
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.ids import new_id
from app.redis import client
from tenants.context import Tenant
from tests.attacks.ask import Ask
from tests.processen.conftest import HOST, Web
from tests.routes.conftest import Things, things
from tests.routes.test_matrix import HAPPY, PEOPLE, plain
from tests.tenants import support
from tests.town import LOGS, town

ANONYMOUS = "anoniem"
SIGNED_IN = 0.25  # of the requests to a route with a lock: by somebody who may use it
OTHERS = 0.05  # by somebody who may not
CSRF = 0.85  # of the forms: with the token of the session
# What a form or address of a route holds beside its happy path, so that more of it is read.
MORE: dict[tuple[str, str], Callable[[Things], dict[str, Any]]] = {
    ("GET", "/"): lambda t: {"gesloten": t.gesprek_id},
    ("GET", "/aanmelden"): lambda _: {"volgende": "/beheer/afleveringen"},
    ("GET", "/aanmelden/bevestigen"): lambda _: {"volgende": "/logboek"},
    ("GET", "/aanmelden/terug"): lambda _: {"code": "c" * 22, "state": "s" * 43, "iss": "http://aanmelden.localhost"},
    ("GET", "/logboek"): lambda t: {
        "van": "2026-01-01", "tot": "31-12-2026", "wat": "identificeren", "medewerker": uuid4(),
        "gesprek": t.gesprek_id,
    },
    ("GET", "/logboek/audit"): lambda _: {"van": "1-1-2026", "wat": "medewerker.aangemeld", "na": ""},
    ("POST", "/aanmelden"): lambda _: {"volgende": "/", "als": "sanne.proef"},
    ("POST", "/aanmelden/bevestigen"): lambda _: {"volgende": "/logboek"},
    ("POST", "/afmelden/melding"): lambda _: {"logout_token": "eyJhbGciOiJSUzI1NiJ9.e30.x"},
    ("POST", "/gesprekken/{gesprek_id}/afronding"): lambda _: {
        "onderwerp-1": "Paspoort", "kanaal-1": uuid4(), "gespreksresultaat-1": uuid4(), "notitie-1": "Belt terug",
    },
    ("POST", "/gesprekken/{gesprek_id}/zoekvragen"): lambda _: {
        "bsn": "", "geboortedatum": "14-3-1980", "achternaam": "Proef", "huisletter": "a", "toevoeging": "bis",
    },
    ("POST", "/logboek/inwoner"): lambda _: {"van": "2026-01-01", "tot": "2026-12-31"},
    ("POST", "/logboek/uitvoer"): lambda _: {"van": "2026-01-01", "tot": "2026-12-31", "wat": "identificeren"},
    ("POST", "/voorkeuren"): lambda _: {"volgende": "/gesprekken"},
}  # fmt: skip
_STATIC = sorted(path.name for path in DIST.glob("*.*"))
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Visitor:
    """Somebody with a session, or nobody. `inloggen`, `inlog_csrf`: the cookie and token of the sign-in form."""

    rol: str
    cookie: str
    csrf: str
    inloggen: str
    inlog_csrf: str

    def cookies(self) -> bytes:
        session = f"__Host-sid={self.cookie}; " if self.cookie else ""
        return f"{session}__Host-inloggen={self.inloggen}".encode()


@dataclass
class Place:
    """The web process under attack, and the municipality behind it."""

    web: Web
    log: Path
    cluster: EmbeddedPostgres
    _read: int = 0

    def said(self) -> str:
        """What the process wrote in its log since the last time."""
        with self.log.open("rb") as stream:
            stream.seek(self._read)
            new = stream.read()
        self._read += len(new)
        return new.decode("utf-8", "replace")

    def rss(self) -> int:
        """Bytes of memory that the process holds now."""
        return int(psutil.Process(self.web.process.pid).memory_info().rss)

    def descriptors(self) -> int:
        return int(psutil.Process(self.web.process.pid).num_fds())


@dataclass
class Targets:
    """The routes and who asks for them, with ids and sessions that exist now."""

    things: Things
    visitors: dict[str, Visitor]
    leaving: dict[str, Visitor]  # who signs out: their session is gone after the first time
    routes: list[dict[str, Any]] = field(default_factory=route_table)

    def pick(self, chance: random.Random) -> tuple[Ask, str]:
        """An honest request to some route, and by whom."""
        row = chance.choice(self.routes)
        method, path = row["method"], plain(row["path"])
        visitor = self._visitor(row["roles"], self.leaving if path == "/afmelden" else self.visitors, chance)
        return self.ask(method, path, visitor, chance), f"{method} {path} {visitor.rol}"

    def ask(self, method: str, path: str, visitor: Visitor, chance: random.Random) -> Ask:
        files = {"file_path": chance.choice(_STATIC), "bestand": "0123456789abcdef.css"}
        filled = _HOLE.sub(lambda hole: files.get(hole[1], str(uuid4())), self.things.fill(path))
        form = HAPPY[method, path][1](self.things) if (method, path) in HAPPY else {}
        form = {name: str(one) for name, one in (form | MORE.get((method, path), lambda _: {})(self.things)).items()}
        ask = Ask(method.encode(), filled.encode(), [], [(b"Host", HOST.encode())])
        ask.headers += chance.choice(ACCEPTED)
        if visitor.cookie or path == "/aanmelden":
            ask.headers.append((b"Cookie", visitor.cookies()))
        if method in ("GET", "HEAD"):
            ask.query = list(form.items())
            return ask
        ask.form = list(form.items())
        ask.headers += [(b"Origin", b"http://" + HOST.encode())] if chance.random() < 0.5 else []
        csrf = visitor.inlog_csrf if path == "/aanmelden" else visitor.csrf
        if csrf and chance.random() < CSRF:
            if chance.random() < 0.3:
                ask.headers.append((b"X-Csrf", csrf.encode()))
            else:
                ask.form.insert(0, ("_csrf", csrf))
        return ask

    def _visitor(self, roles: list[str], among: dict[str, Visitor], chance: random.Random) -> Visitor:
        throw = chance.random()
        if throw < SIGNED_IN and roles:
            return among[chance.choice(roles)]
        return among[chance.choice(list(Rol))] if throw < SIGNED_IN + OTHERS else among[ANONYMOUS]


# How pages, fragments and programs ask.
ACCEPTED: list[list[tuple[bytes, bytes]]] = [
    [(b"Accept", b"text/html"), (b"Sec-Fetch-Site", b"same-origin"), (b"Sec-Fetch-Mode", b"navigate")],
    [(b"Accept", b"text/html"), (b"HX-Request", b"true"), (b"HX-Current-URL", b"http://deventer.localhost:8000/x")],
    [(b"Accept", b"application/json")],
    [],
]


async def settle(place: Place) -> Targets:
    """Begin anew: what earlier requests made is gone; things and sessions are fresh, with other ids every time."""
    tenant = await support.tenant("deventer")
    found = await town(tenant, "sanne.proef", "karim.testman")
    await found.empty()
    await _shorten_logs(place, tenant)
    await client().flushdb()
    return Targets(await things(found), await _everybody(tenant), await _everybody(tenant))


async def _everybody(tenant: Tenant) -> dict[str, Visitor]:
    """Somebody of each role, and nobody."""
    inloggen = cookies.new_token()
    token = csrf.sign_in_token(tenant, inloggen)
    found = {ANONYMOUS: Visitor(ANONYMOUS, "", "", inloggen, token)}
    for rol in Rol:
        cookie = await open_for(tenant, PEOPLE.get(rol) or await _person(tenant, rol))
        async with unit_of_work(tenant) as session:
            signed_in = await find(session, cookie)
        assert signed_in is not None
        found[rol] = Visitor(rol, cookie, signed_in.csrf, inloggen, token)
    return found


async def _person(tenant: Tenant, rol: Rol) -> str:
    """Somebody with this role; the manifest has nobody for some."""
    naam = f"{rol.replace('_', '-')}.aanval"
    async with unit_of_work(tenant) as session:
        if await session.scalar(select(Lidmaatschap.id).where(Lidmaatschap.gebruikersnaam == naam)) is None:
            row = {
                "id": new_id(), "issuer": "http://127.0.0.1:9/oidc", "subject": naam, "gebruikersnaam": naam,
                "naam": naam, "email": f"{naam}@deventer.example", "rollen": [rol], "modus": "systeem",
                "aangemaakt_op": klok.now(), "actief": True,
            }  # fmt: skip
            await session.execute(insert(Lidmaatschap).values(**row))
    return naam


async def _shorten_logs(place: Place, tenant: Tenant) -> None:
    """Both logs only grow, as they should; a million requests would end in an export of a million lines."""
    tables = ", ".join(f'"{tenant.schema}".{name}' for name in sorted(LOGS))
    await support.as_superuser(place.cluster, f"TRUNCATE {tables} CASCADE")
