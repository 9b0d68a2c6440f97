"""Mail to people who work here: a row until it left, and for a month after that."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps, sealed


class MailState(StrEnum):
    KLAAR = "klaar"  # written; waits for its moment
    ONDERWEG = "onderweg"  # claimed, or tried and to be tried again
    VERZONDEN = "verzonden"  # the mail server took it
    NIET_VERZONDEN = "niet-verzonden"  # refused, or too late to be of use
    VERVALLEN = "vervallen"  # withdrawn before it left


class Mail(TenantBase):
    """One mail to one person. What it says is sealed and goes away once it need not be sent any more: it may hold a
    link that opens a door."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("state IN ('klaar', 'onderweg', 'verzonden', 'niet-verzonden', 'vervallen')", name="state"),
        Index("ix_mail_volgende_poging_op", "volgende_poging_op", postgresql_where="state IN ('klaar', 'onderweg')"),
        {"info": keeps(Bewaren.MAIL, Persoonsgegevens.MEDEWERKER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    soort: Mapped[str] = mapped_column(String(40))  # which text: app/mail/opstellen.py
    aan: Mapped[str] = mapped_column(String(254))
    inhoud: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed("mail.inhoud", row="{id}"))
    state: Mapped[str] = mapped_column(String(16), default=MailState.KLAAR)
    pogingen: Mapped[int] = mapped_column(default=0)
    volgende_poging_op: Mapped[datetime]
    lease_tot: Mapped[datetime | None]
    fout_zin: Mapped[str | None] = mapped_column(String(300))  # for an administrator; our words, not the server's
    aangemaakt_op: Mapped[datetime]
    verloopt_op: Mapped[datetime]  # from then on it is of no use to send it
    verzonden_op: Mapped[datetime | None]

    @property
    def is_waiting(self) -> bool:
        return self.state in (MailState.KLAAR, MailState.ONDERWEG)
