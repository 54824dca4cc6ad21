"""How calls come to the simulated floor: a Poisson stream per queue whose rate follows the half-hours of the day."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from seed.calls import CallFlow
from seed.hours import local_ms
from seed.people import Line
from seed.randomness import stream, unit_exponential, whole_between
from seed.scenario import ArrivalSpec, Scenario
from seed.timeline import Timeline

HALF_HOUR: Final = 30
"""The step of a day's profile in minutes."""

_REMEMBERED_CALLERS: Final = 200
"""Who may call again is one of the latest so many."""


def carried_load(agents: int) -> float:
    """How many conversations at a time suit a floor of some agents: the R for which R + √R agents are there.

    Queues forgive a large floor more than a small one: with calls in proportion to agents, a floor of ten would drown
    and one of six hundred never have anyone waiting. A reserve that grows with the square root keeps the chance of
    waiting about the same (Halfin and Whitt 1981, Operations Research 29(3), 567-588).
    """
    root = (math.sqrt(1 + 4 * agents) - 1) / 2
    return root * root


def size_of(scenario: Scenario, agents: int) -> float:
    """How many times the scenario's calls a floor of some agents gets."""
    return carried_load(agents) / carried_load(scenario.reference_agents)


class Callers:
    """Who calls: mostly somebody new, now and then somebody who called before.

    Numbers begin with 1000, as no telephone's does.
    """

    def __init__(self, seed: int, repeat_per_mille: int) -> None:
        self._draw = stream(seed, "callers")
        self._repeat_per_mille = repeat_per_mille
        self._latest: deque[str] = deque(maxlen=_REMEMBERED_CALLERS)

    def next(self) -> str:
        """The number of the next caller."""
        if self._draw() * 1000 < self._repeat_per_mille and self._latest:
            return self._latest[int(self._draw() * len(self._latest))]
        caller = f"1000{whole_between(self._draw, 0, 9_999_999):07d}"
        self._latest.append(caller)
        return caller


class _LineArrivals:
    """The calls of one queue on one day."""

    def __init__(self, line: Line, seed: int, peak_per_hour: float) -> None:
        self.line = line
        self._draw = stream(seed, f"arrivals/{line.name}")
        self._peak_per_hour = peak_per_hour
        self._slots: list[tuple[int, int, float]] = []

    def open(self, spec: ArrivalSpec, day: date, zone: ZoneInfo) -> None:
        """Lay out the half-hours of a local day: [start, end) in UTC milliseconds and calls per millisecond."""
        self._slots = []
        for number, percent in enumerate(spec.percent_of_peak):
            start_ms = local_ms(day, spec.start + number * HALF_HOUR, zone)
            end_ms = local_ms(day, spec.start + (number + 1) * HALF_HOUR, zone)
            rate = self._peak_per_hour * percent / 100 / 3_600_000
            if end_ms > start_ms and rate > 0:
                self._slots.append((start_ms, end_ms, rate))

    def after(self, now_ms: int) -> int | None:
        """The instant of the next call of the day, or None where there is none."""
        needed = unit_exponential(self._draw)
        while self._slots:
            start_ms, end_ms, rate = self._slots[0]
            from_ms = max(start_ms, now_ms)
            expected = (end_ms - from_ms) * rate
            if needed < expected:
                return min(end_ms - 1, from_ms + int(0.5 + needed / rate))
            needed -= max(0.0, expected)
            # Where clocks are put forward half-hours overlap: what has been lived through is not lived again.
            now_ms = max(now_ms, end_ms)
            self._slots.pop(0)
        return None


class Arrivals:
    """Brings calls to the queues, day by day.

    Args:
        scenario: The profile of the day and each queue's peak.
        seed: Names the streams.
        agents: The peak grows with them, see `carried_load`.
        timeline: Where the calls are planned.
        zone: Where the scenario's times of day are.
        lines: The queues.
        flow: Where the calls go.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        agents: int,
        timeline: Timeline,
        zone: ZoneInfo,
        lines: list[Line],
        flow: CallFlow,
    ) -> None:
        self._spec = scenario.arrivals
        self._timeline = timeline
        self._zone = zone
        self._flow = flow
        self._callers = Callers(seed, scenario.arrivals.repeat_caller_per_mille)
        self._numbers: Iterator[int] = count(1)
        size = size_of(scenario, agents)
        self._lines = [_LineArrivals(line, seed, line.spec.peak_calls_per_hour * size) for line in lines]

    def plan(self, day: date) -> None:
        """Plan the calls of a local day, those before now left out."""
        for arrivals in self._lines:
            arrivals.open(self._spec, day, self._zone)
            self._plan_next(arrivals)

    def _plan_next(self, arrivals: _LineArrivals) -> None:
        at_ms = arrivals.after(self._timeline.now_ms)
        if at_ms is not None:
            self._timeline.at(at_ms, partial(self._arrive, arrivals))

    def _arrive(self, arrivals: _LineArrivals) -> None:
        call = f"{self._timeline.now_ms // 1000}.{next(self._numbers)}"
        self._flow.enter(arrivals.line, call, self._callers.next())
        self._plan_next(arrivals)
