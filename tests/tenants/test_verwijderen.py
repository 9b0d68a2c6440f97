"""What a municipality takes along, and how it leaves: killed at any step it ends the same, and its export stays."""

from __future__ import annotations

import asyncio
import base64
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, text

from app.cli import main
from app.codelijsten.models import Kanaal
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.ids import new_id
from tenants import meenemen
from tenants.context import Tenant
from tests.proof import Proof
from tests.tenants import support
from tests.tenants.killed import Kill, Kiss, forge

STEPS = ("stoppen", "export", "aanmelddienst", "schema", "rollen", "catalogus")
KILLS = (  # the first seven: at every step, and in the middle of the files
    *(Kill("tenants.stappen:_one", number) for number in range(1, 7)),
    Kill("tenants.meenemen:_lines", 9),
    *(Kill("tenants.ledger:audit", number) for number in (1, 3, 4, 5, 6, 7)),  # 2 is the export's own line
    Kill("tenants.meenemen:_last_number", 1),  # all tables written, no manifest yet
)


@pytest.fixture(scope="module")
def new(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    asyncio.run(support.empty(cluster))
    folder = tmp_path_factory.mktemp("manifesten")
    with support.settings_for(cluster, PROEF_SLEUTEL="s3-heel-geheim", KISS_DATA=str(folder / "data")):
        asyncio.run(
            support.apply([support.manifest(folder, "raalte", support.KOPPELING), support.manifest(folder, "olst")])
        )
        yield cluster


@pytest.fixture(scope="module")
def killable(new: EmbeddedPostgres) -> Iterator[Kiss]:
    with forge() as kiss:
        yield kiss


def kiss(*words: str) -> Result:
    return CliRunner().invoke(main, ["tenants", *words])


def in_database(new: EmbeddedPostgres, statement: str) -> list[Any]:
    return answers(new, {"it": statement})["it"]


def answers(new: EmbeddedPostgres, statements: dict[str, str]) -> dict[str, list[Any]]:
    """The first column of each, by name."""

    async def read() -> dict[str, list[Any]]:
        async with support.login(new.superuser_dsn.rsplit("/", 1)[0] + "/kiss") as connection:
            return {
                name: list((await connection.execute(text(statement))).scalars())
                for name, statement in statements.items()
            }

    return asyncio.run(read())


def test_everything_in_open_files_and_nothing_opened(new: EmbeddedPostgres, tmp_path: Path) -> None:
    ended = kiss("export", "raalte", "--naar", str(tmp_path / "uit"), "--json")
    assert ended.exit_code == 0, ended.output
    assert "kanaal: 6 rijen, klaar" in ended.stderr, "progress"
    done = json.loads(ended.stdout)
    folder = Path(done["map"])
    assert folder.parent == tmp_path / "uit"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    manifest = json.loads((folder / "manifest.json").read_text())
    tables = {one["tabel"]: one for one in manifest["bestanden"] if "tabel" in one}
    names = in_database(new, "SELECT tablename FROM pg_tables WHERE schemaname = 't_raalte'")
    assert set(tables) | {"alembic_version"} == set(names)
    for name, one in tables.items():
        lines = (folder / one["bestand"]).read_text().splitlines()
        here = in_database(new, f'SELECT row_to_json(t)::jsonb FROM t_raalte."{name}" t')  # noqa: S608
        assert len(lines) == one["rijen"] == len(here)
        assert (
            sorted(json.loads(line)["naam"] for line in lines) == sorted(row["naam"] for row in here)
            if (name == "kanaal")
            else True
        )
    everything = "".join(path.read_text() for path in folder.iterdir())
    assert "s3-heel-geheim" not in everything, "a secret stays sealed"
    sealed = json.loads((folder / "koppeling.jsonl").read_text().splitlines()[0])["geheimen"]
    assert sealed.startswith("\\x")
    (wrapped,) = in_database(new, "SELECT sleutel FROM platform.gemeente WHERE slug = 'raalte'")
    assert json.loads((folder / "gemeente.json").read_text())["sleutel"] == base64.b64encode(wrapped).decode()
    assert manifest["nummers"] == {"kenmerk_nummer": 1_000_001}
    assert meenemen.verify(folder) == []
    with (folder / "kanaal.jsonl").open("a") as file:
        file.write("\n")
    assert meenemen.verify(folder) == [f"{folder / 'kanaal.jsonl'} ontbreekt of is veranderd."]


def test_large_tables_are_streamed(new: EmbeddedPostgres, tmp_path: Path) -> None:
    async def fill() -> None:
        async with unit_of_work(await support.tenant("olst")) as session:
            rows = [
                {"id": new_id(), "naam": f"Kanaal {n}", "icoon": "mail", "volgorde": n} for n in range(10, 12_010)
            ]
            for first in range(0, len(rows), 1_000):
                await session.execute(insert(Kanaal), rows[first : first + 1_000])
        await support.forget_pool()

    asyncio.run(fill())
    ended = kiss("export", "olst", "--naar", str(tmp_path), "--json")
    assert "kanaal: 10000 rijen\n" in ended.stderr, "it tells how far it is"
    assert json.loads(ended.stdout)["rijen"] > 12_000


def test_what_cannot_be_exported_is_told(new: EmbeddedPostgres, tmp_path: Path) -> None:
    ended = kiss("export", "bestaatniet", "--naar", str(tmp_path))
    assert (ended.exit_code, "bestaat niet" in ended.stderr) == (1, True)
    (tmp_path / "bestand").write_text("")
    ended = kiss("export", "olst", "--naar", str(tmp_path / "bestand"))
    assert (ended.exit_code, "kan niet worden geschreven" in ended.stderr) == (1, True)


def test_removing_asks_for_the_name(new: EmbeddedPostgres) -> None:
    ended = kiss("remove", "raalte", "--bevestig", "olst")
    assert (ended.exit_code, "--bevestig raalte" in ended.stderr) == (1, True)
    ended = kiss("remove", "bestaatniet", "--bevestig", "bestaatniet")
    assert (ended.exit_code, "bestaat niet" in ended.stderr) == (1, True)
    assert in_database(new, "SELECT state FROM platform.gemeente WHERE slug = 'raalte'") == ["actief"]


def left_of(new: EmbeddedPostgres, slug: str) -> dict[str, Any]:
    """Everything that still knows the name, the audit and the steps apart."""
    steps = "SELECT stap || ' ' || state FROM platform.inrichtingsstap WHERE slug = '{0}' ORDER BY 1"
    audit = (
        "SELECT DISTINCT handeling FROM platform.platformaudit WHERE slug = '{0}' AND handeling ~ '^verw' ORDER BY 1"
    )
    queries = {
        "gemeente": "SELECT to_jsonb(g) - 'slug' - 'aangemaakt_op' FROM platform.gemeente g WHERE slug = '{0}'",
        "hosts": "SELECT host FROM platform.host WHERE slug = '{0}'",
        "stand": "SELECT slug FROM platform.migratiestand WHERE slug = '{0}'",
        "rollen": "SELECT rolname FROM pg_roles WHERE rolname IN ('t_{1}', 'o_{1}')",
        "schema": "SELECT nspname FROM pg_namespace WHERE nspname = 't_{1}'",
        "stappen": steps,
        "audit": audit,
    }
    name = slug.replace("-", "_")
    return answers(new, {what: query.format(slug, name) for what, query in queries.items()})


@pytest.mark.proof(
    "tenants-remove", smoke=7, full=70, unit="kills of kiss tenants remove",
    goal="elke keer hetzelfde einde, en een hele export",
)  # fmt: skip
def test_killed_anywhere_and_run_again_it_is_gone_and_the_export_stays(
    new: EmbeddedPostgres, killable: Kiss, proof: Proof, tmp_path: Path
) -> None:
    same = ("--naam", "Gelijk", "--monogram", "Gl")
    assert killable("tenants", "create", "rechtuit", *same).exit == 0
    words = ("--naar", str(tmp_path / "exports"), "--json")
    straight = killable("tenants", "remove", "rechtuit", "--bevestig", "rechtuit", *words)
    assert straight.exit == 0, straight
    assert [one["stap"] for one in straight.json["stappen"]] == list(STEPS)
    gone = left_of(new, "rechtuit")
    assert (gone["hosts"], gone["stand"], gone["rollen"], gone["schema"]) == ([], [], [], [])
    assert (gone["gemeente"][0]["state"], gone["gemeente"][0]["sleutel"]) == ("gestopt", "\\x")
    assert gone["audit"] == sorted(f"verwijderen.{name}" for name in STEPS), "the audit keeps its trace"
    for batch in proof.batches(1):
        slug, kill = f"ronde{batch.first}", KILLS[batch.first % len(KILLS)]
        assert killable("tenants", "create", slug, *same).exit == 0
        killed = killable("tenants", "remove", slug, "--bevestig", slug, *words, kill=kill)
        again = killable("tenants", "remove", slug, "--bevestig", slug, *words)
        exports, left = list((tmp_path / "exports").glob(f"{slug}-*")), left_of(new, slug)
        proof.found(
            [
                *([] if killed.killed else [f"{kill}: not killed, {killed}"]),
                *([] if again.exit == 0 else [f"{kill}: {again}"]),
                *([] if left == gone else [f"{kill}: {left}, not {gone}"]),
                *([] if exports else [f"{kill}: no export"]),
                *(line for folder in exports for line in meenemen.verify(folder)),
                *(f"{kill}: {path} was left" for path in (tmp_path / "exports").glob(f".{slug}-*")),
                *([] if again.json["export"] in map(str, exports) else [f"{kill}: told {again.json['export']}"]),
            ]
        )


def test_nobody_writes_any_more_before_the_export_and_a_lost_export_is_made_anew(
    new: EmbeddedPostgres, killable: Kiss, tmp_path: Path
) -> None:
    async def tenant() -> Tenant:
        found = await support.tenant("raalte")
        await support.forget_pool()
        return found

    async def write(found: Tenant) -> str:
        try:
            async with unit_of_work(found) as session:
                await session.execute(insert(Kanaal).values(id=new_id(), naam="Te laat", icoon="mail", volgorde=99))
        except Exception as error:
            return str(error)
        finally:
            await support.forget_pool()
        return "geschreven"

    raalte = asyncio.run(tenant())
    words = ("remove", "raalte", "--bevestig", "raalte", "--naar", str(tmp_path))
    assert killable("tenants", *words, kill=Kill("tenants.stappen:_one", 1)).killed
    assert "permission denied" in asyncio.run(write(raalte)), (
        "stopped is stopped, for a process that does not know yet"
    )
    assert killable("tenants", *words, kill=Kill("tenants.stappen:_one", 3)).killed
    (lost,) = tmp_path.glob("raalte-*")
    (lost / "kanaal.jsonl").unlink()
    ended = kiss(*words, "--json")
    assert ended.exit_code == 0, ended.output
    kept = json.loads(ended.stdout)["export"]
    assert kept != str(lost)
    assert meenemen.verify(Path(kept)) == []
    again = kiss(*words, "--json")
    assert (again.exit_code, json.loads(again.stdout)["export"]) == (0, kept), "once more is no harm"
    ended = kiss("create", "raalte")
    assert (ended.exit_code, "wordt niet opnieuw gebruikt" in ended.stderr) == (1, True)
    assert json.loads(CliRunner().invoke(main, ["keys", "rewrap", "--json"]).stdout)
