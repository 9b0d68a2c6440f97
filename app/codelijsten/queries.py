"""Reads of the code lists of one municipality."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.codelijsten.lijsten import Lijst, Regel
from app.codelijsten.models import Codenaam, Gespreksresultaat, Kanaal


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


async def whole(session: AsyncSession, lijst: Lijst) -> Sequence[Regel]:
    """Every row of a list: those in use in their order, then those that are not any more."""
    table = lijst.tabel
    every = select(table).order_by(table.vervallen_op.is_not(None), table.volgorde, table.naam)
    return [row for row in await session.scalars(every) if isinstance(row, Kanaal | Gespreksresultaat)]


async def whole_for_update(session: AsyncSession, lijst: Lijst) -> Sequence[Regel]:
    """The same, locked in one order until the transaction ends: whoever changes the list waits for who came first."""
    await session.execute(select(lijst.tabel.id).order_by(lijst.tabel.id).with_for_update())
    return await whole(session, lijst)


async def earlier_names(session: AsyncSession, lijst: Lijst) -> dict[UUID, list[str]]:
    """What rows were called before, latest first."""
    before = select(Codenaam).where(Codenaam.lijst == lijst.soort).order_by(Codenaam.tot.desc(), Codenaam.id.desc())
    names: dict[UUID, list[str]] = {}
    for one in await session.scalars(before):
        names.setdefault(one.regel_id, []).append(one.naam)
    return names
