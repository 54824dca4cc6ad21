"""How many agents a forecast needs: its intervals, laid on those that are asked for, through Erlang's formulas."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.core.settings import QueueSettings, Settings
from app.planning.forecast_model import ForecastPoint
from app.planning.staffing import Targets, Workload, agents_scheduled, least_agents

_KEPT: Final = 65_536
"""Answers kept: a month of half-hours of forty queues, no two alike."""

DEFAULT_TARGET_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class QueueTarget:
    """What a queue is to reach, and how its callers and agents are.

    Attributes:
        service_level: Least share of the offered calls answered within `within_seconds`.
        within_seconds: The T of the service level.
        max_occupancy: Largest share of their time that agents may be busy; None for no limit.
        patience_seconds: Mean time after which a waiting caller hangs up (Erlang A); None: nobody does (Erlang C).
        shrinkage: Share of paid time not on the queue, for how many to schedule.
        ring_seconds: How long an agent's telephone rings before a call is answered.
    """

    service_level: float = 0.8
    within_seconds: int = DEFAULT_TARGET_SECONDS
    max_occupancy: float | None = None
    patience_seconds: int | None = None
    shrinkage: float = 0.0
    ring_seconds: int = 0

    @classmethod
    def of(cls, queue: str, settings: Settings) -> QueueTarget:
        """The target a site has set for a queue."""
        found = settings.queues.get(queue, QueueSettings())
        return cls(
            found.target_service_level,
            found.target_seconds,
            found.max_occupancy,
            found.patience_seconds,
            found.shrinkage,
            found.ring_seconds,
        )


@dataclass(frozen=True, slots=True)
class Requirement:
    """How many agents an interval needs.

    Attributes:
        agents: On the queue at the same time.
        scheduled: To be put on the schedule so that so many are there, with the queue's shrinkage.
    """

    agents: int
    scheduled: int


NOBODY: Final = Requirement(0, 0)

Need = Callable[[ForecastPoint], Requirement]
"""How many agents a point of a forecast needs."""


def requirement(calls_thousandths: int, minutes: int, aht_ms: int, target: QueueTarget) -> Requirement:
    """How many agents some calls need to reach a target; the same question is answered once.

    Raises:
        UsageProblem: When the load is larger than any floor's.
        RuleRefused: When no number of agents reaches the target.
    """
    return NOBODY if calls_thousandths <= 0 else _requirement(calls_thousandths, minutes, aht_ms, target)


@lru_cache(maxsize=_KEPT)
def _requirement(calls_thousandths: int, minutes: int, aht_ms: int, target: QueueTarget) -> Requirement:
    workload = Workload(
        calls_thousandths / 1000, minutes * 60, aht_ms / 1000, target.patience_seconds, target.ring_seconds
    )
    targets = Targets(target.service_level, target.within_seconds, target.max_occupancy)
    agents = least_agents(workload, targets).agents
    return Requirement(agents, agents_scheduled(agents, target.shrinkage))


def need_of(settings: Settings) -> Need:
    """How many agents points need, with the targets a site has set for their queues."""

    def need(point: ForecastPoint) -> Requirement:
        target = QueueTarget.of(point.queue, settings)
        return requirement(point.calls_thousandths, point.minutes, point.aht_ms, target)

    return need


@dataclass(slots=True)
class Expected:
    """What a forecast says of an interval that need not be one of its own; additive over queues.

    Attributes:
        covered_ms: How much of the interval the forecast speaks of; 0 where it is silent.
        calls_thousandths: Calls, in thousandths.
        handle: Calls in thousandths × their handling time in milliseconds.
        agents_ms: Agents that are needed × milliseconds.
        scheduled_ms: Agents to schedule × milliseconds.
    """

    covered_ms: int = 0
    calls_thousandths: int = 0
    handle: int = 0
    agents_ms: int = 0
    scheduled_ms: int = 0

    def __add__(self, other: Expected) -> Expected:
        return Expected(
            self.covered_ms + other.covered_ms,
            self.calls_thousandths + other.calls_thousandths,
            self.handle + other.handle,
            self.agents_ms + other.agents_ms,
            self.scheduled_ms + other.scheduled_ms,
        )

    @property
    def calls(self) -> float | None:
        """Calls; None where the forecast is silent."""
        return self.calls_thousandths / 1000 if self.covered_ms else None

    @property
    def aht_seconds(self) -> float | None:
        """Mean handling time, each interval weighed by its calls; None without calls."""
        return self.handle / self.calls_thousandths / 1000 if self.calls_thousandths else None

    def required(self, length_ms: int) -> float | None:
        """Agents needed on average over an interval of this length; None where the forecast is silent."""
        return self.agents_ms / length_ms if self.covered_ms else None

    def to_schedule(self, length_ms: int) -> float | None:
        """Agents to schedule on average over an interval of this length; None where the forecast is silent."""
        return self.scheduled_ms / length_ms if self.covered_ms else None


def lay_out(points: Iterable[ForecastPoint], marks: Sequence[int], need: Need) -> list[Expected]:
    """Lay the points of one queue on adjoining intervals.

    A point that lies in several is split by time: its calls to the thousandth, so that the parts add up to it. The
    agents it needs are needed in each part; an interval that has several points, or is not wholly forecast, needs
    their mean over time.

    Args:
        points: Of one queue.
        marks: Borders; the last is the end.
        need: How many agents a point needs.
    """
    cells = [Expected() for _mark in marks[:-1]]
    for point in points:
        needed = need(point)
        start_ms, last_ms = max(point.start_ms, marks[0]), min(point.end_ms, marks[-1])
        index = bisect_right(marks, start_ms) - 1
        while start_ms < last_ms:
            next_ms = min(last_ms, marks[index + 1])
            calls = point.calls_between(start_ms, next_ms)
            cells[index] += Expected(
                next_ms - start_ms,
                calls,
                calls * point.aht_ms,
                needed.agents * (next_ms - start_ms),
                needed.scheduled * (next_ms - start_ms),
            )
            start_ms = next_ms
            index += 1
    return cells
