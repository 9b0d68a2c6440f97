"""The checks on every page would notice."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journey import pagecheck
from tests.journey.conftest import Browsers


def test_strict_html_bites() -> None:
    page = '<!doctype html><html lang="nl"><head><title>x</title></head><body><h1>x</h1>{}</body></html>'
    assert pagecheck.strict(page.format("<p>goed</p>")) is None
    assert pagecheck.strict(page.format("<div><p>niet dicht</div></p>"))
    assert pagecheck.strict("<li>goed</li>", fragment=True) is None
    assert pagecheck.strict("</li>", fragment=True)


def test_axe_and_the_browsers_complaints_bite(browsers: Browsers) -> None:
    agent = browsers.visit("deventer")
    agent.go("/")
    expect(agent.page.get_by_role("heading", level=1, name="Aanmelden")).to_be_visible()
    agent.is_content()
    assert not pagecheck.violations(agent.page)
    agent.page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert [one["rule"] for one in pagecheck.violations(agent.page)] == ["button-name"]
    with agent.expecting("CSP: style-src", "Content Security Policy", "a pointer was used"):
        agent.page.evaluate("document.body.setAttribute('style', 'color: red')")
        agent.page.evaluate("dispatchEvent(new Event('pointerdown'))")
        agent.page.wait_for_timeout(100)
        said = " ".join(agent.complaints)
        assert "CSP: style-src" in said
        assert "a pointer was used" in said
