"""Reads of the logs and their seals, always in parts that end in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, and_, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import Auditregel
from app.verwerkingen.models import Verwerking
from app.zegels.keten import Hoofd, Zegelrij
from app.zegels.models import Log, Zegel, Zegelhoofd
from app.zegels.regel import KOLOMMEN, NIEUWSTE, encoded

TABELLEN: dict[str, Table] = {
    Log.AUDIT: Auditregel.__table__,  # type: ignore[dict-item]
    Log.VERWERKING: Verwerking.__table__,  # type: ignore[dict-item]
}
TERUGBLIK = timedelta(hours=1)  # how much later than its moment a row may arrive to be found by every round
DEEL = 5_000  # rows per statement of a check


def columns(log: str, versie: int = NIEUWSTE) -> list[ColumnElement[Any]]:
    """The columns that a seal covers, in their order; JSON as text, digit for digit."""
    table = TABELLEN[log]
    found = [table.c[name] for name in KOLOMMEN[log, versie]]
    return [cast(column, Text) if isinstance(column.type, JSONB) else column for column in found]


def _has_no_seal(log: str) -> ColumnElement[bool]:
    table = TABELLEN[log]
    return ~select(1).where(Zegel.log == log, Zegel.rij_id == table.c.id).correlate(table).exists()


async def last_head(session: AsyncSession, log: str) -> Zegelhoofd | None:
    query = select(Zegelhoofd).where(Zegelhoofd.log == log).order_by(Zegelhoofd.nummer.desc()).limit(1)
    return (await session.scalars(query)).one_or_none()


async def last_seal(session: AsyncSession, log: str) -> Zegel | None:
    query = select(Zegel).where(Zegel.log == log).order_by(Zegel.nummer.desc()).limit(1)
    return (await session.scalars(query)).one_or_none()


async def last_numbers(session: AsyncSession, log: str) -> tuple[int, int]:
    """The last number of `zegel` and of `zegelhoofd`, seen at one moment; 0 when there is none."""
    seal = select(func.coalesce(func.max(Zegel.nummer), 0)).where(Zegel.log == log).scalar_subquery()
    head = select(func.coalesce(func.max(Zegelhoofd.nummer), 0)).where(Zegelhoofd.log == log).scalar_subquery()
    row = (await session.execute(select(seal, head))).one()
    return row[0], row[1]


async def waiting(session: AsyncSession, log: str, head: Zegelhoofd | None, *, limit: int) -> Sequence[Any]:
    """Rows without a seal from an hour before what the last head covers, oldest first, as `columns` gives them."""
    table = TABELLEN[log]
    query = select(*columns(log)).where(_has_no_seal(log)).order_by(table.c.moment, table.c.id).limit(limit)
    if head:
        query = query.where(table.c.moment >= head.dekt_tot - TERUGBLIK)
    return (await session.execute(query)).all()


async def rows_by_id(session: AsyncSession, log: str, ids: Sequence[UUID]) -> Sequence[Any]:
    """Those of `ids` that have no seal yet, as `columns` gives them."""
    table = TABELLEN[log]
    query = select(*columns(log)).where(table.c.id.in_(ids), _has_no_seal(log)).order_by(table.c.moment, table.c.id)
    return (await session.execute(query)).all()


async def oldest_waiting(session: AsyncSession, log: str) -> datetime | None:
    """The moment of the oldest row that every round would find; None when all are sealed."""
    table = TABELLEN[log]
    query = select(func.min(table.c.moment)).where(_has_no_seal(log))
    if head := await last_head(session, log):
        query = query.where(table.c.moment >= head.dekt_tot - TERUGBLIK)
    oldest: datetime | None = await session.scalar(query)
    return oldest


async def unsealed_among(
    session: AsyncSession, log: str, after: UUID | None
) -> tuple[list[tuple[UUID, datetime]], UUID | None]:
    """The rows without a seal among the next `DEEL` rows by id, and the id to go on from; None at the end."""
    table = TABELLEN[log]
    part = select(table.c.id, table.c.moment).order_by(table.c.id).limit(DEEL)
    if after:
        part = part.where(table.c.id > after)
    ids = part.subquery()
    joined = ids.outerjoin(Zegel, and_(Zegel.log == log, Zegel.rij_id == ids.c.id))
    rows = (await session.execute(select(ids.c.id, ids.c.moment, Zegel.nummer).select_from(joined))).all()
    last = max((row.id for row in rows), default=None)
    return [(row.id, row.moment) for row in rows if row.nummer is None], last if len(rows) == DEEL else None


async def heads(session: AsyncSession, log: str) -> list[Hoofd]:
    """Every signed head of one log, by number."""
    query = select(Zegelhoofd).where(Zegelhoofd.log == log).order_by(Zegelhoofd.nummer)
    return [as_head(row) async for row in await session.stream_scalars(query)]


def as_head(row: Zegelhoofd) -> Hoofd:
    return Hoofd(
        row.log,
        row.nummer,
        row.hash,
        row.moment,
        row.dekt_tot,
        row.vorige_nummer,
        row.vorige,
        row.sleutel,
        row.handtekening,
    )


async def sealed_rows(session: AsyncSession, log: str, after: int | None) -> list[Zegelrij]:
    """The next `DEEL` seals by number with the rows they seal."""
    table = TABELLEN[log]
    query = (
        select(Zegel.nummer, Zegel.rij_id, Zegel.hash, Zegel.merk, Zegel.versie, *columns(log))
        .outerjoin(table, table.c.id == Zegel.rij_id)
        .where(Zegel.log == log)
        .order_by(Zegel.nummer)
        .limit(DEEL)
    )
    if after is not None:
        query = query.where(Zegel.nummer > after)
    return [_sealed(log, row) for row in await session.execute(query)]


def _sealed(log: str, row: Any) -> Zegelrij:
    nummer, rij_id, hash_, merk, versie, *values = row
    regel = encoded(log, versie, values) if values[0] is not None else None
    return Zegelrij(nummer, rij_id, hash_, merk, regel, values[1])
