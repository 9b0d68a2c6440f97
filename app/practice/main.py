"""The practice environment as a Litestar application of its own."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, route
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router

from app.practice import admin, brp, delay, home
from app.practice.answers import Problem, not_found
from app.practice.klant.resources import RESOURCES
from app.practice.klant.service import Register, no_rights
from app.practice.klant.show import Shower
from app.practice.people import people
from app.practice.seed import named_contacts
from app.practice.store import Store

Req = Request[Any, Any, Any]
TENANTS_WITH_HISTORY = ("deventer",)  # zwolle has no register of its own: theirs stays empty
MAX_BODY = 2_000_000


@dataclass(frozen=True, slots=True)
class Practice:
    """What the handlers need: the store, and how slow to be."""

    store: Store
    delay: float

    def register(self, tenant: str) -> Register:
        return Register(self.store, tenant)


def create_app(folder: Path, *, delay_factor: float = 1.0) -> Litestar:
    """The application over the data in `folder`; `delay_factor` 0 answers at once."""
    practice = Practice(Store(folder), delay_factor)
    for tenant in TENANTS_WITH_HISTORY:
        named_contacts(practice.register(tenant))
    return Litestar(
        route_handlers=[
            brp_route,
            klant_route,
            *admin.HANDLERS,
            *home.HANDLERS,
            create_static_files_router(path="/static", directories=[home.STATIC]),
        ],
        state=State({"practice": practice}),
        on_shutdown=[practice.store.close],
        exception_handlers={HTTPException: _http_error},
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=None,
    )


def _http_error(_: Req, error: HTTPException) -> Response[Any]:
    body = {"status": error.status_code, "title": error.detail, "detail": error.detail, "code": "error"}
    return Response(body, status_code=error.status_code, media_type="application/problem+json")


@route("/{tenant:str}/haalcentraal/api/brp/personen", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def brp_route(request: Req, tenant: str) -> Response[Any]:
    """Haal Centraal BRP: POST only."""
    practice: Practice = request.app.state["practice"]
    await delay.wait(practice.delay, request.method, "brp", one=False)
    try:
        _brp_gate(request, tenant)
        body = brp.answer(await _json(request), people(tenant))
    except Problem as problem:
        instance = request.url.path
        return _json_response(problem.brp_body(instance), problem, "application/problem+json; charset=utf-8")
    return Response(body, media_type="application/json; charset=utf-8")


def _brp_gate(request: Req, tenant: str) -> None:
    if request.headers.get("x-api-key") != f"oefen-brp-{tenant}":
        raise Problem(401, "authentication", "Niet correct geauthenticeerd.")
    if request.method != "POST":
        raise Problem(405, "methodNotAllowed", "Method not allowed.", headers={"Allow": "POST"})
    if not _accepts_json(request):
        raise Problem(406, "notAcceptable", "Gevraagde contenttype wordt niet ondersteund.")
    if request.content_type[0] != "application/json":
        raise Problem(415, "unsupportedMediaType", "Media type wordt niet ondersteund.")


@route("/{tenant:str}/klantinteracties/api/v1/{rest:path}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def klant_route(request: Req, tenant: str, rest: str) -> Response[Any]:
    """Klantinteracties: `/<resource>` and `/<resource>/<uuid>`, and POST /maak-klantcontact."""
    practice: Practice = request.app.state["practice"]
    resource, _, uuid = str(rest).strip("/").partition("/")
    await delay.wait(practice.delay, request.method, resource, one=bool(uuid))
    register = practice.register(tenant)
    body = await request.body()
    try:
        status, answer = await _klant(request, register, resource, uuid)
        problem = None
    except Problem as refused:
        status, answer, problem = refused.status, refused.maykin_body(_host(request)), refused
    _note(practice, tenant, request, resource, status, body, answer)
    response = _json_response(answer, problem, "application/json", status)
    response.headers["API-version"] = "0.9.0"
    return response


async def _klant(request: Req, register: Register, resource: str, uuid: str) -> tuple[int, Any]:
    refused = no_rights(request.headers.get("authorization", ""), f"oefen-klant-{register.tenant}")
    if refused:
        raise refused
    if not _accepts_json(request):
        raise Problem(406, "not_acceptable", "Kan niet voldoen aan de opgegeven Accept header.")
    base = f"{_host(request)}/{register.tenant}/klantinteracties/api/v1"
    shower = Shower(register, base)
    if resource == "maak-klantcontact" and not uuid:
        return await _make(request, register, shower)
    if resource not in RESOURCES or "/" in uuid:
        raise not_found()
    act = (_ONE if uuid else _MANY).get(request.method)
    if act is None:
        raise Problem(405, "method_not_allowed", f'Methode "{request.method}" niet toegestaan.')
    return await act(request, register, shower, resource, uuid)


async def _make(request: Req, register: Register, shower: Shower) -> tuple[int, Any]:
    if request.method != "POST":
        raise Problem(405, "method_not_allowed", f'Methode "{request.method}" niet toegestaan.')
    made = register.make_klantcontact(await _json(request))
    names = {"klantcontact": "klantcontacten", "betrokkene": "betrokkenen", "onderwerpobject": "onderwerpobjecten"}
    return 201, {name: shower.show(names[name], row) if row else None for name, row in made.items()}


async def _list(request: Req, register: Register, shower: Shower, resource: str, uuid: str) -> tuple[int, Any]:
    return 200, shower.page(resource, dict(request.query_params))


async def _create(request: Req, register: Register, shower: Shower, resource: str, uuid: str) -> tuple[int, Any]:
    return 201, shower.show(resource, register.create(resource, await _json(request)))


async def _read(request: Req, register: Register, shower: Shower, resource: str, uuid: str) -> tuple[int, Any]:
    expand = shower.expands(resource, request.query_params.get("expand", ""))
    return 200, shower.show(resource, register.one(resource, uuid), expand)


async def _put(request: Req, register: Register, shower: Shower, resource: str, uuid: str) -> tuple[int, Any]:
    return 200, shower.show(resource, register.change(resource, uuid, await _json(request), partial=False))


async def _patch(request: Req, register: Register, shower: Shower, resource: str, uuid: str) -> tuple[int, Any]:
    return 200, shower.show(resource, register.change(resource, uuid, await _json(request), partial=True))


async def _delete(request: Req, register: Register, shower: Shower, resource: str, uuid: str) -> tuple[int, Any]:
    register.remove(resource, uuid)
    return 204, None


Act = Callable[[Req, Register, Shower, str, str], Awaitable[tuple[int, Any]]]
_MANY: dict[str, Act] = {"GET": _list, "POST": _create}
_ONE: dict[str, Act] = {"GET": _read, "PUT": _put, "PATCH": _patch, "DELETE": _delete}


async def _json(request: Req) -> Any:
    if request.content_type[0] != "application/json":
        raise Problem(415, "unsupported_media_type", f'Ongeldige mediatype "{request.content_type[0]}" in aanvraag.')
    try:
        return json.loads(await request.body())
    except ValueError as error:
        raise Problem(400, "parse_error", "Verkeerd ingevoerde aanvraag.", "JSON parse error") from error


def _note(
    practice: Practice, tenant: str, request: Req, resource: str, status: int, body: bytes, answer: Any
) -> None:
    """Writes that were accepted, and refusals because of a number that exists: both belong in the ledger."""
    duplicate = status == 400 and any(one["code"] == "unique" for one in (answer or {}).get("invalidParams", ()))
    if request.method == "GET" or not (status < 300 or duplicate):
        return
    contact = (answer or {}).get("klantcontact", answer) or {}
    practice.store.note(
        tenant,
        api="klantinteracties",
        method=request.method,
        path=f"/{resource}",
        status=status,
        body=body,
        referentienummer=None if duplicate else contact.get("referentienummer") or contact.get("nummer"),
        uuid=None if duplicate else contact.get("uuid"),
        duplicate=duplicate,
    )


def _json_response(answer: Any, problem: Problem | None, media_type: str, status: int = 200) -> Response[Any]:
    headers = dict(problem.headers) if problem else {}
    code = problem.status if problem else status
    if code == 204:
        return Response(None, status_code=204, headers=headers)
    return Response(answer, status_code=code, media_type=media_type, headers=headers)


def _accepts_json(request: Req) -> bool:
    accept = request.headers.get("accept", "*/*")
    return any(
        part.split(";")[0].strip() in ("*/*", "application/*", "application/json") for part in accept.split(",")
    )


def _host(request: Req) -> str:
    return f"http://{request.headers.get('host', 'praktijk.localhost')}"
