"""Answers outside any municipality: a host name that belongs to nobody, and no database to look it up in.

No names of municipalities, no reason.
"""

from __future__ import annotations

from functools import cache

from litestar.types import Receive, Scope, Send

from app.uiterlijk.blik import NEUTRAL, theme
from app.weergave import environment

UNKNOWN = {
    "titel": "Deze pagina bestaat niet",
    "uitleg": "Kijk of het adres klopt. U vindt het goede adres op het intranet van uw gemeente.",
}
AWAY = {
    "titel": "Even niet bereikbaar",
    "uitleg": "We zijn er zo weer. Wat bewaard is, staat er nog. Laad de pagina over een minuut opnieuw.",
}


@cache
def _page(*, weg: bool) -> bytes:
    words = AWAY if weg else UNKNOWN
    template = environment().get_template("buiten_gemeente.html")
    return template.render(thema_url=_theme_path(), modus="systeem", weg=weg, **words).encode()


def _theme_path() -> str:
    return f"/thema/{theme(NEUTRAL).hash}.css"


async def unknown_host(scope: Scope, receive: Receive, send: Send) -> None:
    """404 for every path and method, but for the page's own stylesheet; the rest of the request is not looked at."""
    await _answer(scope, send, 404, _page(weg=False))


async def database_away(scope: Scope, receive: Receive, send: Send) -> None:
    """503 for every path and method, in no municipality's colours: which one it is cannot be looked up."""
    await _answer(scope, send, 503, _page(weg=True), (b"retry-after", b"5"))


async def _answer(scope: Scope, send: Send, status: int, page: bytes, *headers: tuple[bytes, bytes]) -> None:
    kind, body = b"text/html; charset=utf-8", page
    if scope["path"] == _theme_path():
        status, kind, body = 200, b"text/css; charset=utf-8", theme(NEUTRAL).css.encode()
    headers += ((b"content-type", kind), (b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
