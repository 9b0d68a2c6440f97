"""Changing opening hours. The past stays as it was: a week holds from a day on, and no day that is over changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.service import record
from app.errors import Conflict, NotFound
from app.ids import new_id
from app.openingstijden import queries
from app.openingstijden.feestdagen import feestdagen
from app.openingstijden.kalender import ALWAYS, STANDAARD, Week, as_json
from app.openingstijden.models import Feestdagkeuze, Openingstijden, Sluitingsdag


class ChangedMeanwhile(Conflict):
    """What the form was filled in against is not how it is now."""

    def __init__(self) -> None:
        super().__init__("Iemand anders veranderde intussen de openingstijden. Kijk hoe het nu is, en kies opnieuw.")


class Past(Conflict):
    """What is over does not change."""

    titel = "Deze dag is voorbij"

    def __init__(self) -> None:
        super().__init__("Deze dag is voorbij. Wat voorbij is, verandert niet meer.")


class DayTaken(Conflict):
    titel = "Deze dag staat er al"

    def __init__(self, naam: str) -> None:
        super().__init__(f"Op deze dag bent u al dicht: {naam}.")


def today() -> date:
    """The day it is in the Netherlands."""
    return klok.local(klok.now()).date()


def stand_of(rows: Sequence[Openingstijden]) -> str:
    """What a form was filled in against, to be sent along with it."""
    said = json.dumps([(row.geldig_vanaf.isoformat(), row.week) for row in rows], sort_keys=True)
    return sha256(said.encode()).hexdigest()[:16]


async def change_week(session: AsyncSession, week: Week, *, vanaf: date, gezien: str, door: UUID) -> None:
    """This week holds from a day on. Raises `Past` for a day that is over, `ChangedMeanwhile`."""
    if vanaf < today():
        raise Past
    rows = await _ours(session, gezien)
    row = next((row for row in rows if row.geldig_vanaf == vanaf), None)
    before = row.week if row else None
    if row is None:
        row = Openingstijden(id=new_id(), geldig_vanaf=vanaf, week={})
        session.add(row)
    row.week, row.gewijzigd_op, row.gewijzigd_door = as_json(week), klok.now(), door
    record(
        session,
        "openingstijden.gewijzigd",
        "openingstijden",
        row.id,
        door,
        vanaf=vanaf.isoformat(),
        van=before,
        naar=row.week,
    )


async def withdraw_week(session: AsyncSession, week_id: UUID, *, door: UUID) -> None:
    """A week that does not hold yet never will. Raises `NotFound`, or `Past` when it already holds."""
    row = next((row for row in await queries.weeks_for_update(session) if row.id == week_id), None)
    if row is None:
        raise NotFound("Deze openingstijden staan niet bij uw gemeente.")
    if row.geldig_vanaf <= today():
        raise Past
    record(
        session,
        "openingstijden.ingetrokken",
        "openingstijden",
        row.id,
        door,
        vanaf=row.geldig_vanaf.isoformat(),
        van=row.week,
    )
    await session.delete(row)


async def choose_holidays(session: AsyncSession, jaar: int, dicht: Collection[str], *, door: UUID) -> bool:
    """Closed on exactly these holidays of a year; those that are over stay as they were. False: nothing changed."""
    rows = await session.scalars(select(Feestdagkeuze).where(Feestdagkeuze.jaar == jaar).with_for_update())
    chosen = {row.feestdag: row.dicht for row in rows}
    changed = {}
    for one in feestdagen(jaar):
        wanted = one.code in dicht
        if one.datum >= today() and chosen.get(one.code, one.gewoonlijk_dicht) != wanted:
            changed[one.code] = wanted
    for code, wanted in changed.items():
        values = {"jaar": jaar, "feestdag": code, "dicht": wanted, "gewijzigd_door": door}
        keys = ("jaar", "feestdag")
        statement = insert(Feestdagkeuze).values(values)
        await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))
    if changed:
        record(session, "feestdagen.gewijzigd", "feestdagkeuze", jaar, door, naar=changed)
    return bool(changed)


async def close_on(session: AsyncSession, datum: date, naam: str, *, door: UUID) -> Sluitingsdag:
    """Closed on one more day. Raises `Past` or `DayTaken`."""
    if datum < today():
        raise Past
    await _free(session, datum)
    dag = Sluitingsdag(id=new_id(), datum=datum, naam=naam, vervallen_op=None, gewijzigd_door=door)
    session.add(dag)
    record(session, "sluitingsdag.toegevoegd", "sluitingsdag", dag.id, door, datum=datum.isoformat(), naam=naam)
    return dag


async def open_after_all(session: AsyncSession, sluitingsdag_id: UUID, *, door: UUID) -> Sluitingsdag:
    """Not closed on that day after all. Raises `NotFound` or `Past`."""
    dag = await queries.closing_day_for_update(session, sluitingsdag_id)
    if dag.datum < today():
        raise Past
    if dag.vervallen_op is None:
        dag.vervallen_op = klok.now()
        record(session, "sluitingsdag.vervallen", "sluitingsdag", dag.id, door, datum=dag.datum.isoformat())
    return dag


async def close_again(session: AsyncSession, sluitingsdag_id: UUID, *, door: UUID) -> Sluitingsdag:
    """Closed on that day as it was. Raises `NotFound`, `Past` or `DayTaken`."""
    dag = await queries.closing_day_for_update(session, sluitingsdag_id)
    if dag.datum < today():
        raise Past
    if dag.vervallen_op is not None:
        await _free(session, dag.datum)
        dag.vervallen_op = None
        record(session, "sluitingsdag.teruggezet", "sluitingsdag", dag.id, door, datum=dag.datum.isoformat())
    return dag


async def _ours(session: AsyncSession, gezien: str) -> Sequence[Openingstijden]:
    """Every week, locked, and as whoever fills in the form saw them. The usual week gets its row when it had none."""
    usual = {"id": new_id(), "geldig_vanaf": ALWAYS, "week": as_json(STANDAARD), "gewijzigd_op": klok.now()}
    seen_none = gezien == stand_of([])
    if not await queries.weeks(session):
        await session.execute(insert(Openingstijden).values(usual).on_conflict_do_nothing())
    elif seen_none:
        raise ChangedMeanwhile
    rows = await queries.weeks_for_update(session)
    if not seen_none and stand_of(rows) != gezien:
        raise ChangedMeanwhile
    return rows


async def _free(session: AsyncSession, datum: date) -> None:
    taken = select(Sluitingsdag.naam).where(Sluitingsdag.datum == datum, Sluitingsdag.vervallen_op.is_(None))
    if (naam := await session.scalar(taken)) is not None:
        raise DayTaken(naam)
