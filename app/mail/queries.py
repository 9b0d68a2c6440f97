"""Mail of one municipality, read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.mail.models import Mail, MailState

WAITING = (MailState.KLAAR, MailState.ONDERWEG)


def due(now: datetime) -> ColumnElement[bool]:
    """Rows whose moment has come and that nobody holds."""
    return (
        Mail.state.in_(WAITING)
        & (Mail.volgende_poging_op <= now)
        & (Mail.lease_tot.is_(None) | (Mail.lease_tot < now))
    )


async def next_due(session: AsyncSession, now: datetime) -> Mail | None:
    """The mail that waited longest, locked and skipped by others."""
    order = (Mail.volgende_poging_op, Mail.id)
    claim = select(Mail).where(due(now)).order_by(*order).limit(1).with_for_update(skip_locked=True)
    return (await session.scalars(claim)).one_or_none()


async def for_update(session: AsyncSession, mail_id: UUID) -> Mail | None:
    """One mail of this municipality, locked; None when it is gone."""
    return await session.scalar(select(Mail).where(Mail.id == mail_id).with_for_update())


@dataclass(frozen=True, slots=True)
class Backlog:
    """How one municipality's mail stands."""

    oldest_seconds: float  # age of the oldest that should have left; 0.0 when there is none
    due: bool


async def backlog(session: AsyncSession, now: datetime) -> Backlog:
    """In one statement over what has not left; the index on those rows keeps it small."""
    late = Mail.volgende_poging_op <= now
    asked = select(func.min(Mail.aangemaakt_op).filter(late).label("oldest"), func.bool_or(due(now)).label("due"))
    row = (await session.execute(asked.where(Mail.state.in_(WAITING)))).one()
    age = (now - row.oldest).total_seconds() if row.oldest else 0.0
    return Backlog(max(0.0, age), bool(row.due))
