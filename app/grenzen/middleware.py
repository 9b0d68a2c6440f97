"""Before a request does anything: which class it is, and whether it is one too many."""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app import metrics
from app.auth.tenant import medewerker_of_scope, tenant_of_scope
from app.grenzen import klassen, service
from app.grenzen.fouten import Druk
from app.grenzen.klassen import Klasse

# Seconds that the event loop may be late before what can wait is sent away, so that saving goes on.
LATE = {Klasse.UITVOER: 0.25, Klasse.PAGINA: 2.0}


class KlasseMiddleware(ASGIMiddleware):
    """Stands before whatever asks the database: places are given out by class."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        klasse = _klasse(scope)
        klassen.enter(klasse)
        if metrics.lag() > LATE.get(klasse, float("inf")):
            metrics.busy.labels(tenant_of_scope(scope).slug, klasse.value).inc()
            raise Druk
        await next_app(scope, receive, send)


class LimitMiddleware(ASGIMiddleware):
    """Stands after the session: limits are somebody's. Strangers count by their address."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        klasse = _klasse(scope)
        if klasse is not Klasse.BESTAND:
            medewerker = medewerker_of_scope(scope)
            await service.admit(tenant_of_scope(scope), klasse, medewerker.id if medewerker else None, scope)
        await next_app(scope, receive, send)


def _klasse(scope: Scope) -> Klasse:
    """Without a municipality (a probe, a file, and OPTIONS of them) there is nobody to count for."""
    return klassen.klasse_of(scope["route_handler"].opt) if scope.get("tenant") else Klasse.BESTAND
