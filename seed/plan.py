"""The plan of the simulated floor: who should do what when. The floor lives by it, with the habits of people.

A day's plan depends on its distance from the floor's first day, not on its date: the same seed plans the same days
whenever the floor is opened, and any day can be planned without playing those before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from app.people.model import Person, Unit
from app.planning.forecast_model import ForecastPoint
from app.planning.model import Activity, ScheduledSpan, Shift
from app.planning.times import local_ms
from seed.arrivals import size_of
from seed.people import Agent
from seed.plan_forecast import QueueForecast, queue_forecasts
from seed.plan_roster import make_roster
from seed.randomness import Draw, stream
from seed.scenario import PLAN_STEP_SECONDS, PlannedAbsence, Scenario, ShiftSpec

_STEP: Final = PLAN_STEP_SECONDS // 60
_APART: Final = 15
"""Minutes on the queue between two absences, and at either end of a shift, at the least."""

_TURNS: Final = frozenset({"break", "meal"})
"""What everyone has in turns; the rest comes where it fits."""

_KEPT_DAYS: Final = 3


class Pause(NamedTuple):
    """A scheduled absence.

    Attributes:
        reason: As it stands in the facts.
        start_ms: First instant.
        end_ms: First instant after.
    """

    reason: str
    start_ms: int
    end_ms: int


class PlannedDay(NamedTuple):
    """One agent's day as it is planned.

    Attributes:
        shift: The schedule; without spans where a change of the clocks leaves nothing of it.
        pauses: Its scheduled absences, in order.
    """

    shift: Shift
    pauses: tuple[Pause, ...]


class FloorPlan:
    """The roster, and the schedule and the forecast of any day.

    Args:
        scenario: The floor.
        seed: Names the streams.
        staff: Everybody.
        first_day: The floor's first local date.
        zone: Where the scenario's times of day are.
    """

    def __init__(self, scenario: Scenario, seed: int, staff: Sequence[Agent], first_day: date, zone: ZoneInfo) -> None:
        self._scenario = scenario
        self._seed = seed
        self._staff = staff
        self.first_day = first_day
        self.zone = zone
        units, people = make_roster(scenario, seed, staff, first_day)
        self.units: tuple[Unit, ...] = tuple(units)
        """Region, centre and teams, those above first."""
        self.people: tuple[Person, ...] = tuple(people)
        """One for each agent, in the same order; the agent's name in the facts is the agent id."""
        self._forecasts: list[QueueForecast] = queue_forecasts(scenario, size_of(scenario, len(staff)))
        self._order = _order(staff)
        by_turns = sorted(
            (spec for spec in scenario.planned if spec.activity is not None),
            key=lambda spec: spec.activity not in _TURNS,
        )
        self._absences = {
            shift.name: [spec for spec in by_turns if not spec.shifts or shift.name in spec.shifts]
            for shift in scenario.shifts
        }
        self._days: dict[date, list[PlannedDay]] = {}

    def shifts(self, day: date) -> list[Shift]:
        """Every agent's shift of a local date, in the agents' order."""
        return [planned.shift for planned in self.day(day) if planned.shift.spans]

    def forecast(self, day: date) -> list[ForecastPoint]:
        """The calls that were expected of a local date, by queue and half-hour."""
        spec = self._scenario.forecast
        return [
            point
            for each in self._forecasts
            for point in each.points(
                day, self.zone, spec, stream(self._seed, f"forecast/{self._number(day)}/{each.queue}")
            )
        ]

    def day(self, day: date) -> list[PlannedDay]:
        """Everybody's day, in the agents' order."""
        if day not in self._days:
            while len(self._days) >= _KEPT_DAYS:
                del self._days[next(iter(self._days))]
            self._days[day] = self._planned(day)
        return self._days[day]

    def _number(self, day: date) -> int:
        return (day - self.first_day).days

    def _planned(self, day: date) -> list[PlannedDay]:
        draw = stream(self._seed, f"plan/{self._number(day)}")
        turns = _turns(self._order, draw)
        clock = _DayClock(day, self.zone)
        return [
            _laid_out(agent, _placed(agent.shift, self._absences[agent.shift.name], turn, draw), clock)
            for agent, turn in zip(self._staff, turns, strict=True)
        ]


class _DayClock:
    """Minutes of a local day as instants, each worked out once."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self.day = day
        self._zone = zone
        self._known: dict[int, int] = {}

    def ms(self, minute: int) -> int:
        if minute not in self._known:
            moment = datetime.combine(self.day, time(0)) + timedelta(minutes=minute)
            self._known[minute] = local_ms(moment, self._zone)
        return self._known[minute]


def _order(staff: Sequence[Agent]) -> list[int]:
    """Agents, by their number, in the order of their turns: those of one shift and one first queue evenly apart, so
    that no queue ever stands empty for everyone's break."""
    groups: dict[tuple[str, str], list[int]] = {}
    for agent in staff:
        groups.setdefault((agent.shift.name, agent.lines[0].name), []).append(agent.number)
    places = [
        ((2 * place + 1) / (2 * len(group)), number) for group in groups.values() for place, number in enumerate(group)
    ]
    return [number for _place, number in sorted(places)]


def _turns(order: Sequence[int], draw: Draw) -> list[float]:
    """Each agent's turn in a day, from 0 to below 1; who is first changes from day to day."""
    first = draw()
    turns = [0.0] * len(order)
    for place, number in enumerate(order):
        turns[number] = (first + place / len(order)) % 1.0
    return turns


_Placed = list[tuple[int, int, PlannedAbsence]]
"""Absences of a day: first minute, first minute after, what."""


def _placed(shift: ShiftSpec, absences: Sequence[PlannedAbsence], turn: float, draw: Draw) -> _Placed:
    """Find each absence its place in a shift; what does not fit is left out.

    Args:
        shift: The shift.
        absences: What can be scheduled in it, the most important first.
        turn: The agent's turn: breaks and meals come early or late in their times by it.
        draw: Decides about everything else.
    """
    placed: _Placed = []
    for spec in absences:
        chosen = draw() * 1000 < spec.share_per_mille
        place = turn if spec.activity in _TURNS else draw()
        if not chosen:
            continue
        first = -(-spec.start // _STEP)
        slots = max(1, -(-spec.end // _STEP) - first)
        length = spec.length.mean_seconds // 60
        begin = int(place * slots)
        for step in range(slots):
            start = (first + (begin + step) % slots) * _STEP
            end = start + length
            if start - _APART < shift.start or end + _APART > shift.end:
                continue
            if all(end + _APART <= other[0] or other[1] + _APART <= start for other in placed):
                placed.append((start, end, spec))
                break
    return sorted(placed, key=lambda each: each[0])


def _laid_out(agent: Agent, placed: _Placed, clock: _DayClock) -> PlannedDay:
    """The day as spans without gaps: on the queue wherever nothing else is planned."""
    marks: list[tuple[int, int, Activity, str]] = []
    minute = agent.shift.start
    for start, end, spec in placed:
        marks += [(minute, start, Activity.ON_QUEUE, ""), (start, end, Activity(spec.activity or ""), spec.reason)]
        minute = end
    marks.append((minute, agent.shift.end, Activity.ON_QUEUE, ""))
    spans, pauses = [], []
    for start, end, activity, reason in marks:
        start_ms, end_ms = clock.ms(start), clock.ms(end)
        # Clocks put forward may leave nothing of a span.
        if end_ms > start_ms:
            spans.append(ScheduledSpan(agent.name, clock.day, start_ms, end_ms, activity))
            if activity is not Activity.ON_QUEUE:
                pauses.append(Pause(reason, start_ms, end_ms))
    return PlannedDay(Shift(agent.name, clock.day, tuple(spans)), tuple(pauses))
