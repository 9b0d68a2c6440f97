"""Samples of the page about opening hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app.openingstijden import forms, pagina, service
from app.openingstijden.kalender import ALWAYS, STANDAARD, Kalender, Periode, as_json
from app.openingstijden.models import Openingstijden, Sluitingsdag
from tests.templates.people import BRAM, an_id
from tests.templates.samples import Sample

NOW = datetime(2027, 5, 3, 9, 30, tzinfo=UTC)
LUNCH = ((Periode(510, 720), Periode(780, 1020)),) * 4 + ((Periode(510, 720),), (), ())
SOON = date(2027, 9, 1)
LANG = "Verhuizing van het stadskantoor naar het nieuwe gebouw"


def samples() -> Iterator[Sample]:
    rows = [_week(ALWAYS, STANDAARD), _week(SOON, LUNCH)]
    full = Kalender(((ALWAYS, STANDAARD), (SOON, LUNCH)), {(2027, "bevrijdingsdag"): True}, {})
    days = [_day(1, date(2027, 6, 11), "Personeelsdag"), _day(2, date(2027, 12, 24), LANG)]
    days.append(_day(3, date(2027, 7, 1), "Feest"))
    days[2].vervallen_op = NOW
    typed = pagina.typed_of(LUNCH) | {"vanaf": "1 september", "maandag-tot-1": "acht"}
    week = forms.read_week(typed, NOW.date())
    dag = forms.read_day({"datum": "gisteren", "naam": ""}, NOW.date())
    closed = replace(full, sluitingsdagen={NOW.date(): "Personeelsdag"})
    yield _page("openingstijden", full, rows, days)
    yield _page("openingstijden-leeg", Kalender(), [], [])
    yield _page("openingstijden-fout", full, rows, [], getypt=pagina.Getypt(week=week))
    yield _page("openingstijden-dag-fout", closed, rows, days, getypt=pagina.Getypt(dag=dag))
    yield _page("openingstijden-terug", full, rows, days, gebeurd="open", regel=str(days[2].id))
    stand = pagina.Getypt(stand=service.ChangedMeanwhile().uitleg)
    yield _page("openingstijden-voor", full, rows, days, getypt=stand)


def _page(name: str, kalender: Kalender, rows: list[Any], days: list[Any], **more: Any) -> Sample:
    context = pagina.show(kalender, rows, days, now=NOW, today=NOW.date(), jaar=2027, **more)
    return Sample(name, "beheer/openingstijden.html", context, pad=pagina.PATH, medewerker=BRAM)


def _week(vanaf: date, week: Any) -> Openingstijden:
    return Openingstijden(id=an_id(f"week-{vanaf}"), geldig_vanaf=vanaf, week=as_json(week))


def _day(number: int, datum: date, naam: str) -> Sluitingsdag:
    return Sluitingsdag(id=an_id(f"dag-{number}"), datum=datum, naam=naam, vervallen_op=None)
