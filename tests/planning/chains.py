"""Two other ways to the figures of Erlang: the chain of states solved outright, and the integrals of the wait."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Chain:
    """A birth-and-death process: arrivals at one rate, departures at a rate by the number of calls.

    Attributes:
        probabilities: How likely 0, 1, 2 … calls are in the system.
        agents: How many serve.
    """

    probabilities: Sequence[float]
    agents: int

    @property
    def probability_wait(self) -> float:
        return math.fsum(self.probabilities[self.agents :])

    @property
    def mean_waiting(self) -> float:
        """Lq: waiting calls on average."""
        return math.fsum(n * chance for n, chance in enumerate(self.probabilities[self.agents :]))

    @property
    def mean_busy(self) -> float:
        """Busy agents on average."""
        return math.fsum(min(n, self.agents) * chance for n, chance in enumerate(self.probabilities))


def solve(arriving: float, serving: float, leaving: float, agents: int, most_calls: int) -> Chain:
    """Solve the balance of neighbouring states, in logarithms.

    Args:
        arriving: Calls per second.
        serving: Calls one agent finishes per second.
        leaving: Calls that hang up per second and waiting call; 0 where nobody does.
        agents: How many serve.
        most_calls: More calls are never in the system.
    """
    logarithms = [0.0]
    for calls in range(1, most_calls + 1):
        departing = min(calls, agents) * serving + max(0, calls - agents) * leaving
        logarithms.append(logarithms[-1] + math.log(arriving / departing))
    largest = max(logarithms)
    weights = [math.exp(value - largest) for value in logarithms]
    whole = math.fsum(weights)
    return Chain([weight / whole for weight in weights], agents)


def answered_within(
    ahead: int, serving: float, leaving: float, agents: int, within_seconds: float, steps: int = 400
) -> float:
    """The chance of being answered in time behind `ahead` waiting calls with all agents busy.

    The calls ahead and an agent must clear `ahead` + 1 times, at rates that fall with each one gone. This follows the
    chances of how many are still ahead through small steps of time (a fourth-order step of the linear equations).
    """
    rates = [agents * serving + n * leaving for n in range(ahead + 1)]

    def flow(chances: list[float]) -> list[float]:
        # chances[n]: still waiting with n ahead; the last entry: answered.
        change = [
            -chances[n] * (rates[n] + leaving) + (chances[n + 1] * rates[n + 1] if n < ahead else 0.0)
            for n in range(ahead + 1)
        ]
        return [*change, chances[0] * rates[0]]

    def moved(chances: list[float], change: list[float], by: float) -> list[float]:
        return [chance + by * rate for chance, rate in zip(chances, change, strict=True)]

    width = within_seconds / steps
    chances = [0.0] * ahead + [1.0, 0.0]
    for _ in range(steps):
        first = flow(chances)
        second = flow(moved(chances, first, width / 2))
        third = flow(moved(chances, second, width / 2))
        fourth = flow(moved(chances, third, width))
        change = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(first, second, third, fourth, strict=True)]
        chances = moved(chances, change, width)
    return chances[-1]


@dataclass(frozen=True, slots=True)
class Integrals:
    """Erlang A by the density of the wait a very patient caller would meet (Palm; Mandelbaum and Zeltyn).

    With arrivals λ, service nμ and impatience θ it is h(v) = exp(λ(1 − exp(−θv))/θ − nμv) up to a factor, and beside
    it stands the weight of not waiting at all, the integral of exp(−t)(1 + t/a)^(n−1).
    """

    probability_wait: float
    abandoned: float
    answered_within: float
    asa_seconds: float


def integrals(
    load: float, agents: int, aht_seconds: float, patience_seconds: float, within_seconds: float
) -> Integrals:
    """Integrate numerically; good to about ten digits, for loads up to some thousands."""
    arriving, serving, leaving = load / aht_seconds, agents / aht_seconds, 1 / patience_seconds

    def exponent(wait: float) -> float:
        return arriving * -math.expm1(-leaving * wait) / leaving - serving * wait

    def idle_exponent(time: float) -> float:
        return (agents - 1) * math.log1p(time / load) - time

    peak_wait, idle_peak = max(0.0, math.log(arriving / serving) / leaving), max(0.0, agents - 1 - load)
    # Both on one scale, whichever is the larger.
    scale = max(exponent(peak_wait), idle_exponent(idle_peak))

    def density(wait: float) -> float:
        return arriving * math.exp(exponent(wait) - scale)

    def integral(function: Callable[[float], float], until: float = math.inf) -> float:
        return _integral(function, _window(exponent, peak_wait, within_seconds), until)

    at_once = _integral(lambda t: math.exp(idle_exponent(t) - scale), _window(idle_exponent, idle_peak))
    waiting = integral(density)
    served = integral(lambda v: math.exp(-leaving * v) * density(v))
    everything = at_once + waiting
    return Integrals(
        probability_wait=waiting / everything,
        abandoned=integral(lambda v: -math.expm1(-leaving * v) * density(v)) / everything,
        answered_within=(at_once + integral(lambda v: math.exp(-leaving * v) * density(v), within_seconds))
        / everything,
        asa_seconds=integral(lambda v: v * math.exp(-leaving * v) * density(v)) / (at_once + served),
    )


def _window(exponent: Callable[[float], float], peak: float, *borders: float) -> list[float]:
    """Where a concave exponent is within 50 of its peak, from 0 on, in pieces: the peak and some borders part it."""
    level = exponent(peak) - 50
    ends = []
    for sign in (-1, 1):
        step = 1e-6
        while exponent(max(0.0, peak + sign * step)) > level and peak + sign * step > 0:
            step *= 1.25
        ends.append(max(0.0, peak + sign * step))
    inside = {ends[0], peak, ends[1], *(border for border in borders if ends[0] < border < ends[1])}
    return sorted(inside)


_STEP = 1 / 24
_NODES = [(math.exp(math.pi * math.sinh(i * _STEP)), math.cosh(i * _STEP)) for i in range(-84, 85)]


def _integral(function: Callable[[float], float], points: Sequence[float], until: float = math.inf) -> float:
    """Tanh-sinh quadrature over each piece: it takes well to functions that live near an end."""
    terms = []
    for low, high in pairwise(points):
        if high <= until:
            for ratio, cosine in _NODES:
                weight = math.pi * _STEP * cosine * ratio / (1 + ratio) ** 2
                terms.append((high - low) * weight * function(low + (high - low) * ratio / (1 + ratio)))
    return math.fsum(terms)
