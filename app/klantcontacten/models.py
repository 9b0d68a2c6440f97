"""What was said, stored for good (VNG Klantinteracties: Klantcontact, Betrokkene). Contact facts stay here until
their retention date, whatever register they are delivered to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps, sealed


class Klantcontact(TenantBase):
    __tablename__ = "klantcontact"
    __table_args__ = (
        UniqueConstraint("kenmerk"),
        UniqueConstraint("idempotency_key"),
        UniqueConstraint("vraag_id"),
        Index("ix_klantcontact_medewerker_id_plaatsgevonden_op", "medewerker_id", "plaatsgevonden_op"),
        {"info": keeps(Bewaren.CONTACT, Persoonsgegevens.INWONER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gesprek_id: Mapped[UUID]  # ties the vragen of one gesprek together; the draft itself goes
    vraag_id: Mapped[UUID]
    idempotency_key: Mapped[str] = mapped_column(String(80))  # <key of the save>:<volgnummer>
    kenmerk: Mapped[str] = mapped_column(String(10))  # digits; the number people read out
    kanaal_id: Mapped[UUID]
    kanaal: Mapped[str] = mapped_column(String(50))  # label at the time
    kanaal_icoon: Mapped[str | None] = query_expression()  # of today; only where a query asks for it
    gespreksresultaat_id: Mapped[UUID]
    gespreksresultaat: Mapped[str] = mapped_column(String(100))
    indicatie_contact_gelukt: Mapped[bool]
    onderwerp: Mapped[str] = mapped_column(String(200))
    inhoud: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))  # of onderwerp, newline, inhoud
    taal: Mapped[str] = mapped_column(String(3), default="nld")
    vertrouwelijk: Mapped[bool] = mapped_column(default=False)
    plaatsgevonden_op: Mapped[datetime]
    vastgelegd_op: Mapped[datetime]
    medewerker_id: Mapped[UUID]
    medewerker_naam: Mapped[str] = mapped_column(String(200))  # a leaver stays readable

    betrokkenen: Mapped[list[Betrokkene]] = relationship(back_populates="klantcontact", lazy="raise")


class Betrokkene(TenantBase):
    """Who took part. The subject is encrypted and findable by a keyed hash only."""

    __tablename__ = "betrokkene"
    __table_args__ = (
        Index("ix_betrokkene_subject_hmac", "subject_hmac"),
        Index("ix_betrokkene_klantcontact_id", "klantcontact_id"),
        {"info": keeps(Bewaren.CONTACT, Persoonsgegevens.INWONER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    klantcontact_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.klantcontact.id", ondelete="CASCADE"))
    rol: Mapped[str] = mapped_column(String(20))  # klant | vertegenwoordiger
    initiator: Mapped[bool]
    soort: Mapped[str] = mapped_column(String(10))  # bsn
    subject: Mapped[bytes] = mapped_column(LargeBinary, info=sealed("betrokkene.subject", row="{id}"))
    subject_hmac: Mapped[bytes] = mapped_column(LargeBinary(32))

    klantcontact: Mapped[Klantcontact] = relationship(back_populates="betrokkenen", lazy="raise")
