"""The seven questions of the BRP: their parameters, what each may hold, and how it says that a value is wrong.

Patterns stand here as in the official file (2.7), so that an answer can name them as the real one does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.practice.answers import Param


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` for text; `kind` for what is no text: datum, getal, waar, nummers (a list of texts)."""

    pattern: str = ""
    kind: str = ""
    required: bool = False


NAAM = r"^[a-zA-Z0-9À-ž \.\-\']{1,200}$|^[a-zA-Z0-9À-ž \.\-\']{3,199}\*{1}$"
VOORNAMEN = r"^[a-zA-Z0-9À-ž \.\-\']{1,199}\*{0,1}$"
STRAAT = r"^[a-zA-Z0-9À-ž \-\'\.]{1,80}$|^[a-zA-Z0-9À-ž \-\'\.]{7,79}\*{1}$|^\*{1}[a-zA-Z0-9À-ž \-\'\.]{7,79}$"
GEMEENTE = r"^[0-9]{4}$"
BSN = r"^[0-9]{9}$"
BAG = r"^(?!0{16})[0-9]{16}$"
MOST_BSNS = 20
HUISNUMMER = (1, 99999)

_EVERY = {"gemeenteVanInschrijving": Rule(GEMEENTE)}
_SEARCH = _EVERY | {"inclusiefOverledenPersonen": Rule(kind="waar")}
_NAME = _SEARCH | {
    "geslachtsnaam": Rule(NAAM, required=True),
    "voornamen": Rule(VOORNAMEN),
    "voorvoegsel": Rule(r"^[a-zA-Z \']{1,10}$"),
    "geslacht": Rule(r"^([Mm]|[Vv]|[Oo])$"),
}
_HOUSE = _SEARCH | {
    "huisnummer": Rule(kind="getal", required=True),
    "huisletter": Rule(r"^[a-zA-Z]{1}$"),
    "huisnummertoevoeging": Rule(r"^[a-zA-Z0-9 \-]{1,4}$"),
}
TYPES: dict[str, dict[str, Rule]] = {
    "RaadpleegMetBurgerservicenummer": _EVERY | {"burgerservicenummer": Rule(BSN, "nummers", required=True)},
    "ZoekMetGeslachtsnaamEnGeboortedatum": _NAME | {"geboortedatum": Rule(kind="datum", required=True)},
    "ZoekMetNaamEnGemeenteVanInschrijving": _NAME
    | {"voornamen": Rule(NAAM, required=True), "gemeenteVanInschrijving": Rule(GEMEENTE, required=True)},
    "ZoekMetPostcodeEnHuisnummer": _HOUSE
    | {
        "postcode": Rule(r"^[1-9]{1}[0-9]{3}[ ]?[A-Za-z]{2}$", required=True),
        "geboortedatum": Rule(kind="datum"),
        "geslachtsnaam": Rule(NAAM),
    },
    "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving": _HOUSE
    | {"straat": Rule(STRAAT, required=True), "gemeenteVanInschrijving": Rule(GEMEENTE, required=True)},
    "ZoekMetNummeraanduidingIdentificatie": _SEARCH | {"nummeraanduidingIdentificatie": Rule(BAG, required=True)},
    "ZoekMetAdresseerbaarObjectIdentificatie": _SEARCH
    | {"adresseerbaarObjectIdentificatie": Rule(BAG, required=True)},
}
# How many people a search may find; reading has no maximum.
MOST_RESULTS = {
    "ZoekMetGeslachtsnaamEnGeboortedatum": 10,
    "ZoekMetNaamEnGemeenteVanInschrijving": 10,
    "ZoekMetPostcodeEnHuisnummer": 30,
    "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving": 30,
    "ZoekMetNummeraanduidingIdentificatie": 30,
    "ZoekMetAdresseerbaarObjectIdentificatie": 30,
}


def wrong_value(name: str, value: Any, rule: Rule) -> list[Param]:
    """What is wrong with a value that is there: nothing, or as the BRP says it."""
    if rule.kind == "nummers":
        return _numbers(name, value, rule)
    if rule.kind == "datum":
        return [] if _is_day(value) else [Param(name, "date", "Waarde is geen geldige datum.")]
    if rule.kind == "waar":
        return [] if isinstance(value, bool) else [Param(name, "boolean", "Waarde is geen boolean.")]
    if rule.kind == "getal":
        return _integer(name, value)
    if isinstance(value, str) and re.search(rule.pattern, value) and not value.endswith("\n"):
        return []
    return [Param(name, "pattern", f"Waarde voldoet niet aan patroon {rule.pattern}.")]


def _numbers(name: str, value: Any, rule: Rule) -> list[Param]:
    if not isinstance(value, list):
        return [Param(name, "array", "Parameter is geen array.")]
    if not value:
        return [Param(name, "minItems", "Array bevat minder dan 1 items.")]
    if len(value) > MOST_BSNS:
        return [Param(name, "maxItems", f"Array bevat meer dan {MOST_BSNS} items.")]
    return [param for at, one in enumerate(value) for param in wrong_value(f"{name}[{at}]", one, Rule(rule.pattern))]


def _integer(name: str, value: Any) -> list[Param]:
    if isinstance(value, bool) or not isinstance(value, int):
        return [Param(name, "integer", "Waarde is geen geldig getal.")]
    least, most = HUISNUMMER
    if value < least:
        return [Param(name, "minimum", f"Waarde is lager dan minimum {least}.")]
    return [Param(name, "maximum", f"Waarde is hoger dan maximum {most}.")] if value > most else []


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
