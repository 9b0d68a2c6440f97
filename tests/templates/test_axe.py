"""No sample page breaks a rule of WCAG 2.0 to 2.2, A and AA, that axe can see: wide in light, narrow in dark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.journey.pagecheck import violations
from tests.templates.samples import Sample, all_samples
from tests.templates.walk import NARROW, Shown, walk


def faults(shown: Shown) -> list[str]:
    """What axe, the narrow screen and the browser itself have to say about one page."""
    found = []
    for modus, size in shown.each_once():
        where = f"{shown.sample.name} at {size[0]} {modus}"
        found += [f"{where}: {one['rule']} {one['where']} {one['why']}" for one in violations(shown.page)]
        if size == NARROW and (wider := shown.overflow()) > 0:
            found.append(f"{where}: {wider} px too wide")
    return found + [f"{shown.sample.name}: {complaint}" for complaint in shown.complaints]


@pytest.mark.timeout(400)
def test_every_page_in_every_state(count: Callable[[str, int], None]) -> None:
    samples = [sample for sample in all_samples() if sample.name != "galerij"]  # test_galerij.py, at more widths
    found = [fault for page in walk(samples, faults) for fault in page]
    count("axe runs on sample pages", 2 * len(samples))
    assert not found, "\n" + "\n".join(found)


@dataclass(frozen=True)
class Broken(Sample):
    """A page with a defect in it: what stood there, and what stands there now."""

    changes: dict[str, str] = field(default_factory=dict)

    def html(self) -> str:
        text = super().html()
        for old, new in self.changes.items():
            assert old in text
            text = text.replace(old, new)
        return text


def test_a_broken_page_is_seen() -> None:
    sample = next(sample for sample in all_samples() if sample.name == "start-leeg")
    changes = {
        '<h1 id="kop">Start</h1>': '<h1 id="kop">Start</h1><input size="120"><img src="/static/weg.png">',
        '<main class="blad"': '<main style="color:#777" class="blad"',
        '<p class="zacht">Sanne': '<p class="bar"><span class="zacht">Donker op donker</span> Sanne',
    }
    broken = Broken("kapot", sample.template, sample.context, medewerker=sample.medewerker, changes=changes)
    (found,) = walk([broken], faults)
    for mark in ("label [", "image-alt", "color-contrast", "320 donker", "px too wide", "Content Security", "404"):
        assert any(mark in fault for fault in found), f"{mark} was not seen: {found}"
