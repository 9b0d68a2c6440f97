"""Encryption at rest: a data key per municipality, wrapped by the platform's key (envelope encryption).

AES-256-GCM with associated data `tenant|context`: a ciphertext moved to another tenant or field refuses to open.
Layout of a sealed value: 1 byte version, 12 bytes nonce, ciphertext with tag.
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

_VERSION = b"\x01"
_NONCE = 12


class CannotOpen(ValueError):
    """The value was not sealed for this tenant and context, or was damaged."""


def new_wrapped_key(slug: str) -> bytes:
    """A fresh data key for one tenant, wrapped; what `platform.gemeente.sleutel` holds."""
    return _seal(_platform_key(), os.urandom(32), f"sleutel|{slug}")


def seal(tenant: Tenant, context: str, value: str) -> bytes:
    """Encrypt `value` for this tenant; `context` names table and column, for instance `betrokkene.subject`."""
    return _seal(_data_key(tenant.slug, tenant.sleutel), value.encode(), f"{tenant.slug}|{context}")


def unseal(tenant: Tenant, context: str, sealed: bytes) -> str:
    """The value back. Raises `CannotOpen` for another tenant's, another field's or a damaged value."""
    return _open(_data_key(tenant.slug, tenant.sleutel), sealed, f"{tenant.slug}|{context}").decode()


def subject_hmac(tenant: Tenant, soort: str, subject: str) -> bytes:
    """32 bytes by which rows about one subject are found again; the same person differs per tenant."""
    key = _derived_key(tenant.slug, tenant.sleutel, b"subject-hmac")
    return hmac.new(key, f"{soort}:{subject}".encode(), sha256).digest()


def _platform_key() -> bytes:
    return base64.b64decode(settings().secret_key.get_secret_value())


@lru_cache(maxsize=512)
def _data_key(slug: str, wrapped: bytes) -> bytes:
    return _open(_platform_key(), wrapped, f"sleutel|{slug}")


@lru_cache(maxsize=512)
def _derived_key(slug: str, wrapped: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(_data_key(slug, wrapped))


def _seal(key: bytes, value: bytes, aad: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, value, aad.encode())


def _open(key: bytes, sealed: bytes, aad: str) -> bytes:
    if sealed[:1] != _VERSION:
        raise CannotOpen("onbekende versie")
    nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, aad.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(aad.split("|")[0]) from error
