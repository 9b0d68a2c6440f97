"""What the BRP API sends, as far as we read it (Haal Centraal BRP Personen 2.7).

Absent means null, false or the standard value: the register leaves those out.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Waarde(Struct):
    code: str = ""
    omschrijving: str = ""


class Datum(Struct):
    """AbstractDatum: Datum, JaarMaandDatum, JaarDatum or DatumOnbekend."""

    datum: str | None = None
    jaar: int | None = None
    maand: int | None = None

    def __post_init__(self) -> None:
        """A year or month that is none makes the answer unreadable, and not the page."""
        if self.jaar is not None and not 1 <= self.jaar <= 9999:
            raise ValueError("jaar")
        if self.maand is not None and not 1 <= self.maand <= 12:
            raise ValueError("maand")


class Naam(Struct):
    voornamen: str = ""
    voorletters: str = ""
    voorvoegsel: str = ""
    geslachtsnaam: str = ""
    volledigeNaam: str = ""  # noqa: N815
    inOnderzoek: dict[str, Any] = field(default_factory=dict)  # noqa: N815


class Geboorte(Struct):
    datum: Datum | None = None
    inOnderzoek: dict[str, Any] = field(default_factory=dict)  # noqa: N815


class Aanschrijfwijze(Struct):
    naam: str = ""


class Adressering(Struct):
    adresregel1: str = ""
    adresregel2: str = ""
    adresregel3: str = ""
    land: Waarde | None = None
    aanschrijfwijze: Aanschrijfwijze | None = None
    indicatieVastgesteldVerblijftNietOpAdres: bool = False  # noqa: N815
    inOnderzoek: dict[str, Any] = field(default_factory=dict)  # noqa: N815


class Opschorting(Struct):
    reden: Waarde | None = None
    datum: Datum | None = None


class Overlijden(Struct):
    datum: Datum | None = None


class WirePersoon(Struct):
    burgerservicenummer: str
    naam: Naam = field(default_factory=Naam)
    geslacht: Waarde | None = None
    geboorte: Geboorte = field(default_factory=Geboorte)
    leeftijd: int | None = None
    adressering: Adressering | None = None
    adresseringBinnenland: Adressering | None = None  # noqa: N815
    geheimhoudingPersoonsgegevens: bool = False  # noqa: N815
    opschortingBijhouding: Opschorting | None = None  # noqa: N815
    overlijden: Overlijden | None = None
    inOnderzoek: dict[str, Any] = field(default_factory=dict)  # noqa: N815


class Gevonden(Struct):
    personen: list[WirePersoon]


class Param(Struct):
    name: str = ""
    code: str = ""
    reason: str = ""


class Fout(Struct):
    """problem+json; `code` decides, texts never do."""

    code: str = ""
    invalidParams: list[Param] = field(default_factory=list)  # noqa: N815
