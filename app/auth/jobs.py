"""Cleaning up after signing in."""

from __future__ import annotations

from sqlalchemy import delete

from app import klok
from app.auth.models import Afmeldmelding, Inlogpoging, Sessie
from app.auth.sessions import LINGERS
from app.db import unit_of_work
from app.jobs import job
from tenants.context import Tenant


@job(queue="opruimen")
async def ruim_sessies_op(tenant: Tenant) -> None:
    """Remove sessions (a day after their end), sign-ins and notices that expired. Twice is harmless: gone is gone."""
    now = klok.now()
    async with unit_of_work(tenant) as session:
        await session.execute(delete(Sessie).where(Sessie.verloopt_op <= now - LINGERS))
        await session.execute(delete(Inlogpoging).where(Inlogpoging.verloopt_op <= now))
        await session.execute(delete(Afmeldmelding).where(Afmeldmelding.verloopt_op <= now))
