"""The answer to a host name that belongs to nobody: no names of municipalities, no reason."""

from __future__ import annotations

from functools import cache

from litestar.types import Receive, Scope, Send

from app.weergave import environment


@cache
def _page() -> bytes:
    return environment().get_template("onbekende_gemeente.html").render().encode()


async def unknown_host(scope: Scope, receive: Receive, send: Send) -> None:
    """404 for every path and method, without looking at the rest of the request."""
    static = scope["path"].startswith("/static/")
    body = b"" if static else _page()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
