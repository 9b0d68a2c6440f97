"""Requests of a browser straight into the application, byte for byte as a server hands them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlencode

from litestar.types import ASGIApp

from tests.isolation.asgi import Reply
from tests.routes.conftest import HOSTS, Client

Form = Mapping[str, str] | Sequence[tuple[str, str]] | bytes


async def visit(
    client: Client,
    method: str,
    target: str,
    form: Form | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    cookies: str | None = None,
) -> Reply:
    """One request. `target`: path and query in ASCII, percent-encoded as on the wire; nothing is put right.

    A `form` goes as it is, without a token of its own. `headers` win; one with an empty value is left out. `cookies`
    stands in for the client's own.
    """
    path, _, query = target.partition("?")
    body = form if isinstance(form, bytes) else urlencode(form or ()).encode()
    sent = {"host": HOSTS[client.slug], "accept": "text/html", "sec-fetch-site": "same-origin"}
    if method == "GET":
        sent["sec-fetch-mode"] = "navigate"
    else:
        sent |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
    own = f"__Host-sid={client.cookie}" if client.cookie else ""
    sent |= {"cookie": own if cookies is None else cookies} | dict(headers or {})
    lines = [(name.encode(), value.encode("latin-1")) for name, value in sent.items() if value]
    return await raw(client.app, method, path, query, lines, body)


async def raw(
    app: ASGIApp, method: str, path: str, query: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> Reply:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    out: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        out.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]
    start = out[0]
    parts = [bytes(one.get("body", b"")) for one in out[1:]]  # type: ignore[call-overload]
    return Reply(int(str(start["status"])), list(start.get("headers", [])), b"".join(parts))  # type: ignore[call-overload]
