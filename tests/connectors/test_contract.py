"""Against the practice environment as a process of its own: Open Klant 2.15 and 2.18, and the BRP.

Whatever is lost on the way, at whatever call, in the end the register has one contact with one klant.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count as numbers
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest
import structlog

from app.connectors.klantinteracties.kennis import forget_all
from app.connectors.ports import (
    GedeeltelijkeDatum,
    KenmerkBezet,
    Klantinteracties,
    NieuwContact,
    OpBsn,
    OpNaamEnGeboortedatum,
    OpPostcodeEnHuisnummer,
    Rejected,
    TooMany,
    Unavailable,
)
from app.http import close_all, deadline
from app.practice.people import people, sample
from tests.connectors.proxy import Fate, Line, line_to
from tests.connectors.support import AANROEP, brp, open_klant
from tests.practice.server import running_practice

pytestmark = pytest.mark.anyio
API = "/deventer/klantinteracties/api/v1"
VERSIES = ("2.15", "2.18")
KENMERK = (str(number) for number in numbers(2_000_001))


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_practice(tmp_path_factory.mktemp("praktijk")) as base:
        yield base


@pytest.fixture(params=VERSIES)
def register(request: pytest.FixtureRequest, practice: str) -> str:
    """The register as it is on the first day, in one of the versions."""
    steer(practice, "reset")
    steer(practice, "versie", versie=request.param)
    return practice


def steer(practice: str, what: str, **params: str) -> None:
    done = httpx2.post(f"{practice}/_praktijk/deventer/{what}", params=params, trust_env=False)
    assert done.status_code == 200, done.text


def look(practice: str, path: str, **params: str) -> list[dict[str, Any]]:
    """A collection of the register, as anybody else sees it."""
    headers = {"Authorization": "Token oefen-klant-deventer"}
    got = httpx2.get(practice + API + path, params=params, headers=headers, trust_env=False)
    assert got.status_code == 200, got.text
    results: list[dict[str, Any]] = got.json()["results"]
    return results


def with_kenmerk(practice: str, kenmerk: str) -> list[dict[str, Any]]:
    found = look(practice, "/klantcontacten", pageSize="500")
    return [one for one in found if kenmerk in (one.get("referentienummer"), one.get("nummer"))]


def nieuw(**other: Any) -> NieuwContact:
    made = NieuwContact(
        id=uuid4(),
        gesprek_id=uuid4(),
        kenmerk=next(KENMERK),
        kanaal="Telefoon",
        onderwerp="Losse stoeptegel, 3e melding",
        inhoud="Nog steeds los. Mevrouw wil graag weten wanneer.",
        gelukt=True,
        taal="nld",
        vertrouwelijk=False,
        plaatsgevonden_op=datetime.now(UTC),
        bsn=sample("deventer")["hoofdpersoon"].bsn,
    )
    return replace(made, **other)


def port(practice: str, **settings: Any) -> Klantinteracties:
    return open_klant(practice + API, **settings)


async def test_contacts_of_a_person(register: str) -> None:
    hoofdpersoon = sample("deventer")["hoofdpersoon"]
    got = await port(register).contacten_van(hoofdpersoon.bsn, AANROEP)
    assert [contact.onderwerp for contact in got] == [
        onderwerp for _, _, onderwerp, _ in sorted(hoofdpersoon.contacten, reverse=True)
    ]
    assert all(contact.plaatsgevonden_op.tzinfo for contact in got)
    assert await port(register).contacten_van(sample("deventer")["zonder_contacten"].bsn, AANROEP) == []


async def test_a_delivery_arrives_once_and_stands_in_the_history(register: str) -> None:
    contact = nieuw()
    first = await port(register).lever_af(contact, eerste_poging=True)
    again = await port(register).lever_af(contact, eerste_poging=False)
    assert (first.al_aanwezig, again.al_aanwezig) == (False, True)
    assert first.extern_id == again.extern_id
    assert contact.bsn is not None
    newest = (await port(register).contacten_van(contact.bsn, AANROEP))[0]
    assert (newest.id, newest.kenmerk, newest.onderwerp) == (first.extern_id, contact.kenmerk, contact.onderwerp)
    assert abs((newest.plaatsgevonden_op - contact.plaatsgevonden_op).total_seconds()) < 0.002
    ledger = httpx2.get(f"{register}/_praktijk/deventer/ledger", trust_env=False).json()
    assert [line["referentienummer"] for line in ledger if line["referentienummer"]] == [contact.kenmerk]


async def test_a_partij_is_made_once(register: str) -> None:
    bsn = sample("deventer")["zonder_contacten"].bsn
    for _ in range(3):
        await port(register).lever_af(nieuw(bsn=bsn), eerste_poging=True)
    partijen = look(register, "/partijen", partijIdentificator__objectId=bsn)
    assert len(partijen) == 1
    assert partijen[0]["partijIdentificatie"]["contactnaam"] is None
    assert len(await port(register).contacten_van(bsn, AANROEP)) == 3


async def test_whatever_is_lost_there_is_one(register: str, count: Callable[[str, int], None]) -> None:
    """Every call of a delivery loses its request or its answer once, with the klant known there and not yet."""
    tried = 0
    for fate in (Fate.LOSE_REQUEST, Fate.LOSE_ANSWER):
        for known in (True, False):
            for at in numbers():
                if not await _lost_at(register, fate, at, known=known, fresh=bool(at % 2)):
                    break
                tried += 1
    count("losses on the way to a register", tried)
    assert tried >= 4 * 3


async def _lost_at(practice: str, fate: Fate, at: int, *, known: bool, fresh: bool) -> bool:
    """Lose the call number `at`, then deliver as the relay does. False when a delivery has fewer calls than that."""
    forget_all()
    await close_all()
    steered = port(practice) if known else None
    stranger = people("deventer")[60 + at * 4 + 2 * (fate is Fate.LOSE_ANSWER)].bsn
    contact = nieuw() if steered else nieuw(bsn=stranger)
    async with line_to(urlsplit(practice).port or 0, API) as line:
        line.plan = _nth(line, at, fate)
        attempts = await _deliver(line, contact, fresh=fresh)
        reached = len(line.calls) > at
    found = with_kenmerk(practice, contact.kenmerk)
    assert len(found) == 1, (fate, at, line.calls)
    assert len(found[0]["hadBetrokkenen"]) == 1, (fate, at, line.calls)
    assert len(look(practice, "/partijen", partijIdentificator__objectId=contact.bsn or "")) == 1
    assert attempts <= 2
    sent = Counter(call for call in line.calls if call in ("POST /maak-klantcontact", "POST /klantcontacten"))
    assert max(sent.values()) <= 2
    return reached


def _nth(line: Line, at: int, fate: Fate) -> Callable[[str], Fate]:
    return lambda call: fate if len(line.calls) == at + 1 else Fate.PASS


async def _deliver(line: Line, contact: NieuwContact, *, fresh: bool) -> int:
    for attempt in range(1, 6):
        try:
            async with deadline(5):
                await open_klant(f"http://127.0.0.1:{line.port}{API}").lever_af(contact, eerste_poging=attempt == 1)
        except Unavailable:
            if fresh:  # another worker takes over
                forget_all()
            continue
        return attempt
    raise AssertionError("not delivered in five attempts")


async def test_another_writer_has_the_kenmerk(register: str) -> None:
    theirs, ours = nieuw(onderwerp="Van een ander systeem"), nieuw()
    ours = replace(ours, kenmerk=theirs.kenmerk)
    await port(register).lever_af(theirs, eerste_poging=True)
    for first in (True, False):
        with pytest.raises(KenmerkBezet):
            await port(register).lever_af(ours, eerste_poging=first)
    assert len(with_kenmerk(register, theirs.kenmerk)) == 1


async def test_long_texts_and_no_klant(register: str) -> None:
    contact = nieuw(inhoud="woord " * 1000, onderwerp="o" * 300, bsn=None, gelukt=False)
    await port(register).lever_af(contact, eerste_poging=True)
    assert (await port(register).lever_af(contact, eerste_poging=False)).al_aanwezig
    found = with_kenmerk(register, contact.kenmerk)
    assert len(found) == 1
    assert found[0]["hadBetrokkenen"] == []
    assert found[0]["indicatieContactGelukt"] is False


async def test_a_refused_contact_is_refused(register: str) -> None:
    with pytest.raises(Rejected) as caught:
        await port(register).lever_af(nieuw(kanaal="k" * 51), eerste_poging=True)
    assert caught.value.velden


async def test_an_upgrade_between_two_attempts(practice: str) -> None:
    steer(practice, "reset")
    steer(practice, "versie", versie="2.15")
    contact = nieuw()
    await port(practice).lever_af(contact, eerste_poging=True)
    steer(practice, "versie", versie="2.18")
    forget_all()
    assert (await port(practice).lever_af(contact, eerste_poging=False)).al_aanwezig
    assert len(with_kenmerk(practice, contact.kenmerk)) == 1


async def test_the_fewest_calls(practice: str) -> None:
    hoofdpersoon = sample("deventer")["hoofdpersoon"]
    for versie, reading, writing in (("2.18", 1, 2), ("2.15", 2 + len(hoofdpersoon.contacten), 4)):
        steer(practice, "reset")
        steer(practice, "versie", versie=versie)
        forget_all()
        async with line_to(urlsplit(practice).port or 0, API) as line:
            register = open_klant(f"http://127.0.0.1:{line.port}{API}")
            for _ in range(2):
                line.calls.clear()
                await register.contacten_van(hoofdpersoon.bsn, AANROEP)
            assert len(line.calls) == reading
            for _ in range(2):
                line.calls.clear()
                await register.lever_af(nieuw(), eerste_poging=True)
            assert len(line.calls) == writing


async def test_people_of_the_brp(practice: str) -> None:
    register = brp(f"{practice}/deventer/haalcentraal/api/brp")
    known = sample("deventer")
    for wie in known.values():
        persoon = await register.lees(wie.bsn, AANROEP)
        assert persoon is not None
        assert persoon.bsn == wie.bsn
        assert wie.geslachtsnaam in persoon.volledige_naam
        assert persoon.geheim == wie.geheim
        assert persoon.overleden == (wie.overleden is not None)
        assert persoon.geemigreerd == bool(wie.vertrokken)
        assert persoon.geboren == GedeeltelijkeDatum(*wie.geboren)
        assert ("adres" in persoon.in_onderzoek) == wie.adres_in_onderzoek
        assert persoon.adresregels
    vertrokken = await register.lees(known["vertrokken"].bsn, AANROEP)
    assert vertrokken is not None
    assert vertrokken.adresregels[-1] == "Duitsland"
    assert await register.lees("999999990", AANROEP) is None


async def test_searching_the_brp(practice: str) -> None:
    register = brp(f"{practice}/deventer/haalcentraal/api/brp")
    wie = sample("deventer")["hoofdpersoon"]
    assert wie.geboortedag is not None
    by_name = await register.zoek(OpNaamEnGeboortedatum(wie.geslachtsnaam[:3] + "*", wie.geboortedag), AANROEP)
    assert wie.bsn in [persoon.bsn for persoon in by_name]
    by_address = await register.zoek(OpPostcodeEnHuisnummer(wie.postcode, wie.huisnummer, wie.huisletter), AANROEP)
    assert wie.bsn in [persoon.bsn for persoon in by_address]
    by_bsn = await register.zoek(OpBsn(wie.bsn), AANROEP)
    assert [persoon.aanhef_naam for persoon in by_bsn] == ["Mevrouw J.M. (Johanna) de Wit-Voorbeeld"]
    assert await register.zoek(OpNaamEnGeboortedatum("Bestaatniet", wie.geboortedag), AANROEP) == []
    with pytest.raises(Rejected) as caught:
        await register.zoek(OpNaamEnGeboortedatum("W*", wie.geboortedag), AANROEP)
    assert not isinstance(caught.value, TooMany)
    assert set(caught.value.velden) == {"geslachtsnaam"}


async def test_no_number_or_name_of_anybody_in_the_log(register: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wie, contact = sample("deventer")["hoofdpersoon"], nieuw()
    with structlog.testing.capture_logs() as lines:
        await brp(f"{register}/deventer/haalcentraal/api/brp").lees(wie.bsn, AANROEP)
        await port(register).contacten_van(wie.bsn, AANROEP)
        await port(register).lever_af(contact, eerste_poging=True)
        with pytest.raises(KenmerkBezet):
            await port(register).lever_af(replace(contact, inhoud="anders"), eerste_poging=False)
    assert len(lines) >= 5
    written = repr(lines) + caplog.text
    for word in (
        wie.bsn,
        wie.geslachtsnaam,
        contact.onderwerp,
        contact.inhoud,
        "oefen-klant",
        "oefen-brp",
        "sanne.proef",
    ):
        assert word not in written
