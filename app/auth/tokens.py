"""The one place that believes a token of the issuer: who somebody is, and that somebody signed out.

OpenID Connect Core 1.0, section 3.1.3.7; OpenID Connect Back-Channel Logout 1.0, section 2.6; RFC 8725.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey

from app import klok

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
MAX_TOKEN: Final = 16_000  # characters
LEEWAY: Final = 100  # seconds that our clock and the issuer's may differ
MAX_AGE: Final = 600  # seconds: a sign-in lasts ten minutes, so does its token
# Anything else may carry or fetch a key of the sender's own (jwk, jku, x5u, x5c) or change the rules (crit, b64).
_HEADER: Final = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})

_ID_TOKEN: Final = frozenset({"JWT"})
_NOTICE: Final = frozenset({"JWT", "LOGOUT+JWT"})
_SIGNED_OUT: Final = "http://schemas.openid.net/event/backchannel-logout"

KeyByKid = Callable[[str], Awaitable[Key | None]]


class TokenRefused(Exception):
    """The token proves nothing. The text is for the technical log and holds nothing of its contents."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the issuer says this is."""

    issuer: str  # without a slash at the end
    subject: str
    naam: str | None
    email: str | None
    sid: str | None  # the issuer's own session
    organisaties: tuple[str, ...] = ()  # aliases, to the letter; of a municipality it is the slug
    niveau: str | None = None  # acr: how the person proved who they are
    aangemeld_op: datetime | None = None  # auth_time: when that was
    gebruikersnaam: str | None = None  # what the person is called there (preferred_username)
    email_bevestigd: bool = False  # the issuer vouches for the address (email_verified, and nothing but true)


async def verify(id_token: str, *, key_by_kid: KeyByKid, issuer: str, client_id: str, nonce: str) -> Identity:
    """Signature, issuer, audience, authorized party, times and nonce; raises `TokenRefused` at the first doubt."""
    claims = await _signed(id_token, key_by_kid, _ID_TOKEN)
    _check_claims(claims, sub={"essential": True}, nonce={"essential": True, "value": nonce}, aud=_for(client_id))
    _check_parties(claims, issuer, client_id)
    subject = _exact(claims, "sub")
    if subject is None or not isinstance(claims["nonce"], str):
        raise TokenRefused("vorm van sub of nonce")
    return Identity(
        issuer=issuer,
        subject=subject,
        naam=_text(claims.get("name"), 200),
        email=_text(claims.get("email"), 254),
        sid=_text(claims.get("sid"), 255),
        organisaties=_organisations(claims.get("organization")),
        niveau=_text(claims.get("acr"), 100),
        aangemeld_op=_moment(claims.get("auth_time")),
        gebruikersnaam=_text(claims.get("preferred_username"), 100),
        email_bevestigd=claims.get("email_verified") is True,
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody signed out at the issuer: one session of theirs (`sid`), or all of them. At least one is known."""

    issuer: str
    subject: str | None
    sid: str | None
    jti: str
    verloopt_op: datetime  # from then on the token is refused by its age


async def verify_notice(logout_token: str, *, key_by_kid: KeyByKid, issuer: str, client_id: str) -> Notice:
    """A logout token for this client; raises `TokenRefused`. That it is used once is for the caller to see to."""
    claims = await _signed(logout_token, key_by_kid, _NOTICE)
    _check_claims(claims, jti={"essential": True}, events={"essential": True}, aud=_for(client_id))
    _check_parties(claims, issuer, client_id)
    if "nonce" in claims:
        raise TokenRefused("nonce in een afmelding")  # it would be an id token in disguise
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(_SIGNED_OUT), dict):
        raise TokenRefused("geen afmelding")
    subject, sid, jti = (_exact(claims, name) for name in ("sub", "sid", "jti"))
    if jti is None or (subject is None and sid is None):
        raise TokenRefused("van niemand")
    return Notice(issuer, subject, sid, jti, verloopt_op=_moment(claims["iat"] + MAX_AGE + 2 * LEEWAY) or klok.now())


async def _signed(token: str, key_by_kid: KeyByKid, types: frozenset[str]) -> dict[str, Any]:
    """The claims, once the header is one of ours and the issuer's own key signed them."""
    header = _header(token, types)
    key = await key_by_kid(header["kid"])
    if key is None:
        raise TokenRefused("onbekende sleutel")
    _check_key(key, header["alg"])
    try:
        return dict(jwt.decode(token, key, algorithms=list(ALGORITHMS), decoder_cls=_StrictJson).claims)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenRefused(type(error).__name__) from None


def _header(id_token: str, types: frozenset[str]) -> dict[str, str]:
    """The header with `alg` and `kid`, before any key is looked up."""
    if len(id_token) > MAX_TOKEN or id_token.count(".") != 2:
        raise TokenRefused("vorm")
    first = id_token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)), cls=_StrictJson)
    except (ValueError, RecursionError):
        raise TokenRefused("kop") from None
    if not isinstance(header, dict) or not _HEADER.issuperset(header):
        raise TokenRefused("kop met onbekend veld")
    if not all(isinstance(value, str) for value in header.values()) or not header.get("kid"):
        raise TokenRefused("kop zonder kid")
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused("algoritme")
    if header.get("typ", "JWT").upper() not in types:
        raise TokenRefused("soort")
    return header


def _check_key(key: Key, alg: str) -> None:
    """A key of the right family and long enough; joserfc looks at its `use` and `alg`."""
    family = ECKey if alg == "ES256" else RSAKey
    if not isinstance(key, family):
        raise TokenRefused("sleutel past niet")
    if isinstance(key, RSAKey) and key.public_key.key_size < 2048:
        raise TokenRefused("sleutel te kort")


def _for(client_id: str) -> jwt.ClaimsOption:
    return {"essential": True, "value": client_id}


def _check_claims(claims: dict[str, Any], **wanted: jwt.ClaimsOption) -> None:
    """What both kinds of token must say, and `wanted`."""
    registry = jwt.JWTClaimsRegistry(
        now=int(klok.now().timestamp()),
        leeway=LEEWAY,
        iss={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        **wanted,
    )
    try:
        registry.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise TokenRefused(type(error).__name__) from None


def _check_parties(claims: dict[str, Any], issuer: str, client_id: str) -> None:
    """What the registry cannot say: the issuer's spelling, several audiences, age, text where text is due."""
    if claims["iss"].rstrip("/") != issuer:
        raise TokenRefused("uitgever")
    azp = claims.get("azp")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or azp is not None) and azp != client_id:
        raise TokenRefused("azp")
    if claims["iat"] < klok.now().timestamp() - MAX_AGE - LEEWAY:
        raise TokenRefused("te oud")


def _exact(claims: dict[str, Any], name: str) -> str | None:
    """A claim to compare with: text of a length that we could have kept. Raises `TokenRefused` for anything else."""
    value = claims.get(name)
    if value is not None and not (isinstance(value, str) and 0 < len(value) <= 255):
        raise TokenRefused(f"vorm van {name}")
    return value


def _moment(value: object) -> datetime | None:
    """Seconds since 1970 as a moment; None for what is no such number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 2**33:
        return None
    return datetime.fromtimestamp(value, UTC)


def _organisations(claim: object) -> tuple[str, ...]:
    """The claim `organization`: a list of aliases, or an object with an alias as each name (Keycloak gives either).

    Anything else names no organisation: a text, a number, a list with something odd among its items.
    """
    aliases = list(claim) if isinstance(claim, (list, dict)) else []
    return tuple(aliases) if all(isinstance(alias, str) for alias in aliases) else ()


def _text(value: object, longest: int) -> str | None:
    """A claim as text we dare show: printable and not too long."""
    if not isinstance(value, str):
        return None
    printable = "".join(letter for letter in value if letter.isprintable()).strip()
    return printable[:longest] or None


class _StrictJson(json.JSONDecoder):
    """Refuses a name given twice, NaN and Infinity: readers differ about them, and that difference is an attack."""

    def __init__(self, **_: Any) -> None:
        super().__init__(object_pairs_hook=_unique, parse_constant=_no_constant)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("naam staat er twee keer")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)
