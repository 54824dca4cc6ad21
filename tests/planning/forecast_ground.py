"""Forecasts, histories and floors for the tests of forecasting: in memory, and short to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.core.calendars import CalendarDefinition
from app.core.zones import date_start_ms, instant_ms, load_zone
from app.floor.handling import WrapUp
from app.floor.model import AgentInterval, AgentState, Outcome, Visit
from app.planning.forecast_history import ObservedDay, Work
from app.planning.forecast_model import ForecastPoint, ForecastVersion, Origin, VersionSummary
from app.planning.ports_forecast import Membership, OnQueueSpan

SHANGHAI: Final = load_zone("Asia/Shanghai")
MINUTE_MS: Final = 60_000
SATURDAY: Final = date(2026, 11, 21)


def instant(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    """A local time as an instant."""
    return instant_ms(datetime.fromisoformat(text).replace(tzinfo=zone))


def point(text: str, calls: float = 100, aht: float = 180, minutes: int = 30, queue: str = "support") -> ForecastPoint:
    """A point of a forecast."""
    return ForecastPoint(queue, instant(text), minutes, round(calls * 1000), round(aht * 1000))


class MemoryForecasts:
    """Implements `ForecastStore` and `CalendarStore`."""

    def __init__(self, *points: ForecastPoint) -> None:
        self.held: dict[tuple[str, int], ForecastPoint] = {(each.queue, each.start_ms): each for each in points}
        self.made: list[ForecastVersion] = []
        self.hours: dict[str, CalendarDefinition] = {}

    def points(self, start_ms: int, end_ms: int, queues: Sequence[str] = ()) -> list[ForecastPoint]:
        return sorted(
            each
            for each in self.held.values()
            if each.start_ms < end_ms and each.end_ms > start_ms and (not queues or each.queue in queues)
        )

    def versions(self, queue: str | None = None) -> list[VersionSummary]:
        return []

    @contextmanager
    def writing(self) -> Iterator[None]:
        yield

    reading = writing

    def log_import(self, entry: object) -> None:
        """Nobody asks."""

    def add_version(
        self,
        made_ms: int,
        actor: str,
        origin: Origin,
        detail: str,
        points: Sequence[ForecastPoint],
        removed: Sequence[tuple[str, int]],
    ) -> int:
        self.made.append(ForecastVersion(len(self.made) + 1, made_ms, actor, origin, detail))
        for key in removed:
            del self.held[key]
        self.held.update({(each.queue, each.start_ms): each for each in points})
        return len(self.made)

    def calendars(self) -> dict[str, CalendarDefinition]:
        return self.hours

    def save_calendar(self, definition: CalendarDefinition, actor: str, at_ms: int) -> None:
        self.hours[definition.name] = definition


class MemoryFloor:
    """Implements `CallHistory`, `Presence` and `OnQueueSchedule`."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.wraps: list[WrapUp] = []
        self.intervals: list[AgentInterval] = []
        self.served: list[Membership] = []
        self.spans: list[OnQueueSpan] = []
        self.newest_ms: int | None = None

    def call(
        self, entered_ms: int, talk_seconds: int | None = 120, queue: str = "support", agent: str = "ann"
    ) -> Visit:
        """A call that was answered at once and lasted so long; None for one that was abandoned."""
        number = len(self.visits)
        if talk_seconds is None:
            visit = Visit(f"c{number}", queue, 1, entered_ms, Outcome.ABANDONED, ended_ms=entered_ms + 5000)
        else:
            ended_ms = entered_ms + talk_seconds * 1000
            visit = Visit(f"c{number}", queue, 1, entered_ms, Outcome.ANSWERED, entered_ms, ended_ms, agent)
        self.visits.append(visit)
        return visit

    def there(
        self,
        agent: str,
        start_ms: int,
        end_ms: int | None,
        state: AgentState = AgentState.AVAILABLE,
        queue: str = "",
        signed_in: bool = True,
    ) -> None:
        """An agent was in a state."""
        self.intervals.append(AgentInterval(agent, start_ms, end_ms, state, "", queue, signed_in))

    def queues(self) -> list[str]:
        return sorted({visit.queue for visit in self.visits})

    def visits_entered(self, start_ms: int, end_ms: int) -> list[Visit]:
        return [visit for visit in self.visits if start_ms <= visit.entered_ms < end_ms]

    def wrap_ups(self, start_ms: int, end_ms: int) -> list[WrapUp]:
        return [wrap for wrap in self.wraps if start_ms <= wrap.start_ms < end_ms]

    def log_span(self) -> tuple[int, int] | None:
        if not self.visits:
            return None
        first_ms = min(visit.entered_ms for visit in self.visits)
        newest_ms = max(visit.ended_ms or visit.entered_ms for visit in self.visits)
        return first_ms, newest_ms if self.newest_ms is None else self.newest_ms

    def all_agent_time(self, start_ms: int, end_ms: int) -> list[AgentInterval]:
        return [
            each
            for each in self.intervals
            if each.start_ms < end_ms and (each.end_ms is None or each.end_ms > start_ms)
        ]

    def memberships(self, start_ms: int, end_ms: int) -> list[Membership]:
        return [each for each in self.served if each.start_ms < end_ms]

    def on_queue_spans(self, start_ms: int, end_ms: int) -> list[OnQueueSpan]:
        return [each for each in self.spans if each.start_ms < end_ms and each.end_ms > start_ms]

    def has_schedule(self, start_ms: int, end_ms: int) -> bool:
        return bool(self.on_queue_spans(start_ms, end_ms))


def observed(calls: Sequence[int], every_minutes: int = 30, aht_seconds: int = 180) -> ObservedDay:
    """A past day with so many calls in each interval from midnight on."""
    return ObservedDay(
        {index * every_minutes: [Work(count, count, count * aht_seconds * 1000)] for index, count in enumerate(calls)}
    )


def weeks_of_calls(
    floor: MemoryFloor, last: date, weeks: int, per_slot: Sequence[int], talk_seconds: int = 120
) -> None:
    """The same calls on every day of the weeks up to a date: so many in each half-hour from 09:00 on."""
    for back in range(weeks * 7):
        start_ms = date_start_ms(last - timedelta(days=back), SHANGHAI) + 9 * 3_600_000
        for slot, count in enumerate(per_slot):
            for number in range(count):
                floor.call(start_ms + slot * 1_800_000 + number * 1000, talk_seconds)
    floor.newest_ms = date_start_ms(last + timedelta(days=1), SHANGHAI)
