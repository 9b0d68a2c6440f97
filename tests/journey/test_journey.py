"""The journey that the product is for, by keyboard in a real browser, with things dying on the way."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import expect

from app.failpoints import arm
from app.practice.people import sample
from tests.journey.conftest import Browsers
from tests.journey.person import Person
from tests.stack import Stack, eventually

ONDERWERP, RESULTAAT, KANAAL = "Onderwerp", "Resultaat", "Kanaal"


def registered(stack: Stack, slug: str) -> dict[str, str]:
    """Kenmerk → delivery state of everything that this municipality registered."""
    return {row["kenmerk"]: row["state"] for row in stack.kiss("contacten", "list", "--tenant", slug)}


def arrived(stack: Stack, slug: str) -> Counter[str]:
    """How often each kenmerk was accepted by the municipality's own register."""
    return Counter(
        line["referentienummer"]
        for line in stack.ledger(slug)
        if line["path"] in ("/klantcontacten", "/maak-klantcontact") and line["status"] == 201
    )


def see_klant(agent: Person, naam: str, *, timeline: str = "resultaat") -> None:
    """The klantbeeld of somebody is complete: identity and timeline."""
    expect(agent.page.get_by_role("heading", level=1)).to_contain_text(naam)
    for port, state in (("personen", "resultaat"), ("klantinteracties", timeline)):
        expect(agent.page.locator(f'[data-source="{port}"]')).to_have_attribute("data-state", state)


def wrap_up(agent: Person, onderwerp: str) -> str:
    """Fill the dock, save, and give the kenmerk."""
    expect(agent.page.get_by_label(ONDERWERP)).to_be_focused()
    agent.type(onderwerp)
    agent.choose(RESULTAAT, "A")
    agent.choose(KANAAL, "T")
    agent.press("Control+Enter")
    return saved(agent)


def saved(agent: Person) -> str:
    expect(agent.page.get_by_role("heading", name="Gesprek opgeslagen")).to_be_visible()
    return agent.page.locator("dt:text-is('Kenmerk') + dd").inner_text().strip()


def test_deventer(stack: Stack, browsers: Browsers) -> None:
    who = sample("deventer")["hoofdpersoon"]
    sanne = browsers.visit("deventer")
    come_in(sanne, "Sanne Proef")
    sanne.find(who.bsn)
    see_klant(sanne, who.geslachtsnaam)
    for _, _, onderwerp, _ in who.contacten[:3]:
        expect(sanne.page.locator("#tijdlijn")).to_contain_text(onderwerp)
    assert who.bsn not in sanne.page.content()
    sanne.inspect(dark=True)
    sanne = notes_survive(stack, browsers, sanne)
    sanne.press("Alt+a")
    errors_stand_at_their_fields(sanne)
    kenmerk = wrap_up(sanne, "Paspoort kwijt")
    it_arrives_although_the_worker_dies(stack, sanne, kenmerk)


def come_in(agent: Person, name: str) -> None:
    """Sign in and start a gesprek, looking at every page on the way."""
    agent.go("/")
    expect(agent.page.get_by_role("heading", level=1, name="Aanmelden")).to_be_visible()
    agent.inspect(dark=True)
    agent.sign_in(name)
    agent.inspect(dark=True)
    agent.new_gesprek()
    agent.inspect()


def notes_survive(stack: Stack, browsers: Browsers, agent: Person) -> Person:
    """Refresh, a killed browser, a killed server: every character is still there. Gives who went on."""
    expect(agent.note).to_be_focused()
    agent.type("Belt over haar paspoort. ")
    agent.note_is_saved()
    agent.page.reload()
    expect(agent.note).to_have_value("Belt over haar paspoort. ")
    agent.type("Sinds dinsdag kwijt. ")
    agent.note_is_saved()
    path = agent.path
    browsers.kill()
    agent = browsers.visit("deventer")
    agent.sign_in("Sanne Proef")
    agent.go(path)
    expect(agent.note).to_have_value("Belt over haar paspoort. Sinds dinsdag kwijt. ")
    with agent.expecting("ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET"):
        agent.type("Heeft ")
        stack.kill("web")
        agent.type("aangifte gedaan. ", delay=20)
        expect(agent.saving).to_have_attribute("data-state", "niet-bewaard")
        expect(agent.saving).to_contain_text("Niet bewaard")
        agent.type("Wil snel een afspraak.")
        expect(agent.saving).to_have_attribute("data-state", "bewaard", timeout=30_000)
        whole = "Belt over haar paspoort. Sinds dinsdag kwijt. Heeft aangifte gedaan. Wil snel een afspraak."
        eventually(lambda: agent.server().notitie(path) == whole, what="the whole note on the server")
        expect(agent.note).to_have_value(whole)
    return agent


def errors_stand_at_their_fields(agent: Person) -> None:
    """Saving an empty dock: a list of what is missing, and each sentence at its field."""
    expect(agent.page.get_by_label(ONDERWERP)).to_be_focused()
    agent.inspect()
    with agent.expecting("400"):
        agent.press("Control+Enter")
        expect(agent.page.locator("[data-foutenoverzicht]")).to_be_focused()
    for label in (ONDERWERP, RESULTAAT, KANAAL):
        field = agent.page.get_by_label(label, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        sentence = agent.page.locator(f"#{(field.get_attribute('aria-describedby') or '').split()[-1]}")
        expect(sentence).to_be_visible()
    agent.inspect()
    agent.enter(agent.page.get_by_role("link", name="Zeg in een paar woorden"))


def it_arrives_although_the_worker_dies(stack: Stack, agent: Person, kenmerk: str) -> None:
    """At once in the timeline; the state changes by itself; exactly once in the municipality's own register."""
    arm(stack.data / "failpoints", "aflevering.na-claim", "kill")  # the worker dies once it is onderweg
    chip = agent.chip(kenmerk)
    expect(chip).to_have_attribute("data-state", "vastgelegd")
    loaded = agent.page.evaluate("performance.timeOrigin")
    stack.kill("worker")  # and once before that
    expect(chip).to_have_attribute("data-state", "onderweg", timeout=30_000)
    agent.inspect()
    expect(chip).to_have_attribute("data-state", "bevestigd", timeout=40_000)
    assert agent.page.evaluate("performance.timeOrigin") == loaded, "the page was loaded again"
    assert not (stack.data / "failpoints" / "aflevering.na-claim").exists()
    assert registered(stack, "deventer")[kenmerk] == "bevestigd"
    assert arrived(stack, "deventer")[kenmerk] == 1
    agent.inspect(dark=True)


def test_zwolle_on_the_built_in_register(stack: Stack, browsers: Browsers) -> None:
    who, elsewhere = sample("zwolle")["hoofdpersoon"], sample("deventer")["hoofdpersoon"]
    agent = browsers.visit("deventer")
    agent.sign_in("Karim Testman")
    theirs = agent.new_gesprek()
    fenna = browsers.visit("zwolle")
    come_in(fenna, "Fenna Proef")
    fenna.find(elsewhere.bsn)
    expect(fenna.page.locator("#resultaten")).to_contain_text("Niemand gevonden")
    fenna.inspect()
    fenna.tab_to(fenna.page.get_by_label("Achternaam"))
    fenna.type(who.geslachtsnaam)
    fenna.press("Tab")
    assert who.geboortedag is not None
    fenna.type(f"{who.geboortedag:%d-%m-%Y}")
    fenna.press("Enter")
    see_klant(fenna, who.geslachtsnaam, timeline="leeg")
    fenna.inspect()
    fenna.type("Wil haar rijbewijs verlengen.")
    fenna.note_is_saved()
    fenna.press("Alt+a")
    kenmerk = wrap_up(fenna, "Rijbewijs verlengen")
    expect(fenna.chip(kenmerk)).to_have_attribute("data-state", "vastgelegd")
    expect(fenna.chip(kenmerk)).to_have_attribute("data-state", "bevestigd", timeout=30_000)
    fenna.inspect()
    assert registered(stack, "zwolle")[kenmerk] == "bevestigd"
    nothing_of_deventer(stack, fenna, theirs)


def nothing_of_deventer(stack: Stack, fenna: Person, theirs: str) -> None:
    here, there = (
        {row["id"] for row in stack.kiss("contacten", "list", "--tenant", slug)} for slug in ("zwolle", "deventer")
    )
    assert here
    assert not here & there
    assert arrived(stack, "zwolle") == Counter()
    with fenna.expecting("404"):
        fenna.go(theirs)
    expect(fenna.page.get_by_role("heading", level=1)).to_have_text("Deze pagina bestaat niet")
    fenna.inspect(dark=True)
