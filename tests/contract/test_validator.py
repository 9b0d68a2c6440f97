"""The judge itself: good bodies pass, each kind of broken body does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.openapi import Spec

UUID = "095be615-a8ad-4c33-8e9c-c7612fbf6c9f"
REF = {"uuid": UUID, "url": f"http://praktijk.localhost/x/{UUID}"}
ACTOR = REF | {"naam": "Team Proef", "soortActor": "medewerker", "indicatieActief": True}
MEDEWERKER = {"functie": "agent", "emailadres": "proef@voorbeeld.test", "telefoonnummer": "0201234567"}
KLANTCONTACT: dict[str, Any] = REF | {
    "gingOverOnderwerpobjecten": [],
    "hadBetrokkenActoren": [ACTOR | {"actorIdentificatie": MEDEWERKER}],
    "omvatteBijlagen": [],
    "hadBetrokkenen": [REF],
    "leiddeTotInterneTaken": [],
    "nummer": None,
    "kanaal": "Telefoon",
    "onderwerp": "Losse stoeptegel",
    "hoofdOnderwerpType": "",
    "taal": "nld",
    "vertrouwelijk": False,
    "plaatsgevondenOp": "2026-11-12T14:14:00Z",
    "metadata": {"gesprek_id": UUID},
}
BROKEN: list[dict[str, Any]] = [
    {"uuid": "geen-uuid"},
    {"url": "geen adres"},
    {"kanaal": None},
    {"kanaal": "x" * 51},
    {"vertrouwelijk": "nee"},
    {"plaatsgevondenOp": "gisteren"},
    {"metadata": {"id": 7}},
    {"hadBetrokkenen": [{"uuid": UUID}]},
    {"hadBetrokkenActoren": [ACTOR | {"soortActor": "robot"}]},
    {"hadBetrokkenActoren": [ACTOR | {"actorIdentificatie": {"functie": "x" * 41, "telefoonnummer": "0201234567"}}]},
    {"onderwerpen": "niet in het bestand"},
]
PERSOON = {"burgerservicenummer": "991000016", "geboorte": {"datum": {"type": "JaarDatum", "jaar": 1987}}}


def test_a_good_answer_passes(klant_spec: Spec) -> None:
    assert klant_spec.response_faults("POST /klantcontacten", 201, KLANTCONTACT) == []


@pytest.mark.parametrize("change", BROKEN, ids=lambda change: "-".join(change))
def test_a_broken_answer_is_seen(klant_spec: Spec, change: dict[str, Any]) -> None:
    assert klant_spec.response_faults("POST /klantcontacten", 201, KLANTCONTACT | change)


def test_an_answer_without_a_required_field_is_seen(klant_spec: Spec) -> None:
    without = {name: value for name, value in KLANTCONTACT.items() if name != "hadBetrokkenen"}
    assert klant_spec.response_faults("POST /klantcontacten", 201, without)
    assert klant_spec.response_faults("POST /klantcontacten", 200, KLANTCONTACT)
    assert klant_spec.response_faults("DELETE /klantcontacten/{uuid}", 204, KLANTCONTACT)


def test_a_request_needs_no_read_only_fields_but_all_others(klant_spec: Spec) -> None:
    body = {"kanaal": "Telefoon", "onderwerp": "Tegel", "taal": "nld", "vertrouwelijk": False}
    assert klant_spec.request_faults("POST /klantcontacten", body) == []
    assert (
        klant_spec.request_faults("POST /klantcontacten", body | {"uuid": 7, "hadBetrokkenen": "niet gelezen"}) == []
    )
    assert klant_spec.request_faults("POST /klantcontacten", {"kanaal": "Telefoon"})
    assert klant_spec.request_faults("POST /klantcontacten", body | {"kenmerk": "1"})


def test_subtypes_are_chosen_by_their_discriminator(klant_spec: Spec, brp_spec: Spec) -> None:
    answer: dict[str, Any] = {"type": "RaadpleegMetBurgerservicenummer", "personen": [PERSOON]}
    assert "langFormaat" in "".join(brp_spec.response_faults("POST /personen", 200, answer))
    answer["personen"][0]["geboorte"]["datum"]["langFormaat"] = "1987"
    assert brp_spec.response_faults("POST /personen", 200, answer) == []
    assert brp_spec.response_faults("POST /personen", 200, answer | {"type": "ZoekMetSterrenbeeld"})
    answer["personen"][0]["geboorte"]["datum"]["type"] = "Datum"
    assert brp_spec.response_faults("POST /personen", 200, answer), "a JaarDatum that says it is a Datum"
    beperkt = {"type": "ZoekMetPostcodeEnHuisnummer", "personen": [{"aNummer": "1234567890"}]}
    assert brp_spec.response_faults("POST /personen", 200, beperkt), "a search delivers no aNummer"


def test_a_question_to_the_brp_is_judged_by_its_type(brp_spec: Spec) -> None:
    question = {
        "type": "RaadpleegMetBurgerservicenummer",
        "fields": ["leeftijd"],
        "burgerservicenummer": ["991000016"],
    }
    assert brp_spec.request_faults("POST /personen", question) == []
    assert brp_spec.request_faults("POST /personen", question | {"burgerservicenummer": ["1"]})
    assert brp_spec.request_faults("POST /personen", question | {"postcode": "7411AA"})
    assert brp_spec.request_faults("POST /personen", {"type": "ZoekMetPostcodeEnHuisnummer", "fields": ["leeftijd"]})
