"""The runner is killed among eight municipalities, or one of them is held: it is run again, and all is well."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, text

from app.cli import main
from app.demo.postgres import EmbeddedPostgres
from migrations import histories
from tenants import admin
from tests.proof import Proof
from tests.tenants import support
from tests.tenants.killed import Kill, Kiss, forge

SLUGS = ("almelo", "borne", "dalfsen", "hardenberg", "olst", "raalte", "staphorst", "wierden")
EARLY = ("dalfsen", "wierden")
HEAD = histories.head(histories.TENANT)
BEFORE_HEAD = str(histories.scripts(histories.TENANT).get_revision(HEAD).down_revision)  # type: ignore[union-attr]
# Where it is killed, and how many are done at the n-th pass. Within a transaction: tables changed, grants changed,
# the ledger written (which begins each one too). And between two of them. The first pass is the platform's own.
MOMENTS = {
    "tenants.migrate:upgrade": lambda at: at - 2,
    "tenants.grants:apply": lambda at: at - 2,
    "tenants.ledger:note": lambda at: (at - 1) // 2,
    "tenants.migrate:one": lambda at: at,
}


@pytest.fixture(scope="module")
def eight(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    asyncio.run(support.empty(cluster))
    folder = tmp_path_factory.mktemp("manifesten")
    with support.settings_for(cluster):
        rings = {slug: 'ring = "early"\n' if slug in EARLY else "" for slug in SLUGS}
        asyncio.run(support.apply([support.manifest(folder, slug, ring) for slug, ring in rings.items()]))
        yield cluster


@pytest.fixture(scope="module")
def killable(eight: EmbeddedPostgres) -> Iterator[Kiss]:
    with forge() as kiss:
        yield kiss


def kiss(*words: str) -> Result:
    return CliRunner().invoke(main, ["tenants", *words])


def all_behind() -> None:
    """Everybody one revision back, as after a new version came."""

    def back(connection: Connection, slug: str) -> None:
        with admin.acting_as(connection, f"o_{slug}", f"t_{slug}"):
            if histories.current(connection) == HEAD:
                histories.downgrade(connection, histories.TENANT, BEFORE_HEAD)

    async def run() -> None:
        async with admin.connect() as connection:
            for slug in SLUGS:
                async with connection.begin():
                    await connection.run_sync(back, slug)

    asyncio.run(run())


def standing(eight: EmbeddedPostgres) -> dict[str, dict[str, Any]]:
    """The ledger, and the revision that each schema says itself."""

    async def read() -> dict[str, dict[str, Any]]:
        async with support.login(eight.superuser_dsn.rsplit("/", 1)[0] + "/kiss") as connection:
            rows = (await connection.execute(text("SELECT * FROM platform.migratiestand"))).mappings().all()
            found = {row["slug"]: dict(row) for row in rows}
            for slug, row in found.items():
                query = f'SELECT version_num FROM "t_{slug}".alembic_version'  # noqa: S608
                row["zelf"] = (await connection.exec_driver_sql(query)).scalar_one()
            return found

    return asyncio.run(read())


@pytest.mark.proof(
    "tenants-migrate", smoke=4, full=50, unit="kills of kiss tenants migrate", goal="elke keer hetzelfde einde"
)
def test_killed_in_the_middle_it_goes_on(eight: EmbeddedPostgres, killable: Kiss, proof: Proof) -> None:
    for batch in proof.batches(1):
        chance = random.Random(batch.seed)
        function = list(MOMENTS)[batch.first % len(MOMENTS)]
        kill = Kill(function, chance.randint(2, len(SLUGS)))
        all_behind()
        killed = killable("tenants", "migrate", kill=kill)
        halfway = standing(eight)
        again = killable("tenants", "migrate", "--json")
        after = standing(eight)
        done = {slug for slug, row in halfway.items() if row["zelf"] == HEAD}
        proof.found(
            [
                *([] if killed.killed else [f"{kill}: not killed, {killed}"]),
                *([] if len(done) == MOMENTS[function](kill.at) else [f"{kill}: {done} were done"]),
                *([] if again.exit == 0 else [f"{kill}: {again}"]),
                *(f"{kill}: {slug} is at {row}" for slug, row in after.items() if row["zelf"] != HEAD),
                *(f"{kill}: {slug} is {row}" for slug, row in after.items() if row["state"] != "gelukt"),
                *(f"{kill}: {slug} was done twice" for slug in done & {one["slug"] for one in again.json}),
            ]
        )
    assert asyncio.run(support.problems()) == {}, "tables, grants and owners are as those of the template"


def test_by_ring_and_one_that_is_held_is_marked_and_passed_by(
    eight: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, killable: Kiss
) -> None:
    """Another session works in borne: borne loses its turn, the exit status says so, and the next run is enough."""

    async def held() -> Result:
        async with support.login(eight.superuser_dsn.rsplit("/", 1)[0] + "/kiss") as somebody:
            await somebody.exec_driver_sql("LOCK TABLE t_borne.alembic_version IN ACCESS EXCLUSIVE MODE")
            return await asyncio.to_thread(kiss, "migrate", "--json")

    monkeypatch.setattr(admin, "LOCK_TIMEOUT", "100ms")
    all_behind()
    ended = asyncio.run(held())
    assert ended.exit_code == 1
    outcomes = json.loads(ended.stdout)
    assert [one["slug"] for one in outcomes] == [
        "platform", *EARLY, *(slug for slug in SLUGS if slug not in EARLY),
    ]  # fmt: skip
    assert [one["slug"] for one in outcomes if not one["gelukt"]] == ["borne"]
    row = standing(eight)["borne"]
    assert (row["state"], row["zelf"], "bezet" in row["fout"]) == ("mislukt", BEFORE_HEAD, True)
    assert any("De laatste migratie mislukte" in line for line in asyncio.run(support.problems("borne"))["borne"])
    ended = kiss("migrate", "--json")
    assert (ended.exit_code, [one["slug"] for one in json.loads(ended.stdout)]) == (0, ["platform", "borne"])
    assert asyncio.run(support.problems()) == {}


def test_a_template_that_fails_stops_before_anybody(eight: EmbeddedPostgres, tmp_path: Path) -> None:
    before = standing(eight)
    superuser = "UPDATE t_sjabloon.alembic_version SET version_num = '{}'"
    asyncio.run(
        support.as_superuser(eight, superuser.format(BEFORE_HEAD))
    )  # its tables are there: the revision cannot run
    ended = kiss("migrate")
    assert ended.exit_code == 1
    assert standing(eight) == before
    asyncio.run(support.as_superuser(eight, superuser.format(HEAD)))
    assert kiss("migrate").exit_code == 0
