"""Which role may do what, and the guard that every route carries."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app import klok
from app.auth.models import Rol
from app.errors import NotAllowed, NotConfirmed, NotSignedIn

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
    LOGBOEK_INZIEN = "logboek_inzien"
    MEDEWERKERS_BEHEREN = "medewerkers_beheren"
    INRICHTING_BEHEREN = "inrichting_beheren"  # what the municipality sets itself: look, code lists, opening hours
    AFLEVERING_ZIEN = "aflevering_zien"  # the state of one contact: on the agent's pages and the administrator's


ROLLEN: Final[dict[Recht, frozenset[str]]] = {
    Recht.AANGEMELD: frozenset(Rol),
    Recht.GESPREK_VOEREN: frozenset({Rol.AGENT}),
    Recht.AFLEVERINGEN_BEHEREN: frozenset({Rol.TENANT_ADMIN}),
    Recht.LOGBOEK_INZIEN: frozenset({Rol.PRIVACY_OFFICER}),
    Recht.MEDEWERKERS_BEHEREN: frozenset({Rol.TENANT_ADMIN}),
    Recht.INRICHTING_BEHEREN: frozenset({Rol.TENANT_ADMIN}),
    Recht.AFLEVERING_ZIEN: frozenset({Rol.AGENT, Rol.TENANT_ADMIN}),
}

# Options of a route: `@get("/livez", opt=PUBLIC)`.
PUBLIC: Final = {"public": True}
# Public and for everybody the same (styles, health): no session is looked up.
PUBLIC_FILE: Final = {"public": True, "without_session": True}
# For a program that proves itself by what it sends (a signed token): no session and no form of ours behind it.
PROGRAM: Final = {"public": True, "without_session": True, "csrf": "program"}
# The page asks for it by itself (events, a polling chip): it does not keep a session alive.
PASSIVE: Final = {"passive": True}


class Guard:
    """Lets a person with one of `rollen` through; others get NotAllowed, strangers NotSignedIn.

    `bevestigd`: and who proved within the last quarter of an hour who they are; others get NotConfirmed.
    """

    def __init__(self, recht: Recht, *, bevestigd: bool = False) -> None:
        self.recht = recht
        self.bevestigd = bevestigd
        self.rollen = ROLLEN[recht]

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        medewerker = connection.scope.get("user")
        if medewerker is None:
            raise NotSignedIn
        if not medewerker.mag(self.recht):
            raise NotAllowed(
                f"Dit onderdeel is niet voor uw rol ({medewerker.rol_naam}). Vraag uw functioneel beheerder."
            )
        if self.bevestigd and not medewerker.is_bevestigd(klok.now()):
            raise NotConfirmed


def requires(recht: Recht, *, bevestigd: bool = False) -> Guard:
    """`guards=[requires(Recht.GESPREK_VOEREN)]`; with `bevestigd=True` for what asks for certainty about who it is.

    That is: changing rights, exporting a log. The question comes at most once in a quarter of an hour.
    """
    return Guard(recht, bevestigd=bevestigd)


def guard_of(handler: BaseRouteHandler) -> dict[str, Any]:
    """What protects a route: `{"guard": right | "public" | None, "roles": sorted codes}`; None is a defect."""
    for guard in handler.resolve_guards():
        if isinstance(guard, Guard):
            return {"guard": guard.recht.value, "roles": sorted(guard.rollen)}
    return {"guard": "public" if is_public(handler) else None, "roles": []}


def asks_certainty(handler: BaseRouteHandler) -> bool:
    return any(isinstance(guard, Guard) and guard.bevestigd for guard in handler.resolve_guards())


def is_public(handler: BaseRouteHandler) -> bool:
    return handler.opt.get("public") is True
