"""The start page and the history of a klant with a million contacts in the municipality, beside ten thousand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from statistics import median
from uuid import UUID

from sqlalchemy import func, select

from app.db import unit_of_work
from app.gesprekken.models import Gesprek
from app.klantcontacten.models import Klantcontact
from app.volume.inwoners import inwoners
from app.volume.service import fill
from tenants.context import Tenant
from tests.bench.judge import Goal
from tests.bench.measure import Act, Round, measure, seconds
from tests.bench.world import World, application
from tests.town import Town

PAGES, PIECES = 200, 4


@measure(
    "volume",
    titel="Startpagina en tijdlijn bij 1.000.000 contacten, tegen bij 10.000 (de slechtste van de twee)",
    unit="×",
    goal=Goal("hoogstens 10 % langzamer", 1.10),
    size=1_000_000,
    smoke=300,
)
async def volume(world: World, size: int) -> AsyncIterator[Round]:
    app = application()
    few, many = await world.tenants(2, prefix="volume", extra="voorbeeld = true")
    acts: dict[str, Act] = {}
    for name, tenant, wanted in (("weinig", few, max(size // 100, 3)), ("veel", many, size)):
        await _filled(tenant, wanted)
        town, visitor = await world.town(tenant), await world.visitor(app, tenant)
        people = inwoners(tenant.slug, wanted)
        gesprek = await _with_klant(town, people[len(people) // 2])  # somebody who calls as often as most
        acts[f"start_{name}"] = partial(visitor.get, "/")
        acts[f"tijdlijn_{name}"] = partial(visitor.get, f"/gesprekken/{gesprek}/klantbeeld/contacten")
    while True:
        taken: dict[str, list[float]] = {name: [] for name in acts}
        for _ in range(PIECES):
            for name, act in acts.items():
                taken[name] += await seconds(act, max(min(size // 100, PAGES) // PIECES, 1))
        middle = {name: median(one) * 1000 for name, one in taken.items()}
        worst = max(middle[f"{page}_veel"] / middle[f"{page}_weinig"] for page in ("start", "tijdlijn"))
        yield Round(worst, {f"{name}_ms": one for name, one in middle.items()})


async def _with_klant(town: Town, bsn: str) -> UUID:
    """The open gesprek of an earlier run, or a new one: nobody may have many open."""
    async with unit_of_work(town.tenant) as session:
        there = await session.scalar(select(Gesprek.id).where(Gesprek.klant_id.is_not(None)).limit(1))
    return there or await town.gesprek(bsn=bsn)


async def _filled(tenant: Tenant, wanted: int) -> None:
    async with unit_of_work(tenant) as session:
        there = await session.scalar(select(func.count()).select_from(Klantcontact)) or 0
    if there < wanted:
        await fill(tenant, wanted - there)
