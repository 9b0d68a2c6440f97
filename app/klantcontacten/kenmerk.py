"""The number of a klantcontact that people read out, and the fingerprint of its text."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Sequence, func, select
from sqlalchemy.ext.asyncio import AsyncSession

_KENMERK = Sequence("kenmerk_nummer", schema="tenant")


async def new_kenmerk(session: AsyncSession) -> str:
    """The next number of this municipality: at most 10 digits (Open Klant: referentienummer). Gaps are fine."""
    return str(await session.scalar(select(_KENMERK.next_value())))


async def new_kenmerken(session: AsyncSession, aantal: int) -> list[str]:
    """The next `aantal` numbers at once, in order."""
    numbers = select(_KENMERK.next_value()).select_from(func.generate_series(1, aantal))
    return sorted((str(number) for number in await session.scalars(numbers)), key=int)


def text_hash(onderwerp: str, inhoud: str) -> str:
    """Hex SHA-256 of onderwerp, a newline, inhoud: compares texts without showing them."""
    return sha256(f"{onderwerp}\n{inhoud}".encode()).hexdigest()
