"""One place gives sessions and ends transactions; everything else only works inside one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.conventions.tree import Source, allows, bites, calls, holds, imported

# Files that own a transaction, and why. `app/db.py` is the only one for the tables of a municipality.
OWNERS = {
    "app/db.py": "unit_of_work and platform_unit_of_work",
    "tenants/": "control plane: DDL, roles and migrations run as the admin login, one transaction per tenant",
    "migrations/": "Alembic's own environment",
    "app/demo/": "makes the cluster, its logins and its databases before there is an application",
}
ENDS = ("commit", "rollback", "begin", "begin_twophase")
MAKERS = ("create_async_engine", "create_engine", "async_sessionmaker", "sessionmaker", "AsyncSession", "Session")


def only_db_commits(source: Source) -> Iterator[str]:
    if source.under(*OWNERS):
        return
    own = _own_modules(source)
    for node, name in calls(source):
        receiver, dot, last = name.rpartition(".")
        if dot and last in ENDS and receiver not in own:
            yield (
                f"{source.at(node)}: `{name}()` begins or ends a transaction; only app/db.py does. Raise to "
                "roll back, `flush` to get an id."
            )


def _own_modules(source: Source) -> set[str]:
    """Names under which a file knows modules of ours: `inloggen.begin()` begins a sign-in, not a transaction."""
    return {name.rpartition(".")[2] for _, name in imported(source) if name.startswith(("app.", "tenants."))}


def only_db_makes_sessions(source: Source) -> Iterator[str]:
    if source.under(*OWNERS):
        return
    for node, name in calls(source):
        if name.rpartition(".")[2] in MAKERS:
            yield (
                f"{source.at(node)}: `{name}(…)` makes a session or engine of its own; take it from "
                "`unit_of_work(tenant)` or by injection."
            )
    for line, name in imported(source):
        if name.split(".")[0] in ("asyncpg", "psycopg", "psycopg2"):
            yield f"{source.at(line)}: `{name}` talks to PostgreSQL beside the unit of work, without tenant or role."


def no_raw_sql(source: Source) -> Iterator[str]:
    if source.under(*OWNERS):
        return
    for node, name in calls(source):
        last = name.rpartition(".")[2]
        if last in ("exec_driver_sql", "TextClause") or (last == "text" and _imports_text(source)):
            yield (
                f"{source.at(node)}: `{name}(…)` is raw SQL: the schema map does not reach it. Use tables; raw "
                "SQL stands in migrations/ and tenants/."
            )


def _imports_text(source: Source) -> bool:
    names = {name for _, name in imported(source)}
    sqlalchemy_whole = any(isinstance(node, ast.Import) for node, name in imported(source) if name == "sqlalchemy")
    return sqlalchemy_whole or bool(
        names & {"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"}
    )


def test_only_db_commits() -> None:
    holds(only_db_commits, "app", "tenants")


def test_only_db_makes_sessions() -> None:
    holds(only_db_makes_sessions, "app", "tenants")


def test_no_raw_sql_on_tenant_tables() -> None:
    holds(no_raw_sql, "app")


def test_the_rules_bite() -> None:
    bites(only_db_commits, "async def save(session):\n    await session.commit()\n", "app/gesprekken/service.py")
    bites(only_db_commits, "async def save(session):\n    async with session.begin():\n        ...\n", "app/x.py")
    bites(
        only_db_makes_sessions,
        "from sqlalchemy.ext.asyncio import AsyncSession\ns = AsyncSession(engine)\n",
        "app/x.py",
    )
    bites(
        only_db_commits,
        "from app.db import engine\nasync def f():\n    async with engine().begin():\n        ...\n",
        "app/x.py",
    )
    bites(only_db_makes_sessions, "import asyncpg\n", "app/x.py")
    bites(no_raw_sql, "from sqlalchemy import text\nq = text('select 1')\n", "app/x.py")
    bites(no_raw_sql, "import sqlalchemy as sa\nq = sa.text('select 1')\n", "app/x.py")


def test_the_rules_leave_good_code_alone() -> None:
    allows(
        only_db_commits,
        "async def save(session):\n    async with session.begin_nested():\n        await session.flush()\n",
        "app/x.py",
    )
    allows(
        only_db_commits,
        "async def unit_of_work(session):\n    async with session.begin():\n        yield\n",
        "app/db.py",
    )
    allows(only_db_commits, "from app.auth import inloggen\nasync def f():\n    await inloggen.begin()\n", "app/x.py")
    allows(no_raw_sql, "def text(x): ...\ny = text('not SQL')\n", "app/x.py")
