"""From the BRP's words to ours: names as people say them, dates as far as known, warnings in Dutch."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.connectors.haal_centraal_brp.wire import Adressering, Datum, Naam, Opschorting, WirePersoon
from app.connectors.ports import GedeeltelijkeDatum, Persoon

AANSPREEK = {"M": "De heer", "V": "Mevrouw"}
OPSCHORTING = {
    "M": "De gegevens worden niet bijgehouden (ministerieel besluit).",
    "R": "Deze persoon is niet-ingezetene (RNI). De gegevens kunnen verouderd zijn.",
    "F": "Deze persoonslijst is als fout aangelegd.",
}


def persoon(wire: WirePersoon) -> Persoon:
    """One person. Raises `ValueError` for a date that is none."""
    adres = wire.adressering or wire.adresseringBinnenland or Adressering()
    initials, surname = names(wire.naam, adres)
    opschorting = wire.opschortingBijhouding or Opschorting()
    reden = opschorting.reden.code if opschorting.reden else ""
    overleden_op = wire.overlijden.datum if wire.overlijden else opschorting.datum if reden == "O" else None
    return Persoon(
        bsn=wire.burgerservicenummer,
        volledige_naam=_joined(initials, surname) or "Naam onbekend",
        aanhef_naam=_joined(_aanspreek(wire), initials, _roepnaam(wire.naam, initials), surname) or "Naam onbekend",
        sorteernaam=", ".join(part for part in (surname[:1].upper() + surname[1:], initials) if part)
        or "Naam onbekend",
        voornamen=wire.naam.voornamen,
        geboren=partial_date(wire.geboorte.datum),
        leeftijd=wire.leeftijd,
        adresregels=_lines(adres),
        geheim=wire.geheimhoudingPersoonsgegevens,
        overleden=reden == "O" or wire.overlijden is not None,
        overleden_op=partial_date(overleden_op) if overleden_op else None,
        geemigreerd=reden == "E",
        in_onderzoek=in_onderzoek(wire, adres),
        niet_op_adres=adres.indicatieVastgesteldVerblijftNietOpAdres,
        opgeschort=OPSCHORTING.get(reden, ""),
    )


def names(naam: Naam, adres: Adressering) -> tuple[str, str]:
    """Initials and surname. The aanschrijfwijze honours whose name the person wants to use."""
    initials = naam.voorletters or "".join(f"{word[0]}." for word in naam.voornamen.split())
    wanted = adres.aanschrijfwijze.naam if adres.aanschrijfwijze else ""
    if wanted and (not initials or wanted.startswith(initials)):
        return initials, wanted.removeprefix(initials).strip()
    if wanted:  # a title stands before the initials: leave the register's own composition whole
        return "", wanted
    return initials, _joined(naam.voorvoegsel, naam.geslachtsnaam)


def partial_date(wire: Datum | None) -> GedeeltelijkeDatum:
    """As much of a date as the register knows. Raises `ValueError` when `datum` is no date."""
    if wire is None:
        return GedeeltelijkeDatum()
    if wire.datum:
        whole = date.fromisoformat(wire.datum)
        return GedeeltelijkeDatum(whole.year, whole.month, whole.day)
    return GedeeltelijkeDatum(wire.jaar, wire.maand)


def in_onderzoek(wire: WirePersoon, adres: Adressering) -> tuple[str, ...]:
    """Words for what the municipality is investigating, in a fixed order."""
    person = wire.inOnderzoek
    words = {
        "BSN": person.get("burgerservicenummer") is True,
        "naam": _any(wire.naam.inOnderzoek) or adres.inOnderzoek.get("aanschrijfwijze") is True,
        "geslacht": person.get("geslacht") is True,
        "geboortedatum": _any(wire.geboorte.inOnderzoek) or person.get("leeftijd") is True,
        "adres": any(
            value is True and name.startswith(("adres", "land")) for name, value in adres.inOnderzoek.items()
        ),
    }
    return tuple(word for word, holds in words.items() if holds)


def _any(flags: dict[str, Any]) -> bool:
    return any(value is True for value in flags.values())


def _aanspreek(wire: WirePersoon) -> str:
    return AANSPREEK.get(wire.geslacht.code if wire.geslacht else "", "")


def _roepnaam(naam: Naam, initials: str) -> str:
    words = naam.voornamen.split()
    return f"({words[0]})" if words and initials else ""


def _lines(adres: Adressering) -> tuple[str, ...]:
    land = adres.land.omschrijving if adres.land else ""
    lines = (adres.adresregel1, adres.adresregel2, adres.adresregel3, land)
    return tuple(" ".join(line.split()) for line in lines if line)  # the BRP puts two spaces behind a postcode


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
