"""Changing a code list. Rows are never deleted: one that goes is out of use, and contacts keep its id and its name.

There is always one left to choose, also when two people take the last two away at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.service import record
from app.codelijsten import queries
from app.codelijsten.lijsten import Lijst, Regel
from app.codelijsten.models import Codenaam, Kanaal
from app.errors import Conflict, NotFound
from app.ids import new_id

MOST = 100  # rows of one list, with those out of use


class LastOne(Conflict):
    """Nothing would be left to choose."""

    titel = "Er moet er één overblijven"

    def __init__(self, lijst: Lijst, naam: str) -> None:
        super().__init__(f"{naam} is de laatste in de lijst. Voeg eerst {lijst.een} toe, of zet er een terug.")


class NameTaken(Conflict):
    """Another row is called this."""

    titel = "Die naam is er al"

    def __init__(self, naam: str, *, vervallen: bool) -> None:
        how = "maar is niet meer in gebruik. Zet die terug" if vervallen else "al in deze lijst. Kies een andere naam"
        super().__init__(f"{naam} staat {how}.")


class ListFull(Conflict):
    titel = "De lijst is vol"

    def __init__(self) -> None:
        super().__init__(f"Er staan {MOST} regels in deze lijst, en meer kunnen er niet in.")


class ChangedMeanwhile(Conflict):
    """What the form was filled in against is not how it is now."""

    def __init__(self, naam: str) -> None:
        super().__init__(f"Iemand anders veranderde intussen {naam}. Kijk hoe het nu is, en kies opnieuw.")


def stand_of(regel: Regel) -> str:
    """What a form was filled in against, to be sent along with it."""
    said = f"{regel.naam}\n{_extra(regel)}\n{regel.vervallen_op is None}"
    return sha256(said.encode()).hexdigest()[:16]


async def add(session: AsyncSession, lijst: Lijst, *, naam: str, extra: dict[str, Any], door: UUID) -> Regel:
    """A row at the end of the list. Raises `NameTaken` or `ListFull`."""
    rows = await queries.whole_for_update(session, lijst)
    _free(rows, naam)
    if len(rows) >= MOST:
        raise ListFull
    regel = lijst.tabel(id=new_id(), naam=naam, volgorde=_end(rows), vervallen_op=None, **extra)
    session.add(regel)
    record(session, f"{lijst.soort}.toegevoegd", lijst.soort, regel.id, door, naam=naam)
    return regel


async def change(
    session: AsyncSession, lijst: Lijst, regel_id: UUID, *, naam: str, extra: dict[str, Any], gezien: str, door: UUID
) -> Regel:
    """Another name, icon or meaning; the id stays. Raises `NotFound`, `ChangedMeanwhile` or `NameTaken`."""
    rows = await queries.whole_for_update(session, lijst)
    regel = _one(rows, regel_id)
    if gezien != stand_of(regel):
        raise ChangedMeanwhile(regel.naam)
    _free(rows, naam, but=regel)
    before, after = {"naam": regel.naam} | _extra(regel), {"naam": naam} | extra
    if before == after:
        return regel
    if naam != regel.naam:
        session.add(
            Codenaam(id=new_id(), lijst=lijst.soort, regel_id=regel.id, naam=regel.naam, tot=klok.now(), door=door)
        )
    for field, value in after.items():
        setattr(regel, field, value)
    record(session, f"{lijst.soort}.gewijzigd", lijst.soort, regel.id, door, van=before, naar=after)
    return regel


async def move(session: AsyncSession, lijst: Lijst, regel_id: UUID, *, omhoog: bool, door: UUID) -> Regel:
    """One place up or down among those in use; at the end of the list nothing happens. Raises `NotFound`."""
    rows = await queries.whole_for_update(session, lijst)
    regel = _one(rows, regel_id)
    in_use = [row for row in rows if row.vervallen_op is None]
    if regel not in in_use:
        raise NotFound("Deze regel is niet meer in gebruik.")
    at = in_use.index(regel)
    to = at - 1 if omhoog else at + 1
    if 0 <= to < len(in_use):
        in_use.insert(to, in_use.pop(at))
        for number, row in enumerate(in_use, start=1):
            row.volgorde = number
        record(session, f"{lijst.soort}.verplaatst", lijst.soort, regel.id, door, plaats=to + 1)
    return regel


async def end(session: AsyncSession, lijst: Lijst, regel_id: UUID, *, door: UUID) -> Regel:
    """Nobody chooses it any more, from now on. Raises `NotFound` or `LastOne`."""
    rows = await queries.whole_for_update(session, lijst)
    regel = _one(rows, regel_id)
    if regel.vervallen_op is None:
        if sum(row.vervallen_op is None for row in rows) == 1:
            raise LastOne(lijst, regel.naam)
        regel.vervallen_op = klok.now()
        record(session, f"{lijst.soort}.vervallen", lijst.soort, regel.id, door)
    return regel


async def restore(session: AsyncSession, lijst: Lijst, regel_id: UUID, *, door: UUID) -> Regel:
    """It can be chosen again, at the end of the list. Raises `NotFound`."""
    rows = await queries.whole_for_update(session, lijst)
    regel = _one(rows, regel_id)
    if regel.vervallen_op is not None:
        regel.vervallen_op = None
        regel.volgorde = _end(rows)
        record(session, f"{lijst.soort}.teruggezet", lijst.soort, regel.id, door)
    return regel


def _one(rows: Sequence[Regel], regel_id: UUID) -> Regel:
    found = next((row for row in rows if row.id == regel_id), None)
    if found is None:
        raise NotFound("Deze regel staat niet in de lijst van uw gemeente.")
    return found


def _free(rows: Sequence[Regel], naam: str, but: Regel | None = None) -> None:
    """Names differ by more than capitals: people could not tell them apart in a list."""
    other = next((row for row in rows if row is not but and row.naam.casefold() == naam.casefold()), None)
    if other is not None:
        raise NameTaken(other.naam, vervallen=other.vervallen_op is not None)


def _end(rows: Sequence[Regel]) -> int:
    return max((row.volgorde for row in rows if row.vervallen_op is None), default=0) + 1


def _extra(regel: Regel) -> dict[str, Any]:
    return {"icoon": regel.icoon} if isinstance(regel, Kanaal) else {"gelukt": regel.gelukt}
