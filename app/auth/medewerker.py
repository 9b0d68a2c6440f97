"""Who does it: the signed-in person as handlers, services and pages see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from app.auth.rights import ROL_NAMEN, ROLLEN, Recht


@dataclass(frozen=True, slots=True)
class Medewerker:
    """One membership of this municipality with a valid session. Lives as long as the request."""

    id: UUID  # of the lidmaatschap
    naam: str
    gebruikersnaam: str
    email: str
    rollen: tuple[str, ...]
    modus: str  # systeem | licht | donker | contrast
    sessie: bytes = field(repr=False)  # hash of the session's identifier
    csrf: str = field(repr=False)  # token that every form and fetch of this session carries
    sessie_tot: datetime | None = None  # when the session ends, whatever the person does
    slot_op: datetime | None = None  # when it locks if the person does nothing
    bevestigd_tot: datetime | None = None  # until then they need not prove again who they are

    @property
    def initialen(self) -> str:
        return initialen(self.naam)

    @property
    def rol_naam(self) -> str:
        """The roles in Dutch, in the order of the enumeration: "Teamleider, Functioneel beheerder"."""
        return ", ".join(naam for rol, naam in ROL_NAMEN.items() if rol in self.rollen)

    @property
    def sessie_kenmerk(self) -> str:
        return kenmerk_of(self.sessie)

    @property
    def persoon_kenmerk(self) -> str:
        """By this a page knows whether the same person came back; says nothing to anybody else."""
        return sha256(b"persoon" + self.id.bytes).hexdigest()[:32]

    def is_bevestigd(self, now: datetime) -> bool:
        """Whether this person proved who they are short enough ago for what asks for certainty."""
        return self.bevestigd_tot is not None and now < self.bevestigd_tot

    def mag(self, recht: Recht) -> bool:
        """Whether one of this person's roles gives the right."""
        return not ROLLEN[recht].isdisjoint(self.rollen)


def initialen(naam: str) -> str:
    """Two letters for the avatar: first and last name, so "Jan van der Berg" is JB."""
    words = naam.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def kenmerk_of(id_hash: bytes) -> str:
    """What a session is called on pages and in events: nobody can make a cookie, or even its hash, from it."""
    return sha256(b"kenmerk" + id_hash).hexdigest()[:32]
