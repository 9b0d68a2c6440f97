"""The connection that may make roles, schemas and tables (DATABASE_ADMIN_URL). Only commands open it, never the web.

Alembic is synchronous, so everything in `tenants` that works on this connection is an ordinary function over
`Connection`; the commands run it with `AsyncConnection.run_sync`.
"""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, NullPool, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app.db import async_url
from app.settings import settings
from tenants.context import Tenant

LOCK_TIMEOUT = "4s"  # a migration that has to wait longer gives way to the people who work, and is run again
STATEMENT_TIMEOUT = "60s"


class NoAdmin(RuntimeError):
    """There is no connection with the right to make schemas."""


@asynccontextmanager
async def connect() -> AsyncIterator[AsyncConnection]:
    """One connection as the migrator; the caller begins a transaction per tenant. Raises `NoAdmin`."""
    url = settings().database_admin_url
    if url is None:
        raise NoAdmin("Zet DATABASE_ADMIN_URL: dit commando maakt schema's en rollen, en dat mag de applicatie niet.")
    # No prepared statements are kept: the same text means another table after a change of search_path.
    engine = create_async_engine(
        async_url(url.get_secret_value()),
        poolclass=NullPool,
        connect_args={
            "timeout": 10,
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "server_settings": {"application_name": "kiss tenants"},
        },
    )
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def app_role() -> str:
    """The role by which the application logs in: kiss_app, unless DATABASE_URL names another."""
    return make_url(settings().database_url.get_secret_value()).username or "kiss_app"


def actor() -> str:
    """Who gave the command, for the audit."""
    return f"kiss tenants ({getpass.getuser()})"[:100]


def quoted(name: str) -> str:
    """`name` as an SQL identifier. Names come from validated slugs; the quoting holds even if one did not."""
    if not name or "\0" in name or len(name.encode()) > 63:
        raise ValueError(f"{name!r} is geen naam voor de database.")
    return '"' + name.replace('"', '""') + '"'


def ddl(connection: Connection, statement: str) -> None:
    """Run one statement that takes no parameters; every name in it went through `quoted`."""
    connection.exec_driver_sql(statement)


@contextmanager
def acting_as(connection: Connection, role: str, schema: str) -> Iterator[Connection]:
    """Until the block or the transaction ends: this role, this schema, and limits on locks and statements."""
    before = _local(connection, role=role, search_path=quoted(schema))
    yield connection
    # After an error the transaction is rolled back and takes these settings along.
    _local(connection, **before)


def execute(connection: Connection, tenant: Tenant, statement: Executable, rows: Any = None) -> CursorResult[Any]:
    """Run a statement on this tenant's tables; `tenant.…` stands for its schema, in this statement only."""
    return connection.execute(statement, rows, execution_options={"schema_translate_map": {"tenant": tenant.schema}})


def _local(connection: Connection, *, role: str, search_path: str) -> dict[str, str]:
    previous = connection.execute(
        select(func.current_setting("role").label("role"), func.current_setting("search_path").label("search_path"))
    ).one()
    values: dict[str, Any] = {
        "role": role,
        "search_path": search_path,
        "lock_timeout": LOCK_TIMEOUT,
        "statement_timeout": STATEMENT_TIMEOUT,
    }
    connection.execute(select(*(func.set_config(name, value, True) for name, value in values.items())))
    return {"role": previous.role, "search_path": previous.search_path}
