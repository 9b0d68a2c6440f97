"""Reads of gesprekken. Everything is found through the medewerker; there is no get by id alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.auth.models import Lidmaatschap
from app.errors import NotFound
from app.gesprekken.models import Gesprek, GesprekState, Klantverwijzing, Vraag


async def gesprek_of(session: AsyncSession, gesprek_id: UUID, *, medewerker_id: UUID) -> Gesprek:
    """The gesprek with its vragen, when it is this medewerker's and not thrown away. Raises `NotFound`."""
    own = (
        select(Gesprek)
        .where(
            Gesprek.id == gesprek_id,
            Gesprek.medewerker_id == medewerker_id,
            Gesprek.state != GesprekState.GESLOTEN,
        )
        .options(selectinload(Gesprek.vragen))
    )
    gesprek = (await session.scalars(own)).one_or_none()
    if gesprek is None:
        raise NotFound()
    return gesprek


async def gesprek_for_update(session: AsyncSession, gesprek_id: UUID, *, medewerker_id: UUID) -> Gesprek:
    """As `gesprek_of`, also the closed ones, and locked until the transaction ends: two saves take turns."""
    locked = (
        select(Gesprek)
        .where(Gesprek.id == gesprek_id, Gesprek.medewerker_id == medewerker_id)
        .options(selectinload(Gesprek.vragen))
        .with_for_update()
    )
    gesprek = (await session.scalars(locked)).one_or_none()
    if gesprek is None:
        raise NotFound()
    return gesprek


async def strip_of(
    session: AsyncSession, medewerker_id: UUID, *, opgeslagen_na: datetime
) -> Sequence[tuple[Gesprek, Klantverwijzing | None]]:
    """What stands in the strip: open gesprekken and those saved a moment ago, oldest first, with their klant."""
    shown = (
        select(Gesprek, Klantverwijzing)
        .outerjoin(Klantverwijzing, Klantverwijzing.id == Gesprek.klant_id)
        .where(
            Gesprek.medewerker_id == medewerker_id,
            (Gesprek.state == GesprekState.OPEN)
            | ((Gesprek.state == GesprekState.OPGESLAGEN) & (Gesprek.opgeslagen_op > opgeslagen_na)),
        )
        .order_by(Gesprek.begonnen_op, Gesprek.id)
        .options(selectinload(Gesprek.vragen))
        .limit(50)
    )
    return [(row[0], row[1]) for row in (await session.execute(shown)).all()]


async def klant_of(session: AsyncSession, gesprek: Gesprek) -> Klantverwijzing | None:
    """The klant that was chosen in this gesprek."""
    if gesprek.klant_id is None:
        return None
    chosen = select(Klantverwijzing).where(
        Klantverwijzing.id == gesprek.klant_id, Klantverwijzing.gesprek_id == gesprek.id
    )
    return (await session.scalars(chosen)).one_or_none()


async def gesprek_with_klant(
    session: AsyncSession, gesprek_id: UUID, *, medewerker_id: UUID
) -> tuple[Gesprek, Klantverwijzing | None]:
    """An own gesprek with the klant chosen in it, in one statement and without vragen. Raises `NotFound`."""
    own = (
        select(Gesprek, Klantverwijzing)
        .outerjoin(Klantverwijzing, Klantverwijzing.id == Gesprek.klant_id)
        .where(
            Gesprek.id == gesprek_id,
            Gesprek.medewerker_id == medewerker_id,
            Gesprek.state != GesprekState.GESLOTEN,
        )
    )
    row = (await session.execute(own)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


async def verwijzing_of(
    session: AsyncSession, verwijzing_id: UUID, *, gesprek_id: UUID, medewerker_id: UUID
) -> Klantverwijzing:
    """A handle, only within its own gesprek and for its own medewerker. Raises `NotFound`."""
    bound = select(Klantverwijzing).where(
        Klantverwijzing.id == verwijzing_id,
        Klantverwijzing.gesprek_id == gesprek_id,
        Klantverwijzing.medewerker_id == medewerker_id,
    )
    found = (await session.scalars(bound)).one_or_none()
    if found is None:
        raise NotFound("Deze persoon hoort niet bij dit gesprek. Zoek opnieuw.")
    return found


async def colleagues_with(session: AsyncSession, klant: Klantverwijzing, *, medewerker_id: UUID) -> Sequence[str]:
    """Names of colleagues who have the same person in an open gesprek now."""
    others = (
        select(Lidmaatschap.naam)
        .join(Gesprek, Gesprek.medewerker_id == Lidmaatschap.id)
        .join(Klantverwijzing, Klantverwijzing.id == Gesprek.klant_id)
        .where(
            Klantverwijzing.subject_hmac == klant.subject_hmac,
            Gesprek.state == GesprekState.OPEN,
            Gesprek.medewerker_id != medewerker_id,
        )
        .distinct()
        .order_by(Lidmaatschap.naam)
        .limit(5)
    )
    return (await session.scalars(others)).all()


async def vraag_for_update(
    session: AsyncSession, vraag_id: UUID, *, gesprek_id: UUID, medewerker_id: UUID
) -> tuple[Vraag, Gesprek]:
    """A vraag of an own gesprek, locked, so that two saves of one field cannot pass each other."""
    locked = (
        select(Vraag, Gesprek)
        .join(Gesprek, Gesprek.id == Vraag.gesprek_id)
        .where(Vraag.id == vraag_id, Gesprek.id == gesprek_id, Gesprek.medewerker_id == medewerker_id)
        .with_for_update(of=(Vraag, Gesprek))
    )
    row = (await session.execute(locked)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]
