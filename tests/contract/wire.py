"""Everything that crosses the wire between a client and the practice registers, recorded and judged."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from uvicorn._types import ASGIReceiveEvent, ASGISendEvent

from app.demo.ports import any_free
from app.practice.main import create_app
from tests.contract.openapi import FORMATS, Schema, Spec

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The Klantinteracties file describes no errors at all; this is what the server was seen to send (standards 2).
FOUT: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "code": {"type": "string", "pattern": r"^[a-z_-]+$"},
        "title": {"type": "string", "minLength": 1},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "pattern": r"^urn:uuid:[0-9a-f-]{36}$"},
        "invalidParams": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {name: {"type": "string", "minLength": 1} for name in ("name", "code", "reason")},
                "required": ["name", "code", "reason"],
            },
        },
    },
    "required": ["type", "code", "title", "status", "detail", "instance"],
}


@dataclass
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    query: dict[str, str]
    sent: bytes
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    received: bytes = b""

    @property
    def operation(self) -> str:
        """As the official file calls it: "GET /klantcontacten/{uuid}"."""
        path = re.sub(r"^/[a-z]+/(klantinteracties/api/v1|haalcentraal/api/brp)", "", self.path)
        return f"{self.method} {UUID.sub('{uuid}', path)}"

    @property
    def body(self) -> Any:
        return json.loads(self.received) if self.received else None


class Recorder:
    """The practice environment as an ASGI application that remembers every exchange."""

    def __init__(self, folder: Path) -> None:
        self.app: Any = create_app(folder, delay_factor=0)
        self.exchanges: list[Exchange] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        one = Exchange(scope["method"], scope["path"], query, b"")

        async def listen() -> ASGIReceiveEvent:
            event: ASGIReceiveEvent = await receive()
            if event["type"] == "http.request":
                one.sent += event.get("body", b"")
            return event

        async def answer(event: ASGISendEvent) -> None:
            if event["type"] == "http.response.start":
                one.status = event["status"]
                one.headers = {name.decode().lower(): value.decode() for name, value in event["headers"]}
            elif event["type"] == "http.response.body":
                one.received += event.get("body", b"")
                if not event.get("more_body"):
                    self.exchanges.append(one)
            await send(event)

        await self.app(scope, listen, answer)


@contextmanager
def recorded_practice(folder: Path) -> Iterator[tuple[str, Recorder]]:
    """A practice environment in a thread of this process: its base URL and its recorder."""
    recorder, port = Recorder(folder), any_free()
    server = uvicorn.Server(uvicorn.Config(recorder, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the practice environment did not start"
        yield f"http://127.0.0.1:{port}", recorder
    finally:
        server.should_exit = True
        thread.join(10)


def faults(spec: Spec, one: Exchange) -> list[str]:
    """What is wrong with one exchange: its answer, and its question if that was accepted."""
    found = _answer_faults(spec, one)
    if one.status < 300:
        if one.method in ("POST", "PUT"):  # of a PATCH the file requires what a part need not have
            found += spec.request_faults(one.operation, json.loads(one.sent))
        found += _query_faults(spec, one)
    return [f"{one.operation} → {one.status}: {sentence}" for sentence in found]


def _answer_faults(spec: Spec, one: Exchange) -> list[str]:
    brp = "/haalcentraal/" in one.path
    if one.status >= 400 and not brp:
        found = spec.faults(FOUT, one.body, "response")
        return found + ([] if one.body["status"] == one.status else ["status in the body differs"])
    if brp and one.status == 405:
        return []  # the file knows POST only
    found = [] if brp or "api-version" in one.headers else ["no API-version header"]
    return found + spec.response_faults(one.operation, one.status, without_nested_expand(one.body))


def _query_faults(spec: Spec, one: Exchange) -> list[str]:
    found = []
    official = spec.parameters(one.operation)
    for name, value in one.query.items():
        if name not in official:
            found.append(f"the file has no parameter {name}")
            continue
        schema = official[name]
        allowed = schema.get("items", schema).get("enum")
        # The name of three parts is not in the file, but was seen to work (standards 3.5).
        if allowed and not set(value.split(",")) <= {*allowed, "hadBetrokkenen.wasPartij.digitaleAdressen"}:
            found.append(
                f"{name} may not be {value}"
            )  # the last one is not in the file, but was seen (standards 3.5)
        if schema.get("format") and not FORMATS.conforms(value, schema["format"]):
            found.append(f"{name} is no {schema['format']}")
    return found


def without_nested_expand(body: Any, inside: bool = False) -> Any:
    """The file describes one level of `_expand`; the server puts a dotted one inside it, as was seen (3.5)."""
    if isinstance(body, list):
        return [without_nested_expand(one, inside) for one in body]
    if not isinstance(body, dict):
        return body
    return {
        name: without_nested_expand(value, inside or name == "_expand")
        for name, value in body.items()
        if not (inside and name == "_expand")
    }
