"""The privacy officer finds who looked at whom and who changed what; looking is written down."""

from __future__ import annotations

import csv
import io
import json
from uuid import UUID

import pytest
from sqlalchemy import select

from app.audit.models import Auditregel
from app.db import unit_of_work
from app.geheimen import subject_hmac
from app.logboeken import queries
from app.logboeken.filters import understand
from app.logboeken.uitvoer import _cell
from app.practice.people import sample
from app.verwerkingen.models import Verwerking
from app.zegels.models import Log
from tests.routes.conftest import People, things
from tests.town import Town

pytestmark = pytest.mark.anyio
WHO = sample("deventer")["hoofdpersoon"]
OFFICER = "petra.voorbeeld"


async def newest(town: Town, handeling: str) -> Auditregel:
    async with unit_of_work(town.tenant) as session:
        query = select(Auditregel).where(Auditregel.handeling == handeling).order_by(Auditregel.id.desc()).limit(1)
        return (await session.scalars(query)).one()


async def test_a_citizen_is_found_by_bsn_and_the_search_is_written_down(deventer: Town, clients: People) -> None:
    own = await things(deventer)
    page = await (await clients.of(deventer, OFFICER)).send("POST", "/logboek/inwoner", {"bsn": WHO.bsn})
    assert page.status_code == 200
    assert f"/logboek/verwerkingen/{own.verwerking_id}" in page.text
    assert (await newest(deventer, "logboek.op_inwoner_gezocht")).gegevens == {}
    async with unit_of_work(deventer.tenant) as session:
        query = select(Verwerking).where(Verwerking.activiteit == "logboek-op-inwoner")
        line = (await session.scalars(query.order_by(Verwerking.id.desc()).limit(1))).one()
    assert line.subject_hmac == subject_hmac(deventer.tenant, "bsn", WHO.bsn)
    assert line.gesprek_id is None


@pytest.mark.parametrize(
    ("bsn", "sentence"), [("", "Vul het BSN in"), ("123", "Dit zijn 3 cijfers"), ("123456789", "klopt niet")]
)
async def test_a_wrong_bsn_is_said_at_the_field_and_kept(
    bsn: str, sentence: str, deventer: Town, clients: People
) -> None:
    page = await (await clients.of(deventer, OFFICER)).send("POST", "/logboek/inwoner", {"bsn": bsn, "van": "x"})
    assert page.status_code == 400
    assert sentence in page.text
    assert f'value="{bsn}"' in page.text


async def test_filters_narrow_and_a_wrong_one_is_said_at_the_field(deventer: Town, clients: People) -> None:
    own = await things(deventer)
    client = await clients.of(deventer, OFFICER)
    found = await client.send("GET", "/logboek?wat=persoon-raadplegen")
    assert str(own.verwerking_id) in found.text
    none = await client.send("GET", "/logboek?wat=bsn-tonen&tot=2001-01-01")
    assert "Geen regels gevonden" in none.text
    wrong = await client.send("GET", "/logboek/audit?van=gisteren&gesprek=12")
    assert wrong.status_code == 400
    assert "Deze datum kennen we niet" in wrong.text
    assert (await client.send("GET", "/logboek?na=onzin")).status_code == 400


async def test_pages_follow_each_other_without_gap_or_repeat(
    deventer: Town,
) -> None:
    await things(deventer)
    seen: list[UUID] = []
    place = None
    async with unit_of_work(deventer.tenant) as session:
        every = list(await session.scalars(select(Auditregel.id)))
        while True:
            asked = understand(Log.AUDIT, {"na": str(place) if place else ""})
            rows, place = await queries.page(session, asked, limit=3)
            seen += [row.id for row in rows]
            if place is None:
                break
    assert len(seen) == len(set(seen))
    assert set(seen) == set(every)


async def test_an_export_is_whole_named_and_written_down(deventer: Town, clients: People) -> None:
    await things(deventer)
    client = await clients.of(deventer, OFFICER)
    page = await client.send("POST", "/logboek/uitvoer", {"log": "verwerking", "vorm": "csv", "bsn": WHO.bsn})
    assert page.status_code == 200
    assert page.content.startswith(b"\xef\xbb\xbf")
    assert 'filename="logboek-verwerkingen-deventer-' in page.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(page.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows
    assert {row["over_inwoner"] for row in rows} == {"ja"}
    assert WHO.bsn not in page.text
    written = await newest(deventer, "logboek.uitgevoerd")
    assert written.gegevens == {"vorm": "csv", "op_inwoner": True}
    lines = await client.send("POST", "/logboek/uitvoer", {"log": "auditregel", "vorm": "jsonl"})
    assert {"moment", "handeling", "gegevens"} <= json.loads(lines.text.splitlines()[0]).keys()
    assert (await client.send("POST", "/logboek/uitvoer", {"log": "x", "vorm": "csv"})).status_code == 400


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_formula_does_nothing(text: str) -> None:
    assert _cell(text) == "'" + text
    assert _cell("x" + text) == "x" + text


async def test_the_officer_sees_nothing_else(deventer: Town, clients: People) -> None:
    client = await clients.of(deventer, OFFICER)
    start = await client.send("GET", "/")
    assert "Bekijk het logboek" in start.text
    assert "Nieuw gesprek" not in start.text
    assert (await client.send("GET", "/beheer/afleveringen")).status_code == 403
