"""Reads of the code lists of one municipality."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.codelijsten.models import Gespreksresultaat, Kanaal


async def kanalen(session: AsyncSession) -> Sequence[Kanaal]:
    """Channels an agent can choose now, in the municipality's own order."""
    in_use = select(Kanaal).where(Kanaal.vervallen_op.is_(None)).order_by(Kanaal.volgorde, Kanaal.naam)
    return (await session.scalars(in_use)).all()


async def gespreksresultaten(session: AsyncSession) -> Sequence[Gespreksresultaat]:
    """Results an agent can choose now, in the municipality's own order."""
    in_use = (
        select(Gespreksresultaat)
        .where(Gespreksresultaat.vervallen_op.is_(None))
        .order_by(Gespreksresultaat.volgorde, Gespreksresultaat.naam)
    )
    return (await session.scalars(in_use)).all()
