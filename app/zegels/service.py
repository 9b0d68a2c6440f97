"""Sealing the logs of one municipality, and checking them.

Rows are written by whoever does something, in their own transaction; here they are chained afterwards, so that saves
wait for nobody. A round is one transaction: some rows of `zegel` and the signed head over them, or nothing at all.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok, metrics
from app.db import after_commit, tenant_of, unit_of_work
from app.log import log as technical
from app.zegels import queries
from app.zegels.bevinding import Bevinding
from app.zegels.controle import Controle
from app.zegels.keten import GEEN, Hoofd, begin, link, marker
from app.zegels.models import Log, Zegel, Zegelhoofd
from app.zegels.regel import NIEUWSTE, encoded
from app.zegels.sleutels import Zegelsleutel, sleutels
from tenants.context import Tenant

RONDE = 500  # rows per transaction
RUST = timedelta(seconds=20)  # a row waits this long, so that one head covers many
ACHTER = timedelta(minutes=5)  # rows that wait longer mean that sealing stands still
_LOCK = zlib.crc32(b"kiss.zegels") - 2**31


class SealBroken(Exception):
    """The end of the chain is not what was signed: nothing is sealed on top of it. See docs/runbooks/logboek.md."""


@dataclass(frozen=True, slots=True)
class Uitslag:
    """What checking one log of one municipality showed."""

    log: str
    moment: datetime
    tot_nummer: int
    ongezegeld: int
    bevindingen: Sequence[Bevinding]
    laat: Sequence[Bevinding]

    @property
    def in_orde(self) -> bool:
        return not self.bevindingen


async def backlog(session: AsyncSession) -> timedelta:
    """How long the oldest row waits for its seal; zero when none does. Says so in the log beyond `ACHTER`."""
    waits = [moment for log in Log if (moment := await queries.oldest_waiting(session, log))]
    waited = max(klok.now() - min(waits), timedelta(0)) if waits else timedelta(0)
    if waited >= ACHTER:
        technical.error("zegel.achter", tenant=tenant_of(session).slug, seconden=int(waited.total_seconds()))
    return waited


async def seal(tenant: Tenant) -> int:
    """Seal what waits, in rounds; gives how many rows. Two sealers double nothing: one waits its turn and leaves.

    Raises `SealBroken` when the end of a chain was touched; the other log is sealed all the same.
    """
    done, broken = 0, None
    for log in Log:
        try:
            while (rows := await _round(tenant, log)) > 0:
                done += rows
        except SealBroken as error:
            broken = error
            metrics.seals_broken.labels(tenant.slug).inc()
            technical.error("zegel.gebroken", tenant=tenant.slug, log=log.value, reden=str(error))
    if broken:
        raise broken
    return done


async def sweep(tenant: Tenant) -> int:
    """Find every row without a seal, however late it came or wrong its clock was, and seal it; gives how many.

    Also says the last heads again, for a collector that missed them.
    """
    done = await seal(tenant)
    for log in Log:
        after = None
        while True:
            async with unit_of_work(tenant) as session:
                found, after = await queries.unsealed_among(session, log, after)
                if found and await _my_turn(session):
                    rows = await queries.rows_by_id(session, log, [rij_id for rij_id, _ in found])
                    done += await _seal_rows(session, log, rows, more=True)
            if after is None:
                break
        async with unit_of_work(tenant) as session:
            if head := await queries.last_head(session, log):
                _say(tenant, queries.as_head(head))
    return done


async def check(tenant: Tenant, log: Log, elders: Sequence[Hoofd] = ()) -> Uitslag:
    """Stream over one log and its seals. Changes nothing; each part is a short transaction of its own."""
    async with unit_of_work(tenant) as session:
        controle = Controle(tenant.slug, log, sleutels(tenant.slug), await queries.heads(session, log), elders)
    number = None
    while True:
        async with unit_of_work(tenant) as session:
            rows = await queries.sealed_rows(session, log, number)
        for row in rows:
            controle.add(row)
        if len(rows) < queries.DEEL:
            break
        number = rows[-1].nummer
    await _check_unsealed(tenant, log, controle)
    async with unit_of_work(tenant) as session:
        seal, head = await queries.last_numbers(session, log)
    controle.close(laatste_zegel=seal, laatste_hoofd=head, nu=klok.now())
    return Uitslag(
        log, klok.now(), controle.nummer, controle.ongezegeld, tuple(controle.bevindingen), tuple(controle.laat)
    )


async def _check_unsealed(tenant: Tenant, log: str, controle: Controle) -> None:
    after = None
    while True:
        async with unit_of_work(tenant) as session:
            found, after = await queries.unsealed_among(session, log, after)
        for rij_id, moment in found:
            controle.unsealed(rij_id, moment)
        if after is None:
            return


async def _round(tenant: Tenant, log: Log) -> int:
    async with unit_of_work(tenant) as session:
        if not await _my_turn(session):
            return 0
        head = await queries.last_head(session, log)
        rows = await queries.waiting(session, log, head, limit=RONDE)
        return await _seal_rows(session, log, rows, more=len(rows) == RONDE)


async def _my_turn(session: AsyncSession) -> bool:
    """One sealer per municipality at a time, by a lock that ends with the transaction (so poolers don't matter)."""
    key = zlib.crc32(tenant_of(session).slug.encode()) - 2**31
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK, key))))


async def _seal_rows(session: AsyncSession, log: Log, rows: Sequence[Any], *, more: bool) -> int:
    """Chain these rows and sign the head over them. `more`: there may be others, with a later moment."""
    if not rows:
        return 0
    tenant = tenant_of(session)
    sleutel = sleutels(tenant.slug)[0]
    before = await _end(session, log)
    nummer, hash_ = (before.nummer, before.hash) if before else (0, begin(tenant.slug, log))
    mark, seals = marker(sleutel, log), []
    for row in rows:
        nummer += 1
        regel = encoded(log, NIEUWSTE, row)
        hash_ = link(hash_, nummer, regel)
        merk = mark(nummer, hash_, regel)
        seals.append(
            {"log": log.value, "nummer": nummer, "rij_id": row[0], "versie": NIEUWSTE, "hash": hash_, "merk": merk}
        )
    await session.execute(insert(Zegel), seals)
    covered = rows[-1].moment if more else klok.now()
    head = _signed(tenant, log, nummer, hash_, covered, before, sleutel)
    session.add(Zegelhoofd(**{name: getattr(head, name) for name in Hoofd.__slots__}))
    await session.flush()

    async def tell() -> None:
        _say(tenant, head)

    after_commit(session, tell)
    return len(rows)


async def _end(session: AsyncSession, log: Log) -> Hoofd | None:
    """The head to go on from; None at the very beginning. Raises `SealBroken` when the end is not what was signed."""
    tenant = tenant_of(session)
    row, last = await queries.last_head(session, log), await queries.last_seal(session, log)
    if row is None and last is None:
        return None
    if row is None or last is None:
        raise SealBroken("De zegels en hun ondertekening horen niet bij elkaar.")
    head = queries.as_head(row)
    known = head.sleutel in {sleutel.openbaar for sleutel in sleutels(tenant.slug)}
    if not known or not head.is_signed(tenant.slug):
        raise SealBroken("De laatste ondertekening is niet van deze installatie.")
    if (last.nummer, last.hash) != (head.nummer, head.hash):
        raise SealBroken("Het laatste zegel is niet wat ondertekend is.")
    return head


def _signed(
    tenant: Tenant,
    log: Log,
    nummer: int,
    hash_: bytes,
    covered: datetime,
    before: Hoofd | None,
    sleutel: Zegelsleutel,
) -> Hoofd:
    now = klok.now()
    dekt_tot = max(min(covered, now), before.dekt_tot) if before else min(covered, now)
    fingerprint = before.fingerprint(tenant.slug) if before else GEEN
    vorige_nummer = before.nummer if before else 0
    head = Hoofd(log.value, nummer, hash_, now, dekt_tot, vorige_nummer, fingerprint, sleutel.openbaar)
    return replace(head, handtekening=sleutel.hoofd.sign(head.statement(tenant.slug)))


def _say(tenant: Tenant, head: Hoofd) -> None:
    """The head in the technical log, so that whoever collects that outside has it, whatever happens here."""
    technical.info("zegel.hoofd", tenant=tenant.slug, hoofd=as_text(head))


def as_text(head: Hoofd) -> dict[str, Any]:
    """A head as plain JSON values: bytes in base64, moments in ISO 8601."""
    values = {name: getattr(head, name) for name in Hoofd.__slots__}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value
