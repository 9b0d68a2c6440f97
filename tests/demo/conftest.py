"""A demo of its own per test: own folder, own ports, only the parts that a test is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo import place
from tests.demo.run import Run


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A KISS_DATA; what PostgreSQL keeps outside it is removed afterwards."""
    folder = tmp_path / "data"
    yield folder
    place.forget(folder)


@pytest.fixture
def run(data: Path) -> Iterator[Run]:
    """A demo that is not started yet; stopped afterwards, however the test ended."""
    demo = Run(data)
    yield demo
    demo.end()
