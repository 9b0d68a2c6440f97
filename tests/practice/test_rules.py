"""What Open Klant refuses and fills in by itself (standards 3.4), over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from app.practice.people import people, sample
from tests.practice.client import CONTACT, Registers, bsn, identificator, partij, ref

NEW = [person.bsn for person in people("deventer")[-9:]]
TAAK = {"gevraagdeHandeling": "Terugbellen", "status": "te_verwerken"}


def hr(soort: str, number: str, objecttype: str = "niet_natuurlijk_persoon") -> dict[str, str]:
    return identificator(soort, number, objecttype, "hr")


@pytest.mark.parametrize(
    ("soort", "adres", "allowed"),
    [
        ("telefoonnummer", "0570123456", True),
        ("telefoonnummer", "0880123456", True),
        ("telefoonnummer", "+31570123456", True),
        ("telefoonnummer", "0031570123456", True),
        ("telefoonnummer", "14020", False),
        ("telefoonnummer", "0800123", False),
        ("telefoonnummer", "0570 123456", False),
        ("telefoonnummer", "0570-123456", False),
        ("telefoonnummer", "٠570123456", False),
        ("email", "johanna@proef.test", True),
        ("email", "johanna", False),
        ("email", "johanna@proef", False),
        ("overig", "postvak 7", True),
    ],
)
def test_digital_addresses_have_the_shape_of_their_kind(
    deventer: Registers, soort: str, adres: str, allowed: bool
) -> None:
    body = {"soortDigitaalAdres": soort, "adres": adres, "verstrektDoorPartij": None, "verstrektDoorBetrokkene": None}
    if allowed:
        assert deventer.post("digitaleadressen", **body)["adres"] == adres
    else:
        assert deventer.refused("digitaleadressen", **body) == {"adres": "invalid"}


def test_addresses_of_more_than_80_characters_are_refused(deventer: Registers) -> None:
    body = {"soortDigitaalAdres": "email", "adres": "j" * 80 + "@proef.test"}
    assert deventer.refused("digitaleadressen", **body) == {"adres": "max_length"}


def test_a_second_standard_address_silently_clears_the_first(deventer: Registers) -> None:
    owner = deventer.post("partijen", **partij())

    def add(adres: str, soort: str = "email") -> Any:
        body = {"adres": adres, "soortDigitaalAdres": soort, "isStandaardAdres": True}
        return deventer.post("digitaleadressen", verstrektDoorPartij=ref(owner), **body)

    first, phone = add("een@proef.test"), add("0570123456", "telefoonnummer")
    second = add("twee@proef.test")
    standard = deventer.found("digitaleadressen", isStandaardAdres="true")
    assert set(standard) == {phone["uuid"], second["uuid"]}
    deventer.klant("PATCH", f"/digitaleadressen/{first['uuid']}", json={"isStandaardAdres": True})
    assert set(deventer.found("digitaleadressen", isStandaardAdres="true")) == {phone["uuid"], first["uuid"]}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (identificator("bsn", NEW[0], "natuurlijk_persoon", "hr"), "codeObjecttype"),
        (identificator("bsn", NEW[0], "vestiging", "hr"), "codeSoortObjectId"),
        (identificator("kvk_nummer", "12345678", "natuurlijk_persoon", "brp"), "codeSoortObjectId"),
        (bsn("999993654"), "objectId"),
        (bsn("12345678"), "objectId"),
        (bsn("٩٩١٠٠٠٠١٦"), "objectId"),
        (hr("kvk_nummer", "1234567"), "objectId"),
        (hr("rsin", "517439944"), "objectId"),
        (hr("vestigingsnummer", "12345678901", "vestiging"), "objectId"),
    ],
)
def test_identificatoren_follow_register_objecttype_and_soort(
    deventer: Registers, wrong: dict[str, str], field: str
) -> None:
    refused = deventer.refused("partij-identificatoren", identificeerdePartij=None, partijIdentificator=wrong)
    assert refused == {f"partijIdentificator.{field}": "invalid"}


def test_an_identificator_is_unique_and_one_of_its_soort(deventer: Registers) -> None:
    given = [{"partijIdentificator": bsn(NEW[0])}]
    first = deventer.post("partijen", **partij(partijIdentificatoren=given))
    assert deventer.refused("partijen", **partij(partijIdentificatoren=given)) == {"__all__": "invalid"}
    assert len(deventer.found("partijen", partijIdentificator__objectId=NEW[0])) == 1
    second = deventer.refused(
        "partij-identificatoren", identificeerdePartij=ref(first), partijIdentificator=bsn(NEW[1])
    )
    assert second == {"__all__": "invalid"}
    twice = [{"partijIdentificator": bsn(NEW[2])}, {"partijIdentificator": bsn(NEW[3])}]
    assert deventer.refused("partijen", **partij(partijIdentificatoren=twice)) == {"__all__": "invalid"}
    assert deventer.found("partijen", partijIdentificator__objectId=NEW[2]) == [], "all or nothing"
    rsin, kvk = hr("rsin", "517439943"), hr("kvk_nummer", "12345678")
    for one in (rsin, kvk):
        deventer.post("partij-identificatoren", identificeerdePartij=ref(first), partijIdentificator=one)


def test_a_vestigingsnummer_stands_below_a_kvk_nummer(deventer: Registers) -> None:
    vestiging = hr("vestigingsnummer", "000012345678", "vestiging")
    body: dict[str, Any] = {"identificeerdePartij": None, "partijIdentificator": vestiging}
    assert deventer.refused("partij-identificatoren", **body) == {"subIdentificatorVan": "invalid"}
    rsin = deventer.post("partij-identificatoren", partijIdentificator=hr("rsin", "517439943"))
    below = body | {"subIdentificatorVan": ref(rsin)}
    assert deventer.refused("partij-identificatoren", **below) == {"subIdentificatorVan": "invalid"}
    kvk = deventer.post("partij-identificatoren", partijIdentificator=hr("kvk_nummer", "12345678"))
    deventer.post("partij-identificatoren", **body | {"subIdentificatorVan": ref(kvk)})


def test_interne_taken_name_their_actors_in_exactly_one_way(deventer: Registers) -> None:
    contact = deventer.contact()
    actor = deventer.post("actoren", naam="Wijkbeheer", soortActor="organisatorische_eenheid")
    body = TAAK | {"aanleidinggevendKlantcontact": ref(contact)}
    assert deventer.refused("internetaken", **body) == {"nonFieldErrors": "invalid"}
    both = {"toegewezenAanActor": ref(actor), "toegewezenAanActoren": [ref(actor)]}
    assert deventer.refused("internetaken", **body | both) == {"nonFieldErrors": "invalid"}
    for one in ({"toegewezenAanActor": ref(actor)}, {"toegewezenAanActoren": [ref(actor)]}):
        taak = deventer.post("internetaken", **body | one)
        assert taak["toegewezenAanActor"]["uuid"] == actor["uuid"]
        assert [each["uuid"] for each in taak["toegewezenAanActoren"]] == [actor["uuid"]]
    nobody = {"toegewezenAanActor": {"uuid": contact["uuid"]}}
    assert deventer.refused("internetaken", **body | nobody) == {"toegewezenAanActor.uuid": "invalid"}


def test_interne_taken_are_finished_and_reopened(deventer: Registers) -> None:
    actor = deventer.post("actoren", naam="Wijkbeheer", soortActor="organisatorische_eenheid")
    body = TAAK | {"aanleidinggevendKlantcontact": ref(deventer.contact()), "toegewezenAanActor": ref(actor)}
    moment = "2026-11-20T10:00:00Z"
    assert deventer.refused("internetaken", **body, afgehandeldOp=moment) == {"afgehandeldOp": "invalid"}
    taak = deventer.post("internetaken", **body)
    assert taak["afgehandeldOp"] is None
    path = f"/internetaken/{taak['uuid']}"
    assert deventer.klant("PATCH", path, json={"status": "verwerkt"})["afgehandeldOp"] is not None
    reopened = deventer.klant("PATCH", path, json={"status": "te_verwerken"})
    assert (reopened["afgehandeldOp"], reopened["toegewezenOp"]) == (None, taak["toegewezenOp"])
    done = deventer.klant("PATCH", path, json={"status": "verwerkt", "afgehandeldOp": moment})
    assert done["afgehandeldOp"] == moment
    assert deventer.refused("internetaken", **body | {"status": "klaar"}) == {"status": "invalid_choice"}


def test_no_further_action_when_contact_succeeded(deventer: Registers) -> None:
    body = CONTACT | {"indicatieContactGelukt": True, "verdereActieOndernomen": True}
    assert deventer.refused("klantcontacten", **body) == {"verdereActieOndernomen": "invalid"}
    contact = deventer.contact(indicatieContactGelukt=False, verdereActieOndernomen=True)
    change = {"indicatieContactGelukt": True}
    refused = deventer.klant("PATCH", f"/klantcontacten/{contact['uuid']}", 400, json=change)
    assert deventer.codes(refused) == {"verdereActieOndernomen": "invalid"}


def test_a_contact_shows_its_actors_and_tasks(deventer: Registers) -> None:
    contact = deventer.contact()
    actor = deventer.post("actoren", naam="Sanne Proef", soortActor="medewerker")
    link = {"actor": ref(actor), "klantcontact": ref(contact)}
    deventer.post("actorklantcontacten", **link)
    assert deventer.refused("actorklantcontacten", **link) == {"nonFieldErrors": "unique"}
    body = TAAK | {"aanleidinggevendKlantcontact": ref(contact), "toegewezenAanActor": ref(actor)}
    taak = deventer.post("internetaken", **body)
    seen = deventer.klant("GET", f"/klantcontacten/{contact['uuid']}")
    assert [one["naam"] for one in seen["hadBetrokkenActoren"]] == ["Sanne Proef"]
    assert [one["uuid"] for one in seen["leiddeTotInterneTaken"]] == [taak["uuid"]]
    twin = deventer.post("actoren", naam="Sanne Proef", soortActor="medewerker")
    assert twin["uuid"] != actor["uuid"], "actors are not unique there"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"kanaal": ""}, {"kanaal": "blank"}),
        ({"taal": "nederlands"}, {"taal": "max_length"}),
        ({"vertrouwelijk": "nee"}, {"vertrouwelijk": "invalid"}),
        ({"referentienummer": "abc"}, {"referentienummer": "invalid"}),
        ({"referentienummer": "12345678901"}, {"referentienummer": "max_length"}),
        ({"plaatsgevondenOp": "gisteren"}, {"plaatsgevondenOp": "invalid"}),
        ({"plaatsgevondenOp": "0001-01-01T00:00:00+14:00"}, {"plaatsgevondenOp": "invalid"}),
        ({"metadata": {"id": "x" * 256}}, {"metadata.id": "max_length"}),
        ({"hoofdOnderwerpType": "verhuizen"}, {"hoofdOnderwerpType": "invalid"}),
        ({"onderwerp": "x" * 201, "inhoud": "x" * 1001}, {"onderwerp": "max_length", "inhoud": "max_length"}),
    ],
)
def test_every_wrong_field_is_named(deventer: Registers, change: dict[str, Any], codes: dict[str, str]) -> None:
    assert deventer.refused("klantcontacten", **CONTACT | change) == codes


@pytest.mark.parametrize(
    "raw", [b"{", b"[]", b'"x"', b"\xff", b'{"kanaal": NaN}', b'{"kanaal": "\\ud800"}', b"[" * 50_000]
)
def test_what_is_no_object_is_refused(deventer: Registers, raw: bytes) -> None:
    answer = deventer.raw("POST", "/klantcontacten", content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] in ("parse_error", "invalid")


def test_an_existing_number_is_refused_and_noted(deventer: Registers) -> None:
    made = deventer.contact(referentienummer="4711")
    assert deventer.refused("klantcontacten", **CONTACT, referentienummer="4711") == {"referentienummer": "unique"}
    deventer.refused("klantcontacten", **CONTACT | {"kanaal": ""})
    lines = [(one["status"], one["duplicate"], one["uuid"], one["referentienummer"]) for one in deventer.ledger()]
    assert lines == [(201, False, made["uuid"], "4711"), (400, True, None, None)]


def test_what_is_referred_to_must_exist(deventer: Registers) -> None:
    contact, nobody = deventer.contact(), {"uuid": "095be615-a8ad-4c33-8e9c-c7612fbf6c9f"}
    body = {"hadKlantcontact": ref(contact), "rol": "klant", "initiator": True}
    assert deventer.refused("betrokkenen", **body, wasPartij=nobody) == {"wasPartij.uuid": "invalid"}
    betrokkene = deventer.post("betrokkenen", **body)
    path = f"/betrokkenen/{betrokkene['uuid']}"
    for name in ("wasPartij", "hadKlantcontact"):
        refused = deventer.codes(deventer.klant("PATCH", path, 400, json={name: nobody}))
        assert refused == {f"{name}.uuid": "invalid"}
    assert deventer.klant("GET", path) == betrokkene


def test_moments_come_back_in_utc(deventer: Registers) -> None:
    made = deventer.contact(plaatsgevondenOp="2026-11-20T10:00:00+01:00")
    assert made["plaatsgevondenOp"] == "2026-11-20T09:00:00Z"
    assert deventer.contact()["plaatsgevondenOp"].endswith("Z"), "without one it is now"


def test_put_asks_for_what_is_required_and_keeps_the_rest(deventer: Registers) -> None:
    made = deventer.contact(referentienummer="815")
    path = f"/klantcontacten/{made['uuid']}"
    refused = deventer.klant("PUT", path, 400, json={"onderwerp": "Tegel"})
    assert deventer.codes(refused) == dict.fromkeys(("kanaal", "taal", "vertrouwelijk"), "required")
    seen = deventer.klant("PUT", path, json=CONTACT | {"onderwerp": "Tegel"})
    assert (seen["onderwerp"], seen["referentienummer"]) == ("Tegel", "815")


def test_2_15_makes_numbers_and_ignores_what_it_does_not_know(deventer: Registers) -> None:
    deventer.steer("versie", versie="2.15")
    made = [deventer.contact(referentienummer="letters", metadata=7) for _ in range(3)]
    assert len({one["nummer"] for one in made}) == 3
    assert all(len(one["nummer"]) == 10 for one in made)
    assert (
        not {"referentienummer", "metadata", "reactie", "hoofdOnderwerpType", "verdereActieOndernomen"}
        & made[0].keys()
    )
    own = deventer.contact(nummer="77")
    assert own["nummer"] == "77"
    assert deventer.refused("klantcontacten", **CONTACT, nummer="77") == {"nummer": "unique"}
    for name in (
        "referentienummer",
        "hadBetrokkene__wasPartij__partijIdentificator__objectId",
        "leiddeTotInterneTaken",
    ):
        body = deventer.klant("GET", "/klantcontacten", 400, params={name: "1"})
        assert body["code"] == "unknown-parameters"
    deventer.klant("POST", "/maak-klantcontact", 404, json={"klantcontact": CONTACT})
    deventer.steer("versie", versie="2.18")
    assert deventer.contact()["nummer"] is None


def test_removing_takes_along_and_leaves_behind(deventer: Registers) -> None:
    hoofdpersoon = deventer.found("partijen", partijIdentificator__objectId=sample("deventer")["hoofdpersoon"].bsn)[0]
    contact = deventer.contact()
    body = {"wasPartij": {"uuid": hoofdpersoon}, "hadKlantcontact": ref(contact), "rol": "klant", "initiator": True}
    betrokkene = deventer.post("betrokkenen", **body)
    mail = {"adres": "a@proef.test", "soortDigitaalAdres": "email", "verstrektDoorBetrokkene": ref(betrokkene)}
    adres = deventer.post("digitaleadressen", **mail)
    object_ = deventer.post("onderwerpobjecten", klantcontact=ref(contact))
    actor = ref(deventer.post("actoren", naam="Sanne Proef", soortActor="medewerker"))
    deventer.post("actorklantcontacten", actor=actor, klantcontact=ref(contact))
    deventer.post("internetaken", **TAAK, aanleidinggevendKlantcontact=ref(contact), toegewezenAanActor=actor)
    deventer.klant("DELETE", f"/klantcontacten/{contact['uuid']}", 204)
    assert (deventer.found("internetaken"), deventer.found("actorklantcontacten")) == ([], [])
    deventer.klant("GET", f"/betrokkenen/{betrokkene['uuid']}", 404)
    deventer.klant("GET", f"/onderwerpobjecten/{object_['uuid']}", 404)
    orphan = deventer.klant("GET", f"/digitaleadressen/{adres['uuid']}")
    assert orphan["verstrektDoorBetrokkene"] is None
    before = deventer.klant("GET", "/klantcontacten")["count"]
    deventer.klant("DELETE", f"/partijen/{hoofdpersoon}", 204)
    contacts = deventer.klant("GET", "/klantcontacten")
    assert contacts["count"] == before
    assert all(one["hadBetrokkenen"] == [] for one in contacts["results"])


def test_removing_an_onderwerpobject_with_its_contact(deventer: Registers) -> None:
    shared, single = deventer.contact(), deventer.contact()
    first = deventer.post("onderwerpobjecten", klantcontact=ref(shared))
    second = deventer.post("onderwerpobjecten", klantcontact=ref(shared))
    only = deventer.post("onderwerpobjecten", klantcontact=ref(single))
    kept = deventer.klant("DELETE", f"/onderwerpobjecten/{first['uuid']}", params={"cascade": "true"})
    assert [url.rpartition("/")[2] for url in kept["behouden"]] == [shared["uuid"]]
    assert deventer.klant("DELETE", f"/onderwerpobjecten/{only['uuid']}", params={"cascade": "true"}) == {
        "behouden": []
    }
    deventer.klant("GET", f"/klantcontacten/{single['uuid']}", 404)
    deventer.klant("DELETE", f"/onderwerpobjecten/{second['uuid']}", 204)
    deventer.klant("GET", f"/klantcontacten/{shared['uuid']}")
