"""What forecasts and staffing ask of the outside: forecasts that are kept, what happened, who was there, who is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from app.core.calendars import CalendarDefinition
from app.floor.handling import WrapUp
from app.floor.model import AgentInterval, Visit
from app.planning.forecast_model import ForecastPoint, Origin, VersionSummary


class Membership(NamedTuple):
    """A stretch in which an agent served a queue.

    Attributes:
        agent: Who.
        queue: Which queue; empty for a sign-in that named none, which serves them all.
        start_ms: First instant.
        end_ms: First instant after; None while it lasts.
    """

    agent: str
    queue: str
    start_ms: int
    end_ms: int | None


class OnQueueSpan(NamedTuple):
    """A stretch in which the schedule wants an agent on the queue.

    Attributes:
        agent: Who.
        start_ms: First instant.
        end_ms: First instant after.
    """

    agent: str
    start_ms: int
    end_ms: int


class ForecastReader(Protocol):
    """The forecasts that hold."""

    def points(self, start_ms: int, end_ms: int, queues: Sequence[str] = ()) -> list[ForecastPoint]:
        """Points that touch [start, end), the newest version of each, by queue and start; of all queues by default."""
        ...


class ForecastStore(ForecastReader, Protocol):
    """Forecasts by version; nothing that was stored is ever changed."""

    def versions(self, queue: str | None = None) -> list[VersionSummary]:
        """Every version, the newest first; only those that speak of a queue where one is named."""
        ...

    def writing(self) -> AbstractContextManager[object]:
        """One write transaction."""
        ...

    def add_version(
        self,
        made_ms: int,
        actor: str,
        origin: Origin,
        detail: str,
        points: Sequence[ForecastPoint],
        removed: Sequence[tuple[str, int]],
    ) -> int:
        """Store a version: points that hold from now on, and (queue, start) that have no forecast any more.

        Called inside a write transaction.

        Returns:
            Its number.
        """
        ...


class CalendarStore(Protocol):
    """Open hours by queue, each change kept."""

    def calendars(self) -> Mapping[str, CalendarDefinition]:
        """The open hours that hold, by queue."""
        ...

    def save_calendar(self, definition: CalendarDefinition, actor: str, at_ms: int) -> None:
        """Store the hours of the queue the definition is named after; called inside a write transaction."""
        ...


class CallHistory(Protocol):
    """The calls that came."""

    def queues(self) -> list[str]:
        """Every queue known, in order of name."""
        ...

    def visits_entered(self, start_ms: int, end_ms: int) -> list[Visit]:
        """Visits that entered in [start, end), in order of entry."""
        ...

    def wrap_ups(self, start_ms: int, end_ms: int) -> list[WrapUp]:
        """Finished after-call work that began in [start, end)."""
        ...

    def log_span(self) -> tuple[int, int] | None:
        """The instants of the first call that is known and of the newest fact; None with no calls at all."""
        ...


class Presence(Protocol):
    """Who was there."""

    def all_agent_time(self, start_ms: int, end_ms: int) -> list[AgentInterval]:
        """Intervals of all agents that touch [start, end)."""
        ...

    def memberships(self, start_ms: int, end_ms: int) -> list[Membership]:
        """Queues served: in sessions that touch [start, end), or in an agent's last session before it."""
        ...


class OnQueueSchedule(Protocol):
    """Who is due on the queue."""

    def on_queue_spans(self, start_ms: int, end_ms: int) -> list[OnQueueSpan]:
        """Spans that touch [start, end), of the schedule that holds."""
        ...

    def has_schedule(self, start_ms: int, end_ms: int) -> bool:
        """Whether anything at all is scheduled that touches [start, end): without it, nobody due is no figure."""
        ...


class NoSchedule:
    """Implements `OnQueueSchedule` where there are no schedules."""

    def on_queue_spans(self, start_ms: int, end_ms: int) -> list[OnQueueSpan]:  # noqa: ARG002 - a Protocol's names
        return []

    def has_schedule(self, start_ms: int, end_ms: int) -> bool:  # noqa: ARG002 - a Protocol's names
        return False
