"""The start page with and without tenant isolation: no role, no empty search_path, no time limits, no places."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app import db
from tenants.context import Tenant
from tests.bench.judge import Goal
from tests.bench.measure import Round, compared, measure
from tests.bench.world import World, application


@measure(
    "isolation",
    titel="Startpagina met en zonder afscherming per gemeente",
    unit="×",
    goal=Goal("hoogstens 1,10 keer zonder", 1.10),
    size=400,
    smoke=5,
)
async def isolation(world: World, size: int) -> AsyncIterator[Round]:
    tenant = (await world.tenants(1))[0]
    visitor = await world.visitor(application(), tenant)
    engine = create_async_engine(db.async_url(world.everything), pool_size=15, max_overflow=0, json_serializer=str)
    db._ping_after_rest(engine)  # what is no isolation is the same on both sides

    async def without() -> None:
        with open_to_all(engine):
            await visitor.get("/")

    try:
        while True:
            yield await compared(without, lambda: visitor.get("/"), size)
    finally:
        await engine.dispose()


@contextmanager
def open_to_all(engine: AsyncEngine) -> Iterator[None]:
    """The product as it would be with one municipality: its pool may read everything, and assumes nothing."""
    before = db.engine, db.place
    db.engine, db.place = (lambda: engine), _anywhere  # type: ignore[assignment]
    event.remove(db.TenantSession, "after_begin", db._assume_tenant)
    try:
        yield
    finally:
        event.listen(db.TenantSession, "after_begin", db._assume_tenant)
        db.engine, db.place = before


@asynccontextmanager
async def _anywhere(_: Tenant) -> AsyncIterator[None]:
    yield
