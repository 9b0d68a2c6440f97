"""Steering the practice environment: ledger, filling, clearing, version. Only on this machine."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.exceptions import ClientException, NotFoundException, PermissionDeniedException
from litestar.params import FromPath, FromQuery

from app.practice.gemeenten import GEMEENTEN
from app.practice.klant.service import Register
from app.practice.people import MOST
from app.practice.seed import many, named_contacts

Req = Request[Any, Any, Any]
VERSIES = ("2.15", "2.18")
MOST_CONTACTEN = 100_000


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
    """As on the first day: ledger, version and contacts."""
    register = _register(request, tenant)
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


def _register(request: Req, tenant: str) -> Register:
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise PermissionDeniedException("Een andere website mag hier niet sturen.")
    if tenant not in GEMEENTEN:
        raise NotFoundException(f"De gemeente {tenant} oefent hier niet. Kies een van: {', '.join(GEMEENTEN)}.")
    register: Register = request.app.state["practice"].register(tenant)
    return register


HANDLERS = (ledger, seed, reset, versie)
