"""Local times as people write them into a plan, with the hours that a change of the clocks takes or gives."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from app.core.event_fields import EARLIEST_MS, LATEST_MS
from app.core.zones import at, instant_ms

_WRITTEN: Final = re.compile(
    r"(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.0+)?)?"
    r"\s?(?P<offset>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


def local_ms(moment: datetime, zone: tzinfo) -> int:
    """The instant of a local time.

    A time that comes twice is its first coming; one that is skipped is the instant at which the clocks change, so that
    what adjoins in local time adjoins in fact.

    Args:
        moment: Without a zone.
        zone: Where it is local.
    """
    found_ms = instant_ms(moment.replace(tzinfo=zone))
    if at(found_ms, zone).replace(tzinfo=None) == moment:
        return found_ms
    # Skipped: the last instant whose local time is earlier ends where the gap begins.
    low_ms, high_ms = found_ms - 86_400_000, found_ms
    while high_ms - low_ms > 1:
        middle_ms = (low_ms + high_ms) // 2
        if at(middle_ms, zone).replace(tzinfo=None) < moment:
            low_ms = middle_ms
        else:
            high_ms = middle_ms
    return high_ms


class TimeReader:
    """Reads times such as 2026-11-21 08:00, 2026-11-21T24:00 and 2026-11-21T08:00:00+08:00, each text once.

    Args:
        zone: Where times without an offset are local.
    """

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._known: dict[str, tuple[int, datetime] | None] = {}

    def read(self, text: str) -> tuple[int, datetime] | None:
        """The instant, and the local time on the wall; None where the text is no time between 2000 and 2099."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> tuple[int, datetime] | None:
        match = _WRITTEN.fullmatch(text.strip())
        if match is None:
            return None
        try:
            year, month, day = map(int, re.split("[-/]", match["date"]))
            hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
            next_day = (hour, minute, second) == (24, 0, 0)
            moment = datetime.combine(date(year, month, day), time(0 if next_day else hour, minute, second))
            moment += timedelta(days=int(next_day))
            if match["offset"] is not None:
                offset = match["offset"].replace("Z", "+00:00")
                found_ms = instant_ms(datetime.fromisoformat(f"{moment.isoformat()}{offset}"))
                moment = at(found_ms, self.zone).replace(tzinfo=None)
            else:
                found_ms = local_ms(moment, self.zone)
        except (ValueError, OverflowError):
            return None
        return (found_ms, moment) if EARLIEST_MS <= found_ms < LATEST_MS else None
