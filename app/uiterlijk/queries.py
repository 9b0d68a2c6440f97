"""How one municipality looks, read from its own tables."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db import tenant_of
from app.uiterlijk.blik import Blik, as_chosen, at_first
from app.uiterlijk.models import Uiterlijk, Uiterlijkbestand


async def present(session: AsyncSession) -> Blik:
    """The look that holds now, in one statement."""
    logo, favicon = aliased(Uiterlijkbestand), aliased(Uiterlijkbestand)
    row = (
        await session.execute(
            select(Uiterlijk, logo.soort.label("logo_soort"), favicon.soort.label("favicon_soort"))
            .outerjoin(logo, logo.hash == Uiterlijk.logo)
            .outerjoin(favicon, favicon.hash == Uiterlijk.favicon)
        )
    ).one_or_none()
    if row is None:
        return at_first(tenant_of(session))
    return as_chosen(row.Uiterlijk, logo_soort=row.logo_soort, favicon_soort=row.favicon_soort)


async def for_update(session: AsyncSession) -> Uiterlijk | None:
    """The row, locked until the transaction ends; None when nobody saved anything yet."""
    return await session.scalar(select(Uiterlijk).with_for_update())


async def picture(session: AsyncSession, hash_: str) -> Uiterlijkbestand | None:
    """A picture that this municipality shows now or showed just before."""
    return await session.scalar(select(Uiterlijkbestand).where(Uiterlijkbestand.hash == hash_))
