"""Signing out: here, by the person, and elsewhere, told by the issuer (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Final
from urllib.parse import urljoin

from joserfc.jwk import Key
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import geheimen
from app.audit.service import record
from app.auth import sessions, tokens, urls
from app.auth.inloggen import ID_TOKEN
from app.auth.medewerker import Medewerker
from app.auth.models import Afmeldmelding
from app.auth.oidc import Provider, SignInUnavailable
from app.db import unit_of_work
from app.errors import Refused
from app.log import log
from tenants.context import Tenant

_looking: Final = asyncio.Semaphore(1)


class NoticeRefused(Refused):
    """The logout token proves nothing, or was used before. Only programs read this."""

    titel = "Deze afmelding geldt niet"

    def __init__(self, reden: str) -> None:
        super().__init__("Het logout_token klopt niet of is al gebruikt.")
        self.reden = reden  # a code for the log; never what was sent


async def sign_out(tenant: Tenant, provider: Provider, medewerker: Medewerker, *, host: str) -> str:
    """End this session at once; gives where the browser goes next: the provider's sign-out, or our sign-in page."""
    async with unit_of_work(tenant) as session:
        sealed = await sessions.end(session, medewerker.sessie)
        record(session, "medewerker.afgemeld", "lidmaatschap", medewerker.id, medewerker.id)
    if sealed is None:
        return urls.SIGN_IN
    back_to = urljoin(urls.public_url(tenant, host), urls.SIGN_IN)
    try:
        id_token = geheimen.unseal(tenant, ID_TOKEN, sealed)
    except geheimen.CannotOpen:
        return urls.SIGN_IN
    return await provider.sign_out_url(id_token=id_token, back_to=back_to) or urls.SIGN_IN


async def receive_notice(tenant: Tenant, provider: Provider, logout_token: str) -> int:
    """End what the issuer says is over; gives how many sessions that were, also when they were gone already.

    Raises `NoticeRefused`, or `SignInUnavailable` when the issuer's keys are not known. Whoever sends rubbish costs
    us no statement and no row: the signature is looked at before the database is.
    """
    try:
        notice = await tokens.verify_notice(
            logout_token,
            key_by_kid=lambda kid: _key(provider, kid),
            issuer=provider.issuer,
            client_id=provider.client_id,
        )
    except tokens.TokenRefused as refusal:
        raise NoticeRefused(str(refusal)) from None
    async with unit_of_work(tenant) as session:
        if not await _is_first(session, notice):
            raise NoticeRefused("al gebruikt")
        ended = await sessions.end_by_notice(session, notice.issuer, notice.subject, notice.sid)
        for lidmaatschap_id in sorted(set(ended)):
            times = ended.count(lidmaatschap_id)
            record(session, "medewerker.elders_afgemeld", "lidmaatschap", lidmaatschap_id, sessies=times)
    log.info("afmeldmelding.ontvangen", sessies=len(ended))
    return len(ended)


async def _is_first(session: AsyncSession, notice: tokens.Notice) -> bool:
    used = sha256(f"{notice.issuer}|{notice.jti}".encode()).digest()
    kept = insert(Afmeldmelding).values(jti_hash=used, verloopt_op=notice.verloopt_op).on_conflict_do_nothing()
    return await session.scalar(kept.returning(Afmeldmelding.jti_hash)) is not None


async def _key(provider: Provider, kid: str) -> Key | None:
    """The issuer's key. One notice at a time may make us ask for keys; a flood of them does not become one there."""
    if provider.at.knows(kid):
        return await provider.key(kid)
    if _looking.locked():
        raise SignInUnavailable
    async with _looking:
        return await provider.key(kid)
