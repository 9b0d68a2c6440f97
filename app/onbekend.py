"""The answer to a host name that belongs to nobody: no names of municipalities, no reason."""

from __future__ import annotations

from functools import cache

from litestar.types import Receive, Scope, Send

from app.uiterlijk import theme
from app.weergave import environment

NEUTRAL = "#3b4c6b"  # the platform's own slate, no municipality's colour


@cache
def _page() -> bytes:
    template = environment().get_template("onbekende_gemeente.html")
    return template.render(thema_url=_theme_path(), modus="systeem").encode()


def _theme_path() -> str:
    return f"/thema/{theme(NEUTRAL).hash}.css"


async def unknown_host(scope: Scope, receive: Receive, send: Send) -> None:
    """404 for every path and method, but for the page's own stylesheet; the rest of the request is not looked at."""
    if scope["path"] == _theme_path():
        status, kind, body = 200, b"text/css; charset=utf-8", theme(NEUTRAL).css.encode()
    else:
        status, kind, body = 404, b"text/html; charset=utf-8", _page()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
