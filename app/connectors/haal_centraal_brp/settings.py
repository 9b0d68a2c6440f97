"""Settings of a BRP koppeling. Gateways differ per municipality: headers, purposes and fields are theirs to set."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.connectors.base import HttpSettings, Sleutel

# The fewest fields by which an agent knows whom they speak with (purpose identificeren). What the register adds by
# itself (geheimhouding, opschorting, in onderzoek) may not be asked for.
ZOEKVELDEN = (
    "burgerservicenummer",
    "naam.voornamen",
    "naam.voorletters",
    "naam.voorvoegsel",
    "naam.geslachtsnaam",
    "geslacht",
    "geboorte.datum",
    "leeftijd",
    "adressering.adresregel1",
    "adressering.adresregel2",
    "adressering.adresregel3",
    "adressering.land.omschrijving",
)
ABROAD = ("adressering.adresregel3", "adressering.land")  # an address abroad only: the domestic alias has neither
LEESVELDEN = (*ZOEKVELDEN, "adressering.aanschrijfwijze")

Zoektype = Literal[
    "RaadpleegMetBurgerservicenummer", "ZoekMetGeslachtsnaamEnGeboortedatum", "ZoekMetPostcodeEnHuisnummer"
]


class BrpSettings(HttpSettings):
    """`velden` and `doel_headers` are by purpose (Aanroep.doel); `zoek_headers` wins over the others."""

    sleutel_header: str = Field(
        "X-API-KEY", title="Naam van de header met de sleutel", pattern=r"^[A-Za-z0-9-]{1,60}$"
    )
    sleutel: Sleutel | None = Field(None, title="Sleutel")
    gebruiker_header: str = Field("", title="Header met de medewerker", pattern=r"^[A-Za-z0-9-]{0,60}$")
    doel_headers: dict[str, dict[str, str]] = Field(default_factory=dict, title="Headers per doel")
    zoek_headers: dict[Zoektype, dict[str, str]] = Field(default_factory=dict, title="Headers per soort zoekvraag")
    zoekvelden: dict[str, list[str]] = Field(default_factory=dict, title="Velden bij zoeken, per doel")
    leesvelden: dict[str, list[str]] = Field(default_factory=dict, title="Velden bij één persoon, per doel")
    binnenland: bool = Field(False, title="Alleen binnenlandse adressen (adresseringBinnenland)")
    gemeente: str = Field("", title="Alleen inwoners van gemeente (code)", pattern=r"^([0-9]{4})?$")
    met_overledenen: bool = Field(False, title="Ook overleden mensen vinden op naam of adres")

    def fields(self, doel: str, *, reading: bool) -> list[str]:
        """Field paths for one question (8.1 of standards.md); the aliases where only those are authorised."""
        chosen = (self.leesvelden if reading else self.zoekvelden).get(doel) or (
            LEESVELDEN if reading else ZOEKVELDEN
        )
        if not self.binnenland:
            return list(chosen)
        return [
            path.replace("adressering.", "adresseringBinnenland.").replace(
                "verblijfplaats.", "verblijfplaatsBinnenland."
            )
            for path in chosen
            if not path.startswith(ABROAD)
        ]
