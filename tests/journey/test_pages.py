"""The pages beside the main road: many results, refusals, the key sheet, the provider's own pages, nobody's host."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from app.practice.people import sample
from tests.journey.conftest import Browsers
from tests.journey.person import Person

EVERYBODY = "7411 AA 12"  # the address of all the people whom demos know by name


def search_everybody(agent: Person) -> None:
    agent.new_gesprek()
    agent.find(EVERYBODY)
    expect(agent.page.get_by_role("heading", name=re.compile(r"^\d+ personen$"))).to_be_visible()


def test_results_are_walked_with_arrows(browsers: Browsers) -> None:
    agent = browsers.visit("deventer")
    agent.sign_in("Karim Testman")
    search_everybody(agent)
    rows = agent.page.locator("[data-resultaat]")
    expect(rows.first).to_be_focused()
    agent.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    agent.press("ArrowUp")
    expect(rows.first).to_be_focused()
    agent.inspect(dark=True)
    agent.press("ArrowDown")
    agent.press("Enter")
    expect(agent.page.locator('[data-source="personen"]')).to_have_attribute("data-state", "resultaat")
    bsn = agent.page.locator("#bsn")
    hidden = bsn.inner_text()
    agent.enter(agent.page.get_by_role("button", name="Toon BSN"))
    expect(bsn).not_to_have_text(hidden)
    expect(bsn).to_have_text(re.compile(r"^\s*\d{4} \d{2} \d{3}\s*$"))
    agent.inspect()


def test_somebody_with_geheimhouding_stays_hidden(browsers: Browsers) -> None:
    who = sample("deventer")["geheim"]
    agent = browsers.visit("deventer")
    agent.sign_in("Karim Testman")
    search_everybody(agent)
    assert who.geslachtsnaam not in agent.page.locator("#resultaten").inner_html()
    agent.enter(agent.page.get_by_role("button", name="Afgeschermd"))
    panel = agent.page.locator('[data-source="personen"]')
    expect(panel).to_have_attribute("data-state", "resultaat")
    expect(panel).to_contain_text("Geheim: geef niets door")
    assert who.straat not in panel.inner_text()
    agent.inspect()


def test_a_search_that_cannot_be_understood_says_so_at_its_field(browsers: Browsers) -> None:
    agent = browsers.visit("deventer")
    agent.sign_in("Karim Testman")
    agent.new_gesprek()
    agent.find("999999999")
    box = agent.page.get_by_label("Wie belt er?")
    expect(agent.page.locator("#zoek-vraag-fout")).not_to_be_empty()
    expect(box).to_be_focused()
    agent.inspect()


def test_the_key_sheet(browsers: Browsers) -> None:
    agent = browsers.visit("deventer")
    agent.sign_in("Karim Testman")
    agent.page.wait_for_load_state("load")
    agent.press("?")
    sheet = agent.page.get_by_role("dialog", name="Alle toetsen")
    expect(sheet).to_contain_text("Nieuw gesprek")
    agent.inspect(dark=True)
    agent.press("Escape")
    expect(sheet).to_be_hidden()


def test_the_providers_own_pages(browsers: Browsers) -> None:
    """Signing in with a work account goes by the provider; signing out ends both sessions."""
    agent = browsers.visit("zwolle")
    agent.go("/")
    agent.enter(agent.page.get_by_role("button", name="Aanmelden met uw werkaccount"))
    expect(agent.page.get_by_role("heading", level=1, name="Wie bent u?")).to_be_visible()
    agent.inspect(dark=True)
    agent.enter(agent.page.get_by_role("button", name="Fenna Proef"))
    expect(agent.page.get_by_role("heading", level=1, name="Start")).to_be_visible()
    agent.enter(agent.page.locator("header summary"))
    agent.inspect()
    agent.enter(agent.page.get_by_role("button", name="Afmelden"))
    expect(agent.page.get_by_role("heading", level=1, name="Aanmelden")).to_be_visible()
    agent.go("/")
    expect(agent.page.get_by_role("heading", level=1, name="Aanmelden")).to_be_visible()


def test_a_host_of_no_municipality(browsers: Browsers) -> None:
    stranger = browsers.visit("nergens")
    with stranger.expecting("404"):
        stranger.go("/")
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Deze pagina bestaat niet")
    stranger.inspect(dark=True)
