"""Hands the plan of the simulated floor to the store, through the same doors as an office's lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from app.core.facts import Draft
from app.core.zones import at, date_start_ms
from app.people.ports import PeopleStore
from app.planning.forecast_model import ForecastPoint
from app.planning.model import Shift, VersionKind
from app.planning.ports import PlanningStore
from app.planning.ports_forecast import ForecastStore
from seed.feed import SimulatedSource
from seed.plan import FloorPlan

DAYS_AHEAD: Final = 7
"""Published beyond today, on every day of a demo left running."""

_ACTOR: Final = "demo"


def write_plan(
    plan: FloorPlan,
    people: PeopleStore,
    planning: PlanningStore,
    forecast: ForecastStore,
    now_ms: int,
) -> None:
    """Store the roster, and the schedule and the forecast from the floor's first day to a week ahead.

    What is stored already is not stored again: a demo opened a second time on its own database adds nothing. All is
    published at the first instant of the day before the first one, as if the planners had done it in time.

    Args:
        plan: What should happen.
        people: Where the roster is kept.
        planning: Where schedules are kept.
        forecast: Where forecasts are kept; all three share one connection.
        now_ms: The present instant there.
    """
    at_ms = date_start_ms(plan.first_day - timedelta(days=1), plan.zone)
    with planning.writing():
        _write_roster(plan, people)
        _write_days(plan, _days(plan.first_day, planned_until(plan, now_ms)), planning, forecast, at_ms)


def planned_until(plan: FloorPlan, now_ms: int) -> date:
    """The last local date that the plan is written for at an instant."""
    return max(plan.first_day, at(now_ms, plan.zone).date()) + timedelta(days=DAYS_AHEAD)


def write_days(plan: FloorPlan, planning: PlanningStore, forecast: ForecastStore, first: date, last: date) -> None:
    """Store the schedule and the forecast of days further ahead, published a week before the first of them.

    Args:
        plan: What should happen.
        planning: Where schedules are kept.
        forecast: Where forecasts are kept, over the same connection.
        first: First local date.
        last: Last local date.
    """
    at_ms = date_start_ms(first - timedelta(days=DAYS_AHEAD), plan.zone)
    with planning.writing():
        _write_days(plan, _days(first, last), planning, forecast, at_ms)


class PlanAhead:
    """Writes a simulated floor's plan further as its time goes on: a day more on each new day.

    Args:
        source: The floor, whose plan has just been written by `write_plan`.
        write: Stores the days from the first date to the last; see `write_days`.
    """

    def __init__(self, source: SimulatedSource, write: Callable[[date, date], None]) -> None:
        self._source = source
        self._write = write
        # It may have been written before midnight, with what happened so far still to be stored after it.
        self._written_until = planned_until(source.plan, source.now_ms()) - timedelta(days=1)

    def drafts(self) -> list[Draft]:
        """The floor's facts since the last call, as the source gives them, once the plan of their days is stored."""
        last = planned_until(self._source.plan, self._source.now_ms())
        if last > self._written_until:
            self._write(self._written_until + timedelta(days=1), last)
            self._written_until = last
        return self._source.drafts()


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _write_days(
    plan: FloorPlan, days: Sequence[date], planning: PlanningStore, forecast: ForecastStore, at_ms: int
) -> None:
    shifts = _new_shifts(plan, days, planning)
    if shifts:
        planning.add_version(VersionKind.PUBLISHED, at_ms, _ACTOR, _ACTOR, shifts)
    points = _new_points(plan, days, forecast)
    if points:
        forecast.add_version(at_ms, _ACTOR, "imported", _ACTOR, points, ())


def _write_roster(plan: FloorPlan, people: PeopleStore) -> None:
    units, known = people.units(), people.people()
    people.save_units([unit for unit in plan.units if units.get(unit.unit) != unit])
    people.save_people([person for person in plan.people if known.get(person.agent_id) != person])


def _new_shifts(plan: FloorPlan, days: Sequence[date], planning: PlanningStore) -> list[Shift]:
    found = [shift for day in days for shift in plan.shifts(day)]
    standing = planning.shifts_on((shift.agent, shift.shift_date) for shift in found)
    return [
        shift
        for shift in found
        if (before := standing.get((shift.agent, shift.shift_date))) is None or before.spans != shift.spans
    ]


def _new_points(plan: FloorPlan, days: Sequence[date], forecast: ForecastStore) -> list[ForecastPoint]:
    found = [point for day in days for point in plan.forecast(day)]
    if not found:
        return []
    standing = set(forecast.points(min(point.start_ms for point in found), max(point.end_ms for point in found)))
    return [point for point in found if point not in standing]
