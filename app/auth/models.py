"""Who may sign in here, and who is signed in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps, sealed


class Rol(StrEnum):
    """Roles of a membership (architecture section 8). Names on screen: `app.auth.rights.ROL_NAMEN`."""

    AGENT = "agent"
    SPECIALIST = "specialist"
    EDITOR = "editor"
    KENNISLEZER = "kennislezer"
    TEAMLEIDER = "teamleider"
    TENANT_ADMIN = "tenant_admin"
    PRIVACY_OFFICER = "privacy_officer"


class Modus(StrEnum):
    SYSTEEM = "systeem"
    LICHT = "licht"
    DONKER = "donker"
    CONTRAST = "contrast"


class Inlogsoort(StrEnum):
    AANMELDEN = "aanmelden"
    OPNIEUW = "opnieuw"  # behind a locked screen: the issuer asks again, whatever it remembers
    BEVESTIGEN = "bevestigen"  # of a session that goes on, before something that asks for certainty


class Lidmaatschap(TenantBase):
    """One person of one issuer, with rights in this municipality. The claim of an issuer alone gives none."""

    __tablename__ = "lidmaatschap"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("modus IN ('systeem', 'licht', 'donker', 'contrast')", name="modus"),
        {"info": keeps(Bewaren.PERSONEEL, Persoonsgegevens.MEDEWERKER)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    gebruikersnaam: Mapped[str] = mapped_column(String(100))
    naam: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    rollen: Mapped[list[str]] = mapped_column(ARRAY(Text))
    actief: Mapped[bool] = mapped_column(default=True)
    modus: Mapped[str] = mapped_column(String(10), default=Modus.SYSTEEM)
    aangemaakt_op: Mapped[datetime]
    laatst_ingelogd_op: Mapped[datetime | None]


class Sessie(TenantBase):
    """A signed-in browser. The row is the truth; the cookie holds 256 random bits of which we keep the hash."""

    __tablename__ = "sessie"
    __table_args__ = (
        Index("ix_sessie_lidmaatschap_id", "lidmaatschap_id"),
        {"info": keeps(Bewaren.SESSIE, Persoonsgegevens.MEDEWERKER)},
    )

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    lidmaatschap_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.lidmaatschap.id"))
    csrf_sleutel: Mapped[bytes] = mapped_column(LargeBinary(32))
    idp_sid: Mapped[str | None] = mapped_column(String(255))
    # Hint for signing out at the issuer.
    id_token: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed("sessie.id_token", row=""))
    aangemaakt_op: Mapped[datetime]
    gezien_op: Mapped[datetime]
    verloopt_op: Mapped[datetime]
    aangemeld_op: Mapped[datetime | None]  # when the person proved who they are, says the issuer (auth_time)
    niveau: Mapped[str | None] = mapped_column(String(100))  # how, says the issuer (acr)
    bevestigd_tot: Mapped[datetime | None]  # until then no question for what asks for certainty
    browser: Mapped[str | None] = mapped_column(String(60))  # in words, for the list of one's own sessions

    lidmaatschap: Mapped[Lidmaatschap] = relationship(lazy="raise")


class Inlogpoging(TenantBase):
    """A sign-in under way: what the callback must match. Used once."""

    __tablename__ = "inlogpoging"
    __table_args__ = (
        CheckConstraint("soort IN ('aanmelden', 'opnieuw', 'bevestigen')", name="soort"),
        {"info": keeps(Bewaren.SESSIE, Persoonsgegevens.GEEN)},
    )

    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary(32))  # of the cookie set when signing in began
    nonce: Mapped[str] = mapped_column(String(64))
    code_verifier: Mapped[bytes] = mapped_column(LargeBinary, info=sealed("inlogpoging.code_verifier", row=""))
    volgende: Mapped[str] = mapped_column(String(500))
    verloopt_op: Mapped[datetime]
    soort: Mapped[str | None] = mapped_column(String(12))  # None as aanmelden: written by the version before
    voor_sessie: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # of a confirmation: the session's hash
    uitnodiging_id: Mapped[UUID | None]  # of a first sign-in: the invitation that led here


class Afmeldmelding(TenantBase):
    """A notice of the issuer that somebody signed out, kept so that it works once."""

    __tablename__ = "afmeldmelding"
    __table_args__ = ({"info": keeps(Bewaren.SESSIE, Persoonsgegevens.GEEN)},)

    jti_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    verloopt_op: Mapped[datetime]
