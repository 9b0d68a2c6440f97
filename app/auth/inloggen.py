"""Signing in: from the button to a session of this municipality, and confirming one that goes on."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app import geheimen, klok
from app.audit.service import record
from app.auth import bevestigen, browsers, cookies, sessions, tokens, urls
from app.auth.models import Inlogpoging, Inlogsoort, Lidmaatschap
from app.auth.oidc import CodeRefused, Provider
from app.auth.queries import active_by_identity
from app.db import unit_of_work
from app.errors import Actie, NotAllowed, Refused
from app.grenzen.service import admit_account
from app.log import log
from app.uitnodigingen.aanvaarden import accept
from app.uitnodigingen.weigeringen import UitnodigingRefused
from tenants.context import Tenant

LASTS: Final = timedelta(minutes=10)
MAX_PARAMETER: Final = 2_000  # characters of code or state
_VERIFIER: Final = "inlogpoging.code_verifier"
ID_TOKEN: Final = "sessie.id_token"  # noqa: S105  # the name of a column


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


class NotProven(SignInFailed):
    """The answer to "is it still you?" does not prove it. The session goes on as it was; the question comes again."""

    def __init__(self, reden: str, volgende: str) -> None:
        super().__init__(reden)
        self.volgende = volgende


class NoRole(NotAllowed):
    """The provider knows this person, this municipality does not: no membership, or not of its organisation."""

    titel = "U hebt hier geen rol"

    def __init__(self, tenant: Tenant, identity: tokens.Identity) -> None:
        self.identity = identity
        super().__init__(f"U hebt geen rol bij gemeente {tenant.naam}. Vraag uw functioneel beheerder om toegang.")
        self.acties = (Actie("Met een andere naam aanmelden", urls.SIGN_IN),)

    def points_to(self, theirs: Sequence[tuple[str, str]]) -> None:
        """Show the way to the municipalities (name, address) that the provider signed this person belongs to."""
        if not theirs:
            return
        names = " en ".join(naam for naam, _ in theirs)
        self.uitleg = f"{self.uitleg} U hoort wel bij: {names}."
        self.acties = tuple(Actie(f"Naar {naam}", address) for naam, address in theirs) + self.acties


@dataclass(frozen=True, slots=True)
class SignedIn:
    cookie: str | None  # value of `__Host-sid`; None: the session that was there stays
    volgende: str


async def start(
    tenant: Tenant,
    provider: Provider,
    *,
    host: str,
    browser: str,
    volgende: str,
    login_hint: str | None,
    soort: Inlogsoort = Inlogsoort.AANMELDEN,
    voor_sessie: bytes | None = None,
    uitnodiging_id: UUID | None = None,
) -> str:
    """Remember this sign-in and give the provider's address. `browser` is the value of `__Host-inloggen`."""
    again = {} if soort is Inlogsoort.AANMELDEN else bevestigen.question(certain=soort is Inlogsoort.BEVESTIGEN)
    state, nonce, code_verifier = cookies.new_token(), cookies.new_token(), cookies.new_token()
    address = await provider.authorization_url(
        state=state,
        nonce=nonce,
        code_verifier=code_verifier,
        redirect_uri=callback_url(tenant, host),
        login_hint=login_hint,
        **again,
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
                soort=soort,
                voor_sessie=voor_sessie,
                uitnodiging_id=uitnodiging_id,
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
    user_agent: str = "",
) -> SignedIn:
    """From the provider's answer to a new session. Raises `SignInFailed`, `NoRole` or `SignInUnavailable`.

    Of a confirmation: to the same session under a new identifier. Raises `NotProven` when the answer is no proof.

    A refusal after a sign-in that we did begin is an audit row; noise without one is not, or strangers could fill it.
    """
    attempt = await _take_attempt(tenant, query.get("state"))
    try:
        _check_answer(attempt, query, browser, provider.issuer, (await provider.metadata()).says_iss)
        identity, id_token = await _identity(tenant, provider, attempt, query["code"], host)
        _check_freshness(attempt, identity)
    except SignInFailed as refusal:
        await _record_refusal(tenant, "inlogpoging", attempt.state_hash.hex(), refusal.reden)
        if attempt.soort == Inlogsoort.BEVESTIGEN:
            raise NotProven(refusal.reden, attempt.volgende) from None
        raise
    await admit_account(tenant, f"{identity.issuer}|{identity.subject}")
    if tenant.slug not in identity.organisaties:
        raise await _no_role(tenant, identity, "andere organisatie" if identity.organisaties else "geen organisatie")
    said = _herkomst(tenant, identity, id_token, user_agent)
    async with _refusals_kept(tenant, attempt), unit_of_work(tenant) as session:
        lidmaatschap = await _member(session, attempt, identity)
        if lidmaatschap is not None and attempt.soort == Inlogsoort.BEVESTIGEN:
            return await _confirm(session, attempt, lidmaatschap, said, old_session)
        if lidmaatschap is not None:
            return await _open(session, attempt, lidmaatschap, identity, said, old_session)
    raise await _no_role(tenant, identity, "geen rol")


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


@asynccontextmanager
async def _refusals_kept(tenant: Tenant, attempt: Inlogpoging) -> AsyncIterator[None]:
    """What an invitation refuses takes its own transaction along; that it did refuse stays in the log."""
    try:
        yield
    except UitnodigingRefused as refusal:
        await _record_refusal(tenant, "uitnodiging", str(attempt.uitnodiging_id), refusal.reden)
        raise


async def _member(session: AsyncSession, attempt: Inlogpoging, identity: tokens.Identity) -> Lidmaatschap | None:
    """Who this is here; somebody who came by an invitation becomes a member now."""
    if attempt.uitnodiging_id is not None:
        return await accept(session, attempt.uitnodiging_id, identity)
    return await session.scalar(active_by_identity(identity.issuer, identity.subject))


def _check_freshness(attempt: Inlogpoging, identity: tokens.Identity) -> None:
    """Whether the issuer did ask again. Behind a locked screen an issuer that does not say when is believed."""
    if attempt.soort not in {Inlogsoort.OPNIEUW, Inlogsoort.BEVESTIGEN}:
        return
    if attempt.soort == Inlogsoort.OPNIEUW and identity.aangemeld_op is None:
        return
    certain = attempt.soort == Inlogsoort.BEVESTIGEN
    if reden := bevestigen.why_not(identity, asked_at=attempt.verloopt_op - LASTS, certain=certain):
        raise SignInFailed(reden)


def _herkomst(tenant: Tenant, identity: tokens.Identity, id_token: str, user_agent: str) -> sessions.Herkomst:
    return sessions.Herkomst(
        sid=identity.sid,
        id_token=geheimen.seal(tenant, ID_TOKEN, id_token),
        niveau=identity.niveau,
        aangemeld_op=identity.aangemeld_op,
        bevestigd_tot=bevestigen.certain_until(identity.niveau, identity.aangemeld_op),
        browser=browsers.in_words(user_agent),
    )


async def _open(
    session: AsyncSession,
    attempt: Inlogpoging,
    lidmaatschap: Lidmaatschap,
    identity: tokens.Identity,
    said: sessions.Herkomst,
    old_session: str | None,
) -> SignedIn:
    """A session with a new identifier; the one this browser had ends. Who takes over a browser begins at Start."""
    old = cookies.hash_of(old_session) if old_session is not None else b""
    former = await sessions.person_left(session, old)
    if former == lidmaatschap.id:
        await sessions.replace(session, old)
    else:
        await sessions.end(session, old)
    volgende = urls.safe_path(attempt.volgende)
    if former not in {None, lidmaatschap.id} and volgende != urls.SIGNED_IN:
        volgende = urls.START
    lidmaatschap.laatst_ingelogd_op = klok.now()
    lidmaatschap.naam = identity.naam or lidmaatschap.naam
    lidmaatschap.email = identity.email or lidmaatschap.email
    record(session, "medewerker.aangemeld", "lidmaatschap", lidmaatschap.id, lidmaatschap.id)
    return SignedIn(await sessions.open_session(session, lidmaatschap, said), volgende)


async def _confirm(
    session: AsyncSession,
    attempt: Inlogpoging,
    lidmaatschap: Lidmaatschap,
    said: sessions.Herkomst,
    old_session: str | None,
) -> SignedIn:
    """The session that asked goes on under a new identifier; only that one, and only for its own person."""
    current = cookies.hash_of(old_session) if old_session is not None else b""
    theirs = await sessions.person_of(session, current)
    volgende = urls.safe_path(attempt.volgende)
    if theirs is None or current != attempt.voor_sessie or theirs != lidmaatschap.id:
        reden = "andere medewerker" if theirs not in {None, lidmaatschap.id} else "andere sessie"
        log.warning("bevestiging.geweigerd", reden=reden)
        record(session, "bevestiging.geweigerd", "lidmaatschap", lidmaatschap.id, theirs, "geweigerd", reden=reden)
        return SignedIn(None, urls.confirm_url(volgende))
    record(session, "medewerker.bevestigd", "lidmaatschap", lidmaatschap.id, lidmaatschap.id)
    return SignedIn(await sessions.renew(session, current, said), volgende)


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
