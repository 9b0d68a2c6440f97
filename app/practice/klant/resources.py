"""The resources a contact centre uses, their writable fields and their filters (standards 3.2-3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.practice.klant.fields import (
    Field,
    boolean,
    choice,
    day,
    group,
    metadata,
    moment,
    reference,
    references,
    text,
    uri,
)

POSTCODE = r"[1-9][0-9]{3} [A-Z]{2}"
NUMMER = r"[0-9]*"


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _blank(most: int, pattern: str = "") -> Field:
    return Field(text(most, pattern), default="")


CONTACTNAAM = {
    "voorletters": _blank(10),
    "voornaam": _blank(200),
    "voorvoegselAchternaam": _blank(10),
    "achternaam": _blank(200),
}
ADRES = {
    "nummeraanduidingId": _blank(16, r"[0-9]{16}"),
    "straatnaam": _blank(255),
    "huisnummer": Field(lambda name, value: (value, []), nullable=True),
    "huisnummertoevoeging": _blank(20),
    "postcode": _blank(7, POSTCODE),
    "stad": _blank(255),
    "adresregel1": _blank(80),
    "adresregel2": _blank(80),
    "adresregel3": _blank(80),
    "land": _blank(2),
}
IDENTIFICATOR = {name: _blank(200) for name in ("objectId", "codeObjecttype", "codeRegister", "codeSoortObjectId")}
PARTIJ_IDENTIFICATOR = {
    "codeObjecttype": Field(choice("natuurlijk_persoon", "niet_natuurlijk_persoon", "vestiging"), required=True),
    "codeSoortObjectId": Field(choice("bsn", "vestigingsnummer", "kvk_nummer", "rsin"), required=True),
    "objectId": Field(text(200, blank=False), required=True),
    "codeRegister": Field(choice("brp", "hr"), required=True),
}
KLANTCONTACT = {
    "nummer": Field(text(10, NUMMER), nullable=True),
    "referentienummer": Field(text(10, NUMMER), nullable=True),
    "kanaal": Field(text(50, blank=False), required=True),
    "onderwerp": Field(text(200, blank=False), required=True),
    "inhoud": _blank(1000),
    "reactie": _blank(4000),
    "indicatieContactGelukt": Field(boolean, nullable=True),
    "hoofdOnderwerpType": Field(uri(200), default=""),
    "verdereActieOndernomen": Field(boolean, default=False),
    "taal": Field(text(3, blank=False), required=True),
    "vertrouwelijk": Field(boolean, required=True),
    "plaatsgevondenOp": Field(moment, default=_now),
    "metadata": Field(metadata, default=dict),
}
BETROKKENE = {
    "wasPartij": Field(reference, required=True, nullable=True),
    "hadKlantcontact": Field(reference, required=True),
    "bezoekadres": Field(group(ADRES), nullable=True),
    "correspondentieadres": Field(group(ADRES), nullable=True),
    "contactnaam": Field(group(CONTACTNAAM), nullable=True),
    "rol": Field(choice("vertegenwoordiger", "klant"), required=True),
    "organisatienaam": _blank(200),
    "initiator": Field(boolean, required=True),
}
ONDERWERPOBJECT = {
    "klantcontact": Field(reference, required=True, nullable=True),
    "wasKlantcontact": Field(reference, nullable=True),
    "onderwerpobjectidentificator": Field(group(IDENTIFICATOR), nullable=True),
}


@dataclass(frozen=True, slots=True)
class Resource:
    """One collection. `filters`: query parameter → path into the row; `since_218` exist only there."""

    fields: dict[str, Field]
    filters: dict[str, str]
    expands: frozenset[str] = frozenset()
    since_218: frozenset[str] = frozenset()


PARTIJ_FILTERS = {
    f"{prefix}__{name}": f"@identificator.{name}"
    for prefix in ("partijIdentificator",)
    for name in ("codeObjecttype", "codeRegister", "codeSoortObjectId", "objectId")
}
CONTACT_IDENTIFICATOR = {
    f"hadBetrokkene__wasPartij__partijIdentificator__{name}": f"@partij.identificator.{name}"
    for name in ("codeObjecttype", "codeRegister", "codeSoortObjectId", "objectId")
}
ONDERWERP_FILTERS = {
    f"onderwerpobject__onderwerpobjectidentificator{name[0].upper()}{name[1:]}": f"@onderwerp.{name}"
    for name in ("objectId", "codeObjecttype", "codeRegister", "codeSoortObjectId")
}
RESOURCES: dict[str, Resource] = {
    "klantcontacten": Resource(
        KLANTCONTACT,
        {
            "hadBetrokkene__uuid": "@betrokkene.uuid",
            "hadBetrokkene__wasPartij__uuid": "@partij.uuid",
            "indicatieContactGelukt": "indicatieContactGelukt",
            "inhoud": "~inhoud",
            "kanaal": "kanaal",
            "nummer": "nummer",
            "onderwerp": "~onderwerp",
            "plaatsgevondenOp": "plaatsgevondenOp",
            "referentienummer": "referentienummer",
            "vertrouwelijk": "vertrouwelijk",
            **CONTACT_IDENTIFICATOR,
            **ONDERWERP_FILTERS,
        },
        frozenset(
            {"hadBetrokkenen", "hadBetrokkenen.wasPartij", "gingOverOnderwerpobjecten", "leiddeTotInterneTaken"}
        ),
        frozenset({*CONTACT_IDENTIFICATOR, "hadBetrokkene__wasPartij__uuid", "referentienummer"}),
    ),
    "betrokkenen": Resource(
        BETROKKENE,
        {
            "hadKlantcontact__uuid": "hadKlantcontact.uuid",
            "hadKlantcontact__nummer": "@contact.nummer",
            "hadKlantcontact__referentienummer": "@contact.referentienummer",
            "wasPartij__uuid": "wasPartij.uuid",
            "organisatienaam": "organisatienaam",
        },
        frozenset({"hadKlantcontact", "wasPartij"}),
    ),
    "partijen": Resource(
        {
            "nummer": Field(text(10, NUMMER), nullable=True),
            "interneNotitie": _blank(1000),
            "digitaleAdressen": Field(references, nullable=True, default=list),
            "voorkeursDigitaalAdres": Field(reference, nullable=True),
            "rekeningnummers": Field(references, nullable=True, default=list),
            "voorkeursRekeningnummer": Field(reference, nullable=True),
            "soortPartij": Field(choice("persoon", "organisatie", "contactpersoon"), required=True),
            "indicatieGeheimhouding": Field(boolean, nullable=True),
            "voorkeurstaal": _blank(3),
            "indicatieActief": Field(boolean, required=True),
            "bezoekadres": Field(group(ADRES), nullable=True),
            "correspondentieadres": Field(group(ADRES), nullable=True),
        },
        {"soortPartij": "soortPartij", "nummer": "nummer", "indicatieActief": "indicatieActief", **PARTIJ_FILTERS},
        frozenset({"digitaleAdressen", "betrokkenen"}),
    ),
    "partij-identificatoren": Resource(
        {
            "identificeerdePartij": Field(reference, nullable=True),
            "anderePartijIdentificator": _blank(200),
            "partijIdentificator": Field(group(PARTIJ_IDENTIFICATOR), required=True),
            "subIdentificatorVan": Field(reference, nullable=True),
        },
        {
            "partijIdentificatorCodeSoortObjectId": "partijIdentificator.codeSoortObjectId",
            "partijIdentificatorObjectId": "partijIdentificator.objectId",
            "partijIdentificatorCodeObjecttype": "partijIdentificator.codeObjecttype",
            "partijIdentificatorCodeRegister": "partijIdentificator.codeRegister",
        },
    ),
    "digitaleadressen": Resource(
        {
            "verstrektDoorBetrokkene": Field(reference, required=True, nullable=True),
            "verstrektDoorPartij": Field(reference, required=True, nullable=True),
            "adres": Field(text(80, blank=False), required=True),
            "soortDigitaalAdres": Field(choice("email", "telefoonnummer", "overig"), required=True),
            "isStandaardAdres": Field(boolean, default=False),
            "omschrijving": _blank(40),
            "referentie": _blank(50, r"[-a-zA-Z0-9_]+"),
            "verificatieDatum": Field(day, nullable=True),
        },
        {"adres": "adres", "verstrektDoorPartij__uuid": "verstrektDoorPartij.uuid"},
    ),
    "onderwerpobjecten": Resource(
        ONDERWERPOBJECT,
        {"onderwerpobjectidentificatorObjectId": "onderwerpobjectidentificator.objectId"},
    ),
}


def stored_default(resource: str, row: dict[str, Any]) -> dict[str, Any]:
    """What the server fills in by itself in a new row."""
    if resource == "klantcontacten":
        row["plaatsgevondenOp"] = row["plaatsgevondenOp"] or _now()
    return row
