"""What we send to the Klantinteracties API, within its lengths (standards.md 3.4)."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from app.connectors.ports import NieuwContact

REFERENTIENUMMER = "referentienummer"  # 2.16 and later; metadata came in the same version
NUMMER = "nummer"
MAX_ONDERWERP = 200
MAX_INHOUD = 1000
INGEKORT = "… [Ingekort: de hele tekst staat bij het klantcontactcentrum.]"

Body = dict[str, Any]


def onderwerp_of(contact: NieuwContact) -> str:
    """At most 200 characters, as the register stores it."""
    text = contact.onderwerp
    return text if len(text) <= MAX_ONDERWERP else text[: MAX_ONDERWERP - 1].rstrip() + "…"


def inhoud_of(contact: NieuwContact) -> str:
    """At most 1000 characters; a cut text says so and where the whole one is."""
    text = contact.inhoud
    return text if len(text) <= MAX_INHOUD else text[: MAX_INHOUD - len(INGEKORT)].rstrip() + INGEKORT


def klantcontact(contact: NieuwContact, kenmerk_veld: str) -> Body:
    body: Body = {
        kenmerk_veld: contact.kenmerk,
        "kanaal": contact.kanaal,
        "onderwerp": onderwerp_of(contact),
        "inhoud": inhoud_of(contact),
        "indicatieContactGelukt": contact.gelukt,
        "taal": contact.taal,
        "vertrouwelijk": contact.vertrouwelijk,
        "plaatsgevondenOp": contact.plaatsgevonden_op.astimezone(UTC).isoformat(),
    }
    if kenmerk_veld == REFERENTIENUMMER:
        body["metadata"] = {"gesprek_id": str(contact.gesprek_id), "id": str(contact.id)}
    return body


def maak_klantcontact(contact: NieuwContact, kenmerk_veld: str, partij: str | None) -> Body:
    """Contact, klant and (before there was metadata) the gesprek it belongs to, in one call."""
    body: Body = {"klantcontact": klantcontact(contact, kenmerk_veld)}
    if partij is not None:
        body["betrokkene"] = betrokkene(partij)
    if kenmerk_veld == NUMMER:
        body["onderwerpobject"] = gesprek(contact)
    return body


def betrokkene(partij: str) -> Body:
    return {
        "wasPartij": {"uuid": partij},
        "rol": "klant",
        "initiator": True,
        "organisatienaam": "",
        "contactnaam": None,
    }


def gesprek(contact: NieuwContact) -> Body:
    """Onderwerpobject that ties the vragen of one gesprek together, where a register has no metadata."""
    return {
        "wasKlantcontact": None,
        "onderwerpobjectidentificator": {
            "objectId": str(contact.gesprek_id),
            "codeObjecttype": "gesprek",
            "codeRegister": "kiss",
            "codeSoortObjectId": "uuid",
        },
    }


def partij(bsn: str) -> Body:
    """As KISS makes it; names are not copied from the BRP. The identificator goes along, so both come or neither."""
    empty = ("digitaleAdressen", "betrokkenen", "categorieRelaties", "vertegenwoordigden", "rekeningnummers")
    return {name: [] for name in empty} | {
        "voorkeursDigitaalAdres": None,
        "voorkeursRekeningnummer": None,
        "indicatieGeheimhouding": False,
        "indicatieActief": True,
        "soortPartij": "persoon",
        "partijIdentificatie": {"contactnaam": None},
        "partijIdentificatoren": [
            {
                "partijIdentificator": {
                    "codeObjecttype": "natuurlijk_persoon",
                    "codeRegister": "brp",
                    "codeSoortObjectId": "bsn",
                    "objectId": bsn,
                }
            }
        ],
    }
