"""Query parameters per collection: what they read, where in the data they look, how they compare (standards 3.5)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.practice.answers import Param
from app.practice.klant import fields
from app.practice.klant.fields import Check
from app.practice.klant.resources import ROL, SOORT_ACTOR, SOORT_ADRES, SOORT_PARTIJ, STATUS

Fits = Callable[[list[Any], Any], bool]  # values that a row has at the path, value that was asked
IDENTIFICATOR = ("codeObjecttype", "codeRegister", "codeSoortObjectId", "objectId")


def _any(compare: Callable[[Any, Any], bool]) -> Fits:
    return lambda own, asked: any(compare(one, asked) for one in own if one is not None)


TEXT, EQUAL = fields.text(1000), _any(operator.eq)


@dataclass(frozen=True, slots=True)
class Filter:
    """`path` as in relations.py; `indexed`: equal to the value there, so an index may answer."""

    path: str
    check: Check = TEXT
    fits: Fits = EQUAL
    indexed: bool = False


def _flag(name: str, value: Any) -> tuple[Any, list[Param]]:
    """true or false in any case; anything else is no filter at all, as Django reads it."""
    return {"true": True, "false": False}.get(str(value).lower()), []


def _uuid(name: str, value: Any) -> tuple[Any, list[Param]]:
    stored, wrong = fields.reference(name, {"uuid": value})
    return (stored or {}).get("uuid"), [Param(name, one.code, one.reason) for one in wrong]


def _url(name: str, value: Any) -> tuple[Any, list[Param]]:
    """The uuid at the end of an address; one without finds nothing, which is not an error there."""
    return (_uuid(name, str(value).rstrip("/").rpartition("/")[2])[0] or "-"), []


def exact(path: str, *choices: str) -> Filter:
    return Filter(path, fields.choice(*choices)) if choices else Filter(path, indexed=True)


def contains(path: str) -> Filter:
    return Filter(path, fits=_any(lambda own, asked: asked.casefold() in str(own).casefold()))


def flag(path: str) -> Filter:
    return Filter(path, _flag)


def exists(path: str) -> Filter:
    return Filter(path, _flag, lambda own, asked: any(one is not None for one in own) == asked)


def compared(path: str, how: Callable[[Any, Any], bool], check: Check = fields.day) -> Filter:
    return Filter(path, check, _any(how))


NOTHING = Filter("uuid", fits=lambda own, asked: False)  # about resources that are not played here


def _object(name: str, path: str) -> dict[str, Filter]:
    """`name__uuid` and `name__url` of what stands at the end of a path."""
    return {
        f"{name}__uuid": Filter(f"{path}/uuid", _uuid, indexed=True),
        f"{name}__url": Filter(f"{path}/uuid", _url, indexed=True),
    }


def _partij(name: str, path: str) -> dict[str, Filter]:
    """Filters on the identificatoren of a partij."""
    below = f"{path}/partij-identificatoren<identificeerdePartij".lstrip("/")
    return {f"{name}__{part}": exact(f"{below}/partijIdentificator.{part}") for part in IDENTIFICATOR}


def _identificator(prefix: str, group: str) -> dict[str, Filter]:
    return {f"{prefix}{part[0].upper()}{part[1:]}": exact(f"{group}.{part}") for part in IDENTIFICATOR}


def _onderwerp(name: str, step: str) -> dict[str, Filter]:
    group = f"{step}/onderwerpobjectidentificator"
    return _object(name, step) | _identificator(f"{name}__onderwerpobjectidentificator", group)


def _adres(name: str) -> dict[str, Filter]:
    parts = ("adresregel1", "adresregel2", "adresregel3", "land", "nummeraanduidingId")
    return {f"{name}{part[0].upper()}{part[1:]}": exact(f"{name}.{part}") for part in parts}


BETROKKENE = "betrokkenen<hadKlantcontact"
PARTIJ = f"{BETROKKENE}/>wasPartij"
SUB = "partij-identificatoren<identificeerdePartij/>subIdentificatorVan/partijIdentificator"

FILTERS: dict[str, dict[str, Filter]] = {
    "klantcontacten": {
        **_object("hadBetrokkene", BETROKKENE),
        "hadBetrokkene__digitaaladres__adres__icontains": contains(
            f"{BETROKKENE}/digitaleadressen<verstrektDoorBetrokkene/adres"
        ),
        "hadBetrokkene__wasPartij": exists(f"{PARTIJ}/uuid"),
        **_object("hadBetrokkene__wasPartij", PARTIJ),
        **_partij("hadBetrokkene__wasPartij__partijIdentificator", PARTIJ),
        "indicatieContactGelukt": flag("indicatieContactGelukt"),
        "inhoud": contains("inhoud"),
        "kanaal": exact("kanaal"),
        "leiddeTotInterneTaken": exists("internetaken<aanleidinggevendKlantcontact/uuid"),
        "nummer": exact("nummer"),
        "onderwerp": contains("onderwerp"),
        **_onderwerp("onderwerpobject", "onderwerpobjecten<klantcontact"),
        "plaatsgevondenOp": compared("plaatsgevondenOp", operator.eq, fields.moment),
        "reactie": contains("reactie"),
        "referentienummer": exact("referentienummer"),
        "vertrouwelijk": flag("vertrouwelijk"),
        **_onderwerp("wasOnderwerpobject", "onderwerpobjecten<wasKlantcontact"),
    },
    "betrokkenen": {
        "contactnaamAchternaam": exact("contactnaam.achternaam"),
        "contactnaamVoorletters": exact("contactnaam.voorletters"),
        "contactnaamVoornaam": exact("contactnaam.voornaam"),
        "contactnaamVoorvoegselAchternaam": exact("contactnaam.voorvoegselAchternaam"),
        "hadKlantcontact__nummer": exact(">hadKlantcontact/nummer"),
        "hadKlantcontact__referentienummer": exact(">hadKlantcontact/referentienummer"),
        **_object("hadKlantcontact", ">hadKlantcontact"),
        "organisatienaam": exact("organisatienaam"),
        "verstrektedigitaalAdres__adres": exact("digitaleadressen<verstrektDoorBetrokkene/adres"),
        **_object("verstrektedigitaalAdres", "digitaleadressen<verstrektDoorBetrokkene"),
        "wasPartij__nummer": exact(">wasPartij/nummer"),
        **_partij("wasPartij__partijIdentificator", ">wasPartij"),
        **_object("wasPartij", ">wasPartij"),
    },
    "partijen": {
        **_adres("bezoekadres"),
        **_adres("correspondentieadres"),
        "categorierelatie__categorie__naam": NOTHING,
        "indicatieActief": flag("indicatieActief"),
        "indicatieGeheimhouding": flag("indicatieGeheimhouding"),
        "nummer": exact("nummer"),
        **_partij("partijIdentificator", ""),
        "soortPartij": exact("soortPartij", *SOORT_PARTIJ),
        **{f"subIdentificatorVan__{part}": exact(f"{SUB}.{part}") for part in IDENTIFICATOR},
        "vertegenwoordigdePartij__uuid": NOTHING,
        "vertegenwoordigdePartij__url": NOTHING,
    },
    "partij-identificatoren": {
        "anderePartijIdentificator": exact("anderePartijIdentificator"),
        **_identificator("partijIdentificator", "partijIdentificator"),
    },
    "digitaleadressen": {
        "adres": exact("adres"),
        "adres__icontains": contains("adres"),
        "isGeverifieerd": exists("verificatieDatum"),
        "isStandaardAdres": flag("isStandaardAdres"),
        "omschrijving": contains("omschrijving"),
        "referentie": exact("referentie"),
        "soortDigitaalAdres": exact("soortDigitaalAdres", *SOORT_ADRES),
        "verificatieDatum": compared("verificatieDatum", operator.eq),
        "verificatieDatum__gt": compared("verificatieDatum", operator.gt),
        "verificatieDatum__gte": compared("verificatieDatum", operator.ge),
        "verificatieDatum__lt": compared("verificatieDatum", operator.lt),
        "verificatieDatum__lte": compared("verificatieDatum", operator.le),
        "verstrektDoorBetrokkene__rol": exact(">verstrektDoorBetrokkene/rol", *ROL),
        **_object("verstrektDoorBetrokkene", ">verstrektDoorBetrokkene"),
        **_partij("verstrektDoorPartij__partijIdentificator", ">verstrektDoorPartij"),
        "verstrektDoorPartij__soortPartij": exact(">verstrektDoorPartij/soortPartij", *SOORT_PARTIJ),
        **_object("verstrektDoorPartij", ">verstrektDoorPartij"),
    },
    "actoren": {
        **_identificator("actoridentificator", "actoridentificator"),
        "indicatieActief": flag("indicatieActief"),
        "naam": exact("naam"),
        "soortActor": exact("soortActor", *SOORT_ACTOR),
    },
    "actorklantcontacten": {**_object("actor", ">actor"), **_object("klantcontact", ">klantcontact")},
    "internetaken": {
        **_object("aanleidinggevendKlantcontact", ">aanleidinggevendKlantcontact"),
        "actoren__naam": exact(">toegewezenAanActoren/naam"),
        "klantcontact__nummer": exact(">aanleidinggevendKlantcontact/nummer"),
        "klantcontact__referentienummer": exact(">aanleidinggevendKlantcontact/referentienummer"),
        "klantcontact__uuid": _object("klantcontact", ">aanleidinggevendKlantcontact")["klantcontact__uuid"],
        "nummer": exact("nummer"),
        "referentienummer": exact("referentienummer"),
        "status": exact("status", *STATUS),
        **_object("toegewezenAanActor", ">toegewezenAanActoren"),
        "toegewezenOp": compared("toegewezenOp", operator.eq, fields.moment),
    },
    "onderwerpobjecten": {
        **_object("klantcontact", ">klantcontact"),
        **_identificator("onderwerpobjectidentificator", "onderwerpobjectidentificator"),
        **_object("wasKlantcontact", ">wasKlantcontact"),
    },
}
# Filters that 2.15 answers with 400 unknown-parameters.
SINCE_216 = {
    "klantcontacten": frozenset(
        name
        for name in FILTERS["klantcontacten"]
        if name.startswith(("hadBetrokkene__wasPartij", "hadBetrokkene__digitaaladres"))
        or name in ("leiddeTotInterneTaken", "reactie", "referentienummer")
    ),
    "betrokkenen": frozenset({"hadKlantcontact__referentienummer"}),
    "internetaken": frozenset({"klantcontact__referentienummer", "referentienummer"}),
}
EXPANDS = {
    "klantcontacten": (
        "gingOverOnderwerpobjecten",
        "hadBetrokkenen",
        "hadBetrokkenen.digitaleAdressen",
        "hadBetrokkenen.wasPartij",
        "hadBetrokkenen.wasPartij.digitaleAdressen",
        "leiddeTotInterneTaken",
        "omvatteBijlagen",
    ),
    "betrokkenen": ("digitaleAdressen",),
    "partijen": ("betrokkenen", "betrokkenen.hadKlantcontact", "categorieRelaties", "digitaleAdressen"),
    "digitaleadressen": (
        "verstrektDoorBetrokkene",
        "verstrektDoorBetrokkene.hadKlantcontact",
        "verstrektDoorBetrokkene.hadKlantcontact.leiddeTotInterneTaken",
    ),
}
