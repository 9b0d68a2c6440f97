"""One event stream per browser, and only of one's own municipality."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journey.conftest import Browsers
from tests.journey.server import Listener, Session
from tests.journey.test_journey import wrap_up
from tests.stack import Stack, eventually

TABS = 7  # HTTP/1.1 gives a host six connections


def test_a_seventh_tab_loads_and_hears(stack: Stack, browsers: Browsers) -> None:
    sanne = browsers.visit("deventer")
    sanne.sign_in("Sanne Proef")
    tabs = [sanne.tab() for _ in range(TABS - 1)]
    for tab in tabs:
        tab.go("/")
        expect(tab.page.get_by_role("heading", level=1, name="Start")).to_be_visible()
    sanne.new_gesprek()
    sanne.press("Alt+a")
    kenmerk = wrap_up(sanne, "Zeven vensters")
    last = tabs[-1]
    last.page.reload()
    row = last.page.get_by_role("listitem").filter(has_text=kenmerk).locator("[data-klantcontact]")
    expect(row).to_have_attribute("data-state", "vastgelegd")
    expect(row).to_have_attribute("data-state", "bevestigd", timeout=30_000)
    for tab in tabs:
        tab.is_content()


def test_a_municipality_hears_its_own_contacts_only(stack: Stack) -> None:
    deventer = Session(stack, "deventer", stack.session("deventer", "karim.testman"))
    zwolle = Session(stack, "zwolle", stack.session("zwolle", "fenna.proef"))
    here, there = Listener(deventer), Listener(zwolle)
    try:
        ours, theirs = deventer.save_contact("Afvalpas"), zwolle.save_contact("Afvalpas")
        ours, theirs = ids(stack, "deventer")[ours], ids(stack, "zwolle")[theirs]
        eventually(lambda: (ours, "bevestigd") in here.states(), seconds=30, what="Deventer hears its own")
        eventually(lambda: (theirs, "bevestigd") in there.states(), seconds=30, what="Zwolle hears its own")
        assert {contact for contact, _ in here.states()} <= set(ids(stack, "deventer").values())
        assert {contact for contact, _ in there.states()} <= set(ids(stack, "zwolle").values())
    finally:
        here.close()
        there.close()


def ids(stack: Stack, slug: str) -> dict[str, str]:
    """Kenmerk → id of what a municipality registered."""
    return {row["kenmerk"]: row["id"] for row in stack.kiss("contacten", "list", "--tenant", slug)}
