"""Open time by weeks of UTC: the unit that is laid out once, counted, kept, and jumped over.

A week runs from Monday 00:00 UTC. Most weeks of a calendar are alike but for the offset of the zone, and share one
`OpenWeek`; those with a change of offset or a special date have one of their own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timezone
from functools import lru_cache
from typing import Final, NamedTuple

from app.core.calendars.definition import Span
from app.core.zones import load_zone

MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
WEEK_MS: Final = 7 * DAY_MS

FIRST_MONDAY_MS: Final = 4 * DAY_MS
"""1970-01-05 00:00 UTC, where week 0 begins."""

_YEAR_WEEKS: Final = 52
_YEARS_KEPT: Final = 2_048

_PROBE_MS: Final = 3 * DAY_MS
"""How far apart offsets are compared: since 1970 no zone has changed its offset twice within six days."""


class Piece(NamedTuple):
    """A stretch [start, end) in which a zone keeps one offset to UTC."""

    start_ms: int
    end_ms: int
    offset_ms: int


class OpenWeek:
    """The open stretches of one week, in milliseconds after its start, disjoint and in order."""

    __slots__ = ("_used_ms", "ends_ms", "starts_ms", "total_ms")

    def __init__(self, stretches: Sequence[tuple[int, int]]) -> None:
        self.starts_ms = [start_ms for start_ms, _end_ms in stretches]
        self.ends_ms = [end_ms for _start_ms, end_ms in stretches]
        # Open time before each stretch, and in all.
        self._used_ms = [0]
        for start_ms, end_ms in stretches:
            self._used_ms.append(self._used_ms[-1] + end_ms - start_ms)
        self.total_ms = self._used_ms[-1]

    def open_before(self, within_ms: int) -> int:
        """Open time from the start of the week to a point of it."""
        index = bisect_right(self.starts_ms, within_ms) - 1
        if index < 0:
            return 0
        end_ms = self.ends_ms[index]
        # Asked for every due time: a comparison costs a third of what `min` does.
        return self._used_ms[index] + (within_ms if within_ms < end_ms else end_ms) - self.starts_ms[index]

    def filled_at(self, open_ms: int) -> int:
        """The first point at which so much open time has passed: at most `total_ms`, more than 0."""
        index = bisect_left(self._used_ms, open_ms, lo=1)
        return self.ends_ms[index - 1] - (self._used_ms[index] - open_ms)

    def next_stretch(self, within_ms: int) -> int:
        """The index of the first stretch that ends after a point; as many as there are where none does."""
        return bisect_right(self.ends_ms, within_ms)


def week_of(at_ms: int) -> tuple[int, int]:
    """The number of the week an instant lies in, and how far into it."""
    return divmod(at_ms - FIRST_MONDAY_MS, WEEK_MS)


def week_start_ms(week: int) -> int:
    """The instant at which a week begins."""
    return FIRST_MONDAY_MS + week * WEEK_MS


def pieces_of(zone: str, week: int) -> list[Piece]:
    """The offsets a zone has within a week, in order and without a hole."""
    start_ms = week_start_ms(week)
    end_ms = start_ms + WEEK_MS
    return [
        Piece(max(piece.start_ms, start_ms), min(piece.end_ms, end_ms), piece.offset_ms)
        for piece in _pieces_of_year(zone, week // _YEAR_WEEKS)
        if piece.start_ms < end_ms and piece.end_ms > start_ms
    ]


@lru_cache(maxsize=_YEARS_KEPT)
def _pieces_of_year(zone: str, year: int) -> tuple[Piece, ...]:
    """The offsets within the 52 weeks that begin with week 52 × `year`."""
    tz = load_zone(zone)

    def offset_at(at_ms: int) -> int:
        delta = datetime.fromtimestamp(at_ms // 1000, timezone.utc).astimezone(tz).utcoffset()
        assert delta is not None  # a zone always has an offset
        return (delta.days * 86_400 + delta.seconds) * 1000

    year_ms = week_start_ms(year * _YEAR_WEEKS)
    end_ms = year_ms + _YEAR_WEEKS * WEEK_MS
    pieces: list[Piece] = []
    start_ms, offset_ms = year_ms, offset_at(year_ms)
    for probe_ms in [*range(year_ms + _PROBE_MS, end_ms, _PROBE_MS), end_ms - 1000]:
        if (there_ms := offset_at(probe_ms)) != offset_ms:
            low_ms, high_ms = max(start_ms, probe_ms - _PROBE_MS), probe_ms
            while high_ms - low_ms > 1000:
                middle_ms = (low_ms + high_ms) // 2000 * 1000
                low_ms, high_ms = (middle_ms, high_ms) if offset_at(middle_ms) == offset_ms else (low_ms, middle_ms)
            pieces.append(Piece(start_ms, high_ms, offset_ms))
            start_ms, offset_ms = high_ms, there_ms
    return (*pieces, Piece(start_ms, end_ms, offset_ms))


def local_days(pieces: Iterable[Piece]) -> tuple[int, int]:
    """The first and the last local day, counted from 1970-01-01, whose spans can reach into these pieces."""
    first, last = zip(*(_days_of(piece) for piece in pieces), strict=True)
    return min(first), max(last)


def _days_of(piece: Piece) -> tuple[int, int]:
    # The day before as well: a span may run over midnight.
    first = (piece.start_ms + piece.offset_ms) // DAY_MS - 1
    return first, (piece.end_ms - 1 + piece.offset_ms) // DAY_MS


def lay_out(week: int, pieces: Iterable[Piece], spans_on: Callable[[int], Sequence[Span]]) -> OpenWeek:
    """The open stretches of a week.

    Within one piece wall time and UTC run side by side, so a span is cut out of each piece on its own: one that lies
    in a gap between two pieces is nowhere, and what two pieces both have is there twice.

    Args:
        week: Which.
        pieces: The offsets of the zone in it.
        spans_on: The hours of a local day, counted from 1970-01-01.
    """
    base_ms = week_start_ms(week)
    stretches: list[tuple[int, int]] = []
    for piece in pieces:
        first, last = _days_of(piece)
        for day in range(first, last + 1):
            midnight_ms = day * DAY_MS - piece.offset_ms
            for span in spans_on(day):
                start_ms = max(midnight_ms + span.start_minute * MINUTE_MS, piece.start_ms)
                end_ms = min(midnight_ms + span.end_minute * MINUTE_MS, piece.end_ms)
                if start_ms < end_ms:
                    stretches.append((start_ms - base_ms, end_ms - base_ms))
    return OpenWeek(join(stretches))


def join(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The union of stretches: in order, none touching the next."""
    joined: list[tuple[int, int]] = []
    for start_ms, end_ms in sorted(stretches):
        if joined and start_ms <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_ms))
        else:
            joined.append((start_ms, end_ms))
    return joined
