"""The browser dies while somebody types: what stands on the server is all but the last moment (G-DRAFT)."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import Browsers
from tests.journey.person import Person
from tests.journey.server import Session
from tests.proof import Proof
from tests.stack import Stack

MOST = 2.0  # seconds of typing that may be lost
WORDS = "mevrouw belt over de bomen in haar straat die staan al een week te wiebelen en zij maakt zich zorgen".split()


@pytest.fixture(scope="module")
def signed_in(chromium: Browsers) -> tuple[Any, str]:
    """What the browser of a signed-in agent holds, for every browser after it, and the cookie alone."""
    agent = chromium.visit("deventer")
    agent.sign_in("Sanne Proef")
    kept, cookie = agent.context.storage_state(), agent.server().cookie
    chromium.leave()
    return kept, cookie


def typed_until_killed(browsers: Browsers, agent: Person, chance: random.Random) -> tuple[str, list[float], float]:
    """Type as people do, then `kill -9` at a moment nobody chose: the text, the moment of each key and of the end."""
    end = time.monotonic() + chance.uniform(0.7, 2.2)
    text, moments = "", []
    while time.monotonic() < end:
        for character in chance.choice(WORDS) + " ":
            agent.press("Space" if character == " " else character)
            moments.append(time.monotonic())
            text += character
            time.sleep(chance.uniform(0.01, 0.08))
        if chance.random() < 0.15:
            time.sleep(chance.uniform(0.2, 0.6))
    killed = time.monotonic()
    browsers.kill()
    return text, moments, killed


def one_kill(stack: Stack, browsers: Browsers, signed_in: tuple[Any, str], chance: random.Random) -> float:
    """Seconds of typing that were lost; raises when what is kept is no beginning of what was typed."""
    kept, cookie = signed_in
    agent = browsers.visit("deventer", storage_state=kept)
    agent.go("/")
    path = agent.new_gesprek()
    agent.press("Alt+t")
    expect(agent.note).to_be_focused()
    text, moments, killed = typed_until_killed(browsers, agent, chance)
    agent.complaints = []
    time.sleep(0.5)  # a save that was under way arrives without its browser
    saved = Session(stack, "deventer", cookie).notitie(path)
    assert text.startswith(saved), f"typed {text!r}, kept {saved!r}"
    return killed - moments[len(saved)] if len(saved) < len(moments) else 0.0


@pytest.mark.timeout(3600)
@pytest.mark.proof("drafts", smoke=20, full=200, unit="browser kills", goal="hoogstens 2 s getypte tekst kwijt")
def test_a_killed_browser_loses_at_most_two_seconds(
    stack: Stack, browsers: Browsers, signed_in: tuple[Any, str], proof: Proof, count: Callable[[str, int], None]
) -> None:
    lost: list[float] = []
    for batch in proof.batches(10):
        found = []
        for number in range(batch.count):
            seconds = one_kill(stack, browsers, signed_in, random.Random(batch.seed + number))
            lost.append(seconds)
            if seconds > MOST:
                found.append(f"{seconds:.2f} s kwijt bij seed {batch.seed + number}")
        proof.found(found)
    if lost:
        count("ms of typing lost at a browser kill, most", round(max(lost) * 1000))
        count("ms of typing lost at a browser kill, median", round(statistics.median(lost) * 1000))
