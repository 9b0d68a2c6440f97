"""Somebody's own sessions, read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.auth.browsers import UNKNOWN
from app.auth.medewerker import Medewerker, kenmerk_of
from app.auth.models import Sessie
from app.auth.sessions import idle
from app.errors import NotFound


@dataclass(frozen=True, slots=True)
class EigenSessie:
    """One signed-in browser, as its own person sees it in the list."""

    kenmerk: str
    browser: str
    begonnen_op: datetime
    gezien_op: datetime | None  # None: locked, by its person or by doing nothing for long
    deze: bool


async def sessies_of(session: AsyncSession, medewerker: Medewerker) -> list[EigenSessie]:
    """The sessions of this person that are not over, this one first and then the latest used."""
    rows = await _rows(session, medewerker)
    locked_since = klok.now() - idle()
    own = [_own(row, medewerker, locked=row.gezien_op <= locked_since) for row in rows]
    return sorted(own, key=lambda one: not one.deze)


async def sessie_of(session: AsyncSession, medewerker: Medewerker, kenmerk: str) -> Sessie:
    """One session of this person. Raises `NotFound` for somebody else's as for one that is no more."""
    for row in await _rows(session, medewerker):
        if kenmerk_of(row.id_hash) == kenmerk:
            return row
    raise NotFound("Deze sessie is al beëindigd.")


async def _rows(session: AsyncSession, medewerker: Medewerker) -> list[Sessie]:
    theirs = select(Sessie).where(Sessie.lidmaatschap_id == medewerker.id, Sessie.verloopt_op > klok.now())
    return list((await session.scalars(theirs.order_by(Sessie.gezien_op.desc(), Sessie.id_hash))).all())


def _own(row: Sessie, medewerker: Medewerker, *, locked: bool) -> EigenSessie:
    return EigenSessie(
        kenmerk=kenmerk_of(row.id_hash),
        browser=row.browser or UNKNOWN,
        begonnen_op=row.aangemaakt_op,
        gezien_op=None if locked else row.gezien_op,
        deze=row.id_hash == medewerker.sessie,
    )
