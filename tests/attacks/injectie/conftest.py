from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright

from app import jobs
from app import redis as app_redis
from app.demo.ports import any_free
from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from app.http import close_all
from tests.attacks.injectie.register import hostile_practice
from tests.routes.conftest import application, clients, deventer, zwolle
from tests.tenants import support

__all__ = ["application", "clients", "deventer", "zwolle"]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class _Server(uvicorn.Server):
    """In this process and loop, so that the tests' own signals stay theirs."""

    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[int]:
    """The port at which this application answers, over real HTTP."""
    port = any_free()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False, log_level="error")
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.02)
    try:
        yield port
    finally:
        server.should_exit = server.force_exit = True
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(scope="package")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), fast=True) as server:
        yield server


@pytest.fixture(scope="package")
async def practice(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The registers, with inhabitants and contacts whose words are hostile."""
    async with serving(hostile_practice(tmp_path_factory.mktemp("praktijk"))) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="package")
async def applied(cluster: EmbeddedPostgres, practice: str, valkey: EmbeddedValkey) -> AsyncIterator[None]:
    await support.empty(cluster)
    with support.settings_for(cluster, KISS_PRACTICE_URL=practice, REDIS_URL=valkey.url, KISS_UNDO_SECONDS="60"):
        _forget()
        await support.apply_demo()
        yield
        await close_all()
        await support.forget_pool()
    _forget()


@pytest.fixture(scope="package")
async def site(application: Any) -> AsyncIterator[str]:
    """Deventer's address in a browser."""
    async with serving(application) as port:
        yield f"http://deventer.localhost:{port}"


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)


def _forget() -> None:
    app_redis.client.cache_clear()
    jobs.broker.cache_clear()
