"""What an id token must be. Every lie goes the whole way: provider, token endpoint, callback, database."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from app import klok
from app.audit.models import Auditregel
from app.auth import tokens
from app.auth.models import Sessie
from app.db import unit_of_work
from tenants.context import Tenant
from tests.auth.conftest import Negative
from tests.auth.provider import Claims, StubProvider
from tests.auth.world import Browser

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning"),  # the weak key is meant
]

Lie = Callable[[StubProvider, Claims], Any]


def changed(**changes: Any) -> Lie:
    return lambda _, claims: {**claims, **changes}


def without(name: str) -> Lie:
    return lambda _, claims: {key: value for key, value in claims.items() if key != name}


def moved(name: str, seconds: int) -> Lie:
    return lambda _, claims: {**claims, name: int(time.time()) + seconds}


def header(**fields: Any) -> Lie:
    return lambda idp, claims: by_hand(idp, {"alg": "RS256", "kid": "rsa-1", **fields}, claims)


def by_hand(idp: StubProvider, head: dict[str, Any], claims: Claims | str, key: Any = None) -> str:
    """Signed (RS256) however odd the header or the payload is."""
    body = claims if isinstance(claims, str) else json.dumps(claims)
    told = f"{_b64(json.dumps(head).encode())}.{_b64(body.encode(errors='surrogateescape'))}"
    private: Any = (key or idp.rsa).private_key
    signature = private.sign(told.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{told}.{_b64(signature)}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unsigned(idp: StubProvider, claims: Claims, alg: str = "none") -> str:
    return f"{_b64(json.dumps({'alg': alg, 'kid': 'rsa-1'}).encode())}.{_b64(json.dumps(claims).encode())}."


def _hs256_with_the_public_key(idp: StubProvider, claims: Claims) -> str:
    told = f"{_b64(json.dumps({'alg': 'HS256', 'kid': 'rsa-1'}).encode())}.{_b64(json.dumps(claims).encode())}"
    return f"{told}.{_b64(hmac.digest(idp.rsa.as_pem(private=False), told.encode(), 'sha256'))}"


def _altered(idp: StubProvider, claims: Claims) -> str:
    head, _, signature = idp.sign(claims).split(".")
    return f"{head}.{_b64(json.dumps({**claims, 'sub': 'deventer:bram.model'}).encode())}.{signature}"


def _own_key_in_header(idp: StubProvider, claims: Claims) -> str:
    public = idp.foreign.as_dict(private=False)
    return by_hand(idp, {"alg": "RS256", "kid": "rsa-1", "jwk": public}, claims, idp.foreign)


def _twice(name: str, second: str) -> Lie:
    return lambda idp, claims: by_hand(
        idp, {"alg": "RS256", "kid": "rsa-1"}, json.dumps(claims)[:-1] + f', "{name}": {second}}}'
    )


LIES: dict[str, Lie] = {
    "alg none": _unsigned,
    "alg None": lambda idp, claims: _unsigned(idp, claims, "None"),
    "alg NONE": lambda idp, claims: _unsigned(idp, claims, "NONE"),
    "alg empty": lambda idp, claims: _unsigned(idp, claims, ""),
    "HS256 with the public key": _hs256_with_the_public_key,
    "RS384 is not on the list": lambda idp, claims: jwt.encode(
        {"alg": "RS384", "kid": "rsa-1"}, claims, idp.rsa, algorithms=["RS384"]
    ),
    "RS512 is not on the list": lambda idp, claims: _with_alg(idp, claims, "RS512"),
    "PS384 is not on the list": lambda idp, claims: _with_alg(idp, claims, "PS384"),
    "PS512 is not on the list": lambda idp, claims: _with_alg(idp, claims, "PS512"),
    "alg in lower case": header(alg="rs256"),
    "alg a list": header(alg=["RS256"]),
    "alg null": header(alg=None),
    "alg missing": lambda idp, claims: by_hand(idp, {"kid": "rsa-1"}, claims),
    "EdDSA with an RSA key": header(alg="EdDSA"),
    "ES256 with an RSA key": header(alg="ES256"),
    "ES256 that was signed as RS256": header(alg="ES256", kid="ec-1"),
    "PS256 that was signed as RS256": header(alg="PS256"),
    "alg twice in the header": lambda idp, claims: _head_by_hand(
        idp, '{"alg": "none", "kid": "rsa-1", "alg": "RS256"}', claims
    ),
    "header not an object": lambda idp, claims: _head_by_hand(idp, '["RS256", "rsa-1"]', claims),
    "header not UTF-8": lambda idp, claims: _head_by_hand(idp, b'{"alg": "RS256", "kid": "rsa-1\xff"}', claims),
    "RS256 with an EC key": header(kid="ec-1"),
    "another key of the same name": lambda idp, claims: idp.sign(claims, key=idp.foreign),
    "key in the header": _own_key_in_header,
    "jku": header(jku="http://127.0.0.1/keys"),
    "x5u": header(x5u="http://127.0.0.1/cert"),
    "x5c": header(x5c=["MIIB"]),
    "crit": header(crit=["exp"]),
    "b64 false": header(b64=False, crit=["b64"]),
    "nested: a token in a token": header(cty="JWT"),
    "encrypted: alg and enc": header(enc="A256GCM", alg="RSA-OAEP"),
    "epk": header(epk={"kty": "EC"}),
    "crit empty": header(crit=[]),
    "an unknown header field": header(zip="DEF"),
    "an access token's type": header(typ="at+jwt"),
    "a logout token's type": header(typ="logout+jwt"),
    "no kid": lambda idp, claims: by_hand(idp, {"alg": "RS256"}, claims),
    "kid empty": header(kid=""),
    "kid unknown": header(kid="rsa-2"),
    "kid a number": header(kid=1),
    "kid a path": header(kid="../../rsa-1"),
    "a key for encryption": lambda idp, claims: idp.sign(
        claims, header={"alg": "RS256", "kid": "enc-1"}, key=_for_signing(idp.for_encryption)
    ),
    "a key for another algorithm": lambda idp, claims: _with_key_for(idp, claims, "PS256"),
    "a key of 1024 bits": lambda idp, claims: _weakly(idp, claims),
    "signature missing": lambda idp, claims: idp.sign(claims).rpartition(".")[0] + ".",
    "signature cut": lambda idp, claims: idp.sign(claims)[:-8],
    "payload changed": _altered,
    "payload a list": lambda idp, claims: by_hand(idp, {"alg": "RS256", "kid": "rsa-1"}, "[1]"),
    "payload not JSON": lambda idp, claims: by_hand(idp, {"alg": "RS256", "kid": "rsa-1"}, "{"),
    "payload nested deep": lambda idp, claims: by_hand(idp, {"alg": "RS256", "kid": "rsa-1"}, "[" * 5000),
    "sub twice": _twice("sub", '"deventer:bram.model"'),
    "exp NaN": _twice("exp ", "NaN"),
    "payload of another token": lambda idp, claims: _spliced(idp, claims),
    "payload not UTF-8": lambda idp, claims: by_hand(
        idp, {"alg": "RS256", "kid": "rsa-1"}, json.dumps(claims)[:-1] + ', "x": "\udcff"}'
    ),
    "payload empty": lambda idp, claims: by_hand(idp, {"alg": "RS256", "kid": "rsa-1"}, "{}"),
    "iss twice": _twice("iss", '"https://login.example"'),
    "aud twice": _twice("aud", '"kiss-zwolle"'),
    "nonce twice": _twice("nonce", '"x"'),
    "exp twice": _twice("exp", "9999999999"),
    "exp Infinity": _twice("exp ", "Infinity"),
    "four parts": lambda idp, claims: idp.sign(claims) + ".\n",
    "six parts": lambda idp, claims: idp.sign(claims) + "." + idp.sign(claims),
    "two parts": lambda idp, claims: "a.b",
    "five parts (encrypted)": lambda idp, claims: "a.b.c.d.e",
    "empty": lambda idp, claims: "",
    "larger than 16 kB": changed(extra="x" * 17_000),
    "iss of another": changed(iss="https://login.example"),
    "iss of another municipality's realm": lambda idp, claims: {**claims, "iss": claims["iss"] + "/realms/zwolle"},
    "iss in capitals": lambda idp, claims: {**claims, "iss": claims["iss"].upper()},
    "iss with a user": lambda idp, claims: {**claims, "iss": claims["iss"].replace("://", "://x@")},
    "iss empty": changed(iss=""),
    "iss longer": lambda idp, claims: {**claims, "iss": claims["iss"] + ".evil.example"},
    "iss with a path": lambda idp, claims: {**claims, "iss": claims["iss"] + "/realms/ander"},
    "iss a list": lambda idp, claims: {**claims, "iss": [claims["iss"]]},
    "iss missing": without("iss"),
    "aud of another": changed(aud="andere-client"),
    "aud list without us": changed(aud=["a", "b"]),
    "aud missing": without("aud"),
    "aud empty": changed(aud=[]),
    "aud a number": changed(aud=[1]),
    "aud of another municipality": changed(aud="kiss-zwolle"),
    "aud of the name without a municipality": changed(aud="kiss"),
    "aud of several, no azp": changed(aud=["kiss-deventer", "ander"]),
    "aud of several, azp of another": changed(aud=["kiss-deventer", "ander"], azp="ander"),
    "azp of another": changed(azp="ander"),
    "azp empty": changed(azp=""),
    "nonce missing": without("nonce"),
    "nonce of another": changed(nonce="x" * 43),
    "nonce empty": changed(nonce=""),
    "nonce in a list": lambda idp, claims: {**claims, "nonce": [claims["nonce"]]},
    "exp 120 s ago": moved("exp", -120),
    "exp 0": changed(exp=0),
    "exp negative": changed(exp=-1),
    "exp null": changed(exp=None),
    "exp a list": changed(exp=[9999999999]),
    "exp 101 s ago": moved("exp", -101),
    "exp 10 min ago": moved("exp", -600),
    "exp missing": without("exp"),
    "exp text": changed(exp="9999999999"),
    "exp true": changed(exp=True),
    "iat 120 s ahead": moved("iat", 120),
    "iat 12 min ago": moved("iat", -720),
    "iat 10 min ahead": moved("iat", 600),
    "iat text": changed(iat="nu"),
    "iat true": changed(iat=True),
    "iat null": changed(iat=None),
    "iat missing": without("iat"),
    "nbf 120 s ahead": moved("nbf", 120),
    "nbf 105 s ahead": moved("nbf", 105),
    "nbf a list": changed(nbf=[0]),
    "nbf text": changed(nbf="nu"),
    "sub missing": without("sub"),
    "sub empty": changed(sub=""),
    "sub a number": changed(sub=1),
    "sub a list": lambda idp, claims: {**claims, "sub": [claims["sub"]]},
    "sub too long": changed(sub="x" * 256),
}

TRUTHS: dict[str, Lie] = {
    "as it is": lambda idp, claims: claims,
    "PS256": lambda idp, claims: jwt.encode({"alg": "PS256", "kid": "rsa-1"}, claims, idp.rsa, algorithms=["PS256"]),
    "ES256": lambda idp, claims: idp.sign(claims, header={"alg": "ES256", "kid": "ec-1"}, key=idp.ec),
    "aud a list of one": changed(aud=["kiss-deventer"]),
    "aud of several with our azp": changed(aud=["ander", "kiss-deventer"], azp="kiss-deventer"),
    "azp ours": changed(azp="kiss-deventer"),
    "iss with a slash": lambda idp, claims: {**claims, "iss": claims["iss"] + "/"},
    "exp 30 s ago (leeway)": moved("exp", -30),
    "a clock 90 s behind": moved("exp", -90),
    "iat 30 s ahead (leeway)": moved("iat", 30),
    "a clock 90 s ahead": moved("iat", 90),
    "nbf 30 s ahead (leeway)": moved("nbf", 30),
    "no name, no e-mail, no sid": lambda idp, claims: {
        key: value for key, value in claims.items() if key not in {"name", "email", "sid"}
    },
}


def _with_alg(idp: StubProvider, claims: Claims, alg: str) -> str:
    return jwt.encode({"alg": alg, "kid": "rsa-1"}, claims, idp.rsa, algorithms=[alg])


def _head_by_hand(idp: StubProvider, head: str | bytes, claims: Claims) -> str:
    """Signed well (RS256) under a header that no library would write."""
    raw = head if isinstance(head, bytes) else head.encode()
    told = f"{_b64(raw)}.{_b64(json.dumps(claims).encode())}"
    return f"{told}.{_b64(idp.rsa.private_key.sign(told.encode(), padding.PKCS1v15(), hashes.SHA256()))}"  # type: ignore[union-attr]


def _spliced(idp: StubProvider, claims: Claims) -> str:
    """Header and signature of one token around the payload of another that we signed ourselves, too."""
    head, _, signature = idp.sign(claims).split(".")
    other = idp.sign({**claims, "sub": "deventer:bram.model"}).split(".")[1]
    return f"{head}.{other}.{signature}"


def _with_key_for(idp: StubProvider, claims: Claims, alg: str) -> str:
    """Signed with RS256 by a key that the issuer published for something else."""
    idp.keys = [type(idp.rsa).import_key({**idp.rsa.as_dict(private=False), "alg": alg})]
    return idp.sign(claims)


def _weakly(idp: StubProvider, claims: Claims) -> str:
    weak = RSAKey.generate_key(1024, {"kid": "weak-1", "use": "sig"})
    idp.keys.append(weak)
    return by_hand(idp, {"alg": "RS256", "kid": "weak-1"}, claims, weak)


def _for_signing(key: Any) -> Any:
    """The same private key without its promise to be for encryption only."""
    fields = {name: value for name, value in key.as_dict(private=True).items() if name != "use"}
    return type(key).import_key(fields)


@pytest.mark.parametrize("name", LIES)
async def test_a_lie_gives_no_session(
    name: str, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant], negative: Negative
) -> None:
    idp.lie = lambda claims: LIES[name](idp, claims)
    response = await deventer.sign_in(idp, "sanne.proef")
    assert (response.status_code, response.json()["title"]) == (400, "Aanmelden is niet gelukt"), name
    assert "__Host-sid" not in deventer.cookies
    async with unit_of_work(tenants["deventer"]) as session:
        assert await session.scalar(select(func.count()).select_from(Sessie)) == 0
        newest = (await session.scalars(select(Auditregel).order_by(Auditregel.id.desc()).limit(1))).one()
    assert (newest.handeling, newest.uitkomst) == ("aanmelding.geweigerd", "geweigerd")
    negative()


@pytest.mark.parametrize("name", TRUTHS)
async def test_a_true_token_gives_a_session(name: str, deventer: Browser, idp: StubProvider) -> None:
    idp.lie = lambda claims: TRUTHS[name](idp, claims)
    response = await deventer.sign_in(idp, "sanne.proef")
    assert response.status_code == 303, response.text
    assert (await deventer.get("/")).json()["naam"] == "Sanne Proef"


async def test_a_rotated_key_is_fetched_and_an_unknown_one_at_most_once_a_minute(
    deventer: Browser, idp: StubProvider
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    assert _fetched(idp) == 1
    fresh = type(idp.rsa).generate_key(2048, {"kid": "rsa-nieuw", "use": "sig"})
    idp.keys = [fresh]
    idp.lie = lambda claims: idp.sign(claims, header={"alg": "RS256", "kid": "rsa-nieuw"}, key=fresh)
    for _ in range(5):
        assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 400
    assert _fetched(idp) == 1, "within the minute nobody makes us look again"
    with time_machine.travel(klok.now() + timedelta(seconds=61)):
        assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303
    assert _fetched(idp) == 2


async def test_by_hand_signs_well(deventer: Browser, idp: StubProvider) -> None:
    """Else every lie above would be refused for its signature alone."""
    idp.lie = lambda claims: by_hand(idp, {"alg": "RS256", "kid": "rsa-1", "typ": "JWT"}, claims)
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303


async def test_known_keys_serve_when_the_provider_lost_them(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    idp.keys = []
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303


async def test_a_name_is_printable_and_short(deventer: Browser, idp: StubProvider) -> None:
    idp.lie = lambda claims: {**claims, "name": "Sanne\x00\u202e <b>Proef\n" + "x" * 300}
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303
    naam = (await deventer.get("/")).json()["naam"]
    assert naam.startswith("Sanne <b>Proefxxx")
    assert len(naam) == 200
    idp.lie = None
    await deventer.sign_in(idp, "sanne.proef")


def _fetched(idp: StubProvider) -> int:
    return idp.requests.count(("GET", "/jwks"))


async def test_the_table_is_long_enough() -> None:
    assert len(LIES) >= 60
    assert set(tokens.ALGORITHMS) == {"RS256", "PS256", "ES256"}
