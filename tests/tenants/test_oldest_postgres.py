"""The same on PostgreSQL 15, where memberships have no options of their own and CREATEROLE may do more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.demo.postgres import EmbeddedPostgres
from tests.tenants import support
from tests.tenants.test_isolation import DENIED, matrix

DEBIAN = Path("/usr/lib/postgresql/15/bin/postgres")
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not DEBIAN.exists(), reason="PostgreSQL 15 van Debian staat niet op deze machine"),
]


class Oldest(EmbeddedPostgres):
    """Asks for version 15, also where a newer one is at hand."""

    def _major_of_data(self) -> int | None:
        return 15


@pytest.fixture(scope="module")
async def oldest(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedPostgres]:
    server = Oldest(tmp_path_factory.mktemp("oudste"), fast=True)
    try:
        server.start()
        with support.settings_for(server):
            yield server
            await support.forget_pool()
    finally:
        server.remove()


async def test_apply_check_and_the_role_matrix(oldest: EmbeddedPostgres) -> None:
    assert [(report.slug, report.fout) for report in await support.apply_demo()] == [
        ("deventer", None),
        ("zwolle", None),
    ]
    assert [report.changed for report in await support.apply_demo()] == [[], []]
    assert await support.problems() == {}
    for role, schema in (("t_deventer", "t_zwolle"), ("t_zwolle", "t_deventer"), (None, "t_zwolle")):
        async with support.login(oldest.app_dsn, role=role) as connection:
            assert set((await matrix(connection, schema)).values()) == {DENIED}
    async with support.login(oldest.app_dsn, role="t_zwolle") as connection:
        assert None in (await matrix(connection, "t_zwolle")).values()


async def test_drift_is_seen(oldest: EmbeddedPostgres) -> None:
    await support.apply_demo()
    for by_hand, told in (
        ("GRANT t_deventer TO t_zwolle", "De rol t_zwolle mag t_deventer aannemen."),
        ("ALTER ROLE kiss_app INHERIT", "De rol kiss_app is niet NOINHERIT."),
        ("GRANT SELECT ON t_deventer.kanaal TO t_zwolle", "te veel: SELECT op table kanaal voor t_zwolle"),
    ):
        await support.as_superuser(oldest, by_hand)
        assert any(told in line for lines in (await support.problems()).values() for line in lines)
