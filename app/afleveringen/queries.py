"""Reads of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.afleveringen.models import Aflevering, AfleveringState
from app.errors import NotFound
from app.klantcontacten.models import Klantcontact

OPEN_STATES = (AfleveringState.VASTGELEGD, AfleveringState.ONDERWEG)
# Renewed while sending. Shorter than Dramatiq's five seconds: when the job of a killed worker comes again, the row is
# free.
LEASE = timedelta(seconds=4)
LONGEST_WAIT = timedelta(minutes=15)
SKEW = timedelta(minutes=2)  # that the clocks of two machines may differ


def due(now: datetime) -> ColumnElement[bool]:
    """Rows whose moment has come and that nobody holds.

    No row waits longer than `LONGEST_WAIT` and no lease lasts longer than `LEASE`: a moment well beyond that was
    written by a clock that stood wrong, and does not hold the row back until then.
    """
    waiting, held = Aflevering.volgende_poging_op, Aflevering.lease_tot
    return (
        Aflevering.state.in_(OPEN_STATES)
        & ((waiting <= now) | (waiting > now + LONGEST_WAIT + SKEW))
        & (held.is_(None) | (held < now) | (held > now + LEASE + SKEW))
    )


async def next_due(session: AsyncSession, now: datetime) -> Aflevering | None:
    """The row that waited longest, locked and skipped by others; with its klantcontact and betrokkenen."""
    claim = (
        select(Aflevering)
        .where(due(now))
        .order_by(Aflevering.volgende_poging_op, Aflevering.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Aflevering)
        .options(joinedload(Aflevering.klantcontact, innerjoin=True).selectinload(Klantcontact.betrokkenen))
    )
    return (await session.scalars(claim)).one_or_none()


@dataclass(frozen=True, slots=True)
class Backlog:
    """How one municipality's outbox stands."""

    waiting: int  # not confirmed and not dead
    oldest_seconds: float  # age of the oldest of those whose moment has come; 0.0 when there is none
    dead: int
    due: bool


async def backlog(session: AsyncSession, now: datetime) -> Backlog:
    """In one statement over what is not confirmed; the index on those rows keeps it small."""
    is_open = Aflevering.state.in_(OPEN_STATES)
    row = (
        await session.execute(
            select(
                func.count().filter(is_open).label("waiting"),
                func.min(Aflevering.aangemaakt_op)
                .filter(is_open, Aflevering.volgende_poging_op <= now)
                .label("oldest"),
                func.count().filter(Aflevering.state == AfleveringState.NIET_AANGEKOMEN).label("dead"),
                func.bool_or(due(now)).label("due"),
            ).where(Aflevering.state != AfleveringState.BEVESTIGD)
        )
    ).one()
    age = (now - row.oldest).total_seconds() if row.oldest else 0.0
    return Backlog(row.waiting, max(0.0, age), row.dead, bool(row.due))


async def by_id(session: AsyncSession, aflevering_id: UUID) -> Aflevering:
    """One outbox row of this municipality, locked. Raises `NotFound`."""
    row = (
        await session.scalars(select(Aflevering).where(Aflevering.id == aflevering_id).with_for_update())
    ).one_or_none()
    if row is None:
        raise NotFound("Deze aflevering bestaat niet meer.")
    return row


async def of_klantcontact(session: AsyncSession, klantcontact_id: UUID) -> Aflevering:
    """The delivery of one klantcontact of this municipality. Raises `NotFound`."""
    found = (
        await session.scalars(select(Aflevering).where(Aflevering.klantcontact_id == klantcontact_id))
    ).one_or_none()
    if found is None:
        raise NotFound("Dit contact is er niet meer. Misschien is het opslaan ongedaan gemaakt.")
    return found


async def unconfirmed(session: AsyncSession, *, limit: int = 200) -> Sequence[Aflevering]:
    """Everything not yet confirmed, dead letters first, then by how long it waits."""
    waiting = (
        select(Aflevering)
        .where(Aflevering.state != AfleveringState.BEVESTIGD)
        .order_by(
            (Aflevering.state == AfleveringState.NIET_AANGEKOMEN).desc(), Aflevering.aangemaakt_op, Aflevering.id
        )
        .limit(limit)
        .options(joinedload(Aflevering.klantcontact, innerjoin=True))
    )
    return (await session.scalars(waiting)).all()


async def count_by_state(session: AsyncSession) -> dict[str, int]:
    rows = await session.execute(select(Aflevering.state, func.count()).group_by(Aflevering.state))
    return {row[0]: row[1] for row in rows}
