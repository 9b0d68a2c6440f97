"""What a tenant admin may send about opening hours, with a sentence at the day or field that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.openingstijden.feestdagen import LAST_YEAR
from app.openingstijden.kalender import MIDNIGHT, Dag, Periode, Week

DAGEN: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
PARTS: Final = ("van-1", "tot-1", "van-2", "tot-2")
NO_DATE: Final = "Vul een datum in, bijvoorbeeld 1-9-2027."
_TIME = re.compile(r"(\d{1,2})(?:[:.u ]?(\d{2}))?(?: ?uur)?", re.ASCII)
_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class WeekInvoer:
    """A week as typed (`maandag-van-1` …), what it means, and a sentence by day or field."""

    getypt: Mapping[str, str] = field(default_factory=dict)
    vanaf: date | None = None
    week: Week | None = None
    fouten: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DagInvoer:
    """An extra closing day as typed."""

    getypt: Mapping[str, str] = field(default_factory=dict)
    datum: date | None = None
    fouten: Mapping[str, str] = field(default_factory=dict)


def read_date(typed: str) -> date | None:
    """`1-9-2027` or, as browsers send it, `2027-09-01`; None for what is no day in the years that we count."""
    text = typed.strip()
    if dutch := _DATE.fullmatch(text):
        day, month, year = (int(part) for part in dutch.groups())
    elif iso := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in iso.groups())
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found.year <= LAST_YEAR else None


def read_time(typed: str) -> int | None:
    """Minutes since midnight of `8:30`, `8.30`, `0830` or `8`; None for what is no clock time. 24:00 is the end."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2] or 0)
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= MIDNIGHT else None


def read_week(form: Mapping[str, str], today: date) -> WeekInvoer:
    names = ["vanaf", *(f"{dag}-{part}" for dag in DAGEN for part in PARTS)]
    typed = {name: form.get(name, "").strip()[:20] for name in names}
    fouten: dict[str, str] = {}
    vanaf = read_date(typed["vanaf"])
    if vanaf is None:
        fouten["vanaf"] = NO_DATE
    elif vanaf < today:
        fouten["vanaf"] = "Deze dag is voorbij. Kies vandaag of een dag die nog komt."
    dagen: list[Dag] = []
    for dag in DAGEN:
        read = _read_day([typed[f"{dag}-{part}"] for part in PARTS])
        if isinstance(read, str):
            fouten[dag] = read
        else:
            dagen.append(read)
    if len(dagen) == len(DAGEN) and not any(dagen):
        fouten["maandag"] = "Zo bent u nooit open. Vul minstens één dag in."
    return WeekInvoer(typed, vanaf, None if fouten else tuple(dagen), fouten)


def _read_day(typed: list[str]) -> Dag | str:
    """The periods of one day, or the sentence that says what is wrong."""
    periods: list[Periode] = []
    for van, tot in (typed[:2], typed[2:]):
        if not van and not tot:
            continue
        begin, end = read_time(van), read_time(tot)
        if begin is None or end is None:
            return "Vul twee tijden in, bijvoorbeeld 8:30 en 17:00. Laat allebei leeg als u dicht bent."
        if begin >= end:
            return "De eindtijd komt na de begintijd."
        if periods and begin < periods[-1].tot:
            return "De tweede periode begint na de eerste."
        periods.append(Periode(begin, end))
    return tuple(periods)


def read_day(form: Mapping[str, str], today: date) -> DagInvoer:
    typed = {"datum": form.get("datum", "").strip()[:20], "naam": " ".join(form.get("naam", "").split())[:200]}
    fouten = {}
    datum = read_date(typed["datum"])
    if datum is None:
        fouten["datum"] = NO_DATE
    elif datum < today:
        fouten["datum"] = "Deze dag is voorbij. Kies vandaag of een dag die nog komt."
    if not typed["naam"]:
        fouten["naam"] = "Typ waarom u dicht bent, bijvoorbeeld: personeelsdag."
    elif len(typed["naam"]) > 60:
        fouten["naam"] = f"Nog {len(typed['naam']) - 60} tekens te lang."
    elif not typed["naam"].isprintable():
        fouten["naam"] = "In deze naam staat een teken dat niet te zien is. Typ de naam opnieuw."
    return DagInvoer(typed, datum, fouten)
