"""`kiss tenants …` as an operator and a script use it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.demo.postgres import EmbeddedPostgres
from migrations import histories
from tests.tenants import support


def kiss(*words: str) -> Result:
    return CliRunner().invoke(main, ["tenants", *words])


@pytest.fixture(scope="module")
def new(cluster: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """As `server`, for tests without a running event loop: the commands bring their own."""
    asyncio.run(support.empty(cluster))
    with support.settings_for(cluster):
        yield cluster


@pytest.fixture(scope="module")
def applied(new: EmbeddedPostgres) -> EmbeddedPostgres:
    """As an operator does it the first time, in a process of its own."""
    ended = subprocess.run(
        [Path(sys.executable).parent / "kiss", "tenants", "apply", *support.DEMO, "--json"],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert [(row["slug"], row["created"]) for row in json.loads(ended.stdout)] == [
        ("deventer", True),
        ("zwolle", True),
    ]
    return new


def test_before_the_first_apply_nothing_breaks(new: EmbeddedPostgres) -> None:
    assert "Er zijn nog geen gemeenten" in kiss("list").output
    ended = kiss("show", "deventer")
    assert (ended.exit_code, "bestaat niet" in ended.output) == (1, True)
    ended = kiss("check", "--json")
    assert ended.exit_code == 1
    assert json.loads(ended.stdout)[0]["slug"] == "platform"


def test_list_show_check_migrate(applied: EmbeddedPostgres) -> None:
    assert [row["slug"] for row in json.loads(kiss("list", "--json").stdout)] == ["deventer", "zwolle"]
    assert "zwolle.localhost" in kiss("list").output
    found = json.loads(kiss("show", "deventer", "--json").stdout)
    assert (found["revisie"], found["hosts"]) == (histories.head(histories.TENANT), ["deventer.localhost"])
    assert [(row["slug"], row["actief"]) for row in found["koppelingen"]] == [("brp", True), ("open-klant", True)]
    assert "oefen-brp" not in kiss("show", "deventer").output
    ended = kiss("check")
    assert (ended.exit_code, ended.output) == (0, "platform: in orde\ndeventer: in orde\nzwolle: in orde\n")
    assert json.loads(kiss("migrate", "--json").stdout)[0]["slug"] == "platform"
    assert "nieuwste revisie" in kiss("migrate").output


def test_apply_of_one_file_and_again(applied: EmbeddedPostgres, tmp_path: Path) -> None:
    support.manifest(tmp_path, "raalte")
    ended = kiss("apply", str(tmp_path / "raalte.toml"))
    assert (ended.exit_code, ended.output) == (0, "raalte: aangemaakt\n")
    assert kiss("apply", str(tmp_path)).output == "raalte: was al zoals het manifest zegt\n"
    (report,) = json.loads(kiss("apply", str(tmp_path), "--json").stdout)
    assert report == {"slug": "raalte", "created": False, "changed": [], "koppelingen_uit": [], "fout": None}


def test_what_is_wrong_ends_with_one_and_a_sentence(applied: EmbeddedPostgres, tmp_path: Path) -> None:
    (tmp_path / "olst.toml").write_text('naam = "Olst"\n')
    ended = kiss("apply", str(tmp_path), "--json")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "olst.toml: hosts ontbreekt." in ended.stderr
    support.manifest(tmp_path, "olst", host="deventer")
    text = (tmp_path / "olst.toml").read_text().replace("deventer.test", "deventer.localhost")
    (tmp_path / "olst.toml").write_text(text)
    ended = kiss("apply", str(tmp_path))
    assert ended.exit_code == 1
    assert "olst: niet toegepast. De host deventer.localhost is van deventer." in ended.stderr
    with support.environment(DATABASE_ADMIN_URL=None):
        ended = kiss("list")
    assert (ended.exit_code, "DATABASE_ADMIN_URL" in ended.stderr) == (1, True)
    with support.environment(DATABASE_ADMIN_URL="postgresql://x:y@127.0.0.1:1/kiss"):
        ended = kiss("list")
    assert (ended.exit_code, "De database is niet bereikbaar" in ended.stderr) == (1, True)
    assert "x:y" not in ended.output


def test_check_ends_with_one(applied: EmbeddedPostgres) -> None:
    with support.environment(DATABASE_ADMIN_URL=applied.superuser_dsn.rsplit("/", 1)[0] + "/kiss"):
        ended = kiss("check")
    # Another login than the migrator: whoever else may become an owner is told.
    assert ended.exit_code == 1
    assert "De rol kiss_migrator mag o_deventer aannemen." in ended.output
