"""When a municipality can be reached: weeks with the day from which they hold, holidays, extra closing days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps

_INFO = {"info": keeps(Bewaren.INRICHTING, Persoonsgegevens.MEDEWERKER)}


class Openingstijden(TenantBase):
    """One week. It holds from `geldig_vanaf` until the next one does; what held before stays as it was."""

    __tablename__ = "openingstijden"
    __table_args__ = (UniqueConstraint("geldig_vanaf"), _INFO)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    geldig_vanaf: Mapped[date]
    # {"perioden": [[["08:30", "12:00"], ["13:00", "17:00"]], …]}: seven days from Monday, at most two periods each.
    week: Mapped[dict[str, Any]]
    gewijzigd_op: Mapped[datetime]
    gewijzigd_door: Mapped[UUID | None]


class Feestdagkeuze(TenantBase):
    """Whether the municipality is closed on one holiday of one year, where it chose other than is usual."""

    __tablename__ = "feestdagkeuze"
    __table_args__ = (CheckConstraint("jaar BETWEEN 2014 AND 2200", name="jaar"), _INFO)

    jaar: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    feestdag: Mapped[str] = mapped_column(String(20), primary_key=True)  # app/openingstijden/feestdagen.py
    dicht: Mapped[bool]
    gewijzigd_door: Mapped[UUID | None]


class Sluitingsdag(TenantBase):
    """A day on which the municipality is closed beside weekends and holidays."""

    __tablename__ = "sluitingsdag"
    __table_args__ = (
        Index("uq_sluitingsdag_datum", "datum", unique=True, postgresql_where="vervallen_op IS NULL"),
        _INFO,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    datum: Mapped[date]
    naam: Mapped[str] = mapped_column(String(60))
    vervallen_op: Mapped[datetime | None]
    gewijzigd_door: Mapped[UUID | None]
