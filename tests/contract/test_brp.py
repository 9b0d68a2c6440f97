"""The seven questions of the BRP and every way it says no, judged by the official file."""

from __future__ import annotations

from typing import Any

import pytest

from app.practice.brp_vraag import MOST_RESULTS, TYPES
from app.practice.people import people, sample
from app.practice.velden import AUTOMATIC, WHOLE, Tree, tree
from tests.contract.conftest import Wire
from tests.contract.openapi import Schema, Spec

RAADPLEEG = "RaadpleegMetBurgerservicenummer"
NAAM = "ZoekMetGeslachtsnaamEnGeboortedatum"
ALIASES = ("adresseringBinnenland", "verblijfplaatsBinnenland")
HOOFD = sample("deventer")["hoofdpersoon"]
HUIS = {"huisnummer": HOOFD.huisnummer, "huisletter": HOOFD.huisletter}
QUESTIONS: dict[str, dict[str, Any]] = {
    RAADPLEEG: {"burgerservicenummer": [HOOFD.bsn]},
    NAAM: {"geslachtsnaam": HOOFD.geslachtsnaam, "geboortedatum": "1961-03-14"},
    "ZoekMetNaamEnGemeenteVanInschrijving": {
        "geslachtsnaam": HOOFD.geslachtsnaam,
        "voornamen": "Joh*",
        "gemeenteVanInschrijving": "0150",
    },
    "ZoekMetPostcodeEnHuisnummer": HUIS | {"postcode": HOOFD.postcode},
    "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving": HUIS | {"straat": "brink", "gemeenteVanInschrijving": "0150"},
    "ZoekMetNummeraanduidingIdentificatie": {"nummeraanduidingIdentificatie": HOOFD.nummeraanduiding},
    "ZoekMetAdresseerbaarObjectIdentificatie": {"adresseerbaarObjectIdentificatie": HOOFD.adresseerbaar_object},
}


def paths(names: Tree, before: str = "") -> list[str]:
    found = []
    for name, below in names.items():
        found.append(before + name)
        found += paths(below, f"{before}{name}.")
    return found


def official_tree(spec: Spec, schema: Schema) -> Tree:
    """Names that a file gives to a schema, its parts and its subtypes."""
    components = spec.document["components"]["schemas"]
    found: Tree = {}
    for name, one in _properties(components, schema, frozenset()):
        if name in AUTOMATIC:
            continue
        below = {} if name in WHOLE else official_tree(spec, one)
        found[name] = _merged(found.get(name, {}), below)
    return found


def _properties(components: dict[str, Schema], schema: Schema, seen: frozenset[str]) -> list[tuple[str, Schema]]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [] if name in seen else _properties(components, components[name], seen | {name})
    if schema.get("type") == "array":
        return _properties(components, schema["items"], seen)
    mapping = schema.get("discriminator", {}).get("mapping", {})
    found = list(schema.get("properties", {}).items())
    for part in schema.get("allOf", []) + [{"$ref": ref} for ref in mapping.values()]:
        found += _properties(components, part, seen)
    return found


def _merged(one: Tree, other: Tree) -> Tree:
    return one | {name: _merged(one.get(name, {}), below) for name, below in other.items()}


def test_fields_are_those_of_the_file(brp_spec: Spec) -> None:
    for reading, gezag, schema in (
        (True, False, "Persoon"),
        (False, False, "PersoonBeperkt"),
        (False, True, "GezagPersoonBeperkt"),
    ):
        official = official_tree(brp_spec, {"$ref": f"#/components/schemas/{schema}"})
        own = {name: below for name, below in tree(reading=reading, gezag=gezag).items() if name not in ALIASES}
        assert set(paths(own)) == set(paths(official)), schema


@pytest.mark.parametrize("soort", TYPES)
def test_every_question_with_every_field(wire: Wire, soort: str) -> None:
    names = tree(reading=soort == RAADPLEEG)
    every = paths(names)
    for fields in (["burgerservicenummer"], list(names), every[:130], every[-130:]):
        answer = wire.brp({"type": soort, "fields": fields} | QUESTIONS[soort], 200)
        assert answer["type"] == soort
        assert HOOFD.bsn in {one.get("burgerservicenummer", HOOFD.bsn) for one in answer["personen"]}


def test_every_inhabitant_fits(wire: Wire) -> None:
    fields = list(tree(reading=True))
    inhabitants = [person.bsn for person in people("deventer")]
    for start in range(0, len(inhabitants), 20):
        asked = inhabitants[start : start + 20]
        answer = wire.brp({"type": RAADPLEEG, "fields": fields, "burgerservicenummer": asked}, 200)
        assert len(answer["personen"]) == len(asked)


@pytest.mark.parametrize("soort", TYPES)
def test_everything_wrong_at_once(wire: Wire, soort: str) -> None:
    wrong = dict.fromkeys(TYPES[soort], "#") | {"fields": ["rni", "leeftijd.x", "#"], "onbekend": 1}
    body = wire.brp({"type": soort} | wrong, 400)
    assert body["code"] == "paramsValidation"
    named = {one["name"] for one in body["invalidParams"]}
    assert named == TYPES[soort].keys() | {"fields[0]", "fields[1]", "fields[2]", "onbekend"}
    empty = wire.brp({"type": soort}, 400)
    required = {name for name, rule in TYPES[soort].items() if rule.required}
    assert {one["name"]: one["code"] for one in empty["invalidParams"]} == dict.fromkeys(
        required | {"fields"}, "required"
    )


def test_every_other_no(wire: Wire) -> None:
    question = {"type": RAADPLEEG, "fields": ["leeftijd"], "burgerservicenummer": [HOOFD.bsn]}
    assert (
        wire.brp(question, 401, headers={"X-API-KEY": "oefen-brp-zwolle"}, json=question)["code"] == "authentication"
    )
    html = {"Accept": "text/html"}
    assert wire.brp(question, 406, headers=html, json=question)["code"] == "notAcceptable"
    for kind in ("text/plain", "application/json; charset=iso-8859-1"):
        body = wire.brp(question, 415, headers={"Content-Type": kind}, content=b"{}")
        assert body["code"] == "unsupportedMediaType"
    too_many = {"type": NAAM, "fields": ["leeftijd"], "geslachtsnaam": "dubbel-proef", "geboortedatum": "1980-01-01"}
    assert wire.brp(too_many, 400)["code"] == "tooManyResults"
    for question in ([], {}, {"type": None}, {"type": "Zoek"}, {"type": {}}):  # type: ignore[assignment]
        assert wire.brp(question, 400)["code"] == "paramsValidation"
    as_json = {"Content-Type": "application/json"}
    assert wire.brp(None, 400, headers=as_json, content=b"{")["code"] == "paramsValidation"


def test_rules_are_those_of_the_file(brp_spec: Spec) -> None:
    """Parameters, which of them are required, and every pattern."""
    components = brp_spec.document["components"]["schemas"]
    for soort, rules in TYPES.items():
        properties = {
            name: components[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            for part in (components["PersonenQuery"], components[soort]["allOf"][1])
            for name, one in part["properties"].items()
            if name not in ("type", "fields")
        }
        assert rules.keys() == properties.keys(), soort
        assert {name for name, rule in rules.items() if rule.required} == set(components[soort]["required"])
        for name, rule in rules.items():
            official = properties[name].get("items", properties[name])
            official = components[official["$ref"].rpartition("/")[2]] if "$ref" in official else official
            assert rule.pattern == official.get("pattern", ""), name
    assert MOST_RESULTS.keys() == TYPES.keys() - {RAADPLEEG}
