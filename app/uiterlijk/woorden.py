"""Roles, pairs and adjustments of a theme in words for a tenant admin."""

from __future__ import annotations

import math
from typing import Final

from app.thema import Aanpassing, Paar

ROLLEN: Final[dict[str, str]] = {
    "ink": "tekst",
    "ink-soft": "zachte tekst",
    "link": "link",
    "line-control": "rand van een veld of knop",
    "accent": "knop",
    "accent-hover": "knop onder de muis",
    "accent-active": "ingedrukte knop",
    "on-accent": "tekst",
    "focus": "rand om wat gekozen is",
    "bar": "bovenbalk",
    "bar-raised": "gekozen deel van de bovenbalk",
    "on-bar": "tekst",
    "on-bar-soft": "zachte tekst",
    "strip": "strook met gesprekken",
    "mark": "gevonden woord",
    "toast": "melding onderaan",
    "on-toast": "tekst",
    "surface-canvas": "achtergrond",
    "surface-panel": "kaart",
    "surface-raised": "veld of venster",
    "surface-sunken": "kop van een tabel",
    "surface-hover": "rij onder de muis",
    "surface-selected": "gekozen rij",
}
STATUS: Final[dict[str, str]] = {
    "ok": "gelukt",
    "info": "mededeling",
    "attn": "let op",
    "danger": "te laat of mislukt",
    "wrap": "nawerk",
}
MODI: Final[dict[str, str]] = {"licht": "Licht", "donker": "Donker", "contrast": "Contrast"}


def role(name: str) -> str:
    """`attn-ink` is "tekst van let op"."""
    if name in ROLLEN:
        return ROLLEN[name]
    if name.startswith("on-"):
        return f"tekst bij {STATUS[name.removeprefix('on-')]}"
    status, _, part = name.partition("-")
    words = {"ink": "tekst van", "surface": "vlak van", "solid": "gevuld vlak van", "line": "lijn van"}
    return f"{words[part]} {STATUS[status]}"


def ratio(value: float) -> str:
    """Rounded down to a tenth: 3,9."""
    return f"{math.floor(value * 10 + 1e-9) / 10:.1f}".replace(".", ",")


def in_words(paar: Paar) -> str:
    """tekst op kaart (donker) is 3,9 op 1, nodig is 4,5"""
    what = f"{role(paar.voor)} op {role(paar.achter)} ({paar.modus})"
    return f"{what} is {ratio(paar.gevonden)} op 1, nodig is {ratio(paar.nodig)}"


def adjusted(aanpassing: Aanpassing) -> str:
    """Knop (licht): donkerder gemaakt: 3,9 naar 5,5 op 1"""
    how = "donkerder" if aanpassing.donkerder else "lichter"
    what = f"{role(aanpassing.rol).capitalize()} ({aanpassing.modus})"
    return f"{what}: {how} gemaakt, van {ratio(aanpassing.van)} naar {ratio(aanpassing.naar)} op 1"
