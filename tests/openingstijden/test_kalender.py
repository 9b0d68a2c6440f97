"""Is it open, and when have n working hours passed: over holidays, and both nights in which the clock moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.klok import AMSTERDAM
from app.openingstijden.feestdagen import easter, feestdagen
from app.openingstijden.kalender import (
    ALWAYS,
    MIDNIGHT,
    STANDAARD,
    Kalender,
    NooitOpen,
    Periode,
    Week,
    after_hours,
    as_json,
    from_json,
    is_open,
    open_time,
)

USUAL = Kalender()
LUNCH = Kalender(((ALWAYS, ((Periode(510, 720), Periode(780, 1020)),) * 5 + ((),) * 2),))
NO_HOLIDAYS = {(2027, one.code): False for one in feestdagen(2027)}
ALWAYS_OPEN = Kalender(((ALWAYS, ((Periode(0, MIDNIGHT),),) * 7),), NO_HOLIDAYS)
NEVER = Kalender(((ALWAYS, ((),) * 7),))


def nl(text: str, fold: int = 0) -> datetime:
    """A Dutch clock time; `fold=1` for the second time that it comes."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM, fold=fold).astimezone(UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("jaar", "day"),
    [
        (2014, "04-20"),
        (2024, "03-31"),
        (2025, "04-20"),
        (2026, "04-05"),
        (2027, "03-28"),
        (2035, "03-25"),
        (2038, "04-25"),
    ],
)
def test_easter(jaar: int, day: str) -> None:
    assert easter(jaar) == date.fromisoformat(f"{jaar}-{day}")


def test_the_holidays_of_a_year() -> None:
    assert [(one.naam, one.datum.isoformat(), one.gewoonlijk_dicht) for one in feestdagen(2027)] == [
        ("Nieuwjaarsdag", "2027-01-01", True),
        ("Goede Vrijdag", "2027-03-26", False),
        ("Eerste paasdag", "2027-03-28", True),
        ("Tweede paasdag", "2027-03-29", True),
        ("Koningsdag", "2027-04-27", True),
        ("Bevrijdingsdag", "2027-05-05", False),
        ("Hemelvaartsdag", "2027-05-06", True),
        ("Eerste pinksterdag", "2027-05-16", True),
        ("Tweede pinksterdag", "2027-05-17", True),
        ("Eerste kerstdag", "2027-12-25", True),
        ("Tweede kerstdag", "2027-12-26", True),
    ]


def test_koningsdag_is_never_a_sunday() -> None:
    days = {
        jaar: next(one.datum for one in feestdagen(jaar) if one.code == "koningsdag") for jaar in range(2014, 2201)
    }
    assert days[2025] == date(2025, 4, 26)
    assert all(day.weekday() != 6 for day in days.values())
    assert sum(day.day == 26 for day in days.values()) > 20


def test_bevrijdingsdag_is_chosen() -> None:
    day = nl("2027-05-05 10:00")
    assert is_open(USUAL, day)
    assert not is_open(Kalender(keuzes={(2027, "bevrijdingsdag"): True}), day)
    assert USUAL.closed_for(date(2030, 5, 5)) == "Bevrijdingsdag", "every fifth year"
    assert Kalender(keuzes={(2030, "bevrijdingsdag"): False}).closed_for(date(2030, 5, 5)) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-06-07 08:29:59", False),
        ("2027-06-07 08:30", True),
        ("2027-06-07 12:30", True),
        ("2027-06-07 16:59:59", True),
        ("2027-06-07 17:00", False),
        ("2027-06-05 12:00", False),  # Saturday
        ("2027-12-25 12:00", False),
        ("2027-05-17 12:00", False),  # second day of Pentecost
        ("1999-06-07 12:00", True),  # before the first week: as the first
    ],
)
def test_open_or_closed(moment: str, expected: bool) -> None:
    assert is_open(USUAL, nl(moment)) is expected
    assert is_open(USUAL, nl(moment).astimezone(UTC)) is expected


def test_lunch() -> None:
    assert not is_open(LUNCH, nl("2027-06-07 12:30"))
    assert after_hours(LUNCH, nl("2027-06-07 11:30"), hours(1)) == nl("2027-06-07 13:30")
    assert after_hours(LUNCH, nl("2027-06-07 11:30"), hours(0.5)) == nl("2027-06-07 12:00"), "ends at closing time"


@pytest.mark.parametrize(
    ("moment", "duur", "expected"),
    [
        ("2027-06-07 09:00", 4, "2027-06-07 13:00"),
        ("2027-06-07 16:00", 4, "2027-06-08 11:30"),
        ("2027-06-11 16:30", 1, "2027-06-14 09:00"),  # over a weekend
        ("2027-06-12 11:00", 0, "2027-06-14 08:30"),
        ("2027-06-07 10:00", 0, "2027-06-07 10:00"),
        ("2027-12-24 16:00", 2, "2027-12-27 09:30"),  # Christmas in a weekend
        ("2028-12-22 16:00", 2, "2028-12-27 09:30"),  # Christmas on Monday and Tuesday
        ("2027-05-05 16:30", 1, "2027-05-07 09:00"),  # over Ascension Day
        ("2025-04-25 16:30", 1, "2025-04-28 09:00"),  # Koningsdag on Saturday the 26th
        ("2027-03-25 16:30", 9, "2027-03-26 17:00"),  # Good Friday is open, Easter is not needed
        ("2027-03-26 16:30", 1, "2027-03-30 09:00"),  # over Easter and the change of the clock
        ("2027-10-29 16:30", 1, "2027-11-01 09:00"),  # and over the other one
    ],
)
def test_working_hours(moment: str, duur: float, expected: str) -> None:
    found = after_hours(USUAL, nl(moment), hours(duur))
    assert found == nl(expected)
    assert found.tzinfo is UTC


def test_the_night_in_which_an_hour_is_missing() -> None:
    """28 March 2027, 02:00 becomes 03:00."""
    night = Kalender(((ALWAYS, ((Periode(60, 300),),) * 7),), NO_HOLIDAYS)  # 01:00 to 05:00
    assert open_time(night, nl("2027-03-28 00:00"), nl("2027-03-28 12:00")) == hours(3)
    assert after_hours(night, nl("2027-03-28 01:30"), hours(1)) == nl("2027-03-28 03:30")
    assert after_hours(night, nl("2027-03-28 01:00"), hours(4)) == nl("2027-03-29 02:00")
    gone = Kalender(((ALWAYS, ((Periode(125, 175),),) * 7),), NO_HOLIDAYS)  # 02:05 to 02:55
    assert open_time(gone, nl("2027-03-28 00:00"), nl("2027-03-28 12:00")) == timedelta(minutes=50)


def test_the_night_in_which_an_hour_comes_twice() -> None:
    """31 October 2027, 03:00 becomes 02:00."""
    night = Kalender(((ALWAYS, ((Periode(60, 300),),) * 7),))
    assert open_time(night, nl("2027-10-31 00:00"), nl("2027-10-31 12:00")) == hours(5)
    assert after_hours(night, nl("2027-10-31 01:30"), hours(1)) == nl("2027-10-31 02:30")
    assert after_hours(night, nl("2027-10-31 01:30"), hours(2)) == nl("2027-10-31 02:30", fold=1)
    assert is_open(night, nl("2027-10-31 02:30", fold=1))


def test_a_whole_day_is_23_24_or_25_hours() -> None:
    for day, next_day, expected in (("03-28", "03-29", 23), ("06-07", "06-08", 24), ("10-31", "11-01", 25)):
        begin, end = nl(f"2027-{day} 00:00"), nl(f"2027-{next_day} 00:00")
        assert open_time(ALWAYS_OPEN, begin, end) == hours(expected)
        assert after_hours(ALWAYS_OPEN, begin, hours(expected)) == end


def test_a_change_in_the_future_does_not_touch_the_past() -> None:
    later = Kalender(((ALWAYS, STANDAARD), (date(2027, 9, 1), ((Periode(600, 720),),) * 7)))
    assert is_open(later, nl("2027-08-31 09:00"))
    assert not is_open(later, nl("2027-09-01 09:00"))
    assert is_open(later, nl("2027-09-04 11:00")), "a Saturday, from then on"
    before = nl("2027-08-30 16:00")
    assert after_hours(later, before, hours(2)) == after_hours(USUAL, before, hours(2))
    assert after_hours(later, nl("2027-08-31 16:00"), hours(2)) == nl("2027-09-01 11:00"), "an hour of each week"


def test_closing_days() -> None:
    closed = Kalender(sluitingsdagen={date(2027, 6, 8): "Personeelsdag"})
    assert closed.closed_for(date(2027, 6, 8)) == "Personeelsdag"
    assert after_hours(closed, nl("2027-06-07 16:00"), hours(2)) == nl("2027-06-09 09:30")


def test_never_open_is_said() -> None:
    with pytest.raises(NooitOpen):
        after_hours(NEVER, nl("2027-06-07 16:00"), hours(1))
    with pytest.raises(ValueError, match="vooruit"):
        after_hours(USUAL, nl("2027-06-07 16:00"), hours(-1))
    assert open_time(USUAL, nl("2027-06-08 16:00"), nl("2027-06-07 16:00")) == hours(0)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """A week with at least one period of at least ten minutes."""
    days = []
    for _ in range(7):
        cuts = sorted(draw(st.lists(st.integers(0, 144), unique=True, max_size=4)))
        cuts = cuts[: len(cuts) // 2 * 2]
        days.append(tuple(Periode(a * 10, b * 10) for a, b in zip(cuts[::2], cuts[1::2], strict=True)))
    if not any(days):
        days[draw(st.integers(0, 6))] = (Periode(540, 1020),)
    return tuple(days)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
NEAR_THE_CLOCK = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from([datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)]),
    st.integers(-2_000, 2_000),
)
SPANS = st.integers(1, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(weeks(), MOMENTS | NEAR_THE_CLOCK, SPANS, SPANS)
@settings(deadline=None, max_examples=150)
def test_working_time_is_time_that_passes(week: Week, moment: datetime, one: timedelta, other: timedelta) -> None:
    """What is counted forwards is found between the two moments, and in two steps it is the same as in one."""
    kalender = Kalender(((ALWAYS, week),))
    there = after_hours(kalender, moment, one)
    assert there >= moment + one
    assert open_time(kalender, moment, there) == one
    assert is_open(kalender, there - timedelta(microseconds=1)), "the last moment of it is open"
    assert after_hours(kalender, there, other) == after_hours(kalender, moment, one + other)
    first = after_hours(kalender, moment, timedelta(0))
    assert is_open(kalender, first)
    assert open_time(kalender, moment, first) == timedelta(0)


@given(weeks())
@settings(deadline=None, max_examples=50)
def test_a_week_is_kept_as_it_is(week: Week) -> None:
    assert from_json(as_json(week)) == week
