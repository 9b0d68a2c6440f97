"""The provider's keys: exchanged while somebody signs in, weak, wrong, huge, gone. Each goes the whole way."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from sqlalchemy import func, select

from app import klok
from app.auth.models import Sessie
from app.auth.oidc import known_issuer
from app.db import unit_of_work
from tenants.context import Tenant
from tests.auth.conftest import Negative
from tests.auth.provider import StubProvider
from tests.auth.test_callback import ODD_ANSWERS
from tests.auth.test_tokens import LIES, by_hand
from tests.auth.world import Browser

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")]

Fields = dict[str, Any]
P384 = ECKey.generate_key("P-384", {"kid": "ec-384", "use": "sig"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed-1", "use": "sig"})
SECRET = OctKey.generate_key(256, {"kid": "rsa-1"})


def rsa(**changes: Any) -> Callable[[StubProvider], object]:
    """The real key with something else about it; None takes a field away."""

    def key_set(idp: StubProvider) -> object:
        fields = idp.rsa.as_dict(private=False) | changes
        return {"keys": [{name: value for name, value in fields.items() if value is not None}]}

    return key_set


def only(key: Any, **changes: Any) -> Callable[[StubProvider], object]:
    return lambda _: {"keys": [key.as_dict(private=isinstance(key, OctKey)) | changes]}


def always(document: object) -> Callable[[StubProvider], object]:
    return lambda _: document


def _zeros(length: int) -> str:
    return base64.urlsafe_b64encode(bytes(length)).rstrip(b"=").decode()


# What stands at jwks_uri while the token is honestly signed by rsa-1.
ODD_SETS: dict[str, Callable[[StubProvider], object]] = {
    "use=enc": rsa(use="enc"),
    "for encrypting": rsa(use=None, key_ops=["encrypt"]),
    "for deriving": rsa(use=None, key_ops=["deriveKey"]),
    "for another algorithm": rsa(alg="PS256"),
    "for a shared secret": rsa(alg="HS256"),
    "exponent 1": rsa(e="AQ"),
    "exponent even": rsa(e="Ag"),
    "modulus of zeros": rsa(n=_zeros(256)),
    "modulus of 512 bits": rsa(n=base64.urlsafe_b64encode(b"\xff" * 64).decode().rstrip("=")),
    "no modulus": rsa(n=None),
    "modulus a number": rsa(n=7),
    "no type": rsa(kty=None),
    "type EC": rsa(kty="EC"),
    "type oct": rsa(kty="oct"),
    "type unknown": rsa(kty="PQC"),
    "no name": rsa(kid=None),
    "name a number": rsa(kid=1),
    "name in capitals": rsa(kid="RSA-1"),
    "name with a space": rsa(kid="rsa-1 "),
    "the key of somebody else": lambda idp: {"keys": [idp.foreign.as_dict(private=False)]},
    "a secret of the same name": only(SECRET),
    "an EC key of the same name": lambda idp: {"keys": [idp.ec.as_dict(private=False) | {"kid": "rsa-1"}]},
    "an Ed25519 key of the same name": only(ED, kid="rsa-1"),
    "a list of texts": always({"keys": ["rsa-1"]}),
    "a list of lists": always({"keys": [[]]}),
    "keys a text": always({"keys": "rsa-1"}),
    "keys an object": always({"keys": {"rsa-1": {}}}),
    "keys null": always({"keys": None}),
    "no keys": always({"sleutels": []}),
    "an empty list": always({"keys": []}),
    "a list for the whole": always([{"keys": []}]),
    "null for the whole": always(b"null"),
    "HTML": always(b"<html>onderhoud</html>"),
    "not UTF-8": always(b'{"keys": "\xff"}'),
    "cut": always(b'{"keys": [{"kty": "RSA"'),
    "nested deep": always(b'{"keys": ' + b"[" * 100_000),
    "empty": always(b" "),
    "5 MB": always(b'{"keys": [' + b" " * 5_000_000 + b"]}"),
    "10,000 keys": lambda idp: {"keys": [idp.foreign.as_dict(private=False)] * 10_000},
}


@pytest.mark.parametrize("name", ODD_SETS)
async def test_an_odd_key_set_gives_no_session(
    name: str, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant], negative: Negative
) -> None:
    idp.key_set = ODD_SETS[name](idp)
    response = await deventer.sign_in(idp, "sanne.proef")
    assert response.status_code in {400, 503}, name
    assert response.json()["title"] in {"Aanmelden is niet gelukt", "Aanmelden kan nu niet"}
    assert "__Host-sid" not in deventer.cookies
    async with unit_of_work(tenants["deventer"]) as session:
        assert await session.scalar(select(func.count()).select_from(Sessie)) == 0
    idp.key_set = None
    with time_machine.travel(klok.now() + timedelta(minutes=61)):
        assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303, "and it recovers by itself"
    negative()


@pytest.mark.parametrize(
    ("key", "alg"), [(P384, "ES256"), (ED, "EdDSA"), (SECRET, "HS256")], ids=["P-384", "Ed25519", "oct"]
)
async def test_a_published_key_of_another_kind(
    key: Any, alg: str, deventer: Browser, idp: StubProvider, negative: Negative
) -> None:
    idp.key_set = {"keys": [key.as_dict(private=isinstance(key, OctKey))]}
    idp.lie = lambda claims: by_hand(idp, {"alg": alg, "kid": key.kid}, claims)
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 400
    assert "__Host-sid" not in deventer.cookies
    negative()


async def test_one_odd_key_does_not_take_the_others_along(deventer: Browser, idp: StubProvider) -> None:
    odd = [1, {}, {"kid": "x"}, {"kid": "y", "kty": "RSA", "e": "AQAB"}, {"kid": "z", "kty": "EC", "crv": "P-999"}]
    idp.key_set = {"keys": [*odd, idp.rsa.as_dict(private=False)]}
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303


async def test_the_keys_are_exchanged_while_somebody_signs_in(
    deventer: Browser, colleague: Browser, idp: StubProvider, negative: Negative
) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    began = klok.now()
    with time_machine.travel(began + timedelta(seconds=70)):
        back = idp.authorize(await colleague.begin(), "deventer:karim.testman")
        fresh = RSAKey.generate_key(2048, {"kid": "rsa-nieuw", "use": "sig"})
        idp.keys = [fresh]
        idp.lie = lambda claims: idp.sign(claims, header={"alg": "RS256", "kid": "rsa-nieuw"}, key=fresh)
        assert (await colleague.come_back(back)).status_code == 303
        idp.lie = None
        assert (await colleague.sign_in(idp, "karim.testman")).status_code == 400, "the old key has had its day"
    negative()


async def test_a_flood_of_unknown_names_asks_once_a_minute(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    began, issuer = klok.now(), known_issuer()
    for minute in range(1, 4):
        with time_machine.travel(began + timedelta(seconds=61 * minute)):
            asked = [issuer.key(f"verzonnen-{number}") for number in range(100)]
            assert set(await asyncio.gather(*asked)) == {None}
            assert await issuer.key("rsa-1") is not None, "and the real one stays known"
        assert idp.requests.count(("GET", "/jwks")) == 1 + minute


async def test_the_first_to_sign_in_together_all_come_in(idp: StubProvider) -> None:
    """A process that just began looks for the keys once; whoever signs in meanwhile waits for what it finds."""
    issuer = known_issuer()
    found = await asyncio.gather(*(issuer.key("rsa-1") for _ in range(6)))
    assert all(key is not None for key in found)
    assert idp.requests.count(("GET", "/jwks")) == 1


async def test_kept_keys_serve_while_the_provider_cannot_give_them(deventer: Browser, idp: StubProvider) -> None:
    await deventer.sign_in(idp, "sanne.proef")
    idp.key_set = b"onderhoud"
    with time_machine.travel(klok.now() + timedelta(hours=2)):
        idp.lie = lambda claims: idp.sign(
            {**claims, "iat": int(klok.now().timestamp()), "exp": int(klok.now().timestamp()) + 60}
        )
        assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303


async def test_a_token_of_a_megabyte(deventer: Browser, idp: StubProvider, negative: Negative) -> None:
    idp.lie = lambda claims: {**claims, "extra": "x" * 1_000_000}
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 503
    assert "__Host-sid" not in deventer.cookies
    negative()


async def test_there_are_enough() -> None:
    assert len(LIES) + len(ODD_ANSWERS) + len(ODD_SETS) >= 120
