"""What a simulated floor gives over a stretch of time: service, waiting and how busy its agents are, run by run."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Final, Self

from app.core.events import (
    AgentNotReady,
    AgentReady,
    AnyEvent,
    CallAbandoned,
    CallCompleted,
    CallConnected,
    CallEntered,
    CallLeftByKey,
    CallTimedOut,
    CallTransferred,
    WrapUpEnded,
    WrapUpStarted,
)
from seed.simulator import Simulator

HOUR_MS: Final = 3_600_000
WARM_UP_HOURS: Final = 1
START_MS: Final = 1_767_225_600_000
"""2026-01-01, midnight UTC."""

_DRAIN_MS: Final = HOUR_MS // 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the calls that entered in the time counted; additive over queues.

    Attributes:
        offered: How many entered.
        answered: How many were answered.
        answered_within: How many of them in time.
        abandoned: How many hung up.
        left: How many went unanswered: hung up, by key, or sent on by the queue.
        waited_ms: Waiting of the answered ones, their ringing included.
    """

    offered: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    left: int = 0
    waited_ms: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def service_level(self) -> float:
        """Answered in time / offered."""
        return self.answered_within / self.offered

    @property
    def abandon_rate(self) -> float:
        """Hung up / offered."""
        return self.abandoned / self.offered

    @property
    def left_rate(self) -> float:
        """Unanswered / offered: what Erlang A calls abandoned."""
        return self.left / self.offered

    @property
    def asa_seconds(self) -> float:
        """Mean wait of the answered calls."""
        return self.waited_ms / self.answered / 1000


@dataclass(frozen=True, slots=True)
class Played:
    """What one run gave.

    Attributes:
        queues: The calls by queue.
        occupancy: (on call + hold + wrap-up) / (that + available + ringing), of all agents.
        free_agents: Mean number of agents who are there: neither signed out nor not ready.
    """

    queues: dict[str, Outcome]
    occupancy: float
    free_agents: float

    @property
    def whole(self) -> Outcome:
        """All calls of the floor."""
        return sum(self.queues.values(), Outcome())


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of several runs."""

    mean: float
    standard_error: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Estimate:
        """The mean of at least two runs and how far it may be off."""
        return cls(statistics.fmean(values), statistics.stdev(values) / math.sqrt(len(values)))


class Tally:
    """Counts the facts of a floor whose agents are all signed in over the whole time.

    Args:
        from_ms: Calls that enter from here on count, and agents' time …
        until_ms: … up to here; what becomes of the calls is counted later too.
        within_ms: The T of the service level.
        agents: How many are signed in.
    """

    def __init__(self, from_ms: int, until_ms: int, within_ms: int, agents: int) -> None:
        self._from_ms = from_ms
        self._until_ms = until_ms
        self._within_ms = within_ms
        self._agents = agents
        self._waiting: dict[tuple[str, str], int] = {}
        self._waited: dict[str, list[int]] = {}
        self._offered: dict[str, int] = {}
        self._abandoned: dict[str, int] = {}
        self._left: dict[str, int] = {}
        self._busy_since: dict[str, int] = {}
        self._away_since: dict[str, int] = {}
        self._busy_ms = 0
        self._away_ms = 0

    def add(self, events: Iterable[AnyEvent]) -> None:
        """Count facts, in order of time."""
        for event in events:
            if isinstance(event, CallEntered):
                if self._from_ms <= event.at_ms < self._until_ms:
                    self._waiting[event.call, event.queue] = event.at_ms
                    self._offered[event.queue] = self._offered.get(event.queue, 0) + 1
            elif isinstance(event, CallConnected):
                self._busy_since[event.agent] = event.at_ms
                entered_ms = self._waiting.pop((event.call, event.queue), None)
                if entered_ms is not None:
                    self._waited.setdefault(event.queue, []).append(event.at_ms - entered_ms)
            elif isinstance(event, CallAbandoned | CallLeftByKey | CallTimedOut):
                self._gone(event)
            else:
                self._agent_time(event)

    def _gone(self, event: CallAbandoned | CallLeftByKey | CallTimedOut) -> None:
        if self._waiting.pop((event.call, event.queue), None) is None:
            return
        self._left[event.queue] = self._left.get(event.queue, 0) + 1
        if isinstance(event, CallAbandoned):
            self._abandoned[event.queue] = self._abandoned.get(event.queue, 0) + 1

    def _agent_time(self, event: AnyEvent) -> None:
        if isinstance(event, CallCompleted | CallTransferred | WrapUpEnded):
            self._busy_ms += self._counted_ms(self._busy_since.pop(event.agent), event.at_ms)
        elif isinstance(event, WrapUpStarted):
            self._busy_since[event.agent] = event.at_ms
        elif isinstance(event, AgentNotReady):
            # Straight from one reason into the next is one absence.
            self._away_since.setdefault(event.agent, event.at_ms)
        elif isinstance(event, AgentReady):
            self._away_ms += self._counted_ms(self._away_since.pop(event.agent), event.at_ms)

    def _counted_ms(self, since_ms: int, at_ms: int) -> int:
        return max(0, min(at_ms, self._until_ms) - max(since_ms, self._from_ms))

    def played(self) -> Played:
        """What was counted, once every call has met its fate.

        Raises:
            RuntimeError: When a call still waits, or none was answered: the engine has lost them.
        """
        if self._waiting or not self._waited:
            raise RuntimeError(f"{len(self._waiting)} calls neither answered nor gone")
        until_ms = self._until_ms
        busy_ms = self._busy_ms + sum(self._counted_ms(since, until_ms) for since in self._busy_since.values())
        away_ms = self._away_ms + sum(self._counted_ms(since, until_ms) for since in self._away_since.values())
        length_ms = until_ms - self._from_ms
        there_ms = self._agents * length_ms - away_ms
        return Played(
            {queue: self._outcome(queue) for queue in self._offered}, busy_ms / there_ms, there_ms / length_ms
        )

    def _outcome(self, queue: str) -> Outcome:
        waited = self._waited.get(queue, [])
        return Outcome(
            self._offered[queue],
            len(waited),
            sum(each <= self._within_ms for each in waited),
            self._abandoned.get(queue, 0),
            self._left.get(queue, 0),
            sum(waited),
        )


def play(simulator: Simulator, hours: float, within_seconds: int) -> Played:
    """Play a floor that begins at `START_MS` and is never left, for some hours after the warm-up, and count.

    Args:
        simulator: The floor.
        hours: How long is counted; in steps of half an hour.
        within_seconds: The T of the service level.

    Raises:
        RuntimeError: When a call is still waiting long after the end: the engine has lost it.
    """
    from_ms = START_MS + WARM_UP_HOURS * HOUR_MS
    until_ms = from_ms + int(hours * HOUR_MS)
    tally = Tally(from_ms, until_ms, within_seconds * 1000, len(simulator.agents))
    # In steps of half an hour, so that the facts of a run need not all be held at once.
    for step_ms in range(START_MS + _DRAIN_MS, until_ms + _DRAIN_MS + 1, _DRAIN_MS):
        tally.add(simulator.run_until(step_ms))
    return tally.played()
