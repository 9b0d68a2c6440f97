"""The look of each municipality as this process knows it, at most ten seconds old, so that no page asks for it.

The process that saves forgets what it knew after the commit. While the database is away or busy the last look stays
in use: it must never be what a page waits for.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy.exc import DBAPIError

from app.db import UNREACHABLE, is_for_now, sqlstate, unit_of_work
from app.errors import Refused
from app.grenzen.klassen import Klasse, klasse_of
from app.uiterlijk import queries
from app.uiterlijk.blik import Blik, at_first
from tenants.context import Tenant

MAX_AGE: Final = 10.0  # seconds
RENEW_AFTER: Final = 8.0  # from here one request reads anew, while the others still use what is there
PATIENCE: Final = 1.0  # seconds; whoever waits longer shows what was known
AGAIN_AFTER: Final = 1.0  # seconds after a look that could not be read
_NO_TABLE: Final = "42P01"  # a municipality whose migration still has to come


@dataclass(slots=True)
class _Kept:
    blik: Blik
    read_at: float
    renewing: bool = False


_kept: dict[str, _Kept] = {}
_forgotten: dict[str, int] = {}  # how often; a read that was under way when it changed is not kept


def known(tenant: Tenant) -> Blik:
    """What this process last read, without asking anybody."""
    kept = _kept.get(tenant.slug)
    return kept.blik if kept else at_first(tenant)


def forget(tenant: Tenant) -> None:
    """The next page of this municipality reads its look."""
    _kept.pop(tenant.slug, None)
    _forgotten[tenant.slug] = _forgotten.get(tenant.slug, 0) + 1


def clear() -> None:
    """Forget all: another database, in tests."""
    _kept.clear()
    _forgotten.clear()


async def present(tenant: Tenant, *, max_age: float = MAX_AGE) -> Blik:
    """The look, read when what is known is older than `max_age` seconds. Raises nothing of the database."""
    kept = _kept.get(tenant.slug)
    age = time.monotonic() - kept.read_at if kept else max_age
    if kept and (age < min(max_age, RENEW_AFTER) or (age < max_age and kept.renewing)):
        return kept.blik
    if kept:
        kept.renewing = True
    count, started = _forgotten.get(tenant.slug, 0), time.monotonic()
    try:
        read = _Kept(await _read(tenant), started)
    except Exception as error:
        if not _is_for_later(error):
            raise
        read = _Kept(known(tenant), started - MAX_AGE + AGAIN_AFTER)
    finally:
        if kept:
            kept.renewing = False
    if count == _forgotten.get(tenant.slug, 0):
        _kept[tenant.slug] = read
    return read.blik


async def _read(tenant: Tenant) -> Blik:
    async with asyncio.timeout(PATIENCE), unit_of_work(tenant) as session:
        return await queries.present(session)


def _is_for_later(error: Exception) -> bool:
    if isinstance(error, DBAPIError) and sqlstate(error) == _NO_TABLE:
        return True
    return isinstance(error, (Refused, *UNREACHABLE)) or is_for_now(error)


class UiterlijkMiddleware(ASGIMiddleware):
    """Sees to it that a visit of a page finds its look in memory. Saves, streams and files don't wait for it."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        tenant: Tenant | None = scope.get("tenant")  # type: ignore[assignment]  # a key of our own
        options = scope["route_handler"].opt
        page = klasse_of(options) in (Klasse.PAGINA, Klasse.AANMELDEN) and not options.get("passive")
        if tenant is not None and page and scope["type"] == ScopeType.HTTP and scope["method"] == "GET":
            await present(tenant)
        await next_app(scope, receive, send)
