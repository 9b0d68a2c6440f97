"""Places in the database: who is busy waits for itself (T-ISO-11)."""

from __future__ import annotations

import asyncio
import contextvars
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, text

from app import metrics
from app.db import engine, unit_of_work
from app.gesprekken.models import Vraag
from app.grenzen import klassen, plaatsen, stromen
from app.grenzen.fouten import Druk, TeVeel
from app.grenzen.klassen import Klasse
from app.settings import settings
from tests.grenzen.conftest import Limits
from tests.routes.conftest import People
from tests.tenants import support
from tests.town import Town

pytestmark = pytest.mark.anyio


async def hold(town: Town, until: asyncio.Event, began: asyncio.Event | None = None) -> None:
    klassen.enter(Klasse.PAGINA)
    async with unit_of_work(town.tenant) as session:
        await session.execute(text("SELECT 1"))
        if began:
            began.set()
        await until.wait()


async def holding(town: Town, count: int, until: asyncio.Event) -> list[asyncio.Task[None]]:
    began = [asyncio.Event() for _ in range(count)]
    tasks = [asyncio.create_task(hold(town, until, one)) for one in began]
    await asyncio.gather(*(one.wait() for one in began))
    return tasks


async def test_one_municipality_never_holds_them_all(
    deventer: Town, zwolle: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(plaatsen.PATIENCE, Klasse.PAGINA, 0.05)
    until, most = asyncio.Event(), settings().database_pool_tenant
    tasks = await holding(deventer, most, until)
    klassen.enter(Klasse.PAGINA)
    with pytest.raises(Druk):
        async with unit_of_work(deventer.tenant):
            pass
    assert engine().pool.checkedout() == most  # type: ignore[attr-defined]
    async with unit_of_work(zwolle.tenant) as session:
        assert await session.scalar(text("SELECT 1")) == 1
    klassen.enter(Klasse.VASTLEGGEN)
    async with unit_of_work(deventer.tenant) as session:
        assert await session.scalar(text("SELECT 1")) == 1, "saving has places of its own"
    until.set()
    await asyncio.gather(*tasks)
    klassen.enter(Klasse.PAGINA)
    async with unit_of_work(deventer.tenant):
        pass


async def test_who_waits_gets_the_first_free_place(deventer: Town) -> None:
    until, next_one = asyncio.Event(), asyncio.Event()
    tasks = await holding(deventer, settings().database_pool_tenant, until)
    waiting = asyncio.create_task(hold(deventer, next_one))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    until.set()
    next_one.set()
    await asyncio.gather(waiting, *tasks)


async def test_work_inside_work_takes_no_second_place(deventer: Town) -> None:
    """Or as many as there are places would wait for each other for ever."""
    most = settings().database_pool_tenant

    async def two_deep() -> None:
        async with unit_of_work(deventer.tenant):
            await asyncio.sleep(0)
            async with unit_of_work(deventer.tenant):
                await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await asyncio.gather(*(two_deep() for _ in range(most)))


async def test_a_cancelled_request_gives_its_place_back(deventer: Town) -> None:
    for _ in range(3):
        until = asyncio.Event()
        tasks = await holding(deventer, settings().database_pool_tenant, until)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert not plaatsen._places(deventer.tenant).common.locked()


async def test_the_page_says_that_it_is_busy(
    deventer: Town, clients: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(plaatsen.PATIENCE, Klasse.PAGINA, 0.05)
    agent = await clients.of(deventer)
    labels = {"tenant": "deventer", "outcome": "pagina"}
    before = REGISTRY.get_sample_value("kiss_busy_total", labels) or 0
    until = asyncio.Event()
    tasks = await holding(deventer, settings().database_pool_tenant, until)
    page = await asyncio.create_task(agent.send("GET", "/"), context=contextvars.Context())
    until.set()
    await asyncio.gather(*tasks)
    assert (page.status_code, page.headers["retry-after"]) == (503, "2")
    assert "Het is nu even druk" in page.text
    assert REGISTRY.get_sample_value("kiss_busy_total", labels) == before + 1


async def test_who_waits_too_long_for_what_another_holds_hears_that_it_is_busy(
    deventer: Town, clients: People
) -> None:
    """The database is there, so this is no outage: no alert of one, and the same can be asked again soon."""
    agent = await clients.of(deventer)
    gesprek = (await agent.send("POST", "/gesprekken")).headers["location"].rsplit("/", 1)[-1]
    labels = {"tenant": "deventer", "outcome": "vastleggen"}
    before = REGISTRY.get_sample_value("kiss_busy_total", labels) or 0
    outages = REGISTRY.get_sample_value("kiss_database_unreachable_total")
    async with unit_of_work(deventer.tenant) as session:
        vraag = (
            await session.scalars(select(Vraag).where(Vraag.gesprek_id == UUID(gesprek)).with_for_update())
        ).one()
        form = {"veld": "notitie", "waarde": "Belt over een paspoort", "versie": "0"}
        path = f"/gesprekken/{gesprek}/vragen/{vraag.id}/concept"
        held_up = await asyncio.create_task(agent.send("POST", path, form), context=contextvars.Context())
    assert (held_up.status_code, held_up.headers["retry-after"]) == (503, "2")
    assert "Het is nu even druk" in held_up.text
    assert REGISTRY.get_sample_value("kiss_busy_total", labels) == before + 1
    assert REGISTRY.get_sample_value("kiss_database_unreachable_total") == outages
    assert (await agent.send("POST", path, form)).status_code == 200


async def test_when_the_process_is_late_what_can_wait_waits(
    deventer: Town, clients: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G-SHED: copies of a log first, pages only when it is bad, saving never."""
    agent, officer = await clients.of(deventer), await clients.of(deventer, "petra.voorbeeld")
    copy = {"log": "verwerking", "vorm": "csv"}
    monkeypatch.setattr(metrics._Loop, "lag", 0.4)
    assert (await officer.send("POST", "/logboek/uitvoer", copy)).status_code == 503
    assert (await agent.send("GET", "/")).status_code == 200
    monkeypatch.setattr(metrics._Loop, "lag", 3.0)
    busy = await agent.send("GET", "/")
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "2")
    assert (await agent.send("POST", "/gesprekken")).status_code == 303


async def test_one_person_cannot_open_streams_without_end(deventer: Town, limits: Limits) -> None:
    async def events() -> object:
        for number in range(3):
            yield number

    who = uuid4()
    with limits(STREAMS=2):
        open_ones = [stromen.counted(deventer.tenant, who, events()) for _ in range(2)]  # type: ignore[arg-type]
        for one in open_ones:
            stromen.check(deventer.tenant, who)
            await anext(one)
        with pytest.raises(TeVeel, match="plekken tegelijk"):
            stromen.check(deventer.tenant, who)
        stromen.check(deventer.tenant, uuid4())
        await open_ones[0].aclose()
        stromen.check(deventer.tenant, who)
        assert [event async for event in open_ones[1]] == [1, 2]
        assert not stromen._open


async def test_the_share_is_a_setting(deventer: Town) -> None:
    with support.environment(DATABASE_POOL_TENANT="0"), pytest.raises(SystemExit, match="DATABASE_POOL_TENANT"):
        settings()
