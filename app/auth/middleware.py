"""The session and the origin of each request, decided before its handler runs."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.auth import cookies, csrf, sessions
from app.auth.medewerker import Medewerker
from app.auth.tenant import tenant_of_scope
from app.db import unit_of_work


class SessionMiddleware(ASGIMiddleware):
    """Sets `request.user` to the `Medewerker` or None. Its transaction ends before the handler begins."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        scope["user"] = await self._medewerker(scope)
        await next_app(scope, receive, send)

    async def _medewerker(self, scope: Scope) -> Medewerker | None:
        options = scope["route_handler"].opt
        token = None if options.get("without_session") else cookies.read(scope, cookies.SESSION)
        if token is None:
            return None
        async with unit_of_work(tenant_of_scope(scope)) as session:
            return await sessions.find(session, token, passive=bool(options.get("passive")))


class CsrfMiddleware(ASGIMiddleware):
    """Refuses unsafe requests that are not from a page of this session. Stands after `SessionMiddleware`."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        # Litestar keeps the form it reads here in the scope, so the handler reads it again from there.
        request: Request[Any, Any, Any] = Request(scope, receive=receive)
        await csrf.check(request)
        await next_app(scope, receive, send)
