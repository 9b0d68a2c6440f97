"""One colour of a municipality becomes every role, readable in every look, or it is refused with a sentence."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import thema
from app.kleuren import contrast
from app.thema import CONTRAST, PAIRS, STATUS_DARK, STATUS_LIGHT, Roles, ThemaAfgekeurd, derive
from app.uiterlijk.woorden import adjusted, in_words

DEVENTER = "#0b5d66"
BRANDS = ("#7a2e63", "#55610f", "#3b4c6b")
HARD = ("#ffcc00", "#e30613", "#00a1e4", "#7ac143", "#ffffff", "#111111")


def looks(kleur: str) -> dict[str, Roles]:
    """The roles of each look, read back from the stylesheet that browsers get."""
    found = {}
    for selector, body in re.findall(r"([^{}]+)\{(color-scheme:[^{}]*)\}", derive(kleur).css):
        found[selector.strip()] = dict(re.findall(r"--kiss-([\w-]+):(#[0-9a-f]{6,8})", body))
    return {"licht": found[":root"], "donker": found['[data-modus="donker"]']}


def near(found: str, wanted: str, tolerance: int) -> bool:
    return all(abs(int(found[at : at + 2], 16) - int(wanted[at : at + 2], 16)) <= tolerance for at in (1, 3, 5))


@pytest.mark.parametrize(
    ("look", "role", "wanted", "tolerance"),
    [
        ("licht", "surface-canvas", "#eef4f4", 2),
        ("licht", "surface-selected", "#d8f3f6", 2),
        ("licht", "bar", "#003339", 2),
        ("licht", "accent", "#0b5d66", 0),
        ("donker", "accent", "#72b8c2", 6),
        ("donker", "surface-canvas", "#0e1415", 4),
    ],
)
def test_deventer_as_drawn(look: str, role: str, wanted: str, tolerance: int) -> None:
    assert near(looks(DEVENTER)[look][role], wanted, tolerance), looks(DEVENTER)[look][role]


@pytest.mark.parametrize("kleur", [DEVENTER, *BRANDS, *HARD])
def test_brands_and_hard_colours(kleur: str) -> None:
    """Read back and measured here, not only by the derivation's own check."""
    for look, roles in {**looks(kleur), "contrast": CONTRAST}.items():
        for front, back, wanted in PAIRS:
            found = contrast(roles[front], roles[back])
            assert found >= wanted, f"{kleur} {look}: {front} on {back} is {found:.2f}"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.00, abs=0.01)


@pytest.mark.parametrize("kleur", ["", "teal", "#0b5d6", "#0b5d66ff", "0b5d66", "#gggggg", "#0b5d6;", "#0b5d66\n"])
def test_no_colour_is_refused(kleur: str) -> None:
    with pytest.raises(ThemaAfgekeurd, match="zes cijfers"):
        derive(kleur)


@pytest.mark.parametrize("pair", PAIRS)
def test_a_failing_pair_is_named(pair: tuple[str, str, float]) -> None:
    front, back, _ = pair
    roles = {**CONTRAST, front: CONTRAST[back]}  # the two cannot be told apart
    with pytest.raises(ThemaAfgekeurd) as refused:
        thema._check("donker", roles)
    assert re.search(r"^[\w-]+ op [\w-]+ \(donker\): \d+,\d, nodig is \d,\d$", str(refused.value))
    assert {front, back} & set(re.findall(r"[\w-]+", str(refused.value)))


def test_the_first_failing_pair_by_name() -> None:
    with pytest.raises(ThemaAfgekeurd, match=r"on-toast op toast \(licht\): 1,0, nodig is 7,0"):
        thema._check("licht", {**CONTRAST, "on-toast": CONTRAST["toast"]})


def verdict(kleur: str) -> str:
    """The stylesheet, or the sentence by which the colour is refused."""
    try:
        return derive(kleur).css
    except ThemaAfgekeurd as refused:
        return str(refused)


@given(st.integers(0, 0xFFFFFF))
@settings(deadline=None, max_examples=150)
def test_every_colour_passes_or_hears_why(number: int) -> None:
    assert re.search(r"--kiss-accent:#[0-9a-f]{6};| op .+ \(.+\): .+ nodig is ", verdict(f"#{number:06x}"))


def failing(kleur: str) -> str:
    """The first pair of a colour that fails by our own measuring; empty for a colour that was refused by name."""
    try:
        found = looks(kleur)
    except ThemaAfgekeurd as refused:
        return (
            "" if refused.paar and f"{refused.paar.voor} op {refused.paar.achter}" in str(refused) else str(refused)
        )
    pairs = ((look, *pair) for look in found for pair in PAIRS)
    return next(
        (
            f"{kleur}: {pair}"
            for pair in pairs
            if contrast(found[pair[0]][pair[1]], found[pair[0]][pair[2]]) < pair[3]
        ),
        "",
    )


def test_no_failing_pair_is_ever_silently_accepted(seed: int, count: Callable[[str, int], None]) -> None:
    """Colours out of the whole cube, each measured again in the stylesheet as browsers get it."""
    choice = random.Random(seed)
    found = [failing(f"#{choice.randrange(1 << 24):06x}") for _ in range(2_000)]
    count("random colours measured", len(found))
    assert not any(found), [one for one in found if one]


def test_what_was_adjusted_is_reported() -> None:
    """Design, section 4: "donkerder gemaakt: 3,9 naar 5,5 op 1"."""
    assert [(one.modus, one.rol) for one in derive(DEVENTER).aanpassingen] == [
        ("donker", "accent"),
        ("donker", "link"),
    ]
    (yellow,) = [one for one in derive("#ffcc00").aanpassingen if (one.modus, one.rol) == ("licht", "accent")]
    assert yellow.donkerder
    assert yellow.van == pytest.approx(contrast("#ffcc00", "#ffffff"))
    assert yellow.naar >= 5.5
    assert adjusted(yellow) == "Knop (licht): donkerder gemaakt, van 1,5 naar 6,0 op 1"
    assert adjusted(derive(DEVENTER).aanpassingen[0]).startswith("Knop (donker): lichter gemaakt, van 2,0 naar 6,9")


def test_every_pair_has_words() -> None:
    for paar in derive(DEVENTER).paren:
        assert re.fullmatch(r"[a-z ]+ op [a-z ]+ \(\w+\) is \d+,\d op 1, nodig is \d,\d", in_words(paar)), paar


@given(st.text(max_size=9))
@settings(deadline=None)
def test_any_text_is_a_colour_or_refused(text: str) -> None:
    assert ("--kiss-accent:#" in verdict(text)) == bool(re.fullmatch("#[0-9a-fA-F]{6}", text))


@pytest.mark.parametrize("kleur", [*BRANDS, *HARD])
def test_status_colours_are_the_same_everywhere(kleur: str) -> None:
    for look, status in (("licht", STATUS_LIGHT), ("donker", STATUS_DARK)):
        mine, theirs = looks(kleur)[look], looks(DEVENTER)[look]
        assert status
        assert {name: mine[name] for name in status} == {name: theirs[name] for name in status} == status


def test_the_address_follows_the_contents() -> None:
    one, same, other = derive(DEVENTER), derive(DEVENTER), derive("#7a2e63")
    assert one == same
    assert one.hash != other.hash
    assert re.fullmatch(r"[0-9a-f]{16}", one.hash)
