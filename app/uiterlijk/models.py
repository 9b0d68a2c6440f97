"""How a municipality looks, as it chose itself: one row, and the pictures that row names."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps

MAX_BYTES = 65_536  # of one picture


class Uiterlijk(TenantBase):
    """One row, from the first time somebody saves; until then the municipality looks as its manifest first said.

    `logo` and `favicon` are hashes of an `Uiterlijkbestand`. `vorige` holds the same four values as they were before.
    """

    __tablename__ = "uiterlijk"
    __table_args__ = (
        CheckConstraint("nummer = 1", name="enig"),
        {"info": keeps(Bewaren.INRICHTING, Persoonsgegevens.MEDEWERKER)},
    )

    nummer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    versie: Mapped[int]
    kleur: Mapped[str] = mapped_column(String(7))  # #0b5d66
    monogram: Mapped[str] = mapped_column(String(2))
    logo: Mapped[str | None] = mapped_column(String(32))
    favicon: Mapped[str | None] = mapped_column(String(32))
    vorige: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    gewijzigd_op: Mapped[datetime]
    gewijzigd_door: Mapped[UUID | None]


class Uiterlijkbestand(TenantBase):
    """A picture that was looked through and found harmless, by the hash of its contents."""

    __tablename__ = "uiterlijkbestand"
    __table_args__ = (
        CheckConstraint("soort IN ('image/svg+xml', 'image/png')", name="soort"),
        CheckConstraint(f"octet_length(inhoud) <= {MAX_BYTES}", name="inhoud"),
        {"info": keeps(Bewaren.INRICHTING, Persoonsgegevens.GEEN)},
    )

    hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    soort: Mapped[str] = mapped_column(String(20))
    inhoud: Mapped[bytes] = mapped_column(LargeBinary(MAX_BYTES))
