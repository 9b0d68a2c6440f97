"""Typing is saving: how soon, in two tabs at once, and taken back again."""

from __future__ import annotations

import threading
import time

from playwright.sync_api import expect

from tests.journey.conftest import Browsers
from tests.journey.person import Person
from tests.journey.server import Session
from tests.journey.test_journey import registered, wrap_up
from tests.stack import Stack, eventually

SOON = 1.5  # seconds: one for the first unsaved key, and the way there
TEXT = "Mevrouw belt over de bomen in haar straat, die staan al een week te wiebelen. " * 2


class Watcher:
    """How much of the note the server has, asked over and over: (moment, characters)."""

    def __init__(self, session: Session, path: str) -> None:
        self.seen: list[tuple[float, int]] = []
        self._session, self._path, self._ended = session, path, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            asked = time.monotonic()  # what comes back was there then, or a moment later
            self.seen.append((asked, len(self._session.notitie(self._path))))


def typed_by_now(agent: Person, text: str) -> list[float]:
    """Type without a pause; give the moment of every key."""
    moments = []
    for character in text:
        agent.press(character)
        moments.append(time.monotonic())
    return moments


def begin(browsers: Browsers, name: str) -> tuple[Person, str]:
    agent = browsers.visit("deventer")
    agent.sign_in(name)
    path = agent.new_gesprek()
    agent.press("Alt+t")
    expect(agent.note).to_be_focused()
    return agent, path


def test_who_types_on_is_never_more_than_a_moment_ahead_of_the_server(stack: Stack, browsers: Browsers) -> None:
    agent, path = begin(browsers, "Sanne Proef")
    watcher = Watcher(agent.server(), path)
    end = time.monotonic() + 4
    moments: list[float] = []
    while time.monotonic() < end:
        moments += typed_by_now(agent, TEXT[len(moments) % len(TEXT)])
        time.sleep(0.04)
    agent.note_is_saved()
    watcher.end()
    during = [(moment, saved) for moment, saved in watcher.seen if moment <= moments[-1]]
    behind = [moment - moments[saved] for moment, saved in during if saved < len(moments)]
    assert any(0 < saved < len(moments) for _, saved in during), "nothing was saved while typing"
    assert max(behind) <= SOON, f"a key was not on the server after {max(behind):.2f} s"


def test_two_tabs_write_the_same_note(stack: Stack, browsers: Browsers) -> None:
    first, path = begin(browsers, "Karim Testman")
    second = first.tab()
    second.go(path)
    first.type("Uit het eerste venster.")
    first.note_is_saved()
    second.press("Alt+t")
    with second.expecting("409"):
        second.type("Uit het tweede venster.")
        panel = second.page.get_by_role("group", name="Twee versies van deze tekst")
        expect(panel).to_contain_text("Karim Testman veranderde dit")
    for text in ("Uit het eerste venster.", "Uit het tweede venster."):
        expect(panel.get_by_text(text)).to_be_visible()
    expect(second.saving).to_have_attribute("data-state", "conflict")
    second.inspect()
    second.enter(second.page.get_by_role("button", name="Bewaar beide"))
    expect(panel).to_have_count(0)
    both = "Uit het eerste venster.\n\nUit het tweede venster."
    eventually(lambda: second.server().notitie(path) == both, seconds=10, what="both texts")
    expect(second.note).to_have_value(both)


def test_a_save_can_be_undone_for_a_moment(stack: Stack, browsers: Browsers) -> None:
    agent, path = begin(browsers, "Karim Testman")
    agent.type("Toch nog niet klaar.")
    agent.press("Alt+a")
    kenmerk = wrap_up(agent, "Bomen")
    agent.press("Alt+z")
    expect(agent.note).to_have_value("Toch nog niet klaar.")
    assert agent.path == path
    assert kenmerk not in registered(stack, "deventer")
    agent.press("Alt+a")
    expect(agent.page.get_by_label("Onderwerp")).to_have_value("Bomen")
    agent.press("Control+Enter")
    expect(agent.page.get_by_role("heading", name="Gesprek opgeslagen")).to_be_visible()


def test_a_gesprek_thrown_away_comes_back(stack: Stack, browsers: Browsers) -> None:
    agent, path = begin(browsers, "Karim Testman")
    agent.type("Verkeerd verbonden?")
    agent.note_is_saved()
    agent.enter(agent.page.locator("aside summary"))
    agent.inspect()
    agent.enter(agent.page.get_by_role("button", name="Sluit zonder op te slaan"))
    expect(agent.page.get_by_text("Gesprek gesloten zonder op te slaan.")).to_be_visible()
    assert agent.path == "/"
    agent.inspect()
    agent.press("Alt+z")
    expect(agent.note).to_have_value("Verkeerd verbonden?")
    assert agent.path == path
