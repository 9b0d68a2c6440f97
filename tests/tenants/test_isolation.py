"""What each role may do, asked of the database itself, for both municipalities and every table and sequence."""

# ruff: noqa: S608 - the statements name tables of the catalogue
from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import app.models
from app.demo.postgres import EmbeddedPostgres
from migrations import histories
from tests.tenants import support

pytestmark = pytest.mark.anyio
PAIRS = pytest.mark.parametrize(("own", "other"), [("deventer", "zwolle"), ("zwolle", "deventer")])
DENIED = "42501"
TABLES_OF_THE_PLATFORM = [table.name for table in histories.PLATFORM.metadata.sorted_tables]
APPEND_ONLY = {table.name for table in histories.TENANT.metadata.sorted_tables if table.info.get("append_only")}


async def sqlstate(connection: AsyncConnection, statement: str) -> str | None:
    """The error of one statement, which never leaves a trace; None when it was allowed."""
    savepoint = await connection.begin_nested()
    try:
        await connection.exec_driver_sql(statement)
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", error))
    else:
        return None
    finally:
        await savepoint.rollback()


def attempts(schema: str, table: str, column: str) -> dict[str, str]:
    name = f'"{schema}"."{table}"'
    return {
        "SELECT": f"SELECT 1 FROM {name} LIMIT 1",
        "INSERT": f"INSERT INTO {name} SELECT * FROM {name} WHERE false",
        "UPDATE": f'UPDATE {name} SET "{column}" = NULL WHERE false',
        "DELETE": f"DELETE FROM {name} WHERE false",
        "TRUNCATE": f"TRUNCATE {name}",
        "LOCK": f"LOCK {name} IN ACCESS EXCLUSIVE MODE",
    }


async def matrix(connection: AsyncConnection, schema: str) -> dict[tuple[str, str], str | None]:
    """Every attempt on every table and sequence of a schema, with its error."""
    found: dict[tuple[str, str], str | None] = {}
    columns = await connection.execute(
        text(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1"
            " WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = :schema) AND c.relkind = 'r'"
        ),
        {"schema": schema},
    )
    for table, column in columns.all():
        for what, statement in attempts(schema, table, column).items():
            found[table, what] = await sqlstate(connection, statement)
    for sequence in await support.things_in(connection, schema, "S"):
        for what, statement in {
            "nextval": f'SELECT nextval(\'"{schema}"."{sequence}"\')',
            "setval": f'SELECT setval(\'"{schema}"."{sequence}"\', 1)',
            "SELECT": f'SELECT last_value FROM "{schema}"."{sequence}"',
        }.items():
            found[sequence, what] = await sqlstate(connection, statement)
    return found


@PAIRS
async def test_nothing_of_another_municipality_is_allowed(gemeenten: EmbeddedPostgres, own: str, other: str) -> None:
    async with support.login(gemeenten.app_dsn, role=f"t_{own}") as connection:
        found = await matrix(connection, f"t_{other}")
    assert {key: state for key, state in found.items() if state != DENIED} == {}
    assert {table for table, _ in found} == {table.__tablename__ for table in app.models.TABLES} | {
        "alembic_version",
        "kenmerk_nummer",
    }


@PAIRS
async def test_of_its_own_exactly_what_the_models_say(gemeenten: EmbeddedPostgres, own: str, other: str) -> None:
    async with support.login(gemeenten.app_dsn, role=f"t_{own}") as connection:
        found = await matrix(connection, f"t_{own}")
    allowed = {key for key, state in found.items() if state != DENIED}
    expected = {("kenmerk_nummer", "nextval")}
    for table in app.models.TABLES:
        name = table.__tablename__
        rights = ("SELECT", "INSERT") if name in APPEND_ONLY else ("SELECT", "INSERT", "UPDATE", "DELETE")
        expected |= {(name, right) for right in rights}
        if name not in APPEND_ONLY:
            expected.add((name, "LOCK"))  # who may UPDATE or DELETE may lock
    assert allowed == expected
    assert {"auditregel", "verwerking"} <= APPEND_ONLY


@pytest.mark.parametrize("role", [None, "kiss_platform"])
async def test_the_login_and_the_platform_role_see_no_municipality(
    gemeenten: EmbeddedPostgres, role: str | None
) -> None:
    async with support.login(gemeenten.app_dsn, role=role) as connection:
        found = await matrix(connection, "t_deventer")
    assert {key: state for key, state in found.items() if state != DENIED} == {}


async def test_the_platform_role_reads_the_catalogue_and_nobody_else_does(gemeenten: EmbeddedPostgres) -> None:
    async with support.login(gemeenten.app_dsn, role="kiss_platform") as connection:
        found = await matrix(connection, "platform")
    allowed = {key for key, state in found.items() if state != DENIED}
    assert allowed == {(name, "SELECT") for name in TABLES_OF_THE_PLATFORM}
    for role in (None, "t_deventer"):
        async with support.login(gemeenten.app_dsn, role=role) as connection:
            assert set((await matrix(connection, "platform")).values()) == {DENIED}


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE o_deventer",
        "SET ROLE o_platform",
        "SET ROLE kiss_migrator",
        "CREATE TEMP TABLE x (a int)",
        "CREATE TABLE public.x (a int)",
        "CREATE TABLE t_deventer.x (a int)",
        "CREATE SCHEMA x",
        "CREATE ROLE x",
        "GRANT t_zwolle TO t_deventer",
        "ALTER TABLE t_deventer.kanaal ADD COLUMN x text",
        "DROP TABLE t_deventer.auditregel",
    ],
)
async def test_the_application_makes_and_hands_out_nothing(gemeenten: EmbeddedPostgres, statement: str) -> None:
    for role in (None, "t_deventer", "kiss_platform"):
        async with support.login(gemeenten.app_dsn, role=role) as connection:
            assert await sqlstate(connection, statement) == DENIED, role


async def test_statistics_of_another_municipality_stay_hidden(gemeenten: EmbeddedPostgres) -> None:
    await support.as_superuser(gemeenten, "ANALYZE t_zwolle.lidmaatschap")
    async with support.login(gemeenten.app_dsn, role="t_deventer") as connection:
        rows = await connection.exec_driver_sql("SELECT 1 FROM pg_stats WHERE schemaname = 't_zwolle'")
        assert rows.all() == []
    async with support.login(gemeenten.app_dsn, role="t_zwolle") as connection:
        rows = await connection.exec_driver_sql("SELECT 1 FROM pg_stats WHERE schemaname = 't_zwolle'")
        assert rows.all() != []


async def test_nothing_in_a_schema_refers_outside_it(gemeenten: EmbeddedPostgres) -> None:
    async with support.login(gemeenten.superuser_dsn) as connection:
        crossing = await connection.exec_driver_sql(
            "SELECT k.conname FROM pg_constraint k JOIN pg_class a ON a.oid = k.conrelid"
            " JOIN pg_class b ON b.oid = k.confrelid"
            " WHERE k.contype = 'f' AND a.relnamespace <> b.relnamespace"
        )
        assert crossing.scalars().all() == []
        inside = await connection.exec_driver_sql(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
            " AND connamespace = (SELECT oid FROM pg_namespace WHERE nspname = 't_deventer')"
        )
        assert inside.scalar_one() > 5
        others = await connection.exec_driver_sql(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname ~ '^(t_|platform)' AND c.relkind IN ('v', 'm', 'f')"
            " UNION ALL SELECT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname ~ '^(t_|platform)'"
        )
        assert others.all() == []
