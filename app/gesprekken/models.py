"""What an agent has open: one caller, one or more vragen. A draft until it is saved, all or nothing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps, sealed


class GesprekState(StrEnum):
    OPEN = "open"
    OPGESLAGEN = "opgeslagen"  # vastgelegd; can be undone until the undo window closes
    GESLOTEN = "gesloten"  # thrown away without registering


class Gesprek(TenantBase):
    __tablename__ = "gesprek"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'opgeslagen', 'gesloten')", name="state"),
        UniqueConstraint("opslag_sleutel"),
        Index("ix_gesprek_medewerker_id_state", "medewerker_id", "state"),
        {"info": keeps(Bewaren.CONCEPT, Persoonsgegevens.INWONER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    medewerker_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.lidmaatschap.id"))
    state: Mapped[str] = mapped_column(String(12), default=GesprekState.OPEN)
    doel: Mapped[str] = mapped_column(String(40))  # purpose of looking up: identificeren, …
    begonnen_op: Mapped[datetime]
    afronden_op: Mapped[datetime | None]  # wrap-up opened for the first time: nawerk starts here
    opgeslagen_op: Mapped[datetime | None]
    gesloten_op: Mapped[datetime | None]
    opslag_sleutel: Mapped[UUID | None]  # idempotency key of the save
    klant_id: Mapped[UUID | None]  # the klantverwijzing that was chosen

    vragen: Mapped[list[Vraag]] = relationship(back_populates="gesprek", lazy="raise", order_by="Vraag.volgnummer")

    @property
    def is_open(self) -> bool:
        return self.state == GesprekState.OPEN


class Vraag(TenantBase):
    """One question of the caller. Every field saves itself and carries its own version."""

    __tablename__ = "vraag"
    __table_args__ = (
        UniqueConstraint("gesprek_id", "volgnummer"),
        {"info": keeps(Bewaren.CONCEPT, Persoonsgegevens.INWONER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gesprek_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.gesprek.id", ondelete="CASCADE"))
    volgnummer: Mapped[int]
    notitie: Mapped[str] = mapped_column(Text, default="")
    onderwerp: Mapped[str] = mapped_column(String(200), default="")
    kanaal_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.kanaal.id"))
    gespreksresultaat_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.gespreksresultaat.id"))
    # veld → {"versie": 3, "bewaard_op": iso, "door": lidmaatschap id}; the version a browser must name to overwrite
    velden: Mapped[dict[str, Any]] = mapped_column(default=dict)

    gesprek: Mapped[Gesprek] = relationship(back_populates="vragen", lazy="raise")


class Klantverwijzing(TenantBase):
    """An opaque handle for a person, bound to one gesprek and one medewerker; pages and URLs know nothing else.

    Holds what the draft may show before the register answers (name), encrypted, and dies with the gesprek.
    """

    __tablename__ = "klantverwijzing"
    __table_args__ = (
        Index("ix_klantverwijzing_gesprek_id_subject_hmac", "gesprek_id", "subject_hmac"),
        Index("ix_klantverwijzing_subject_hmac", "subject_hmac"),
        {"info": keeps(Bewaren.CONCEPT, Persoonsgegevens.INWONER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gesprek_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.gesprek.id", ondelete="CASCADE"))
    medewerker_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.lidmaatschap.id"))
    soort: Mapped[str] = mapped_column(String(10))  # bsn
    subject: Mapped[bytes] = mapped_column(LargeBinary, info=sealed("klantverwijzing.subject", row="{id}"))
    subject_hmac: Mapped[bytes] = mapped_column(LargeBinary(32))
    naam: Mapped[bytes] = mapped_column(LargeBinary, info=sealed("klantverwijzing.naam", row="{id}"))  # to show
    gekozen_op: Mapped[datetime | None]
    aangemaakt_op: Mapped[datetime]
