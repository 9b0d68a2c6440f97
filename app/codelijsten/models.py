"""Lists a municipality keeps itself. Rows are never deleted: a contact keeps id and label."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps

_INFO = {"info": keeps(Bewaren.INRICHTING, Persoonsgegevens.GEEN)}


class Kanaal(TenantBase):
    """The way a contact came in: telefoon, balie, e-mail."""

    __tablename__ = "kanaal"
    __table_args__ = (UniqueConstraint("naam"), _INFO)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    naam: Mapped[str] = mapped_column(String(50))  # Klantinteracties: kanaal, at most 50
    icoon: Mapped[str] = mapped_column(String(30), default="message")
    volgorde: Mapped[int]
    vervallen_op: Mapped[datetime | None]


class Gespreksresultaat(TenantBase):
    """How a vraag ended; the wrap-up code."""

    __tablename__ = "gespreksresultaat"
    __table_args__ = (UniqueConstraint("naam"), _INFO)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    naam: Mapped[str] = mapped_column(String(100))
    gelukt: Mapped[bool] = mapped_column(default=True)  # Klantinteracties: indicatieContactGelukt
    volgorde: Mapped[int]
    vervallen_op: Mapped[datetime | None]


class Codenaam(TenantBase):
    """A name that a row of a code list had before. Its id stayed the same, so counting by id never splits."""

    __tablename__ = "codenaam"
    __table_args__ = (
        CheckConstraint("lijst IN ('kanaal', 'gespreksresultaat')", name="lijst"),
        Index("ix_codenaam_regel_id_tot", "regel_id", "tot"),
        {"info": keeps(Bewaren.INRICHTING, Persoonsgegevens.MEDEWERKER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lijst: Mapped[str] = mapped_column(String(20))
    regel_id: Mapped[UUID]
    naam: Mapped[str] = mapped_column(String(100))
    tot: Mapped[datetime]  # from then on it is called otherwise
    door: Mapped[UUID | None]
