"""`kiss demo` as a whole: nothing is left behind, data stay, a second one is refused, parts come back."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from app.demo import place
from app.demo.supervisor import MANIFESTS
from tests.demo.run import LIGHT, Run
from tests.report import PROJECT

pytestmark = pytest.mark.anyio
FOUNDERS = sorted(path.stem for path in MANIFESTS.glob("*.toml"))  # all show up, unless somebody asks for fewer


async def row(run: Run, query: str) -> object:
    environment = json.loads((run.data / "omgeving.json").read_text("utf-8"))
    connection = await asyncpg.connect(environment["DATABASE_ADMIN_URL"])
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_stop_signal_leaves_nothing(run: Run, number: signal.Signals) -> None:
    run.start()
    assert len(run.alive()) >= 3
    assert run.signal(number) == 0
    assert run.alive() == []
    assert run.status() == {}


async def test_the_next_start_keeps_the_data_and_fresh_starts_over(run: Run) -> None:
    first = run.start()
    await row(run, "CREATE TABLE bewaard AS SELECT 7 AS getal")
    assert run.kiss("demo", "stop").returncode == 0
    assert run.alive() == []

    again = run.start()
    assert await row(run, "SELECT getal FROM bewaard") == 7
    assert again["ports"] == first["ports"]
    run.signal(signal.SIGTERM)

    run.start("--fresh")
    assert await row(run, "SELECT to_regclass('bewaard')") is None


def test_after_kill_9_the_next_start_leaves_one_set(run: Run) -> None:
    pids = run.start(without=[name for name in LIGHT if name != "identity"])["pids"]
    assert run.signal(signal.SIGKILL) == -signal.SIGKILL
    again = run.start(without=[name for name in LIGHT if name != "identity"])["pids"]
    assert set(again) == {"postgres", "valkey", "identity"}
    assert not set(pids.values()) & set(again.values())
    for name in ("valkey-server", "server.mjs"):
        assert len([line for line in run.alive() if name in line]) == 1, run.alive()


def test_what_kill_9_left_is_stopped_also_without_help_of_the_kernel(run: Run, tmp_path: Path) -> None:
    """As on macOS, where children do not hear that their parent died."""
    pids = run.start()["pids"]
    orphan = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], env=run.env, start_new_session=True
    )
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        run.signal(signal.SIGKILL)
        _add_child(run.data, "orphan", psutil.Process(orphan.pid), created=0)
        _add_child(run.data, "stranger", psutil.Process(stranger.pid), created=-100)
        run.start()
        assert orphan.wait(10) == -signal.SIGTERM
        assert stranger.poll() is None, "a process with another start time is not ours"
        assert not [line for line in run.alive() if line.split()[0] in {str(pid) for pid in pids.values()}]
    finally:
        for process in (orphan, stranger):
            process.kill()
            process.wait()


def test_stop_finishes_what_kill_9_left(run: Run) -> None:
    run.start()
    run.signal(signal.SIGKILL)
    assert run.kiss("demo", "stop").returncode == 0
    assert run.alive() == []


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One running demo for the tests that only look at it."""
    run = Run(tmp_path_factory.mktemp("kijken") / "data")
    run.start()
    yield run
    run.end()
    place.forget(run.data)


def test_a_second_one_is_refused_with_the_address(started: Run) -> None:
    run = started
    second = run.kiss("demo")
    assert second.returncode == 1
    assert f"http://localhost:{run.port}/" in second.stderr
    assert run.status()["ready"]


def test_a_port_in_use_gives_a_sentence(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", run.port))
        taken.listen()
        refused = run.kiss("demo", "--without", "web")
    assert refused.returncode == 1
    assert f"Poort {run.port} is al in gebruik" in refused.stderr
    assert f"KISS_PORT={run.port + 100}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert run.alive() == []


def test_a_part_that_dies_comes_back(run: Run) -> None:
    before = run.start()["pids"]["valkey"]
    psutil.Process(before).kill()
    end = time.monotonic() + 20
    while run.status()["pids"]["valkey"] == before:
        assert time.monotonic() < end, run.text()
        time.sleep(0.2)
    assert "Valkey is gestopt (code -9) en wordt opnieuw gestart." in run.text()


def test_a_part_that_does_not_start_shows_its_log_and_leaves_nothing(run: Run) -> None:
    run.env["KISS_PRACTICE_DELAY"] = "0"
    run.env["OIDC_ISSUER"] = "geen adres"  # the web process refuses this at start
    run.launch(without=[name for name in LIGHT if name != "web"])
    assert run.supervisor is not None
    assert run.supervisor.wait(60) == 1
    assert "KISS is gestopt" in run.text()
    assert "logs/web.log" in run.text()
    assert run.alive() == []


def test_status_tells_everything_a_script_needs(started: Run) -> None:
    run, status = started, started.status()
    assert {*FOUNDERS, "praktijk", "post"} <= set(status["urls"])
    assert {person["tenant"] for person in status["people"]} == set(FOUNDERS)
    assert status["urls"]["deventer"] == f"http://deventer.localhost:{run.port}"
    assert status["data"] == str(run.data)
    assert status["dsn"].startswith("postgresql://kiss_app:")
    assert status["redis"].startswith("redis://:")
    assert {"tenant": "deventer", "name": "Sanne Proef", "role": "agent", "username": "sanne.proef"} in status[
        "people"
    ]
    assert psutil.pid_exists(status["pids"]["postgres"])


def test_passwords_are_for_the_owner_only(started: Run) -> None:
    for name in ("geheimen.json", "demo.json", "omgeving.json"):
        assert (started.data / name).stat().st_mode & 0o077 == 0, name


@pytest.fixture
def unprivileged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A demo of an ordinary user: `nobody` when the tests run as root, else simply who we are."""
    if os.geteuid() != 0:
        run = Run(tmp_path_factory.mktemp("gewoon") / "data")
        yield run
        run.end()
        return
    python = f"/usr/bin/python3.{sys.version_info.minor}"
    entry = pwd.getpwnam("nobody")
    folder = Path(f"/var/tmp/kiss-test-{os.getpid()}")  # noqa: S108 - pytest's own folders are closed to others
    folder.mkdir()
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    drop = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    packages = f"{PROJECT}:{sysconfig.get_path('purelib')}"
    run = Run(
        folder / "data",
        python=[*drop, python],
        env={"PYTHONPATH": packages, "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    yield run
    run.end()
    shutil.rmtree(folder)


async def test_an_ordinary_user_can_do_the_same(unprivileged: Run) -> None:
    run = unprivileged
    run.start(without=[name for name in LIGHT if name != "identity"])
    await row(run, "CREATE TABLE bewaard AS SELECT 7 AS getal")
    assert (run.data / "postgres/PG_VERSION").exists(), "an ordinary user's data stand in KISS_DATA itself"
    assert run.signal(signal.SIGTERM) == 0
    assert run.alive() == []
    run.start()
    assert await row(run, "SELECT getal FROM bewaard") == 7


def test_a_folder_of_somebody_else_gives_a_sentence(unprivileged: Run) -> None:
    unprivileged.env["KISS_DATA"] = "/proc/kiss"
    refused = unprivileged.kiss("demo")
    assert refused.returncode == 1
    assert "KISS_DATA" in refused.stderr
    assert "Traceback" not in refused.stderr
    unprivileged.env["KISS_DATA"] = str(unprivileged.data)


def _add_child(data: Path, name: str, process: psutil.Process, *, created: float) -> None:
    path = data / "demo.json"
    record = json.loads(path.read_text("utf-8"))
    record["children"][name] = {
        "pid": process.pid, "created": process.create_time() + created, "program": process.exe(),
    }  # fmt: skip
    path.write_text(json.dumps(record), "utf-8")
