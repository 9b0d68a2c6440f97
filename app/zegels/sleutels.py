"""Keys for sealing, derived from the platform's key for this purpose and this municipality only (HKDF, RFC 5869).

They are nowhere in the database: whoever can write there can't make a seal.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.settings import settings


@dataclass(frozen=True, slots=True)
class Zegelsleutel:
    """What one key of the platform gives one municipality: for the mark of each row and for the heads."""

    merk: bytes = field(repr=False)
    hoofd: Ed25519PrivateKey = field(repr=False)

    @property
    def openbaar(self) -> bytes:
        """The public key by which anybody checks a head; 32 bytes."""
        return self.hoofd.public_key().public_bytes_raw()


def sleutels(slug: str) -> tuple[Zegelsleutel, ...]:
    """The key that seals now; after it those of before, as long as the settings hold them."""
    return tuple(_derived(key, slug) for key in _platform_keys())


def _platform_keys() -> tuple[bytes, ...]:
    config = settings()
    return tuple(base64.b64decode(key.get_secret_value()) for key in (config.secret_key, *config.secret_key_old))


@lru_cache(maxsize=1024)
def _derived(platform_key: bytes, slug: str) -> Zegelsleutel:
    def derive(purpose: str) -> bytes:
        info = f"kiss.{purpose}|{slug}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(platform_key)

    return Zegelsleutel(derive("zegel.merk"), Ed25519PrivateKey.from_private_bytes(derive("zegel.hoofd")))
