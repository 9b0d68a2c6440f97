"""How lines of the logs read on screen and in an export: codes as words, people by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.audit.models import Auditregel
from app.verwerkingen.models import Verwerking
from app.verwerkingen.service import Activiteit, Uitkomst

ACTIVITEITEN: Mapping[str, str] = {
    Activiteit.ZOEKEN: "Persoon gezocht",
    Activiteit.RAADPLEGEN: "Persoonsgegevens bekeken",
    Activiteit.CONTACTEN: "Contacten bekeken",
    Activiteit.BSN_TONEN: "BSN getoond",
    Activiteit.VERANTWOORDEN: "Gezegd waarom zo vaak is gezocht",
    Activiteit.LOGBOEK: "Logboek doorzocht op een inwoner",
}
UITKOMSTEN: Mapping[str, str] = {
    Uitkomst.GESTART: "Gevraagd",
    Uitkomst.GEVONDEN: "Gevonden",
    Uitkomst.NIEMAND: "Niemand gevonden",
    Uitkomst.MISLUKT: "Mislukt",
    Uitkomst.BEANTWOORD: "Beantwoord",
}
SYSTEEM = "Het systeem"


def who(names: Mapping[UUID, str], medewerker: UUID | None) -> str:
    if medewerker is None:
        return SYSTEEM
    return names.get(medewerker, f"Onbekend ({str(medewerker)[:8]})")


def act(code: str) -> str:
    """`gesprek.klant_gekozen` as "Gesprek klant gekozen": codes read well enough by themselves."""
    return code.replace(".", " ").replace("_", " ").capitalize()


def what(row: Auditregel | Verwerking) -> str:
    if isinstance(row, Verwerking):
        return ACTIVITEITEN.get(row.activiteit, act(row.activiteit.replace("-", " ")))
    return act(row.handeling)


def asked(row: Verwerking) -> str:
    """What stands in `velden` of this line."""
    return "Antwoord" if row.activiteit == Activiteit.VERANTWOORDEN else "Gevraagde gegevens"


def outcome(row: Auditregel | Verwerking) -> str:
    return UITKOMSTEN.get(row.uitkomst, act(row.uitkomst))


def details(gegevens: Mapping[str, Any]) -> str:
    """The loose data of an audit row as `naam: waarde`, one after another."""
    return "; ".join(f"{name}: {_value(value)}" for name, value in sorted(gegevens.items()))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
