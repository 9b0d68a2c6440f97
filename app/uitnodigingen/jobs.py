"""Forgetting invitations that came to nothing, or long ago to something."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from app import klok
from app.db import unit_of_work
from app.jobs import job
from app.uitnodigingen.models import Uitnodiging
from tenants.context import Tenant

KEPT: Final = timedelta(days=90)  # after it expired; the audit log keeps who invited and who came


@job(queue="opruimen")
async def ruim_uitnodigingen_op(tenant: Tenant) -> None:
    """Remove invitations three months past their end. Twice is harmless: gone is gone."""
    async with unit_of_work(tenant) as session:
        await session.execute(delete(Uitnodiging).where(Uitnodiging.verloopt_op <= klok.now() - KEPT))
