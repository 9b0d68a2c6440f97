"""The two Alembic histories. Run from here, in our process and on the caller's connection: no alembic.ini.

Whoever calls has begun the transaction and set `search_path` to the one schema and the role to its owner; names in
migrations are unqualified, since Alembic's ALTERs know nothing of a translate map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic import autogenerate
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.schema import BLANK_SCHEMA

import app.models  # noqa: F401 - registers every tenant table
import tenants.models  # noqa: F401 - registers every platform table
from app.db import NAMING, PlatformBase, TenantBase

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class History:
    """One line of revisions for one kind of schema."""

    name: str  # platform | tenant
    metadata: MetaData

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    @property
    def head_file(self) -> Path:
        """Holds the newest revision, so that two branches that both add one collide in git."""
        return FOLDER / f".head-{self.name}"


PLATFORM = History("platform", PlatformBase.metadata)
TENANT = History("tenant", TenantBase.metadata)
HISTORIES = {history.name: history for history in (PLATFORM, TENANT)}


def flat(metadata: MetaData) -> MetaData:
    """The same tables without their schema, as a migration sees them."""
    result = MetaData(naming_convention=NAMING)
    for table in metadata.sorted_tables:
        copy = table.to_metadata(result, schema=None, referred_schema_fn=_no_schema)  # type: ignore[arg-type]
        copy.info.clear()  # what we know of a table (retention, personal data) is not in the database
    return result


@cache
def config(history: History) -> Config:
    result = Config()
    result.set_main_option("script_location", str(history.folder))
    result.set_main_option("path_separator", "os")
    result.attributes["history"] = history
    return result


@cache
def scripts(history: History) -> ScriptDirectory:
    return ScriptDirectory.from_config(config(history))


def head(history: History) -> str:
    """The newest revision."""
    revision = scripts(history).get_current_head()
    if revision is None:
        raise LookupError(f"De geschiedenis {history.name} is leeg.")
    return revision


def current(connection: Connection) -> str | None:
    """The revision of the schema on the search_path; None when it has none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, history: History, revision: str = "head") -> None:
    """Bring the schema on the search_path to `revision`. Raises what the database raises."""
    _run(connection, history, scripts(history)._upgrade_revs, revision)


def downgrade(connection: Connection, history: History, revision: str) -> None:
    """Bring the schema on the search_path back to `revision`, or to nothing with `base`."""
    _run(connection, history, scripts(history)._downgrade_revs, revision)


def differences(connection: Connection, history: History) -> list[Any]:
    """What autogenerate would still change on the search_path's schema: empty when models and history agree."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(autogenerate.compare_metadata(context, flat(history.metadata)))


def run_environment(context: Any) -> None:
    """What both env.py files do; `context` is Alembic's module, which has no usable type."""
    history: History = context.config.attributes["history"]
    if context.is_offline_mode():
        context.configure(
            dialect_name="postgresql",
            dialect_opts={"paramstyle": "named"},
            literal_binds=True,
            output_buffer=context.config.attributes["output"],
            transactional_ddl=False,  # whoever runs the text has begun the transaction
        )
        context.run_migrations()
        return
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=flat(history.metadata),
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _run(connection: Connection, history: History, plan: Any, revision: str) -> None:
    def steps(present: Sequence[str], context: MigrationContext) -> Any:
        return plan(revision, present)

    settings, script = config(history), scripts(history)
    settings.attributes["connection"] = connection
    with EnvironmentContext(settings, script, fn=steps, destination_rev=revision):
        script.run_env()


def _no_schema(table: Table, to_schema: Any, constraint: Any, referred_schema: str | None) -> Any:
    return BLANK_SCHEMA
