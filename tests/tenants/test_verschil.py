"""`kiss tenants diff`: what apply would change, and what is the municipality's own and stays, told apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from app.cli import main
from app.codelijsten.models import Kanaal
from app.connectors.models import Koppeling
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from tenants import admin, verschil
from tenants.manifest import FOLDER, Manifest, read_all
from tests.tenants import support
from tests.tenants.snapshot import snapshot

pytestmark = pytest.mark.anyio
PEOPLE = '[[mensen]]\ngebruikersnaam = "piet.proef"\nnaam = "Piet"\nemail = "p@x.test"\nrol = "agent"\n'


async def diff(*manifests: Manifest) -> list[verschil.Verschil]:
    async with admin.connect() as connection:
        return await verschil.run(connection, manifests)


async def test_before_anything_was_applied_all_would_be_made(server: EmbeddedPostgres, tmp_path: Path) -> None:
    (found,) = await diff(support.manifest(tmp_path, "olst"))
    assert (found.toepassen, found.eigen, found.fout) == (["gemeente wordt gemaakt"], [], None)


async def test_what_was_applied_differs_in_nothing(gemeenten: EmbeddedPostgres) -> None:
    for found in await diff(*read_all(support.DEMO)):
        assert (found.toepassen, found.eigen, found.fout) == ([], [], None), found.slug


async def test_owned_by_the_manifest_and_owned_by_the_municipality(
    gemeenten: EmbeddedPostgres, tmp_path: Path
) -> None:
    with support.environment(PROEF_SLEUTEL="s3-geheim"):
        await support.apply([support.manifest(tmp_path, "raalte", support.KOPPELING + PEOPLE)])
        async with unit_of_work(await support.tenant("raalte")) as session:
            await session.execute(update(Kanaal).where(Kanaal.naam == "Brief").values(naam="Post"))
            await session.execute(update(Koppeling).values(instellingen={"base_url": "https://eigen.test"}))
        changed = support.manifest(tmp_path, "raalte", 'ring = "early"\n' + support.KOPPELING + PEOPLE, host="anders")
        before = await snapshot(gemeenten, "raalte")
        (found,) = await diff(changed)
        assert await snapshot(gemeenten, "raalte") == before, "looking changes nothing"
        assert found.toepassen == ["ring: regular → early", "host weg: raalte.test", "host erbij: anders.test"]
        assert [line.split(":")[0] for line in found.eigen] == [
            "kanalen", "koppeling brp", "koppeling ingebouwd",
        ]  # fmt: skip
        assert "Post" in found.eigen[0]
        assert "https://eigen.test" in found.eigen[1]
        assert "s3-geheim" not in str(found)
        (report,) = await support.apply([changed])
        assert report.changed == found.toepassen, "apply does what diff said"
        (after,) = await diff(changed)
        assert (after.toepassen, after.eigen) == ([], found.eigen)


async def test_a_host_of_somebody_else_is_told(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    await support.apply([support.manifest(tmp_path, "wijhe"), support.manifest(tmp_path, "heino")])
    (found, other) = await diff(
        support.manifest(tmp_path, "heino", host="wijhe"), support.manifest(tmp_path, "wijhe")
    )
    assert (found.fout, found.toepassen) == ("De host wijhe.test is van wijhe.", [])
    assert (other.fout, other.toepassen) == (None, [])


def test_as_a_command(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    support.manifest(tmp_path, "almelo")
    ended = CliRunner().invoke(main, ["tenants", "diff", str(tmp_path)])
    assert (ended.exit_code, ended.output) == (1, "almelo:\n  apply: gemeente wordt gemaakt\n")
    ended = CliRunner().invoke(main, ["tenants", "diff", "--json", str(FOLDER / "zwolle.toml")])
    assert (ended.exit_code, json.loads(ended.stdout)) == (
        0, [{"slug": "zwolle", "toepassen": [], "eigen": [], "fout": None}],
    )  # fmt: skip
