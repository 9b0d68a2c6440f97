"""Bases, engine, unit of work. The only file that commits."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import cache
from typing import Any

import asyncpg
from litestar.di import NamedDependency
from sqlalchemy import Connection, DateTime, MetaData, bindparam, event, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from app.grenzen.plaatsen import place
from app.settings import settings
from tenants.context import Tenant, require

STATEMENT_TIMEOUT = "2s"
LOCK_TIMEOUT = "2s"
IDLE_TIMEOUT = "10s"
RESTED = 0.2  # seconds; no PostgreSQL starts again in less
MOST_TENANTS = 50  # municipalities per connection, about a MiB of catalogue each
_MET = "kiss_tenants"  # which ones, in what the pool knows of a connection; gone with it

# Names for constraints, so that a migration can drop what another one made.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
TYPES: dict[Any, Any] = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}


class TenantBase(DeclarativeBase):
    """Tables of one municipality. `tenant` is a token: without a translate map SQL fails instead of leaking."""

    metadata = MetaData(schema="tenant", naming_convention=NAMING)
    type_annotation_map = TYPES


class PlatformBase(DeclarativeBase):
    """Tables of the platform: which municipalities there are, nothing of their citizens."""

    metadata = MetaData(schema="platform", naming_convention=NAMING)
    type_annotation_map = TYPES


class TenantSession(Session):
    """Assumes the tenant's role at the start of every transaction."""


class PlatformSession(Session):
    """Assumes the platform's role at the start of every transaction."""


# One statement, all transaction-local: a pooler in transaction mode can never hand the state to another tenant.
_ASSUME = select(
    *(
        func.set_config(name, bindparam(key), True)
        for name, key in (
            ("role", "role"),
            ("search_path", "search_path"),
            ("statement_timeout", "statement_timeout"),
            ("lock_timeout", "lock_timeout"),
            ("idle_in_transaction_session_timeout", "idle_timeout"),
            ("app.tenant", "tenant"),
        )
    )
)
SETUP_MARK = "kiss_setup"  # execution option by which the statement counter knows tenant set-up


def assume(connection: Connection, *, role: str, tenant: str) -> None:
    connection.execute(
        _ASSUME,
        {
            "role": role,
            "search_path": "",
            "statement_timeout": STATEMENT_TIMEOUT,
            "lock_timeout": LOCK_TIMEOUT,
            "idle_timeout": IDLE_TIMEOUT,
            "tenant": tenant,
        },
        execution_options={SETUP_MARK: True},
    )


@event.listens_for(TenantSession, "after_begin")
def _assume_tenant(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    tenant = require(session.info.get("tenant"))
    connection.info.setdefault(_MET, set()).add(tenant.slug)
    assume(connection, role=tenant.role, tenant=tenant.slug)


@event.listens_for(PlatformSession, "after_begin")
def _assume_platform(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    assume(connection, role="kiss_platform", tenant="")


def _let_go_of_one_that_met_many(driver: object, record: ConnectionPoolEntry) -> None:
    """A server process keeps the catalogue of every schema that it met. After `MOST_TENANTS` the next one who asks
    for this connection gets a new one in its place."""
    if len(record.info.get(_MET, ())) >= MOST_TENANTS:
        record.invalidate(soft=True)


def async_url(url: str) -> str:
    return "postgresql+asyncpg://" + url.split("://", 1)[1]


@cache
def engine() -> AsyncEngine:
    """The application's pool. Small and recycled: memory per connection grows with the tenants it met."""
    config = settings()
    made = create_async_engine(
        async_url(config.database_url.get_secret_value()),
        pool_size=config.database_pool,
        max_overflow=0,
        pool_recycle=900,
        pool_timeout=5,
        hide_parameters=True,  # an error ends in the log, and values of a statement may be a citizen's
        json_serializer=lambda value: json.dumps(value, default=str),
        connect_args=_connect_args(pooler=config.database_pooler),
    )
    _ping_after_rest(made)
    event.listen(made.sync_engine, "checkin", _let_go_of_one_that_met_many)
    return made


def _ping_after_rest(made: AsyncEngine) -> None:
    """Ask a connection that lay still whether it is there; one that was used just now needs no question.

    SQLAlchemy's own `pool_pre_ping` asks each time, in three round trips: as many as a transaction of one query has
    besides. A server that went away in less time is met by the statement itself: the answer is then "try again", and
    the pool throws its other connections away.
    """
    engine = made.sync_engine

    def came_back(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["since"] = time.monotonic()

    def goes_out(connection: Any, record: ConnectionPoolEntry, __: Any) -> None:
        since = record.info.get("since")  # nothing: made just now
        if since is None or time.monotonic() - since < RESTED:
            return
        if not engine.dialect._do_ping_w_event(connection):
            raise InvalidatePoolError

    event.listen(engine, "checkin", came_back)
    event.listen(engine, "checkout", goes_out)


def _connect_args(*, pooler: bool) -> dict[str, Any]:
    arguments: dict[str, Any] = {"timeout": 5, "server_settings": {"application_name": "kiss"}}
    if pooler:  # the next transaction has another server behind it: only the unnamed statement, made anew each time
        arguments |= {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": lambda: "",
        }
    return arguments


@cache
def direct_engine() -> AsyncEngine:
    """Past a pooler, for what one connection has to hold on to; without one it is the same database address."""
    config = settings()
    url = config.database_direct_url or config.database_url
    return create_async_engine(
        async_url(url.get_secret_value()), poolclass=NullPool, hide_parameters=True, connect_args={"timeout": 5}
    )


def pool_in_use() -> int:
    """Connections of this process that are handed out now."""
    pool = engine().pool
    return pool.checkedout() if isinstance(pool, QueuePool) else 0


# How it shows that the database is gone, starting, or has no connection left. asyncpg's own errors while connecting
# come through as they are; SQLAlchemy wraps those of a statement.
UNREACHABLE: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
)

# SQLSTATE (PostgreSQL errors, appendix A) of a statement that waited too long for what somebody else holds, was too
# slow, or had to give way.
_HELD_UP = ("57014", "55P03", "40001", "40P01")
# And of a database that cannot go on for now: no connection, no memory or disk, shutting down, input/output error.
_FOR_NOW = ("08", "53", "57P", "58030", *_HELD_UP)


def is_for_now(error: BaseException) -> bool:
    """Whether the same may succeed a moment later: the database's trouble, not a defect of ours."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, UNREACHABLE) or sqlstate(error).startswith(_FOR_NOW)
    return isinstance(error, UNREACHABLE)


def is_held_up(error: BaseException) -> bool:
    """Whether the database is there, but others were in the way: the same may be asked again at once."""
    return isinstance(error, PoolTimeout) or sqlstate(error) in _HELD_UP


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of what went wrong; empty when it never got to say."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


After = Callable[[], Awaitable[None]]


def after_commit(session: AsyncSession, effect: After) -> None:
    """Run `effect` once this unit of work has been committed; never when it rolled back."""
    session.info["after"].append(effect)


@asynccontextmanager
async def unit_of_work(tenant: Tenant | None) -> AsyncIterator[AsyncSession]:
    """One request or job, one tenant, one transaction. Effects leave only after the commit.

    Raises `NoTenant` before any SQL when no tenant is given, `Druk` when the municipality holds all its places.
    """
    tenant = require(tenant)
    session = AsyncSession(
        engine(),
        sync_session_class=TenantSession,
        expire_on_commit=False,
        execution_options={"schema_translate_map": {"tenant": tenant.schema}},
        info={"tenant": tenant, "after": []},
    )
    async with place(tenant), session, session.begin():
        yield session
    for effect in session.info["after"]:
        await effect()


@asynccontextmanager
async def platform_unit_of_work() -> AsyncIterator[AsyncSession]:
    """One transaction on the platform's own tables."""
    session = AsyncSession(engine(), sync_session_class=PlatformSession, expire_on_commit=False, info={"after": []})
    async with session, session.begin():
        yield session
    for effect in session.info["after"]:
        await effect()


async def provide_session(tenant: NamedDependency[Tenant]) -> AsyncGenerator[AsyncSession, None]:
    """The one generator dependency of a request: commits before the response leaves, rolls back on an error."""
    async with unit_of_work(tenant) as session:
        yield session


def tenant_of(session: AsyncSession) -> Tenant:
    tenant: Tenant = session.info["tenant"]
    return tenant


@asynccontextmanager
async def leader(name: str) -> AsyncIterator[Callable[[], Awaitable[bool]] | None]:
    """Be the only one with this name in the whole database, or None when another is.

    Gives a question "am I still?", since a lost connection loses the lock. On a direct connection: behind a pooler
    in transaction mode a session's lock does not hold.
    """
    key = zlib.crc32(name.encode()) - 2**31
    async with direct_engine().connect() as connection:
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        if not await connection.scalar(select(func.pg_try_advisory_lock(key, 0))):
            yield None
            return

        async def still() -> bool:
            try:
                return bool(await connection.scalar(select(1)))
            except DBAPIError:
                return False

        try:
            yield still
        finally:
            with suppress(DBAPIError):
                await connection.execute(select(func.pg_advisory_unlock(key, 0)))
