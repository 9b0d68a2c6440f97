"""Steering the practice environment: ledger, filling, clearing, version, faults. Only on this machine."""

from __future__ import annotations

from typing import Any

from litestar import Request, delete, get, post
from litestar.exceptions import ClientException, NotFoundException, PermissionDeniedException
from litestar.params import FromPath, FromQuery

from app.practice.elsewhere import CERTIFICATES
from app.practice.faults import APIS, ELSEWHERE, KINDS, SECONDS, Fault, Faults
from app.practice.gemeenten import GEMEENTEN
from app.practice.klant.service import Register
from app.practice.people import MOST
from app.practice.seed import many, named_contacts

Req = Request[Any, Any, Any]
VERSIES = ("2.15", "2.18")
MOST_CONTACTEN = 100_000
MOST_SECONDS = 600.0


@get("/_praktijk/{tenant:str}/ledger", sync_to_thread=False)
def ledger(request: Req, tenant: FromPath[str]) -> list[dict[str, Any]]:
    """What the registers of one municipality took, oldest first."""
    return _register(request, tenant).store.ledger(tenant)


@post("/_praktijk/{tenant:str}/seed", status_code=200)
async def seed(
    request: Req, tenant: FromPath[str], people: FromQuery[int] = 0, contacten: FromQuery[int] = 0
) -> dict[str, Any]:
    """More contacts, of as many inhabitants."""
    if not (0 <= people <= MOST and 0 <= contacten <= MOST_CONTACTEN):
        raise ClientException(f"Kies hoogstens {MOST} inwoners en hoogstens {MOST_CONTACTEN} contacten.")
    return many(_register(request, tenant), persons=people, contacten=contacten)


@post("/_praktijk/{tenant:str}/reset", status_code=200)
async def reset(request: Req, tenant: FromPath[str]) -> dict[str, Any]:
    """As on the first day: ledger, version, contacts, and no faults."""
    register = _register(request, tenant)
    await _faults(request).clear(tenant, APIS)
    with register.store.transaction():
        register.store.reset(tenant)
        again = named_contacts(register) if GEMEENTEN[tenant].open_klant else 0
    return {"tenant": tenant, "klantcontacten": again}


@post("/_praktijk/{tenant:str}/versie", status_code=200)
async def versie(request: Req, tenant: FromPath[str], versie: FromQuery[str]) -> dict[str, str]:
    """Which Open Klant the register plays."""
    if versie not in VERSIES:
        raise ClientException(f"Kies een van: {', '.join(VERSIES)}.")
    _register(request, tenant).store.set(tenant, "versie", versie)
    return {"tenant": tenant, "versie": versie}


@get("/_praktijk/{tenant:str}/fault", sync_to_thread=False)
def faults(request: Req, tenant: FromPath[str]) -> list[dict[str, Any]]:
    """The faults that are played now."""
    _register(request, tenant)
    return _faults(request).shown(tenant)


@post("/_praktijk/{tenant:str}/fault", status_code=200)
async def set_fault(
    request: Req,
    tenant: FromPath[str],
    kind: FromQuery[str],
    api: FromQuery[str | None] = None,
    seconds: FromQuery[float | None] = None,
    times: FromQuery[int | None] = None,
    rate: FromQuery[float] = 1.0,
    certificate: FromQuery[str | None] = None,
) -> list[dict[str, Any]]:
    """Play a fault in one API, or in all; the one before it is over."""
    _register(request, tenant)
    if kind not in KINDS:
        raise ClientException(f"Kies een van: {', '.join(KINDS)}.")
    if seconds is not None and not (kind in SECONDS and 0 <= seconds <= MOST_SECONDS):
        raise ClientException(f"Seconden horen bij {', '.join(SECONDS)}: hoogstens {MOST_SECONDS:.0f}.")
    if not 0 <= rate <= 1 or (times is not None and times < 1):
        raise ClientException("Kies een deel van 0 tot en met 1, en minstens één keer.")
    if kind in ELSEWHERE and (rate < 1 or times is not None):
        raise ClientException(f"Bij {kind} doet elke vraag mee: kies geen aantal en geen deel.")
    if certificate is not None and (kind != "certificate" or certificate not in CERTIFICATES):
        raise ClientException(f"Bij certificate kiest u een van: {', '.join(CERTIFICATES)}.")
    wrong = (certificate or CERTIFICATES[0]) if kind == "certificate" else ""
    waits = SECONDS.get(kind, 0.0) if seconds is None else seconds
    await _faults(request).set(tenant, _apis(api), Fault(kind, waits, times, rate, wrong))
    return _faults(request).shown(tenant)


@delete("/_praktijk/{tenant:str}/fault", status_code=200)
async def clear_fault(request: Req, tenant: FromPath[str], api: FromQuery[str | None] = None) -> list[dict[str, Any]]:
    """No more fault in one API, or in any."""
    _register(request, tenant)
    await _faults(request).clear(tenant, _apis(api))
    return _faults(request).shown(tenant)


def _apis(api: str | None) -> list[str]:
    if api is not None and api not in APIS:
        raise ClientException(f"Kies een van: {', '.join(APIS)}.")
    return list(APIS) if api is None else [api]


def _faults(request: Req) -> Faults:
    found: Faults = request.app.state["practice"].faults
    return found


def _register(request: Req, tenant: str) -> Register:
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise PermissionDeniedException("Een andere website mag hier niet sturen.")
    if tenant not in GEMEENTEN:
        raise NotFoundException(f"De gemeente {tenant} oefent hier niet. Kies een van: {', '.join(GEMEENTEN)}.")
    register: Register = request.app.state["practice"].register(tenant)
    return register


HANDLERS = (ledger, seed, reset, versie, faults, set_fault, clear_fault)
