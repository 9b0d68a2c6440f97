"""The opening hours of one municipality."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.openingstijden.kalender import ALWAYS, STANDAARD, Kalender, from_json
from app.openingstijden.models import Feestdagkeuze, Openingstijden, Sluitingsdag


async def kalender(session: AsyncSession) -> Kalender:
    """Everything that decides whether it is open; usual office hours for who never set anything."""
    weken = [(row.geldig_vanaf, from_json(row.week)) for row in await weeks(session)]
    chosen = await session.scalars(select(Feestdagkeuze))
    days = await session.scalars(select(Sluitingsdag).where(Sluitingsdag.vervallen_op.is_(None)))
    return Kalender(
        tuple(weken) or ((ALWAYS, STANDAARD),),
        {(one.jaar, one.feestdag): one.dicht for one in chosen},
        {one.datum: one.naam for one in days},
    )


async def weeks(session: AsyncSession) -> Sequence[Openingstijden]:
    """In the order in which they hold."""
    return (await session.scalars(select(Openingstijden).order_by(Openingstijden.geldig_vanaf))).all()


async def weeks_for_update(session: AsyncSession) -> Sequence[Openingstijden]:
    """The same, locked until the transaction ends."""
    rows = select(Openingstijden).order_by(Openingstijden.geldig_vanaf).with_for_update()
    return (await session.scalars(rows.execution_options(populate_existing=True))).all()


async def closing_days(session: AsyncSession, since: date) -> Sequence[Sluitingsdag]:
    """From a day on, in their order, those that were taken away as well."""
    days = select(Sluitingsdag).where(Sluitingsdag.datum >= since)
    return (await session.scalars(days.order_by(Sluitingsdag.datum, Sluitingsdag.id))).all()


async def closing_day_for_update(session: AsyncSession, sluitingsdag_id: UUID) -> Sluitingsdag:
    """One closing day of this municipality, locked. Raises `NotFound`."""
    one = select(Sluitingsdag).where(Sluitingsdag.id == sluitingsdag_id).with_for_update()
    found = await session.scalar(one)
    if found is None:
        raise NotFound("Deze sluitingsdag staat niet bij uw gemeente.")
    return found
