"""Signing in and out: from the button to a session of this municipality, and back."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urljoin

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app import geheimen, klok
from app.audit.service import record
from app.auth import cookies, sessions, tokens, urls
from app.auth.medewerker import Medewerker
from app.auth.models import Inlogpoging, Lidmaatschap
from app.auth.oidc import CodeRefused, Provider
from app.auth.queries import active_by_identity
from app.db import unit_of_work
from app.errors import NotAllowed, Refused
from app.log import log
from tenants.context import Tenant

LASTS: Final = timedelta(minutes=10)
MAX_PARAMETER: Final = 2_000  # characters of code or state
_VERIFIER: Final = "inlogpoging.code_verifier"
_ID_TOKEN: Final = "sessie.id_token"  # noqa: S105  # the name of a column


class SignInFailed(Refused):
    """The answer of the provider does not belong to a sign-in of this browser, or proves nothing."""

    titel = "Aanmelden is niet gelukt"

    def __init__(self, reden: str) -> None:
        super().__init__("Dat kan gebeuren als u lang wachtte of de pagina twee keer opende. Meld u opnieuw aan.")
        self.reden = reden  # a code for the logs; never what was sent


class AttemptUnknown(SignInFailed):
    """Nothing was begun with this state, or it is finished or too old: also what "back" in the browser brings."""

    def __init__(self) -> None:
        super().__init__("state onbekend")


class NoRole(NotAllowed):
    """The provider knows this person, this municipality does not: no membership, or not of its organisation."""

    titel = "U hebt hier geen rol"

    def __init__(self, tenant: Tenant, identity: tokens.Identity) -> None:
        self.identity = identity
        super().__init__(f"U hebt geen rol bij gemeente {tenant.naam}. Vraag uw functioneel beheerder om toegang.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    cookie: str  # value of `__Host-sid`
    volgende: str


async def start(
    tenant: Tenant, provider: Provider, *, host: str, browser: str, volgende: str, login_hint: str | None
) -> str:
    """Remember this sign-in and give the provider's address. `browser` is the value of `__Host-inloggen`."""
    state, nonce, code_verifier = cookies.new_token(), cookies.new_token(), cookies.new_token()
    address = await provider.authorization_url(
        state=state,
        nonce=nonce,
        code_verifier=code_verifier,
        redirect_uri=callback_url(tenant, host),
        login_hint=login_hint,
    )
    now = klok.now()
    async with unit_of_work(tenant) as session:
        await session.execute(delete(Inlogpoging).where(Inlogpoging.verloopt_op <= now))
        session.add(
            Inlogpoging(
                state_hash=_hash(state),
                browser_hash=_hash(browser),
                nonce=nonce,
                code_verifier=geheimen.seal(tenant, _VERIFIER, code_verifier),
                volgende=urls.safe_path(volgende),
                verloopt_op=now + LASTS,
            )
        )
    return address


async def complete(
    tenant: Tenant,
    provider: Provider,
    query: Mapping[str, str],
    *,
    host: str,
    browser: str | None,
    old_session: str | None,
) -> SignedIn:
    """From the provider's answer to a new session. Raises `SignInFailed`, `NoRole` or `SignInUnavailable`.

    A refusal after a sign-in that we did begin is an audit row; noise without one is not, or strangers could fill it.
    """
    attempt = await _take_attempt(tenant, query.get("state"))
    try:
        _check_answer(attempt, query, browser, provider.issuer, (await provider.metadata()).says_iss)
        identity, id_token = await _identity(tenant, provider, attempt, query["code"], host)
    except SignInFailed as refusal:
        await _record_refusal(tenant, "inlogpoging", attempt.state_hash.hex(), refusal.reden)
        raise
    if tenant.slug not in identity.organisaties:
        raise await _no_role(tenant, identity, "andere organisatie" if identity.organisaties else "geen organisatie")
    async with unit_of_work(tenant) as session:
        lidmaatschap = await session.scalar(active_by_identity(identity.issuer, identity.subject))
        if lidmaatschap is not None:
            cookie = await _open(session, tenant, lidmaatschap, identity, id_token, old_session)
            return SignedIn(cookie, urls.safe_path(attempt.volgende))
    raise await _no_role(tenant, identity, "geen rol")


async def sign_out(tenant: Tenant, provider: Provider, medewerker: Medewerker, *, host: str) -> str:
    """End this session at once; gives where the browser goes next: the provider's sign-out, or our sign-in page."""
    async with unit_of_work(tenant) as session:
        sealed = await sessions.end(session, medewerker.sessie)
        record(session, "medewerker.afgemeld", "lidmaatschap", medewerker.id, medewerker.id)
    if sealed is None:
        return urls.SIGN_IN
    back_to = urljoin(urls.public_url(tenant, host), urls.SIGN_IN)
    try:
        id_token = geheimen.unseal(tenant, _ID_TOKEN, sealed)
    except geheimen.CannotOpen:
        return urls.SIGN_IN
    return await provider.sign_out_url(id_token=id_token, back_to=back_to) or urls.SIGN_IN


def callback_url(tenant: Tenant, host: str) -> str:
    """Registered at the provider, exact: `https://<host>/aanmelden/terug`."""
    return urls.public_url(tenant, host) + urls.CALLBACK


async def _take_attempt(tenant: Tenant, state: str | None) -> Inlogpoging:
    """The sign-in this state began, once: whoever brings it a second time finds nothing."""
    if not state or len(state) > MAX_PARAMETER:
        raise AttemptUnknown
    taken = delete(Inlogpoging).where(Inlogpoging.state_hash == _hash(state)).returning(Inlogpoging)
    async with unit_of_work(tenant) as session:
        attempt = await session.scalar(taken)
    if attempt is None or attempt.verloopt_op <= klok.now():
        raise AttemptUnknown
    return attempt


def _check_answer(
    attempt: Inlogpoging, query: Mapping[str, str], browser: str | None, issuer: str, says_iss: bool
) -> None:
    if browser is None or not hmac.compare_digest(attempt.browser_hash, _hash(browser)):
        raise SignInFailed("andere browser")
    iss = query.get("iss")
    if (iss is None and says_iss) or (iss is not None and iss.rstrip("/") != issuer):
        raise SignInFailed("andere uitgever")  # mix-up (RFC 9207)
    if "error" in query:
        raise SignInFailed("geweigerd door de aanmelddienst")
    if not 0 < len(query.get("code", "")) <= MAX_PARAMETER:
        raise SignInFailed("code ontbreekt")


async def _identity(
    tenant: Tenant, provider: Provider, attempt: Inlogpoging, code: str, host: str
) -> tuple[tokens.Identity, str]:
    try:
        id_token = await provider.id_token(
            code=code,
            code_verifier=geheimen.unseal(tenant, _VERIFIER, attempt.code_verifier),
            redirect_uri=callback_url(tenant, host),
        )
        identity = await tokens.verify(
            id_token,
            key_by_kid=provider.key,
            issuer=provider.issuer,
            client_id=provider.client_id,
            nonce=attempt.nonce,
        )
    except CodeRefused:
        raise SignInFailed("code geweigerd") from None
    except tokens.TokenRefused as refusal:
        raise SignInFailed(f"token geweigerd: {refusal}") from None
    return identity, id_token


async def _open(
    session: AsyncSession,
    tenant: Tenant,
    lidmaatschap: Lidmaatschap,
    identity: tokens.Identity,
    id_token: str,
    old_session: str | None,
) -> str:
    """A session with a new identifier; the one this browser had ends."""
    if old_session is not None:
        await sessions.end(session, cookies.hash_of(old_session))
    lidmaatschap.laatst_ingelogd_op = klok.now()
    lidmaatschap.naam = identity.naam or lidmaatschap.naam
    lidmaatschap.email = identity.email or lidmaatschap.email
    record(session, "medewerker.aangemeld", "lidmaatschap", lidmaatschap.id, lidmaatschap.id)
    sealed = geheimen.seal(tenant, _ID_TOKEN, id_token)
    return await sessions.open_session(session, lidmaatschap, idp_sid=identity.sid, id_token=sealed)


async def _no_role(tenant: Tenant, identity: tokens.Identity, reden: str) -> NoRole:
    pseudonym = sha256(f"{identity.issuer}|{identity.subject}".encode()).hexdigest()
    await _record_refusal(tenant, "aanmelder", pseudonym, reden)
    return NoRole(tenant, identity)


async def _record_refusal(tenant: Tenant, soort: str, object_id: str, reden: str) -> None:
    log.warning("aanmelding.geweigerd", reden=reden)
    async with unit_of_work(tenant) as session:
        record(session, "aanmelding.geweigerd", soort, object_id, uitkomst="geweigerd", reden=reden)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
