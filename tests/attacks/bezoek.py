"""Requests of a browser straight into the application, byte for byte as a server hands them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from tests.isolation.asgi import Reply, raw
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
