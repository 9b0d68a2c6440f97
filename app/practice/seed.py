"""Filling a register: earlier contacts of the named people, or many contacts of many people."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from app.practice.klant.service import Register
from app.practice.people import INWONERS, Person, people
from app.practice.store import Store

ONDERWERPEN = (
    ("Paspoort aanvragen", "Afspraak gemaakt bij Burgerzaken."),
    ("Grof vuil laten ophalen", "Uitgelegd hoe een afspraak gemaakt kan worden."),
    ("Verhuizing doorgeven", "Formulier op de website gewezen."),
    ("Parkeervergunning", "Aanvraag loopt, wacht op kenteken."),
    ("Losse stoeptegel", "Melding gemaakt voor Wijkbeheer."),
)
KANALEN = ("Telefoon", "Balie", "E-mail", "Chat", "Website")


def named_contacts(register: Register) -> int:
    """Earlier contacts of the named people, once: a register that has any is left alone."""
    if any(True for _ in register.store.all(register.tenant, "klantcontacten")):
        return 0
    made = 0
    with register.store.transaction():
        for person in people(register.tenant):
            for moment, kanaal, onderwerp, inhoud in person.contacten:
                _contact(register, _partij(register, person), moment, kanaal, onderwerp, inhoud)
                made += 1
    return made


def inhabitants(store: Store, tenant: str) -> tuple[Person, ...]:
    """Everybody whom the BRP of a municipality knows; filling the register may have added some."""
    return people(tenant, int(store.setting(tenant, "inwoners", str(INWONERS))))


def many(register: Register, *, persons: int, contacten: int) -> dict[str, Any]:
    """`contacten` contacts spread over `persons` inhabitants and the last three years."""
    with register.store.transaction():
        return _many(register, persons=persons or INWONERS, contacten=contacten)


def _many(register: Register, *, persons: int, contacten: int) -> dict[str, Any]:
    who = people(register.tenant, persons)
    if persons > len(inhabitants(register.store, register.tenant)):
        register.store.set(register.tenant, "inwoners", str(persons))
    chance = random.Random(f"zaai-{register.tenant}-{contacten}")  # noqa: S311 - the same every time
    partijen: dict[str, str] = {}
    for _ in range(contacten):
        person = chance.choice(who)
        partij = partijen.get(person.bsn) or partijen.setdefault(person.bsn, _partij(register, person))
        moment = datetime.now(UTC) - timedelta(minutes=chance.randint(60, 3 * 365 * 24 * 60))
        onderwerp, inhoud = chance.choice(ONDERWERPEN)
        _contact(register, partij, moment.isoformat(), chance.choice(KANALEN), onderwerp, inhoud)
    return {"tenant": register.tenant, "people": len(who), "contacten": contacten}


def _partij(register: Register, person: Person) -> str:
    known = register.store.find(register.tenant, "partij-identificatoren", "objectId", person.bsn)
    if known:
        uuid: str = known[0]["identificeerdePartij"]["uuid"]
        return uuid
    identificator = {
        "codeObjecttype": "natuurlijk_persoon",
        "codeRegister": "brp",
        "codeSoortObjectId": "bsn",
        "objectId": person.bsn,
    }
    body: dict[str, Any] = {
        "soortPartij": "persoon",
        "indicatieActief": True,
        "partijIdentificatie": {"contactnaam": None},
        "partijIdentificatoren": [{"partijIdentificator": identificator}],
    }
    made: str = register.create("partijen", body)["uuid"]
    return made


def _contact(register: Register, partij: str, moment: str, kanaal: str, onderwerp: str, inhoud: str) -> None:
    body = {
        "kanaal": kanaal,
        "onderwerp": onderwerp,
        "inhoud": inhoud,
        "indicatieContactGelukt": True,
        "taal": "nld",
        "vertrouwelijk": False,
        "plaatsgevondenOp": moment,
    }
    contact = register.create("klantcontacten", body)
    register.create(
        "betrokkenen",
        {
            "wasPartij": {"uuid": partij},
            "hadKlantcontact": {"uuid": contact["uuid"]},
            "rol": "klant",
            "initiator": True,
        },
    )
