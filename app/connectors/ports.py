"""What we need of other systems, in our words. Foreign vocabulary stays inside each connector's folder.

Three failures, three readers. A port method raises nothing else:
- `Misconfigured`: the tenant admin has to change something; never retried.
- `Unavailable`: the other side does not answer (well); retried, then operations.
- `Rejected`: the other side understood and said no; the user reads the sentence.

How long a method may take is not an argument: the caller sets it around everything that must be done together, with
`async with deadline(PAGE)` (app.http). Call ports outside a transaction; they hold no session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, runtime_checkable
from uuid import UUID


class ConnectorFailure(Exception):
    """Base of the three. `zin` is a Dutch sentence without personal data; `reden` a short code for logs."""

    def __init__(self, zin: str, *, reden: str = "") -> None:
        super().__init__(zin)
        self.zin = zin
        self.reden = reden


class Misconfigured(ConnectorFailure):
    pass


class Unavailable(ConnectorFailure):
    def __init__(self, zin: str, *, reden: str = "", retry_after: float | None = None) -> None:
        super().__init__(zin, reden=reden)
        self.retry_after = retry_after  # seconds, when the other side named them


class Rejected(ConnectorFailure):
    """`velden` maps our field names to a sentence, where the other side named fields."""

    def __init__(self, zin: str, *, reden: str = "", velden: dict[str, str] | None = None) -> None:
        super().__init__(zin, reden=reden)
        self.velden = velden or {}


class TooMany(Rejected):
    """More hits than the register gives; the user must say more."""


@dataclass(frozen=True, slots=True)
class Aanroep:
    """On whose behalf and why we ask: registers want it in headers, the Verwerkingenlog in its lines."""

    gebruiker: str  # pseudonymous or real user id, as the register wants it
    doel: str  # identificeren, …
    trace_id: str  # 32 hex digits


@dataclass(frozen=True, slots=True)
class GedeeltelijkeDatum:
    """A date of which month or day may be unknown (BRP: Datum, JaarMaandDatum, JaarDatum, DatumOnbekend)."""

    jaar: int | None = None
    maand: int | None = None
    dag: int | None = None

    @property
    def volledig(self) -> date | None:
        if self.jaar and self.maand and self.dag:
            return date(self.jaar, self.maand, self.dag)
        return None


@dataclass(frozen=True, slots=True)
class Persoon:
    """A person as a register of persons gives it. Never stored; what a purpose does not need stays empty."""

    bsn: str
    volledige_naam: str  # J.M. de Wit-Voorbeeld
    aanhef_naam: str  # Mevrouw J.M. (Johanna) de Wit-Voorbeeld
    sorteernaam: str  # De Wit-Voorbeeld, J.M.
    voornamen: str = ""
    geboren: GedeeltelijkeDatum = field(default_factory=GedeeltelijkeDatum)
    leeftijd: int | None = None
    adresregels: tuple[str, ...] = ()
    geheim: bool = False  # geheimhoudingPersoonsgegevens
    overleden: bool = False
    overleden_op: GedeeltelijkeDatum | None = None
    geemigreerd: bool = False
    in_onderzoek: tuple[str, ...] = ()  # words for what is under investigation: "adres", "naam"
    niet_op_adres: bool = False  # the municipality established that they do not live at the address
    opgeschort: str = ""  # sentence: why the record is no longer kept, other than death or emigration


@dataclass(frozen=True, slots=True)
class OpBsn:
    bsn: str


@dataclass(frozen=True, slots=True)
class OpNaamEnGeboortedatum:
    geslachtsnaam: str  # may end in *
    geboortedatum: date


@dataclass(frozen=True, slots=True)
class OpPostcodeEnHuisnummer:
    postcode: str  # 7411AA
    huisnummer: int
    huisletter: str = ""
    toevoeging: str = ""


PersoonVraag = OpBsn | OpNaamEnGeboortedatum | OpPostcodeEnHuisnummer


@runtime_checkable
class Personen(Protocol):
    """A register of persons (BRP)."""

    async def zoek(self, vraag: PersoonVraag, aanroep: Aanroep) -> Sequence[Persoon]:
        """People that match, at most what the register gives. Raises `TooMany` when it has more."""
        ...

    async def lees(self, bsn: str, aanroep: Aanroep) -> Persoon | None:
        """One person, or None when the register does not know the number."""
        ...


@dataclass(frozen=True, slots=True)
class Contact:
    """One klantcontact as any register gives it, for the timeline."""

    id: str  # id in its register
    kenmerk: str | None  # referentienummer (or nummer, before Open Klant 2.16)
    kanaal: str
    onderwerp: str
    inhoud: str
    plaatsgevonden_op: datetime
    gelukt: bool | None = None


@dataclass(frozen=True, slots=True)
class NieuwContact:
    """What has to arrive: one klantcontact with at most one klant. `kenmerk` is looked up before any resend."""

    id: UUID  # ours
    gesprek_id: UUID
    kenmerk: str  # at most 10 digits
    kanaal: str
    onderwerp: str  # ≤ 200
    inhoud: str  # any length; a register may get it cut
    gelukt: bool
    taal: str
    vertrouwelijk: bool
    plaatsgevonden_op: datetime
    bsn: str | None


@dataclass(frozen=True, slots=True)
class Bevestiging:
    """The register has it. `al_aanwezig` when an earlier, unanswered attempt had arrived after all."""

    extern_id: str
    al_aanwezig: bool = False


class KenmerkBezet(Rejected):
    """Another writer used this kenmerk for other content: the caller allocates a new number and tries again."""


@runtime_checkable
class Klantinteracties(Protocol):
    """A register of klantcontacten."""

    async def contacten_van(self, bsn: str, aanroep: Aanroep) -> Sequence[Contact]:
        """Contacts of one person, newest first, at most 100, with the fewest calls the register allows."""
        ...

    async def lever_af(self, contact: NieuwContact, *, eerste_poging: bool) -> Bevestiging:
        """Bring the contact to the register exactly once.

        Looks up `kenmerk` before sending unless `eerste_poging`. Found with equal content: `al_aanwezig`.
        Raises `KenmerkBezet` when found with other content, `Rejected` when it can never arrive as it is.
        """
        ...
