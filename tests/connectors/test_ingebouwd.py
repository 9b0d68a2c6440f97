"""The built-in register: own rows of this person, newest first, and never another municipality's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import geheimen, klok
from app.connectors.ports import Bevestiging, Klantinteracties, NieuwContact, Rejected
from app.connectors.registry import port_of
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.ids import new_id
from app.klantcontacten.models import Betrokkene, Klantcontact
from tenants.context import Tenant
from tests.connectors.support import AANROEP
from tests.tenants import support

pytestmark = pytest.mark.anyio
BSN, ANDER = "999990019", "999993653"


def klantcontact(tenant: Tenant, number: int, bsn: str | None) -> Klantcontact:
    moment = klok.now().replace(microsecond=0) - timedelta(days=200 - number)
    made = Klantcontact(
        id=new_id(),
        gesprek_id=new_id(),
        vraag_id=new_id(),
        idempotency_key=f"{tenant.slug}{number}:1",
        kenmerk=str(number),
        kanaal_id=new_id(),
        kanaal="Telefoon",
        gespreksresultaat_id=new_id(),
        gespreksresultaat="Beantwoord",
        indicatie_contact_gelukt=True,
        onderwerp=f"Vraag {number}",
        inhoud="Over de paspoorten.",
        text_sha256="0" * 64,
        plaatsgevonden_op=moment,
        vastgelegd_op=moment,
        medewerker_id=new_id(),
        medewerker_naam="Fenna Proef",
    )
    made.betrokkenen = [] if bsn is None else [_betrokkene(tenant, bsn)]
    return made


def _betrokkene(tenant: Tenant, bsn: str) -> Betrokkene:
    return Betrokkene(
        id=new_id(),
        rol="klant",
        initiator=True,
        soort="bsn",
        subject=geheimen.seal(tenant, "betrokkene.subject", bsn),
        subject_hmac=geheimen.subject_hmac(tenant, "bsn", bsn),
    )


async def register(tenant: Tenant) -> Klantinteracties:
    async with unit_of_work(tenant) as session:
        return await port_of(session, "ingebouwd", Klantinteracties)


def nieuw(row: Klantcontact) -> NieuwContact:
    return NieuwContact(
        id=row.id,
        gesprek_id=row.gesprek_id,
        kenmerk=row.kenmerk,
        kanaal=row.kanaal,
        onderwerp=row.onderwerp,
        inhoud=row.inhoud,
        gelukt=True,
        taal="nld",
        vertrouwelijk=False,
        plaatsgevonden_op=row.plaatsgevonden_op,
        bsn=BSN,
    )


async def test_contacts_of_one_person(gemeenten: EmbeddedPostgres) -> None:
    zwolle, deventer = await support.tenant("zwolle"), await support.tenant("deventer")
    rows = [klantcontact(zwolle, number, BSN) for number in range(1, 111)]
    async with unit_of_work(zwolle) as session:
        session.add_all([*rows, klantcontact(zwolle, 150, ANDER), klantcontact(zwolle, 151, None)])
    async with unit_of_work(deventer) as session:
        session.add_all([klantcontact(deventer, 120, BSN), klantcontact(deventer, 121, ANDER)])
    port = await register(zwolle)
    found = await port.contacten_van(BSN, AANROEP)
    assert [contact.kenmerk for contact in found] == [str(number) for number in range(110, 10, -1)]
    newest = found[0]
    assert (newest.id, newest.kanaal, newest.onderwerp, newest.gelukt) == (
        str(rows[-1].id),
        "Telefoon",
        "Vraag 110",
        True,
    )
    assert newest.plaatsgevonden_op == rows[-1].plaatsgevonden_op
    assert [contact.kenmerk for contact in await port.contacten_van(ANDER, AANROEP)] == ["150"]
    assert await port.contacten_van("999990123", AANROEP) == []


async def test_one_statement_for_a_list(gemeenten: EmbeddedPostgres) -> None:
    port = await register(await support.tenant("zwolle"))
    with support.counted() as statements:
        await port.contacten_van(BSN, AANROEP)
    assert len([statement for statement in statements if "klantcontact" in statement]) == 1


async def test_delivering_is_having_it(gemeenten: EmbeddedPostgres) -> None:
    zwolle, deventer = await support.tenant("zwolle"), await support.tenant("deventer")
    here, elsewhere = klantcontact(zwolle, 300, BSN), klantcontact(deventer, 300, BSN)
    async with unit_of_work(zwolle) as session:
        session.add(here)
    async with unit_of_work(deventer) as session:
        session.add(elsewhere)
    port = await register(zwolle)
    for first in (True, False):
        assert await port.lever_af(nieuw(here), eerste_poging=first) == Bevestiging(str(here.id))
    with pytest.raises(Rejected):
        await port.lever_af(nieuw(elsewhere), eerste_poging=True)
