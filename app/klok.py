"""The only clock. Rules compare moments from here, never SQL `now()`, so tests can move time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as people in the Netherlands read it."""
    return moment.astimezone(AMSTERDAM)
