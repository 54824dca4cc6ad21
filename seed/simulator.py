"""A contact-centre floor that lives by itself: the same seed gives the same facts, every time and everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from app.core.errors import UsageProblem
from app.core.events import AnyEvent
from app.core.i18n import _
from app.core.zones import load_zone
from seed.arrivals import Arrivals
from seed.calls import CallFlow
from seed.hours import local_date, local_ms
from seed.people import Line, hire
from seed.plan import FloorPlan
from seed.scenario import Scenario
from seed.timeline import Timeline
from seed.workday import WorkDay

MOST_AGENTS: Final = 20_000
"""A larger floor than any; beyond it a number is a slip of the finger."""


class SimulatorRefused(UsageProblem):
    """The simulator was asked for a floor that cannot be."""


class Simulator:
    """Plays a scenario from an instant on, day after day, as far as it is asked to.

    Args:
        scenario: The floor.
        seed: Which of the floors it could be: the same seed gives the same facts.
        agents: How many work there; at least 1. Calls grow with them.
        start_ms: First instant, UTC milliseconds. Within a working day, whoever should be there signs in at once:
            begin at `opening_ms` to have the morning as well.
        zone: Where the scenario's times of day are; the scenario's own zone unless given.

    Raises:
        SimulatorRefused: For a number of agents outside 1 to `MOST_AGENTS`.
        UsageProblem: When there is no such zone.
    """

    def __init__(self, scenario: Scenario, seed: int, agents: int, start_ms: int, zone: str | None = None) -> None:
        if not 1 <= agents <= MOST_AGENTS:
            raise SimulatorRefused(
                _("A simulated floor has 1 to {most} agents, not {asked}.").format(most=MOST_AGENTS, asked=agents)
            )
        self._zone = _zone(scenario, zone)
        self._timeline = Timeline(start_ms)
        lines = [Line(spec, seed) for spec in scenario.queues]
        staff = hire(scenario, seed, agents, lines)
        self.agents: tuple[str, ...] = tuple(agent.name for agent in staff)
        """The names of all agents, at work or not."""
        first_day = local_date(start_ms, self._zone)
        self.plan = FloorPlan(scenario, seed, staff, first_day, self._zone)
        """What should happen there: roster, schedule, forecast."""
        flow = CallFlow(scenario, seed, self._timeline, lines)
        self._workday = WorkDay(scenario, seed, self._timeline, self._zone, staff, self.plan, flow)
        flow.life = self._workday
        self._arrivals = Arrivals(scenario, seed, agents, self._timeline, self._zone, lines, flow)
        self._timeline.at(start_ms, partial(self._begin_day, first_day))

    def run_until(self, until_ms: int) -> list[AnyEvent]:
        """What happened since the last call of this, up to and including `until_ms` (UTC milliseconds).

        In order of time, each fact exactly once; asking in one step or in many gives the same facts.
        """
        return self._timeline.run_until(until_ms)

    def _begin_day(self, day: date) -> None:
        self._workday.plan(day)
        self._arrivals.plan(day)
        tomorrow = day + timedelta(days=1)
        self._timeline.at(local_ms(tomorrow, 0, self._zone), partial(self._begin_day, tomorrow))


def _zone(scenario: Scenario, zone: str | None) -> ZoneInfo:
    return load_zone(scenario.zone if zone is None else zone)


def opening_ms(scenario: Scenario, at_ms: int, zone: str | None = None, days_before: int = 0) -> int:
    """When the working day around an instant begins: the first sign-in possible on that local day.

    Args:
        scenario: The floor.
        at_ms: Any instant of the day, UTC milliseconds.
        zone: As for `Simulator`.
        days_before: The opening so many days earlier instead.
    """
    where = _zone(scenario, zone)
    day = local_date(at_ms, where) - timedelta(days=days_before)
    return min(local_ms(day, shift.start, where) - shift.early_seconds * 1000 for shift in scenario.shifts)


def show_ms(scenario: Scenario, at_ms: int, zone: str | None = None) -> int:
    """When a demo lets a person in on the local day around an instant: the scenario's `show_at`."""
    where = _zone(scenario, zone)
    return local_ms(local_date(at_ms, where), scenario.show_at, where)
