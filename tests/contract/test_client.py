"""What our own connectors send, over the wire, judged by the official files (and the answers with it)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.connectors.ports import OpBsn, OpNaamEnGeboortedatum, OpPostcodeEnHuisnummer
from app.practice.people import people, sample
from tests.connectors.support import AANROEP, brp, open_klant
from tests.connectors.test_contract import nieuw
from tests.contract.conftest import Wire

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("process")]
HOOFD = sample("deventer")["hoofdpersoon"]
ONBEKEND = people("deventer")[-1]


def sent(wire: Wire) -> list[str]:
    return [one.operation for one in wire.recorder.exchanges if "/_praktijk/" not in one.path]


async def test_questions_to_the_brp(wire: Wire) -> None:
    for settings in ({}, {"binnenland": True, "gemeente": "0150", "met_overledenen": True}):
        port = brp(f"{wire.base}/deventer/haalcentraal/api/brp", **settings)
        assert await port.zoek(OpBsn(HOOFD.bsn), AANROEP)
        assert await port.zoek(OpNaamEnGeboortedatum(HOOFD.geslachtsnaam, date(1961, 3, 14)), AANROEP)
        address = OpPostcodeEnHuisnummer(HOOFD.postcode, HOOFD.huisnummer, huisletter="B")
        assert await port.zoek(address, AANROEP)
        found = await port.lees(HOOFD.bsn, AANROEP)
        assert found is not None
        assert "Brink 12 B" in found.adresregels
    assert sent(wire).count("POST /personen") == 8


@pytest.mark.parametrize("bsn", [None, HOOFD.bsn, ONBEKEND.bsn], ids=["nobody", "known", "new"])
async def test_delivering(wire: Wire, version: str, bsn: str | None) -> None:
    wire.steer("versie", versie=version)
    port = open_klant(f"{wire.base}/deventer/klantinteracties/api/v1")
    long = nieuw(bsn=bsn, onderwerp="o" * 400, inhoud="i" * 5000)
    for contact in (nieuw(bsn=bsn), long):
        first = await port.lever_af(contact, eerste_poging=True)
        again = await port.lever_af(contact, eerste_poging=False)
        assert (again.extern_id, again.al_aanwezig) == (first.extern_id, True)
    if bsn:
        assert {long.kenmerk} <= {one.kenmerk for one in await port.contacten_van(bsn, AANROEP)}
    created = {"POST /klantcontacten", "POST /maak-klantcontact"} & set(sent(wire))
    assert "POST /maak-klantcontact" in created
    assert ("POST /klantcontacten" in created) == (version == "2.15")


async def test_the_connection_check(wire: Wire) -> None:
    klant: Any = open_klant(f"{wire.base}/deventer/klantinteracties/api/v1")
    await klant.prove()
    personen: Any = brp(f"{wire.base}/deventer/haalcentraal/api/brp")
    await personen.prove()
    assert sent(wire) == ["GET /klantcontacten", "POST /personen"]
