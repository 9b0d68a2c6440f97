"""At most eight SQL statements for a page or a panel, however much there is to show.

Counted at the driver, per request; setting the role of the municipality is counted apart (app.db.SETUP_MARK).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, update

from app.afleveringen.models import Aflevering
from app.db import SETUP_MARK, engine, unit_of_work
from app.practice.people import sample
from tests.routes.conftest import Client, People, things
from tests.town import Town

pytestmark = pytest.mark.anyio
MOST = 8


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that leave for the database meanwhile, set-up left out."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, ___: Any, context: Any, ____: bool) -> None:
        if not context.execution_options.get(SETUP_MARK):
            sent.append(" ".join(statement.split()))

    sync = engine().sync_engine
    event.listen(sync, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(sync, "before_cursor_execute", note)


async def few(client: Client, path: str, status: int = 200, **headers: str) -> None:
    await client.send("GET", path, **headers)  # what a process asks once is asked now
    with counted() as sent:
        page = await client.send("GET", path, **headers)
    assert page.status_code == status, page.text[:500]
    listed = "\n".join(sent)
    assert 0 < len(sent) <= MOST, f"{path}: {len(sent)} statements\n{listed}"


async def busy_town(town: Town) -> UUID:
    """A klant with several contacts here, several open gesprekken; gives the open one with a klant."""
    who = sample(town.tenant.slug)["hoofdpersoon"]
    gesprek_id = (await things(town)).gesprek_id
    for number in range(4):
        saved = await town.gesprek(notitie=f"Eerder {number}", bsn=who.bsn)
        await town.save(saved)
        await town.gesprek(notitie=f"Ander gesprek {number}", bsn=who.bsn if number % 2 else None)
    return gesprek_id


@pytest.mark.parametrize("slug", ["deventer", "zwolle"])
async def test_workbench_in_every_state(slug: str, deventer: Town, zwolle: Town, clients: People) -> None:
    town = {"deventer": deventer, "zwolle": zwolle}[slug]
    with_klant = await busy_town(town)
    empty, saved = await town.gesprek(), await town.gesprek(notitie="Klaar", bsn=sample(slug)["hoofdpersoon"].bsn)
    await town.save(saved)
    client = await clients.of(town)
    await few(clients.nobody(slug), "/aanmelden")
    await few(client, "/")
    await few(client, f"/gesprekken/{empty}")
    for path in ("", "/zoeken", "/afronding"):
        await few(client, f"/gesprekken/{with_klant}{path}")
    await few(client, f"/gesprekken/{saved}")
    fragment = {"hx-request": "true"}
    for panel in ("persoon", "contacten"):
        await few(client, f"/gesprekken/{with_klant}/klantbeeld/{panel}", **fragment)
    await few(client, "/gesprekken/00000000-0000-7000-8000-000000000000", status=404)


async def test_the_administrators_pages(deventer: Town, clients: People) -> None:
    await busy_town(deventer)
    async with unit_of_work(deventer.tenant) as session:
        await session.execute(update(Aflevering).values(state="niet-aangekomen"))
    client = await clients.of(deventer, "bram.model")
    await few(client, "/")
    await few(client, "/beheer/afleveringen")


async def test_the_privacy_officers_pages(deventer: Town, clients: People) -> None:
    own = await things(deventer)
    client = await clients.of(deventer, "petra.voorbeeld")
    for path in ("/", "/logboek", "/logboek/audit", "/logboek/inwoner"):
        await few(client, path)
    for path in ("/logboek/verwerkingen/{verwerking_id}", "/logboek/audit/{auditregel_id}"):
        await few(client, own.fill(path))
    with counted() as sent:
        page = await client.send("POST", "/logboek/inwoner", {"bsn": sample("deventer")["hoofdpersoon"].bsn})
    assert page.status_code == 200
    assert 0 < len(sent) <= MOST, "\n".join(sent)


async def test_saving_and_typing_are_short_too(deventer: Town, clients: People) -> None:
    """A keystroke's save is the request that comes most."""
    own = await things(deventer)
    client = await clients.of(deventer)
    path = own.fill("/gesprekken/{gesprek_id}/vragen/{vraag_id}/concept")
    with counted() as sent:
        page = await client.send("POST", path, {"veld": "onderwerp", "waarde": "Paspoort", "versie": "0"})
    assert page.status_code == 200
    assert 0 < len(sent) <= MOST, "\n".join(sent)


async def test_the_counting_bites(deventer: Town) -> None:
    with counted() as sent:
        for _ in range(MOST + 1):
            await deventer.gesprek()
    assert len(sent) > MOST
    assert not [one for one in sent if "set_config" in one]
