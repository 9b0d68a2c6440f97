"""A person as the BRP delivers it: only asked fields, nothing that is empty or standard, some always."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.practice.people import Person
from app.practice.velden import ALIASES

MAANDEN = "januari februari maart april mei juni juli augustus september oktober november december".split()
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LAND = {"België": "5010", "Duitsland": "6029"}
GESLACHT = {"M": "man", "V": "vrouw", "O": "onbekend"}


def deliver(person: Person, fields: list[str], *, reading: bool) -> dict[str, Any]:
    """The asked part of one person, with what the BRP adds by itself."""
    whole = _whole(person, reading=reading)
    made: dict[str, Any] = {}
    for path in fields:
        head, dot, rest = path.partition(".")
        if head in ALIASES and person.vertrokken:
            continue  # the aliases deliver addresses in the Netherlands only
        _copy(whole, made, (ALIASES.get(head, head) + dot + rest).split("."))
    made |= _automatic(person)
    lines = [name for name in ("adresregel1", "adresregel2") if name in made.get("adressering", {})]
    if person.adres_in_onderzoek and lines:
        since = {"datumIngangOnderzoekVerblijfplaats": datum((2026, 9, 1))}
        made["adressering"]["inOnderzoek"] = dict.fromkeys(lines, True) | since
    return made


def _copy(source: dict[str, Any], target: dict[str, Any], path: list[str]) -> None:
    head, rest = path[0], path[1:]
    if head not in source:
        return
    value = source[head]
    if rest and isinstance(value, dict) and "langFormaat" not in value and "code" not in value:
        part: dict[str, Any] = dict(target.get(head, {}))
        _copy(value, part, rest)
        if "type" in value and part:
            part["type"] = value["type"]
        if part:
            target[head] = part
    else:
        target[head] = value  # a date and a code with its meaning always come whole


def _automatic(person: Person) -> dict[str, Any]:
    always: dict[str, Any] = {}
    if person.geheim:
        always["geheimhoudingPersoonsgegevens"] = True
    if person.overleden:
        always["opschortingBijhouding"] = {
            "reden": {"code": "O", "omschrijving": "overlijden"},
            "datum": datum(person.overleden),
        }
    elif person.vertrokken:
        always["opschortingBijhouding"] = {
            "reden": {"code": "E", "omschrijving": "emigratie"},
            "datum": datum((2022, 5, 1)),
        }
    return always


def _whole(person: Person, *, reading: bool) -> dict[str, Any]:
    naam = {
        "voornamen": person.voornamen,
        "voorvoegsel": person.voorvoegsel,
        "geslachtsnaam": person.geslachtsnaam,
        "voorletters": person.voorletters,
        "volledigeNaam": f"{person.voornamen} {person.achternaam}",
    }
    whole: dict[str, Any] = {
        "burgerservicenummer": person.bsn,
        "naam": {key: value for key, value in naam.items() if value},
        "geboorte": {"datum": datum(person.geboren)},
        "geslacht": {"code": person.geslacht, "omschrijving": GESLACHT[person.geslacht]},
        "adressering": _adressering(person, reading=reading),
        "gemeenteVanInschrijving": {"code": person.gemeente, "omschrijving": person.plaats},
    }
    if reading:
        whole["verblijfplaats"] = _verblijfplaats(person)
        whole["geboorte"] |= {"land": {"code": "6030", "omschrijving": "Nederland"}}
    if (leeftijd := age(person)) is not None:
        whole["leeftijd"] = leeftijd
    if person.overleden:
        whole["overlijden"] = {"datum": datum(person.overleden)}
    return whole


def _adressering(person: Person, *, reading: bool) -> dict[str, Any]:
    if person.vertrokken:
        lines = {"adresregel1": "Beispielstrasse 1", "adresregel2": "Musterstadt"}
        made: dict[str, Any] = lines | {"land": {"code": LAND[person.vertrokken], "omschrijving": person.vertrokken}}
    else:
        number = f"{person.huisnummer} {person.huisletter}".strip()
        made = {
            "adresregel1": " ".join(part for part in (person.straat, number, person.toevoeging) if part),
            "adresregel2": f"{person.postcode[:4]} {person.postcode[4:]}  {person.plaats.upper()}",
        }
    if reading:
        made["aanhef"] = {"M": "Geachte heer ", "V": "Geachte mevrouw "}.get(person.geslacht, "Geachte ") + (
            person.achternaam[:1].upper() + person.achternaam[1:]
        )
        made["aanschrijfwijze"] = {"naam": f"{person.voorletters} {person.achternaam}"}
    return made


def _verblijfplaats(person: Person) -> dict[str, Any]:
    if person.vertrokken:
        land = {"code": LAND[person.vertrokken], "omschrijving": person.vertrokken}
        adres = {"regel1": "Beispielstrasse 1", "regel2": "Musterstadt", "land": land}
        return {"type": "VerblijfplaatsBuitenland", "verblijfadres": adres, "datumVan": datum((2022, 5, 1))}
    parts: dict[str, Any] = {
        "officieleStraatnaam": person.straat,
        "korteStraatnaam": person.straat,
        "huisnummer": person.huisnummer,
        "huisletter": person.huisletter,
        "huisnummertoevoeging": person.toevoeging,
        "postcode": person.postcode,
        "woonplaats": person.plaats,
    }
    return {
        "type": "Adres",
        "verblijfadres": {name: value for name, value in parts.items() if value},
        "functieAdres": {"code": "W", "omschrijving": "woonadres"},
        "nummeraanduidingIdentificatie": person.nummeraanduiding,
        "adresseerbaarObjectIdentificatie": person.adresseerbaar_object,
    }


def age(person: Person) -> int | None:
    """Whole years today; None of the dead and of whoever's birth date is not known."""
    born = person.geboortedag
    if born is None or person.overleden:
        return None
    today = datetime.now(AMSTERDAM).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def datum(value: tuple[int | None, int | None, int | None]) -> dict[str, Any]:
    """A date in one of the four shapes of the BRP, each with its text."""
    jaar, maand, dag = value
    if jaar and maand and dag:
        text = f"{dag} {MAANDEN[maand - 1]} {jaar}"
        return {"type": "Datum", "datum": f"{jaar:04d}-{maand:02d}-{dag:02d}", "langFormaat": text}
    if jaar and maand:
        return {"type": "JaarMaandDatum", "jaar": jaar, "maand": maand, "langFormaat": f"{MAANDEN[maand - 1]} {jaar}"}
    if jaar:
        return {"type": "JaarDatum", "jaar": jaar, "langFormaat": str(jaar)}
    return {"type": "DatumOnbekend", "onbekend": True, "langFormaat": "onbekend"}
