"""Times of day on the scenario's wall, as UTC instants."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.core.zones import at, instant_ms

DAY_MINUTES: Final = 24 * 60


def local_date(at_ms: int, zone: ZoneInfo) -> date:
    """The date on the wall at an instant in UTC milliseconds."""
    return at(at_ms, zone).date()


def local_ms(day: date, minute: int, zone: ZoneInfo) -> int:
    """The instant, in UTC milliseconds, of a minute of a local day; 1440 is the midnight that ends it.

    Where clocks are put forward over it, the offset before the change is used; where they are put back, it is the
    first of the two.
    """
    days, minutes = divmod(minute, DAY_MINUTES)
    hour, minute = divmod(minutes, 60)
    return instant_ms(datetime.combine(day + timedelta(days=days), time(hour, minute), zone))
