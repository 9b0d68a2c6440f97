"""The lock in a real browser: nothing of anybody is left in the page, and who comes back goes on to the character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from app.practice.people import sample
from tests.journey.conftest import Browsers
from tests.journey.person import Person
from tests.stack import Stack, eventually

SOMEBODY = sample("deventer")["hoofdpersoon"]
TYPED = "Kanarie: mevrouw Vogelzang belt, é en €, twee  spaties\nen een tweede regel "
AFTER = "Nog getypt terwijl de sessie al voorbij was, zonder op het scherm te letten."
HEADING = "Uw scherm is vergrendeld"
# Everything that a look at the elements shows: markup with templates, values, and the title.
WHOLE = """() => [document.documentElement.outerHTML, document.title, location.href,
  ...[...document.querySelectorAll('input, textarea, select, option')].map(e => e.value + ' ' + e.defaultValue),
  ...[...document.querySelectorAll('template')].map(e => e.innerHTML)].join('\\n')"""


def in_gesprek(browsers: Browsers, name: str) -> Person:
    """An agent with a caller on the screen and something typed."""
    agent = browsers.visit("deventer")
    agent.sign_in(name)
    agent.new_gesprek()
    agent.find(SOMEBODY.bsn)
    expect(agent.page.locator('[data-source="personen"]')).to_have_attribute("data-state", "resultaat")
    expect(agent.page.locator('[data-source][data-state="laden"]')).to_have_count(0)
    agent.press("Alt+t")
    agent.type(TYPED)
    return agent


def shows(page: Page, *words: str) -> list[str]:
    """Which of these stand anywhere in the page."""
    whole = page.evaluate(WHOLE)
    return [word for word in words if word in whole]


def canaries(name: str) -> tuple[str, ...]:
    own = [name, name.replace(" ", ".").lower(), "Kanarie", "Vogelzang"]
    return (*own, SOMEBODY.geslachtsnaam, SOMEBODY.straat, SOMEBODY.bsn, SOMEBODY.bsn[-3:] + "<")


def is_locked(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)
    expect(page).to_have_title("Vergrendeld – Deventer")


def sign_in_again(agent: Person, page: Page, name: str, *, link: str = "Meld u opnieuw aan") -> None:
    """In the window that opens; it closes by itself."""
    with agent.context.expect_page() as opened:
        page.get_by_role("link", name=link).press("Enter")
    window = opened.value
    window.get_by_role("button", name=name).press("Enter")
    expect(window.get_by_role("heading", level=1)).to_have_text("Bent u het nog?")
    with window.expect_event("close"):
        window.get_by_role("button", name=name).press("Enter")


def set_session(stack: Stack, name: str, change: str) -> None:
    """Time passes for this person on the server."""
    whose = f"(SELECT id FROM t_deventer.lidmaatschap WHERE naam = '{name}')"  # noqa: S608  # names of this file
    done = stack.sql(f"UPDATE t_deventer.sessie SET {change} WHERE lidmaatschap_id = {whose}")  # noqa: S608
    assert done != "UPDATE 0"


AWAY = "gezien_op = gezien_op - interval '31 minutes'"
OVER = "verloopt_op = now() - interval '1 second'"


@contextmanager
def same_page(page: Page) -> Iterator[None]:
    """It is not loaded again meanwhile."""
    page.evaluate("window.nogDezelfde = true")
    yield
    assert page.evaluate("window.nogDezelfde") is True, "the page was loaded again"


def test_locking_leaves_nothing_and_signing_in_again_loses_nothing(stack: Stack, browsers: Browsers) -> None:
    agent = in_gesprek(browsers, "Sanne Proef")
    agent.note_is_saved()
    second = agent.tab()
    second.go(agent.path)
    expect(second.page.locator('[data-source="personen"]')).to_have_attribute("data-state", "resultaat")
    path, words = agent.path, canaries("Sanne Proef")
    assert set(shows(agent.page, *words)) >= {"Kanarie", "Vogelzang", SOMEBODY.geslachtsnaam, "Sanne Proef"}
    with same_page(agent.page), same_page(second.page):
        agent.page.evaluate("document.querySelector('#notitie').setSelectionRange(3, 8)")
        agent.press("Alt+l")
        for page in (agent.page, second.page):
            is_locked(page)
            assert shows(page, *words) == []
            assert "merk-" in (page.locator('link[rel="icon"]').get_attribute("href") or "")
        expect(agent.page.get_by_role("link", name="Meld u opnieuw aan")).to_be_focused()
        expect(agent.page.get_by_text(re.compile(r"Alles wat u typte is bewaard om \d\d:\d\d:\d\d"))).to_be_visible()
        expect(agent.page.get_by_text("Gesprek 1").first).to_be_visible()
        agent.inspect(dark=True)
        _, _, text = eventually(lambda: locked_answer(agent, path), what="the server is locked too")
        assert not [word for word in words if word in text]
        sign_in_again(agent, agent.page, "Sanne Proef")
        expect(agent.note).to_have_value(TYPED)
        expect(agent.note).to_be_focused()
        assert agent.page.evaluate("[notitie.selectionStart, notitie.selectionEnd]") == [3, 8]
        expect(second.note).to_have_value(TYPED)
        expect(agent.page).to_have_title(re.compile("^Gesprek met"))
        agent.press("Control+End")
        agent.type("en verder.")
        agent.note_is_saved()
    assert agent.path == path
    agent.inspect()


def locked_answer(agent: Person, path: str) -> tuple[int, str, str] | None:
    answer = agent.server().send("GET", path)
    return answer if answer[0] == 401 else None


def test_loading_again_shows_the_lock_and_then_the_same_page(stack: Stack, browsers: Browsers) -> None:
    agent = in_gesprek(browsers, "Sanne Proef")
    path, words = agent.path, canaries("Sanne Proef")
    agent.press("Alt+l")
    is_locked(agent.page)
    eventually(lambda: locked_answer(agent, path), what="the server is locked too")
    with agent.expecting("401"):
        agent.page.reload()
        is_locked(agent.page)
        assert agent.path == path
        assert shows(agent.page, *words) == []
    agent.inspect(dark=True)
    agent.enter(agent.page.get_by_role("button", name="Meld u opnieuw aan"))
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Bent u het nog?")
    agent.enter(agent.page.get_by_role("button", name="Sanne Proef"))
    expect(agent.note).to_have_value(TYPED)
    assert agent.path == path


def test_a_colleague_who_signs_in_there_sees_nothing_of_it(stack: Stack, browsers: Browsers) -> None:
    agent = in_gesprek(browsers, "Sanne Proef")
    agent.press("Alt+l")
    is_locked(agent.page)
    with agent.context.expect_page() as opened:
        agent.page.get_by_role("link", name="Meld u opnieuw aan").press("Enter")
    opened.value.get_by_role("button", name="Tarik Fictief").press("Enter")
    opened.value.get_by_role("button", name="Tarik Fictief").press("Enter")
    expect(agent.page.get_by_role("heading", level=1, name="Start")).to_be_visible()
    expect(agent.page.get_by_text("Tarik Fictief").first).to_be_attached()
    assert shows(agent.page, *canaries("Sanne Proef")) == []
    agent.page.go_back()
    agent.page.wait_for_load_state("load")
    assert shows(agent.page, *canaries("Sanne Proef")) == []


def test_doing_nothing_for_long_locks_by_itself(stack: Stack, browsers: Browsers) -> None:
    agent = browsers.visit("deventer")
    agent.page.clock.install()
    agent.sign_in("Karim Testman")
    agent.page.clock.fast_forward("31:00")
    agent.page.wait_for_timeout(1500)
    expect(agent.page.get_by_role("heading", level=1, name="Start")).to_be_visible()  # the server says not yet
    with agent.expecting("401"):
        set_session(stack, "Karim Testman", AWAY)
        agent.page.clock.run_for(3000)
        is_locked(agent.page)
    assert shows(agent.page, "Karim") == []


@pytest.mark.parametrize("why", [AWAY, OVER], ids=["idle", "over"])
def test_what_is_typed_after_the_end_is_kept_and_saved_later(why: str, stack: Stack, browsers: Browsers) -> None:
    agent = in_gesprek(browsers, "Karim Testman")
    agent.note_is_saved()
    path = agent.path
    with agent.expecting("401"), same_page(agent.page):
        set_session(stack, "Karim Testman", why)
        agent.type(AFTER, delay=40)  # also once the lock is there: the agent looks at something else
        is_locked(agent.page)
        expect(agent.page.get_by_text("staat hier nog en wordt daarna bewaard")).to_be_visible()
        assert shows(agent.page, *canaries("Karim Testman")) == []
        agent.page.wait_for_timeout(2500)  # looks up, and reads
        sign_in_again(agent, agent.page, "Karim Testman")
        expect(agent.note).to_have_value(TYPED + AFTER)
        agent.note_is_saved()
        assert agent.server().notitie(path) == TYPED + AFTER


def test_signing_in_in_time_while_everything_stays(stack: Stack, browsers: Browsers) -> None:
    agent = in_gesprek(browsers, "Sanne Proef")
    agent.note_is_saved()
    set_session(stack, "Sanne Proef", "verloopt_op = now() + interval '5 minutes'")
    agent.page.reload()
    notice = agent.page.get_by_role("complementary", name="Uw werkdag in KISS loopt af")
    expect(notice).to_be_visible()
    agent.inspect(dark=True)
    with same_page(agent.page):
        agent.press("Alt+t")
        agent.press("Control+End")
        agent.type("Nog tijdens het aanmelden. ")
        sign_in_again(agent, agent.page, "Sanne Proef", link="Meld u nu aan")
        expect(notice).to_have_count(0)
        expect(agent.note).to_have_value(TYPED + "Nog tijdens het aanmelden. ")
        agent.press("Alt+t")
        agent.type("En daarna.")
        agent.note_is_saved()


def test_my_sessions_and_ending_one_elsewhere(stack: Stack, browsers: Browsers) -> None:
    here, there = browsers.visit("deventer"), browsers.visit("deventer")
    for one in (there, here):
        one.sign_in("Anouk Voorbeeld")
    here.enter(here.page.locator("header summary"))
    here.enter(here.page.get_by_role("link", name="Mijn sessies"))
    rows = here.page.locator("[data-sessie]")
    expect(rows.first).to_be_visible()
    count = rows.count()  # those of earlier tests are there as well
    assert count >= 2
    expect(rows.first).to_have_attribute("data-sessie", "deze")
    expect(rows.first).to_contain_text("Chrome op Linux")
    here.inspect(dark=True)
    with there.expecting("401"):
        here.enter(here.page.get_by_role("button", name=re.compile("^Beëindig Chrome op Linux")))
        expect(here.page.get_by_text("Beëindigd.")).to_be_visible()
        is_locked(there.page)
        assert shows(there.page, "Anouk") == []
    expect(rows).to_have_count(count - 1)
