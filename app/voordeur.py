"""The bare host in development: which example municipalities there are, and who may sign in there.

Outside development this page does not exist: there a host that belongs to nobody says no names (app/onbekend.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from app.auth.rights import ROL_NAMEN
from app.auth.urls import public_url
from app.db import is_for_now
from app.kleuren import contrast
from app.onbekend import database_away
from app.settings import settings
from app.uiterlijk.blik import NEUTRAL, Blik, theme
from app.weergave import environment
from tenants.context import Ring, Tenant

BARE = frozenset({"localhost", "127.0.0.1"})
RINGEN = {Ring.EARLY: "Vroege ring", Ring.REGULAR: "Gewone ring"}
LIGHT, DARK = "#ffffff", "#111111"


@dataclass(frozen=True, slots=True)
class Mens:
    """Somebody who may sign in; `rol` is their first role."""

    naam: str
    rol: str
    gebruikersnaam: str


@dataclass(frozen=True, slots=True)
class Voorbeeld:
    """One municipality: `landschap` is the sentence of its manifest, empty when it has none."""

    tenant: Tenant
    blik: Blik
    landschap: str
    mensen: tuple[Mens, ...]


Read = Callable[[], Awaitable[Sequence[Voorbeeld]]]


class Voordeur:
    """Answers `GET /` on the bare host, and its stylesheet; everything else is for `unknown`."""

    def __init__(self, unknown: ASGIApp, read: Read) -> None:
        self.unknown = unknown
        self.read = read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields: dict[str, Any] = scope  # type: ignore[assignment]  # `host` is a key of our own in ASGI's dictionary
        ours = fields.get("host") in BARE and fields.get("method") in {"GET", "HEAD"}
        path = fields["path"] if ours else ""
        if path != "/" and not path.startswith("/thema/"):
            await self.unknown(scope, receive, send)
            return
        try:
            found = await self.read()
        except Exception as error:
            if not is_for_now(error):
                raise
            await database_away(scope, receive, send)
            return
        css = stylesheet(found)
        if path == "/":
            await _answer(send, "text/html", page(found))
        elif path == address(css):
            await _answer(send, "text/css", css)
        else:
            await self.unknown(scope, receive, send)


def page(found: Sequence[Voorbeeld]) -> str:
    oefenomgeving = str(settings().practice_url or "")
    return environment().get_template("voordeur.html").render(context(found, public_url, oefenomgeving))


def context(found: Sequence[Voorbeeld], url: Callable[[Tenant], str], oefenomgeving: str) -> dict[str, Any]:
    """What the template wants; municipalities by name, people in the order of the roles."""
    order = list(ROL_NAMEN)
    gemeenten = [
        {
            "slug": one.tenant.slug,
            "naam": one.tenant.naam,
            "monogram": one.blik.monogram,
            "ring": RINGEN[one.tenant.ring],
            "landschap": one.landschap,
            "adres": url(one.tenant),
            "mensen": [
                {"naam": mens.naam, "rol": ROL_NAMEN.get(mens.rol, mens.rol), "gebruikersnaam": mens.gebruikersnaam}
                for mens in sorted(one.mensen, key=lambda mens: (order.index(mens.rol), mens.naam))
            ],
        }
        for one in sorted(found, key=lambda one: one.tenant.naam)
    ]
    return {
        "gemeenten": gemeenten,
        "oefenomgeving": oefenomgeving,
        "thema_url": address(stylesheet(found)),
        "modus": "systeem",
    }


def stylesheet(found: Sequence[Voorbeeld]) -> str:
    """The platform's own colours, and one rule per letter mark: a page may not carry colours itself."""
    marks = (
        f".merk-{one.tenant.slug}{{background:{one.blik.kleur};color:{_ink(one.blik.kleur)}}}"
        for one in sorted(found, key=lambda one: one.tenant.slug)
    )
    return "".join((theme(NEUTRAL).css, *marks))


def _ink(kleur: str) -> str:
    return max((LIGHT, DARK), key=lambda ink: contrast(ink, kleur))


def address(css: str) -> str:
    return f"/thema/{sha256(css.encode()).hexdigest()[:16]}.css"


async def _answer(send: Send, kind: str, text: str) -> None:
    body = text.encode()
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
