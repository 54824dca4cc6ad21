"""What a forecast is made of: for each queue and interval, how many calls come and how long one keeps an agent."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

STEP_MINUTES: Final = (15, 30, 60)
"""Lengths an interval of a forecast may have."""

MOST_CALLS: Final = 1_000_000
"""Calls forecast for one interval at most: a hundred times the largest queue."""

LONGEST_AHT_SECONDS: Final = 86_400
"""A longer handling time is no handling time."""

Origin = Literal["imported", "made"]


class ForecastPoint(NamedTuple):
    """The forecast of one interval of one queue.

    Attributes:
        queue: The queue.
        start_ms: First instant.
        minutes: Length of the interval; one of `STEP_MINUTES`.
        calls_thousandths: Calls that are expected to enter, in thousandths: a forecast is a mean and may have a
            fraction, and thousandths can be split and added up without losing any.
        aht_ms: Mean handling time (talk, hold, wrap-up) of an answered call; above 0 where calls are expected.
    """

    queue: str
    start_ms: int
    minutes: int
    calls_thousandths: int
    aht_ms: int

    @property
    def length_ms(self) -> int:
        """Length of the interval."""
        return self.minutes * 60_000

    @property
    def end_ms(self) -> int:
        """First instant after."""
        return self.start_ms + self.length_ms

    def calls_between(self, start_ms: int, end_ms: int) -> int:
        """Thousandths of calls in a part of the interval: calls spread evenly, and the parts add up to the whole."""
        first_ms = min(max(start_ms, self.start_ms), self.end_ms) - self.start_ms
        last_ms = min(max(end_ms, self.start_ms), self.end_ms) - self.start_ms
        until_last = self.calls_thousandths * last_ms // self.length_ms
        return max(0, until_last - self.calls_thousandths * first_ms // self.length_ms)


class ForecastVersion(NamedTuple):
    """One making or importing of a forecast: kept for good, so that what was believed when can be read later.

    Attributes:
        number: Grows; of two that speak of the same interval the greater one holds.
        made_ms: When.
        actor: Who.
        origin: How it came about.
        detail: The file, or what it was learnt from.
    """

    number: int
    made_ms: int
    actor: str
    origin: Origin
    detail: str


class VersionSummary(NamedTuple):
    """A version, and what it speaks of.

    Attributes:
        version: The version.
        queues: In order of name.
        start_ms: First instant it speaks of.
        end_ms: First instant after the last interval.
        points: Intervals it sets.
        removed: Intervals it takes back.
        in_force: Intervals of it that no later version has replaced.
        calls_thousandths: Calls of all its intervals together.
    """

    version: ForecastVersion
    queues: tuple[str, ...]
    start_ms: int
    end_ms: int
    points: int
    removed: int
    in_force: int
    calls_thousandths: int
