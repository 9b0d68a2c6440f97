"""Rules over several fields or several objects (standards 3.4): what they refuse, and what the server fills in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.practice.answers import Param
from app.practice.klant.fields import Field, read
from app.practice.klant.relations import Graph, dig
from app.practice.klant.resources import ACTOR_SOORTEN, EMAIL, PARTIJ_SOORTEN, TELEFOON, now
from app.practice.people import elfproef
from app.practice.store import Row

# `new` is the row as it is going to be (may be completed), `old` as it was (None for a new object), `body` as sent.
Rule = Callable[[Graph, Row, Row | None, dict[str, Any]], list[Param]]

SOORTEN = {
    ("brp", "natuurlijk_persoon"): {"bsn": 9},
    ("hr", "niet_natuurlijk_persoon"): {"rsin": 9, "kvk_nummer": 8},
    ("hr", "vestiging"): {"vestigingsnummer": 12},
}
ELFPROEF = ("bsn", "rsin")


def klantcontact(graph: Graph, new: Row, old: Row | None, body: dict[str, Any]) -> list[Param]:
    if new["verdereActieOndernomen"] and new["indicatieContactGelukt"]:
        return [
            Param(
                "verdereActieOndernomen",
                "invalid",
                "`verdereActieOndernomen` mag niet `true` zijn als `indicatieContactGelukt` `true` is.",
            )
        ]
    return unique(graph, "klantcontacten", new, "een klantcontact", "referentienummer", "nummer")


def internetaak(graph: Graph, new: Row, old: Row | None, body: dict[str, Any]) -> list[Param]:
    """Exactly one way to name the actors; afgehandeldOp goes with the status."""
    one, many = "toegewezenAanActor" in body, "toegewezenAanActoren" in body
    single = new.pop("toegewezenAanActor", None)
    if (one and many) or not (one or many or old):
        why = "mag niet beiden gebruikt worden" if one else "is vereist (mag niet beiden gebruiken)"
        return [Param("nonFieldErrors", "invalid", f"`toegewezenAanActor` of `toegewezenAanActoren` {why}.")]
    if one:
        new["toegewezenAanActoren"] = [single]
    if dig(body, "afgehandeldOp") and new["status"] != "verwerkt":
        reason = "De Internetaak kan geen afgehandeld op datum bevatten als de status niet op 'verwerkt' staat."
        return [Param("afgehandeldOp", "invalid", reason)]
    new["toegewezenOp"] = old["toegewezenOp"] if old else now()
    new["afgehandeldOp"] = (new["afgehandeldOp"] or now()) if new["status"] == "verwerkt" else None
    return unique(graph, "internetaken", new, "een interne taak", "referentienummer", "nummer")


def partij(graph: Graph, new: Row, old: Row | None, body: dict[str, Any]) -> list[Param]:
    fields = PARTIJ_SOORTEN[new["soortPartij"]]
    new["partijIdentificatie"], wrong = read(fields, new["partijIdentificatie"] or {}, prefix="partijIdentificatie.")
    werkgever = new["partijIdentificatie"].get("werkteVoorPartij")
    if werkgever:
        found = graph.store.get(graph.tenant, "partijen", werkgever["uuid"])
        if found is None or found["soortPartij"] != "organisatie":
            reason = "Partij object moet het soort 'organisatie' hebben."
            wrong.append(Param("partijIdentificatie.werkteVoorPartij.uuid", "invalid", reason))
    return wrong + unique(graph, "partijen", new, "een partij", "nummer")


def actor(graph: Graph, new: Row, old: Row | None, body: dict[str, Any]) -> list[Param]:
    if new["actorIdentificatie"] is None:
        return []
    fields: dict[str, Field] = ACTOR_SOORTEN[new["soortActor"]]
    new["actorIdentificatie"], wrong = read(fields, new["actorIdentificatie"], prefix="actorIdentificatie.")
    return wrong


def actorklantcontact(graph: Graph, new: Row, old: Row | None, body: dict[str, Any]) -> list[Param]:
    same = graph.store.find(graph.tenant, "actorklantcontacten", "actor", new["actor"]["uuid"])
    if any(one["klantcontact"] == new["klantcontact"] and one["uuid"] != new["uuid"] for one in same):
        return [Param("nonFieldErrors", "unique", "De velden actor, klantcontact moeten een unieke set zijn.")]
    return []


def digitaal_adres(graph: Graph, new: Row, old: Row | None, body: dict[str, Any]) -> list[Param]:
    """Addresses have the shape of their kind; a second standard address silently clears the first."""
    pattern = {"email": EMAIL, "telefoonnummer": TELEFOON}.get(new["soortDigitaalAdres"], ".*")
    if not re.fullmatch(pattern, new["adres"], re.DOTALL):
        what = "Voer een geldig e-mailadres in." if pattern == EMAIL else "Het opgegeven telefoonnummer is ongeldig."
        return [Param("adres", "invalid", what)]
    for key in ("verstrektDoorPartij", "verstrektDoorBetrokkene"):
        if not (new["isStandaardAdres"] and new[key]):
            continue
        for other in graph.store.find(graph.tenant, "digitaleadressen", key, new[key]["uuid"]):
            if other["uuid"] != new["uuid"] and other["soortDigitaalAdres"] == new["soortDigitaalAdres"]:
                graph.store.replace(graph.tenant, "digitaleadressen", other | {"isStandaardAdres": False})
    return []


def partij_identificator(graph: Graph, new: Row, old: Row | None, body: dict[str, Any]) -> list[Param]:
    """register → objecttype → soort, a number that can be one, one of a soort per partij, unique in the register."""
    own = new["partijIdentificator"]
    allowed = SOORTEN.get((own["codeRegister"], own["codeObjecttype"]), {})
    if not allowed:
        return [_identificator("codeObjecttype", f"voor codeRegister {own['codeRegister']} niet toegestaan")]
    if own["codeSoortObjectId"] not in allowed:
        return [_identificator("codeSoortObjectId", f"voor {own['codeObjecttype']} niet toegestaan")]
    soort, number = own["codeSoortObjectId"], own["objectId"]
    length_fits = len(number) == allowed[soort] and number.isascii() and number.isdecimal()
    if not length_fits or (soort in ELFPROEF and not elfproef(number)):
        return [_identificator("objectId", f"geen geldig {soort}")]
    return _sub_identificator(graph, new) or _only_one(graph, new)


def _identificator(field: str, why: str) -> Param:
    return Param(f"partijIdentificator.{field}", "invalid", f"De waarde is {why}.")


def _sub_identificator(graph: Graph, new: Row) -> list[Param]:
    """A vestigingsnummer stands below a kvk_nummer; nothing else stands below anything."""
    sub = new["subIdentificatorVan"]
    above = graph.store.get(graph.tenant, "partij-identificatoren", sub["uuid"]) if sub else None
    needed = new["partijIdentificator"]["codeSoortObjectId"] == "vestigingsnummer"
    kvk = above is not None and above["partijIdentificator"]["codeSoortObjectId"] == "kvk_nummer"
    if needed != bool(sub) or (sub and not kvk):
        reason = "Een vestigingsnummer, en alleen dat, heeft een `sub_identificator_van` met kvk_nummer."
        return [Param("subIdentificatorVan", "invalid", reason)]
    return []


def _only_one(graph: Graph, new: Row) -> list[Param]:
    own, store, tenant = new["partijIdentificator"], graph.store, graph.tenant
    partij = new["identificeerdePartij"]
    mine = store.find(tenant, "partij-identificatoren", "identificeerdePartij", partij["uuid"]) if partij else []
    soort = own["codeSoortObjectId"]
    if any(one["uuid"] != new["uuid"] and one["partijIdentificator"]["codeSoortObjectId"] == soort for one in mine):
        reason = f"`PartijIdentificator` met codeSoortObjectId {soort} bestaat al voor deze partij."
        return [Param("__all__", "invalid", reason)]
    same = store.find(tenant, "partij-identificatoren", "objectId", own["objectId"])
    sub = new["subIdentificatorVan"]
    if any(
        one["uuid"] != new["uuid"] and (one["partijIdentificator"], one["subIdentificatorVan"]) == (own, sub)
        for one in same
    ):
        reason = "`PartijIdentificator` moet uniek zijn, er bestaat er al een met deze gegevenscombinatie."
        return [Param("__all__", "invalid", reason)]
    return []


def unique(graph: Graph, resource: str, new: Row, what: str, *names: str) -> list[Param]:
    return [
        Param(name, "unique", f"Er bestaat al {what} met eenzelfde {name}.")
        for name in names
        if new.get(name)
        and any(one["uuid"] != new["uuid"] for one in graph.store.find(graph.tenant, resource, name, new[name]))
    ]


RULES: dict[str, Rule] = {
    "klantcontacten": klantcontact,
    "internetaken": internetaak,
    "partijen": partij,
    "actoren": actor,
    "actorklantcontacten": actorklantcontact,
    "digitaleadressen": digitaal_adres,
    "partij-identificatoren": partij_identificator,
}
