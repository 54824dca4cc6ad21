from __future__ import annotations

import math

import pytest

from seed import erlang_check
from seed.erlang_check import ABANDON_SHARE, ANSWERED_WITHIN_SHARE, check, plain_scenario

ARRIVALS_PER_SECOND = 2_400 / 3600
SERVED_PER_SECOND = 1 / 300
LEAVING_PER_SECOND = 1 / 120
AGENTS = 200
WITHIN_SECONDS = 20
MOST_WAITING = 400
"""The chance of more waiting than this is far below the precision of a float."""


def _probabilities() -> list[float]:
    """Erlang A: how likely 0, 1, 2 … calls are in the system, by the recursion of a birth-and-death process."""
    logarithms = [0.0]
    for calls in range(1, AGENTS + MOST_WAITING + 1):
        leaving = min(calls, AGENTS) * SERVED_PER_SECOND + max(0, calls - AGENTS) * LEAVING_PER_SECOND
        logarithms.append(logarithms[-1] + math.log(ARRIVALS_PER_SECOND / leaving))
    largest = max(logarithms)
    weights = [math.exp(value - largest) for value in logarithms]
    return [weight / sum(weights) for weight in weights]


def _answered_within(ahead: int) -> float:
    """The chance of being answered in time behind `ahead` waiting calls with all agents busy.

    The calls ahead and an agent must clear `ahead` + 1 times, at rates that fall with each one gone. This follows the
    chances of how many are still ahead through small steps of time (a fourth-order step of the linear equations).
    """
    rates = [AGENTS * SERVED_PER_SECOND + n * LEAVING_PER_SECOND for n in range(ahead + 1)]

    def flow(chances: list[float]) -> list[float]:
        # chances[n]: still waiting with n ahead; the last entry: answered.
        change = [
            -chances[n] * (rates[n] + LEAVING_PER_SECOND) + (chances[n + 1] * rates[n + 1] if n < ahead else 0.0)
            for n in range(ahead + 1)
        ]
        return [*change, chances[0] * rates[0]]

    def moved(chances: list[float], change: list[float], by: float) -> list[float]:
        return [chance + by * rate for chance, rate in zip(chances, change, strict=True)]

    steps = 200
    width = WITHIN_SECONDS / steps
    chances = [0.0] * ahead + [1.0, 0.0]
    for _ in range(steps):
        first = flow(chances)
        second = flow(moved(chances, first, width / 2))
        third = flow(moved(chances, second, width / 2))
        fourth = flow(moved(chances, third, width))
        change = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(first, second, third, fourth, strict=True)]
        chances = moved(chances, change, width)
    return chances[-1]


def test_the_abandon_share_is_erlang_a() -> None:
    waiting = sum(n * chance for n, chance in enumerate(_probabilities()[AGENTS:]))
    # What leaves impatiently per second, against what comes per second.
    assert waiting * LEAVING_PER_SECOND / ARRIVALS_PER_SECOND == pytest.approx(ABANDON_SHARE, abs=5e-6)


def test_the_share_answered_in_time_is_erlang_a() -> None:
    probabilities = _probabilities()
    # Arrivals see the long-run chances. Behind more than 60 calls the chance of an agent within 20 s is nil.
    at_once = sum(probabilities[:AGENTS])
    later = sum(probabilities[AGENTS + ahead] * _answered_within(ahead) for ahead in range(60))
    assert _answered_within(60) < 1e-9
    assert at_once + later == pytest.approx(ANSWERED_WITHIN_SHARE, abs=5e-6)


def test_the_simulator_covers_erlang_a() -> None:
    abandoned, answered = check(runs=20, hours=5)
    assert abandoned.covered, abandoned
    assert answered.covered, answered
    # Runs too short to tell right from wrong would cover anything.
    assert abandoned.standard_error < 0.004
    assert answered.standard_error < 0.015


def test_a_floor_with_other_patience_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = plain_scenario()
    queue = plain.queues[0]
    patient = queue.model_copy(update={"patience": queue.patience.model_copy(update={"mean_seconds": 1200})})
    monkeypatch.setattr(erlang_check, "plain_scenario", lambda: plain.model_copy(update={"queues": (patient,)}))
    abandoned, answered = check(runs=5, hours=4)
    assert not abandoned.covered, abandoned
    assert abandoned.mean < ABANDON_SHARE
    assert answered.mean < ANSWERED_WITHIN_SHARE
