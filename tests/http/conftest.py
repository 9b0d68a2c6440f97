"""Each test gets fresh clients, breakers and places, and leaves no socket behind."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator

import pytest

from app.http import close_all
from tests.tenants.support import environment

PRODUCTION = {
    "KISS_ENV": "production",
    "KISS_PRACTICE_URL": None,
    "KISS_FAILPOINT_DIR": None,
    "OIDC_BACKEND": None,
    "KISS_PUBLIC_SCHEME": "https",
    "DATABASE_URL": "postgresql://nergens/kiss",
    "REDIS_URL": "redis://nergens",
    "KISS_SECRET_KEY": base64.b64encode(b"k" * 32).decode(),
    "OIDC_ISSUER": "https://aanmelden.example",
    "OIDC_CLIENT_ID": "kiss",
    "OIDC_CLIENT_SECRET": "alleen-voor-tests",
}


@pytest.fixture(autouse=True)
async def _nothing_left_open(anyio_backend: str) -> AsyncIterator[None]:
    yield
    await close_all()


@pytest.fixture
def production() -> Iterator[None]:
    """Settings of a process that serves citizens; nothing of them is reached."""
    with environment(**PRODUCTION):
        yield
