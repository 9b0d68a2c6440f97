"""Error bodies as the real servers send them (observed: standards 2 and 8.3)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

RFC = {  # where HTTP describes each status
    401: "rfc7235#section-3.1",
    405: "rfc7231#section-6.5.5",
    406: "rfc7231#section-6.5.6",
    413: "rfc7231#section-6.5.11",
    415: "rfc7231#section-6.5.13",
}


@dataclass(frozen=True, slots=True)
class Param:
    """One wrong field: `name` in the API's words, `code` a short key, `reason` a sentence."""

    name: str
    code: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        return {"name": self.name, "code": self.code, "reason": self.reason}


@dataclass(slots=True)
class Problem(Exception):
    """An answer that is a no."""

    status: int
    code: str
    title: str
    detail: str = ""
    params: list[Param] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def brp_body(self, instance: str) -> dict[str, Any]:
        """Haal Centraal: application/problem+json with `instance` the path, as its own feature files show."""
        body: dict[str, Any] = {
            "type": f"https://datatracker.ietf.org/doc/html/{RFC.get(self.status, 'rfc7231#section-6.5.1')}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
            "instance": instance,
            "code": self.code,
        }
        if self.params:
            body["invalidParams"] = [param.as_dict() for param in self.params]
        return body

    def maykin_body(self, host: str) -> dict[str, Any]:
        """Open Klant: application/json, `instance` a fresh urn:uuid that its own log holds too."""
        kind = "ValidationError" if self.params else self.code.title().replace("_", "")
        body: dict[str, Any] = {
            "type": f"{host}/ref/fouten/{kind}/",
            "code": self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": f"urn:uuid:{uuid4()}",
        }
        if self.params:
            body["invalidParams"] = [param.as_dict() for param in self.params]
        return body


def invalid(*params: Param) -> Problem:
    """Open Klant's 400 with field errors."""
    return Problem(400, "invalid", "Invalid input.", "", list(params))


def not_found(detail: str = "Niet gevonden.") -> Problem:
    return Problem(404, "not_found", "Niet gevonden.", detail)


def body_of(raw: bytes) -> Any:
    """Strict JSON. Raises `ValueError` for what is none: also for NaN, halves of characters, bottomless nesting."""
    try:
        read = json.loads(raw, parse_constant=_no_constant)
        json.dumps(read, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("te diep genest") from error
    return read


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is geen JSON")
