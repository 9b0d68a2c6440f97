"""Samples of the pages of the code lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app import klok
from app.codelijsten import forms, pagina, service
from app.codelijsten.lijsten import GESPREKSRESULTATEN, ICONEN, KANALEN, Lijst, Regel
from app.codelijsten.models import Gespreksresultaat, Kanaal
from tests.templates.people import BRAM, an_id
from tests.templates.samples import Sample

NAMEN = ("Telefoon", "Balie", "Contactformulier op de website van de gemeente Deventer", "Chat")


def samples() -> Iterator[Sample]:
    rows: list[Regel] = [_kanaal(number, naam) for number, naam in enumerate(NAMEN)]
    gone = [_kanaal(number + 10, naam, weg=True) for number, naam in enumerate(("Fax", "Telegram"))]
    earlier = {rows[0].id: ["Telefonie", "Bellen"]}
    one = str(rows[2].id)
    wrong = forms.Invoer(
        one, "telefoon", {"icoon": "world"}, {"naam": service.NameTaken("Telefoon", vervallen=False).uitleg}
    )
    new = forms.Invoer(
        "", "", {"icoon": "eenhoorn"}, {"naam": "Typ een naam.", "icoon": "Kies een icoon uit de lijst."}
    )
    stand = forms.Invoer(one, fouten={"stand": service.ChangedMeanwhile("Telefoon").uitleg})
    results: list[Regel] = [_resultaat(0), _resultaat(1)]
    yield _page("kanalen", KANALEN, [*rows, *gone], earlier)
    yield _page("kanalen-bewerk", KANALEN, rows, earlier, bewerk=one)
    yield _page("kanalen-fout", KANALEN, rows, earlier, bewerk=one, typed=wrong)
    yield _page("kanalen-nieuw-fout", KANALEN, rows, {}, typed=new)
    yield _page("kanalen-weg", KANALEN, [*rows, *gone], {}, gebeurd="vervallen", regel=str(gone[0].id))
    yield _page("kanalen-voor", KANALEN, rows, {}, typed=stand)
    yield _page("gespreksresultaten", GESPREKSRESULTATEN, results, {})
    yield _page("gespreksresultaten-bewerk", GESPREKSRESULTATEN, results[:1], {}, bewerk=str(results[0].id))


def _page(name: str, lijst: Lijst, rows: list[Regel], earlier: dict, **more: object) -> Sample:  # type: ignore[type-arg]
    context = pagina.show(lijst, rows, earlier, **more)  # type: ignore[arg-type]
    return Sample(name, "beheer/codelijst.html", context, pad=f"/beheer/{lijst.code}", medewerker=BRAM)


def _kanaal(number: int, naam: str, *, weg: bool = False) -> Kanaal:
    icoon = list(ICONEN)[number % len(ICONEN)]
    ended = klok.now() - timedelta(days=40) if weg else None
    return Kanaal(id=an_id(f"kanaal-{number}"), naam=naam, icoon=icoon, volgorde=number, vervallen_op=ended)


def _resultaat(number: int) -> Gespreksresultaat:
    naam = ("Beantwoord", "Niet bereikt")[number]
    made = Gespreksresultaat(id=an_id(f"resultaat-{number}"), naam=naam, volgorde=number, vervallen_op=None)
    made.gelukt = number == 0
    return made
