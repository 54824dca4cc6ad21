"""Instants, days and interval borders in a zone. Zone data comes from the pinned tzdata package."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

from tzlocal import get_localzone_name

from app.core.errors import UsageProblem
from app.core.event_fields import EARLIEST_MS, LATEST_MS
from app.core.i18n import _
from app.core.text import inert

EVERY: Final[dict[str, int | None]] = {"15m": 15, "30m": 30, "60m": 60, "day": 1440, "all": None}
"""Interval lengths in minutes by the word on the command line; None is one interval for the whole range."""

_DAY_MS: Final = 86_400_000

_NAME: Final = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")


@lru_cache(maxsize=64)
def load_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name such as Asia/Shanghai, from the tzdata package.

    Raises:
        UsageProblem: When there is no zone of that name.
    """
    if _NAME.fullmatch(name):
        *folders, leaf = name.split("/")
        place = resources.files("tzdata").joinpath("zoneinfo", *folders, leaf)
        if place.is_file():
            with place.open("rb") as data:
                try:
                    return ZoneInfo.from_file(data, key=name)
                except ValueError:
                    pass
    raise UsageProblem(
        _("There is no time zone “{name}”: use a name like Asia/Shanghai or Europe/Berlin.").format(name=inert(name))
    )


def local_zone_name() -> str:
    """The name of the machine's zone, UTC where it has none."""
    try:
        name = get_localzone_name()
        load_zone(name)
    except (LookupError, ValueError, OSError, UsageProblem):
        return "UTC"
    return name


def at(instant_ms: int, zone: tzinfo) -> datetime:
    """The local time of an instant, exact to the millisecond."""
    seconds, milliseconds = divmod(instant_ms, 1000)
    utc = datetime.fromtimestamp(seconds, timezone.utc).replace(microsecond=milliseconds * 1000)
    return utc.astimezone(zone)


def instant_ms(moment: datetime) -> int:
    """The instant of a time with a zone, in UTC milliseconds."""
    delta = moment.astimezone(timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000


def day_start_ms(at_ms: int, zone: tzinfo) -> int:
    """The first instant of the local day an instant lies in (00:00, or later where that hour does not exist)."""
    return date_start_ms(at(at_ms, zone).date(), zone)


def date_start_ms(day: date, zone: tzinfo) -> int:
    """The first instant of a local date."""
    midnight = datetime.combine(day, time(0), tzinfo=zone)
    start_ms = instant_ms(midnight)
    if at(start_ms, zone).date() == day:
        return start_ms
    # Midnight lies in a spring gap: the day begins where the gap ends, which is where the offset changes.
    low_ms, high_ms = start_ms - 86_400_000, start_ms + 86_400_000
    while high_ms - low_ms > 1:
        middle_ms = (low_ms + high_ms) // 2
        if at(middle_ms, zone).date() >= day:
            high_ms = middle_ms
        else:
            low_ms = middle_ms
    return high_ms


def parse_instant(text: str, zone: tzinfo, option: str) -> int:
    """An instant from a person: an ISO date (its local midnight) or an ISO time, local unless it has an offset.

    Args:
        text: For instance 2026-11-21, 2026-11-21T08:00, 2026-11-21T08:00:00+08:00.
        zone: Where local times are local.
        option: How the person gave it, for the error.

    Raises:
        UsageProblem: When it is neither, or lies before 2000 or after 2099.
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            found_ms = date_start_ms(date.fromisoformat(text), zone)
        else:
            moment = datetime.fromisoformat(text)
            found_ms = instant_ms(moment if moment.tzinfo else moment.replace(tzinfo=zone))
        if not EARLIEST_MS - _DAY_MS <= found_ms <= LATEST_MS + _DAY_MS:
            raise ValueError
    except (ValueError, OverflowError):
        raise UsageProblem(
            _("{option} “{text}” is neither a date (2026-11-21) nor a time (2026-11-21T08:00, …+08:00).").format(
                option=option, text=inert(text)
            )
        ) from None
    return found_ms


def iso(at_ms: int, zone: tzinfo) -> str:
    """An instant as ISO 8601 with its offset, so that a repeated hour is told apart."""
    moment = at(at_ms, zone)
    return moment.isoformat(timespec="milliseconds" if at_ms % 1000 else "seconds")


def borders(start_ms: int, end_ms: int, every_minutes: int | None, zone: tzinfo) -> list[int]:
    """Where the intervals of [start, end) begin, and `end_ms` as the last entry.

    Intervals begin at local times that divide the day; the first begins at `start_ms` even where it does not. A
    repeated hour gives its intervals twice, a skipped one none.

    Args:
        start_ms: First instant.
        end_ms: First instant after; must be greater.
        every_minutes: 15, 30, 60, 1440 (local days), or None for one interval.
        zone: Whose local time divides the day.
    """
    marks = [start_ms]
    if every_minutes is not None:
        day = at(start_ms, zone).date()
        while (day_ms := date_start_ms(day, zone)) < end_ms:
            next_day_ms = date_start_ms(day + timedelta(days=1), zone)
            marks += _day_borders(day_ms, next_day_ms, every_minutes, zone)
            day += timedelta(days=1)
    return [*sorted({mark for mark in marks if start_ms <= mark < end_ms}), end_ms]


def _day_borders(day_ms: int, next_day_ms: int, every_minutes: int, zone: tzinfo) -> list[int]:
    if every_minutes >= 1440:
        return [day_ms]
    step_ms = every_minutes * 60_000
    if next_day_ms - day_ms == 86_400_000 and at(day_ms, zone).utcoffset() == at(next_day_ms - 1, zone).utcoffset():
        return list(range(day_ms, next_day_ms, step_ms))
    marks = [day_ms]
    # A day with a change of offset: every quarter of an hour whose local time divides the day, and the change itself.
    offset = at(day_ms, zone).utcoffset()
    for mark_ms in range(day_ms, next_day_ms, 60_000):
        local = at(mark_ms, zone)
        if (local.hour * 60 + local.minute) % every_minutes == 0 or local.utcoffset() != offset:
            marks.append(mark_ms)
        offset = local.utcoffset()
    return marks
