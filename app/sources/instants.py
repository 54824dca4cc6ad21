"""Instants out of text, by digits: no float ever holds time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

from app.core.event_fields import EARLIEST_MS, LATEST_MS
from app.sources.ports import LineProblem
from app.sources.problems import shown

_EPOCH_DIGITS: Final = 10
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - the start of counting, compared with other wall times only
_WALL_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d)?)?", re.ASCII
)

_FIRST_YEAR: Final = 1999
_LAST_YEAR: Final = 2100
"""Wall times of any zone whose instant may lie between 2000 and 2099."""

DISORDER_MS: Final = 1000
"""Rows of one moment may be stored in another order than they happened; more than this is time going back."""


class WallTime:
    """A wall time that names no zone: what a telephone system writes into a table.

    Attributes:
        local: The wall time in whole seconds, naive, the first where there are two.
        fraction_ms: Milliseconds beyond them.
    """

    __slots__ = ("fraction_ms", "local")

    def __init__(self, local: datetime, fraction_ms: int) -> None:
        self.local = local
        self.fraction_ms = fraction_ms

    def instant_ms(self, zone: tzinfo, previous_ms: int | None) -> int:
        """The instant in UTC milliseconds.

        Args:
            zone: Where the wall clock hung.
            previous_ms: The instant of the row before. A wall time that happened twice is the first one, unless
                time would go back.

        Raises:
            LineProblem: When no clock of the zone ever showed this time.
        """
        text = str(self.local)
        first = _offset(zone, self.local)
        second = _offset(zone, self.local.replace(fold=1))
        wall_ms = _milliseconds(self.local - _EPOCH) + self.fraction_ms
        if first < second:
            raise LineProblem(f"the time {text} does not exist in {zone}: clocks were put forward over it")
        first_ms = wall_ms - _milliseconds(first)
        if first > second and previous_ms is not None and first_ms < previous_ms - DISORDER_MS:
            return checked_ms(wall_ms - _milliseconds(second), text)
        return checked_ms(first_ms, text)


def _offset(zone: tzinfo, local: datetime) -> timedelta:
    return zone.utcoffset(local) or timedelta(0)


def _milliseconds(span: timedelta) -> int:
    return (span.days * 86_400 + span.seconds) * 1000


def checked_ms(instant_ms: int, text: str) -> int:
    """The instant, when it can be one.

    Raises:
        LineProblem: When it lies before 2000 or after 2099: a clock that was never set, or not seconds.
    """
    if EARLIEST_MS <= instant_ms < LATEST_MS:
        return instant_ms
    raise LineProblem(f"the time {shown(text)} is not between the years 2000 and 2099")


def epoch_ms(text: str) -> int:
    """Seconds since 1970 with or without a fraction, to UTC milliseconds; what is finer is cut off.

    Raises:
        LineProblem: When it is no such number, or an impossible time.
    """
    whole, point, fraction = text.partition(".")
    if not (whole.isdecimal() and whole.isascii() and (not point or (fraction.isdecimal() and fraction.isascii()))):
        raise LineProblem(f"the time {shown(text)} is not a number of seconds")
    if len(whole) > _EPOCH_DIGITS:
        raise LineProblem(f"the time {shown(text)} is not between the years 2000 and 2099")
    return checked_ms(int(whole) * 1000 + int(fraction[:3].ljust(3, "0")), text)


def table_time(text: str) -> int | WallTime:
    """The time column of a table: seconds since 1970, a wall time with an offset (both UTC milliseconds), or without.

    Raises:
        LineProblem: When it is none of these.
    """
    match = _WALL_TIME.fullmatch(text)
    if match is None:
        if "-" in text or ":" in text:
            raise LineProblem(f"the time {shown(text)} is not of the form YYYY-MM-DD HH:MM:SS")
        return epoch_ms(text)
    *digits, fraction, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = map(int, digits)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise LineProblem(f"the time {shown(text)} is not between the years 2000 and 2099")
    try:
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone comes from outside
    except ValueError:
        raise LineProblem(f"the time {shown(text)} is not in any calendar") from None
    fraction_ms = int((fraction or "")[:3].ljust(3, "0"))
    if sign is None and not text.endswith("Z"):
        return WallTime(local, fraction_ms)
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    if offset >= timedelta(hours=24):
        raise LineProblem(f"the time {shown(text)} has an impossible offset from UTC")
    zone = timezone(-offset if sign == "-" else offset)
    return WallTime(local, fraction_ms).instant_ms(zone, None)
