"""Every Klantinteracties operation that the practice environment offers, judged by Open Klant's own file."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from app.practice.klant.api import MAAK
from app.practice.klant.filters import EXPANDS, FILTERS
from app.practice.klant.resources import RESOURCES
from app.practice.people import people, sample
from tests.contract.conftest import Wire
from tests.contract.openapi import Spec

CONTACT: dict[str, Any] = {
    "kanaal": "Telefoon",
    "onderwerp": "Losse stoeptegel",
    "inhoud": "Bij de lantaarnpaal.",
    "indicatieContactGelukt": True,
    "taal": "nld",
    "vertrouwelijk": False,
    "plaatsgevondenOp": "2026-11-20T10:00:00+01:00",
}
ZAAK = {
    "objectId": str(uuid4()),
    "codeObjecttype": "zgw-Zaak",
    "codeRegister": "openzaak",
    "codeSoortObjectId": "uuid",
}
ADRES = {"huisnummer": 12, "postcode": "7411 AA", "straatnaam": "Brink", "stad": "Deventer", "land": "nl"}
MEDEWERKER = {"functie": "agent", "emailadres": "sanne@proef.test", "telefoonnummer": "0570123456"}
BSN = people("deventer")[-1].bsn  # somebody who is in no register yet


def identificator(
    soort: str, number: str, objecttype: str = "natuurlijk_persoon", register: str = "brp"
) -> dict[str, str]:
    return {
        "codeSoortObjectId": soort,
        "objectId": number,
        "codeObjecttype": objecttype,
        "codeRegister": register,
    }


def ref(row: dict[str, Any]) -> dict[str, str]:
    return {"uuid": row["uuid"]}


PARTIJ: dict[str, Any] = {
    "soortPartij": "persoon",
    "indicatieActief": True,
    "partijIdentificatie": {"contactnaam": {"voornaam": "Johanna", "achternaam": "Proef"}},
    "bezoekadres": ADRES,
}
BETROKKENE: dict[str, Any] = {
    "rol": "klant",
    "initiator": True,
    "contactnaam": {"voornaam": "Johanna", "voorvoegselAchternaam": "de", "achternaam": "Wit-Voorbeeld"},
    "correspondentieadres": ADRES,
}
TELEFOON = {"adres": "0570123456", "soortDigitaalAdres": "telefoonnummer", "omschrijving": "Mobiel"}
ACTOR: dict[str, Any] = {
    "naam": "Sanne Proef",
    "soortActor": "medewerker",
    "actoridentificator": {"objectId": "sanne@proef.test", "codeObjecttype": "mdw", "codeRegister": "msei"},
    "actorIdentificatie": MEDEWERKER,
}
TAAK = {"gevraagdeHandeling": "Terugbellen", "toelichting": "Na vier uur.", "status": "te_verwerken"}


def fill(wire: Wire) -> dict[str, dict[str, Any]]:
    """One object in every collection, all hanging together; `POST` of each is judged with it."""
    made: dict[str, dict[str, Any]] = {}

    def post(resource: str, **body: Any) -> dict[str, str]:
        made[resource] = wire.klant("POST", f"/{resource}", 201, json=body)
        return ref(made[resource])

    partij = post("partijen", **PARTIJ)
    post("partij-identificatoren", identificeerdePartij=partij, partijIdentificator=identificator("bsn", BSN))
    contact = post("klantcontacten", **CONTACT, referentienummer="1000001", metadata={"gesprek_id": "7"})
    betrokkene = post("betrokkenen", **BETROKKENE, wasPartij=partij, hadKlantcontact=contact)
    post("digitaleadressen", **TELEFOON, verstrektDoorBetrokkene=betrokkene, verstrektDoorPartij=partij)
    post("onderwerpobjecten", klantcontact=contact, wasKlantcontact=None, onderwerpobjectidentificator=ZAAK)
    actor = post("actoren", **ACTOR)
    post("actorklantcontacten", actor=actor, klantcontact=contact)
    post("internetaken", **TAAK, aanleidinggevendKlantcontact=contact, toegewezenAanActoren=[actor])
    return made


def test_every_operation(wire: Wire, version: str) -> None:
    wire.steer("versie", versie=version)
    made = fill(wire)
    assert made.keys() == RESOURCES.keys()
    for resource, row in made.items():
        path = f"/{resource}/{row['uuid']}"
        seen = wire.klant("GET", path, 200)
        assert seen.keys() == row.keys()
        assert row["uuid"] in {one["uuid"] for one in wire.klant("GET", f"/{resource}", 200)["results"]}
        assert wire.klant("PATCH", path, 200, json={})["uuid"] == row["uuid"]
        assert wire.klant("PUT", path, 200, json=seen if resource != "internetaken" else task_body(seen))
    for resource, row in reversed(made.items()):
        wire.klant("DELETE", f"/{resource}/{row['uuid']}", 204)
        wire.klant("GET", f"/{resource}/{row['uuid']}", 404)


def task_body(task: dict[str, Any]) -> dict[str, Any]:
    """An answer names the actors twice, a question may do so only once."""
    return {name: value for name, value in task.items() if name != "toegewezenAanActor"}


def test_maak_klantcontact(wire: Wire) -> None:
    made = wire.klant("POST", f"/{MAAK}", 201, json={"klantcontact": CONTACT})
    assert made.keys() == {"klantcontact"}
    body = {
        "klantcontact": CONTACT | {"referentienummer": "1000002"},
        "betrokkene": {"rol": "klant", "initiator": True, "wasPartij": None},
        "onderwerpobject": {"onderwerpobjectidentificator": ZAAK},
    }
    made = wire.klant("POST", f"/{MAAK}", 201, json=body)
    assert made["betrokkene"]["hadKlantcontact"]["uuid"] == made["klantcontact"]["uuid"]
    assert [one["uuid"] for one in made["klantcontact"]["hadBetrokkenen"]] == [made["betrokkene"]["uuid"]]
    again = wire.klant("POST", f"/{MAAK}", 400, json=body)
    assert wire.codes(again) == {"klantcontact.referentienummer": "unique"}
    wire.steer("versie", versie="2.15")
    wire.klant("POST", f"/{MAAK}", 404, json=body)


def test_every_kind_of_actor_and_partij(wire: Wire) -> None:
    eenheid = {"omschrijving": "Wijkbeheer", "emailadres": "wijk@proef.test", "telefoonnummer": "0570654321"}
    for soort, identificatie in (
        ("medewerker", MEDEWERKER),
        ("geautomatiseerde_actor", {"functie": "robot", "omschrijving": "Stuurt brieven"}),
        ("organisatorische_eenheid", eenheid),
        ("organisatorische_eenheid", {}),
        ("medewerker", None),
    ):
        body = {"naam": "Proef", "soortActor": soort} | (
            {"actorIdentificatie": identificatie} if identificatie else {}
        )
        wire.klant("POST", "/actoren", 201, json=body)
    partij: dict[str, Any] = {"indicatieActief": True}
    organisatie = wire.klant(
        "POST",
        "/partijen",
        201,
        json=partij | {"soortPartij": "organisatie", "partijIdentificatie": {"naam": "Proef BV"}},
    )
    werkte: dict[str, Any] = {"werkteVoorPartij": ref(organisatie), "contactnaam": {"voornaam": "Anna"}}
    body = partij | {"soortPartij": "contactpersoon", "partijIdentificatie": werkte}
    assert wire.klant("POST", "/partijen", 201, json=body)["partijIdentificatie"]["volledigeNaam"] == "Anna"


def test_every_filter_is_official_and_every_official_filter_is_there(klant_spec: Spec) -> None:
    for resource, filters in FILTERS.items():
        official = klant_spec.parameters(f"GET /{resource}").keys() - {"page", "pageSize", "expand"}
        assert filters.keys() == official, resource


def test_every_official_expand_is_there(klant_spec: Spec) -> None:
    for resource in RESOURCES:
        official = klant_spec.parameters(f"GET /{resource}").get("expand", {"items": {"enum": []}})["items"]["enum"]
        extra = (
            {"hadBetrokkenen.wasPartij.digitaleAdressen"} if resource == "klantcontacten" else set()
        )  # standards 3.5
        assert set(EXPANDS.get(resource, ())) == {*official} | extra, resource


@pytest.mark.parametrize("resource", FILTERS)
def test_every_filter_finds_and_leaves_out(wire: Wire, resource: str) -> None:
    made = fill(wire)
    partij = wire.klant("GET", f"/partijen/{made['partijen']['uuid']}", 200)
    assert partij["partijIdentificatoren"][0]["partijIdentificator"]["objectId"] == BSN
    whole = wire.klant("GET", f"/{resource}", 200)["count"]
    for name, schema in wire.klant_spec.parameters(f"GET /{resource}").items():
        if name in ("page", "pageSize", "expand"):
            continue
        for value in values_for(schema):
            got = wire.klant("GET", f"/{resource}", 200, params={name: value})
            assert got["count"] <= whole


def values_for(schema: dict[str, Any]) -> list[str]:
    by_format = {"uuid": str(uuid4()), "uri": f"http://x.test/{uuid4()}", "date": "2026-01-01"}
    by_format["date-time"] = "2026-01-01T00:00:00Z"
    if schema["type"] == "boolean":
        return ["true", "false"]
    return schema.get("enum") or [by_format.get(schema.get("format", ""), "bestaat-niet")]


def test_every_expansion(wire: Wire) -> None:
    made = fill(wire)
    for resource, names in EXPANDS.items():
        for name in names:
            whole = wire.klant("GET", f"/{resource}", 200, params={"expand": name})
            one = wire.klant("GET", f"/{resource}/{made[resource]['uuid']}", 200, params={"expand": name})
            assert name.partition(".")[0] in one["_expand"]
            assert one in whole["results"]
        everything = {"expand": ",".join(names)}
        wire.klant("GET", f"/{resource}/{made[resource]['uuid']}", 200, params=everything)
    params = {"expand": "hadBetrokkenen.wasPartij"}
    betrokkene = wire.klant("GET", f"/klantcontacten/{made['klantcontacten']['uuid']}", 200, params=params)
    partij = betrokkene["_expand"]["hadBetrokkenen"][0]["_expand"]["wasPartij"]
    assert wire.klant_spec.response_faults("GET /partijen/{uuid}", 200, partij) == []


def test_every_error(wire: Wire) -> None:
    contact = wire.klant("POST", "/klantcontacten", 201, json=CONTACT)
    nobody = {"Authorization": ""}
    assert wire.klant("GET", "/klantcontacten", 401, headers=nobody)["code"] == "not_authenticated"
    stranger = {"Authorization": "Token oefen-klant-zwolle"}
    assert wire.klant("GET", "/klantcontacten", 401, headers=stranger)["code"] == "authentication_failed"
    assert wire.klant("GET", f"/klantcontacten/{uuid4()}", 404)["code"] == "not_found"
    assert wire.klant("GET", "/klantcontacten", 404, params={"page": "2"})["code"] == "not_found"
    assert wire.klant("DELETE", "/klantcontacten", 405)["code"] == "method_not_allowed"
    assert wire.klant("GET", "/klantcontacten", 406, headers={"Accept": "text/html"})["code"] == "not_acceptable"
    wrong = wire.klant("GET", "/klantcontacten", 400, params={"datum": "vandaag"})
    assert wrong["code"] == "unknown-parameters"
    expand = wire.klant("GET", f"/klantcontacten/{contact['uuid']}", 400, params={"expand": "alles"})
    assert wire.codes(expand) == {"expand": "invalid_choice"}
    as_text = {"Content-Type": "text/plain"}
    refused = wire.klant("POST", "/klantcontacten", 415, content=b"{", headers=as_text)
    assert refused["code"] == "unsupported_media_type"
    as_json = {"Content-Type": "application/json"}
    assert wire.klant("POST", "/klantcontacten", 400, content=b"{", headers=as_json)["code"] == "parse_error"
    body = wire.klant("POST", "/klantcontacten", 400, json={"kanaal": "x" * 51, "taal": None})
    assert wire.codes(body) == {
        "kanaal": "max_length",
        "onderwerp": "required",
        "taal": "null",
        "vertrouwelijk": "required",
    }


def test_nothing_offered_is_unknown_to_the_file(klant_spec: Spec) -> None:
    """And what the file offers besides is named in docs/oefenomgeving.md as not played."""
    offered = {f"{method} /{resource}" for resource in RESOURCES for method in ("GET", "POST")}
    offered |= {f"{m} /{r}/{{uuid}}" for r in RESOURCES for m in ("GET", "PUT", "PATCH", "DELETE")}
    offered |= {f"POST /{MAAK}"}
    assert offered <= klant_spec.operations()
    rest = {operation.split("/")[1] for operation in klant_spec.operations() - offered}
    assert rest == {"bijlagen", "categorie-relaties", "categorieen", "rekeningnummers", "vertegenwoordigingen"}


def test_contacts_from_the_first_day(wire: Wire) -> None:
    bsn = sample("deventer")["hoofdpersoon"].bsn
    params = {"hadBetrokkene__wasPartij__partijIdentificator__objectId": bsn, "pageSize": "2"}
    first = wire.klant("GET", "/klantcontacten", 200, params=params)
    assert (first["count"], len(first["results"]), first["previous"]) == (6, 2, None)
    assert first["next"]
