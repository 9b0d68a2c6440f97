"""Models and migrations agree, forwards and backwards."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from app.demo.postgres import EmbeddedPostgres
from migrations import histories
from migrations.histories import HISTORIES, History
from tests.tenants import support

pytestmark = pytest.mark.anyio
BOTH = pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)

_SHAPE = text("""
SELECT c.relname, 'column ' || a.attname AS what,
       format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS how
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = to_regnamespace(:schema) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT c.relname, 'constraint ' || k.conname, pg_get_constraintdef(k.oid)
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.connamespace = to_regnamespace(:schema)
   AND k.contype <> 'n'
UNION ALL
SELECT c.relname, 'index ' || i.relname, pg_get_indexdef(i.oid)
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
 WHERE i.relnamespace = to_regnamespace(:schema)
""")


@BOTH
async def test_nothing_is_left_for_autogenerate(server: EmbeddedPostgres, history: History) -> None:
    async with support.login(server.admin_dsn) as connection:
        await connection.run_sync(_schema, "proef")
        await connection.run_sync(histories.upgrade, history)
        assert await connection.run_sync(histories.differences, history) == []


@BOTH
async def test_a_forgotten_migration_is_noticed(server: EmbeddedPostgres, history: History) -> None:
    async with support.login(server.admin_dsn) as connection:
        await connection.run_sync(_schema, "proef")
        await connection.run_sync(histories.upgrade, history)
        table = history.metadata.sorted_tables[0].name
        await connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN vergeten text")
        found = await connection.run_sync(histories.differences, history)
        assert [step[0] for step in found] == ["remove_column"]


@BOTH
async def test_up_down_up(server: EmbeddedPostgres, history: History) -> None:
    async with support.login(server.admin_dsn) as connection:
        await connection.run_sync(_schema, "proef")
        await connection.run_sync(histories.upgrade, history)
        first = await connection.run_sync(_shape, "proef")
        await connection.run_sync(histories.downgrade, history, "base")
        assert await support.things_in(connection, "proef", "r", "S", "v") == ["alembic_version"]
        assert await connection.run_sync(histories.current) is None
        await connection.run_sync(histories.upgrade, history)
        assert await connection.run_sync(_shape, "proef") == first
        assert await connection.run_sync(histories.current) == histories.head(history)


@BOTH
async def test_migrated_equals_made_from_the_models(server: EmbeddedPostgres, history: History) -> None:
    async with support.login(server.admin_dsn) as connection:
        await connection.run_sync(_schema, "proef")
        await connection.run_sync(histories.upgrade, history)
        await connection.exec_driver_sql("DROP TABLE alembic_version")
        migrated = await connection.run_sync(_shape, "proef")
        await connection.run_sync(_schema, "model")
        await connection.run_sync(histories.flat(history.metadata).create_all)
        made = await connection.run_sync(_shape, "model")
        assert set(migrated) == {(*row[:2], row[2].replace("model.", "proef.")) for row in made}
        assert len(migrated) > len(history.metadata.tables)


@BOTH
def test_the_head_file_names_the_head(history: History) -> None:
    assert history.head_file.read_text("utf-8").strip() == histories.head(history)


def _schema(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    connection.exec_driver_sql(f"SET LOCAL search_path TO {name}")


def _shape(connection: Connection, schema: str) -> list[tuple[str, str, str]]:
    rows = connection.execute(_SHAPE, {"schema": schema})
    return sorted((row.relname, row.what, row.how) for row in rows)
