"""What the page about opening hours gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from app.openingstijden.feestdagen import feestdagen
from app.openingstijden.forms import DAGEN, PARTS, DagInvoer, WeekInvoer
from app.openingstijden.kalender import Dag, Kalender, Week, clock, is_open
from app.openingstijden.models import Openingstijden, Sluitingsdag
from app.openingstijden.service import stand_of

PATH: Final = "/beheer/openingstijden"
YEARS_AHEAD: Final = 3
GEBEURD: Final[Mapping[str, str]] = {
    "week": "De openingstijden zijn bewaard.",
    "ingetrokken": "Deze openingstijden gaan niet in.",
    "feestdagen": "De feestdagen zijn bewaard.",
    "zelfde": "Er was niets veranderd.",
    "sluitingsdag": "De sluitingsdag staat erbij.",
    "open": "Op deze dag bent u gewoon open.",
    "terug": "De sluitingsdag staat er weer.",
}


@dataclass(frozen=True)
class Getypt:
    """What was sent and not saved, and what is said about it."""

    week: WeekInvoer = field(default_factory=WeekInvoer)
    dag: DagInvoer = field(default_factory=DagInvoer)
    stand: str = ""


def show(
    kalender: Kalender,
    rows: Sequence[Openingstijden],
    days: Sequence[Sluitingsdag],
    *,
    now: datetime,
    today: date,
    jaar: int,
    getypt: Getypt | None = None,
    gebeurd: str = "",
    regel: str = "",
) -> dict[str, Any]:
    """`jaar`: whose holidays are shown. `regel`: id of the closing day that `gebeurd` is about."""
    getypt = getypt or Getypt()
    present = kalender.week_of(today)
    return {
        "toestand": _now(kalender, now, today),
        "weken": _weeks(kalender, rows, today),
        "gezien": stand_of(rows),
        "invoer": _rows(getypt.week.getypt or typed_of(present), getypt.week.fouten),
        "vanaf": getypt.week.getypt.get("vanaf", ""),
        "fouten": getypt.week.fouten,
        "jaar": jaar,
        "jaren": list(range(today.year, today.year + YEARS_AHEAD)),
        "feestdagen": _holidays(kalender, jaar, today),
        "dagen": [_closing_day(day) for day in days if day.vervallen_op is None],
        "dagen_weg": [_closing_day(day) for day in days if day.vervallen_op is not None],
        "nieuw": {"datum": "", "naam": ""} | dict(getypt.dag.getypt),
        "fouten_dag": getypt.dag.fouten,
        "stand": getypt.stand,
        "gebeurd": GEBEURD.get(gebeurd, ""),
        "terug": regel if gebeurd == "open" and any(str(day.id) == regel for day in days) else "",
    }


def typed_of(week: Week) -> dict[str, str]:
    """A week as it would have been typed."""
    typed: dict[str, str] = {}
    for name, dag in zip(DAGEN, week, strict=True):
        times = [clock(part) for periode in dag for part in periode] + [""] * 4
        typed |= {f"{name}-{part}": times[at] for at, part in enumerate(PARTS)}
    return typed


def in_words(dag: Dag) -> str:
    return " en ".join(str(periode) for periode in dag) or "dicht"


def _now(kalender: Kalender, now: datetime, today: date) -> str:
    if reason := kalender.closed_for(today):
        return f"Vandaag dicht: {reason}."
    state = "Nu open." if is_open(kalender, now) else "Nu dicht."
    return f"{state} Vandaag: {in_words(kalender.periods_of(today))}."


def _weeks(kalender: Kalender, rows: Sequence[Openingstijden], today: date) -> list[dict[str, Any]]:
    """The week that holds now and those that will; what is over is not looked at here."""
    ids = {row.geldig_vanaf: str(row.id) for row in rows}
    to_come = [(vanaf, week) for vanaf, week in kalender.weken if vanaf > today]
    found = [{"id": "", "vanaf": None, "regels": _grouped(kalender.week_of(today))}]
    return found + [{"id": ids.get(vanaf, ""), "vanaf": vanaf, "regels": _grouped(week)} for vanaf, week in to_come]


def _grouped(week: Week) -> list[str]:
    """maandag tot en met vrijdag 08:30–17:00"""
    lines: list[tuple[int, int, Dag]] = []
    for number, dag in enumerate(week):
        if lines and lines[-1][2] == dag:
            lines[-1] = (lines[-1][0], number, dag)
        else:
            lines.append((number, number, dag))
    return [f"{_days(first, last)} {in_words(dag)}".capitalize() for first, last, dag in lines]


def _days(first: int, last: int) -> str:
    if first == last:
        return DAGEN[first]
    between = "en" if last == first + 1 else "tot en met"
    return f"{DAGEN[first]} {between} {DAGEN[last]}"


def _rows(typed: Mapping[str, str], fouten: Mapping[str, str]) -> list[dict[str, Any]]:
    words = {"van-1": "open van", "tot-1": "tot", "van-2": "en weer van", "tot-2": "tot"}
    return [
        {
            "dag": dag,
            "fout": fouten.get(dag, ""),
            "velden": [
                {"naam": f"{dag}-{part}", "waarde": typed.get(f"{dag}-{part}", ""), "label": f"{dag}, {words[part]}"}
                for part in PARTS
            ],
        }
        for dag in DAGEN
    ]


def _holidays(kalender: Kalender, jaar: int, today: date) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "naam": one.naam,
            "datum": one.datum,
            "dag": DAGEN[one.datum.weekday()],
            "dicht": kalender.keuzes.get((jaar, one.code), one.gewoonlijk_dicht),
            "voorbij": one.datum < today,
        }
        for one in feestdagen(jaar)
    ]


def _closing_day(day: Sluitingsdag) -> dict[str, Any]:
    return {"id": str(day.id), "datum": day.datum, "dag": DAGEN[day.datum.weekday()], "naam": day.naam}
