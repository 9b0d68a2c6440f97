"""The catalogue: which municipalities there are and where each stands. Nothing of their citizens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import PlatformBase
from app.privacy import Bewaren, Persoonsgegevens, keeps

_INFO = {"info": keeps(Bewaren.INRICHTING, Persoonsgegevens.GEEN)}


class Gemeente(PlatformBase):
    """One tenant. `sleutel` is its data key, wrapped by the platform's key (envelope encryption).

    `sleutels` holds, while the data key is being changed, the next one and then the old one:
    `{"2": {"verpakt": base64, "sinds": moment}}`. Empty columns are of before keys had numbers: number 1, and a hash
    key that follows from the first data key.
    """

    __tablename__ = "gemeente"
    __table_args__ = (
        CheckConstraint("ring IN ('early', 'regular')", name="ring"),
        CheckConstraint("state IN ('nieuw', 'actief', 'gestopt')", name="state"),
        _INFO,
    )

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    naam: Mapped[str] = mapped_column(String(100))
    ring: Mapped[str] = mapped_column(String(10))
    kleur: Mapped[str] = mapped_column(String(7))
    monogram: Mapped[str] = mapped_column(String(2))
    voorbeeld: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default="nieuw")
    sleutel: Mapped[bytes] = mapped_column(LargeBinary)
    sleutel_nummer: Mapped[int | None] = mapped_column(default=1)
    sleutel_sinds: Mapped[datetime | None]
    sleutels: Mapped[dict[str, Any] | None]
    hash_sleutel: Mapped[bytes | None] = mapped_column(LargeBinary)
    manifest: Mapped[dict[str, Any]] = mapped_column(default=dict)  # as last applied, without secrets
    aangemaakt_op: Mapped[datetime]


class Host(PlatformBase):
    """A host name by which one tenant is reached."""

    __tablename__ = "host"
    __table_args__ = (_INFO,)

    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    slug: Mapped[str] = mapped_column(ForeignKey("platform.gemeente.slug", ondelete="CASCADE"), index=True)


class Migratiestand(PlatformBase):
    """Where a tenant's schema stands, and how its last migration went. Lets a run be resumed."""

    __tablename__ = "migratiestand"
    __table_args__ = (_INFO,)

    slug: Mapped[str] = mapped_column(ForeignKey("platform.gemeente.slug", ondelete="CASCADE"), primary_key=True)
    revisie: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))  # bezig, gelukt, mislukt
    fout: Mapped[str | None] = mapped_column(String(500))
    duur_ms: Mapped[int | None]
    bijgewerkt_op: Mapped[datetime]


class Inrichtingsstap(PlatformBase):
    """One step of making or removing a municipality: what lets a command that was killed go on where it was.

    No key to `gemeente`: the steps of a removal outlive what they removed.
    """

    __tablename__ = "inrichtingsstap"
    __table_args__ = (
        CheckConstraint("werk IN ('aanmaken', 'verwijderen')", name="werk"),
        CheckConstraint("state IN ('bezig', 'klaar', 'overgeslagen', 'mislukt')", name="state"),
        _INFO,
    )

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    werk: Mapped[str] = mapped_column(String(12), primary_key=True)
    stap: Mapped[str] = mapped_column(String(20), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    sinds: Mapped[datetime]  # since when it is in this state
    fout: Mapped[str | None] = mapped_column(String(500))  # or why it was left out
    gegevens: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what it did, and where; no secrets, no people


class Platformaudit(PlatformBase):
    """What operators and commands did to a tenant. Append-only."""

    __tablename__ = "platformaudit"
    __table_args__ = ({"info": keeps(Bewaren.LOGBOEK, Persoonsgegevens.GEEN) | {"append_only": True}},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    moment: Mapped[datetime]
    slug: Mapped[str | None] = mapped_column(String(40))
    handeling: Mapped[str] = mapped_column(String(60))
    door: Mapped[str] = mapped_column(String(100))
    gegevens: Mapped[dict[str, Any]] = mapped_column(default=dict)
