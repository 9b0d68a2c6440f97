"""Connectors as a municipality would have them, without a database."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from app.connectors.base import Instance
from app.connectors.ports import Aanroep, Klantinteracties, Personen
from app.connectors.registry import KINDS
from tenants.context import Ring, Tenant
from tests.http.servers import Scripted, Step, answer

DEVENTER = Tenant("deventer", "Deventer", ("deventer.localhost",), Ring.EARLY, "#0b5d66", "Dv")
P = TypeVar("P")
AANROEP = Aanroep(gebruiker="sanne.proef", doel="identificeren", trace_id="0123456789abcdef" * 2)


def brp(url: str, **settings: Any) -> Personen:
    return _port("haal-centraal-brp", Personen, "brp", url, {"sleutel": "oefen-brp-deventer"} | settings)


def open_klant(url: str, *, slug: str = "open-klant", **settings: Any) -> Klantinteracties:
    return _port("klantinteracties", Klantinteracties, slug, url, {"token": "oefen-klant-deventer"} | settings)


def _port(kind: str, port: type[P], slug: str, url: str, settings: dict[str, Any]) -> P:
    connector = KINDS[kind]
    instance = Instance(DEVENTER, slug, "Register", private=True)
    works: P = connector(instance, connector.settings_type.model_validate({"base_url": url} | settings)).port(port)
    return works


def gives(body: Any, status: int = 200, kind: str = "application/json; charset=utf-8") -> Step:
    return answer(json.dumps(body).encode(), status=status, kind=kind)


def problem(code: str, *names: str, status: int = 400) -> Step:
    body = {"type": "x", "title": "x", "status": status, "code": code}
    return gives(body | {"invalidParams": [{"name": n, "code": "x", "reason": "x"} for n in names]}, status)


def calls(server: Scripted) -> list[str]:
    """What was asked, in order: method and path without the base, values of the query left out."""
    lines = [head.split("\r\n")[0].split(" ") for head in server.heads]
    return [f"{method} {re.sub(r'=[^&]*', '', target.removeprefix('/api'))}" for method, target, _ in lines]
