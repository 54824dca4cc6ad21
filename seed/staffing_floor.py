"""The demo's floor, staffed by the rule: steadily at one rate, one queue alone or all of them sharing their agents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from app.core.settings import QueueSettings, Settings
from app.planning.forecast_model import ForecastPoint
from app.planning.requirement import need_of
from seed.arrivals import HALF_HOUR
from seed.measuring import START_MS, Estimate, Played, Tally, play
from seed.scenario import ArrivalSpec, HabitSpec, QueueSpec, Scenario, ShiftSpec, StaffSpec
from seed.simulator import Simulator, opening_ms, show_ms

WITHIN_SECONDS: Final = 20
"""The T of every service level here, as of a site's settings unless it says otherwise."""

SEED: Final = 42
"""The demo's, unless another is asked for."""

HOURS: Final = 40
"""How long each run of the whole floor is counted."""

_SHOWN_MS: Final = HALF_HOUR * 60_000


def steady(scenario: Scenario, percent: int, agents: int) -> Scenario:
    """The scenario at one rate around the clock, with agents who are always there and do nothing but take calls."""
    return scenario.model_copy(
        update={
            "zone": "UTC",
            "reference_agents": agents,
            "arrivals": ArrivalSpec(start="00:00", percent_of_peak=(percent,) * 48),
            "shifts": (ShiftSpec(name="all day", start="00:00", end="24:00"),),
            "habits": HabitSpec(),
            "recurring": (),
            "planned": (),
            "after_call": (),
        }
    )


def alone(scenario: Scenario, queue: QueueSpec, percent: int, agents: int) -> Scenario:
    """One queue of it by itself, served by all agents; what it hands on is gone."""
    return steady(scenario, percent, agents).model_copy(update={"queues": (queue,), "staff": StaffSpec()})


def floor_staffed(
    scenario: Scenario, required: Mapping[str, int], queue_count_weights: tuple[int, ...], agents: int
) -> Scenario:
    """The whole floor at its show time, its agents shared out as the queues require them.

    Args:
        scenario: The demo.
        required: Agents by queue.
        queue_count_weights: How many queues they serve, as in a scenario.
        agents: How many there are; each queue has as many as it requires where they are as many as required.
    """
    queues = tuple(queue.model_copy(update={"staff_weight": required[queue.name]}) for queue in scenario.queues)
    staff = StaffSpec(queue_count_weights=queue_count_weights)
    return steady(scenario, show_percent(scenario), agents).model_copy(update={"queues": queues, "staff": staff})


def show_percent(scenario: Scenario) -> int:
    """The rate of the half-hour in which the demo lets a person in."""
    place = (scenario.show_at - scenario.arrivals.start) // HALF_HOUR
    return scenario.arrivals.percent_of_peak[place]


def show_points(scenario: Scenario) -> list[ForecastPoint]:
    """The demo's own forecast of that half-hour, of seed 42, one point per queue."""
    at_ms = show_ms(scenario, START_MS)
    plan = Simulator(scenario, SEED, scenario.reference_agents, START_MS).plan
    return [point for point in plan.forecast(plan.first_day) if point.start_ms <= at_ms < point.end_ms]


def required_by_report(scenario: Scenario, with_patience: bool) -> dict[str, int]:
    """What `report staffing` says is required at show time, by queue.

    Args:
        scenario: The demo.
        with_patience: Whether the site has set each queue's `patience_seconds`; the demo as it comes has not.
    """
    queues = {
        queue.name: QueueSettings(patience_seconds=queue.patience.mean_seconds if with_patience else None)
        for queue in scenario.queues
    }
    need = need_of(Settings(queues=queues))
    return {point.queue: need(point).agents for point in show_points(scenario)}


def play_all(scenario: Scenario, agents: int, runs: int, hours: float) -> list[Played]:
    """Play a steady scenario for so many agents with the seeds from 1 on."""
    return [play(Simulator(scenario, seed, agents, START_MS), hours, WITHIN_SECONDS) for seed in range(1, runs + 1)]


def play_as_it_is(scenario: Scenario, seed: int) -> Played:
    """The half-hour in which the demo lets a person in, with all that people do on a working day."""
    simulator = Simulator(scenario, seed, scenario.reference_agents, opening_ms(scenario, START_MS))
    from_ms = show_ms(scenario, START_MS) // _SHOWN_MS * _SHOWN_MS
    until_ms = from_ms + _SHOWN_MS
    tally = Tally(from_ms, until_ms, WITHIN_SECONDS * 1000, len(simulator.agents))
    tally.add(simulator.run_until(until_ms + _SHOWN_MS))
    return tally.played()


def floor_lines(scenario: Scenario, runs: int) -> Iterator[str]:
    """What `report staffing` requires at show time, what a floor staffed so gives, and what the demo has, as text.

    Agents who serve several queues are one pool: the last lines of the first block take agents away from it.
    """
    for with_patience in (False, True):
        required = required_by_report(scenario, with_patience)
        total = sum(required.values())
        yield f"required {'with patience' if with_patience else 'as the demo comes'}: {total} = {required}"
        shared = scenario.staff.queue_count_weights
        fewer = () if with_patience else range(total - 3, total - 13, -3)
        for weights, agents in (((1,), total), (shared, total), *((shared, agents) for agents in fewer)):
            runs_played = play_all(floor_staffed(scenario, required, weights, agents), agents, runs, HOURS)
            yield _line(f"  {agents} agents, queues each by weights {weights}", runs_played)
    demo = [play_as_it_is(scenario, seed) for seed in range(1, 10 * runs + 1)]
    yield _line(f"the demo as it is, {_mean(demo)} agents staffed", demo)


def _mean(runs: list[Played]) -> str:
    return f"{Estimate.of([run.free_agents for run in runs]).mean:.1f}"


def _line(name: str, runs: list[Played]) -> str:
    level = Estimate.of([run.whole.service_level for run in runs])
    left = Estimate.of([run.whole.left_rate for run in runs])
    occupancy = Estimate.of([run.occupancy for run in runs])
    queues = ", ".join(
        f"{queue} {Estimate.of([run.queues[queue].service_level for run in runs]).mean:.3f}"
        for queue in sorted(runs[0].queues)
    )
    return (
        f"{name}: service level {level.mean:.4f}±{level.standard_error:.4f}  left unanswered {left.mean:.4f}"
        f"±{left.standard_error:.4f}  occupancy {occupancy.mean:.4f}±{occupancy.standard_error:.4f}  ({queues})"
    )
