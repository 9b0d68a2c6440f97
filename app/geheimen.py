"""Encryption at rest: data keys per municipality, wrapped by the platform's key (envelope encryption).

AES-256-GCM. The associated data names municipality, field and row, so that a ciphertext moved to another one refuses
to open. Layouts of a sealed value, by its first byte:

    1  nonce (12), ciphertext with tag; data key 1, no row. Read, and written no more.
    2  number of the data key (2 bytes, big endian), nonce (12), ciphertext with tag.

Keyed hashes have a key of their own that does not change with the data key: rows are found by them, also rows nobody
may rewrite (docs/decisions: sleutels). Everything here is a pure function of its arguments and the settings.
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.settings import settings
from tenants.context import Tenant

_WITHOUT_ROW = b"\x01"
_WITH_ROW = b"\x02"
_NONCE = 12
_HASH = b"subject-hmac"


class CannotOpen(ValueError):
    """The value was not sealed for this tenant, field and row, its key was destroyed, or it was damaged."""


def new_wrapped_key(slug: str, nummer: int = 1) -> bytes:
    """A fresh data key for one tenant, wrapped; what `platform.gemeente.sleutel` holds."""
    return wrap(os.urandom(32), key_label(slug, nummer))


def new_wrapped_hash_key(slug: str) -> bytes:
    """A fresh key for keyed hashes, wrapped; what `platform.gemeente.hash_sleutel` holds."""
    return wrap(os.urandom(32), hash_label(slug))


def seal(tenant: Tenant, context: str, value: str, *, row: object = "") -> bytes:
    """Encrypt `value` for this tenant under its present data key.

    `context` names table and column (`betrokkene.subject`), `row` the primary key of the row that will hold it.
    """
    head = header(tenant)
    return head + _encrypt(
        _data_key_of(tenant, tenant.sleutel_nummer), value.encode(), _aad(tenant, context, row, head)
    )


def unseal(tenant: Tenant, context: str, sealed: bytes, *, row: object = "") -> str:
    """The value back. Raises `CannotOpen` for another tenant's, field's or row's, a damaged one, a destroyed key."""
    if sealed[:1] == _WITHOUT_ROW:
        return _decrypt(_data_key_of(tenant, 1), sealed[1:], f"{tenant.slug}|{context}".encode()).decode()
    if sealed[:1] != _WITH_ROW or len(sealed) < 3:
        raise CannotOpen("onbekende versie")
    head, nummer = sealed[:3], int.from_bytes(sealed[1:3], "big")
    return _decrypt(_data_key_of(tenant, nummer), sealed[3:], _aad(tenant, context, row, head)).decode()


def header(tenant: Tenant) -> bytes:
    """How every value begins that is sealed under the tenant's present data key."""
    return _WITH_ROW + tenant.sleutel_nummer.to_bytes(2, "big")


def subject_hmac(tenant: Tenant, soort: str, subject: str) -> bytes:
    """32 bytes by which rows about one subject are found again; the same person differs per tenant."""
    return hmac.new(hash_key(tenant), f"{soort}:{subject}".encode(), sha256).digest()


def hash_key(tenant: Tenant) -> bytes:
    """The key of this tenant's keyed hashes; before it had one of its own, it followed from the first data key."""
    if tenant.hash_sleutel is None:
        return _derived_key(tenant.slug, tenant.sleutel, _HASH)
    return _opened(tenant.hash_sleutel, hash_label(tenant.slug))


def key_label(slug: str, nummer: int) -> str:
    """Associated data of a wrapped data key: it opens as this key of this tenant only."""
    return f"sleutel|{slug}" if nummer == 1 else f"sleutel|{slug}|{nummer}"


def hash_label(slug: str) -> str:
    return f"hashsleutel|{slug}"


def wrap(key: bytes, label: str) -> bytes:
    """`key` under the platform's present key."""
    return _WITHOUT_ROW + _encrypt(_platform_keys()[0], key, label.encode())


def wrapped_anew(wrapped: bytes, label: str) -> bytes | None:
    """The same key under the platform's present key; None when it is already. Raises `CannotOpen`."""
    try:
        _decrypt(_platform_keys()[0], wrapped[1:], label.encode())
    except CannotOpen:
        return wrap(_opened(wrapped, label), label)
    return None


def _platform_keys() -> tuple[bytes, ...]:
    """The present key first, then those that still open during a rotation."""
    config = settings()
    keys = (config.secret_key, *config.secret_key_old)
    return tuple(base64.b64decode(key.get_secret_value()) for key in keys)


def _data_key_of(tenant: Tenant, nummer: int) -> bytes:
    if nummer == tenant.sleutel_nummer:
        return _data_key(tenant.slug, tenant.sleutel, nummer)
    wrapped = dict(tenant.sleutels).get(nummer)
    if wrapped is None:
        raise CannotOpen(f"sleutel {nummer} is er niet")
    return _data_key(tenant.slug, wrapped, nummer)


@lru_cache(maxsize=1024)
def _data_key(slug: str, wrapped: bytes, nummer: int = 1) -> bytes:
    return _opened(wrapped, key_label(slug, nummer))


@lru_cache(maxsize=512)
def _derived_key(slug: str, wrapped: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(_data_key(slug, wrapped))


@lru_cache(maxsize=1024)
def _opened(wrapped: bytes, label: str) -> bytes:
    """A wrapped key, with whichever of the platform's keys opens it."""
    if wrapped[:1] != _WITHOUT_ROW:
        raise CannotOpen("onbekende versie")
    for platform_key in _platform_keys():
        try:
            return _decrypt(platform_key, wrapped[1:], label.encode())
        except CannotOpen:
            continue
    raise CannotOpen("geen sleutel van het platform past")


def _aad(tenant: Tenant, context: str, row: object, head: bytes) -> bytes:
    return head + f"{tenant.slug}|{context}|{row}".encode()


def _encrypt(key: bytes, value: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value, aad)


def _decrypt(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], aad)
    except (InvalidTag, ValueError):
        raise CannotOpen("dit hoort hier niet") from None
