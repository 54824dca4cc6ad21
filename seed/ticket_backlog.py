"""The tickets of the days before the floor's first one: that they came from calls is all that is known of those."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from seed.arrivals import HALF_HOUR
from seed.hours import local_ms
from seed.randomness import stream, whole_between
from seed.scenario import ArrivalSpec
from seed.ticket_scenario import KindSpec


class Earlier(NamedTuple):
    """A ticket to be written.

    Attributes:
        at_ms: When, UTC milliseconds.
        kind: What it is.
        by: The agent who writes it.
        caller: The number that called.
    """

    at_ms: int
    kind: KindSpec
    by: str
    caller: str


def backlog_days(kinds: Sequence[KindSpec]) -> int:
    """How many days before the first one the backlog begins."""
    return max((kind.backlog_days for kind in kinds if kind.backlog_per_day), default=0)


def backlog(
    kinds: Sequence[KindSpec],
    arrivals: ArrivalSpec,
    seed: int,
    writers: Sequence[str],
    first_day: date,
    zone: ZoneInfo,
    size: float,
) -> Iterator[Earlier]:
    """The tickets of the days before, kind by kind and day by day.

    Args:
        kinds: What comes.
        arrivals: When calls come on each day.
        seed: Names the streams.
        writers: The agents.
        first_day: The floor's first local date.
        zone: Where the scenario's times of day are.
        size: How many times the scenario's calls the floor gets.
    """
    begin, end = arrivals.start, arrivals.start + HALF_HOUR * len(arrivals.percent_of_peak)
    for kind in kinds:
        for days_before in range(1, kind.backlog_days + 1):
            day = first_day - timedelta(days=days_before)
            from_ms, to_ms = local_ms(day, begin, zone), local_ms(day, end, zone)
            draw = stream(seed, f"backlog/{kind.type}/{days_before}")
            for _number in range(round(kind.backlog_per_day * size)):
                at_ms = whole_between(draw, from_ms, to_ms - 1)
                caller = f"1000{whole_between(draw, 0, 9_999_999):07d}"
                yield Earlier(at_ms, kind, writers[int(draw() * len(writers))], caller)
