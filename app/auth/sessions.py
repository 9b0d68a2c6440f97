"""Sessions: a row in the municipality's own schema is the truth, the cookie holds 256 random bits.

The session and the membership stand in the schema of the host's municipality: a session of another host is not
refused there, it does not exist there.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Delete, Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.auth import cookies
from app.auth.medewerker import Medewerker, kenmerk_of
from app.auth.models import Lidmaatschap, Sessie
from app.db import after_commit, tenant_of
from app.live import SessieEinde, announce
from app.settings import settings

SEEN_EVERY = timedelta(minutes=1)  # a write per request would make every read a write
LINGERS = timedelta(days=1)  # after its end we know so long whose a browser was: somebody else does not land there


@dataclass(frozen=True, slots=True)
class Herkomst:
    """Where a session comes from: what the issuer said, and which browser it is."""

    sid: str | None = None  # the issuer's own session
    id_token: bytes | None = None  # sealed
    niveau: str | None = None
    aangemeld_op: datetime | None = None
    bevestigd_tot: datetime | None = None
    browser: str | None = None


async def open_session(session: AsyncSession, lidmaatschap: Lidmaatschap, herkomst: Herkomst | None = None) -> str:
    """A new session for this person; gives the value of the cookie, which is nowhere stored. Never reuses one."""
    herkomst = herkomst or Herkomst()
    token, now = cookies.new_token(), klok.now()
    await session.execute(delete(Sessie).where(Sessie.verloopt_op <= now - LINGERS))
    session.add(
        Sessie(
            id_hash=cookies.hash_of(token),
            lidmaatschap_id=lidmaatschap.id,
            csrf_sleutel=secrets.token_bytes(32),
            idp_sid=herkomst.sid,
            id_token=herkomst.id_token,
            niveau=herkomst.niveau,
            aangemeld_op=herkomst.aangemeld_op,
            bevestigd_tot=herkomst.bevestigd_tot,
            browser=herkomst.browser,
            aangemaakt_op=now,
            gezien_op=now,
            verloopt_op=now + timedelta(hours=settings().session_hours),
        )
    )
    return token


async def find(
    session: AsyncSession, token: str, *, passive: bool = False, browser: str | None = None
) -> Medewerker | None:
    """The person of this session, in one statement; None when it is unknown, expired or the person inactive.

    Or when `browser`, in words, is another than the one that signed in: a cookie does not move between browsers.

    Counts as activity at most once a minute, and not at all for what a page asks by itself (`passive`).
    """
    now = klok.now()
    row = (await session.execute(_valid_session(cookies.hash_of(token), now))).one_or_none()
    if row is None or _moved(row.browser, browser):
        return None
    seen = row.gezien_op
    if not passive and seen <= now - min(SEEN_EVERY, idle() / 10):
        # Only while it is as we read it: a request under way does not open what was locked meanwhile.
        same = update(Sessie).where(Sessie.id_hash == row.id_hash, Sessie.gezien_op == seen)
        await session.execute(same.values(gezien_op=now))
        seen = now
    return _medewerker(row, seen)


async def exists(session: AsyncSession, id_hash: bytes) -> bool:
    """Whether a session seen before is still valid; asking is no activity."""
    return (await session.execute(_valid_session(id_hash, klok.now()))).one_or_none() is not None


async def person_of(session: AsyncSession, id_hash: bytes) -> UUID | None:
    """The lidmaatschap of a session that is valid now."""
    row = (await session.execute(_valid_session(id_hash, klok.now()))).one_or_none()
    return None if row is None else row.id


async def person_left(session: AsyncSession, id_hash: bytes, *, browser: str | None = None) -> UUID | None:
    """The lidmaatschap behind a session that may be locked, idle for too long or over: whose screen this was.

    None when there is no such session any more, its person may not come in any more, or it is another browser's.
    """
    whose = select(Lidmaatschap.id, Sessie.browser).join(Sessie, Sessie.lidmaatschap_id == Lidmaatschap.id)
    found = await session.execute(whose.where(Sessie.id_hash == id_hash, Lidmaatschap.actief))
    row = found.one_or_none()
    return None if row is None or _moved(row.browser, browser) else row.id


async def lock(session: AsyncSession, id_hash: bytes) -> None:
    """Let a session rest from now on, as if its person had been away for long; its pages hear it at once."""
    await session.execute(update(Sessie).where(Sessie.id_hash == id_hash).values(gezien_op=klok.now() - idle()))
    _tell_pages(session, [id_hash])


async def renew(session: AsyncSession, id_hash: bytes, herkomst: Herkomst) -> str:
    """The same session under a new identifier, after its person proved again who they are; gives the cookie.

    The CSRF key goes along, so that forms in other tabs still work. The longest it may last does not move.
    """
    token = cookies.new_token()
    await session.execute(
        update(Sessie)
        .where(Sessie.id_hash == id_hash)
        .values(
            id_hash=cookies.hash_of(token),
            idp_sid=herkomst.sid,
            id_token=herkomst.id_token,
            niveau=herkomst.niveau,
            aangemeld_op=herkomst.aangemeld_op,
            bevestigd_tot=herkomst.bevestigd_tot,
            gezien_op=klok.now(),
        )
    )
    return token


async def end(session: AsyncSession, id_hash: bytes) -> bytes | None:
    """End a session at once; gives its sealed id token, or None when it was gone already."""
    ended = await _end(session, delete(Sessie).where(Sessie.id_hash == id_hash))
    return ended[0].id_token if ended else None


async def replace(session: AsyncSession, id_hash: bytes) -> None:
    """Take away a session whose own person just opened the next one in the same browser.

    Its pages are not told: they go on with the new one, and would ask before the browser has its cookie.
    """
    await session.execute(delete(Sessie).where(Sessie.id_hash == id_hash))


async def end_all_of(session: AsyncSession, lidmaatschap_id: UUID, *, except_for: bytes | None = None) -> int:
    """End the sessions of one person, everywhere and at once; gives how many.

    For whoever takes rights away or changes them: what was open under the old rights ends with them, and the next
    sign-in has a new identifier. `except_for`: hash of the one that stays.
    """
    theirs = delete(Sessie).where(Sessie.lidmaatschap_id == lidmaatschap_id)
    return len(await _end(session, theirs if except_for is None else theirs.where(Sessie.id_hash != except_for)))


async def end_by_notice(session: AsyncSession, issuer: str, subject: str | None, sid: str | None) -> list[UUID]:
    """End what the issuer says is over: one of its sessions, or all of one person. Gives the lidmaatschap of each."""
    people = select(Lidmaatschap.id).where(Lidmaatschap.issuer == issuer)
    if subject is not None:
        people = people.where(Lidmaatschap.subject == subject)
    theirs = delete(Sessie).where(Sessie.lidmaatschap_id.in_(people))
    ended = await _end(session, theirs if sid is None else theirs.where(Sessie.idp_sid == sid))
    return [row.lidmaatschap_id for row in ended]


async def _end(session: AsyncSession, which: Delete) -> list[Any]:
    """Take the rows away, and tell their open pages once that stands."""
    returning = which.returning(Sessie.id_hash, Sessie.lidmaatschap_id, Sessie.id_token)
    ended = list((await session.execute(returning.execution_options(synchronize_session=False))).all())
    if ended:
        _tell_pages(session, [row.id_hash for row in ended])
    return ended


def _tell_pages(session: AsyncSession, id_hashes: Iterable[bytes]) -> None:
    tenant, event = tenant_of(session), SessieEinde(tuple(kenmerk_of(one) for one in id_hashes))
    after_commit(session, lambda: announce(tenant, event))


def _moved(signed_in: str | None, here: str | None) -> bool:
    """Whether both are known and differ. Sessions of the development command are of no browser."""
    return None not in {signed_in, here} and signed_in != here


def idle() -> timedelta:
    """After so long without anything done by its person a session is locked."""
    return timedelta(minutes=settings().session_idle_minutes)


def csrf_token(csrf_sleutel: bytes) -> str:
    """The token of one session: useless in every other one, also of the same person."""
    return base64.urlsafe_b64encode(hmac.new(csrf_sleutel, b"csrf", sha256).digest()).rstrip(b"=").decode("ascii")


def _valid_session(id_hash: bytes, now: datetime) -> Any:
    return (
        select(
            Sessie.id_hash,
            Sessie.csrf_sleutel,
            Sessie.gezien_op,
            Sessie.verloopt_op,
            Sessie.bevestigd_tot,
            Sessie.browser,
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
            Sessie.gezien_op > now - idle(),
            Lidmaatschap.actief,
        )
    )


def _medewerker(row: Row[Any], seen: datetime) -> Medewerker:
    return Medewerker(
        id=row.id,
        naam=row.naam,
        gebruikersnaam=row.gebruikersnaam,
        email=row.email,
        rollen=tuple(row.rollen),
        modus=row.modus,
        sessie=row.id_hash,
        csrf=csrf_token(row.csrf_sleutel),
        sessie_tot=row.verloopt_op,
        slot_op=seen + idle(),
        bevestigd_tot=row.bevestigd_tot,
    )
