from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.http import close_all
from tests.afleveringen.conftest import applied, deventer, practice, zwolle

__all__ = ["applied", "deventer", "practice", "zwolle"]


@pytest.fixture(autouse=True)
async def own_breakers(anyio_backend: str) -> AsyncIterator[None]:
    """A register that one test finds away must not be away for the next."""
    yield
    await close_all()
