"""Steering the practice environment: ledger, filling, clearing, version. Only on this machine."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.exceptions import ClientException

from app.practice.klant.service import Register
from app.practice.seed import many, named_contacts

VERSIES = ("2.15", "2.18")
MOST = 100_000


@get("/_praktijk/{tenant:str}/ledger", sync_to_thread=False)
def ledger(request: Request[Any, Any, Any], tenant: str) -> list[dict[str, Any]]:
    return request.app.state["practice"].store.ledger(tenant)  # type: ignore[no-any-return]


@post("/_praktijk/{tenant:str}/seed", status_code=200)
async def seed(request: Request[Any, Any, Any], tenant: str, people: int = 0, contacten: int = 0) -> dict[str, int]:
    if not (0 <= people <= MOST and 0 <= contacten <= MOST):
        raise ClientException(f"Kies getallen van 0 tot en met {MOST}.")
    return many(_register(request, tenant), persons=people, contacten=contacten)


@post("/_praktijk/{tenant:str}/reset", status_code=200)
async def reset(request: Request[Any, Any, Any], tenant: str) -> dict[str, Any]:
    register = _register(request, tenant)
    register.store.reset(tenant)
    again = named_contacts(register) if tenant == "deventer" else 0
    return {"tenant": tenant, "klantcontacten": again}


@post("/_praktijk/{tenant:str}/versie", status_code=200)
async def versie(request: Request[Any, Any, Any], tenant: str, versie: str) -> dict[str, str]:
    if versie not in VERSIES:
        raise ClientException(f"Kies een van: {', '.join(VERSIES)}.")
    _register(request, tenant).store.set(tenant, "versie", versie)
    return {"tenant": tenant, "versie": versie}


def _register(request: Request[Any, Any, Any], tenant: str) -> Register:
    register: Register = request.app.state["practice"].register(tenant)
    return register


HANDLERS = (ledger, seed, reset, versie)
