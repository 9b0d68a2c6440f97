"""The Klantinteracties API: `/<resource>`, `/<resource>/<uuid>` and POST /maak-klantcontact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.practice.answers import Problem, body_of, not_found
from app.practice.klant.pages import page
from app.practice.klant.resources import RESOURCES
from app.practice.klant.service import PARTS, Register, no_rights
from app.practice.klant.show import Shower

MAAK = "maak-klantcontact"


@dataclass(frozen=True)
class Call:
    """One request, read as far as HTTP goes. `query`: of a repeated parameter the last one counts, as in Django."""

    method: str
    resource: str
    uuid: str
    query: dict[str, str]
    authorization: str
    accepts_json: bool
    content_type: str
    body: bytes
    host: str  # "http://127.0.0.1:8003"

    @cached_property
    def json(self) -> Any:
        """What was sent. Raises `Problem` (415, 400)."""
        if self.content_type != "application/json":
            title = f'Ongeldige mediatype "{self.content_type}" in aanvraag.'
            raise Problem(415, "unsupported_media_type", title, title)
        try:
            return body_of(self.body)
        except ValueError as error:
            raise Problem(
                400, "parse_error", "Verkeerd ingevoerde aanvraag.", f"JSON parse error - {error}"
            ) from error


def answer(call: Call, register: Register) -> tuple[int, Any, dict[str, str]]:
    """Status, body and headers. A write and its line in the ledger are stored together."""
    if call.method == "GET":
        return _answer(call, register)
    with register.store.transaction():
        status, body, headers = _answer(call, register)
        _note(call, register, status, body)
    return status, body, headers


def _answer(call: Call, register: Register) -> tuple[int, Any, dict[str, str]]:
    try:
        status, body = _act(call, register)
    except Problem as problem:
        return problem.status, problem.maykin_body(call.host), problem.headers
    return status, body, {}


def _act(call: Call, register: Register) -> tuple[int, Any]:
    refused = no_rights(call.authorization, f"oefen-klant-{register.tenant}")
    if refused:
        raise refused
    if not call.accepts_json:
        title = "Kan niet voldoen aan de opgegeven Accept header."
        raise Problem(406, "not_acceptable", title, title)
    if "/" in call.uuid or (call.resource not in RESOURCES and (call.resource != MAAK or call.uuid)):
        raise not_found()
    acts = {"POST": _make} if call.resource == MAAK else _ONE if call.uuid else _MANY
    if call.method not in acts:
        title = f'Methode "{call.method}" niet toegestaan.'
        raise Problem(405, "method_not_allowed", title, title, headers={"Allow": ", ".join(acts)})
    shower = Shower(register, f"{call.host}/{register.tenant}/klantinteracties/api/v1")
    return acts[call.method](call, register, shower)


def _list(call: Call, register: Register, shower: Shower) -> tuple[int, Any]:
    return 200, page(shower, call.resource, call.query)


def _create(call: Call, register: Register, shower: Shower) -> tuple[int, Any]:
    return 201, shower.show(call.resource, register.create(call.resource, call.json))


def _make(call: Call, register: Register, shower: Shower) -> tuple[int, Any]:
    made = register.make_klantcontact(call.json)
    resources = {"klantcontact": "klantcontacten"} | {part: resource for part, (resource, _) in PARTS.items()}
    return 201, {part: shower.show(resources[part], row) for part, row in made.items()}


def _read(call: Call, register: Register, shower: Shower) -> tuple[int, Any]:
    expand = shower.expands(call.resource, call.query.get("expand", ""))
    return 200, shower.show(call.resource, register.one(call.resource, call.uuid), expand)


def _put(call: Call, register: Register, shower: Shower) -> tuple[int, Any]:
    return 200, shower.show(call.resource, register.change(call.resource, call.uuid, call.json, whole=True))


def _patch(call: Call, register: Register, shower: Shower) -> tuple[int, Any]:
    return 200, shower.show(call.resource, register.change(call.resource, call.uuid, call.json, whole=False))


def _delete(call: Call, register: Register, shower: Shower) -> tuple[int, Any]:
    if call.resource == "onderwerpobjecten" and call.query.get("cascade", "").lower() == "true":
        return 200, {"behouden": _cascade(call, register, shower)}
    register.remove(call.resource, call.uuid)
    return 204, None


def _cascade(call: Call, register: Register, shower: Shower) -> list[str]:
    """Remove an onderwerpobject with its contact, unless that is about more; gives the contacts that stay."""
    own = register.one(call.resource, call.uuid)
    register.remove(call.resource, call.uuid)
    kept = []
    for key in ("klantcontact", "wasKlantcontact"):
        contact = own[key]
        if not contact:
            continue
        if register.store.find(register.tenant, "onderwerpobjecten", "klantcontact", contact["uuid"]):
            kept.append(shower.url("klantcontacten", contact["uuid"]))
        elif register.store.get(register.tenant, "klantcontacten", contact["uuid"]):
            register.remove("klantcontacten", contact["uuid"])
    return kept


def _note(call: Call, register: Register, status: int, body: Any) -> None:
    """Writes that were accepted, and refusals because of a number that exists: both belong in the ledger."""
    duplicate = status == 400 and any(one["code"] == "unique" for one in (body or {}).get("invalidParams", ()))
    if not (status < 300 or duplicate):
        return
    made = (body or {}).get("klantcontact") if call.resource == MAAK else body
    made = {} if duplicate or not made else made
    register.store.note(
        register.tenant,
        api="klantinteracties",
        method=call.method,
        path=f"/{call.resource}",
        status=status,
        body=call.body,
        referentienummer=made.get("referentienummer") or made.get("nummer"),
        uuid=made.get("uuid") or call.uuid or None,
        duplicate=duplicate,
    )


Act = Callable[[Call, Register, Shower], tuple[int, Any]]
_MANY: dict[str, Act] = {"GET": _list, "POST": _create}
_ONE: dict[str, Act] = {"GET": _read, "PUT": _put, "PATCH": _patch, "DELETE": _delete}
