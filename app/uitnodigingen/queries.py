"""Invitations of one municipality, read."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.auth.models import Lidmaatschap
from app.errors import NotFound
from app.uitnodigingen.models import Uitnodiging, UitnodigingState


async def open_ones(session: AsyncSession) -> Sequence[Uitnodiging]:
    """Those that were not used or withdrawn, also when they expired, newest first; with their latest mail."""
    waiting = select(Uitnodiging).where(Uitnodiging.state == UitnodigingState.OPEN)
    newest = waiting.order_by(Uitnodiging.verloopt_op.desc(), Uitnodiging.id).options(joinedload(Uitnodiging.mail))
    return (await session.scalars(newest)).all()


async def for_address(session: AsyncSession, email: str) -> Uitnodiging | None:
    """The open invitation of an address in lower case, or None."""
    found = select(Uitnodiging).where(Uitnodiging.state == UitnodigingState.OPEN, Uitnodiging.email == email)
    return await session.scalar(found)


async def by_hash(session: AsyncSession, token_hash: bytes) -> Uitnodiging | None:
    """The invitation of this municipality whose link this is, in whatever state; None for any other."""
    return await session.scalar(select(Uitnodiging).where(Uitnodiging.token_hash == token_hash))


async def for_update(session: AsyncSession, uitnodiging_id: UUID) -> Uitnodiging:
    """One invitation of this municipality, locked. Raises `NotFound`."""
    found = await session.scalar(select(Uitnodiging).where(Uitnodiging.id == uitnodiging_id).with_for_update())
    if found is None:
        raise NotFound("Deze uitnodiging bestaat niet meer.")
    return found


async def name_of(session: AsyncSession, lidmaatschap_id: UUID | None) -> str | None:
    """Who invited, by name; None when it was the municipality's manifest."""
    if lidmaatschap_id is None:
        return None
    return await session.scalar(select(Lidmaatschap.naam).where(Lidmaatschap.id == lidmaatschap_id))
