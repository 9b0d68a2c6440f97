"""Samples of the pages about one's own session: confirming who one is, and where that ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app import klok
from app.auth import urls
from app.errors import NotConfirmed
from app.sessies.queries import EigenSessie
from tests.templates.people import BRAM, SANNE
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
    yield from _mijn_sessies()
    yield Sample("vergrendeld", "auth/vergrendeld.html", {"volgende": "/", "csrf": "een-token"})
    done = {"titel": "U hebt bevestigd dat u het bent", "gebeurde": "bevestigd"}
    yield Sample("bevestigd", "auth/klaar.html", done, pad=urls.CONFIRMED, medewerker=BRAM)


def _mijn_sessies() -> Iterator[Sample]:
    now = klok.now()
    this = EigenSessie("a1", "Edge op Windows", now - timedelta(hours=2), now, deze=True)
    others = [
        EigenSessie(
            "b2", "Samsung Internet op Android", now - timedelta(hours=9), now - timedelta(minutes=8), deze=False
        ),
        EigenSessie("c3", "Onbekende browser", now - timedelta(days=1), None, deze=False),
    ]
    pad = "/mijn/sessies"
    full = {"sessies": [this, *others], "beeindigd": True}
    yield Sample("mijn-sessies", "sessies/index.html", full, pad=pad, medewerker=SANNE)
    yield Sample(
        "mijn-sessies-een", "sessies/index.html", {"sessies": [this], "beeindigd": False}, pad=pad, medewerker=SANNE
    )
    lock = ".bar [data-command=vergrendelen]"
    yield Sample("op-slot", "sessies/index.html", full, pad=pad, medewerker=SANNE, klik=lock)
