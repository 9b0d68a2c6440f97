"""The whole product and a real browser: one stack and one Chromium, a context per person."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from app.demo import place
from tests.journey.pagecheck import WIDE
from tests.journey.person import WATCH, Person, close
from tests.stack import Stack, running

UNDO_SECONDS = 5  # long enough to press Alt+Z on a busy machine
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    data = tmp_path_factory.mktemp("reis") / "data"
    try:
        with running(data, KISS_UNDO_SECONDS=str(UNDO_SECONDS)) as product:
            yield product
    finally:
        place.forget(data)  # what PostgreSQL keeps outside it


class Browsers:
    """The one Chromium, until a test kills it; the next visit starts another."""

    def __init__(self, playwright: Playwright, stack: Stack) -> None:
        self._playwright, self._stack = playwright, stack
        self._browser: Browser | None = None
        self._contexts: list[BrowserContext] = []
        self._people: list[Person] = []

    def visit(self, slug: str, **options: Any) -> Person:
        """A new person at a computer of their own: no cookie, nothing kept."""
        context = self._running().new_context(viewport=WIDE, locale="nl-NL", **options)  # type: ignore[arg-type]
        context.add_init_script(WATCH)
        self._contexts.append(context)
        person = Person(self._stack, context, slug)
        self._people.append(person)
        return person

    def kill(self) -> None:
        """`kill -9` of the whole browser."""
        for process in _chromium():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        self._browser = None

    def leave(self) -> None:
        """Everybody goes home; whoever still has a complaint says so."""
        people, self._people = self._people, []
        for context in self._contexts:
            close(context)
        self._contexts.clear()
        for person in people:
            person.is_content()

    def _running(self) -> Browser:
        if self._browser is None:
            self._browser = self._playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        return self._browser


def _chromium() -> list[psutil.Process]:
    """The browser that this run started, whole; other people's browsers are theirs."""
    mine = psutil.Process().children(recursive=True)
    return [process for process in mine if "chrom" in process.name()]


@pytest.fixture(scope="package")
def chromium(stack: Stack) -> Iterator[Browsers]:
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        yield Browsers(playwright, stack)


@pytest.fixture
def browsers(chromium: Browsers) -> Iterator[Browsers]:
    yield chromium
    chromium.leave()
