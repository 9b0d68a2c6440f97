"""A koppeling: one instance of a connector kind for this municipality. Stored data refers to it by slug."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps, sealed


class Koppeling(TenantBase):
    __tablename__ = "koppeling"
    __table_args__ = (
        UniqueConstraint("slug"),
        {"info": keeps(Bewaren.INRICHTING, Persoonsgegevens.GEEN)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))  # open-klant
    naam: Mapped[str] = mapped_column(String(80))  # Open Klant
    soort: Mapped[str] = mapped_column(String(40))  # key of app.connectors.registry.KINDS
    instellingen: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the kind's Settings, without secrets
    # JSON of the kind's secret fields
    geheimen: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed("koppeling.{slug}", row=""))
    actief: Mapped[bool] = mapped_column(default=True)
    uit_reden: Mapped[str | None] = mapped_column(String(300))  # the sentence when it is off
    schrijft: Mapped[bool] = mapped_column(default=False)  # new klantcontacten go here
    prive_adres_reden: Mapped[str | None] = mapped_column(String(300))  # why a private address is allowed
    aangemaakt_op: Mapped[datetime]
