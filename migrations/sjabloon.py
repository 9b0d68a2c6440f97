"""The tables of a new municipality as one SQL text, rendered from the history: `python -m migrations.sjabloon`.

Making a municipality runs that text in one go instead of every revision ever written. Its last line is the revision
it stops at, so an older text does no harm: what came later is migrated after it. `tests/migrations` (in `make check`)
see that it is fresh, and that what it makes equals what the revisions make.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from migrations import histories
from migrations.histories import FOLDER, TENANT, History

FILE = FOLDER / "tenant" / "sjabloon.sql"
_HEAD = """\
-- Rendered from the revisions by `python -m migrations.sjabloon`; do not edit. The search_path is the new schema.

"""


def rendered(history: History, start: str | None = None, end: str = "head") -> str:
    """SQL that brings an empty schema, or one at `start`, to `end`; without BEGIN and COMMIT."""
    out = io.StringIO()
    script = histories.scripts(history)

    def steps(present: Sequence[str], context: MigrationContext) -> Any:
        return script._upgrade_revs(end, present)

    settings = histories.config(history)
    settings.attributes["output"] = out
    with EnvironmentContext(settings, script, fn=steps, as_sql=True, starting_rev=start, destination_rev=end):
        script.run_env()
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines()) + "\n"


@cache
def kept() -> str:
    """The text as it stands in the repository."""
    return FILE.read_text("utf-8")


def fresh() -> str:
    """The text as it should stand there."""
    return _HEAD + rendered(TENANT)


def is_untouched(connection: Connection) -> bool:
    """Whether the schema on the search_path has never had a table of ours."""
    return connection.execute(text("SELECT to_regclass('alembic_version') IS NULL")).scalar_one() is True


def make(connection: Connection) -> None:
    """Run the text in the caller's transaction, on an untouched schema. Raises asyncpg's errors as they are."""
    sql = kept()
    connection.execute(text("SELECT 1"))  # from here the driver's own transaction is open
    connection.connection.run_async(lambda driver: driver.execute(sql))  # type: ignore[attr-defined]


def main() -> None:
    FILE.write_text(fresh(), "utf-8")


if __name__ == "__main__":
    main()
