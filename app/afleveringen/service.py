"""The relay: brings klantcontacten to the register, exactly once, until they are there.

Claim (transaction 1, lease) → send (no transaction) → write down the outcome (transaction 2). A process that dies
anywhere leaves a row whose lease runs out; the next attempt looks the kenmerk up before it sends.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.afleveringen import queries
from app.afleveringen.jobs import bezorg
from app.afleveringen.models import Aflevering, AfleveringState
from app.audit.service import record
from app.connectors.ports import (
    Bevestiging,
    ConnectorFailure,
    KenmerkBezet,
    Klantinteracties,
    Misconfigured,
    NieuwContact,
    Unavailable,
)
from app.connectors.registry import port_of
from app.db import after_commit, unit_of_work
from app.errors import Conflict
from app.failpoints import failpoint
from app.geheimen import unseal
from app.http import deadline
from app.klantcontacten.kenmerk import new_kenmerk
from app.klantcontacten.models import Klantcontact
from app.live import Afleverstand, announce
from app.log import log
from tenants.context import Tenant

RENEW = 1.2  # seconds
ATTEMPT = 30.0  # seconds for all calls of one attempt
ROUND = 5  # rows of one tenant before the next tenant gets its turn
FIRST_WAIT, LONGEST_WAIT = 1.0, queries.LONGEST_WAIT.total_seconds()
GIVE_UP_AFTER = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row this worker may send, with everything the sending needs. `pogingen` tells later claims apart."""

    id: UUID
    koppeling: str
    pogingen: int
    ronde_begonnen_op: datetime
    contact: NieuwContact


async def deliver_round(tenant: Tenant) -> int:
    """Deliver up to `ROUND` rows that are due and ring again when there may be more. Gives how many it tried."""
    for tried in range(ROUND):
        claimed = await claim(tenant)
        if claimed is None:
            return tried
        await deliver(tenant, claimed)
    await bezorg.ring(tenant)
    return ROUND


async def claim(tenant: Tenant) -> Claimed | None:
    """Take the row that waited longest, or None. Others skip it while the lease lasts."""
    now = klok.now()
    async with unit_of_work(tenant) as session:
        row = await queries.next_due(session, now)
        if row is None:
            return None
        row.state = AfleveringState.ONDERWEG
        row.pogingen += 1
        row.lease_tot = now + queries.LEASE
        claimed = Claimed(
            id=row.id,
            koppeling=row.koppeling,
            pogingen=row.pogingen,
            ronde_begonnen_op=row.ronde_begonnen_op,
            contact=_contact(tenant, row.klantcontact),
        )
        _announce(session, tenant, row)
    failpoint("aflevering.na-claim")
    return claimed


async def deliver(tenant: Tenant, claimed: Claimed) -> None:
    """One attempt, and its outcome written down."""
    try:
        bevestiging = await _send(tenant, claimed)
    except KenmerkBezet:
        await _other_kenmerk(tenant, claimed)
    except Unavailable as failure:
        await _later(tenant, claimed, failure)
    except ConnectorFailure as failure:
        await _dead(tenant, claimed, failure)
    else:
        failpoint("aflevering.voor-bevestigen")
        await _confirm(tenant, claimed, bevestiging)


async def _send(tenant: Tenant, claimed: Claimed) -> Bevestiging:
    async with unit_of_work(tenant) as session:
        register = await port_of(session, claimed.koppeling, Klantinteracties)
    async with _lease_kept(tenant, claimed), deadline(ATTEMPT):
        bevestiging = await register.lever_af(claimed.contact, eerste_poging=claimed.pogingen == 1)
    failpoint("aflevering.na-verzenden")
    return bevestiging


@asynccontextmanager
async def _lease_kept(tenant: Tenant, claimed: Claimed) -> AsyncIterator[None]:
    """Renew the lease in the background, so that it may be short: a row is never held long by the dead."""
    keeper = asyncio.create_task(_keep_lease(tenant, claimed))
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper


async def _keep_lease(tenant: Tenant, claimed: Claimed) -> None:
    while True:
        await asyncio.sleep(RENEW)
        async with unit_of_work(tenant) as session:
            row = await queries.by_id(session, claimed.id)
            if row.pogingen != claimed.pogingen:
                return
            row.lease_tot = klok.now() + queries.LEASE


async def _confirm(tenant: Tenant, claimed: Claimed, bevestiging: Bevestiging) -> None:
    async with unit_of_work(tenant) as session:
        row = await queries.by_id(session, claimed.id)
        row.state, row.extern_id = AfleveringState.BEVESTIGD, bevestiging.extern_id
        row.bevestigd_op, row.lease_tot, row.fout_soort, row.fout_zin = klok.now(), None, None, None
        record(
            session, "aflevering.bevestigd", "aflevering", row.id, pogingen=row.pogingen, al=bevestiging.al_aanwezig
        )
        _announce(session, tenant, row)
    log.info("aflevering.bevestigd", tenant=tenant.slug, aflevering=str(claimed.id), pogingen=claimed.pogingen)


async def _later(tenant: Tenant, claimed: Claimed, failure: Unavailable) -> None:
    now = klok.now()
    if now - claimed.ronde_begonnen_op > GIVE_UP_AFTER:
        await _dead(tenant, claimed, failure)
        return
    wait = min(failure.retry_after or backoff(claimed.pogingen), LONGEST_WAIT)  # a register may ask for a century
    async with unit_of_work(tenant) as session:
        row = await queries.by_id(session, claimed.id)
        if row.pogingen != claimed.pogingen:
            return  # the lease ran out and another worker has it
        row.lease_tot, row.volgende_poging_op = None, now + timedelta(seconds=wait)
        row.fout_soort, row.fout_zin = "onbereikbaar", failure.zin[:500]
        after_commit(session, lambda: bezorg.ring(tenant, delay=wait))
    log.warning("aflevering.uitgesteld", tenant=tenant.slug, reden=failure.reden, wacht=round(wait, 1))


async def _dead(tenant: Tenant, claimed: Claimed, failure: ConnectorFailure) -> None:
    async with unit_of_work(tenant) as session:
        row = await queries.by_id(session, claimed.id)
        if row.pogingen != claimed.pogingen:
            return
        row.state, row.lease_tot = AfleveringState.NIET_AANGEKOMEN, None
        row.fout_soort = _kind(failure)
        row.fout_zin = failure.zin[:500]
        record(session, "aflevering.niet_aangekomen", "aflevering", row.id, uitkomst="mislukt", soort=row.fout_soort)
        _announce(session, tenant, row)
    log.error("aflevering.niet_aangekomen", tenant=tenant.slug, reden=failure.reden)


async def _other_kenmerk(tenant: Tenant, claimed: Claimed) -> None:
    """Another writer took this number for other content: a new number, not a dead letter."""
    async with unit_of_work(tenant) as session:
        row = await queries.by_id(session, claimed.id)
        contact = await session.get_one(Klantcontact, row.klantcontact_id)
        oud, contact.kenmerk = contact.kenmerk, await new_kenmerk(session)
        row.lease_tot, row.volgende_poging_op = None, klok.now()
        record(session, "klantcontact.kenmerk_vervangen", "klantcontact", contact.id, oud=oud, nieuw=contact.kenmerk)
        after_commit(session, lambda: bezorg.ring(tenant))


async def retry(
    session: AsyncSession, tenant: Tenant, aflevering_id: UUID, *, medewerker_id: UUID | None
) -> Aflevering:
    """Send a dead letter again. Raises `NotFound`, or `Conflict` when it is not dead."""
    row = await queries.by_id(session, aflevering_id)
    if row.state != AfleveringState.NIET_AANGEKOMEN:
        raise Conflict("Dit contact staat niet stil. U hoeft niets te doen.")
    row.state, row.volgende_poging_op, row.ronde_begonnen_op = AfleveringState.ONDERWEG, klok.now(), klok.now()
    record(session, "aflevering.opnieuw", "aflevering", row.id, medewerker_id)
    _announce(session, tenant, row)
    after_commit(session, lambda: bezorg.ring(tenant))
    return row


def backoff(pogingen: int) -> float:
    """Seconds until the next attempt: doubling from 1 s to 15 minutes, with full jitter above a small floor."""
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(pogingen, 12))
    return FIRST_WAIT / 2 + random.random() * (ceiling - FIRST_WAIT / 2)  # noqa: S311 - jitter, no secret


def _announce(session: AsyncSession, tenant: Tenant, row: Aflevering) -> None:
    event = Afleverstand(klantcontact=row.klantcontact_id, state=row.state)
    after_commit(session, lambda: announce(tenant, event))


def _kind(failure: ConnectorFailure) -> str:
    if isinstance(failure, Misconfigured):
        return "verkeerd-ingesteld"
    return "onbereikbaar" if isinstance(failure, Unavailable) else "geweigerd"


def _contact(tenant: Tenant, row: Klantcontact) -> NieuwContact:
    klant = next((b for b in row.betrokkenen if b.rol == "klant"), None)
    return NieuwContact(
        id=row.id,
        gesprek_id=row.gesprek_id,
        kenmerk=row.kenmerk,
        kanaal=row.kanaal,
        onderwerp=row.onderwerp,
        inhoud=row.inhoud,
        gelukt=row.indicatie_contact_gelukt,
        taal=row.taal,
        vertrouwelijk=row.vertrouwelijk,
        plaatsgevonden_op=row.plaatsgevonden_op,
        bsn=unseal(tenant, "betrokkene.subject", klant.subject, row=klant.id) if klant else None,
    )
