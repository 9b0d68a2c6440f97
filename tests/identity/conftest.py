"""The product on a real Keycloak: one stack and one Chromium for all of tests/identity.

What provisioning does is tried in a realm of its own on that same Keycloak, so that nobody's sign-in suffers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from app.demo import place
from app.demo.keycloak import distribution
from tests.identity.kiss_realm import KissRealm
from tests.identity.realm import Realm
from tests.identity.visitor import ARGUMENTS, Visitors
from tests.stack import Stack, running

HERE = Path(__file__).parent
PATIENCE = 400  # seconds; a machine that does other things at the same time


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits for everything to start."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(PATIENCE + 100))


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if distribution.missing_tools():
        pytest.skip("een JDK of Maven staat niet op deze machine")
    distribution.prepare()
    data = tmp_path_factory.mktemp("aanmelden") / "data"
    try:
        with running(data, "--identity", "keycloak", patience=PATIENCE) as product:
            yield product
    finally:
        place.forget(data)  # what PostgreSQL keeps outside it


@pytest.fixture(scope="package")
def realm(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Realm:
    """A realm for trying provisioning, with manifests of its own."""
    return Realm(stack.child_environment(), tmp_path_factory.mktemp("manifesten"))


@pytest.fixture(scope="package")
def kiss_realm(stack: Stack) -> KissRealm:
    """The realm of the product that runs."""
    return KissRealm(stack)


@pytest.fixture(scope="package")
def visitors(stack: Stack) -> Iterator[Visitors]:
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield Visitors(browser, stack)
        browser.close()


@pytest.fixture
def visit(visitors: Visitors) -> Iterator[Visitors]:
    yield visitors
    visitors.leave()
