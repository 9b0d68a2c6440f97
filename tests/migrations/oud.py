"""The statements of an application that knows one revision, against a schema that is further on.

Tables and columns are read from the database at the older revision, as that version's models have them; rows are made
up from types and CHECK constraints. A version writes, reads, changes and deletes by exactly those columns.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    MetaData,
    Table,
    and_,
    delete,
    insert,
    inspect,
    select,
    types,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

MOMENT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


class Version:
    """What one version of the application knows of the schema `name`, read when the schema is at its revision."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.metadata = MetaData(schema=name)
        self.metadata.reflect(connection)
        self.tables = [table for table in self.metadata.sorted_tables if table.name != "alembic_version"]
        inspector = inspect(connection)
        for table in self.tables:
            for check in inspector.get_check_constraints(table.name, schema=name):
                table.append_constraint(CheckConstraint(check["sqltext"], name=check["name"]))
        self.rows: dict[str, dict[str, Any]] = {}

    def works(self, connection: Connection, number: int) -> list[str]:
        """Insert a row everywhere, then read it and change it; a sentence per statement that was refused."""
        refused = [self._try(connection, "INSERT", table, self._insert(table, number)) for table in self.tables]
        refused += [self._try(connection, "UPDATE", table, self._update(table)) for table in self.tables]
        return [one for one in refused if one] + self.reads(connection)

    def reads(self, connection: Connection) -> list[str]:
        """Every column that it knows, and the row that it wrote last among what it finds."""
        refused = []
        for table in self.tables:
            refused.append(self._try(connection, "SELECT", table, select(*table.columns).where(self._own(table))))
        return [one for one in refused if one]

    def clears(self, connection: Connection) -> list[str]:
        """Delete everything, children first."""
        refused = [self._try(connection, "DELETE", table, delete(table)) for table in reversed(self.tables)]
        return [one for one in refused if one]

    def _insert(self, table: Table, number: int) -> Any:
        return insert(table).values(**self._row(table, number))

    def _update(self, table: Table) -> Any:
        return update(table).where(self._own(table)).values(**self.rows[table.name])

    def _own(self, table: Table) -> Any:
        return and_(*(column == self.rows[table.name][column.name] for column in table.primary_key))

    def _row(self, table: Table, number: int) -> dict[str, Any]:
        row = {column.name: self._value(table, column, number) for column in table.columns}
        self.rows[table.name] = row
        return row

    def _value(self, table: Table, column: Column[Any], number: int) -> Any:
        for key in column.foreign_keys:
            return self.rows[key.column.table.name][key.column.name]
        for check in table.constraints:
            if isinstance(check, CheckConstraint) and re.search(rf"\b{column.name}\b", str(check.sqltext)):
                literal = re.search(r"'([^']*)'", str(check.sqltext))
                if literal and isinstance(column.type, types.String):
                    return literal[1]
                least = re.search(rf"\b{column.name} >= (\d+)", str(check.sqltext))
                if least and isinstance(column.type, types.Integer):
                    return int(least[1]) + number
        return made_up(column.type, number)

    def _try(self, connection: Connection, verb: str, table: Table, statement: Any) -> str | None:
        savepoint = connection.begin_nested()
        try:
            done = connection.execute(statement)
            found = len(done.all()) if done.returns_rows else done.rowcount
        except DBAPIError as error:
            savepoint.rollback()
            return f"{verb} {table.name}: {str(error.orig).rpartition('>: ')[2].splitlines()[0]}"
        savepoint.commit()
        return None if found else f"{verb} {table.name}: the row is not there"


def made_up(kind: types.TypeEngine[Any], number: int) -> Any:
    """A value of this type, another for each number."""
    if isinstance(kind, postgresql.ARRAY):
        return []
    if isinstance(kind, types.String):
        return f"{number}"[: kind.length or 9]
    simple: tuple[tuple[type[types.TypeEngine[Any]], Any], ...] = (
        (types.Uuid, UUID(int=number)),
        (types.Boolean, False),
        (types.Integer, number),
        (types.Numeric, Decimal(number)),
        (types.DateTime, MOMENT + timedelta(seconds=number)),
        (types.Date, date(2026, 1, 1) + timedelta(days=number)),
        (types.Time, time(number % 24)),
        (types.LargeBinary, f"{number}".encode()),
        (types.JSON, {}),
    )
    for known, value in simple:
        if isinstance(kind, known):
            return value
    raise LookupError(f"no value for {kind!r}: teach tests/migrations/oud.py")
