"""Cleaning up after gesprekken."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from app import klok
from app.db import unit_of_work
from app.gesprekken.models import Gesprek, GesprekState, Klantverwijzing
from app.jobs import job
from tenants.context import Tenant

AFTER = timedelta(minutes=20)  # a saved gesprek can be looked at for a quarter of an hour


@job(queue="opruimen")
async def ruim_verwijzingen_op(tenant: Tenant) -> None:
    """Forget the handles of persons once their gesprek has ended. Twice is harmless: gone is gone."""
    before = klok.now() - AFTER
    ended = select(Gesprek.id).where(
        ((Gesprek.state == GesprekState.OPGESLAGEN) & (Gesprek.opgeslagen_op < before))
        | ((Gesprek.state == GesprekState.GESLOTEN) & (Gesprek.gesloten_op < before))
    )
    async with unit_of_work(tenant) as session:
        await session.execute(delete(Klantverwijzing).where(Klantverwijzing.gesprek_id.in_(ended)))
