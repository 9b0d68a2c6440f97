"""When it is open, and how far working time reaches: every norm goes through here.

Periods are in Dutch clock time; what is counted is time that really passes. In the night in which the clock goes
forward an open hour is missing, in the other one there is one more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from app import klok
from app.openingstijden.feestdagen import FIRST_YEAR, LAST_YEAR, feestdagen

MIDNIGHT: Final = 24 * 60
FARTHEST: Final = 3_700  # days that are searched: ten years, holidays and all


class NooitOpen(ValueError):
    """In ten years from that moment there is not so much open time. A defect of settings, not of who asks."""


class Periode(NamedTuple):
    """Minutes since midnight, by the clock; `tot` may be 1440 and is not part of it."""

    van: int
    tot: int

    def __str__(self) -> str:
        return f"{clock(self.van)}–{clock(self.tot)}"


Dag = tuple[Periode, ...]
Week = tuple[Dag, ...]  # seven, from Monday
DAYTIME: Final[Dag] = (Periode(8 * 60 + 30, 17 * 60),)
STANDAARD: Final[Week] = (DAYTIME,) * 5 + ((),) * 2
ALWAYS: Final = date(2000, 1, 1)  # the day from which the first week of a municipality holds


@dataclass(frozen=True)
class Kalender:
    """Weeks by the day from which they hold, choices of holidays by year and code, closing days by name."""

    weken: tuple[tuple[date, Week], ...] = ((ALWAYS, STANDAARD),)
    keuzes: Mapping[tuple[int, str], bool] = field(default_factory=dict)
    sluitingsdagen: Mapping[date, str] = field(default_factory=dict)

    def week_of(self, dag: date) -> Week:
        """The week that holds on a day; the first one also for days before it."""
        at = bisect_right([vanaf for vanaf, _ in self.weken], dag)
        return self.weken[max(at - 1, 0)][1]

    def closed_for(self, dag: date) -> str | None:
        """The holiday or closing day that this is; None for an ordinary day."""
        if dag in self.sluitingsdagen:
            return self.sluitingsdagen[dag]
        if not FIRST_YEAR <= dag.year <= LAST_YEAR:
            return None
        for one in feestdagen(dag.year):
            if one.datum == dag and self.keuzes.get((dag.year, one.code), one.gewoonlijk_dicht):
                return one.naam
        return None

    def periods_of(self, dag: date) -> Dag:
        """When it is open on a day; empty when it is closed."""
        periods = self.week_of(dag)[dag.weekday()]
        return () if not periods or self.closed_for(dag) else periods


def is_open(kalender: Kalender, moment: datetime) -> bool:
    """Whether it is open at an aware moment. At closing time it is closed."""
    dag = klok.local(moment).date()
    return any(begin <= moment < end for begin, end in _spans(kalender, dag))


def after_hours(kalender: Kalender, moment: datetime, duur: timedelta) -> datetime:
    """The moment, in UTC, at which so much open time has passed since `moment`: "within four working hours".

    Nothing asked (0) gives the first moment that is open. What is used up exactly at closing time ends there.
    Raises `NooitOpen`, and `ValueError` for a negative duration.
    """
    if duur < timedelta(0):
        raise ValueError("Werktijd telt vooruit.")
    left, dag = duur, klok.local(moment).date()
    for number in range(FARTHEST):
        for begin, end in _spans(kalender, dag + timedelta(days=number)):
            begin = max(begin, moment.astimezone(UTC))
            if begin >= end:
                continue
            if left <= end - begin:
                return begin + left
            left -= end - begin
    raise NooitOpen("In tien jaar is er niet zo veel tijd dat de gemeente open is.")


def open_time(kalender: Kalender, van: datetime, tot: datetime) -> timedelta:
    """How much open time lies between two moments; nothing when the second is not later."""
    dag, last, total = klok.local(van).date(), klok.local(tot).date(), timedelta(0)
    while dag <= last:
        for begin, end in _spans(kalender, dag):
            total += max(min(end, tot) - max(begin, van), timedelta(0))
        dag += timedelta(days=1)
    return total


def _spans(kalender: Kalender, dag: date) -> Iterator[tuple[datetime, datetime]]:
    for periode in kalender.periods_of(dag):
        begin, end = _moment(dag, periode.van), _moment(dag, periode.tot)
        if begin < end:
            yield begin, end


def _moment(dag: date, minutes: int) -> datetime:
    """A clock time as a moment. One that comes twice is the first; one that does not come is as late after midnight
    as it would have been."""
    if minutes >= MIDNIGHT:
        dag, minutes = dag + timedelta(days=1), minutes - MIDNIGHT
    return datetime.combine(dag, time(*divmod(minutes, 60)), klok.AMSTERDAM).astimezone(UTC)


def clock(minutes: int) -> str:
    """510 is 08:30, 1440 is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def as_json(week: Week) -> dict[str, Any]:
    return {"perioden": [[[clock(periode.van), clock(periode.tot)] for periode in dag] for dag in week]}


def from_json(stored: Mapping[str, Any]) -> Week:
    days = stored["perioden"]
    return tuple(tuple(Periode(_minutes(van), _minutes(tot)) for van, tot in dag) for dag in days)


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
