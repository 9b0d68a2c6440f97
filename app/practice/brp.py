"""Haal Centraal BRP Personen bevragen 2 (specification 2.7): one POST, a type of question, fields to deliver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.practice.answers import Param, Problem
from app.practice.brp_persoon import deliver
from app.practice.brp_vraag import MOST_RESULTS, TYPES, Rule, wrong_value
from app.practice.people import Person
from app.practice.velden import automatic, exists, tree

FIELD = r"^[a-zA-Z0-9\._]{1,200}$"
MOST_FIELDS = 130
BY_NAME = ("ZoekMetGeslachtsnaamEnGeboortedatum", "ZoekMetNaamEnGemeenteVanInschrijving")


def answer(body: Any, inhabitants: Sequence[Person]) -> dict[str, Any]:
    """The answer to one question. Raises `Problem` (400) as the real one does, all wrong fields at once."""
    if not isinstance(body, dict):
        raise _wrong(Param("body", "json", "Waarde is geen geldig JSON object."))
    soort = body.get("type")
    if soort is None:
        raise _wrong(Param("type", "required", "Parameter is verplicht."))
    if not isinstance(soort, str) or soort not in TYPES:
        raise _wrong(Param("type", "value", "Waarde is geen geldig zoek type."))
    wrong = _parameters(body, TYPES[soort]) + _fields(body.get("fields"), soort)
    if wrong:
        raise _wrong(*wrong)
    asked = {name: value for name, value in body.items() if value not in (None, "")}
    found = [person for person in inhabitants if _matches(person, asked, soort)]
    most = MOST_RESULTS.get(soort)
    if most is not None and len(found) > most:
        detail = f"Meer dan maximum van {most} zoekresultaten gevonden. Verfijn de zoekopdracht."
        raise Problem(400, "tooManyResults", "Teveel zoekresultaten.", detail)
    return {"type": soort, "personen": [deliver(person, body["fields"], reading=most is None) for person in found]}


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
    for name, rule in rules.items():
        value = body.get(name)
        if value is None or value == "":
            if rule.required:
                wrong.append(Param(name, "required", "Parameter is verplicht."))
        else:
            wrong += wrong_value(name, value, rule)
    unknown = sorted(body.keys() - rules.keys() - {"type", "fields"})
    return wrong + [Param(name, "unknownParam", "Parameter is niet verwacht.") for name in unknown]


def _fields(fields: Any, soort: str) -> list[Param]:
    if fields is None:
        return [Param("fields", "required", "Parameter is verplicht.")]
    if not isinstance(fields, list):
        return [Param("fields", "array", "Parameter is geen array.")]
    if not fields:
        return [Param("fields", "minItems", "Array bevat minder dan 1 items.")]
    if len(fields) > MOST_FIELDS:
        return [Param("fields", "maxItems", f"Array bevat meer dan {MOST_FIELDS} items.")]
    names = tree(reading=soort not in MOST_RESULTS, gezag=soort == "ZoekMetAdresseerbaarObjectIdentificatie")
    rule = Rule(FIELD)
    wrong = []
    for at, path in enumerate(fields):
        name = f"fields[{at}]"
        if bad := wrong_value(name, path, rule):
            wrong += bad
        elif automatic(path):
            wrong.append(Param(name, "fields", "Parameter bevat een niet toegestane veldnaam."))
        elif not exists(path, names):
            wrong.append(Param(name, "fields", "Parameter bevat een niet bestaande veldnaam."))
    return wrong


def _matches(person: Person, body: dict[str, Any], soort: str) -> bool:
    if body.get("gemeenteVanInschrijving", person.gemeente) != person.gemeente:
        return False
    if "burgerservicenummer" in body:
        return person.bsn in body["burgerservicenummer"]
    if person.overleden and not body.get("inclusiefOverledenPersonen"):
        return False
    if soort not in BY_NAME and (person.vertrokken or not _lives_at(person, body)):
        return False
    return _is_called(person, body)


def _lives_at(person: Person, body: dict[str, Any]) -> bool:
    own = {
        "postcode": person.postcode,
        "straat": person.straat,
        "huisnummer": str(person.huisnummer),
        "huisletter": person.huisletter,
        "huisnummertoevoeging": person.toevoeging,
        "nummeraanduidingIdentificatie": person.nummeraanduiding,
        "adresseerbaarObjectIdentificatie": person.adresseerbaar_object,
    }
    asked = {name: str(body[name]) for name in own if name in body}
    if "postcode" in asked:
        asked["postcode"] = asked["postcode"].replace(" ", "")
    return all(_like(own[name], value) for name, value in asked.items())


def _is_called(person: Person, body: dict[str, Any]) -> bool:
    own = {
        "geslachtsnaam": person.geslachtsnaam,
        "voornamen": person.voornamen,
        "voorvoegsel": person.voorvoegsel,
        "geslacht": person.geslacht,
    }
    if not all(_like(value, body[name]) for name, value in own.items() if name in body):
        return False
    wanted = body.get("geboortedatum")
    return not wanted or person.geboortedag == date.fromisoformat(wanted)


def _like(own: str, asked: str) -> bool:
    """Equal but for case; a star stands for the rest, at the end or (street) at the beginning."""
    own, asked = own.casefold(), asked.casefold()
    if asked.endswith("*"):
        return own.startswith(asked[:-1])
    return own.endswith(asked[1:]) if asked.startswith("*") else own == asked
