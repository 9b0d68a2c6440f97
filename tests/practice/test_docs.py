"""docs/oefenomgeving.md says what there is: operations, people, delays."""

from __future__ import annotations

from pathlib import Path

from app.practice.brp_vraag import MOST_RESULTS, TYPES
from app.practice.elsewhere import CERTIFICATES
from app.practice.faults import KINDS, SECONDS
from app.practice.gemeenten import GEMEENTEN
from app.practice.klant.api import MAAK
from app.practice.klant.filters import EXPANDS
from app.practice.klant.resources import RESOURCES
from app.practice.people import INWONERS, sample

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "oefenomgeving.md").read_text("utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("|")]


def row(begin: str) -> str:
    (found,) = [line for line in ROWS if line.startswith(f"| {begin} |")]
    return found


def test_every_operation_is_listed() -> None:
    for resource in RESOURCES:
        names = row(f"`/{resource}`")
        for name in EXPANDS.get(resource, ()):
            assert name.partition(".")[0] in names, name
    assert row(f"`/{MAAK}`")
    for soort in TYPES:
        assert row(f"`{soort}`").endswith(f"| {MOST_RESULTS.get(soort, '–')} |")


def test_everybody_to_practise_with_is_listed() -> None:
    for tenant in GEMEENTEN:
        for person in sample(tenant).values():
            named = [line for line in ROWS if person.bsn in line]
            assert named
            assert all(person.geslachtsnaam in line for line in named)
    assert f"{INWONERS} inwoners" in TEXT


def test_every_fault_is_listed_as_it_is() -> None:
    for kind, what in KINDS.items():
        assert row(f"`{kind}`").replace("`Retry-After`", "Retry-After").startswith(f"| `{kind}` | {what}")
    for kind, seconds in SECONDS.items():
        assert f"anders {seconds:.0f})" in row(f"`{kind}`")
    assert all(f"`{name}`" in row("`certificate`") or f" {name}`" in row("`certificate`") for name in CERTIFICATES)


def test_every_measured_delay_is_listed() -> None:
    for milliseconds in ("142 ms", "22 ms; 75 ms", "2.700 ms", "116 ms", "592 ms", "120 ms"):
        assert any(line.endswith(f"| {milliseconds} |") for line in ROWS)
