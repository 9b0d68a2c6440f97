"""The identity provider as we use it: discovery, authorization address, code for token, keys.

One issuer for all municipalities, whose metadata and keys are fetched once; one client per municipality (`Provider`),
so that a token for one of them is no token for another.

The provider is the platform's, not a municipality's connector, so its requests do not go through `app.http`. Same
manners: five seconds, no redirects, no proxies from the environment, a size cap, no personal data in a log.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit, urlunsplit

import httpx2
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]  # ships no types
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from app import klok
from app.auth import urls
from app.auth.clients import Client, client_of
from app.errors import Refused
from app.settings import settings
from tenants.context import Tenant

TIMEOUT: Final = 5.0  # seconds
MAX_ANSWER: Final = 256_000  # bytes
FRESH: Final = timedelta(hours=1)  # for so long metadata and keys are believed
SEEN: Final = timedelta(seconds=5)  # who answered so short ago is taken to be there
REFETCH: Final = timedelta(minutes=1)  # an unknown kid makes us look again at most this often
# All organizations of the person: with `organization` alone Keycloak asks who has two of them to choose, and with the
# name of one we could not tell somebody where they do belong.
SCOPE: Final = "openid profile email organization:*"


class SignInUnavailable(Refused):
    """The provider does not answer, or not as it should. Sessions that exist go on."""

    status = 503
    titel = "Aanmelden kan nu niet"

    def __init__(self) -> None:
        super().__init__(
            "De aanmelddienst antwoordt niet. Probeer het over een minuut opnieuw. "
            "Bent u al aangemeld, dan kunt u doorwerken."
        )


class CodeRefused(Exception):
    """The provider would not give a token for this code."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """OpenID Connect Discovery 1.0, section 3: only what we use."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    says_iss: bool  # RFC 9207: the callback carries `iss`


class Issuer:
    """Metadata and keys of one issuer; when it is down, what was kept stays in use.

    `backend`: where this process reaches the issuer when browsers know it by a name that does not resolve here
    (development); requests carry the Host header of the name.
    """

    def __init__(self, address: str, *, backend: str | None, http_too: bool) -> None:
        self.address = address
        self._backend = urlsplit(backend) if backend else None
        self._schemes = ("https", "http") if http_too else ("https",)
        self._metadata: Metadata | None = None
        self._metadata_at: datetime | None = None
        self._keys: dict[str, Key] = {}
        self._keys_at: datetime | None = None
        self._looking: asyncio.Task[None] | None = None

    async def metadata(self) -> Metadata:
        """Raises `SignInUnavailable` when there is none and none was kept."""
        if self._metadata is None or self._is_older_than(FRESH):
            try:
                return await self._read()
            except SignInUnavailable:
                if self._metadata is None:
                    raise
        return self._metadata

    async def present(self) -> Metadata:
        """The same, from an issuer that answered just now: before a browser is sent there, for a page of its own
        cannot say that it is away. Raises `SignInUnavailable` when it does not answer."""
        if self._metadata is None or self._is_older_than(SEEN):
            return await self._read()
        return self._metadata

    async def _read(self) -> Metadata:
        document = await self.ask("GET", f"{self.address}/.well-known/openid-configuration")
        self._metadata, self._metadata_at = self._read_metadata(document), klok.now()
        return self._metadata

    def _is_older_than(self, age: timedelta) -> bool:
        return self._metadata_at is None or klok.now() - self._metadata_at > age

    async def key(self, kid: str) -> Key | None:
        """The issuer's key by this name. Looks again when it is unknown, at most once a minute."""
        if self._must_look(kid):
            if self._looking is None or self._looking.done():
                self._looking = asyncio.ensure_future(self._look())
            # Side by side one looks, and the others have what it found. Whoever leaves does not take it along.
            await asyncio.shield(self._looking)
        return self._keys.get(kid)

    def _must_look(self, kid: str) -> bool:
        age = None if self._keys_at is None else klok.now() - self._keys_at
        return age is None or age > FRESH or (kid not in self._keys and age > REFETCH)

    async def _look(self) -> None:
        try:
            self._keys = _keys(await self.ask("GET", (await self.metadata()).jwks_uri))
        except SignInUnavailable:
            if not self._keys:
                raise
        self._keys_at = klok.now()

    def knows(self, kid: str) -> bool:
        """Whether `key` can answer without asking the issuer."""
        return kid in self._keys and self._keys_at is not None and klok.now() - self._keys_at <= FRESH

    async def ask(
        self, method: str, url: str, *, form: dict[str, str] | None = None, client: Client | None = None
    ) -> dict[str, Any]:
        """The JSON object at this address. Raises `SignInUnavailable`, or `CodeRefused` when it refuses the form."""
        address, headers = self._reachable(url)
        headers["accept"] = "application/json"
        if client is not None:
            headers["authorization"] = _basic(client)
        try:
            async with (
                httpx2.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=_tls()) as http,
                http.stream(method, address, headers=headers, data=form) as response,
            ):
                return _answer(response.status_code, await _read_capped(response), refusable=form is not None)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise SignInUnavailable from None

    def _read_metadata(self, document: dict[str, Any]) -> Metadata:
        if str(document.get("issuer", "")).rstrip("/") != self.address:
            raise SignInUnavailable
        end_session = document.get("end_session_endpoint")
        return Metadata(
            authorization_endpoint=self._address(document.get("authorization_endpoint")),
            token_endpoint=self._address(document.get("token_endpoint")),
            jwks_uri=self._address(document.get("jwks_uri")),
            end_session_endpoint=self._address(end_session) if end_session else None,
            says_iss=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _address(self, value: object) -> str:
        if not isinstance(value, str) or urlsplit(value).scheme not in self._schemes:
            raise SignInUnavailable
        return value

    def _reachable(self, url: str) -> tuple[str, dict[str, str]]:
        if self._backend is None:
            return url, {}
        parts = urlsplit(url)
        here = parts._replace(scheme=self._backend.scheme, netloc=self._backend.netloc)
        return urlunsplit(here), {"host": parts.netloc}


@dataclass(frozen=True, slots=True)
class Provider:
    """The issuer as one municipality meets it: by its own client."""

    at: Issuer
    client: Client

    @property
    def issuer(self) -> str:
        return self.at.address

    @property
    def client_id(self) -> str:
        return self.client.id

    async def metadata(self) -> Metadata:
        return await self.at.metadata()

    async def key(self, kid: str) -> Key | None:
        return await self.at.key(kid)

    async def authorization_url(
        self,
        *,
        state: str,
        nonce: str,
        code_verifier: str,
        redirect_uri: str,
        login_hint: str | None,
        **extra: str | None,
    ) -> str:
        """Where the browser goes to sign in: code flow with PKCE S256 (RFC 7636). `extra`: `prompt`, `max_age`, …"""
        url: str = prepare_grant_uri(
            (await self.at.present()).authorization_endpoint,
            client_id=self.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(code_verifier),
            code_challenge_method="S256",
            login_hint=login_hint,
            **extra,
        )
        return url

    async def id_token(self, *, code: str, code_verifier: str, redirect_uri: str) -> str:
        """The id token for this code, not yet verified. Raises `CodeRefused` or `SignInUnavailable`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": code_verifier,
        }
        answer = await self.at.ask("POST", (await self.metadata()).token_endpoint, form=form, client=self.client)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise CodeRefused("geen id_token")
        return token

    async def sign_out_url(self, *, id_token: str, back_to: str) -> str | None:
        """Where the browser ends the provider's own session (RP-Initiated Logout 1.0); None when there is none."""
        try:
            endpoint = (await self.at.present()).end_session_endpoint
        except SignInUnavailable:
            return None
        if endpoint is None:
            return None
        query = {"id_token_hint": id_token, "post_logout_redirect_uri": back_to, "client_id": self.client_id}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


@cache
def known_issuer() -> Issuer:
    """The platform's issuer, as the settings name it."""
    config = settings()
    backend = str(config.oidc_backend) if config.oidc_backend else None
    return Issuer(urls.issuer(), backend=backend, http_too=config.development)


def provider(tenant: Tenant) -> Provider:
    """The issuer with the client of this municipality."""
    return Provider(known_issuer(), client_of(tenant.slug))


@cache
def _tls() -> ssl.SSLContext:
    """Read once: it takes tens of milliseconds in which nobody else is served. SSL_CERT_FILE names an own set."""
    return httpx2.create_ssl_context()


def _basic(client: Client) -> str:
    """Client authentication (RFC 6749, section 2.3.1: both parts form-encoded first)."""
    pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


async def _read_capped(response: httpx2.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER:
            raise SignInUnavailable
    return body


def _answer(status: int, body: bytes, *, refusable: bool) -> dict[str, Any]:
    if refusable and 400 <= status < 500:
        raise CodeRefused(str(status))
    try:
        document = json.loads(body) if status == 200 else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise SignInUnavailable
    return document


def _keys(document: dict[str, Any]) -> dict[str, Key]:
    """The keys that have a name and can be read; one odd key does not take the others along."""
    found: dict[str, Key] = {}
    entries = document.get("keys")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("kid"), str):
            try:
                found[entry["kid"]] = import_key(entry)
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return found
