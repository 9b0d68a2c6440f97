"""Reads of both logs for the privacy officer: newest first, by keyset, never all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import Auditregel
from app.auth.models import Lidmaatschap
from app.errors import NotFound
from app.logboeken.filters import Filter, Plek
from app.verwerkingen.models import Verwerking
from app.zegels.models import Log, Zegel, Zegelcontrole

BLAD = 50  # lines of a page
GETELD = 1_000  # counting goes no further

Regel = Auditregel | Verwerking
Model = type[Auditregel] | type[Verwerking]


async def page(
    session: AsyncSession, asked: Filter, *, subject: bytes | None = None, limit: int = BLAD
) -> tuple[Sequence[Any], Plek | None]:
    """The lines of one page, newest first, and where the next begins; None when this is the last."""
    model = _model(asked.log)
    query: Select[Any] = select(model).where(*_conditions(asked, subject))
    query = query.order_by(model.moment.desc(), model.id.desc())
    if asked.na:
        query = query.where(tuple_(model.moment, model.id) < tuple_(asked.na.moment, asked.na.id))
    rows = (await session.scalars(query.limit(limit + 1))).all()
    more = len(rows) > limit
    return rows[:limit], Plek(rows[limit - 1].moment, rows[limit - 1].id) if more else None


async def count(session: AsyncSession, asked: Filter, *, subject: bytes | None = None) -> int:
    """How many lines answer to this; `GETELD` + 1 means more than that."""
    some = select(1).select_from(_model(asked.log)).where(*_conditions(asked, subject)).limit(GETELD + 1)
    return await session.scalar(select(func.count()).select_from(some.subquery())) or 0


async def line(session: AsyncSession, log: Log, rij_id: UUID) -> tuple[Any, int | None]:
    """One line with the number of its seal, None while it has none. Raises `NotFound`."""
    model = _model(log)
    query = select(model, Zegel.nummer).outerjoin(Zegel, (Zegel.log == log) & (Zegel.rij_id == model.id))
    row = (await session.execute(query.where(model.id == rij_id))).one_or_none()
    if row is None:
        raise NotFound("Deze regel staat niet in het logboek van uw gemeente.")
    return row[0], row[1]


async def names(session: AsyncSession) -> dict[UUID, str]:
    """Everybody who is or was a medewerker here, by name."""
    rows = await session.execute(select(Lidmaatschap.id, Lidmaatschap.naam).order_by(Lidmaatschap.naam))
    return {row.id: row.naam for row in rows}


async def handelingen(session: AsyncSession) -> list[str]:
    """Every kind of act in the audit log: one step in the index for each, however long the log is."""
    first = select(func.min(Auditregel.handeling).label("handeling")).cte(recursive=True)
    following = (
        select(func.min(Auditregel.handeling))
        .where(Auditregel.handeling > first.c.handeling)
        .correlate(first)
        .scalar_subquery()
    )
    steps = first.union_all(select(following).where(first.c.handeling.is_not(None)))
    return [name for name in await session.scalars(select(steps.c.handeling)) if name is not None]


async def latest_checks(session: AsyncSession) -> dict[str, Zegelcontrole]:
    """The newest check of each log, by its name."""
    query = (
        select(Zegelcontrole)
        .ext(distinct_on(Zegelcontrole.log))
        .order_by(Zegelcontrole.log, Zegelcontrole.moment.desc(), Zegelcontrole.id.desc())
    )
    return {row.log: row for row in await session.scalars(query)}


def _model(log: Log) -> Model:
    return Auditregel if log is Log.AUDIT else Verwerking


def _conditions(asked: Filter, subject: bytes | None) -> list[ColumnElement[bool]]:
    model = _model(asked.log)
    found: list[ColumnElement[bool]] = []
    if asked.begin:
        found.append(model.moment >= asked.begin)
    if asked.einde:
        found.append(model.moment < asked.einde)
    if asked.medewerker:
        found.append(model.medewerker_id == asked.medewerker)
    if issubclass(model, Verwerking):
        found += [model.activiteit == asked.wat] if asked.wat else []
        found += [model.gesprek_id == asked.gesprek] if asked.gesprek else []
        found += [model.subject_hmac == subject] if subject else []
    else:
        found += [model.handeling == asked.wat] if asked.wat else []
        found += [model.object_id == str(asked.gesprek)] if asked.gesprek else []
    return found
