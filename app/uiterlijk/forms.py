"""What a tenant admin may send about the look, with a sentence at the field for what cannot be used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.thema import ThemaAfgekeurd, derive
from app.uiterlijk.plaatjes import Plaatje, looked_through
from app.uiterlijk.service import Wens
from app.uiterlijk.svg import Afgekeurd
from app.uiterlijk.woorden import in_words

NO_COLOUR = "Dit is geen kleur. Typ # met zes cijfers of letters van a tot en met f, bijvoorbeeld #0b5d66."
NO_MONOGRAM = "Typ één of twee letters of cijfers."
CHOOSE_AGAIN = "Dit bestand is goed, maar nog niet bewaard. Kies het opnieuw."
_SHORT = re.compile(r"#?([0-9a-f])([0-9a-f])([0-9a-f])")
_LONG = re.compile(r"#?([0-9a-f]{6})")


@dataclass(frozen=True, slots=True)
class Invoer:
    """What was typed, what it means, and a sentence by field. `wens` is None as long as something cannot be used."""

    kleur: str = ""
    monogram: str = ""
    wens: Wens | None = None
    fouten: Mapping[str, str] = field(default_factory=dict)


def read_colour(typed: str) -> str | None:
    """`#0B5D66`, `0b5d66` and `#abc` as `#rrggbb`; None for what is no colour."""
    text = typed.strip().lower()
    if short := _SHORT.fullmatch(text):
        return "#" + "".join(2 * part for part in short.groups())
    long = _LONG.fullmatch(text)
    return f"#{long[1]}" if long else None


def read_monogram(typed: str) -> str | None:
    text = unicodedata.normalize("NFC", typed.strip())
    return text if 1 <= len(text) <= 2 and text.isalnum() else None


def read(form: Mapping[str, str], files: Mapping[str, bytes]) -> Invoer:
    """`files`: contents of `logo` and `favicon` where somebody chose one."""
    typed = {name: form.get(name, "").strip()[:40] for name in ("kleur", "monogram")}
    fouten: dict[str, str] = {}
    kleur, monogram = read_colour(typed["kleur"]), read_monogram(typed["monogram"])
    if said := _why_not(kleur):
        fouten["kleur"] = said
    if monogram is None:
        fouten["monogram"] = NO_MONOGRAM
    plaatjes: dict[str, Plaatje] = {}
    for name, inhoud in files.items():
        try:
            plaatjes[name] = looked_through(inhoud, square=name == "favicon")
        except Afgekeurd as refused:
            fouten[name] = str(refused)
    if fouten or kleur is None or monogram is None:
        lost = dict.fromkeys(plaatjes, CHOOSE_AGAIN)
        return Invoer(typed["kleur"], typed["monogram"], fouten=lost | fouten)
    zonder = frozenset(name for name in ("logo", "favicon") if form.get(f"{name}-weg") == "ja" and name not in files)
    wens = Wens(kleur, monogram, plaatjes.get("logo"), plaatjes.get("favicon"), zonder)
    return Invoer(typed["kleur"], typed["monogram"], wens)


def _why_not(kleur: str | None) -> str | None:
    if kleur is None:
        return NO_COLOUR
    try:
        derive(kleur)
    except ThemaAfgekeurd as refused:
        if refused.paar is None:
            return NO_COLOUR
        return f"Met deze kleur is niet alles te lezen: {in_words(refused.paar)}. Kies een andere kleur."
    return None
