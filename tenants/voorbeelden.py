"""What the front door of a development machine shows (app/voordeur.py): every active municipality with its people."""

from __future__ import annotations

from sqlalchemy import select

from app.auth.queries import active_by_name
from app.db import platform_unit_of_work, unit_of_work
from app.uiterlijk.queries import present
from app.voordeur import Mens, Voorbeeld
from tenants import registry
from tenants.context import Tenant
from tenants.models import Gemeente


async def read() -> list[Voorbeeld]:
    """Raises what the database raises when it is away."""
    async with platform_unit_of_work() as session:
        rows = (await session.execute(select(Gemeente.slug, Gemeente.manifest))).all()
    landschap = {row.slug: str(row.manifest.get("landschap", "")) for row in rows}
    return [await _one(tenant, landschap.get(tenant.slug, "")) for tenant in await registry.all_active()]


async def _one(tenant: Tenant, landschap: str) -> Voorbeeld:
    async with unit_of_work(tenant) as session:
        people = (await session.scalars(active_by_name())).all()
        blik = await present(session)
    mensen = (Mens(one.naam, one.rollen[0], one.gebruikersnaam) for one in people if one.rollen)
    return Voorbeeld(tenant, blik, landschap, tuple(mensen))
