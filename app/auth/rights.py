"""Which role may do what, and the guard that every route carries."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.auth.models import Rol
from app.errors import NotAllowed, NotSignedIn

ROL_NAMEN: Final[dict[str, str]] = {
    Rol.AGENT: "Klantcontactmedewerker",
    Rol.SPECIALIST: "Medewerker vakafdeling",
    Rol.EDITOR: "Redacteur",
    Rol.KENNISLEZER: "Kennisbank",
    Rol.TEAMLEIDER: "Teamleider",
    Rol.TENANT_ADMIN: "Functioneel beheerder",
    Rol.PRIVACY_OFFICER: "Functionaris gegevensbescherming",
}


class Recht(StrEnum):
    AANGEMELD = "aangemeld"  # every role: the start page, own preferences, signing out
    GESPREK_VOEREN = "gesprek_voeren"
    AFLEVERINGEN_BEHEREN = "afleveringen_beheren"
    AFLEVERING_ZIEN = "aflevering_zien"  # the state of one contact: on the agent's pages and the administrator's


ROLLEN: Final[dict[Recht, frozenset[str]]] = {
    Recht.AANGEMELD: frozenset(Rol),
    Recht.GESPREK_VOEREN: frozenset({Rol.AGENT}),
    Recht.AFLEVERINGEN_BEHEREN: frozenset({Rol.TENANT_ADMIN}),
    Recht.AFLEVERING_ZIEN: frozenset({Rol.AGENT, Rol.TENANT_ADMIN}),
}

# Options of a route: `@get("/livez", opt=PUBLIC)`.
PUBLIC: Final = {"public": True}
# Public and for everybody the same (styles, health): no session is looked up.
PUBLIC_FILE: Final = {"public": True, "without_session": True}
# The page asks for it by itself (events, a polling chip): it does not keep a session alive.
PASSIVE: Final = {"passive": True}


class Guard:
    """Lets a person with one of `rollen` through; others get NotAllowed, strangers NotSignedIn."""

    def __init__(self, recht: Recht) -> None:
        self.recht = recht
        self.rollen = ROLLEN[recht]

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        medewerker = connection.scope.get("user")
        if medewerker is None:
            raise NotSignedIn
        if not medewerker.mag(self.recht):
            raise NotAllowed(
                f"Dit onderdeel is niet voor uw rol ({medewerker.rol_naam}). Vraag uw functioneel beheerder."
            )


def requires(recht: Recht) -> Guard:
    """`guards=[requires(Recht.GESPREK_VOEREN)]`."""
    return Guard(recht)


def guard_of(handler: BaseRouteHandler) -> dict[str, Any]:
    """What protects a route: `{"guard": right | "public" | None, "roles": sorted codes}`; None is a defect."""
    for guard in handler.resolve_guards():
        if isinstance(guard, Guard):
            return {"guard": guard.recht.value, "roles": sorted(guard.rollen)}
    return {"guard": "public" if is_public(handler) else None, "roles": []}


def is_public(handler: BaseRouteHandler) -> bool:
    return handler.opt.get("public") is True
