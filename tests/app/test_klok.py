from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from app import klok
from app.ids import new_id


def test_now_is_aware_and_utc() -> None:
    with time_machine.travel(datetime(2026, 11, 22, 9, 42, 7, tzinfo=UTC), tick=False):
        assert klok.now() == datetime(2026, 11, 22, 9, 42, 7, tzinfo=UTC)
        assert klok.now().utcoffset() == timedelta(0)
        assert f"{klok.local(klok.now()):%H:%M:%S}" == "10:42:07"


def test_the_night_that_loses_an_hour() -> None:
    before, after = (datetime(2027, 3, 28, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert [f"{klok.local(moment):%H:%M}" for moment in (before, after)] == ["01:30", "03:30"]


def test_the_night_that_has_an_hour_twice() -> None:
    first, second = (datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert [f"{klok.local(moment):%H:%M}" for moment in (first, second)] == ["02:30", "02:30"]
    assert second - first == timedelta(hours=1)


def test_ids_are_version_7_and_grow() -> None:
    ids = [new_id() for _ in range(1000)]
    assert {one.version for one in ids} == {7}
    assert len(set(ids)) == 1000
    assert ids[0] < ids[-1]
