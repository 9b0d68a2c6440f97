"""Samples of the pages about one's own session: confirming who one is, and where that ends."""

from __future__ import annotations

from collections.abc import Iterator

from app.auth import urls
from app.errors import NotConfirmed
from tests.templates.people import BRAM
from tests.templates.samples import Sample

TYPED = [("rollen", "agent"), ("rollen", "teamleider"), ("reden", "Vanaf 1 december, zie het verzoek van P&O")]


def samples() -> Iterator[Sample]:
    pad = urls.CONFIRM
    yield Sample("bevestigen", "auth/bevestigen.html", {"volgende": "/beheer"}, pad=pad, medewerker=BRAM)
    error = NotConfirmed()
    first = {
        "titel": error.titel,
        "uitleg": error.uitleg,
        "vraag": urls.confirm_url(urls.CONFIRMED),
        "opnieuw": "/beheer",
        "velden": TYPED,
    }
    yield Sample("bevestig-eerst", "auth/bevestig_eerst.html", first, pad="/beheer", medewerker=BRAM)
    done = {"titel": "U hebt bevestigd dat u het bent", "gebeurde": "bevestigd"}
    yield Sample("bevestigd", "auth/klaar.html", done, pad=urls.CONFIRMED, medewerker=BRAM)
