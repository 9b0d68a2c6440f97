"""Sealing every value of a municipality anew under its present data key: in small batches, resumed after any stop.

Which columns there are is what the models declare (`app.privacy.sealed`); which values wait is what they begin with,
so no progress is kept anywhere. A batch locks its rows, and whoever works meanwhile waits for a batch at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, and_, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

import app.models  # noqa: F401  # registers every table of a municipality
from app import geheimen
from app.db import TenantBase, unit_of_work
from tenants.context import Tenant

BATCH = 200


@dataclass(frozen=True, slots=True)
class Verzegeld:
    """One column that holds sealed values."""

    table: Table
    column: Column[Any]
    context: str
    row: str

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    def waiting(self, tenant: Tenant) -> Any:
        """The condition for values that are not sealed under the present key."""
        begins = func.substr(self.column, 1, 3, type_=LargeBinary)
        return and_(self.column.is_not(None), begins != geheimen.header(tenant))

    def anew(self, tenant: Tenant, row: Any) -> bytes:
        """The value of this row under the present key. Raises `CannotOpen`."""
        names = {name: _as_text(value) for name, value in row._mapping.items()}
        context, place = self.context.format_map(names), self.row.format_map(names)
        value = geheimen.unseal(tenant, context, row._mapping[self.column.name], row=place)
        return geheimen.seal(tenant, context, value, row=place)


def columns() -> Iterator[Verzegeld]:
    """Every sealed column, by what the models declare."""
    for table in TenantBase.metadata.sorted_tables:
        for column in table.columns:
            if "verzegeld" in column.info:
                context, row = column.info["verzegeld"]
                yield Verzegeld(table, column, context, row)


async def waiting(tenant: Tenant) -> dict[str, int]:
    """How many values per column are not yet under the present key; columns without any are left out."""
    counts = {}
    async with unit_of_work(tenant) as session:
        for one in columns():
            counts[one.name] = await session.scalar(select(func.count()).where(one.waiting(tenant))) or 0
    return {name: count for name, count in counts.items() if count}


async def seal_anew(tenant: Tenant, one: Verzegeld) -> tuple[int, int]:
    """One pass over a column; gives how many were sealed anew and how many nobody can open.

    Rows that somebody else holds are left for the next pass.
    """
    done, unreadable, after = 0, 0, None
    while True:
        async with unit_of_work(tenant) as session:
            rows = (await session.execute(_batch(tenant, one, after))).all()
            for row in rows:
                fresh = await _one(session, tenant, one, row)
                done, unreadable = done + fresh, unreadable + (not fresh)
        if len(rows) < BATCH:
            return done, unreadable
        after = tuple(rows[-1]._mapping[key.name] for key in one.table.primary_key)


async def _one(session: AsyncSession, tenant: Tenant, one: Verzegeld, row: Any) -> bool:
    try:
        value = one.anew(tenant, row)
    except geheimen.CannotOpen:
        return False
    here = [key == row._mapping[key.name] for key in one.table.primary_key]
    await session.execute(update(one.table).where(*here).values({one.column.name: value}))
    return True


def _batch(tenant: Tenant, one: Verzegeld, after: tuple[Any, ...] | None) -> Any:
    keys = list(one.table.primary_key)
    query = select(one.table).where(one.waiting(tenant)).order_by(*keys).limit(BATCH)
    if after is not None:
        query = query.where(tuple_(*keys) > after)
    return query.with_for_update(skip_locked=True)


def _as_text(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
