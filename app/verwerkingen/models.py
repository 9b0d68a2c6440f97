"""Verwerkingenlog (Logboek Dataverwerkingen): every look-up on a person. Append-only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps


class Verwerking(TenantBase):
    """One line per data subject; a search that found nobody is one line without a subject."""

    __tablename__ = "verwerking"
    __table_args__ = (
        Index("ix_verwerking_subject_hmac", "subject_hmac"),
        Index("ix_verwerking_moment", "moment"),
        Index("ix_verwerking_medewerker_id_moment", "medewerker_id", "moment"),
        Index("ix_verwerking_activiteit_moment", "activiteit", "moment"),
        Index("ix_verwerking_gesprek_id", "gesprek_id"),
        {"info": keeps(Bewaren.LOGBOEK, Persoonsgegevens.PSEUDONIEM) | {"append_only": True}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    trace_id: Mapped[str] = mapped_column(String(32))  # joins the lines of one look-up; W3C trace context
    moment: Mapped[datetime]
    medewerker_id: Mapped[UUID]
    gesprek_id: Mapped[UUID | None]
    activiteit: Mapped[str] = mapped_column(String(60))  # codes of Activiteit
    doel: Mapped[str] = mapped_column(String(40))
    grondslag: Mapped[str] = mapped_column(String(100))
    bron: Mapped[str] = mapped_column(String(60))  # slug of the koppeling, or "ingebouwd"
    uitkomst: Mapped[str] = mapped_column(String(20))  # codes of Uitkomst
    subject_soort: Mapped[str | None] = mapped_column(String(10))
    subject_hmac: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    velden: Mapped[str] = mapped_column(String(1000), default="")  # which fields were asked; of an answer: why
