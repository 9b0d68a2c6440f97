from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from tests.practice.client import Registers
from tests.practice.server import running_practice


@pytest.fixture(scope="package")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_practice(tmp_path_factory.mktemp("praktijk")) as url:
        yield url


@pytest.fixture(scope="package")
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client(trust_env=False, timeout=30) as made:
        yield made


@pytest.fixture
def deventer(base: str, client: httpx2.Client) -> Registers:
    """The registers of Deventer as on the first day."""
    made = Registers(base, client)
    made.steer("reset")
    return made


@pytest.fixture
def zwolle(base: str, client: httpx2.Client) -> Registers:
    made = Registers(base, client, "zwolle")
    made.steer("reset")
    return made
