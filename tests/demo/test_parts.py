"""PostgreSQL and Valkey as own children: start, stop, again, and what is left after kill -9."""

from __future__ import annotations

import os
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.demo import place, ports
from app.demo.children import StartFailed
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey

pytestmark = pytest.mark.anyio


async def ask(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_rows_are_still_there_after_a_restart(data: Path) -> None:
    with EmbeddedPostgres(data, fast=True) as postgres:
        await ask(postgres.admin_dsn, "CREATE TABLE bewaard AS SELECT 7 AS getal")
    with EmbeddedPostgres(data, fast=True) as postgres:
        assert await ask(postgres.admin_dsn, "SELECT getal FROM bewaard") == 7


async def test_the_application_role_may_nothing_until_it_assumes_a_role(data: Path) -> None:
    with EmbeddedPostgres(data, fast=True) as postgres:
        await ask(postgres.admin_dsn, "CREATE TABLE geheim AS SELECT 1 AS x")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(postgres.app_dsn, "SELECT x FROM geheim")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(postgres.app_dsn, "CREATE TABLE public.van_mij (x int)")
        assert (
            await ask(postgres.superuser_dsn, "SELECT rolinherit FROM pg_roles WHERE rolname = 'kiss_app'") is False
        )


async def test_a_password_is_needed(data: Path) -> None:
    with EmbeddedPostgres(data, fast=True) as postgres:
        wrong = postgres.app_dsn.replace(postgres.keyring.password("kiss_app"), "geraden")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(wrong, "SELECT 1")
    assert postgres.keyring.path.stat().st_mode & 0o077 == 0


async def test_writes_are_safe_unless_a_test_asks_for_speed(data: Path) -> None:
    with EmbeddedPostgres(data) as postgres:
        assert await ask(postgres.admin_dsn, "SHOW fsync") == "on"
        assert await ask(postgres.admin_dsn, "SHOW synchronous_commit") == "on"
        assert await ask(postgres.superuser_dsn, "SHOW unix_socket_directories") == ""


def test_nothing_runs_after_stop(data: Path) -> None:
    postgres, valkey = EmbeddedPostgres(data, fast=True).start(), EmbeddedValkey(data).start()
    pids = [process.pid for pid in (postgres.pid, valkey.pid) for process in _family(pid)]
    assert len(pids) > 3  # PostgreSQL has helpers of its own
    valkey.stop()
    postgres.stop()
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []
    assert not ports.answers(postgres.port)
    assert not ports.answers(valkey.port)


async def test_a_server_that_was_left_behind_is_replaced(data: Path) -> None:
    first = EmbeddedPostgres(data, fast=True).start()
    await ask(first.admin_dsn, "CREATE TABLE bewaard AS SELECT 7 AS getal")
    with EmbeddedPostgres(data, fast=True) as second:
        assert first.process is not None
        assert first.process.wait(10) is not None
        assert await ask(second.admin_dsn, "SELECT getal FROM bewaard") == 7


async def test_a_killed_server_starts_again(data: Path) -> None:
    first = EmbeddedPostgres(data, fast=True).start()
    await ask(first.admin_dsn, "CREATE TABLE bewaard AS SELECT 7 AS getal")
    assert first.process is not None
    first.process.kill()
    first.process.wait()
    with EmbeddedPostgres(data, fast=True) as second:
        assert await ask(second.admin_dsn, "SELECT getal FROM bewaard") == 7


def test_another_process_with_the_recorded_pid_is_left_alone(data: Path) -> None:
    EmbeddedPostgres(data, fast=True).start().stop()
    record = place.choose(data).data / "postmaster.pid"
    record.write_text(f"{os.getpid()}\n", "utf-8")  # as if the pid were ours now
    with EmbeddedPostgres(data, fast=True) as postgres:
        assert postgres.pid != os.getpid()


def test_remove_leaves_no_data(data: Path) -> None:
    postgres = EmbeddedPostgres(data, fast=True).start()
    where = place.choose(data)
    assert where.data.exists()
    postgres.remove()
    assert not where.data.exists()
    assert where.base == data or not where.base.exists()


def test_a_folder_that_someone_else_made_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        assert place.choose(tmp_path / "data").base == tmp_path / "data"  # an ordinary user needs no other folder
        return
    monkeypatch.setattr(place, "OUTSIDE", tmp_path)
    folder = tmp_path / "data"
    outside = place.choose(folder).base
    assert outside.parent == tmp_path
    outside.chmod(0o777)
    with pytest.raises(StartFailed, match="niet van ons"):
        place.choose(folder)


def test_valkey_keeps_its_keys_and_wants_its_password(data: Path) -> None:
    with EmbeddedValkey(data) as valkey:
        redis.Redis.from_url(valkey.url).set("sleutel", "waarde")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=valkey.port, retry=Retry(NoBackoff(), 0)).get("sleutel")
    with EmbeddedValkey(data) as valkey:
        assert redis.Redis.from_url(valkey.url).get("sleutel") == b"waarde"


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]
