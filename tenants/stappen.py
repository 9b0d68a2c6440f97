"""Long work on one municipality in named steps, each committed and written down, so that it may be killed anywhere.

Run again it goes on at the first step that is not done. A step's work, its line in `inrichtingsstap` and its line in
the platform's audit are one transaction: none of the three is ever there without the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.klok import now
from tenants import ledger, migrate
from tenants.admin import acting_as
from tenants.grants import PLATFORM_OWNER, PLATFORM_SCHEMA
from tenants.models import Inrichtingsstap

DONE = ("klaar", "overgeslagen")
Gegevens = dict[str, Any]
Progress = Callable[["Gedaan"], None]


class Overslaan(ledger.KanNiet):
    """A step that this installation or this command leaves out; the message says why. Tried again by a next run."""


@dataclass(frozen=True, slots=True)
class Stap:
    """One step. `vooraf` works outside the database (another system, files) and may be repeated without harm; what it
    gives goes into `doen`, which works in the transaction and returns what to remember. Both raise `KanNiet`.

    `klopt`: whether a step that was done still is, judged by what it remembered.
    """

    naam: str
    doen: Callable[[Connection, Gegevens], Gegevens]
    vooraf: Callable[[AsyncConnection], Awaitable[Gegevens]] | None = None
    klopt: Callable[[Gegevens], bool] = lambda _: True


@dataclass(slots=True)
class Gedaan:
    """How one step stands: `state` is klaar, overgeslagen or mislukt; `nu` says whether this run did it."""

    stap: str
    state: str
    fout: str | None = None
    gegevens: Gegevens = field(default_factory=dict)
    nu: bool = True

    def as_dict(self) -> dict[str, Any]:
        return {"stap": self.stap, "state": self.state, "fout": self.fout, "nu": self.nu, **self.gegevens}


async def run(
    connection: AsyncConnection, slug: str, werk: str, steps: Sequence[Stap], progress: Progress = lambda _: None
) -> list[Gedaan]:
    """Every step in order, up to the first that fails; that one is told, not raised."""
    done: list[Gedaan] = []
    for step in steps:
        done.append(await _one(connection, slug, werk, step))
        progress(done[-1])
        if done[-1].state not in DONE:
            break
    return done


async def _one(connection: AsyncConnection, slug: str, werk: str, step: Stap) -> Gedaan:
    try:
        async with connection.begin():
            before = await connection.run_sync(_begin, slug, werk, step)
        if before is not None:
            return before
        prepared = await step.vooraf(connection) if step.vooraf else {}
        async with connection.begin():
            return await connection.run_sync(_work, slug, werk, step, prepared)
    except Overslaan as reason:
        return await _told(connection, slug, werk, Gedaan(step.naam, "overgeslagen", str(reason)))
    except Exception as error:  # whatever it was: nothing of this step was kept, and it is tried again by a next run
        return await _told(connection, slug, werk, Gedaan(step.naam, "mislukt", ledger.sentence(error)))


def _begin(connection: Connection, slug: str, werk: str, step: Stap) -> Gedaan | None:
    migrate.lock(connection, slug)
    if (done := _done(connection, slug, werk, step)) is not None:
        return done
    if read(connection, slug, werk).get(step.naam, {}).get("state") != "overgeslagen":  # that stays to be seen
        _note(connection, slug, werk, Gedaan(step.naam, "bezig"))
    return None


def _work(connection: Connection, slug: str, werk: str, step: Stap, prepared: Gegevens) -> Gedaan:
    migrate.lock(connection, slug)
    if (done := _done(connection, slug, werk, step)) is not None:
        return done  # another run was faster
    result = Gedaan(step.naam, "klaar", gegevens=step.doen(connection, prepared))
    _note(connection, slug, werk, result)
    ledger.audit(connection, slug, f"{werk}.{step.naam}", result.gegevens)
    return result


async def _told(connection: AsyncConnection, slug: str, werk: str, result: Gedaan) -> Gedaan:
    async with connection.begin():
        await connection.run_sync(_tell, slug, werk, result)
    return result


def _tell(connection: Connection, slug: str, werk: str, result: Gedaan) -> None:
    """Written once for the same reason: a next run that leaves the step out again adds nothing."""
    before = read(connection, slug, werk).get(result.stap, {})
    if (before.get("state"), before.get("fout")) != (result.state, result.fout):
        _note(connection, slug, werk, result)
        ledger.audit(connection, slug, f"{werk}.{result.stap}", {"state": result.state, "reden": result.fout})


def _done(connection: Connection, slug: str, werk: str, step: Stap) -> Gedaan | None:
    row = read(connection, slug, werk).get(step.naam)
    if row is None or row["state"] != "klaar" or not step.klopt(row["gegevens"]):
        return None
    return Gedaan(step.naam, "klaar", gegevens=row["gegevens"], nu=False)


def read(connection: Connection, slug: str, werk: str) -> dict[str, Gegevens]:
    """The steps that stand written of this work, by name: state, sinds, fout, gegevens."""
    query = select(Inrichtingsstap.__table__).where(Inrichtingsstap.slug == slug, Inrichtingsstap.werk == werk)
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        return {row["stap"]: dict(row) for row in connection.execute(query).mappings()}


def forget(connection: Connection, slug: str, werk: str) -> None:
    """Take away the lines of work that is over and undone; the audit keeps its trace."""
    gone = delete(Inrichtingsstap).where(Inrichtingsstap.slug == slug, Inrichtingsstap.werk == werk)
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        connection.execute(gone)


def _note(connection: Connection, slug: str, werk: str, result: Gedaan) -> None:
    values = {"state": result.state, "sinds": now(), "fout": result.fout, "gegevens": result.gegevens}
    statement = upsert(Inrichtingsstap).values(slug=slug, werk=werk, stap=result.stap, **values)
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        connection.execute(statement.on_conflict_do_update(index_elements=["slug", "werk", "stap"], set_=values))
