"""What the panels of the klantbeeld and the list of results show. Nothing outside the purpose gets this far."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from app import klok
from app.connectors.ports import Contact, Persoon
from app.klantbeeld.norm import REDENEN
from app.klantbeeld.service import Gevonden, Tijdlijn, Zoekuitkomst
from app.klantcontacten.queries import Row
from app.weergave import dag, geboren, moment, tijd, tijd_s

KANAAL_ICONEN = (
    ("telefoon", "phone"),
    ("mail", "mail"),
    ("balie", "building"),
    ("chat", "message"),
    ("whatsapp", "brand-whatsapp"),
    ("web", "world"),
    ("site", "world"),
    ("brief", "mail"),
)


def masker(bsn: str) -> str:
    """••••• 3653"""
    return "••••• " + bsn[-4:]


def person(persoon: Persoon, bron: str) -> dict[str, Any]:
    """The identity panel. Of somebody with geheimhouding the address is not in the page at all."""
    return {
        "aanhef_naam": persoon.aanhef_naam,
        "voornamen": persoon.voornamen,
        "geboren": geboren(persoon.geboren),
        "leeftijd": persoon.leeftijd,
        "adresregels": [] if persoon.geheim else list(persoon.adresregels),
        "bsn_masker": masker(persoon.bsn),
        "geheim": persoon.geheim,
        "overleden_op": _overleden(persoon),
        "geemigreerd": persoon.geemigreerd,
        "in_onderzoek": list(persoon.in_onderzoek),
        "niet_op_adres": persoon.niet_op_adres,
        "opgeschort": persoon.opgeschort,
        "minderjarig": persoon.leeftijd is not None and persoon.leeftijd < 18,
        "bron": bron,
        "opgehaald_om": tijd_s(klok.now()),
    }


def results(uitkomst: Zoekuitkomst) -> dict[str, Any]:
    begrepen = uitkomst.begrepen
    return {
        "begrepen": {"soort": begrepen.soort, "tekst": begrepen.tekst},
        "resultaten": [_result(gevonden) for gevonden in uitkomst.personen],
        "bron": uitkomst.bronnen,
        "duur": f"{uitkomst.seconden:.1f}".replace(".", ","),
        "fout": uitkomst.fout,
        "velden_fouten": dict(uitkomst.velden_fouten),
        "te_veel": uitkomst.te_veel,
        "normvraag": uitkomst.normvraag,
        "redenen": REDENEN,
    }


def _result(gevonden: Gevonden) -> dict[str, Any]:
    persoon = gevonden.persoon
    return {
        "verwijzing": gevonden.verwijzing,
        "naam": None if persoon.geheim else persoon.sorteernaam,
        "geboren": str(persoon.geboren.jaar or "onbekend") if persoon.geheim else geboren(persoon.geboren),
        "adres": None if persoon.geheim else (persoon.adresregels[0] if persoon.adresregels else ""),
        "bsn_masker": masker(persoon.bsn),
        "let_op": list(_warnings(persoon)),
        "overleden": persoon.overleden,
    }


def _warnings(persoon: Persoon) -> Iterable[dict[str, str]]:
    if persoon.geheim:
        yield {"soort": "geheim", "tekst": "Geheim: geef niets door"}
    if persoon.overleden:
        sinds = _overleden(persoon)
        yield {"soort": "overleden", "tekst": f"Overleden {sinds}" if sinds != "datum onbekend" else "Overleden"}
    if persoon.geemigreerd:
        yield {"soort": "vertrokken", "tekst": "Vertrokken uit Nederland"}
    for wat in persoon.in_onderzoek:
        yield {"soort": "onderzoek", "tekst": f"{wat.capitalize()} wordt onderzocht"}
    if persoon.leeftijd is not None and persoon.leeftijd < 18:
        yield {"soort": "minderjarig", "tekst": f"Minderjarig ({persoon.leeftijd})"}


def _overleden(persoon: Persoon) -> str | None:
    if not persoon.overleden:
        return None
    op = persoon.overleden_op
    return geboren(op) if op and op.jaar else "datum onbekend"


def timeline(tijdlijn: Tijdlijn) -> dict[str, Any]:
    items = [_own(row) for row in tijdlijn.eigen] + [_foreign(contact) for contact in tijdlijn.uit_registers]
    items.sort(key=lambda item: item["op"], reverse=True)
    dagen = [{"titel": titel, "items": list(of_day)} for titel, of_day in groupby(items, key=lambda i: dag(i["op"]))]
    down = [bron for bron in tijdlijn.bronnen if bron.fout]
    return {
        "dagen": dagen,
        "bronnen": [
            {"naam": bron.naam, "state": "onbereikbaar" if bron.fout else "resultaat", "sinds": moment(klok.now())}
            for bron in tijdlijn.bronnen
        ],
        "fouten": [{"bron": bron.naam, "zin": bron.fout} for bron in down],
        "leeg": not items and not down,
        "totaal": _total(items),
        "state": "onbereikbaar" if down else ("resultaat" if items else "leeg"),
    }


def _total(items: list[dict[str, Any]]) -> str:
    if not items:
        return ""
    count = "100+" if len(items) >= 100 else str(len(items))
    return f"{count} · sinds {klok.local(items[-1]['op']).year}"


def _own(row: Row) -> dict[str, Any]:
    contact, aflevering = row
    extra = [contact.kanaal, contact.gespreksresultaat, contact.medewerker_naam]
    item = _item(str(contact.id), contact.plaatsgevonden_op, contact.kanaal, contact.onderwerp, extra)
    if contact.kanaal_icoon:
        item["icoon"] = contact.kanaal_icoon
    chip = {"id": contact.id, "klantcontact": contact.id, "state": aflevering.state, "sinds": _since(row)}
    return item | {"notitie": contact.inhoud, "kenmerk": contact.kenmerk, "aflevering": chip}


def _since(row: Row) -> datetime:
    contact, aflevering = row
    return aflevering.bevestigd_op or contact.vastgelegd_op


def _foreign(contact: Contact) -> dict[str, Any]:
    extra = [contact.kanaal] + (["niet bereikt"] if contact.gelukt is False else [])
    item = _item(contact.id, contact.plaatsgevonden_op, contact.kanaal, contact.onderwerp, extra)
    return item | {"notitie": contact.inhoud, "kenmerk": contact.kenmerk, "aflevering": None}


def _item(id_: str, op: datetime, kanaal: str, titel: str, regel: list[str]) -> dict[str, Any]:
    return {
        "id": id_,
        "op": op,
        "tijd": tijd(op),
        "kanaal": kanaal,
        "icoon": next((icon for word, icon in KANAAL_ICONEN if word in kanaal.casefold()), "message"),
        "titel": titel,
        "regel": " · ".join(part for part in regel if part),
    }
