"""Every template in every state through the real engine: strict HTML in which every name leads somewhere."""

from __future__ import annotations

from typing import Any

import pytest

from app.galerij.pagina import GROEPEN
from app.weergave import TEMPLATES
from tests.templates import markup
from tests.templates.samples import Sample, all_samples

SAMPLES = {sample.name: sample for sample in all_samples()}
FRAGMENTS: dict[str, dict[str, Any]] = {  # parts that no sample page asks for by itself
    "_fout.html": {
        "status": 503,
        "titel": "Even niet bereikbaar",
        "uitleg": "We zijn er zo weer.",
        "foutnummer": None,
    },
    "auth/_bevestig_eerst.html": {
        "titel": "Bevestig eerst dat u het bent",
        "uitleg": "Dit vraagt zekerheid over wie u bent.",
        "vraag": "/aanmelden/bevestigen?volgende=/bevestigd",
    },
    "auth/_vergrendeld.html": {"weer": "/aanmelden?opnieuw=ja&volgende=/aangemeld"},
    "klantbeeld/_bsn.html": {"bsn": "9999 93 653"},
    "afleveringen/_chip.html": {"aflevering": {"state": "onderweg", "klantcontact": "0190-1"}},
}
GOOD = markup.wrapped('<form method="post" action="/x"><input type="hidden" name="_csrf" value="t"></form>')


@pytest.mark.parametrize("name", SAMPLES)
def test_page(name: str) -> None:
    sample = SAMPLES[name]
    found = list(markup.faults(sample.html(), title_end="– Deventer" if sample.tenant else ""))
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if any(sample.panels.values())])
def test_panels(name: str) -> None:
    sample = SAMPLES[name]
    around = markup.ids_of(sample.html())
    for path, fragment in sample.fragments():
        found = list(markup.faults(markup.wrapped(fragment), elsewhere=around))
        assert not found, f"{path}:\n" + "\n".join(found)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_fragment(name: str) -> None:
    sample = Sample(name, name, FRAGMENTS[name])
    assert not list(markup.faults(markup.wrapped(sample.html())))


def test_every_template_is_shown() -> None:
    shown = {sample.template for sample in SAMPLES.values()} | set(FRAGMENTS)
    shown |= {panel[0] for sample in SAMPLES.values() for panel in sample.panels.values() if panel}
    shown |= {f"galerij/_{groep.name}.html" for groep in GROEPEN}
    texts = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
    grown: set[str] = set()
    while grown != shown:
        grown = set(shown)
        shown |= {name for name in texts for user in grown if f'"{name}"' in texts[user]}
    assert not set(texts) - shown, "no sample shows these"


def test_samples_are_as_full_as_real_ones() -> None:
    full = SAMPLES["klantbeeld-vol"]
    panels = dict(full.fragments())
    timeline = next(html for path, html in panels.items() if path.endswith("contacten"))
    assert timeline.count("<h4>") >= 30
    assert timeline.count('class="dag"') >= 5
    assert full.html().count("strip__chip") >= 7
    assert len(SAMPLES["klantbeeld-lang"].context["klant"]["naam"]) == 40
    assert SAMPLES["afronden-een-fout"].html().count('aria-invalid="true"') == 1
    assert SAMPLES["afronden-twee-fouten"].html().count('aria-invalid="true"') == 2


def test_nothing_of_a_secret_address_reaches_the_page() -> None:
    for name in ("klantbeeld-geheim", "zoeken-resultaten"):
        html = "".join(html for _, html in SAMPLES[name].fragments())
        assert "Deze straat" not in html
        assert "Geheim: geef niets door" in html


@pytest.mark.parametrize(
    ("defect", "instead", "sentence"),
    [
        ('<html lang="nl">', "<html>", "lang=nl"),
        ("x – Deventer", "x", "title"),
        ("x – Deventer", "– Deventer", "title"),
        ("<h1>x</h1>", "<p>x</p>", "0 h1"),
        ("<h1>x</h1>", "<h1>x</h1><h1>y</h1>", "2 h1"),
        ("<h1>x</h1>", '<h1 id="a">x</h1><p id="a"></p>', "2 times"),
        ("<h1>x</h1>", '<h1>x</h1><input name="a">', "no label"),
        ("<h1>x</h1>", '<h1>x</h1><label for="b"></label><input id="b" name="a">', "no label"),
        ("<h1>x</h1>", '<h1>x</h1><p aria-describedby="weg">x</p>', "no id 'weg'"),
        ("<h1>x</h1>", '<h1>x</h1><a href="#weg">x</a>', "no id 'weg'"),
        ("<h1>x</h1>", '<h1>x</h1><b hx-target="#weg">x</b>', "no id 'weg'"),
        ('<input type="hidden" name="_csrf" value="t">', "", "0 _csrf"),
        ('value="t"', 'value=""', "0 _csrf"),
        ("<h1>x</h1>", "<h1>x", "end-tag"),
        ("<h1>x</h1>", "<h1>x</h1><p><div></div></p>", "end-tag"),
    ],
)
def test_a_defect_is_seen(defect: str, instead: str, sentence: str) -> None:
    assert not list(markup.faults(GOOD))
    assert defect in GOOD
    found = list(markup.faults(GOOD.replace(defect, instead)))
    assert any(sentence in fault for fault in found), found
