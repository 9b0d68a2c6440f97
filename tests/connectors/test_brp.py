"""The BRP connector: what it asks, how it reads what comes back, and what it makes of a refusal."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.connectors.ports import (
    ConnectorFailure,
    GedeeltelijkeDatum,
    Misconfigured,
    OpBsn,
    OpNaamEnGeboortedatum,
    OpPostcodeEnHuisnummer,
    Persoon,
    Rejected,
    TooMany,
    Unavailable,
)
from tests.connectors.support import AANROEP, brp, gives, problem
from tests.http.servers import Step, answer, cut, scripted

pytestmark = pytest.mark.anyio
BSN = "999990019"
NAAM = {"voornamen": "Johanna Maria", "voorletters": "J.M.", "voorvoegsel": "de", "geslachtsnaam": "Wit"}


async def read(person: dict[str, Any], **settings: Any) -> Persoon:
    body = {"type": "RaadpleegMetBurgerservicenummer", "personen": [{"burgerservicenummer": BSN} | person]}
    async with scripted(gives(body)) as server:
        found = await brp(server.url, **settings).lees(BSN, AANROEP)
    assert found is not None
    return found


async def asked(vraag: Any, **settings: Any) -> tuple[dict[str, Any], str]:
    async with scripted(gives({"type": "x", "personen": []})) as server:
        assert await brp(server.url, **settings).zoek(vraag, AANROEP) == []
        body: dict[str, Any] = json.loads(server.bodies[0])
        return body, server.heads[0].lower()


async def test_the_three_questions() -> None:
    bsn, head = await asked(OpBsn(BSN))
    assert head.startswith("post /api/personen http/1.1")
    assert (bsn["type"], bsn["burgerservicenummer"]) == ("RaadpleegMetBurgerservicenummer", [BSN])
    assert "adressering.aanschrijfwijze" in bsn["fields"]
    name, _ = await asked(OpNaamEnGeboortedatum("Wit*", date(1961, 3, 14)))
    fields = name.pop("fields")
    assert name == {
        "type": "ZoekMetGeslachtsnaamEnGeboortedatum",
        "geslachtsnaam": "Wit*",
        "geboortedatum": "1961-03-14",
    }
    assert "burgerservicenummer" in fields
    assert not [path for path in fields if "aanschrijfwijze" in path or "aanhef" in path]  # not for searches: 400
    address, _ = await asked(OpPostcodeEnHuisnummer("7411AA", 12, "A", "bis"))
    address.pop("fields")
    assert address == {
        "type": "ZoekMetPostcodeEnHuisnummer",
        "postcode": "7411AA",
        "huisnummer": 12,
        "huisletter": "A",
        "huisnummertoevoeging": "bis",
    }
    bare, _ = await asked(OpPostcodeEnHuisnummer("7411AA", 12))
    assert not {"huisletter", "huisnummertoevoeging"} & set(bare)  # an empty string is no huisletter


async def test_headers_of_a_gateway() -> None:
    settings = {
        "sleutel_header": "apikey",
        "gebruiker_header": "x-gebruiker",
        "headers": {"x-origin-oin": "00000001234567890000"},
        "doel_headers": {"identificeren": {"x-doelbinding": "BRPACT-Totaal", "x-verwerking": "KCC"}},
        "zoek_headers": {"ZoekMetPostcodeEnHuisnummer": {"x-doelbinding": "BRPACT-ZoekenAlgemeen"}},
    }
    _, head = await asked(OpBsn(BSN), **settings)
    for line in (
        "apikey: oefen-brp-deventer",
        "x-gebruiker: sanne.proef",
        "x-origin-oin: 00000001234567890000",
        "x-doelbinding: brpact-totaal",
        "x-verwerking: kcc",
        "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
    ):
        assert f"\r\n{line}\r\n" in head
    assert "x-api-key" not in head
    _, head = await asked(OpPostcodeEnHuisnummer("7411AA", 12), **settings)
    assert "x-doelbinding: brpact-zoekenalgemeen\r\n" in head
    assert "brpact-totaal" not in head


async def test_fields_are_a_setting() -> None:
    body, _ = await asked(
        OpBsn(BSN), leesvelden={"identificeren": ["burgerservicenummer", "adressering.adresregel1"]}
    )
    assert body["fields"] == ["burgerservicenummer", "adressering.adresregel1"]
    body, _ = await asked(OpBsn(BSN), binnenland=True, gemeente="0150")
    assert "adresseringBinnenland.adresregel1" in body["fields"]
    assert not [path for path in body["fields"] if path.startswith("adressering.")]
    assert body["gemeenteVanInschrijving"] == "0150"
    body, _ = await asked(OpNaamEnGeboortedatum("Wit", date(1961, 3, 14)), met_overledenen=True)
    assert body["inclusiefOverledenPersonen"] is True


async def test_a_person_as_we_say_it() -> None:
    found = await read(
        {
            "naam": NAAM,
            "geslacht": {"code": "V", "omschrijving": "vrouw"},
            "geboorte": {"datum": {"type": "Datum", "datum": "1961-03-14", "langFormaat": "14 maart 1961"}},
            "leeftijd": 65,
            "adressering": {
                "adresregel1": "Brink 12",
                "adresregel2": "7411 BX DEVENTER",
                "aanschrijfwijze": {"naam": "J.M. de Wit-Voorbeeld"},
            },
            "eenNieuwVeld": {"x": 1},
        }
    )
    assert found == Persoon(
        bsn=BSN,
        volledige_naam="J.M. de Wit-Voorbeeld",
        aanhef_naam="Mevrouw J.M. (Johanna) de Wit-Voorbeeld",
        sorteernaam="De Wit-Voorbeeld, J.M.",
        voornamen="Johanna Maria",
        geboren=GedeeltelijkeDatum(1961, 3, 14),
        leeftijd=65,
        adresregels=("Brink 12", "7411 BX DEVENTER"),
    )


@pytest.mark.parametrize(
    ("person", "volledig", "aanhef", "sorteer"),
    [
        ({"naam": NAAM}, "J.M. de Wit", "J.M. (Johanna) de Wit", "De Wit, J.M."),
        (
            {
                "naam": {"voornamen": "Jan", "voorvoegsel": "van der", "geslachtsnaam": "Test"},
                "geslacht": {"code": "M"},
            },
            "J. van der Test",
            "De heer J. (Jan) van der Test",
            "Van der Test, J.",
        ),
        ({"naam": {"geslachtsnaam": "Mononiem"}, "geslacht": {"code": "O"}}, "Mononiem", "Mononiem", "Mononiem"),
        (
            {
                "naam": NAAM,
                "geslacht": {"code": "V"},
                "adressering": {"aanschrijfwijze": {"naam": "jkvr. J.M. de Wit"}},
            },
            "jkvr. J.M. de Wit",
            "Mevrouw jkvr. J.M. de Wit",
            "Jkvr. J.M. de Wit",
        ),
        ({"naam": NAAM | {"voornamen": " "}}, "J.M. de Wit", "J.M. de Wit", "De Wit, J.M."),
        ({}, "Naam onbekend", "Naam onbekend", "Naam onbekend"),
    ],
)
async def test_names(person: dict[str, Any], volledig: str, aanhef: str, sorteer: str) -> None:
    found = await read(person)
    assert (found.volledige_naam, found.aanhef_naam, found.sorteernaam) == (volledig, aanhef, sorteer)


@pytest.mark.parametrize(
    ("datum", "known"),
    [
        ({"type": "Datum", "datum": "2000-02-29"}, GedeeltelijkeDatum(2000, 2, 29)),
        ({"type": "JaarMaandDatum", "jaar": 1950, "maand": 6}, GedeeltelijkeDatum(1950, 6)),
        ({"type": "JaarDatum", "jaar": 1950}, GedeeltelijkeDatum(1950)),
        ({"type": "DatumOnbekend", "onbekend": True}, GedeeltelijkeDatum()),
        (None, GedeeltelijkeDatum()),
    ],
)
async def test_partial_dates(datum: dict[str, Any] | None, known: GedeeltelijkeDatum) -> None:
    assert (await read({"geboorte": {"datum": datum}})).geboren == known


async def test_what_an_agent_must_see() -> None:
    found = await read(
        {
            "geheimhoudingPersoonsgegevens": True,
            "opschortingBijhouding": {"reden": {"code": "O"}, "datum": {"type": "Datum", "datum": "2025-01-02"}},
            "inOnderzoek": {"burgerservicenummer": True, "datumIngangOnderzoekPersoon": {"type": "DatumOnbekend"}},
            "naam": NAAM | {"inOnderzoek": {"geslachtsnaam": True}},
            "geboorte": {"inOnderzoek": {"datum": True}},
            "adressering": {"indicatieVastgesteldVerblijftNietOpAdres": True, "inOnderzoek": {"adresregel1": True}},
        }
    )
    assert found.geheim
    assert found.overleden
    assert found.overleden_op == GedeeltelijkeDatum(2025, 1, 2)
    assert found.in_onderzoek == ("BSN", "naam", "geboortedatum", "adres")
    assert found.niet_op_adres
    assert not found.geemigreerd


@pytest.mark.parametrize(
    ("code", "words"), [("M", "ministerieel"), ("R", "RNI"), ("F", "fout"), (".", ""), ("E", "")]
)
async def test_suspended_records(code: str, words: str) -> None:
    found = await read({"opschortingBijhouding": {"reden": {"code": code}}})
    assert words in found.opgeschort
    assert bool(found.opgeschort) == bool(words)
    assert found.geemigreerd == (code == "E")
    assert not found.overleden


async def test_domestic_aliases_are_read_too() -> None:
    assert (await read({"adresseringBinnenland": {"adresregel1": "Brink 1"}}, binnenland=True)).adresregels == (
        "Brink 1",
    )


async def test_nobody_and_somebody_else() -> None:
    async with scripted(
        gives({"personen": []}), gives({"personen": [{"burgerservicenummer": "999993653"}]})
    ) as server:
        port = brp(server.url)
        assert await port.lees(BSN, AANROEP) is None
        assert await port.lees(BSN, AANROEP) is None  # an answer about another person is not this person


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (problem("tooManyResults"), TooMany),
        (problem("paramsValidation", "geslachtsnaam"), Rejected),
        (problem("paramsValidation", "fields[3]"), Misconfigured),
        (problem("unknownParam", "inclusiefOverledenPersonen"), Misconfigured),
        (problem("authentication", status=401), Misconfigured),
        (problem("unauthorizedParameter", status=403), Misconfigured),
        (problem("notFound", status=404), Misconfigured),
        (problem("notAcceptable", status=406), Misconfigured),
        (problem("tooManyRequests", status=429), Unavailable),
        (problem("serverError", status=500), Unavailable),
        (problem("sourceUnavailable", status=503), Unavailable),
        (answer(b"<html>Service</html>", kind="text/html"), Unavailable),
        (answer(b"<html>Fout</html>", status=400, kind="text/html"), Unavailable),
        (gives({"type": "x"}), Unavailable),
        (gives({"personen": [{"naam": NAAM}]}), Unavailable),
        (
            gives({"personen": [{"burgerservicenummer": BSN, "geboorte": {"datum": {"datum": "1961-13-40"}}}]}),
            Unavailable,
        ),
        (gives({"personen": {"burgerservicenummer": BSN}}), Unavailable),
        (cut, Unavailable),
    ],
)
async def test_refusals(step: Step, kind: type[ConnectorFailure]) -> None:
    async with scripted(step) as server:
        with pytest.raises(kind) as caught:
            await brp(server.url).zoek(OpNaamEnGeboortedatum("Wit*", date(1961, 3, 14)), AANROEP)
    assert type(caught.value).__mro__[1 if caught.type.__name__ == "MayRepeat" else 0] is kind
    assert caught.value.zin.endswith(".")
    assert "Wit" not in caught.value.zin


async def test_refused_fields_carry_our_names() -> None:
    async with scripted(problem("paramsValidation", "burgerservicenummer[0]", "huisnummertoevoeging")) as server:
        with pytest.raises(Rejected) as caught:
            await brp(server.url).zoek(OpBsn("1"), AANROEP)
    assert set(caught.value.velden) == {"bsn", "toevoeging"}
