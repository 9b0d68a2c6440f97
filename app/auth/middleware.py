"""The session and the origin of each request, decided before its handler runs."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.auth import browsers, cookies, csrf, sessions
from app.auth.medewerker import Medewerker
from app.auth.tenant import tenant_of_scope
from app.db import unit_of_work


class SessionMiddleware(ASGIMiddleware):
    """Sets `request.user` to the `Medewerker` or None. Its transaction ends before the handler begins.

    Without one, `scope["slot"]` says whether this browser brings a session that rests: locked, idle or over.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        scope["user"] = await self._medewerker(scope)
        await next_app(scope, receive, send)

    async def _medewerker(self, scope: Scope) -> Medewerker | None:
        options = scope["route_handler"].opt
        nobody = options.get("without_session") or scope.get("tenant") is None  # OPTIONS of a probe has no option set
        token = None if nobody else cookies.read(scope, cookies.SESSION)
        if token is None:
            return None
        browser = browsers.in_words(Request(scope).headers.get("user-agent", ""))
        async with unit_of_work(tenant_of_scope(scope)) as session:
            found = await sessions.find(session, token, passive=bool(options.get("passive")), browser=browser)
            if found is None:
                left = await sessions.person_left(session, cookies.hash_of(token), browser=browser)
                fields: dict[str, Any] = scope  # type: ignore[assignment]  # a key of our own in ASGI's dictionary
                fields["slot"] = left is not None
            return found


class CsrfMiddleware(ASGIMiddleware):
    """Refuses unsafe requests that are not from a page of this session. Stands after `SessionMiddleware`."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        # Litestar keeps the form it reads here in the scope, so the handler reads it again from there.
        request: Request[Any, Any, Any] = Request(scope, receive=receive)
        await csrf.check(request)
        await next_app(scope, receive, send)
