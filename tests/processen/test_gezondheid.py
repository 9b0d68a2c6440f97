"""Probes ask our own database only; a process starts and goes on without Valkey and an identity provider."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.demo.ports import any_free
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from tests.processen.conftest import web
from tests.processen.test_stoppen import open_stream
from tests.stack import eventually

pytestmark = pytest.mark.anyio


async def test_it_starts_and_serves_without_valkey_and_keycloak(cookie: str, tmp_path: Path) -> None:
    nobody = any_free()
    with web(tmp_path, REDIS_URL=f"redis://127.0.0.1:{nobody}", OIDC_ISSUER=f"http://127.0.0.1:{nobody}") as server:
        assert server.get("/", cookie=cookie, accept="text/html")[0] == 200
        assert server.get("/aanmelden", accept="text/html")[0] == 200
        assert server.status("/readyz") == 200


async def test_streams_work_once_valkey_is_there(applied: None, cookie: str, tmp_path: Path) -> None:
    late = EmbeddedValkey(tmp_path / "valkey", port=any_free(), fast=True)

    def hears() -> bool:
        try:
            open_stream(server, cookie)
        except (AssertionError, OSError):
            return False
        return True

    with web(tmp_path, REDIS_URL=late.url) as server, late:
        assert eventually(hears, seconds=20)


async def test_without_a_database_it_lives_and_is_not_ready(
    cluster: EmbeddedPostgres, applied: None, tmp_path: Path
) -> None:
    with web(tmp_path, ready="/livez", DATABASE_URL=f"postgresql://kiss_app@127.0.0.1:{any_free()}/kiss") as server:
        assert server.status("/livez") == 200
        began = time.monotonic()
        assert server.status("/readyz") == 503
        assert time.monotonic() - began < 10, "a probe has to answer, also when the database does not"
        status, page = server.get("/aanmelden", accept="text/html")
        assert status == 503
        assert "Even niet bereikbaar" in page
        assert server.measured()["kiss_database_unreachable_total"] >= 1
