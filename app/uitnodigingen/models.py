"""Asking somebody to come and work here: an address, roles, and a link that works once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import TenantBase
from app.mail.models import Mail
from app.privacy import Bewaren, Persoonsgegevens, keeps


class UitnodigingState(StrEnum):
    OPEN = "open"
    GEBRUIKT = "gebruikt"
    INGETROKKEN = "ingetrokken"


class Uitnodiging(TenantBase):
    """One address that may become a member. The link's token is kept as a keyed hash of this municipality, so that
    neither a copy of the database nor another municipality can do anything with it."""

    __tablename__ = "uitnodiging"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'gebruikt', 'ingetrokken')", name="state"),
        UniqueConstraint("token_hash"),
        Index("uq_uitnodiging_email", "email", unique=True, postgresql_where="state = 'open'"),
        {"info": keeps(Bewaren.PERSONEEL, Persoonsgegevens.MEDEWERKER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    email: Mapped[str] = mapped_column(String(254))  # in lower case
    rollen: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(String(12), default=UitnodigingState.OPEN)
    door: Mapped[UUID | None]  # the lidmaatschap that asked; None: the manifest of the municipality
    mail_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.mail.id", ondelete="SET NULL"))  # the latest one
    lidmaatschap_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.lidmaatschap.id"))  # who came
    aangemaakt_op: Mapped[datetime]
    verloopt_op: Mapped[datetime]
    afgehandeld_op: Mapped[datetime | None]  # used or withdrawn

    mail: Mapped[Mail | None] = relationship(lazy="raise")

    @property
    def is_open(self) -> bool:
        """Neither used nor withdrawn; it may have expired, and can then be sent anew."""
        return self.state == UitnodigingState.OPEN

    def is_expired(self, now: datetime) -> bool:
        return self.is_open and now >= self.verloopt_op
