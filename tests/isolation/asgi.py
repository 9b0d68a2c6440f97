"""Requests straight into the application: no client, no socket, thousands a minute on one core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from litestar.types import ASGIApp


@dataclass(frozen=True)
class Reply:
    """Everything that would have gone over the wire."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def location(self) -> str:
        return self.header(b"location")

    @property
    def retry_after(self) -> str:
        return self.header(b"retry-after")

    def header(self, wanted: bytes) -> str:
        return next((value.decode() for name, value in self.headers if name == wanted), "")

    @property
    def wire(self) -> bytes:
        return b"\n".join(name + b": " + value for name, value in self.headers) + b"\n\n" + self.body


async def call(
    app: ASGIApp, method: str, host: str, path: str, *, form: Mapping[str, str] | None = None, **headers: str
) -> Reply:
    """One request of `host`; underscores in header names become hyphens. Raises what the application lets through."""
    body = urlencode(form).encode() if form is not None else b""
    plain, _, query = path.partition("?")
    sent = {"host": host, "accept": "text/html", "sec-fetch-site": "same-origin"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    if form is not None:
        sent |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
    lines = [(name.encode(), value.encode()) for name, value in sent.items()]
    return await raw(app, method, plain, query, lines, body)


async def raw(
    app: ASGIApp, method: str, path: str, query: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> Reply:
    """One request as it came over the wire: `path` and `query` still encoded, headers byte for byte."""
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
