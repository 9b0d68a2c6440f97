"""Every look-up on a person stands in the verwerkingenlog before anything is shown; nobody can be read from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
import structlog.testing
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.connectors.models import Koppeling
from app.connectors.ports import ConnectorFailure
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.geheimen import subject_hmac
from app.klantbeeld import service
from app.klantbeeld.invoer import elfproef
from app.practice.people import people, sample
from app.verwerkingen.models import Verwerking
from tests.tenants import support
from tests.town import Town

pytestmark = pytest.mark.anyio
PERSOON = sample("deventer")["hoofdpersoon"]
ANDER = sample("zwolle")["hoofdpersoon"]


async def lines(town: Town, gesprek_id: UUID) -> Sequence[Verwerking]:
    """What the log says of one gesprek, in the order it was written."""
    async with unit_of_work(town.tenant) as session:
        query = select(Verwerking).where(Verwerking.gesprek_id == gesprek_id).order_by(Verwerking.id)
        return (await session.scalars(query)).all()


def told(found: Sequence[Verwerking]) -> list[tuple[str, str]]:
    return [(line.activiteit, line.uitkomst) for line in found]


def unknown_bsn() -> str:
    known = {person.bsn for person in people("deventer")}
    return next(
        bsn for number in range(999_900_000, 999_999_999) if elfproef(bsn := str(number)) and bsn not in known
    )


@asynccontextmanager
async def log_that_refuses(cluster: EmbeddedPostgres, town: Town) -> AsyncIterator[None]:
    table = f'"{town.tenant.schema}".verwerking'
    await support.as_superuser(cluster, f"ALTER TABLE {table} ADD CONSTRAINT dicht CHECK (false) NOT VALID")
    try:
        yield
    finally:
        await support.as_superuser(cluster, f"ALTER TABLE {table} DROP CONSTRAINT dicht")


async def test_a_search_is_written_before_it_leaves_and_per_person_found(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    with structlog.testing.capture_logs() as calls:
        uitkomst = await service.search(deventer.tenant, deventer.agent, gesprek_id, {"vraag": PERSOON.bsn})
    assert uitkomst.gekozen
    assert [call["koppeling"] for call in calls if call["event"] == "outbound.called"] == ["brp"]
    found = await lines(deventer, gesprek_id)
    assert told(found) == [("persoon-zoeken", "gestart"), ("persoon-zoeken", "gevonden")]
    first, last = found
    assert first.subject_hmac is None
    assert last.subject_hmac == subject_hmac(deventer.tenant, "bsn", PERSOON.bsn)
    assert first.trace_id == last.trace_id
    for line in found:
        assert (line.medewerker_id, line.doel, line.bron) == (deventer.agent.id, "identificeren", "brp")
        assert line.grondslag.startswith("AVG artikel 6")


async def test_a_search_that_finds_nobody_is_a_look_up_too(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    await service.search(deventer.tenant, deventer.agent, gesprek_id, {"vraag": unknown_bsn()})
    assert told(await lines(deventer, gesprek_id)) == [("persoon-zoeken", "gestart"), ("persoon-zoeken", "niemand")]


async def test_what_is_not_understood_asks_nobody_and_writes_nothing(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    with structlog.testing.capture_logs() as calls:
        await service.search(deventer.tenant, deventer.agent, gesprek_id, {"vraag": "12345678"})
    assert not await lines(deventer, gesprek_id)
    assert not [call for call in calls if call["event"] == "outbound.called"]


async def test_the_klantbeeld_writes_a_line_for_each_source(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(bsn=PERSOON.bsn)
    await service.person(deventer.tenant, deventer.agent, gesprek_id)
    await service.contacten(deventer.tenant, deventer.agent, gesprek_id)
    found = await lines(deventer, gesprek_id)
    per_source = {(line.bron, line.activiteit, line.uitkomst) for line in found}
    assert ("brp", "persoon-raadplegen", "gevonden") in per_source
    assert ("open-klant", "contacten-inzien", "gevonden") in per_source
    assert {line.subject_hmac for line in found} == {subject_hmac(deventer.tenant, "bsn", PERSOON.bsn)}


async def test_showing_the_bsn_is_one_line_each_time(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(bsn=PERSOON.bsn)
    for _ in range(3):
        assert await service.show_bsn(deventer.tenant, deventer.agent, gesprek_id) == PERSOON.bsn
    assert told(await lines(deventer, gesprek_id)) == [("bsn-tonen", "gevonden")] * 3


async def test_the_built_in_register_is_no_exception(zwolle: Town) -> None:
    gesprek_id = await zwolle.gesprek(bsn=ANDER.bsn)
    await service.contacten(zwolle.tenant, zwolle.agent, gesprek_id)
    assert {(line.bron, line.uitkomst) for line in await lines(zwolle, gesprek_id)} >= {("ingebouwd", "gestart")}


async def test_without_a_line_there_is_no_look_up(cluster: EmbeddedPostgres, deventer: Town) -> None:
    empty, chosen = await deventer.gesprek(), await deventer.gesprek(bsn=PERSOON.bsn)
    async with log_that_refuses(cluster, deventer):
        with structlog.testing.capture_logs() as calls:
            with pytest.raises(DBAPIError):
                await service.search(deventer.tenant, deventer.agent, empty, {"vraag": PERSOON.bsn})
            for look in (service.person, service.contacten, service.show_bsn):
                with pytest.raises(DBAPIError):
                    await look(deventer.tenant, deventer.agent, chosen)
    assert not [call for call in calls if call["event"] == "outbound.called"], "A question left without its line."


async def test_nobody_can_be_read_from_the_log(cluster: EmbeddedPostgres, deventer: Town) -> None:
    gesprek_id = await deventer.gesprek()
    naam = f"{PERSOON.geslachtsnaam} {PERSOON.geboortedag:%d-%m-%Y}"
    await service.search(deventer.tenant, deventer.agent, gesprek_id, {"vraag": naam})
    await service.search(deventer.tenant, deventer.agent, gesprek_id, {"vraag": PERSOON.bsn})
    for line in await lines(deventer, gesprek_id):
        text = " ".join(str(getattr(line, column.name)) for column in Verwerking.__table__.columns)
        assert PERSOON.bsn not in text
        assert PERSOON.geslachtsnaam not in text


async def test_a_register_that_is_away_is_written_as_failed(deventer: Town) -> None:
    gesprek_id = await deventer.gesprek(bsn=PERSOON.bsn)
    async with register_away(deventer):
        with pytest.raises(ConnectorFailure):
            await service.person(deventer.tenant, deventer.agent, gesprek_id)
    assert told(await lines(deventer, gesprek_id)) == [
        ("persoon-raadplegen", "gestart"),
        ("persoon-raadplegen", "mislukt"),
    ]


@asynccontextmanager
async def register_away(town: Town) -> AsyncIterator[None]:
    async with unit_of_work(town.tenant) as session:
        brp = (await session.scalars(select(Koppeling).where(Koppeling.slug == "brp"))).one()
        before, brp.instellingen = brp.instellingen, brp.instellingen | {"base_url": "http://127.0.0.1:1/niemand"}
    try:
        yield
    finally:
        async with unit_of_work(town.tenant) as session:
            brp = (await session.scalars(select(Koppeling).where(Koppeling.slug == "brp"))).one()
            brp.instellingen = before
