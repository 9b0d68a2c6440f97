"""Sessions: a row in the municipality's own schema is the truth, the cookie holds 256 random bits.

The session and the membership stand in the schema of the host's municipality: a session of another host is not
refused there, it does not exist there.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.auth import cookies
from app.auth.medewerker import Medewerker
from app.auth.models import Lidmaatschap, Sessie
from app.settings import settings

SEEN_EVERY = timedelta(minutes=1)  # a write per request would make every read a write


async def open_session(
    session: AsyncSession,
    lidmaatschap: Lidmaatschap,
    *,
    idp_sid: str | None = None,
    id_token: bytes | None = None,
) -> str:
    """A new session for this person; gives the value of the cookie, which is nowhere stored. Never reuses one."""
    token, now = cookies.new_token(), klok.now()
    await session.execute(delete(Sessie).where(Sessie.verloopt_op <= now))
    session.add(
        Sessie(
            id_hash=cookies.hash_of(token),
            lidmaatschap_id=lidmaatschap.id,
            csrf_sleutel=secrets.token_bytes(32),
            idp_sid=idp_sid,
            id_token=id_token,
            aangemaakt_op=now,
            gezien_op=now,
            verloopt_op=now + timedelta(hours=settings().session_hours),
        )
    )
    return token


async def find(session: AsyncSession, token: str, *, passive: bool = False) -> Medewerker | None:
    """The person of this session, in one statement; None when it is unknown, expired or the person inactive.

    Counts as activity at most once a minute, and not at all for what a page asks by itself (`passive`).
    """
    now = klok.now()
    row = (await session.execute(_valid_session(cookies.hash_of(token), now))).one_or_none()
    if row is None:
        return None
    if not passive and row.gezien_op <= now - SEEN_EVERY:
        await session.execute(update(Sessie).where(Sessie.id_hash == row.id_hash).values(gezien_op=now))
    return _medewerker(row)


async def exists(session: AsyncSession, id_hash: bytes) -> bool:
    """Whether a session seen before is still valid; asking is no activity."""
    return (await session.execute(_valid_session(id_hash, klok.now()))).one_or_none() is not None


async def end(session: AsyncSession, id_hash: bytes) -> bytes | None:
    """End a session at once; gives its sealed id token, or None when it was gone already."""
    return await session.scalar(delete(Sessie).where(Sessie.id_hash == id_hash).returning(Sessie.id_token))


def csrf_token(csrf_sleutel: bytes) -> str:
    """The token of one session: useless in every other one, also of the same person."""
    return base64.urlsafe_b64encode(hmac.new(csrf_sleutel, b"csrf", sha256).digest()).rstrip(b"=").decode("ascii")


def _valid_session(id_hash: bytes, now: datetime) -> Any:
    idle_since = now - timedelta(minutes=settings().session_idle_minutes)
    return (
        select(
            Sessie.id_hash,
            Sessie.csrf_sleutel,
            Sessie.gezien_op,
            Lidmaatschap.id,
            Lidmaatschap.naam,
            Lidmaatschap.gebruikersnaam,
            Lidmaatschap.email,
            Lidmaatschap.rollen,
            Lidmaatschap.modus,
        )
        .join(Lidmaatschap, Sessie.lidmaatschap_id == Lidmaatschap.id)
        .where(
            Sessie.id_hash == id_hash,
            Sessie.verloopt_op > now,
            Sessie.gezien_op > idle_since,
            Lidmaatschap.actief,
        )
    )


def _medewerker(row: Row[Any]) -> Medewerker:
    return Medewerker(
        id=row.id,
        naam=row.naam,
        gebruikersnaam=row.gebruikersnaam,
        email=row.email,
        rollen=tuple(row.rollen),
        modus=row.modus,
        sessie=row.id_hash,
        csrf=csrf_token(row.csrf_sleutel),
    )
