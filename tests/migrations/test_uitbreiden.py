"""While a new version comes up the old one still runs: what each revision knew keeps working on the next one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy import Connection

from app.demo.postgres import EmbeddedPostgres
from migrations import histories
from migrations.histories import HISTORIES, History
from tests.migrations.oud import Version
from tests.tenants import support

pytestmark = pytest.mark.anyio
PAIRS = [
    (history, old, new)
    for history in HISTORIES.values()
    for old, new in pairwise(one.revision for one in reversed(list(histories.scripts(history).walk_revisions())))
]


def expanded(connection: Connection, history: History, old: str, new: str | None) -> Version:
    """The schema `proef` at `new` (or still at `old`), with what the version of `old` wrote before, and knows."""
    connection.exec_driver_sql("CREATE SCHEMA proef")
    connection.exec_driver_sql("SET LOCAL search_path TO proef")
    histories.upgrade(connection, history, old)
    version = Version(connection, "proef")
    assert version.works(connection, 1) == []
    if new:
        histories.upgrade(connection, history, new)
    return version


@pytest.mark.parametrize(("history", "old", "new"), PAIRS, ids=[f"{one.name}-{new}" for one, _, new in PAIRS])
async def test_the_version_before_works_on_it(
    server: EmbeddedPostgres, count: Callable[[str, int], None], history: History, old: str, new: str
) -> None:
    async with support.login(server.admin_dsn) as connection:
        version = await connection.run_sync(expanded, history, old, new)
        assert len(version.tables) >= (4 if history is histories.PLATFORM else 14)
        assert await connection.run_sync(version.reads) == [], "what it wrote before is still there"
        assert await connection.run_sync(version.clears) == []
        assert await connection.run_sync(version.works, 1) == []
        count("tables of N-1 used on N", len(version.tables))


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ("ALTER TABLE kanaal ADD verplicht text NOT NULL DEFAULT ''; ALTER TABLE kanaal ALTER verplicht DROP DEFAULT",
         "INSERT kanaal: null value"),
        ("ALTER TABLE kanaal RENAME COLUMN icoon TO plaatje", "SELECT kanaal: column kanaal.icoon does not exist"),
        ("ALTER TABLE kanaal ADD CONSTRAINT strenger CHECK (volgorde < 2)", "INSERT kanaal: new row"),
        ("ALTER TABLE kanaal DROP COLUMN volgorde", "UPDATE kanaal: column"),
        ("DROP TABLE mail CASCADE", "SELECT mail: relation"),
    ],
)  # fmt: skip
async def test_what_would_break_it_is_noticed(server: EmbeddedPostgres, change: str, refused: str) -> None:
    async with support.login(server.admin_dsn) as connection:
        version = await connection.run_sync(expanded, histories.TENANT, histories.head(histories.TENANT), None)
        for statement in change.split("; "):
            await connection.exec_driver_sql(statement)
        found = await connection.run_sync(version.works, 2)
        assert any(line.startswith(refused) for line in found), found
