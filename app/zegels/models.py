"""Seals over the two logs: a chain of hashes per log, signed heads of it, and what checking found.

All append-only: the role of the municipality may add and read. What each hash covers: app/zegels/keten.py.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps

SEALED = "log IN ('auditregel', 'verwerking')"


class Log(StrEnum):
    """The logs that are sealed, each with a chain of its own; the name of its table."""

    AUDIT = "auditregel"
    VERWERKING = "verwerking"


class Zegel(TenantBase):
    """One row of a log as it was sealed. Numbers run from 1 without gaps, in the order of sealing."""

    __tablename__ = "zegel"
    __table_args__ = (
        CheckConstraint(SEALED, name="log"),
        UniqueConstraint("log", "rij_id"),  # sealed once, however many sealers there are
        {"info": keeps(Bewaren.LOGBOEK, Persoonsgegevens.GEEN) | {"append_only": True}},
    )

    log: Mapped[str] = mapped_column(String(12), primary_key=True)
    nummer: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    rij_id: Mapped[UUID]
    versie: Mapped[int] = mapped_column(SmallInteger)  # of the encoding of the row: app/zegels/regel.py
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))  # SHA-256 over the hash before and the row
    merk: Mapped[bytes] = mapped_column(LargeBinary(16))  # keyed: whoever lacks the key can't write a chain again


class Zegelhoofd(TenantBase):
    """A signed statement: up to and including `nummer` the chain was this. One per round of sealing."""

    __tablename__ = "zegelhoofd"
    __table_args__ = (
        CheckConstraint(SEALED, name="log"),
        {"info": keeps(Bewaren.LOGBOEK, Persoonsgegevens.GEEN) | {"append_only": True}},
    )

    log: Mapped[str] = mapped_column(String(12), primary_key=True)
    nummer: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    moment: Mapped[datetime]
    dekt_tot: Mapped[datetime]  # rows with an earlier moment were sealed by then; later arrivals stand out
    vorige_nummer: Mapped[int] = mapped_column(BigInteger)  # of the head before; 0 for the first
    vorige: Mapped[bytes] = mapped_column(LargeBinary(32))  # fingerprint of the head before
    sleutel: Mapped[bytes] = mapped_column(LargeBinary(32))  # public key (Ed25519)
    handtekening: Mapped[bytes] = mapped_column(LargeBinary(64))


class Zegelcontrole(TenantBase):
    """What one check of one log found; the privacy officer reads the newest."""

    __tablename__ = "zegelcontrole"
    __table_args__ = (
        Index("ix_zegelcontrole_log_moment", "log", "moment"),
        CheckConstraint(SEALED, name="log"),
        {"info": keeps(Bewaren.LOGBOEK, Persoonsgegevens.GEEN) | {"append_only": True}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    log: Mapped[str] = mapped_column(String(12))
    moment: Mapped[datetime]
    tot_nummer: Mapped[int] = mapped_column(BigInteger)  # the last number that was looked at; 0: none yet
    in_orde: Mapped[bool]
    ongezegeld: Mapped[int] = mapped_column(BigInteger)  # rows without a seal when it was checked
    bevindingen: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"regels": […]}: numbers and ids, no content
