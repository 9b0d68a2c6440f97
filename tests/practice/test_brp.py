"""The BRP as it answers (standards 8): what it finds, what it delivers, what it refuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.practice.people import people, sample
from tests.practice.client import BRP, Registers

RAADPLEEG = "RaadpleegMetBurgerservicenummer"
NAAM = "ZoekMetGeslachtsnaamEnGeboortedatum"
GEMEENTE = "ZoekMetNaamEnGemeenteVanInschrijving"
POSTCODE = "ZoekMetPostcodeEnHuisnummer"
STRAAT = "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving"
WHO = sample("deventer")
HOOFD = WHO["hoofdpersoon"]
BORN = str(HOOFD.geboortedag)


def one(deventer: Registers, bsn: str, *fields: str) -> dict[str, Any]:
    (person,) = deventer.brp(type=RAADPLEEG, burgerservicenummer=[bsn], fields=list(fields))["personen"]
    found: dict[str, Any] = person
    return found


@pytest.mark.parametrize(
    ("naam", "found"),
    [
        ("Wit-Voorbeeld", True),
        ("WIT-voorbeeld", True),
        ("Wit*", True),
        ("Wit-Voorbeel*", True),
        ("Voorbeeld", False),
        ("Wit", False),
    ],
)
def test_names_match_without_case_and_with_a_star(deventer: Registers, naam: str, found: bool) -> None:
    assert (HOOFD.bsn in deventer.bsns(type=NAAM, geslachtsnaam=naam, geboortedatum=BORN)) is found


@pytest.mark.parametrize("naam", ["Wi*", "*", "*oorbeeld", "Wit*V", "W@t", "Wit<b>", "x" * 201, "Ș", 7, ["Wit"]])
def test_names_that_may_not_be_asked(deventer: Registers, naam: Any) -> None:
    body = deventer.brp(400, type=NAAM, geslachtsnaam=naam, geboortedatum=BORN)
    assert deventer.codes(body) == {"geslachtsnaam": "pattern"}


def test_letters_with_marks_are_found(deventer: Registers, zwolle: Registers) -> None:
    secret = sample("zwolle")["geheim"]
    found = zwolle.bsns(type=NAAM, geslachtsnaam="şahin-voorbeeld", geboortedatum=str(secret.geboortedag))
    assert found == [secret.bsn]


@pytest.mark.parametrize("day", ["14-03-1961", "1961-02-30", "1961", "1961-3-14", "٢٠٢٠-٠١-٠١", 1961])
def test_days_that_are_none(deventer: Registers, day: Any) -> None:
    body = deventer.brp(400, type=NAAM, geslachtsnaam="Proef", geboortedatum=day)
    assert deventer.codes(body) == {"geboortedatum": "date"}


def test_addresses(deventer: Registers) -> None:
    question: dict[str, Any] = {"type": POSTCODE, "postcode": "7411 aa", "huisnummer": HOOFD.huisnummer}
    whole = deventer.bsns(**question)
    assert HOOFD.bsn in whole
    narrowed = deventer.bsns(**question, huisletter="b")
    assert HOOFD.bsn in narrowed
    assert set(narrowed) < set(whole)
    assert deventer.bsns(**question, huisletter="b", geslachtsnaam="onbekend") == []
    assert HOOFD.bsn in deventer.bsns(**question, geboortedatum=BORN)
    street = {"type": STRAAT, "huisnummer": 200, "huisnummertoevoeging": "1"}
    for straat in ("fictiekade", "Fictiek*", "*ctiekade"):
        assert len(deventer.bsns(**street, straat=straat, gemeenteVanInschrijving="0150")) == 1
    body = deventer.brp(400, **street, straat="Fictie*", gemeenteVanInschrijving="0150")
    assert deventer.codes(body) == {"straat": "pattern"}


@pytest.mark.parametrize(
    ("number", "code"), [(0, "minimum"), (100_000, "maximum"), ("12", "integer"), (True, "integer")]
)
def test_house_numbers_that_are_none(deventer: Registers, number: Any, code: str) -> None:
    body = deventer.brp(400, type=POSTCODE, postcode="7411AA", huisnummer=number)
    assert deventer.codes(body) == {"huisnummer": code}


def test_too_many_results_ask_for_more(deventer: Registers) -> None:
    name = {"type": NAAM, "geslachtsnaam": "Dubbel-Proef", "geboortedatum": "1980-01-01"}
    building = {"type": POSTCODE, "postcode": "7415ZZ", "huisnummer": 200}
    for question, most in ((name, 10), (building, 30)):
        body = deventer.brp(400, **question)
        assert (body["code"], body["title"]) == ("tooManyResults", "Teveel zoekresultaten.")
        assert body["detail"] == f"Meer dan maximum van {most} zoekresultaten gevonden. Verfijn de zoekopdracht."
        assert "invalidParams" not in body
    assert len(deventer.bsns(**building, huisnummertoevoeging="7")) == 1
    assert len(deventer.bsns(**name, voornamen="Jo*", geslacht="v")) == 1


def test_the_dead_are_found_when_asked_for(deventer: Registers) -> None:
    dead = WHO["overleden"]
    question = {"type": NAAM, "geslachtsnaam": dead.geslachtsnaam, "geboortedatum": str(dead.geboortedag)}
    assert deventer.bsns(**question) == []
    assert deventer.bsns(**question, inclusiefOverledenPersonen=True) == [dead.bsn]
    body = deventer.brp(400, **question, inclusiefOverledenPersonen="ja")
    assert deventer.codes(body) == {"inclusiefOverledenPersonen": "boolean"}
    read = one(deventer, dead.bsn, "leeftijd", "overlijden")
    assert read["opschortingBijhouding"]["reden"]["code"] == "O"
    assert (read["overlijden"]["datum"]["datum"], "leeftijd" in read) == ("2025-02-02", False)


def test_only_asked_fields_and_what_comes_by_itself(deventer: Registers) -> None:
    assert one(deventer, HOOFD.bsn, "naam.voornamen") == {"naam": {"voornamen": HOOFD.voornamen}}
    born = {"type": "Datum", "datum": BORN, "langFormaat": "14 maart 1961"}
    assert one(deventer, HOOFD.bsn, "geboorte.datum.datum") == {"geboorte": {"datum": born}}, "dates come whole"
    secret = one(deventer, WHO["geheim"].bsn, "burgerservicenummer")
    assert secret == {"burgerservicenummer": WHO["geheim"].bsn, "geheimhoudingPersoonsgegevens": True}
    doubtful = one(deventer, WHO["onderzoek"].bsn, "adressering.adresregel1")["adressering"]
    assert doubtful["inOnderzoek"].keys() == {"adresregel1", "datumIngangOnderzoekVerblijfplaats"}
    half = one(deventer, WHO["half_bekend"].bsn, "geboorte", "leeftijd")
    assert half == {"geboorte": half["geboorte"]}, "no age without a whole birth date"
    assert half["geboorte"]["datum"] == {"type": "JaarDatum", "jaar": 1987, "langFormaat": "1987"}


def test_addresses_abroad_only_under_their_own_name(deventer: Registers) -> None:
    gone = WHO["vertrokken"].bsn
    abroad = one(deventer, gone, "adressering", "verblijfplaats.type")
    assert abroad["adressering"]["land"]["omschrijving"] == "Duitsland"
    assert abroad["verblijfplaats"] == {"type": "VerblijfplaatsBuitenland"}
    assert one(deventer, gone, "adresseringBinnenland.adresregel1").keys() == {"opschortingBijhouding"}
    home = one(deventer, HOOFD.bsn, "adresseringBinnenland.adresregel1", "verblijfplaatsBinnenland.verblijfadres")
    assert home["adressering"] == {"adresregel1": "Brink 12 B"}
    assert home["verblijfplaats"]["verblijfadres"]["postcode"] == "7411AA"


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("rni", "fields"),
        ("opschortingBijhouding.datum", "fields"),
        ("naam.inOnderzoek", "fields"),
        ("naam.roepnaam", "fields"),
        ("bestaatNiet", "fields"),
        ("naam..voornamen", "fields"),
        ("naam voornamen", "pattern"),
        ("", "pattern"),
        (7, "pattern"),
        (None, "pattern"),
    ],
)
def test_fields_that_may_not_be_asked(deventer: Registers, field: Any, code: str) -> None:
    body = deventer.brp(400, type=RAADPLEEG, burgerservicenummer=[HOOFD.bsn], fields=["leeftijd", field])
    assert deventer.codes(body) == {"fields[1]": code}
    assert body["detail"] == "De foutieve parameter(s) zijn: fields[1]."
    assert body["instance"] == f"/deventer{BRP}"


@pytest.mark.parametrize(
    ("fields", "code"), [(None, "required"), ("naam", "array"), ([], "minItems"), (["leeftijd"] * 131, "maxItems")]
)
def test_lists_of_fields_that_are_none(deventer: Registers, fields: Any, code: str) -> None:
    body = deventer.brp(400, type=RAADPLEEG, burgerservicenummer=[HOOFD.bsn], fields=fields)
    assert deventer.codes(body) == {"fields": code}


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [
        (HOOFD.bsn, {"burgerservicenummer": "array"}),
        ([], {"burgerservicenummer": "minItems"}),
        ([HOOFD.bsn] * 21, {"burgerservicenummer": "maxItems"}),
        (
            ["1", HOOFD.bsn, "x" * 9],
            {"burgerservicenummer[0]": "pattern", "burgerservicenummer[2]": "pattern"},
        ),
    ],
)
def test_lists_of_numbers_that_are_none(deventer: Registers, numbers: Any, wrong: dict[str, str]) -> None:
    assert deventer.codes(deventer.brp(400, type=RAADPLEEG, burgerservicenummer=numbers)) == wrong


def test_a_number_that_nobody_has_finds_nobody(deventer: Registers) -> None:
    assert deventer.bsns(type=RAADPLEEG, burgerservicenummer=["999993653"]) == []
    twenty = [person.bsn for person in people("deventer")[:20]]
    assert deventer.bsns(type=RAADPLEEG, burgerservicenummer=twenty) == twenty
    assert deventer.bsns(type=RAADPLEEG, burgerservicenummer=twenty, gemeenteVanInschrijving="0193") == []


def test_only_post_and_only_json(deventer: Registers) -> None:
    url, key = f"{deventer.base}/deventer{BRP}", {"X-API-KEY": "oefen-brp-deventer"}
    got = deventer.client.get(url, headers=key)
    assert (got.status_code, got.headers["allow"]) == (405, "POST")
    refused = deventer.client.post(url, json={}, headers=key)
    assert refused.headers["content-type"].startswith("application/problem+json")


def test_ages_are_counted_to_the_day(deventer: Registers) -> None:
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    born = HOOFD.geboortedag
    assert born is not None
    expected = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    assert one(deventer, HOOFD.bsn, "leeftijd") == {"leeftijd": expected}
