"""Dutch holidays of one year, computed: what moves with Easter, and what stands still.

Algemene termijnenwet, article 3; Koningsdag is the 27th of April, or the 26th when that is a Sunday. Bevrijdingsdag
and Goede Vrijdag differ per employer, so the municipality chooses; usual is closed every fifth Bevrijdingsdag.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FIRST_YEAR, LAST_YEAR = 2014, 2200  # before 2014 it was Koninginnedag
LUSTRUM: Final = 5
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True)
class Feestdag:
    code: str
    naam: str
    datum: date
    gewoonlijk_dicht: bool = True


def easter(jaar: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, as in Meeus)."""
    a, b, c = jaar % 19, jaar // 100, jaar % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    shift = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * shift) // 451
    month, day = divmod(h + shift - 7 * m + 114, 31)
    return date(jaar, month, day + 1)


def feestdagen(jaar: int) -> tuple[Feestdag, ...]:
    """The holidays of a year in their order."""
    pasen, koningsdag = easter(jaar), date(jaar, 4, 27)
    if koningsdag.weekday() == _SUNDAY:
        koningsdag -= timedelta(days=1)
    found = (
        Feestdag("nieuwjaar", "Nieuwjaarsdag", date(jaar, 1, 1)),
        Feestdag("goede-vrijdag", "Goede Vrijdag", pasen - timedelta(days=2), gewoonlijk_dicht=False),
        Feestdag("pasen-1", "Eerste paasdag", pasen),
        Feestdag("pasen-2", "Tweede paasdag", pasen + timedelta(days=1)),
        Feestdag("koningsdag", "Koningsdag", koningsdag),
        Feestdag("bevrijdingsdag", "Bevrijdingsdag", date(jaar, 5, 5), gewoonlijk_dicht=jaar % LUSTRUM == 0),
        Feestdag("hemelvaart", "Hemelvaartsdag", pasen + timedelta(days=39)),
        Feestdag("pinksteren-1", "Eerste pinksterdag", pasen + timedelta(days=49)),
        Feestdag("pinksteren-2", "Tweede pinksterdag", pasen + timedelta(days=50)),
        Feestdag("kerst-1", "Eerste kerstdag", date(jaar, 12, 25)),
        Feestdag("kerst-2", "Tweede kerstdag", date(jaar, 12, 26)),
    )
    return tuple(sorted(found, key=lambda one: one.datum))
