"""How many agents some work needs, and how a number of agents would fare with it. docs/staffing.md has the formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.core.errors import RuleRefused, UsageProblem
from app.core.i18n import N_, _
from app.planning.erlang import Waiting, erlang_a, erlang_c

MOST_ERLANGS: Final = 100_000
"""Ten times the largest floor there is: what lies above is a mistake in a unit."""

MOST_AGENTS: Final = 10_000_000
"""No answer is looked for above it."""

LEAST_ERLANGS: Final = 1e-30
"""Less is no call in the life of any floor: it counts as none."""

MOST_CALLS_PER_PATIENCE: Final = 10_000_000_000
"""Calls that may arrive within one mean patience: it bounds the work of one answer to a million steps or two."""

SHORTEST_SECONDS: Final = 0.001
LONGEST_SECONDS: Final = 1e12
"""No period, handling time or patience lies outside of these."""

LONGEST_RING_SECONDS: Final = 3600.0
"""No telephone rings for longer."""

SLACK: Final = 1e-12
"""A target counts as met from so little below it: a float's last bit must not cost an agent."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The calls of a period and how they behave. Means may have fractions, so these are no integers.

    Attributes:
        calls: Calls offered in the period, at random instants.
        period_seconds: How long the period is.
        aht_seconds: Mean handling time: talk, hold and wrap-up.
        patience_seconds: Mean time after which a waiting caller hangs up (Erlang A); None: nobody does (Erlang C).
        ring_seconds: How long an agent's telephone rings before a call is answered: it keeps the agent from other
            calls and the caller waiting, and is neither handling nor what occupancy counts.

    Raises:
        UsageProblem: When a number is negative, not finite, or absurdly small or large.
    """

    calls: float
    period_seconds: float
    aht_seconds: float
    patience_seconds: float | None = None
    ring_seconds: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.calls) and self.calls >= 0):
            raise UsageProblem(_("The number of calls must be 0 or more."))
        if not 0 <= self.ring_seconds <= LONGEST_RING_SECONDS:
            raise UsageProblem(
                _("A telephone rings from 0 to {most} seconds.").format(most=f"{LONGEST_RING_SECONDS:,.0f}")
            )
        for seconds in (self.period_seconds, self.aht_seconds, self.patience_seconds):
            if seconds is not None and not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
                raise UsageProblem(
                    _("The period, the handling time and the patience must be from {least} to {most} seconds.").format(
                        least=SHORTEST_SECONDS, most=f"{LONGEST_SECONDS:,.0f}"
                    )
                )
        if self.offered_load_erlangs > MOST_ERLANGS:
            raise UsageProblem(
                _("{load} erlangs are more than any floor has ({most}): check calls, period and handling time.").format(
                    load=f"{self.offered_load_erlangs:,.0f}", most=f"{MOST_ERLANGS:,}"
                )
            )
        if self.calls * ((self.patience_seconds or 0) / self.period_seconds) > MOST_CALLS_PER_PATIENCE:
            raise UsageProblem(
                _("With a patience of {seconds} s nobody hangs up: leave it out.").format(
                    seconds=f"{self.patience_seconds:,.0f}"
                )
            )

    @property
    def offered_load_erlangs(self) -> float:
        """Agents that would be busy on average if every call were answered: calls · (aht + ring) / period."""
        return self.calls * self.taken_seconds / self.period_seconds

    @property
    def taken_seconds(self) -> float:
        """How long a call keeps an agent from others."""
        return self.aht_seconds + self.ring_seconds


@dataclass(frozen=True, slots=True)
class Targets:
    """What a floor is to reach.

    Attributes:
        service_level: Least share of the offered calls answered within `within_seconds`; from 0 to below 1.
        within_seconds: The T of the service level.
        max_occupancy: Largest share of their time that agents may be busy, above 0, at most 1; None: no limit.

    Raises:
        UsageProblem: When a share lies outside of 0 to 1, or the time is negative.
        RuleRefused: When no number of agents can reach it: all calls within the time, or agents who are never busy.
    """

    service_level: float
    within_seconds: float
    max_occupancy: float | None = None

    def __post_init__(self) -> None:
        check_within(self.within_seconds)
        if not 0 <= self.service_level <= 1 or not (self.max_occupancy is None or 0 <= self.max_occupancy <= 1):
            raise UsageProblem(_("Shares are numbers from 0 to 1: write 0.8 for 80 %."))
        if self.service_level == 1:
            raise RuleRefused(
                _("No number of agents answers every call in time: choose a service level below 1, as 0.99.")
            )
        if self.max_occupancy == 0:
            raise RuleRefused(_("Agents who are never busy answer no calls: choose an occupancy above 0, as 0.85."))

    def met_by(self, forecast: Staffing) -> bool:
        """Whether a number of agents reaches every target, but for `SLACK`; a figure that is empty fails none."""
        level, occupancy = forecast.service_level, forecast.occupancy
        if level is not None and level < self.service_level - SLACK:
            return False
        return self.max_occupancy is None or occupancy is None or occupancy <= self.max_occupancy + SLACK


@dataclass(frozen=True, slots=True)
class Staffing:
    """How a number of agents fares with a workload in the long run. A ratio without a denominator is None.

    Attributes:
        offered_load_erlangs: See `Workload`.
        agents: On the queue at the same time.
        probability_wait: Share of the offered calls that find all agents busy; None without calls.
        service_level: Share of the offered calls answered within T (`offered` of DESIGN section 4); None without
            calls.
        asa_seconds: Mean wait of the answered calls, those answered at once included; None where none is answered.
        occupancy: Share of their time that agents are busy, with the calls that are answered; None without agents.
        abandon_rate: Share of the offered calls whose caller hangs up; 0.0 where nobody does; None without calls.
    """

    offered_load_erlangs: float
    agents: int
    probability_wait: float | None
    service_level: float | None
    asa_seconds: float | None
    occupancy: float | None
    abandon_rate: float | None


def check_within(within_seconds: float) -> None:
    """Refuse a T that is no length of time.

    Raises:
        UsageProblem: When it is negative or not finite.
    """
    if not (math.isfinite(within_seconds) and within_seconds >= 0):
        raise UsageProblem(_("The time to answer must be 0 seconds or more."))


def staffing(workload: Workload, agents: int, within_seconds: float) -> Staffing:
    """How `agents` would fare.

    Args:
        workload: The calls.
        agents: How many; from 0 to `MOST_AGENTS`.
        within_seconds: The T of the service level.

    Raises:
        UsageProblem: When an argument is out of its range.
        RuleRefused: When nobody hangs up and the agents are not more than the offered load: the queue would grow
            without end.
    """
    check_within(within_seconds)
    if not 0 <= agents <= MOST_AGENTS:
        raise UsageProblem(_("Agents are from 0 to {most}.").format(most=f"{MOST_AGENTS:,}"))
    load = workload.offered_load_erlangs
    if load < LEAST_ERLANGS:
        return Staffing(0.0, agents, None, None, None, 0.0 if agents else None, None)
    if workload.patience_seconds is None:
        if agents <= load:
            raise RuleRefused(
                _(
                    "{agents} agents cannot carry {load} erlangs: the queue would grow without end. "
                    "At least {least} are needed, or a --patience after which callers hang up."
                ).format(agents=f"{agents:,}", load=f"{load:,.6g}", least=f"{math.floor(load) + 1:,}")
            )
        fate = erlang_c(load, agents, workload.taken_seconds, max(0.0, within_seconds - workload.ring_seconds))
    elif agents == 0:
        return Staffing(load, 0, 1.0, 0.0, None, None, 1.0)
    else:
        free_within_seconds = max(0.0, within_seconds - workload.ring_seconds)
        fate = erlang_a(load, agents, workload.taken_seconds, workload.patience_seconds, free_within_seconds)
    return _told(workload, agents, fate, within_seconds)


def _told(workload: Workload, agents: int, fate: Waiting, within_seconds: float) -> Staffing:
    load, ring_seconds = workload.offered_load_erlangs, workload.ring_seconds
    return Staffing(
        offered_load_erlangs=load,
        agents=agents,
        probability_wait=fate.probability_wait,
        # A call that rings for longer than the time is never answered within it.
        service_level=fate.answered_within if within_seconds >= ring_seconds else 0.0,
        asa_seconds=None if fate.asa_seconds is None else fate.asa_seconds + ring_seconds,
        occupancy=min(1.0, load * fate.answered / agents) * (workload.aht_seconds / workload.taken_seconds),
        abandon_rate=fate.abandoned,
    )


def least_agents(workload: Workload, targets: Targets) -> Staffing:
    """The least number of agents that reaches every target, and how it fares.

    With one agent more the service level never falls and the occupancy never rises, so the answer lies between the
    last number that fails and the first that does not. Steps that double find such a pair around the offered load,
    halving its distance finds the answer.

    Returns:
        0 agents for a workload without calls; otherwise at least 1.

    Raises:
        RuleRefused: When more than `MOST_AGENTS` would be needed.
    """
    load = workload.offered_load_erlangs
    if load < LEAST_ERLANGS:
        return staffing(workload, 0, targets.within_seconds)
    if targets.within_seconds < workload.ring_seconds and targets.service_level > 0:
        raise RuleRefused(
            _("No call is answered within {within} s where telephones ring for {ring} s: choose a longer time.").format(
                within=f"{targets.within_seconds:g}", ring=f"{workload.ring_seconds:g}"
            )
        )
    if workload.patience_seconds is None:
        failing = math.floor(load)
    else:
        # No more calls are answered than agents can handle: the service level is at most agents / load.
        failing = max(0, math.floor(load * targets.service_level) - 1)
    least_busy = load / (targets.max_occupancy or 1)
    if least_busy >= MOST_AGENTS:
        raise RuleRefused(
            _("Not even {most} agents reach these targets: choose a higher occupancy.").format(most=f"{MOST_AGENTS:,}")
        )

    def fares(agents: int) -> Staffing:
        return staffing(workload, agents, targets.within_seconds)

    return _least(fares, targets, failing, math.floor(least_busy) + 1)


def _least(fares: Callable[[int], Staffing], targets: Targets, failing: int, guess: int) -> Staffing:
    """Search from a guess, above a number of agents that is known to fail."""
    best = fares(guess)
    # How far the answer lies from the load grows with its root.
    step = math.isqrt(guess)
    if targets.met_by(best):
        while best.agents - step > failing:
            nearer = fares(best.agents - step)
            if not targets.met_by(nearer):
                failing = nearer.agents
                break
            best, step = nearer, step * 2
    else:
        failing = guess
        while not targets.met_by(best := fares(failing + step)):
            failing, step = best.agents, step * 2
    while best.agents - failing > 1:
        middle = fares((failing + best.agents) // 2)
        if targets.met_by(middle):
            best = middle
        else:
            failing = middle.agents
    return best


def agents_scheduled(agents: int, shrinkage: float) -> int:
    """How many to put on the schedule so that `agents` are on the queue: ceil(agents / (1 − shrinkage)).

    Args:
        agents: On the queue at the same time.
        shrinkage: Share of paid time not on the queue: breaks, meals, training, illness; from 0 to below 1.

    Raises:
        UsageProblem: When the share lies outside of 0 to 1.
        RuleRefused: When it is 1: nobody would ever be on the queue.
    """
    if not 0 <= shrinkage <= 1:
        raise UsageProblem(_("Shares are numbers from 0 to 1: write 0.8 for 80 %."))
    if shrinkage == 1:
        raise RuleRefused(_("With a shrinkage of 1 nobody is ever on the queue: choose one below 1, as 0.3."))
    # The decimal a person wrote, not the float nearest to it: 7 / (1 − 0.9) must not become 71.
    return math.ceil(agents / (1 - Fraction(repr(float(shrinkage)))))


def staffing_row(found: Staffing, shrinkage: float) -> dict[str, object]:
    """The answer as the command line gives it."""
    return {
        "offered_load_erlangs": found.offered_load_erlangs,
        "agents": found.agents,
        "probability_wait": found.probability_wait,
        "service_level": found.service_level,
        "asa_seconds": found.asa_seconds,
        "occupancy": found.occupancy,
        "abandon_rate": found.abandon_rate,
        "agents_scheduled": agents_scheduled(found.agents, shrinkage),
    }


FORMULAS: Final[Mapping[str, str]] = {
    "offered_load_erlangs": N_("calls · (handling time + --ring) / period."),
    "agents": N_("The least number that reaches every target, or the number given."),
    "probability_wait": N_(
        "Share of the offered calls that find all agents busy (Erlang C, with --patience Erlang A)."
    ),
    "service_level": N_("Share of the offered calls answered within the time (≤); empty without calls."),
    "asa_seconds": N_("Mean wait of the answered calls, those answered at once included, with --ring."),
    "occupancy": N_(
        "calls · handling time / period · (1 − abandon_rate) / agents: only calls that are answered keep agents busy, "
        "and ringing is not counted."
    ),
    "abandon_rate": N_("Share of the offered calls whose caller hangs up; 0 without --patience."),
    "agents_scheduled": N_("agents / (1 − shrinkage), rounded up."),
}
"""What each figure means; texts are translated where they are shown."""


def explained() -> list[dict[str, object]]:
    """Each figure of an answer with its formula, in the present language."""
    return [{"figure": figure, "formula": _(sentence)} for figure, sentence in FORMULAS.items()]
