"""The application as an API description, made from its own route table: what Schemathesis needs to make requests.

Pages have no published description, so this one lives with the tests: paths with ids, the fields of each form and
address as a browser sends them, and what an error looks like to a program (RFC 9457).
"""

from __future__ import annotations

import re
from typing import Any

from app.commando import route_table
from tests.attacks.targets import MORE, Targets
from tests.routes.test_matrix import HAPPY, plain

PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 499},
        "title": {"type": "string", "minLength": 5},
        "detail": {"type": "string", "minLength": 10},
        "instance": {"type": "string"},
    },
    "required": ["type", "status", "title", "detail"],
}
ENDLESS = {"/gebeurtenissen"}  # an event stream: requests to it are in test_bytes.py, which leaves after the head


def description(targets: Targets) -> dict[str, Any]:
    """OpenAPI 3.1 of every route, with the ids that exist now as examples."""
    paths: dict[str, Any] = {}
    for row in route_table():
        path = plain(row["path"])
        if path not in ENDLESS and row["method"] != "HEAD":
            paths.setdefault(path, {})[row["method"].lower()] = _operation(row["method"], path, targets)
    return {"openapi": "3.1.0", "info": {"title": "KISS", "version": "1"}, "paths": paths}


def _operation(method: str, path: str, targets: Targets) -> dict[str, Any]:
    known: dict[str, str] = {name: str(one) for name, one in vars(targets.things).items()}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _text(known.get(name, ""))}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    fields = HAPPY.get((method, path), (0, lambda _: {}))[1](targets.things)
    fields = fields | MORE.get((method, path), lambda _: {})(targets.things)
    made: dict[str, Any] = {"responses": {"default": {"description": "Een pagina, of een fout"}}}
    if method == "GET":
        parameters += [{"name": name, "in": "query", "schema": _text(str(one))} for name, one in fields.items()]
    elif fields:
        schema = {"type": "object", "properties": {name: _text(str(one)) for name, one in fields.items()}}
        made["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    return made | {"parameters": parameters}


def _text(known: str) -> dict[str, Any]:
    """Any text, and now and then the one that means something."""
    return {"anyOf": [{"const": known}, {"type": "string"}]} if known else {"type": "string", "minLength": 1}
