"""A municipality made from the pre-rendered SQL equals one that was migrated, revision by revision."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.demo.postgres import EmbeddedPostgres
from migrations import catalogus, histories, sjabloon
from tenants import admin, grants, migrate, roles
from tenants.context import Tenant
from tests.tenants import support

pytestmark = pytest.mark.anyio


def test_the_text_is_fresh() -> None:
    assert sjabloon.kept() == sjabloon.fresh(), "run `python -m migrations.sjabloon` and look at what it changed"


def lines(connection: Connection, tenant: Tenant) -> frozenset[str]:
    return catalogus.lines(connection, tenant.schema, role=tenant.role, owner=tenant.owner_role)


async def compared(slug: str, other: Tenant | None = None) -> list[str]:
    tenant = await support.tenant(slug)
    async with admin.connect() as connection, connection.begin():
        found = await connection.run_sync(lines, tenant)
        wanted = await connection.run_sync(lines, other or migrate.TEMPLATE)
    assert len(wanted) > 20 * 14, "all tables, with all of their columns, constraints and grants"
    return catalogus.differences(found, wanted)


async def test_a_cloned_municipality_equals_the_migrated_template(gemeenten: EmbeddedPostgres) -> None:
    assert await compared("deventer") == []
    assert await compared("zwolle", await support.tenant("deventer")) == []


async def test_and_one_that_was_migrated_from_the_first_revision(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    def first(connection: Connection) -> None:
        roles.ensure_tenant(connection, olst)
        with admin.acting_as(connection, olst.owner_role, olst.schema):
            histories.upgrade(connection, histories.TENANT, "0001")

    olst = Tenant("olst", "Olst", (), migrate.TEMPLATE.ring, "#000000", "Ol")
    async with admin.connect() as connection, connection.begin():
        await connection.run_sync(first)
    (report,) = await support.apply([support.manifest(tmp_path, "olst")])
    assert f"schema van 0001 naar {histories.head(histories.TENANT)}" in report.changed
    assert await compared("olst") == []


async def test_a_text_of_an_older_revision_still_ends_at_head(
    gemeenten: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = sjabloon.rendered(histories.TENANT, None, "0002")
    monkeypatch.setattr(sjabloon, "kept", lambda: old)
    await support.apply([support.manifest(tmp_path, "raalte")])
    assert await compared("raalte") == []


async def test_what_differs_is_told(gemeenten: EmbeddedPostgres) -> None:
    await support.as_superuser(
        gemeenten,
        "ALTER TABLE t_deventer.kanaal ADD COLUMN met_de_hand text",
        "ALTER TABLE t_deventer.vraag ALTER COLUMN notitie DROP NOT NULL",
        "DROP INDEX t_deventer.ix_aflevering_state",
        "GRANT SELECT ON t_deventer.kanaal TO PUBLIC",
    )
    found = await compared("deventer")
    assert {line.partition(": ")[2].split(" ")[0] for line in found} == {"column", "index", "grant"}
    told = (await support.problems("deventer"))["deventer"]
    assert any("kanaal.met_de_hand" in line and "wijkt af van het sjabloon, te veel" in line for line in told)
    assert sum("PUBLIC" in line for line in told) == 1, "a grant is told once, as a grant"


async def test_nobody_works_in_the_template(gemeenten: EmbeddedPostgres) -> None:
    template = migrate.TEMPLATE
    async with support.login(gemeenten.admin_dsn) as connection:
        assert "app" not in str(await connection.run_sync(roles._members, template.role))
        assert await connection.run_sync(migrate.revision, template) == histories.head(histories.TENANT)
        expected = await connection.run_sync(grants.drift, grants.tenant_scope(template))
    assert expected == []
