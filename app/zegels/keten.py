"""The chain: what a hash and a mark cover, and how a head is signed. Pure functions, no I/O.

    hash_n = SHA-256( hash_(n-1) | n | row )                anybody can check it, with no key at all
    merk_n = BLAKE2b-128( key; log, n | hash_n | row )      only who holds the key can make it (RFC 7693)
    hoofd  = Ed25519( municipality, log, n, hash_n, moments, the head before )

The mark lets each row stand for itself, so a broken place is found exactly and rows behind it are not suspected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.zegels.regel import micros
from app.zegels.sleutels import Zegelsleutel

GEEN = b"\x00" * 32  # the head before the first
_sha256 = hashlib.sha256
Marker = Callable[[int, bytes, bytes], bytes]


def begin(slug: str, log: str) -> bytes:
    """The hash before the first row: a chain belongs to one log of one municipality."""
    return _sha256(f"kiss.zegel|{slug}|{log}".encode()).digest()


def link(before: bytes, nummer: int, row: bytes) -> bytes:
    return _sha256(before + nummer.to_bytes(8) + row).digest()


def marker(sleutel: Zegelsleutel, log: str) -> Marker:
    """`mark(nummer, hash, row)` for one log under one key."""
    empty = hashlib.blake2b(key=sleutel.merk, digest_size=16, person=log.encode())

    def mark(nummer: int, hash_: bytes, row: bytes) -> bytes:
        state = empty.copy()
        state.update(nummer.to_bytes(8) + hash_ + row)
        return state.digest()

    return mark


@dataclass(frozen=True, slots=True)
class Zegelrij:
    """A row of `zegel` with the bytes of the row that it seals; None when that row is not there."""

    nummer: int
    rij_id: UUID
    hash: bytes
    merk: bytes
    regel: bytes | None
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hoofd:
    """A row of `zegelhoofd`, or the event `zegel.hoofd` as somebody outside kept it."""

    log: str
    nummer: int
    hash: bytes
    moment: datetime
    dekt_tot: datetime
    vorige_nummer: int
    vorige: bytes
    sleutel: bytes
    handtekening: bytes = b""

    def statement(self, slug: str) -> bytes:
        """What is signed."""
        return msgspec.msgpack.encode(
            (
                "kiss.zegelhoofd.1",
                slug,
                self.log,
                self.nummer,
                self.hash,
                micros(self.moment),
                micros(self.dekt_tot),
                self.vorige_nummer,
                self.vorige,
                self.sleutel,
            )
        )

    def fingerprint(self, slug: str) -> bytes:
        """By which the next head names this one."""
        return _sha256(self.statement(slug) + self.handtekening).digest()

    def signed_by(self, sleutel: Zegelsleutel, slug: str) -> bytes:
        return sleutel.hoofd.sign(self.statement(slug))

    def is_signed(self, slug: str) -> bool:
        """Whether the signature is of the key that stands in the head. Whose key that is, is another question."""
        try:
            Ed25519PublicKey.from_public_bytes(self.sleutel).verify(self.handtekening, self.statement(slug))
        except (InvalidSignature, ValueError, OverflowError):
            return False
        return True
