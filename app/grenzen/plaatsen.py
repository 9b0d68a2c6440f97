"""Places in the database, per municipality and per process: one that is busy waits for itself, not others for it.

The pool is for everybody; without this, one municipality's slow questions would hold all of it (T-ISO-11). Saving has
places of its own beside these and waits longest; what can wait is sent away soonest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from app.grenzen import klassen
from app.grenzen.fouten import Druk
from app.grenzen.klassen import Klasse
from app.settings import settings
from tenants.context import Tenant

FOR_SAVING: Final = 3
# Seconds that one waits for a place before hearing "it is busy".
PATIENCE: Final[dict[Klasse, float]] = {
    Klasse.UITVOER: 0.5,
    Klasse.STROOM: 5.0,
    Klasse.PAGINA: 5.0,
    Klasse.AANMELDEN: 5.0,
    Klasse.VASTLEGGEN: 10.0,
    Klasse.BESTAND: 5.0,
    Klasse.ACHTERGROND: 30.0,
}


@dataclass(slots=True)
class _Places:
    common: asyncio.Semaphore
    saving: asyncio.Semaphore


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Places]] = WeakKeyDictionary()
_inside: ContextVar[bool] = ContextVar("plaats", default=False)


@asynccontextmanager
async def place(tenant: Tenant) -> AsyncIterator[None]:
    """A place for one transaction of this municipality. Raises `Druk` when none comes free in time.

    Work that already holds one needs no second, or municipalities would wait for themselves.
    """
    if _inside.get():
        yield
        return
    semaphore = await _taken(tenant)
    _inside.set(True)
    try:
        yield
    finally:
        _inside.set(False)
        semaphore.release()


async def _taken(tenant: Tenant) -> asyncio.Semaphore:
    klasse, places = klassen.current(), _places(tenant)
    semaphore = places.saving if klasse is Klasse.VASTLEGGEN and places.common.locked() else places.common
    if not semaphore.locked():
        await semaphore.acquire()  # does not wait
        return semaphore
    try:
        async with asyncio.timeout(PATIENCE[klasse]):
            await semaphore.acquire()
    except TimeoutError:
        from app import metrics  # here: it reads the pool of app.db, which asks us for places

        metrics.busy.labels(tenant.slug, klasse.value).inc()
        raise Druk from None
    return semaphore


def _places(tenant: Tenant) -> _Places:
    of_loop = _by_loop.setdefault(asyncio.get_running_loop(), {})
    if tenant.slug not in of_loop:
        most = settings().database_pool_tenant
        of_loop[tenant.slug] = _Places(asyncio.Semaphore(most), asyncio.Semaphore(FOR_SAVING))
    return of_loop[tenant.slug]
