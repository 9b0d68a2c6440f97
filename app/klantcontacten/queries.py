"""Reads of what was registered here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import with_expression

from app.afleveringen.models import Aflevering
from app.codelijsten.models import Kanaal
from app.klantcontacten.models import Betrokkene, Klantcontact

# Of the row as it is now: the contact itself keeps id and name of then.
ICOON = select(Kanaal.icoon).where(Kanaal.id == Klantcontact.kanaal_id).scalar_subquery()
Row = tuple[Klantcontact, Aflevering]


async def contacten_of(session: AsyncSession, subject_hmac: bytes, *, limit: int = 100) -> Sequence[Row]:
    """Contacts of one person that were registered here, newest first, each with its delivery."""
    about = (
        select(Klantcontact, Aflevering)
        .join(Betrokkene, Betrokkene.klantcontact_id == Klantcontact.id)
        .join(Aflevering, Aflevering.klantcontact_id == Klantcontact.id)
        .where(Betrokkene.subject_hmac == subject_hmac)
        .options(with_expression(Klantcontact.kanaal_icoon, ICOON))
        .order_by(Klantcontact.plaatsgevonden_op.desc(), Klantcontact.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in (await session.execute(about)).all()]


async def latest_by(session: AsyncSession, medewerker_id: UUID, *, since: datetime, limit: int = 10) -> Sequence[Row]:
    """What this medewerker registered lately, newest first."""
    mine = (
        select(Klantcontact, Aflevering)
        .join(Aflevering, Aflevering.klantcontact_id == Klantcontact.id)
        .where(Klantcontact.medewerker_id == medewerker_id, Klantcontact.plaatsgevonden_op >= since)
        .order_by(Klantcontact.plaatsgevonden_op.desc(), Klantcontact.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in (await session.execute(mine)).all()]


async def of_gesprek(session: AsyncSession, gesprek_id: UUID) -> Sequence[Row]:
    """What one saved gesprek became, in the order of its vragen."""
    became = (
        select(Klantcontact, Aflevering)
        .join(Aflevering, Aflevering.klantcontact_id == Klantcontact.id)
        .where(Klantcontact.gesprek_id == gesprek_id)
        .order_by(Klantcontact.id)
    )
    return [(row[0], row[1]) for row in (await session.execute(became)).all()]


async def all_keys(session: AsyncSession) -> Sequence[Row]:
    """Every klantcontact with its delivery, for reconciliation from the command line."""
    every = (
        select(Klantcontact, Aflevering)
        .join(Aflevering, Aflevering.klantcontact_id == Klantcontact.id)
        .order_by(Klantcontact.id)
    )
    return [(row[0], row[1]) for row in (await session.execute(every)).all()]
