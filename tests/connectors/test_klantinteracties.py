"""The Klantinteracties connector, call by call: what it sends, what it remembers, what it makes of every answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.connectors.klantinteracties.berichten import INGEKORT, MAX_INHOUD, MAX_ONDERWERP
from app.connectors.klantinteracties.kennis import REMEMBERED_SECONDS, kennis
from app.connectors.ports import (
    Bevestiging,
    ConnectorFailure,
    Contact,
    KenmerkBezet,
    Misconfigured,
    NieuwContact,
    Rejected,
    Unavailable,
)
from app.http import deadline
from tests.connectors.support import AANROEP, calls, gives, open_klant, problem
from tests.http.servers import Step, answer, cut, reset, scripted

pytestmark = pytest.mark.anyio
BSN = "991000005"
HERE, PARTIJ, KLANT = "11111111-0000-0000-0000-000000000001", "22222222-0000-0000-0000-000000000002", "33333333-x"
NIEUW = NieuwContact(
    id=UUID(int=7),
    gesprek_id=UUID(int=8),
    kenmerk="1000001",
    kanaal="Telefoon",
    onderwerp="Losse stoeptegel",
    inhoud="Op de Brink, voor nummer 12.",
    gelukt=True,
    taal="nld",
    vertrouwelijk=False,
    plaatsgevonden_op=datetime(2026, 11, 22, 9, 30, 15, 123456, UTC),
    bsn=BSN,
)
NONE, FOUND_PARTIJ = gives({"count": 0, "results": []}), gives({"results": [{"uuid": PARTIJ, "url": "x"}]})
MADE = gives({"klantcontact": {"uuid": HERE}, "betrokkene": {"uuid": KLANT}}, 201)
CREATED = gives({"uuid": HERE}, 201)
UNKNOWN = gives({"code": "unknown-parameters", "status": 400, "detail": "x"}, 400)
LOOK, LOOK_OLD = "GET /klantcontacten?referentienummer", "GET /klantcontacten?nummer"
PARTIJEN = "GET /partijen?partijIdentificator__codeSoortObjectId&partijIdentificator__objectId"
MAAK = "POST /maak-klantcontact"


def wire(contact: NieuwContact = NIEUW, **other: Any) -> dict[str, Any]:
    return {
        "uuid": HERE,
        "url": "x",
        "referentienummer": contact.kenmerk,
        "kanaal": contact.kanaal,
        "onderwerp": contact.onderwerp,
        "inhoud": contact.inhoud,
        "plaatsgevondenOp": "2026-11-22T09:30:15.123456Z",
        "indicatieContactGelukt": True,
        "hadBetrokkenen": [{"uuid": KLANT, "url": "x"}],
    } | other


def found(**other: Any) -> Step:
    return gives({"count": 1, "results": [wire(**other)]})


async def test_first_delivery_and_the_next() -> None:
    async with scripted(NONE, FOUND_PARTIJ, MADE, FOUND_PARTIJ, MADE) as server:
        port = open_klant(server.url)
        assert await port.lever_af(NIEUW, eerste_poging=True) == Bevestiging(HERE)
        assert await port.lever_af(replace(NIEUW, kenmerk="1000002"), eerste_poging=True) == Bevestiging(HERE)
        assert calls(server) == [LOOK, PARTIJEN, MAAK, PARTIJEN, MAAK]  # what the version can do is known by then
        assert "authorization: token oefen-klant-deventer" in server.heads[0].lower()
        assert json.loads(server.bodies[2]) == {
            "klantcontact": {
                "referentienummer": "1000001",
                "kanaal": "Telefoon",
                "onderwerp": "Losse stoeptegel",
                "inhoud": "Op de Brink, voor nummer 12.",
                "indicatieContactGelukt": True,
                "taal": "nld",
                "vertrouwelijk": False,
                "plaatsgevondenOp": "2026-11-22T09:30:15.123456+00:00",
                "metadata": {"gesprek_id": str(UUID(int=8)), "id": str(UUID(int=7))},
            },
            "betrokkene": {
                "wasPartij": {"uuid": PARTIJ},
                "rol": "klant",
                "initiator": True,
                "organisatienaam": "",
                "contactnaam": None,
            },
        }


async def test_a_contact_without_klant() -> None:
    async with scripted(NONE, MADE) as server:
        await open_klant(server.url).lever_af(replace(NIEUW, bsn=None), eerste_poging=True)
        assert calls(server) == [LOOK, MAAK]
        assert list(json.loads(server.bodies[1])) == ["klantcontact"]


async def test_a_partij_is_made_without_names() -> None:
    async with scripted(NONE, NONE, gives({"uuid": PARTIJ}, 201), MADE) as server:
        await open_klant(server.url).lever_af(NIEUW, eerste_poging=True)
        assert calls(server) == [LOOK, PARTIJEN, "POST /partijen", MAAK]
        body = json.loads(server.bodies[2])
        assert (body["soortPartij"], body["partijIdentificatie"]) == ("persoon", {"contactnaam": None})
        assert body["partijIdentificatoren"][0]["partijIdentificator"]["objectId"] == BSN
        assert json.loads(server.bodies[3])["betrokkene"]["wasPartij"] == {"uuid": PARTIJ}


async def test_two_make_the_same_partij() -> None:
    race = problem("invalid", "partijIdentificatoren.0.__all__")
    async with scripted(NONE, NONE, race, FOUND_PARTIJ, MADE) as server:
        assert await open_klant(server.url).lever_af(NIEUW, eerste_poging=True) == Bevestiging(HERE)
        assert calls(server) == [LOOK, PARTIJEN, "POST /partijen", PARTIJEN, MAAK]


@pytest.mark.parametrize("lost", [reset, cut, answer(status=500), answer(status=502), answer(status=429)])
async def test_an_unanswered_attempt_is_looked_up_before_it_is_sent_again(lost: Step) -> None:
    async with scripted(NONE, FOUND_PARTIJ, lost, found()) as server:
        port = open_klant(server.url)
        with pytest.raises(Unavailable):
            await port.lever_af(NIEUW, eerste_poging=True)
        assert calls(server)[-1] == MAAK  # sent once: a POST is never repeated by itself
        assert await port.lever_af(NIEUW, eerste_poging=False) == Bevestiging(HERE, al_aanwezig=True)
        assert calls(server) == [LOOK, PARTIJEN, MAAK, LOOK]


async def test_it_did_not_arrive_so_it_is_sent_again() -> None:
    async with scripted(NONE, NONE, FOUND_PARTIJ, MADE) as server:
        assert await open_klant(server.url).lever_af(NIEUW, eerste_poging=False) == Bevestiging(HERE)
        assert calls(server) == [LOOK, LOOK_OLD, PARTIJEN, MAAK]


async def test_an_attempt_from_before_the_upgrade_is_found() -> None:
    async with scripted(NONE, found(referentienummer=None, nummer="1000001")) as server:
        assert (await open_klant(server.url).lever_af(NIEUW, eerste_poging=False)).al_aanwezig
    async with scripted(NONE, found(onderwerp="van een ander"), FOUND_PARTIJ, MADE) as server:
        assert not (await open_klant(server.url, slug="b").lever_af(NIEUW, eerste_poging=False)).al_aanwezig


@pytest.mark.parametrize("name", ["referentienummer", "klantcontact.referentienummer"])
async def test_the_slow_first_attempt_arrived_between_look_and_send(name: str) -> None:
    async with scripted(NONE, NONE, FOUND_PARTIJ, problem("invalid", name), found()) as server:
        assert (await open_klant(server.url).lever_af(NIEUW, eerste_poging=False)).al_aanwezig
        assert calls(server)[-2:] == [MAAK, LOOK]


@pytest.mark.parametrize(
    "other",
    [
        {"onderwerp": "Iets anders"},
        {"inhoud": "Iets anders"},
        {"inhoud": None},
        {"kanaal": "Balie"},
        {"plaatsgevondenOp": "2026-11-22T09:30:16.123456Z"},
    ],
)
async def test_another_writer_used_the_kenmerk(other: dict[str, Any]) -> None:
    async with scripted(found(**other)) as server:
        with pytest.raises(KenmerkBezet):
            await open_klant(server.url).lever_af(NIEUW, eerste_poging=False)
        assert calls(server) == [LOOK]


@pytest.mark.parametrize(
    "moment", ["2026-11-22T10:30:15.123456+01:00", "2026-11-22T09:30:15.123Z", "2026-11-22T09:30:15.123456"]
)
async def test_the_same_instant_in_another_spelling(moment: str) -> None:
    async with scripted(found(plaatsgevondenOp=moment)) as server:
        assert (await open_klant(server.url).lever_af(NIEUW, eerste_poging=False)).al_aanwezig


async def test_long_texts_are_cut_and_compared_cut() -> None:
    long = replace(NIEUW, onderwerp="o" * 201, inhoud="woord " * 400)
    async with scripted(NONE, FOUND_PARTIJ, MADE) as server:
        await open_klant(server.url).lever_af(long, eerste_poging=True)
        sent = json.loads(server.bodies[2])["klantcontact"]
    assert len(sent["onderwerp"]) == MAX_ONDERWERP
    assert MAX_INHOUD - 10 < len(sent["inhoud"]) <= MAX_INHOUD
    assert sent["inhoud"].endswith(INGEKORT)
    async with scripted(found(onderwerp=sent["onderwerp"], inhoud=sent["inhoud"])) as server:
        assert (await open_klant(server.url).lever_af(long, eerste_poging=False)).al_aanwezig
    whole = replace(NIEUW, onderwerp="o" * 200, inhoud="i" * 1000)
    async with scripted(NONE, FOUND_PARTIJ, MADE) as server:
        await open_klant(server.url, slug="heel").lever_af(whole, eerste_poging=True)
        sent = json.loads(server.bodies[2])["klantcontact"]
        assert (sent["onderwerp"], sent["inhoud"]) == (whole.onderwerp, whole.inhoud)


async def test_without_maak_klantcontact_step_by_step() -> None:
    steps = (NONE, FOUND_PARTIJ, gives({}, 404), CREATED, CREATED, FOUND_PARTIJ, CREATED, CREATED)
    async with scripted(*steps) as server:
        port = open_klant(server.url)
        assert await port.lever_af(NIEUW, eerste_poging=True) == Bevestiging(HERE)
        assert await port.lever_af(NIEUW, eerste_poging=True) == Bevestiging(HERE)
        step = ["POST /klantcontacten", "POST /betrokkenen"]
        assert calls(server) == [LOOK, PARTIJEN, MAAK, *step, PARTIJEN, *step]
        assert json.loads(server.bodies[4])["hadKlantcontact"] == {"uuid": HERE}


async def test_a_crash_between_the_steps_heals() -> None:
    async with scripted(found(hadBetrokkenen=[]), FOUND_PARTIJ, CREATED, found()) as server:
        port = open_klant(server.url)
        for _ in range(2):
            assert await port.lever_af(NIEUW, eerste_poging=False) == Bevestiging(HERE, al_aanwezig=True)
        assert calls(server) == [LOOK, PARTIJEN, "POST /betrokkenen", LOOK]


async def test_open_klant_2_15_keeps_the_kenmerk_in_nummer() -> None:
    async with scripted(UNKNOWN, NONE, FOUND_PARTIJ, MADE, FOUND_PARTIJ, MADE, found(nummer="1000001")) as server:
        port = open_klant(server.url)
        await port.lever_af(NIEUW, eerste_poging=True)
        body = json.loads(server.bodies[3])
        assert body["klantcontact"]["nummer"] == "1000001"
        assert not {"referentienummer", "metadata"} & set(body["klantcontact"])
        assert body["onderwerpobject"]["onderwerpobjectidentificator"]["objectId"] == str(UUID(int=8))
        await port.lever_af(NIEUW, eerste_poging=True)
        assert calls(server) == [LOOK, LOOK_OLD, PARTIJEN, MAAK, PARTIJEN, MAAK]


async def test_what_a_version_can_do_is_forgotten_after_an_hour() -> None:
    moment = 1000.0
    known = kennis(("t", "k"), lambda: moment)
    known.kenmerk_veld = "nummer"
    assert kennis(("t", "k"), lambda: moment + REMEMBERED_SECONDS - 1).kenmerk_veld == "nummer"
    assert kennis(("t", "k"), lambda: moment + REMEMBERED_SECONDS + 1).kenmerk_veld is None


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (problem("invalid", "klantcontact.kanaal"), Rejected),
        (problem("invalid", "klantcontact.inhoud"), Rejected),
        (problem("parse_error"), Rejected),
        (problem("not_authenticated", status=401), Misconfigured),
        (problem("permission_denied", status=403), Misconfigured),
        (problem("unsupported", status=415), Misconfigured),
        (answer(status=503), Unavailable),
        (answer(b"<html>", status=400, kind="text/html"), Unavailable),
        (gives({"klantcontact": {}}, 201), Unavailable),
    ],
)
async def test_refusals_of_a_delivery(step: Step, kind: type[ConnectorFailure]) -> None:
    async with scripted(NONE, FOUND_PARTIJ, step) as server:
        with pytest.raises(kind) as caught:
            await open_klant(server.url).lever_af(NIEUW, eerste_poging=True)
    assert not isinstance(caught.value, KenmerkBezet)
    for secret in (BSN, NIEUW.onderwerp, NIEUW.inhoud):
        assert secret not in caught.value.zin + repr(getattr(caught.value, "velden", ""))


async def test_contacts_in_one_call_newest_first() -> None:
    older = wire(uuid="a", plaatsgevondenOp="2026-01-01T10:00:00+01:00", referentienummer=None, inhoud=None)
    body = {"count": 2, "next": None, "results": [older, wire(), wire()]}
    async with scripted(gives(body)) as server:
        got = await open_klant(server.url).contacten_van(BSN, AANROEP)
        assert len(calls(server)) == 1
        assert f"partijIdentificator__objectId={BSN}" in server.heads[0]
        assert "codeSoortObjectId=bsn" in server.heads[0]
        assert "traceparent: 00-" in server.heads[0].lower()
    assert got[0] == Contact(
        HERE, "1000001", "Telefoon", "Losse stoeptegel", NIEUW.inhoud, NIEUW.plaatsgevonden_op, True
    )
    assert (got[1].kenmerk, got[1].inhoud) == (None, "")
    assert got[1].plaatsgevonden_op - datetime(2026, 1, 1, 9, tzinfo=UTC) == timedelta(0)
    assert len(got) == 2


async def test_contacts_before_2_18() -> None:
    rows = {"results": [{"uuid": "b1", "hadKlantcontact": {"uuid": "c1"}}, {"uuid": "b2", "hadKlantcontact": None}]}
    async with scripted(UNKNOWN, FOUND_PARTIJ, gives(rows), gives(wire()), NONE, gives({}, 500)) as server:
        port = open_klant(server.url)
        assert [contact.id for contact in await port.contacten_van(BSN, AANROEP)] == [HERE]
        assert await port.contacten_van("991000017", AANROEP) == []  # nobody: one call, the filter is not tried again
        assert [call.split("?")[0] for call in calls(server)] == [
            "GET /klantcontacten",
            "GET /partijen",
            "GET /betrokkenen",
            "GET /klantcontacten/c1",
            "GET /partijen",
        ]
        async with deadline(0.6):
            with pytest.raises(Unavailable):
                await port.contacten_van(BSN, AANROEP)


@pytest.mark.parametrize(
    "results",
    [{}, {"results": None}, {"results": [{"uuid": "x"}]}, {"results": [wire(plaatsgevondenOp="gisteren")]}, [wire()]],
)
async def test_contacts_that_cannot_be_read(results: Any) -> None:
    async with scripted(gives(results)) as server:
        with pytest.raises(Unavailable):
            await open_klant(server.url).contacten_van(BSN, AANROEP)
