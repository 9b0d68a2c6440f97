"""The outbox: what still has to arrive in a register, and what never could (the dead letters)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import TenantBase
from app.klantcontacten.models import Klantcontact
from app.privacy import Bewaren, Persoonsgegevens, keeps


class AfleveringState(StrEnum):
    VASTGELEGD = "vastgelegd"  # safe here; waits for its moment
    ONDERWEG = "onderweg"  # claimed, or tried and to be tried again
    BEVESTIGD = "bevestigd"  # the register has it
    NIET_AANGEKOMEN = "niet-aangekomen"  # dead letter: waits for a person


class Aflevering(TenantBase):
    """One klantcontact for one register. Claimed with SKIP LOCKED and a lease; delivering twice is harmless."""

    __tablename__ = "aflevering"
    __table_args__ = (
        CheckConstraint("state IN ('vastgelegd', 'onderweg', 'bevestigd', 'niet-aangekomen')", name="state"),
        UniqueConstraint("klantcontact_id"),
        Index(
            "ix_aflevering_volgende_poging_op",
            "volgende_poging_op",
            postgresql_where="state IN ('vastgelegd', 'onderweg')",
        ),
        # What is not confirmed is looked at every few seconds, and is little beside what is.
        Index("ix_aflevering_state", "state", postgresql_where="state <> 'bevestigd'"),
        {"info": keeps(Bewaren.AFLEVERING, Persoonsgegevens.GEEN)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    klantcontact_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.klantcontact.id", ondelete="CASCADE"))
    koppeling: Mapped[str] = mapped_column(String(60))  # slug of the register instance
    state: Mapped[str] = mapped_column(String(16), default=AfleveringState.VASTGELEGD)
    pogingen: Mapped[int] = mapped_column(default=0)
    volgende_poging_op: Mapped[datetime]
    lease_tot: Mapped[datetime | None]
    fout_soort: Mapped[str | None] = mapped_column(String(30))  # onbereikbaar, geweigerd, verkeerd-ingesteld
    fout_zin: Mapped[str | None] = mapped_column(String(500))  # for an administrator; no personal data
    extern_id: Mapped[str | None] = mapped_column(String(100))  # the register's own id
    aangemaakt_op: Mapped[datetime]
    ronde_begonnen_op: Mapped[datetime]  # of these attempts; a person who sends it again begins a new round
    bevestigd_op: Mapped[datetime | None]

    klantcontact: Mapped[Klantcontact] = relationship(lazy="raise")
