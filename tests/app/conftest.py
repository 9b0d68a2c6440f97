"""Settings of a process that talks to an own Valkey and to no database."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from app import geheimen
from app import jobs as app_jobs
from app import redis as app_redis
from app.demo.valkey import EmbeddedValkey
from app.settings import settings
from tenants.context import Ring, Tenant

COMPLETE = {
    "KISS_ENV": "development",
    "DATABASE_URL": "postgresql://kiss_app@127.0.0.1:1/kiss",
    "REDIS_URL": "redis://127.0.0.1:1",
    "KISS_SECRET_KEY": base64.b64encode(b"k" * 32).decode(),
    "OIDC_ISSUER": "http://inloggen.localhost:1",
    "OIDC_CLIENT_ID": "kiss",
    "OIDC_CLIENT_SECRET": "geheim",
}


def forget() -> None:
    """What a process keeps of its settings, so that the next test reads its own."""
    for kept in (
        settings,
        app_redis.client,
        app_jobs.broker,
        geheimen._data_key,
        geheimen._derived_key,
        geheimen._opened,
    ):
        kept.cache_clear()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A complete environment; tests take things out or put things wrong."""
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    for name in ("KISS_PRACTICE_URL", "KISS_FAILPOINT_DIR", "OIDC_BACKEND", "KISS_PUBLIC_SCHEME"):
        monkeypatch.delenv(name, raising=False)
    forget()
    yield monkeypatch
    forget()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), fast=True) as valkey:
        yield valkey


@pytest.fixture
def valkey(environment: pytest.MonkeyPatch, server: EmbeddedValkey) -> EmbeddedValkey:
    environment.setenv("REDIS_URL", server.url)
    forget()
    return server


def _tenant(slug: str) -> Tenant:
    return Tenant(
        slug=slug,
        naam=slug.capitalize(),
        hosts=(f"{slug}.localhost",),
        ring=Ring.EARLY,
        kleur="#0b5d66",
        monogram="Xx",
        sleutel=geheimen.new_wrapped_key(slug),
    )


@pytest.fixture
def deventer(environment: pytest.MonkeyPatch) -> Tenant:
    return _tenant("deventer")


@pytest.fixture
def zwolle(environment: pytest.MonkeyPatch) -> Tenant:
    return _tenant("zwolle")
