"""What stands in the examples: invented people, contacts and gesprekken, in every state that a part knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from app import klok
from app.afleveringen.models import AfleveringState
from app.gesprekken.pagina import Chip
from app.klantbeeld.norm import REDENEN, Normvraag

_SPACE = UUID("0b6f1c52-6c0e-4c58-8a56-1c1f0d0f2a10")
_WIE = (
    ("Onbekende beller", ""),
    ("J.M. de Wit-Voorbeeld", "Paspoort verlopen, spoed voor vakantie"),
    ("M.C.W. van der Voorbeeldhuizen-de Jongen", "Bezwaar tegen de WOZ-waarde van een appartement"),
    ("P. Proef", "Parkeervergunning"),
    ("Ş. Çelik-Dąbrowska", ""),
)


def examples() -> dict[str, Any]:
    """Everything that the parts ask for, by name."""
    now = klok.now()
    return {
        "standen": list(AfleveringState),
        "bewaard": {"bewaard_op": now - timedelta(seconds=7)},
        "leeg": {"bewaard_op": None},
        "strip": _strip(now),
        "tijdlijn": _timeline(now),
        "gesprek_id": _id("gesprek"),
        "resultaten": _results(),
        "norm": Normvraag(61, {}, "anders", "", {"toelichting": "Schrijf in een paar woorden waarom."}),
        "redenen": REDENEN,
        "kanalen": [("t", "Telefoon"), ("b", "Balie"), ("f", "Contactformulier op de website")],
        "zoekfouten": {"postcode": "Een postcode is vier cijfers en twee letters, bijvoorbeeld 7411 AA."},
    }


def _id(name: str) -> UUID:
    return uuid5(_SPACE, name)


def _strip(now: datetime) -> list[Chip]:
    return [
        Chip(
            id=_id(f"chip {at}"),
            nummer=at + 1,
            titel=titel,
            onderwerp=onderwerp,
            begonnen_op=now - timedelta(minutes=3 + 11 * at),
            state="opgeslagen" if at == 3 else "open",
            huidig=at == 1,
        )
        for at, (titel, onderwerp) in enumerate(_WIE)
    ]


def _timeline(now: datetime) -> dict[str, Any]:
    """What klantbeeld/_contacten.html gets when both sources answered."""
    contacts = [_contact(now - timedelta(hours=3 * at), at, state) for at, state in enumerate(AfleveringState)]
    return {
        "gesprek_id": _id("gesprek"),
        "state": "resultaat",
        "totaal": f"{len(contacts)} contacten",
        "bronnen": [{"naam": "Open Klant", "state": "resultaat"}, {"naam": "Archief", "state": "onbereikbaar"}],
        "leeg": False,
        "fouten": [],
        "dagen": [{"titel": "Vandaag", "items": contacts}],
    }


def _contact(op: datetime, at: int, state: AfleveringState) -> dict[str, Any]:
    return {
        "op": op,
        "tijd": klok.local(op).strftime("%H:%M"),
        "icoon": ("phone", "building", "mail", "message")[at % 4],
        "titel": ("Grofvuil niet opgehaald", "Trouwlocatie", "Kwijtschelding", "Paspoort kwijt")[at % 4],
        "regel": "Telefoon · Zelf afgehandeld · door Sanne Proef",
        "kenmerk": f"{4_100_000_000 + at * 7919}",
        "aflevering": {"state": state, "klantcontact": _id(f"contact {at}")},
        "notitie": "Stond er om half acht. Nieuwe afspraak gemaakt." if at == 0 else "",
    }


def _results() -> list[dict[str, Any]]:
    rows = (
        ("J.M. de Wit-Voorbeeld", "14-03-1961", "Keizerstraat 12 A-hs, Deventer", (), False),
        (None, "1987", None, (("geheim", "Geheim: geef niets door"),), False),
        ("P. Proef", "1939 (dag onbekend)", "Brink 7, Deventer", (("overleden", "Overleden"),), True),
        ("Ş. Çelik-Dąbrowska", "19-08-1990", "", (("onderzoek", "In onderzoek: adres"),), False),
    )
    return [
        {
            "naam": naam,
            "verwijzing": _id(f"persoon {at}"),
            "geboren": geboren,
            "adres": adres,
            "bsn_masker": "••••• ••00",
            "let_op": [{"soort": soort, "tekst": tekst} for soort, tekst in marks],
            "overleden": overleden,
        }
        for at, (naam, geboren, adres, marks, overleden) in enumerate(rows)
    ]
