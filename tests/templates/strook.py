"""Chips for the strip of sample pages."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app import klok
from app.gesprekken.pagina import ONBEKEND, Chip
from tests.templates.people import an_id

WIE = (
    (ONBEKEND, ""),
    ("J.M. de Wit-Voorbeeld", "Paspoort verlopen, spoed voor vakantie"),
    ("M.C.W. van der Voorbeeldhuizen-de Jongen", "Bezwaar tegen de WOZ-waarde van een appartement"),
    ("P. Proef", "Parkeervergunning"),
    (ONBEKEND, "Grofvuil"),
    ("Ş. Çelik-Dąbrowska", ""),
    ("N. Testman", "Trouwlocatie"),
    ("A. Proef-Voorbeeld", "Kwijtschelding"),
    (ONBEKEND, ""),
    ("B. Model", "Grofvuil niet opgehaald"),
)


def chips(count: int, *, huidig: UUID | None = None, titel: str | None = None, state: str = "open") -> list[Chip]:
    """`count` gesprekken in the strip; the last is the one on the page, when a page is meant."""
    made = [
        Chip(
            id=an_id(f"chip {at}"),
            nummer=at + 1,
            titel=WIE[at][0],
            onderwerp=WIE[at][1],
            begonnen_op=klok.now() - timedelta(minutes=4 + 9 * at, seconds=at * 13),
            state="opgeslagen" if at == 3 else "open",
            huidig=False,
        )
        for at in range(count)
    ]
    if huidig and made:
        last = made[-1]
        made[-1] = Chip(huidig, last.nummer, titel or ONBEKEND, last.onderwerp, last.begonnen_op, state, True)
    return made
