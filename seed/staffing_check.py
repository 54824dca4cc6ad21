"""Holds the staffing rule to the demo: asks it for agents, staffs the demo's queues with them, and looks.

Each queue of the scenario is played alone, with its own conversations, wrap-up, ringing and patience, at the rates of
its own half-hours, steadily; then all of them together, as `report staffing` would have the floor staffed. Run it with
`python -m seed.staffing_check`; docs/simulator.md has the method and the figures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.planning.staffing import Staffing, Targets, Workload, least_agents, staffing
from seed.measuring import Estimate, Played
from seed.plan_forecast import handling_ms
from seed.scenario import QueueSpec, RingSpec, Scenario, load_scenario
from seed.scenario_parts import Spread
from seed.staffing_floor import WITHIN_SECONDS, alone, floor_lines, play_all

SERVICE_LEVEL: Final = 0.8

RUNS: Final = 8
CALLS: Final = 16_000
"""About so many calls are counted for each number of agents, over all runs."""

STEP_HOURS: Final = 100
"""How long each run of `step_by_step` is counted."""

SERVICE_LEVEL_OFF: Final = 0.025
LEFT_RATE_OFF: Final = 0.0175
ASA_SECONDS_OFF: Final = 4.0
OCCUPANCY_OFF: Final = 0.0175
"""How far the floor may be from the rule: a third more than the furthest of all queues and rates was (0.019, 0.013,
3.0 s, 0.0135)."""

CLEARLY_BELOW: Final = 2 * SERVICE_LEVEL_OFF
"""So far below the target is what the rule says of clearly too few agents."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """What ringing costs, which handling time does not hold.

    Attributes:
        wait_seconds: A caller waits so much longer than until an agent is free.
        agent_seconds: An agent is taken up for so much longer by a call, missed rings and what follows them included.
    """

    wait_seconds: float = 0.0
    agent_seconds: float = 0.0

    @classmethod
    def of(cls, ring: RingSpec | None) -> Ringing:
        """The ringing of a scenario, on average."""
        if ring is None:
            return cls()
        missed_seconds = ring.longest_seconds + ring.missed_away.mean_seconds
        return cls(ring.answer.mean_seconds, ring.answer.mean_seconds + ring.missed_per_mille / 1000 * missed_seconds)


@dataclass(frozen=True, slots=True)
class Demand:
    """One queue at one rate.

    Attributes:
        queue: The queue.
        calls_per_hour: How many calls come.
        aht_seconds: Talk, hold and wrap-up.
        patience_seconds: Mean patience.
        ringing: What ringing adds, or nothing where the rule is asked without it.
    """

    queue: QueueSpec
    calls_per_hour: float
    aht_seconds: float
    patience_seconds: float
    ringing: Ringing

    @classmethod
    def of(cls, scenario: Scenario, queue: QueueSpec, percent: int, with_ringing: bool) -> Demand:
        """A queue of a scenario at some percent of its peak."""
        return cls(
            queue,
            queue.peak_calls_per_hour * percent / 100,
            handling_ms(queue, scenario) / 1000,
            queue.patience.mean_seconds,
            Ringing.of(scenario.ring) if with_ringing else Ringing(),
        )

    @property
    def workload(self) -> Workload:
        """As the rule is told: `watchfloor staffing --calls … --per 1h --aht … --patience …`."""
        taken_seconds = self.aht_seconds + self.ringing.agent_seconds
        return Workload(self.calls_per_hour, 3600, taken_seconds, self.patience_seconds)

    @property
    def within_seconds(self) -> float:
        """How long a caller may wait for an agent to be free, so that the call is answered in time."""
        return WITHIN_SECONDS - self.ringing.wait_seconds

    def asked(self) -> Prediction:
        """The least number of agents that the rule gives, and how it says they fare."""
        return self._told(least_agents(self.workload, Targets(SERVICE_LEVEL, self.within_seconds)))

    def with_agents(self, agents: int) -> Prediction:
        """How the rule says that some agents fare."""
        return self._told(staffing(self.workload, agents, self.within_seconds))

    def clearly_fewer(self) -> Prediction:
        """The most agents of whom the rule says that they are clearly too few."""
        found = self.asked()
        while found.agents > 1 and found.service_level > SERVICE_LEVEL - CLEARLY_BELOW:
            found = self.with_agents(found.agents - 1)
        return found

    def _told(self, found: Staffing) -> Prediction:
        wait_seconds = (found.asa_seconds or 0.0) + self.ringing.wait_seconds
        # Ringing keeps agents from other calls, and is not what occupancy counts.
        handled = self.aht_seconds / (self.aht_seconds + self.ringing.agent_seconds)
        return Prediction(
            found.agents,
            found.service_level or 0.0,
            found.abandon_rate or 0.0,
            wait_seconds,
            (found.occupancy or 0.0) * handled,
        )


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the rule says of a number of agents; the figures of `Staffing` as a caller and a report see them."""

    agents: int
    service_level: float
    left_rate: float
    asa_seconds: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What the simulator gives with that number."""

    service_level: Estimate
    left_rate: Estimate
    asa_seconds: Estimate
    occupancy: Estimate

    @classmethod
    def of(cls, runs: Sequence[Played]) -> Measured:
        """Over several runs; at least 2."""

        def over(figure: Callable[[Played], float]) -> Estimate:
            return Estimate.of([figure(run) for run in runs])

        return cls(
            over(lambda run: run.whole.service_level),
            over(lambda run: run.whole.left_rate),
            over(lambda run: run.whole.asa_seconds),
            over(lambda run: run.occupancy),
        )

    def disagreements(self, prediction: Prediction) -> list[str]:
        """The figures that lie further from what the rule says than may be."""
        compared = (
            ("service level", self.service_level, prediction.service_level, SERVICE_LEVEL_OFF),
            ("left unanswered", self.left_rate, prediction.left_rate, LEFT_RATE_OFF),
            ("asa_seconds", self.asa_seconds, prediction.asa_seconds, ASA_SECONDS_OFF),
            ("occupancy", self.occupancy, prediction.occupancy, OCCUPANCY_OFF),
        )
        return [
            f"{name}: {found.mean:.4f}, the rule says {said:.4f}"
            for name, found, said, most in compared
            if abs(found.mean - said) > most
        ]


def simulate(scenario: Scenario, agents: int, runs: int, hours: float) -> Measured:
    """Play a steady scenario with several seeds.

    Args:
        scenario: As `seed.staffing_floor` makes it, for so many agents.
        agents: How many.
        runs: How many seeds, from 1 on; at least 2.
        hours: How long each is counted.
    """
    return Measured.of(play_all(scenario, agents, runs, hours))


def half_hour_percents(scenario: Scenario) -> list[int]:
    """The rates of the day, each once, the highest first."""
    return sorted({percent for percent in scenario.arrivals.percent_of_peak if percent}, reverse=True)


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")


def _figure(estimate: Estimate, said: float, digits: int) -> str:
    return f"{said:.{digits}f}/{estimate.mean:.{digits}f}±{estimate.standard_error:.{digits}f}"


def _told(prediction: Prediction, measured: Measured) -> str:
    return "  ".join(
        (
            f"{prediction.agents:>3}",
            _figure(measured.service_level, prediction.service_level, 4),
            _figure(measured.left_rate, prediction.left_rate, 4),
            _figure(measured.asa_seconds, prediction.asa_seconds, 2),
            _figure(measured.occupancy, prediction.occupancy, 4),
        )
    )


def _check_queue(scenario: Scenario, queue: QueueSpec, percent: int) -> bool:
    """Print one queue at one rate; whether all figures agree, the number is enough and clearly fewer are not."""
    demand = Demand.of(scenario, queue, percent, with_ringing=True)
    untold = Demand.of(scenario, queue, percent, with_ringing=False).asked()
    asked, fewer = demand.asked(), demand.clearly_fewer()
    hours = max(10, round(CALLS / RUNS / demand.calls_per_hour))
    levels = {}
    marks = []
    for agents in sorted({asked.agents, untold.agents, fewer.agents}, reverse=True):
        measured = simulate(alone(scenario, queue, percent, agents), agents, RUNS, hours)
        levels[agents] = measured.service_level.mean
        words = []
        if agents == asked.agents:
            words.append("asked")
            marks += measured.disagreements(asked)
        if agents == untold.agents:
            words.append(f"asked without ringing, which says {untold.service_level:.4f}")
        if agents == fewer.agents:
            words.append("clearly fewer")
        _write(f"{percent:>4} %  {_told(demand.with_agents(agents), measured)}  {queue.name} {', '.join(words)}")
    if levels[asked.agents] < SERVICE_LEVEL - SERVICE_LEVEL_OFF:
        marks.append("too few")
    if levels[fewer.agents] >= SERVICE_LEVEL - SERVICE_LEVEL_OFF:
        marks.append("clearly fewer are enough")
    for mark in marks:
        _write(f"        NOT as the rule says: {mark}")
    return not marks


def step_by_step(scenario: Scenario, queue: QueueSpec) -> list[tuple[str, Scenario, QueueSpec]]:
    """From a floor that is what Erlang A takes it for to the demo's own, one difference more at each step."""
    aht_seconds = round(handling_ms(queue, scenario) / 1000)
    exponential = queue.model_copy(
        update={"talk": Spread(mean_seconds=aht_seconds, shape="exponential"), "wrap_up": None}
    )
    never_sent_on = {"longest_wait_seconds": None}
    silent = scenario.model_copy(update={"ring": None})
    never_missed = scenario.ring and scenario.ring.model_copy(update={"missed_per_mille": 0})
    return [
        (
            "all exponential, no ringing",
            silent.model_copy(update={"hold": None}),
            exponential.model_copy(update=never_sent_on),
        ),
        ("its own talk, hold and wrap-up", silent, queue.model_copy(update=never_sent_on)),
        ("sent on after its longest wait", silent, queue),
        ("ringing, never missed", scenario.model_copy(update={"ring": never_missed}), queue),
        ("missed rings too: as it is", scenario, queue),
    ]


def _check_steps(scenario: Scenario, queue: QueueSpec) -> None:
    """Print what each difference between the demo and Erlang A does to one queue at its peak."""
    untold = Demand.of(scenario, queue, 100, with_ringing=False).asked()
    _write(f"{queue.name} at its peak with {untold.agents} agents, asked for without ringing")
    for name, floor, changed in step_by_step(scenario, queue):
        measured = simulate(alone(floor, changed, 100, untold.agents), untold.agents, RUNS, STEP_HOURS)
        _write(f"  {name:<32}{_told(untold, measured)}")


def main() -> int:
    """Print every queue at every rate of its day, then the whole floor; 0 when rule and simulator agree, else 1."""
    scenario = load_scenario()
    _write("rate    agents  said/measured: service level, left unanswered, asa_seconds, occupancy")
    verdicts = [
        _check_queue(scenario, queue, percent) for queue in scenario.queues for percent in half_hour_percents(scenario)
    ]
    _check_steps(scenario, scenario.queues[0])
    _write(f"{sum(verdicts)} of {len(verdicts)} are as the rule says")
    for line in floor_lines(scenario, RUNS):
        _write(line)
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
