"""What every page of the product has to be, wherever the journey meets it.

Strict HTML as the server sent it, a title and one h1, no axe violation (WCAG 2.0 to 2.2, A and AA), nothing wider
than 320 CSS pixels (WCAG 1.4.10).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import html5lib
from html5lib.html5parser import ParseError
from playwright.sync_api import Page, Response

from tests.report import PROJECT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 320, "height": 640}
_RUN = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
  .then(r => r.violations.map(v => ({rule: v.id, what: v.help, where: v.nodes.map(n => n.target.join(' ')),
    why: v.nodes.map(n => n.failureSummary)})))"""
# The deepest elements that stick out, for whoever has to mend it.
_TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .map(e => [e, Math.round(e.getBoundingClientRect().right)])
  .filter(([, right]) => right > innerWidth).slice(-6)
  .map(([e, right]) => `${e.outerHTML.slice(0, 160)} → ${right}`)"""


@cache
def _axe() -> str:
    return (PROJECT / "node_modules/axe-core/axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[dict[str, Any]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())  # through the debugger: the page's own CSP would refuse a script tag
    found: list[dict[str, Any]] = page.evaluate(_RUN, TAGS)
    return found


def strict(text: str, *, fragment: bool = False) -> str | None:
    """What is wrong with this HTML, or None."""
    parser = html5lib.HTMLParser(strict=True)
    try:
        parser.parseFragment(text) if fragment else parser.parse(text)
    except ParseError:
        (line, column), code, values = parser.errors[0]
        around = text.splitlines()[line - 1][max(0, column - 120) : column + 40] if text else ""
        return f"{code} {values} at {line}:{column}: {around}"
    return None


def check_source(responses: list[Response]) -> None:
    for response in responses:
        fragment = "<html" not in (text := response.text())[:200]
        fault = strict(text, fragment=fragment)
        assert fault is None, f"{response.url}: {fault}"


def check_page(page: Page, *, dark: bool = False) -> None:
    """Everything above for the page as it stands now, wide and narrow, and in the dark when asked."""
    assert page.title().strip(), page.url
    assert page.locator("h1").count() == 1, f"{page.url}: {page.locator('h1').all_inner_texts()}"
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark") if dark else ("light",):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            found = violations(page)
            assert not found, f"{page.url} at {size['width']} {scheme}: {found}"
        width = page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= size["width"], f"{page.url}: {width} wide at {size['width']}: {page.evaluate(_TOO_WIDE)}"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
