"""What every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from app.demo.postgres import EmbeddedPostgres
from tests import proof as proofs
from tests.canaries import Plugin
from tests.isolation.pgbouncer import pgbouncer
from tests.report import Report
from tests.tenants.support import POOLED

_REPORT = Report()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_REPORT, "kiss-report")
    config.pluginmanager.register(Plugin(_REPORT.counts), "kiss-canaries")
    config.addinivalue_line("markers", "proof(name, smoke, full, unit, goal): also runs in full in `make proof`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get(proofs.FULL):
        items[:] = proofs.chosen(items, os.environ.get(proofs.ONLY, ""))
        for item in items:  # a mark of the test itself is stronger than --timeout=0
            item.add_marker(pytest.mark.timeout(0), append=False)


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Iterator[proofs.Proof]:
    """The proof of a test marked `proof`; its count also stands in the report of a smoke run."""
    mark = request.node.get_closest_marker("proof")
    assert mark is not None, "a test that uses `proof` carries the mark"
    under_way = proofs.start(mark)
    yield under_way
    _REPORT.counts[f"{under_way.name}: {under_way.unit}"] = under_way.done


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def seed() -> int:
    """Where every random choice of a run begins; SEED=… repeats it."""
    return _REPORT.seed


@pytest.fixture(scope="session")
def count() -> Callable[[str, int], None]:
    """`count("fault injections", 40)`: how many of something a test really did, for the report."""

    def note(name: str, number: int) -> None:
        _REPORT.counts[name] = _REPORT.counts.get(name, 0) + number

    return note


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The one PostgreSQL of this run. Roles belong to the cluster, so a group begins with `support.empty`."""
    server = Pooled(tmp_path_factory.mktemp("postgres"), fast=True)
    try:
        server.start()
        if os.environ.get(POOLED):
            with pgbouncer(server) as pooler:
                server.pooled_dsn = pooler.dsn
                yield server
        else:
            yield server
    finally:
        server.remove()


class Pooled(EmbeddedPostgres):
    """With a pooler in front, when this run asks for one: then the application's address is the pooler's."""

    pooled_dsn = ""

    @property
    def app_dsn(self) -> str:
        return self.pooled_dsn or super().app_dsn
