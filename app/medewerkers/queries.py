"""Who works in one municipality, read by its tenant admin."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.models import Lidmaatschap, Rol
from app.errors import NotFound

MOST = 200  # people on one page; who looks for somebody else types a name


async def members(session: AsyncSession, zoek: str = "") -> Sequence[Lidmaatschap]:
    """Members by name, those who may not come in any more last; at most one more than `MOST`.

    `zoek`: part of a name or an address, in whatever case.
    """
    found = select(Lidmaatschap).order_by(Lidmaatschap.actief.desc(), Lidmaatschap.naam, Lidmaatschap.id)
    if zoek:
        asked = zoek.lower()
        places = (func.lower(Lidmaatschap.naam), func.lower(Lidmaatschap.email))
        found = found.where(or_(*(place.contains(asked, autoescape=True) for place in places)))
    return (await session.scalars(found.limit(MOST + 1))).all()


async def by_id(session: AsyncSession, lidmaatschap_id: UUID) -> Lidmaatschap:
    """One member of this municipality. Raises `NotFound`."""
    return _there(await session.scalar(select(Lidmaatschap).where(Lidmaatschap.id == lidmaatschap_id)))


async def for_update(session: AsyncSession, lidmaatschap_id: UUID) -> Lidmaatschap:
    """The same, locked until the transaction ends."""
    one = select(Lidmaatschap).where(Lidmaatschap.id == lidmaatschap_id)
    return _there(await session.scalar(one.with_for_update()))


async def active_admins_for_update(session: AsyncSession) -> set[UUID]:
    """Every active tenant admin, locked in one order: whoever changes one of them waits for whoever came first, and
    then counts those who are left."""
    admins = select(Lidmaatschap.id).where(Lidmaatschap.actief, Lidmaatschap.rollen.contains([Rol.TENANT_ADMIN]))
    return set((await session.scalars(admins.order_by(Lidmaatschap.id).with_for_update())).all())


async def by_address(session: AsyncSession, email: str) -> Lidmaatschap | None:
    """Somebody who is or was a member under this address (in lower case), an active one before another."""
    theirs = select(Lidmaatschap).where(func.lower(Lidmaatschap.email) == email)
    return await session.scalar(theirs.order_by(Lidmaatschap.actief.desc(), Lidmaatschap.id).limit(1))


def _there(found: Lidmaatschap | None) -> Lidmaatschap:
    if found is None:
        raise NotFound("Deze medewerker werkt niet bij uw gemeente.")
    return found
