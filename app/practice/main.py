"""The practice environment as a Litestar application of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, route
from litestar.datastructures import State
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.static_files import create_static_files_router
from litestar.types import Method

from app.practice import admin, brp, delay, home
from app.practice.answers import Problem, body_of, not_found
from app.practice.faults import Faults
from app.practice.gemeenten import GEMEENTEN
from app.practice.klant.api import Call, answer
from app.practice.klant.service import Register
from app.practice.seed import inhabitants, named_contacts
from app.practice.store import Store

Req = Request[Any, Any, Any]
EVERY_METHOD: list[Method] = ["GET", "POST", "PUT", "PATCH", "DELETE"]
MAX_BODY = 2_000_000
JSON, BRP_PROBLEM = "application/json; charset=utf-8", "application/problem+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Practice:
    """What the handlers need: the store, how slow to be, the faults to play (misbehave.py)."""

    store: Store
    delay: float
    faults: Faults

    def register(self, tenant: str) -> Register:
        """Raises `Problem` (404) for a municipality that is not played here."""
        if tenant not in GEMEENTEN:
            raise not_found()
        return Register(self.store, tenant)


def create_app(folder: Path, *, delay_factor: float = 1.0) -> Litestar:
    """The application over the data in `folder`; `delay_factor` 0 answers at once."""
    practice = Practice(Store(folder), delay_factor, Faults(folder))
    for gemeente in GEMEENTEN.values():
        if gemeente.open_klant:
            named_contacts(practice.register(gemeente.slug))
    return Litestar(
        route_handlers=[
            brp_route,
            klant_route,
            *admin.HANDLERS,
            *home.HANDLERS,
            create_static_files_router(path="/static", directories=[home.STATIC]),
        ],
        state=State({"practice": practice}),
        on_shutdown=[practice.store.close, practice.faults.elsewhere.close],
        exception_handlers={HTTPException: _http_error, Problem: _problem},
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=None,
    )


def _http_error(_: Req, error: HTTPException) -> Response[Any]:
    body = {"status": error.status_code, "title": error.detail, "detail": error.detail, "code": "error"}
    return Response(body, status_code=error.status_code, media_type="application/problem+json")


def _problem(request: Req, problem: Problem) -> Response[Any]:
    """No such municipality."""
    return Response(problem.maykin_body(_host(request)), status_code=problem.status, media_type=JSON)


@route("/{tenant:str}/haalcentraal/{rest:path}", http_method=EVERY_METHOD)
async def brp_route(request: Req, tenant: FromPath[str], rest: FromPath[Path]) -> Response[Any]:
    """Haal Centraal BRP behind the gateway of the municipality: one address, POST only."""
    practice: Practice = request.app.state["practice"]
    practice.register(tenant)
    if f"/haalcentraal/{str(rest).lstrip('/')}" != f"{GEMEENTEN[tenant].gateway.pad}/personen":
        raise NotFoundException("Not Found")
    raw = await request.body()
    await delay.wait(practice.delay, delay.BRP_MS)
    try:
        _brp_gate(request, tenant)
        body = brp.answer(_brp_question(raw), inhabitants(practice.store, tenant))
    except Problem as problem:
        body, status, headers = problem.brp_body(request.url.path), problem.status, problem.headers
        return Response(body, status_code=status, media_type=BRP_PROBLEM, headers=headers)
    return Response(body, status_code=200, media_type=JSON)


def _brp_gate(request: Req, tenant: str) -> None:
    gateway = GEMEENTEN[tenant].gateway
    if request.headers.get(gateway.sleutel) != f"oefen-brp-{tenant}":
        raise Problem(401, "authentication", "Niet correct geauthenticeerd.")
    for name, right in gateway.wil.items():
        value = request.headers.get(name, "")
        if not value or (right and value not in right):
            raise Problem(403, "autorisation", "U bent niet geautoriseerd voor deze vraag.")
    if request.method != "POST":
        raise Problem(405, "methodNotAllowed", "Method not allowed.", headers={"Allow": "POST"})
    if not _accepts_json(request):
        raise Problem(406, "notAcceptable", "Gevraagde contenttype wordt niet ondersteund.")
    content_type, parameters = request.content_type
    if content_type != "application/json" or parameters.get("charset", "utf-8").lower() != "utf-8":
        raise Problem(415, "unsupportedMediaType", "Media type wordt niet ondersteund.")


def _brp_question(raw: bytes) -> Any:
    """None, which is no question either, for what is no JSON."""
    try:
        return body_of(raw)
    except ValueError:
        return None


@route("/{tenant:str}/klantinteracties/api/v1/{rest:path}", http_method=EVERY_METHOD)
async def klant_route(request: Req, tenant: FromPath[str], rest: FromPath[Path]) -> Response[Any]:
    """Klantinteracties."""
    practice: Practice = request.app.state["practice"]
    register = practice.register(tenant)
    resource, _, uuid = str(rest).removeprefix("/").partition("/")
    query = {name: request.query_params.getall(name)[-1] for name in request.query_params}
    call = Call(
        method=request.method,
        resource=resource,
        uuid=uuid + _slash(request),
        query=query,
        authorization=request.headers.get("authorization", ""),
        accepts_json=_accepts_json(request),
        content_type=request.content_type[0],
        body=await request.body(),
        host=_host(request),
    )
    median = delay.median_ms(
        call.method,
        resource,
        one=bool(uuid),
        expanded="expand" in query,
        of_partij=any("wasPartij" in name for name in query),
    )
    await delay.wait(practice.delay, median)
    status, body, headers = answer(call, register)
    return Response(
        body, status_code=status, media_type="application/json", headers=headers | {"API-version": "0.9.0"}
    )


def _slash(request: Req) -> str:
    """Addresses there end without one; Litestar takes it off before we see it, so a client would not notice."""
    raw: bytes = request.scope["raw_path"]
    return "/" if raw.endswith(b"/") else ""


def _accepts_json(request: Req) -> bool:
    accept = request.headers.get("accept", "*/*")
    return any(
        part.split(";")[0].strip() in ("*/*", "application/*", "application/json") for part in accept.split(",")
    )


def _host(request: Req) -> str:
    return f"http://{request.headers.get('host', 'praktijk.localhost')}"
