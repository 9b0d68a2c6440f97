"""The gallery shows every component, and in a browser it has no fault: axe in three looks at four widths, and Tab."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from app.galerij import pagina
from app.galerij.stijl import STATES, stylesheet
from app.thema import derive
from app.weergave import TEMPLATES
from tests.journey.pagecheck import _TOO_WIDE, violations
from tests.templates.galerij import sample
from tests.templates.tree import STATIC
from tests.templates.walk import Shown, walk

COMPONENTS = sorted((STATIC / "css/components").glob("*.css"))
PARTS = TEMPLATES / "components"
CLASS = re.compile(r"\.([a-z][\w-]*)")
# Notes each control that gets the focus: its place among all, and whether it has a ring.
_LISTEN = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(e => e.type !== 'hidden' && !e.disabled && e.checkVisibility());
  window.tabbed = [];
  all[0].focus();
  document.addEventListener('focusin', ({ target }) => {
    const style = getComputedStyle(target);
    window.tabbed.push({ element: target, at: all.indexOf(target),
      ring: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none' });
  });
  return all.length; }"""
_HEARD = "() => window.tabbed.map(({ element, ...rest }) => ({ ...rest, what: element.outerHTML.slice(0, 120) }))"


def unshown(css: str, html: str) -> set[str]:
    """Classes of a stylesheet that stand nowhere in this HTML."""
    bare = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"", "", css, flags=re.S)
    selectors = " ".join(re.findall(r"([^{}]+)\{", bare))
    classes = {name for found in re.findall(r'class="([^"]*)"', html) for name in found.split()}
    return set(CLASS.findall(selectors)) - classes


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_class_of_a_component_is_shown(path: object) -> None:
    html = sample().html()
    assert f'data-groep="{path.stem}"' in html, f"galerij/_{path.stem}.html is missing in app/galerij/pagina.py"  # type: ignore[attr-defined]
    pages = {name for page in (STATIC / "css/pages").glob("*.css") for name in CLASS.findall(page.read_text())}
    around = {name for name in pages if "__" in name}  # a part of a page, around the component
    assert not unshown(path.read_text(), html) - around  # type: ignore[attr-defined]


def test_every_group_is_a_component() -> None:
    assert {groep.name for groep in pagina.GROEPEN} == {path.stem for path in COMPONENTS}


def used_by_gallery() -> set[str]:
    """Files of components/ that the gallery's templates bring in, with the macros taken from each as file:macro."""
    texts = [path.read_text() for path in (TEMPLATES / "galerij").glob("*.html")]
    found = set(re.findall(r'include "components/([\w.]+)"', " ".join(texts)))
    for name, macros in re.findall(r'from "components/([\w.]+)" import ([\w, ]+)', " ".join(texts)):
        found |= {name, *(f"{name}:{macro.strip()}" for macro in macros.split(","))}
    return found | set(re.findall(r'include "components/([\w.]+)"', (TEMPLATES / "base.html").read_text()))


def test_every_part_is_used() -> None:
    used = used_by_gallery()
    for path in PARTS.glob("*.html"):
        assert path.name in used, f"the gallery does not show components/{path.name}"
        for macro in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text()):
            shown = f"{path.name}:{macro}" in used or macro in WITHIN
            assert shown, f"the gallery does not show {macro} of components/{path.name}"


WITHIN = {"token", "fout"}  # show up inside other parts: a form, a field in error


def test_a_missing_class_is_seen() -> None:
    assert unshown('.kaart { a: b } /* .weg */ .nieuw:hover > .a { b: url("x.svg") }', '<b class="kaart a">') == {
        "nieuw"
    }


def test_states_hold_still() -> None:
    css = stylesheet(derive("#0b5d66").css, None)
    for state in STATES:
        assert f".is-{state}" in css
    assert "forced-colors:active" in css
    assert ':root,[data-modus="licht"]{' in css
    assert 'url("./' not in css


def test_a_width_answers_for_the_window() -> None:
    narrow, wide = (stylesheet("", width) for width in (400, 1440))
    assert not re.search(r"\((?:min|max)-width:[\d.]+r?em\)", narrow + wide)
    assert narrow != wide


def test_axe_in_every_look_at_every_width(count: Callable[[str, int], None]) -> None:
    """Light, dark and contrast stand beside each other on the page, so one look at each width sees all three."""

    def faults(shown: Shown) -> list[str]:
        found = []
        for width in pagina.WIDTHS:
            shown.page.set_viewport_size({"width": width, "height": 800})
            found += [f"{width}: {one['rule']} {one['where'][:5]} {one['why'][:2]}" for one in violations(shown.page)]
            if (wider := shown.overflow()) > 0:
                found.append(f"{width}: {wider} px too wide: {shown.page.evaluate(_TOO_WIDE)}")
        return found + shown.complaints

    (found,) = walk([sample()], faults)
    count("axe runs on the gallery (three looks each)", len(pagina.WIDTHS))
    assert not found, "\n" + "\n".join(found)


def test_tab_reaches_every_control_in_order_with_a_ring(count: Callable[[str, int], None]) -> None:
    def tabbed(shown: Shown) -> tuple[int, list[str]]:
        wanted: int = shown.page.evaluate(_LISTEN)
        for _ in range(1, wanted):
            shown.page.keyboard.press("Tab")
        heard = shown.page.evaluate(_HEARD)
        found = [] if [one["at"] for one in heard] == list(range(1, wanted)) else ["not in order, or not every one"]
        for at, one in enumerate(heard, start=1):
            good = one["ring"] and one["at"] == at
            found += [f"Tab {at}: {one}"] * (not good)
        return wanted, found

    ((wanted, found),) = walk([sample()], tabbed)
    count("controls of the gallery reached with Tab", wanted)
    assert wanted > 150
    assert not found, "\n" + "\n".join(found[:20])


def test_a_chosen_width_acts_as_such_a_window() -> None:
    def name_in_bar(shown: Shown) -> tuple[str, int]:
        display: str = shown.page.evaluate("getComputedStyle(document.querySelector('.bar__naam')).display")
        return display, shown.page.evaluate("document.querySelector('.pagina').getBoundingClientRect().width")

    normal, narrow = walk([sample(), sample(400)], name_in_bar)
    assert normal == ("block", 1440)
    assert narrow == ("none", 400)
