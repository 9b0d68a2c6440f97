"""Locking one's own session and ending one's own others: effective at once, each with its audit row."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.service import record
from app.auth import sessions
from app.auth.medewerker import Medewerker
from app.sessies.queries import sessie_of


async def lock(session: AsyncSession, medewerker: Medewerker) -> None:
    """Lock this session; whoever wants to go on signs in again."""
    await sessions.lock(session, medewerker.sessie)
    record(session, "sessie.vergrendeld", "sessie", medewerker.sessie_kenmerk, medewerker.id)


async def end_one(session: AsyncSession, medewerker: Medewerker, kenmerk: str) -> bool:
    """End one of this person's sessions; gives whether it was the one they look through. Raises `NotFound`."""
    wanted = await sessie_of(session, medewerker, kenmerk)
    id_hash = wanted.id_hash
    await sessions.end(session, id_hash)
    record(session, "sessie.beeindigd", "sessie", kenmerk, medewerker.id)
    return id_hash == medewerker.sessie


async def end_others(session: AsyncSession, medewerker: Medewerker) -> int:
    """End all of this person's sessions but this one; gives how many that were."""
    ended = await sessions.end_all_of(session, medewerker.id, except_for=medewerker.sessie)
    if ended:
        record(session, "sessie.andere_beeindigd", "lidmaatschap", medewerker.id, medewerker.id, sessies=ended)
    return ended
