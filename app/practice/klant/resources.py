"""The resources a contact centre uses and their writable fields (standards 3.2 and 3.4)."""

from __future__ import annotations

from datetime import UTC, datetime

from app.practice.klant.fields import (
    Field,
    anything,
    boolean,
    choice,
    day,
    group,
    metadata,
    moment,
    number,
    reference,
    references,
    text,
    uri,
)

POSTCODE = r"[1-9][0-9]{3} [A-Z]{2}"
NUMMER = r"[0-9]*"
TELEFOON = r"(0[1-9][0-9]{8}|\+[0-9]{9,15}|00[0-9]{7,13})"
EMAIL = r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"


def now() -> str:
    """The register's own clock, as it writes a moment."""
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
    "huisnummer": Field(number(1, 99999), nullable=True),
    "huisnummertoevoeging": _blank(20),
    "postcode": _blank(7, POSTCODE),
    "stad": _blank(255),
    "adresregel1": _blank(80),
    "adresregel2": _blank(80),
    "adresregel3": _blank(80),
    "land": _blank(2, r".{2}"),
}
IDENTIFICATOR = {name: _blank(200) for name in ("objectId", "codeObjecttype", "codeRegister", "codeSoortObjectId")}
SOORT_PARTIJ = ("persoon", "organisatie", "contactpersoon")
SOORT_ADRES = ("email", "telefoonnummer", "overig")
SOORT_ACTOR = ("medewerker", "geautomatiseerde_actor", "organisatorische_eenheid")
STATUS = ("te_verwerken", "verwerkt")
ROL = ("vertegenwoordiger", "klant")
PARTIJ_IDENTIFICATOR = {
    "codeObjecttype": Field(choice("natuurlijk_persoon", "niet_natuurlijk_persoon", "vestiging"), required=True),
    "codeSoortObjectId": Field(choice("bsn", "vestigingsnummer", "kvk_nummer", "rsin"), required=True),
    "objectId": Field(text(200, blank=False), required=True),
    "codeRegister": Field(choice("brp", "hr"), required=True),
}
# What partijIdentificatie and actorIdentificatie hold depends on the soort.
PARTIJ_SOORTEN = {
    "persoon": {"contactnaam": Field(group(CONTACTNAAM), nullable=True)},
    "organisatie": {"naam": _blank(200)},
    "contactpersoon": {
        "werkteVoorPartij": Field(reference, nullable=True),
        "contactnaam": Field(group(CONTACTNAAM), nullable=True),
    },
}
ACTOR_SOORTEN = {
    "medewerker": {
        "functie": Field(text(40), required=True),
        "emailadres": _blank(254, EMAIL),
        "telefoonnummer": Field(text(20, TELEFOON, blank=False), required=True),
    },
    "geautomatiseerde_actor": {"functie": Field(text(40), required=True), "omschrijving": _blank(200)},
    "organisatorische_eenheid": {
        "omschrijving": _blank(200),
        "emailadres": _blank(254, EMAIL),
        "faxnummer": _blank(20),
        "telefoonnummer": _blank(20, TELEFOON),
    },
}
RESOURCES: dict[str, dict[str, Field]] = {
    "klantcontacten": {
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
        "plaatsgevondenOp": Field(moment, default=now),
        "metadata": Field(metadata, default=dict),
    },
    "betrokkenen": {
        "wasPartij": Field(reference, nullable=True),
        "hadKlantcontact": Field(reference, required=True),
        "bezoekadres": Field(group(ADRES), nullable=True),
        "correspondentieadres": Field(group(ADRES), nullable=True),
        "contactnaam": Field(group(CONTACTNAAM), nullable=True),
        "rol": Field(choice(*ROL), required=True),
        "organisatienaam": _blank(200),
        "initiator": Field(boolean, required=True),
    },
    "onderwerpobjecten": {
        "klantcontact": Field(reference, nullable=True),
        "wasKlantcontact": Field(reference, nullable=True),
        "onderwerpobjectidentificator": Field(group(IDENTIFICATOR), nullable=True),
    },
    "partijen": {
        "nummer": Field(text(10, NUMMER), nullable=True),
        "interneNotitie": _blank(1000),
        "voorkeursDigitaalAdres": Field(reference, nullable=True),
        "voorkeursRekeningnummer": Field(reference, nullable=True),
        "soortPartij": Field(choice(*SOORT_PARTIJ), required=True),
        "indicatieGeheimhouding": Field(boolean, nullable=True),
        "voorkeurstaal": _blank(3),
        "indicatieActief": Field(boolean, required=True),
        "bezoekadres": Field(group(ADRES), nullable=True),
        "correspondentieadres": Field(group(ADRES), nullable=True),
        "partijIdentificatie": Field(anything, required=True),
    },
    "partij-identificatoren": {
        "identificeerdePartij": Field(reference, nullable=True),
        "anderePartijIdentificator": _blank(200),
        "partijIdentificator": Field(group(PARTIJ_IDENTIFICATOR), required=True),
        "subIdentificatorVan": Field(reference, nullable=True),
    },
    "digitaleadressen": {
        "verstrektDoorBetrokkene": Field(reference, nullable=True),
        "verstrektDoorPartij": Field(reference, nullable=True),
        "adres": Field(text(80, blank=False), required=True),
        "soortDigitaalAdres": Field(choice(*SOORT_ADRES), required=True),
        "isStandaardAdres": Field(boolean, default=False),
        "omschrijving": _blank(40),
        "referentie": _blank(50, r"[-a-zA-Z0-9_]+"),
        "verificatieDatum": Field(day, nullable=True),
    },
    "actoren": {
        "naam": Field(text(200, blank=False), required=True),
        "soortActor": Field(choice(*SOORT_ACTOR), required=True),
        "indicatieActief": Field(boolean, default=True),
        "actoridentificator": Field(group(IDENTIFICATOR), nullable=True),
        "actorIdentificatie": Field(anything, nullable=True),
    },
    "actorklantcontacten": {
        "actor": Field(reference, required=True),
        "klantcontact": Field(reference, required=True),
    },
    "internetaken": {
        "nummer": Field(text(10, NUMMER), nullable=True),
        "referentienummer": Field(text(10, NUMMER), nullable=True),
        "gevraagdeHandeling": Field(text(200, blank=False), required=True),
        "aanleidinggevendKlantcontact": Field(reference, required=True),
        "toegewezenAanActor": Field(reference),
        "toegewezenAanActoren": Field(references),
        "toelichting": _blank(1000),
        "status": Field(choice(*STATUS), required=True),
        "afgehandeldOp": Field(moment, nullable=True),
    },
}
# What 2.15 does not know yet: it ignores these in a body and leaves them out of an answer.
SINCE_216 = {
    "klantcontacten": ("referentienummer", "reactie", "hoofdOnderwerpType", "verdereActieOndernomen", "metadata"),
    "internetaken": ("referentienummer",),
}
