"""Haal Centraal BRP Personen bevragen 2 (specification 2.7): one POST, a type of question, fields to deliver."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from app.practice.answers import Param, Problem
from app.practice.brp_persoon import ALLOWED, AUTOMATIC, deliver
from app.practice.people import Person, elfproef

FIELD = re.compile(r"[a-zA-Z0-9._]{1,200}")
NAAM = re.compile(r"[a-zA-Z0-9À-ž \-'.]{1,200}\*?")
MOST_BY_NAME, MOST_BY_ADDRESS = 10, 30

Rule = tuple[bool, Callable[[Any], bool]]  # required, accepts


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 99999


def _bool(value: Any) -> bool:
    return isinstance(value, bool)


def _bsns(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 20 and all(_text(r"[0-9]{9}")(bsn) for bsn in value)


def _day(value: Any) -> bool:
    if not _text(r"\d{4}-\d{2}-\d{2}")(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _name(value: Any) -> bool:
    return isinstance(value, str) and NAAM.fullmatch(value) is not None and (value[-1] != "*" or len(value) > 3)


GEMEENTE = _text(r"[0-9]{4}")
EVERY: dict[str, Rule] = {"gemeenteVanInschrijving": (False, GEMEENTE)}
SEARCH = EVERY | {"inclusiefOverledenPersonen": (False, _bool)}
TYPES: dict[str, dict[str, Rule]] = {
    "RaadpleegMetBurgerservicenummer": EVERY | {"burgerservicenummer": (True, _bsns)},
    "ZoekMetGeslachtsnaamEnGeboortedatum": SEARCH
    | {
        "geslachtsnaam": (True, _name),
        "geboortedatum": (True, _day),
        "voornamen": (False, _name),
        "voorvoegsel": (False, _text(r"[a-zA-Z \-']{1,10}")),
        "geslacht": (False, _text(r"[mMvVoO]")),
    },
    "ZoekMetNaamEnGemeenteVanInschrijving": SEARCH
    | {
        "geslachtsnaam": (True, _name),
        "voornamen": (True, _name),
        "gemeenteVanInschrijving": (True, GEMEENTE),
        "voorvoegsel": (False, _text(r"[a-zA-Z \-']{1,10}")),
        "geslacht": (False, _text(r"[mMvVoO]")),
    },
    "ZoekMetPostcodeEnHuisnummer": SEARCH
    | {
        "postcode": (True, _text(r"[1-9][0-9]{3} ?[A-Za-z]{2}")),
        "huisnummer": (True, _number),
        "huisletter": (False, _text(r"[a-zA-Z]")),
        "huisnummertoevoeging": (False, _text(r"[a-zA-Z0-9 \-]{1,4}")),
        "geboortedatum": (False, _day),
        "geslachtsnaam": (False, _name),
    },
}


def answer(body: Any, inhabitants: Sequence[Person]) -> dict[str, Any]:
    """The answer to one question. Raises `Problem` (400) as the real one does, all wrong fields at once."""
    if not isinstance(body, dict):
        raise _wrong(Param("body", "json", "Waarde is geen geldig JSON object."))
    soort = body.get("type")
    if soort is None:
        raise _wrong(Param("type", "required", "Parameter is verplicht."))
    if soort not in TYPES:
        raise _wrong(Param("type", "value", "Waarde is geen geldig zoek type."))
    wrong = _parameters(body, TYPES[soort]) + _fields(body.get("fields"), soort)
    if wrong:
        raise _wrong(*wrong)
    found = [person for person in inhabitants if _matches(person, body, soort)]
    reading = soort.startswith("Raadpleeg")
    most = MOST_BY_ADDRESS if "Postcode" in soort else MOST_BY_NAME
    if not reading and len(found) > most:
        raise Problem(
            400,
            "tooManyResults",
            "Teveel zoekresultaten.",
            f"Meer dan maximum van {most} gevonden resultaten. Verfijn de zoekopdracht.",
        )
    return {"type": soort, "personen": [deliver(person, body["fields"], reading=reading) for person in found]}


def _wrong(*params: Param) -> Problem:
    names = ", ".join(param.name for param in params)
    return Problem(
        400,
        "paramsValidation",
        "Een of meerdere parameters zijn niet correct.",
        f"De foutieve parameter(s) zijn: {names}.",
        list(params),
    )


def _parameters(body: dict[str, Any], rules: dict[str, Rule]) -> list[Param]:
    wrong = []
    for name in body.keys() - rules.keys() - {"type", "fields"}:
        wrong.append(Param(name, "unknownParam", "Parameter is niet verwacht."))
    for name, (required, accepts) in rules.items():
        if name not in body:
            if required:
                wrong.append(Param(name, "required", "Parameter is verplicht."))
        elif not accepts(body[name]):
            wrong.append(_wrong_value(name, body[name]))
    return wrong


def _wrong_value(name: str, value: Any) -> Param:
    if name == "burgerservicenummer":
        if not isinstance(value, list):
            return Param(name, "array", "Parameter is geen array.")
        if not value:
            return Param(name, "minItems", "Array bevat minder dan 1 items.")
        if len(value) > 20:
            return Param(name, "maxItems", "Array bevat meer dan 20 items.")
        at = next(n for n, bsn in enumerate(value) if not _text(r"[0-9]{9}")(bsn))
        return Param(f"{name}[{at}]", "pattern", "Waarde voldoet niet aan patroon ^[0-9]{9}$.")
    if "datum" in name:
        return Param(name, "date", "Waarde is geen geldige datum.")
    if name == "huisnummer":
        return Param(name, "integer", "Waarde is geen geldig getal.")
    return Param(name, "pattern", "Waarde voldoet niet aan het patroon.")


def _fields(fields: Any, soort: str) -> list[Param]:
    if fields is None:
        return [Param("fields", "required", "Parameter is verplicht.")]
    if not isinstance(fields, list):
        return [Param("fields", "array", "Parameter is geen array.")]
    if not fields:
        return [Param("fields", "minItems", "Array bevat minder dan 1 items.")]
    if len(fields) > 130:
        return [Param("fields", "maxItems", "Array bevat meer dan 130 items.")]
    wrong = []
    for at, path in enumerate(fields):
        if not isinstance(path, str) or not FIELD.fullmatch(path):
            wrong.append(
                Param(f"fields[{at}]", "pattern", "Waarde voldoet niet aan patroon ^[a-zA-Z0-9\\._]{1,200}$.")
            )
        elif path.split(".")[0] in AUTOMATIC or path.split(".")[0] not in ALLOWED[soort.startswith("Raadpleeg")]:
            wrong.append(Param(f"fields[{at}]", "fields", "Parameter bevat een niet bestaande veldnaam."))
    return wrong


def _matches(person: Person, body: dict[str, Any], soort: str) -> bool:
    if body.get("gemeenteVanInschrijving", person.gemeente) != person.gemeente:
        return False
    if soort.startswith("Raadpleeg"):
        return person.bsn in body["burgerservicenummer"] and elfproef(person.bsn)
    if person.overleden and not body.get("inclusiefOverledenPersonen"):
        return False
    if "Postcode" in soort and not _lives_at(person, body):
        return False
    return _is_called(person, body)


def _lives_at(person: Person, body: dict[str, Any]) -> bool:
    if person.vertrokken:
        return False
    asked = {
        "postcode": body["postcode"].replace(" ", "").upper() == person.postcode,
        "huisnummer": body["huisnummer"] == person.huisnummer,
        "huisletter": body.get("huisletter", person.huisletter).upper() == person.huisletter.upper(),
        "toevoeging": body.get("huisnummertoevoeging", person.toevoeging) == person.toevoeging,
    }
    return all(asked.values())


def _is_called(person: Person, body: dict[str, Any]) -> bool:
    checks = (
        ("geslachtsnaam", person.geslachtsnaam),
        ("voornamen", person.voornamen),
        ("voorvoegsel", person.voorvoegsel),
    )
    for name, own in checks:
        if name in body and not _like(own, body[name]):
            return False
    if "geslacht" in body and body["geslacht"].upper() != person.geslacht:
        return False
    wanted = body.get("geboortedatum")
    return wanted is None or person.geboortedag == date.fromisoformat(wanted)


def _like(own: str, asked: str) -> bool:
    own, asked = own.casefold(), asked.casefold()
    return own.startswith(asked[:-1]) if asked.endswith("*") else own == asked
