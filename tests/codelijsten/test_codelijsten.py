"""Kanalen and gespreksresultaten: names change, ids stay, and counting never splits."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.audit.models import Auditregel
from app.codelijsten import queries, service
from app.codelijsten.lijsten import GESPREKSRESULTATEN, ICONEN, KANALEN, LIJSTEN
from app.codelijsten.models import Kanaal
from app.db import unit_of_work
from app.errors import Conflict
from app.geheimen import subject_hmac
from app.klantbeeld import pagina
from app.klantcontacten.models import Klantcontact
from app.klantcontacten.queries import contacten_of, of_gesprek
from app.practice.people import sample
from tests.routes.conftest import Client, People
from tests.town import Town

pytestmark = pytest.mark.anyio


async def rows(town: Town, lijst: Any = KANALEN) -> list[Any]:
    async with unit_of_work(town.tenant) as session:
        return list(await queries.whole(session, lijst))


async def one(town: Town, naam: str, lijst: Any = KANALEN) -> Any:
    return next(row for row in await rows(town, lijst) if row.naam == naam)


async def names(town: Town, lijst: Any = KANALEN) -> list[str]:
    return [row.naam for row in await rows(town, lijst) if row.vervallen_op is None]


async def act(client: Client, row: Any, what: str, code: str = "kanalen", **form: str) -> Any:
    return await client.send("POST", f"/beheer/{code}/{row.id}/{what}", form)


async def rename(client: Client, row: Any, naam: str, **form: str) -> Any:
    return await act(client, row, "wijziging", gezien=service.stand_of(row), naam=naam, icoon=row.icoon, **form)


@pytest.fixture
async def bram(deventer: Town, clients: People) -> Client:
    return await clients.of(deventer, "bram.model")


async def test_renaming_never_splits_what_is_counted(deventer: Town, bram: Client) -> None:
    """A contact before and one after: one id, each the name of its own time."""
    first = await deventer.gesprek(notitie="Voor de nieuwe naam")
    await deventer.save(first)
    phone = await one(deventer, "Telefoon")
    done = await rename(bram, phone, "Telefonisch")
    assert done.headers["location"] == f"/beheer/kanalen?gebeurd=gewijzigd&regel={phone.id}"
    second = await deventer.gesprek(notitie="Na de nieuwe naam")
    await deventer.save(second)
    async with unit_of_work(deventer.tenant) as session:
        contacts = [(await of_gesprek(session, gesprek))[0][0] for gesprek in (first, second)]
        assert [contact.kanaal for contact in contacts] == ["Telefoon", "Telefonisch"]
        assert {contact.kanaal_id for contact in contacts} == {phone.id}
        counted = await session.execute(select(Klantcontact.kanaal_id, func.count()).group_by(Klantcontact.kanaal_id))
        assert counted.all() == [(phone.id, 2)]
    page = (await bram.send("GET", "/beheer/kanalen")).text
    assert re.search(r"Telefonisch</strong>.*?Heette eerder[^>]*>Telefoon<", page, re.S)


async def test_the_icon_of_a_contact_follows_its_kanaal(deventer: Town, bram: Client) -> None:
    bsn = sample("deventer")["hoofdpersoon"].bsn
    gesprek = await deventer.gesprek(notitie="Paspoort", bsn=bsn)
    await deventer.save(gesprek)
    phone = await one(deventer, "Telefoon")
    await act(bram, phone, "wijziging", gezien=service.stand_of(phone), naam="Iets heel anders", icoon="world")
    async with unit_of_work(deventer.tenant) as session:
        (row,) = await contacten_of(session, subject_hmac(deventer.tenant, "bsn", bsn))
        item = pagina._own(row)
    assert (item["icoon"], item["kanaal"]) == ("world", "Telefoon")


async def test_adding_and_order(deventer: Town, bram: Client) -> None:
    await bram.send("POST", "/beheer/kanalen", {"naam": "  Sociale   media ", "icoon": "message"})
    assert await names(deventer) == ["Telefoon", "Balie", "E-mail", "Chat", "Website", "Brief", "Sociale media"]
    new = await one(deventer, "Sociale media")
    await act(bram, new, "plaats", richting="omhoog")
    await act(bram, await one(deventer, "Telefoon"), "plaats", richting="omlaag")
    assert await names(deventer) == ["Balie", "Telefoon", "E-mail", "Chat", "Website", "Sociale media", "Brief"]
    top = await act(bram, await one(deventer, "Balie"), "plaats", richting="omhoog")
    assert top.status_code == 303, "at the end of the list nothing happens"
    assert (await names(deventer))[0] == "Balie"
    async with unit_of_work(deventer.tenant) as session:
        assert [kanaal.naam for kanaal in await queries.kanalen(session)] == await names(deventer)


async def test_out_of_use_and_back(deventer: Town, bram: Client) -> None:
    letter = await one(deventer, "Telefoon")
    gone = await act(bram, letter, "stopzetting")
    page = (await bram.send("GET", gone.headers["location"])).text
    assert f'action="/beheer/kanalen/{letter.id}/herstel"' in page
    assert "Weggehaald uit de lijst" in page
    assert "Telefoon" not in await names(deventer)
    assert (await act(bram, letter, "plaats", richting="omhoog")).status_code == 404
    await act(bram, letter, "stopzetting")
    await act(bram, letter, "herstel")
    assert (await names(deventer))[-1] == "Telefoon"
    async with unit_of_work(deventer.tenant) as session:
        lines = await session.scalars(
            select(Auditregel.handeling).where(Auditregel.object_id == str(letter.id)).order_by(Auditregel.id.desc())
        )
        assert lines.all()[:2] == ["kanaal.teruggezet", "kanaal.vervallen"], "twice is once"


async def test_the_last_one_stays(deventer: Town, bram: Client) -> None:
    everything = await rows(deventer, GESPREKSRESULTATEN)
    for row in everything[:-1]:
        assert (await act(bram, row, "stopzetting", "gespreksresultaten")).status_code == 303
    last = await act(bram, everything[-1], "stopzetting", "gespreksresultaten")
    assert last.status_code == 409
    assert "is de laatste in de lijst" in last.text
    assert "De laatste blijft staan." in last.text
    assert len(await names(deventer, GESPREKSRESULTATEN)) == 1


async def test_the_last_two_at_once(deventer: Town) -> None:
    """Whoever comes second waits, counts again, and is refused."""
    everything = await rows(deventer)
    async with unit_of_work(deventer.tenant) as session:
        for row in everything[2:]:
            await service.end(session, KANALEN, row.id, door=deventer.agent.id)

    async def end(regel_id: UUID) -> bool:
        try:
            async with unit_of_work(deventer.tenant) as session:
                await service.end(session, KANALEN, regel_id, door=deventer.agent.id)
        except service.LastOne:
            return False
        return True

    done = await asyncio.gather(*(end(row.id) for row in everything[:2]))
    assert sorted(done) == [False, True]
    assert len(await names(deventer)) == 1


@pytest.mark.parametrize(
    ("naam", "status", "sentence"),
    [
        ("", 400, "Typ een naam."),
        ("   ", 400, "Typ een naam."),
        ("x" * 51, 400, "Nog 1 tekens te lang."),
        ("tele\u202efoon", 400, "een teken dat niet te zien is"),
        ("BALIE", 409, "Balie staat al in deze lijst."),
    ],
)
async def test_a_name_that_cannot_be(naam: str, status: int, sentence: str, deventer: Town, bram: Client) -> None:
    phone = await one(deventer, "Telefoon")
    for page in (
        await rename(bram, phone, naam),
        await bram.send("POST", "/beheer/kanalen", {"naam": naam, "icoon": "mail"}),
    ):
        assert page.status_code == status
        assert sentence in page.text
        assert page.text.count('aria-invalid="true"') == 1
        assert naam.strip() in page.text
    assert await one(deventer, "Telefoon")


async def test_a_name_out_of_use_is_not_given_again(deventer: Town, bram: Client) -> None:
    await act(bram, await one(deventer, "Brief"), "stopzetting")
    again = await bram.send("POST", "/beheer/kanalen", {"naam": "brief", "icoon": "mail"})
    assert again.status_code == 409
    assert "niet meer in gebruik. Zet die terug" in again.text


async def test_only_icons_that_exist(deventer: Town, bram: Client) -> None:
    page = await bram.send("POST", "/beheer/kanalen", {"naam": "Duif", "icoon": 'x"><script>'})
    assert page.status_code == 400
    assert "Kies een icoon uit de lijst." in page.text
    assert 'value="Duif"' in page.text


async def test_somebody_was_first(deventer: Town, bram: Client) -> None:
    phone = await one(deventer, "Telefoon")
    await rename(bram, phone, "Bellen")
    late = await rename(bram, phone, "Telefonisch contact")
    assert late.status_code == 409
    assert "Iemand anders veranderde intussen Bellen" in late.text
    assert 'value="Telefonisch contact"' in late.text, "what was typed is still there"
    assert await one(deventer, "Bellen")


async def test_in_place_and_back(deventer: Town, bram: Client) -> None:
    phone = await one(deventer, "Telefoon")
    page = (await bram.send("GET", f"/beheer/kanalen?bewerk={phone.id}")).text
    assert page.count("data-esc-terug") == 1
    assert f'href="/beheer/kanalen#wijzig-{phone.id}"' in page
    assert 'value="Telefoon"' in page
    for odd in ("x", str(uuid4()), "'"):
        assert "data-esc-terug" not in (await bram.send("GET", f"/beheer/kanalen?bewerk={odd}")).text


async def test_another_municipality_keeps_its_lists(deventer: Town, zwolle: Town, clients: People) -> None:
    theirs = await one(deventer, "Telefoon")
    noor = await clients.of(zwolle, "noor.model")
    assert (await rename(noor, theirs, "Gekaapt")).status_code == 404
    assert (await act(noor, theirs, "stopzetting")).status_code == 404
    assert await one(deventer, "Telefoon")


async def test_gelukt_is_kept(deventer: Town, bram: Client) -> None:
    row = await one(deventer, "Niet bereikt", GESPREKSRESULTATEN)
    form = {"gezien": service.stand_of(row), "naam": "Niet bereikt", "gelukt": "ja"}
    await act(bram, row, "wijziging", "gespreksresultaten", **form)
    assert (await one(deventer, "Niet bereikt", GESPREKSRESULTATEN)).gelukt is True


async def test_a_full_list(deventer: Town) -> None:
    async def fill() -> None:
        async with unit_of_work(deventer.tenant) as session:
            for number in range(service.MOST):
                naam = f"Kanaal {number}"
                await service.add(session, KANALEN, naam=naam, extra={"icoon": "mail"}, door=deventer.agent.id)

    with pytest.raises(service.ListFull):
        await fill()
    assert len(await names(deventer)) == 6


def test_every_list_is_whole() -> None:
    assert [lijst.tabel.__tablename__ for lijst in LIJSTEN.values()] == [lijst.soort for lijst in LIJSTEN.values()]
    assert issubclass(service.LastOne, Conflict)
    assert len(ICONEN) >= 5
    assert Kanaal.__table__.c.naam.type.length == KANALEN.langst  # type: ignore[attr-defined]
