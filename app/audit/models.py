"""Audit: every change of data, settings, rights. Append-only; personal values are referenced, never copied."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps


class Auditregel(TenantBase):
    __tablename__ = "auditregel"
    __table_args__ = (
        Index("ix_auditregel_moment", "moment"),
        Index("ix_auditregel_medewerker_id_moment", "medewerker_id", "moment"),
        Index("ix_auditregel_handeling_moment", "handeling", "moment"),
        Index("ix_auditregel_object_id", "object_id"),
        {"info": keeps(Bewaren.LOGBOEK, Persoonsgegevens.MEDEWERKER) | {"append_only": True}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    moment: Mapped[datetime]
    handeling: Mapped[str] = mapped_column(String(60))  # noun.verbed: gesprek.opgeslagen
    object_soort: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(80))
    medewerker_id: Mapped[UUID | None]  # None: the system itself
    uitkomst: Mapped[str] = mapped_column(String(20), default="gelukt")
    gegevens: Mapped[dict[str, Any]] = mapped_column(default=dict)
