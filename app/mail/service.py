"""Mail leaves through rows: written with the change it tells of, sent by a worker, tried again until it is too late.

Claim (transaction 1, lease) → hand to the mail server (no transaction) → write down the outcome (transaction 2). A
page never waits for a mail server. A worker that dies between the last two sends the mail a second time with the same
Message-ID: SMTP has nothing to ask whether it arrived, and a mail too many is better than one too few.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import klok, metrics
from app.audit.service import record
from app.db import after_commit, tenant_of, unit_of_work
from app.geheimen import CannotOpen, seal, unseal
from app.ids import new_id
from app.log import log
from app.mail import queries, smtp
from app.mail.jobs import verstuur_mail
from app.mail.models import Mail, MailState
from app.mail.opstellen import Soort, compose
from app.settings import settings
from tenants.context import Tenant

LEASE: Final = timedelta(seconds=60)  # longer than the mail server gets (smtp.WHOLE)
ROUND: Final = 10  # mails of one municipality before the next one gets its turn
WAITS: Final = (5.0, 30.0, 120.0, 600.0, 1800.0)  # seconds after the first, second, … attempt; the last one repeats
_CONTENTS: Final = "mail.inhoud"


def columns(
    tenant: Tenant, soort: Soort, aan: str, gegevens: Mapping[str, str], *, verloopt_op: datetime
) -> dict[str, Any]:
    """A new row of `mail`. `gegevens` are the words of its text; `verloopt_op`: then it need not be sent any more."""
    mail_id, now = new_id(), klok.now()
    return {
        "id": mail_id,
        "soort": soort.value,
        "aan": aan,
        "inhoud": seal(tenant, _CONTENTS, json.dumps(dict(gegevens), ensure_ascii=False), row=mail_id),
        "state": MailState.KLAAR.value,
        "pogingen": 0,
        "volgende_poging_op": now,
        "aangemaakt_op": now,
        "verloopt_op": verloopt_op,
    }


def post(
    session: AsyncSession, soort: Soort, aan: str, gegevens: Mapping[str, str], *, verloopt_op: datetime
) -> Mail:
    """Write a mail in this transaction; it leaves once that stands, and never when it does not."""
    tenant = tenant_of(session)
    mail = Mail(**columns(tenant, soort, aan, gegevens, verloopt_op=verloopt_op))
    session.add(mail)
    after_commit(session, lambda: verstuur_mail.ring(tenant))
    return mail


async def withdraw(session: AsyncSession, mail_id: UUID) -> None:
    """Do not send this mail when it has not left. What is under way may still arrive."""
    mail = await queries.for_update(session, mail_id)
    if mail is not None and mail.is_waiting:
        _settle(mail, MailState.VERVALLEN)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail this worker may send. `pogingen` tells later claims apart."""

    id: UUID
    soort: str
    aan: str
    inhoud: bytes
    pogingen: int


async def send_round(tenant: Tenant) -> int:
    """Send up to `ROUND` mails that are due and ring again when there may be more. Gives how many it tried."""
    for tried in range(ROUND):
        claimed = await claim(tenant)
        if claimed is None:
            return tried
        await deliver(tenant, claimed)
    await verstuur_mail.ring(tenant)
    return ROUND


async def claim(tenant: Tenant) -> Claimed | None:
    """Take the mail that waited longest, or None. What is too late is settled on the way."""
    now = klok.now()
    async with unit_of_work(tenant) as session:
        while (mail := await queries.next_due(session, now)) is not None:
            if mail.inhoud is None or mail.verloopt_op <= now:
                _give_up(session, mail, mail.fout_zin or smtp.AWAY)
                await session.flush()
                continue
            mail.state = MailState.ONDERWEG
            mail.pogingen += 1
            mail.lease_tot = now + LEASE
            return Claimed(mail.id, mail.soort, mail.aan, mail.inhoud, mail.pogingen)
    return None


async def deliver(tenant: Tenant, claimed: Claimed) -> None:
    """One attempt, and its outcome written down."""
    try:
        await smtp.send(_message(tenant, claimed))
    except smtp.NotSent as failure:
        await _failed(tenant, claimed, failure)
    else:
        await _sent(tenant, claimed)


def _message(tenant: Tenant, claimed: Claimed) -> EmailMessage:
    """The mail, or `NotSent` for good when there is no making one: the row would only come back."""
    sender = settings().smtp_from
    if sender is None:
        raise smtp.NotSent(smtp.NOT_SET_UP, "geen KISS_SMTP_FROM")
    try:
        gegevens = json.loads(unseal(tenant, _CONTENTS, claimed.inhoud, row=claimed.id))
        return compose(tenant, claimed.id, claimed.soort, gegevens, sender=sender, aan=claimed.aan)
    except (CannotOpen, ValueError, LookupError) as error:
        raise smtp.NotSent(smtp.REFUSES_MAIL, type(error).__name__, for_good=True) from None


async def _sent(tenant: Tenant, claimed: Claimed) -> None:
    async with unit_of_work(tenant) as session:
        mail = await _mine(session, claimed)
        if mail is None:
            return
        _settle(mail, MailState.VERZONDEN)
        mail.verzonden_op, mail.fout_zin = klok.now(), None
    log.info("mail.verzonden", tenant=tenant.slug, mail=str(claimed.id), pogingen=claimed.pogingen)


async def _failed(tenant: Tenant, claimed: Claimed, failure: smtp.NotSent) -> None:
    wait = backoff(claimed.pogingen)
    async with unit_of_work(tenant) as session:
        mail = await _mine(session, claimed)
        if mail is None:
            return
        mail.lease_tot, mail.fout_zin = None, failure.zin
        if failure.for_good:
            _give_up(session, mail, failure.zin)
            return
        mail.volgende_poging_op = klok.now() + timedelta(seconds=wait)
        after_commit(session, lambda: verstuur_mail.ring(tenant, delay=wait))
    log.warning("mail.uitgesteld", tenant=tenant.slug, mail=str(claimed.id), reden=failure.reden, wacht=round(wait))


async def _mine(session: AsyncSession, claimed: Claimed) -> Mail | None:
    """The row, unless it was withdrawn meanwhile or the lease ran out and another worker has it."""
    mail = await queries.for_update(session, claimed.id)
    return mail if mail is not None and mail.is_waiting and mail.pogingen == claimed.pogingen else None


def _give_up(session: AsyncSession, mail: Mail, zin: str) -> None:
    _settle(mail, MailState.NIET_VERZONDEN)
    mail.fout_zin = zin
    record(session, "mail.niet_verzonden", "mail", mail.id, uitkomst="mislukt", soort=mail.soort)
    tenant = tenant_of(session)
    metrics.mail_not_sent.labels(tenant.slug).inc()
    log.error("mail.niet_verzonden", tenant=tenant.slug, mail=str(mail.id), pogingen=mail.pogingen)


def _settle(mail: Mail, state: MailState) -> None:
    """Nothing more to do: what the mail says is forgotten."""
    mail.state, mail.inhoud, mail.lease_tot = state, None, None


def backoff(pogingen: int) -> float:
    """Seconds until the next attempt, between the half and the whole of `WAITS`."""
    wait = WAITS[min(pogingen, len(WAITS)) - 1]
    return wait / 2 + random.random() * wait / 2  # noqa: S311 - jitter, no secret
