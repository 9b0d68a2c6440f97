"""Host name → municipality, before anything else looks at the request."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from litestar.types import ASGIApp, Receive, Scope, Send

from app import metrics
from app.auth.medewerker import Medewerker
from app.db import is_for_now
from app.errors import NotSignedIn
from app.log import log
from tenants.context import Tenant, require

ByHost = Callable[[str], Awaitable[Tenant | None]]
BySlug = Callable[[str], Awaitable[Tenant | None]]
ANY_HOST = frozenset({"/livez", "/readyz"})  # probes come by address, not by name
FILES = "/static/"  # styles and letters, for everybody the same
_HOST = re.compile(rb"([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)(?::([0-9]{1,5}))?")
MAX_PORT = 65535


class TenantMiddleware:
    """Puts the municipality of the Host header in `scope["tenant"]` and the bare host in `scope["host"]`.

    `by_host` gets a lower-case host name without port. A host that belongs to nobody is answered by `unknown`, an
    ASGI application that says nothing of which municipalities there are; no route is ever reached. Forwarded headers
    are not read. Stands outside Litestar: unknown paths have a municipality too. Probes and files are for any host
    and ask nothing; when the look-up finds no database, `unavailable` answers.
    """

    def __init__(self, app: ASGIApp, *, by_host: ByHost, unknown: ASGIApp, unavailable: ASGIApp) -> None:
        self.app = app
        self.by_host = by_host
        self.unknown = unknown
        self.unavailable = unavailable

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        host = host_of(scope)
        for_any_host = scope["path"] in ANY_HOST or scope["path"].startswith(FILES)
        try:
            tenant = await self.by_host(host) if host and not for_any_host else None
        except Exception as error:
            if not is_for_now(error):
                raise
            metrics.database_away.inc()
            log.error("database.onbereikbaar", soort=type(error).__name__)
            await self.unavailable(scope, receive, send)
            return
        fields: dict[str, Any] = scope  # type: ignore[assignment]  # two keys of our own in ASGI's dictionary
        fields["tenant"], fields["host"] = tenant, host
        if tenant is None and not for_any_host:
            await self.unknown(scope, receive, send)
            return
        with structlog.contextvars.bound_contextvars(**({"tenant": tenant.slug} if tenant else {})):
            await self.app(scope, receive, send)


def host_of(scope: Scope) -> str | None:
    """The one well-formed Host header without its port, in lower case; None when there is none or more than one."""
    values = [value for name, value in scope["headers"] if name.lower() == b"host"]
    match = _HOST.fullmatch(values[0].lower()) if len(values) == 1 else None
    if match is None or int(match[2] or 0) > MAX_PORT:  # Litestar's own reader of the address raises on such a port
        return None
    return match[1].decode("ascii")


def tenant_of_scope(scope: Scope) -> Tenant:
    """The municipality of this request; raises `NoTenant` on a probe path."""
    return require(scope.get("tenant"))  # type: ignore[arg-type]


def provide_tenant(scope: Scope) -> Tenant:
    """Dependency `tenant`."""
    return tenant_of_scope(scope)


def provide_medewerker(scope: Scope) -> Medewerker:
    """Dependency `medewerker`. On a public route without a session it raises `NotSignedIn`."""
    medewerker = medewerker_of_scope(scope)
    if medewerker is None:
        raise NotSignedIn
    return medewerker


def medewerker_of_scope(scope: Scope) -> Medewerker | None:
    found = scope.get("user")
    return found if isinstance(found, Medewerker) else None
