"""Pages, filters and expansions of the Klantinteracties API (standards 2 and 3.5), over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from app.practice.people import sample
from tests.practice.client import API, Registers, ref

HOOFD = sample("deventer")["hoofdpersoon"]
PERSOON = "hadBetrokkene__wasPartij__partijIdentificator__"


def test_pages_follow_one_another(deventer: Registers) -> None:
    whole = deventer.klant("GET", "/klantcontacten", params={"kanaal": "Telefoon"})
    assert (whole["next"], whole["previous"]) == (None, None)
    seen, path = [], "/klantcontacten?pageSize=1&kanaal=Telefoon"
    while path:
        body = deventer.klant("GET", path)
        assert body["count"] == whole["count"]
        seen += body["results"]
        path = body["next"] and body["next"].removeprefix(f"{deventer.base}/deventer{API}")
        assert len(seen) <= whole["count"]
    assert seen == whole["results"]
    second = deventer.klant("GET", "/klantcontacten", params={"pageSize": 1, "page": 2})
    assert "page=" not in second["previous"], "the first page has no number there"
    last = deventer.klant("GET", "/klantcontacten", params={"pageSize": 1, "page": "last"})
    assert last["next"] is None


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.0", "999999999999999999", "9" * 5000, "١", "7"])
def test_a_page_that_is_not_there_is_404(deventer: Registers, page: str) -> None:
    assert deventer.klant("GET", "/klantcontacten", 404, params={"page": page})["code"] == "not_found"


@pytest.mark.parametrize(
    ("size", "shown"), [("2", 2), ("0", 6), ("-1", 6), ("veel", 6), ("9" * 5000, 6), ("000002", 2)]
)
def test_a_page_size_that_is_none_is_ignored(deventer: Registers, size: str, shown: int) -> None:
    assert len(deventer.found("klantcontacten", pageSize=size)) == shown


def test_a_page_holds_100_and_never_more_than_500(zwolle: Registers) -> None:
    zwolle.steer("seed", people=20, contacten=620)
    assert [len(zwolle.found("klantcontacten", pageSize=size)) for size in ("", "1000", "501")] == [100, 500, 500]
    assert len(zwolle.found("klantcontacten", pageSize="500", page="2")) == 120


def test_unknown_parameters_are_refused_by_name(deventer: Registers) -> None:
    body = deventer.klant("GET", "/klantcontacten", 400, params={"datum": "1", "ordering": "x", "kanaal": "Balie"})
    assert (body["code"], body["detail"]) == ("unknown-parameters", "Onbekende query parameters: datum, ordering")
    assert "invalidParams" not in body


def test_of_a_repeated_parameter_the_last_one_counts(deventer: Registers) -> None:
    both = deventer.klant("GET", "/klantcontacten?kanaal=Balie&kanaal=Chat")
    assert {one["kanaal"] for one in both["results"]} == {"Chat"}
    assert deventer.klant("GET", "/klantcontacten?page=9&page=1")["count"] == 6


def test_newest_first(deventer: Registers) -> None:
    for moment in ("2026-11-14T10:00:00Z", "2026-11-14T10:00:00.5Z", "2026-11-14T11:30:00+02:00"):
        deventer.contact(plaatsgevondenOp=moment)
    moments = [one["plaatsgevondenOp"] for one in deventer.klant("GET", "/klantcontacten")["results"]]
    assert moments[:3] == ["2026-11-14T10:00:00.500000Z", "2026-11-14T10:00:00Z", "2026-11-14T09:30:00Z"]
    assert len(moments) == 9


def test_contacts_of_a_person(deventer: Registers) -> None:
    deventer.contact()
    number = {PERSOON + "objectId": HOOFD.bsn, PERSOON + "codeSoortObjectId": "bsn"}
    assert len(deventer.found("klantcontacten", **number)) == len(HOOFD.contacten)
    assert deventer.found("klantcontacten", **number | {PERSOON + "codeSoortObjectId": "rsin"}) == []
    (partij,) = deventer.found("partijen", partijIdentificator__objectId=HOOFD.bsn)
    assert deventer.found("klantcontacten", hadBetrokkene__wasPartij__uuid=partij) == deventer.found(
        "klantcontacten", **number
    )
    url = f"{deventer.base}/deventer{API}/partijen/{partij}"
    assert len(deventer.found("klantcontacten", hadBetrokkene__wasPartij__url=url)) == len(HOOFD.contacten)
    assert len(deventer.found("betrokkenen", wasPartij__uuid=partij)) == len(HOOFD.contacten)
    assert deventer.found("klantcontacten", hadBetrokkene__wasPartij__uuid=str(uuid4())) == []


def test_contacts_by_what_they_hold(deventer: Registers) -> None:
    made = deventer.contact(
        onderwerp="Scheve LANTAARN", inhoud="Hij knippert", reactie="Monteur komt", referentienummer="99",
        plaatsgevondenOp="2026-11-20T10:00:00+01:00", vertrouwelijk=True, indicatieContactGelukt=False,
    )  # fmt: skip
    for name, value in (
        ("onderwerp", "lantaarn"),
        ("inhoud", "KNIPPERT"),
        ("reactie", "monteur"),
        ("referentienummer", "99"),
        ("plaatsgevondenOp", "2026-11-20T09:00:00Z"),
        ("plaatsgevondenOp", "2026-11-20T10:00:00+01:00"),
        ("vertrouwelijk", "true"),
        ("vertrouwelijk", "True"),
        ("indicatieContactGelukt", "false"),
        ("hadBetrokkene__wasPartij", "false"),
    ):
        assert deventer.found("klantcontacten", **{name: value}) == [made["uuid"]], (name, value)
    assert deventer.found("klantcontacten", onderwerp="lantaarn", kanaal="Balie") == [], "filters narrow together"
    assert made["uuid"] not in deventer.found("klantcontacten", kanaal="telefoon"), "kanaal is exact"


def test_contacts_by_what_hangs_on_them(deventer: Registers) -> None:
    contact = deventer.contact()
    betrokkene = deventer.post("betrokkenen", hadKlantcontact=ref(contact), rol="klant", initiator=True)
    mail = {"adres": "Anna@Proef.test", "soortDigitaalAdres": "email", "verstrektDoorBetrokkene": ref(betrokkene)}
    deventer.post("digitaleadressen", **mail)
    zaak = {
        "objectId": "zaak-7",
        "codeObjecttype": "zgw-Zaak",
        "codeRegister": "openzaak",
        "codeSoortObjectId": "uuid",
    }
    deventer.post("onderwerpobjecten", klantcontact=ref(contact), onderwerpobjectidentificator=zaak)
    actor = deventer.post(
        "actoren", naam="Wijkbeheer", soortActor="organisatorische_eenheid", actoridentificator=zaak
    )
    taak = {"gevraagdeHandeling": "Bellen", "status": "te_verwerken", "toegewezenAanActor": ref(actor)}
    deventer.post("internetaken", **taak, aanleidinggevendKlantcontact=ref(contact))
    for name, value in (
        ("hadBetrokkene__uuid", betrokkene["uuid"]),
        ("hadBetrokkene__digitaaladres__adres__icontains", "anna@"),
        ("leiddeTotInterneTaken", "true"),
        ("onderwerpobject__onderwerpobjectidentificatorObjectId", "zaak-7"),
    ):
        assert deventer.found("klantcontacten", **{name: value}) == [contact["uuid"]], name
    (seen,) = deventer.klant("GET", "/internetaken", params={"actoren__naam": "Wijkbeheer"})["results"]
    for name, value in (
        ("status", "te_verwerken"),
        ("toegewezenAanActor__uuid", actor["uuid"]),
        ("klantcontact__uuid", contact["uuid"]),
        ("aanleidinggevendKlantcontact__uuid", contact["uuid"]),
        ("toegewezenOp", seen["toegewezenOp"]),
    ):
        assert deventer.found("internetaken", **{name: value}) == [seen["uuid"]], name
    assert deventer.found("internetaken", status="verwerkt") == []
    assert deventer.found("actoren", actoridentificatorObjectId="zaak-7") == [actor["uuid"]]


def test_addresses_by_what_they_are(deventer: Registers) -> None:
    body: dict[str, Any] = {"soortDigitaalAdres": "email"}
    old = deventer.post("digitaleadressen", **body, adres="oud@proef.test", verificatieDatum="2026-01-01")
    new = deventer.post("digitaleadressen", **body, adres="nieuw@proef.test", omschrijving="Werk")
    for query, expected in (
        ({"adres": "oud@proef.test"}, old),
        ({"adres__icontains": "OUD"}, old),
        ({"verificatieDatum__gte": "2026-01-01"}, old),
        ({"isGeverifieerd": "false"}, new),
        ({"omschrijving": "werk"}, new),
    ):
        assert deventer.found("digitaleadressen", **query) == [expected["uuid"]], query
    assert deventer.found("digitaleadressen", verificatieDatum__gt="2026-01-01") == []


@pytest.mark.parametrize(
    ("resource", "name", "value", "code"),
    [
        ("klantcontacten", "hadBetrokkene__uuid", "x", "invalid"),
        ("klantcontacten", "plaatsgevondenOp", "gisteren", "invalid"),
        ("partijen", "soortPartij", "robot", "invalid_choice"),
        ("internetaken", "status", "klaar", "invalid_choice"),
        ("digitaleadressen", "verificatieDatum__lt", "1-1-2026", "invalid"),
        ("klantcontacten", "expand", "hadBetrokkenen,alles", "invalid_choice"),
        ("klantcontacten", "onderwerp", "a\x00b", "null_characters_not_allowed"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused(
    deventer: Registers, resource: str, name: str, value: str, code: str
) -> None:
    assert deventer.codes(deventer.klant("GET", f"/{resource}", 400, params={name: value})) == {name: code}


def test_expansions_on_a_page_and_on_one(deventer: Registers) -> None:
    expand = {"expand": "hadBetrokkenen.wasPartij,gingOverOnderwerpobjecten"}
    (uuid, *_) = deventer.found("klantcontacten", **{PERSOON + "objectId": HOOFD.bsn})
    one = deventer.klant("GET", f"/klantcontacten/{uuid}", params=expand)
    assert one["_expand"]["gingOverOnderwerpobjecten"] == []
    partij = one["_expand"]["hadBetrokkenen"][0]["_expand"]["wasPartij"]
    assert partij["partijIdentificatoren"][0]["partijIdentificator"]["objectId"] == HOOFD.bsn
    page = deventer.klant("GET", "/klantcontacten", params=expand)
    assert one in page["results"]
    assert "_expand" not in deventer.klant("GET", f"/klantcontacten/{uuid}")


def test_addresses_end_without_a_slash(deventer: Registers) -> None:
    assert deventer.raw("GET", "/klantcontacten/").status_code == 404
    assert deventer.raw("GET", f"/klantcontacten/{deventer.contact()['uuid']}/").status_code == 404
    assert deventer.raw("GET", "/bijlagen").status_code == 404
    assert deventer.raw("GET", "").status_code == 404
