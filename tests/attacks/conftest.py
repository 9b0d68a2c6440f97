"""One real web process with its database, Valkey, registers and identity provider, to be attacked over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from app.demo.postgres import EmbeddedPostgres
from app.demo.valkey import EmbeddedValkey
from app.http import close_all
from tests.attacks.targets import Place
from tests.auth.provider import CLIENT_ID, MASTER, StubProvider
from tests.practice.server import running_practice
from tests.processen.conftest import web
from tests.tenants import support


@pytest.fixture(scope="package")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_practice(tmp_path_factory.mktemp("praktijk")) as base:
        yield base


@pytest.fixture(scope="package")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), fast=True) as server:
        yield server


@pytest.fixture(scope="package")
async def place(
    cluster: EmbeddedPostgres, practice: str, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """Deventer, with a web process that answers for it."""
    await support.empty(cluster)
    with (
        StubProvider() as idp,
        support.settings_for(
            cluster,
            REDIS_URL=valkey.url,
            KISS_PRACTICE_URL=practice,
            KISS_UNDO_SECONDS="0",
            # Few: each connection keeps a hundred statements, and memory says something once those are there.
            DATABASE_POOL="10",
            DATABASE_POOL_TENANT="4",
            OIDC_ISSUER=idp.issuer,
            OIDC_BACKEND=idp.backend,
            OIDC_CLIENT_ID=CLIENT_ID,
            OIDC_CLIENT_SECRET=MASTER,
        ),
    ):
        await support.apply_demo()
        folder = tmp_path_factory.mktemp("web")
        with web(folder) as process:
            yield Place(process, folder / "web.log", cluster)
        await close_all()
        await support.forget_pool()
