"""Local times of day and UTC instants."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY_MINUTES: Final = 24 * 60

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND: Final = timedelta(milliseconds=1)


def known_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def local_date(at_ms: int, zone: ZoneInfo) -> date:
    """The date on the wall at an instant in UTC milliseconds."""
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone).date()


def local_ms(day: date, minute: int, zone: ZoneInfo) -> int:
    """The instant, in UTC milliseconds, of a minute of a local day; 1440 is the midnight that ends it.

    Where clocks are put forward over it, the offset before the change is used; where they are put back, it is the
    first of the two.
    """
    days, minutes = divmod(minute, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=days), datetime.min.time(), zone) + timedelta(minutes=minutes)
    return (wall.astimezone(timezone.utc) - _EPOCH) // _MILLISECOND
