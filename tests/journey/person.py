"""Somebody at a keyboard. Nothing in these tests touches a mouse or puts text in a field by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Response, expect

from tests.canaries import canaries
from tests.journey import pagecheck
from tests.journey.server import Session
from tests.stack import Stack, eventually

MOST_TABS = 80
# Anything the browser says about itself becomes a console error, so that it also survives a navigation.
WATCH = """
for (const kind of ['pointerdown', 'mousedown', 'touchstart'])
  addEventListener(kind, () => console.error('a pointer was used: ' + kind), true);
addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI));
"""


class Person:
    """One tab of one person in one municipality: keys go in, complaints of the browser are kept."""

    def __init__(self, stack: Stack, context: BrowserContext, slug: str) -> None:
        self.stack, self.context, self.slug = stack, context, slug
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self._html: list[Response] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._received)

    # --- keys -----------------------------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        if "+" in key:  # a command: its script is there once the page is
            self.page.wait_for_load_state("load")
        self.page.keyboard.press(key)

    def type(self, text: str, *, delay: float = 0) -> None:
        self.page.keyboard.type(text, delay=delay)

    def tab_to(self, target: Locator) -> None:
        """Press Tab until `target` has the focus."""
        for _ in range(MOST_TABS):
            if self._has_focus(target):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    def enter(self, target: Locator) -> None:
        """Go to a control with Tab and press Enter."""
        self.tab_to(target)
        self.press("Enter")

    def choose(self, label: str, option: str) -> None:
        """Choose in a select as keys do: type the beginning of the option."""
        self.tab_to(self.page.get_by_label(label, exact=True))
        self.type(option)

    def _has_focus(self, target: Locator) -> bool:
        return bool(target.count()) and bool(target.first.evaluate("e => e === document.activeElement"))

    # --- going somewhere ------------------------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.stack.url(self.slug) + path)

    def tab(self) -> Person:
        """Another tab of the same browser."""
        return Person(self.stack, self.context, self.slug)

    def sign_in(self, name: str) -> None:
        self.go("/")
        self.enter(self.page.get_by_role("button", name=name))
        expect(self.page.get_by_role("heading", level=1, name="Start")).to_be_visible()

    def new_gesprek(self) -> str:
        """Begin a gesprek and give its path."""
        before = self.page.url
        self.press("Alt+n")
        self.page.wait_for_url(lambda url: "/gesprekken/" in url and url != before)
        expect(self.page.get_by_label("Wie belt er?")).to_be_focused()
        return self.path

    def find(self, wat: str) -> None:
        """Type in the one search box."""
        self.type(wat)
        self.press("Enter")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    # --- looking --------------------------------------------------------------------------------------------------

    @property
    def note(self) -> Locator:
        return self.page.locator("#notitie")

    @property
    def saving(self) -> Locator:
        """The save state of the note."""
        return self.page.locator("#bewaard-notitie")

    def chip(self, kenmerk: str) -> Locator:
        """The delivery state in the timeline."""
        return self.page.locator("#tijdlijn li", has_text=kenmerk).locator("[data-klantcontact]")

    def note_is_saved(self) -> None:
        """Wait until the server has what stands in the field, and says so."""
        typed, server = self.note.input_value(), self.server()
        eventually(lambda: server.notitie(self.path) == typed, seconds=10, what=f"saved: {typed}")
        expect(self.saving).to_have_attribute("data-state", "bewaard")
        expect(self.saving).to_contain_text("Bewaard ")

    def server(self) -> Session:
        """The same session without the browser."""
        cookies = {cookie.get("name"): cookie.get("value", "") for cookie in self.context.cookies(self.page.url)}
        return Session(self.stack, self.slug, cookies["__Host-sid"])

    def inspect(self, *, dark: bool = False) -> None:
        """The page as it stands now is as every page has to be."""
        pagecheck.check_source(self._html)
        self._html.clear()
        pagecheck.check_page(self.page, dark=dark)
        self.is_content()

    def is_content(self) -> None:
        """The browser had nothing to complain about."""
        assert not self.complaints, self.complaints

    @contextmanager
    def expecting(self, *words: str) -> Iterator[None]:
        """Complaints that hold one of these words are meant here; the others stay."""
        yield
        self.page.evaluate("0")  # what the browser already said has arrived
        self.complaints = [one for one in self.complaints if not any(re.search(word, one) for word in words)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _received(self, response: Response) -> None:
        if response.url.startswith(self.stack.url(self.slug)) and response.status != 0:
            canaries.answer(f"{response.request.method} {response.url}", response.status, response.headers.items())
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self._html.clear()
        kind = response.headers.get("content-type", "")
        if kind.startswith("text/html") and not 300 <= response.status < 400:
            self._html.append(response)


def close(context: BrowserContext) -> None:
    try:
        context.close()
    except Error:
        return  # its browser was killed on purpose
