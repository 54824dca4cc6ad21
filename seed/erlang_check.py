"""Holds the simulator to theory: the same engine on a floor whose figures Erlang A gives exactly.

One queue, Poisson arrivals, exponential talk and patience, agents who do nothing but answer: M/M/n+M. Run it with
`python -m seed.erlang_check`; docs/simulator.md has the method and the figures.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.planning.erlang import erlang_a
from seed.measuring import START_MS, Estimate, Outcome, play
from seed.scenario import ArrivalSpec, QueueSpec, Scenario, ShiftSpec
from seed.scenario_parts import Spread
from seed.simulator import Simulator

AGENTS: Final = 200
CALLS_PER_HOUR: Final = 2_400
TALK_SECONDS: Final = 300
PATIENCE_SECONDS: Final = 120
WITHIN_SECONDS: Final = 20

_THEORY: Final = erlang_a(CALLS_PER_HOUR * TALK_SECONDS / 3600, AGENTS, TALK_SECONDS, PATIENCE_SECONDS, WITHIN_SECONDS)

ABANDON_SHARE: Final = _THEORY.abandoned
"""Abandoned of offered, by Erlang A for the figures above."""

ANSWERED_WITHIN_SHARE: Final = _THEORY.answered_within
"""Answered within `WITHIN_SECONDS` of offered, by Erlang A."""

RUNS: Final = 24
HOURS: Final = 6
STANDARD_ERRORS: Final = 4
"""A run that is right lies further off once in 16,000 times."""


def plain_scenario() -> Scenario:
    """The M/M/n+M floor as a scenario like any other: no ringing, no wrap-up, no absences, open all day."""
    return Scenario(
        title="Erlang A",
        zone="UTC",
        show_at="10:00",
        reference_agents=AGENTS,
        queues=(
            QueueSpec(
                name="A",
                peak_calls_per_hour=CALLS_PER_HOUR,
                staff_weight=1,
                talk=Spread(mean_seconds=TALK_SECONDS, shape="exponential"),
                patience=Spread(mean_seconds=PATIENCE_SECONDS, shape="exponential"),
            ),
        ),
        arrivals=ArrivalSpec(start="00:00", percent_of_peak=(100,) * 48),
        shifts=(ShiftSpec(name="all day", start="00:00", end="24:00"),),
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of several runs against its theory."""

    name: str
    theory: float
    mean: float
    standard_error: float

    @property
    def distance(self) -> float:
        """How many standard errors the mean lies off."""
        return abs(self.mean - self.theory) / self.standard_error

    @property
    def covered(self) -> bool:
        """Whether theory lies within `STANDARD_ERRORS` of the mean."""
        return self.distance <= STANDARD_ERRORS


def run_once(seed: int, hours: int = HOURS) -> Outcome:
    """Play the plain floor for some hours after the warm-up and count.

    Raises:
        RuntimeError: When a call is still waiting long after the end: the engine has lost it.
    """
    return play(Simulator(plain_scenario(), seed, AGENTS, START_MS), hours, WITHIN_SECONDS).whole


def _compare(name: str, theory: float, values: Sequence[float]) -> Comparison:
    found = Estimate.of(values)
    return Comparison(name, theory, found.mean, found.standard_error)


def check(runs: int = RUNS, hours: int = HOURS, first_seed: int = 1) -> tuple[Comparison, Comparison]:
    """Play several seeds and compare the abandon share and the share answered in time with Erlang A.

    Args:
        runs: How many seeds; at least 2.
        hours: How long each is counted, after the warm-up; at most 22.
        first_seed: The seeds are this one and those after it.
    """
    runs_played = [run_once(seed, hours) for seed in range(first_seed, first_seed + runs)]
    return (
        _compare("abandoned / offered", ABANDON_SHARE, [each.abandon_rate for each in runs_played]),
        _compare(
            f"answered within {WITHIN_SECONDS} s / offered",
            ANSWERED_WITHIN_SHARE,
            [each.service_level for each in runs_played],
        ),
    )


def main() -> int:
    """Print the comparison; 0 when theory lies within reach of both figures, else 1."""
    comparisons = check()
    sys.stdout.write(f"{RUNS} runs of {HOURS} h at {CALLS_PER_HOUR} calls/h, {AGENTS} agents\n")
    for comparison in comparisons:
        sys.stdout.write(
            f"{comparison.name:<32} theory {comparison.theory:.5f}  mean {comparison.mean:.5f}"
            f"  standard error {comparison.standard_error:.5f}  off by {comparison.distance:.1f} of it"
            f"  {'covered' if comparison.covered else 'NOT covered'}\n"
        )
    return 0 if all(comparison.covered for comparison in comparisons) else 1


if __name__ == "__main__":
    sys.exit(main())
