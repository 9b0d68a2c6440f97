"""Somebody at a browser who signs in at a real Keycloak."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.stack import Stack

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Visitor:
    """One person in a browser of their own."""

    def __init__(self, stack: Stack, context: BrowserContext, slug: str) -> None:
        self.stack, self.context, self.slug = stack, context, slug
        self.page: Page = context.new_page()

    def go(self, path: str = "/", slug: str = "") -> None:
        self.page.goto(self.stack.url(slug or self.slug) + path)

    def begin(self, naam: str = "Sanne Proef") -> None:
        """From our page to Keycloak's, which asks for the password of who was chosen."""
        self.go()
        self.page.get_by_role("button", name=naam).click()

    def begin_as(self, gebruikersnaam: str) -> None:
        """The same for somebody who is not on the list of this municipality."""
        self.go()
        self.begin_as_here(gebruikersnaam)

    def begin_as_here(self, gebruikersnaam: str) -> None:
        choose = "(who) => { const one = document.querySelector('button[name=als]'); one.value = who; one.click(); }"
        self.page.evaluate(choose, gebruikersnaam)

    def give_password(self, password: str = "") -> None:
        self.page.locator("#password").fill(password or self.password)
        self.page.locator("#kc-login").click()

    def sign_in(self, naam: str = "Sanne Proef") -> None:
        self.begin(naam)
        self.give_password()
        self.is_in()

    def sign_out(self) -> None:
        """By our own form, as the menu does."""
        self.go()
        self.page.evaluate("document.querySelector('form[action=\"/afmelden\"]').requestSubmit()")
        expect(self.page).to_have_url(self.stack.url(self.slug) + "/aanmelden")

    def is_in(self) -> None:
        expect(self.page.get_by_role("heading", level=1, name="Start")).to_be_visible()

    def is_out(self) -> None:
        """Also after asking for a page."""
        self.go()
        expect(self.page.get_by_role("heading", level=1, name="Aanmelden")).to_be_visible()

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()

    @property
    def at_keycloak(self) -> bool:
        return self.page.url.startswith("http://inloggen.localhost:")

    @property
    def password(self) -> str:
        return self.stack.child_environment()["KISS_KEYCLOAK_DEMO_PASSWORD"]


class Visitors:
    """Opens a browser per person and closes them after a test."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self.browser, self.stack = browser, stack
        self.contexts: list[BrowserContext] = []

    def __call__(self, slug: str = "deventer", **options: Any) -> Visitor:
        context = self.browser.new_context(locale="nl-NL", **options)
        self.contexts.append(context)
        return Visitor(self.stack, context, slug)

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()
