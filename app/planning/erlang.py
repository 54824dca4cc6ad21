"""Erlang C and Erlang A: what becomes of calls that arrive at random at a number of agents.

Calls arrive by a Poisson process, conversations are exponential, agents are alike. In Erlang C every caller waits for
as long as it takes; in Erlang A (M/M/n+M) patience is exponential and callers hang up.

No factorial appears and nothing overflows at any size. How likely each number of calls is, against
"all agents busy and nobody waiting", follows from its neighbour by one multiplication, and all sums are of positive
terms, so that nothing cancels. Sums start at their largest term and run outwards until a geometric series that bounds
what is left out is below `PRECISION` of what was summed: the work grows with the root of the load.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

PRECISION: Final = 1e-16
"""What a sum may leave out, relative to itself: the precision of a float."""

_EXACT_BELOW: Final = 100.0
"""Sums of logarithms and reciprocals are added up one by one below this, and by Euler and Maclaurin's formula above
it, where its first term left out is below 1e-13."""


class Waiting(NamedTuple):
    """What becomes of calls in the long run, in units of calls and seconds.

    Attributes:
        probability_wait: Share of the arriving calls that find all agents busy.
        answered: Share of the arriving calls that are answered; 1 in Erlang C.
        abandoned: Share of them that hang up. Both are summed as such: one from the other would lose its digits.
        answered_within: Share of the arriving calls that are answered within the time asked for.
        asa_seconds: Mean wait of the answered calls, those answered at once included.
    """

    probability_wait: float
    answered: float
    abandoned: float
    answered_within: float
    asa_seconds: float


def inverse_blocking(load_erlangs: float, agents: int) -> float:
    """1 / B, where B is Erlang's blocking probability: the share of calls lost where nobody can wait.

    It is also the weight of "at most `agents` calls in the system" against "exactly `agents`", and is summed as such
    from the top: 1 + n/a + n/a · (n−1)/a + …

    Args:
        load_erlangs: Offered load, above 0.
        agents: From 0 on.

    Returns:
        At least 1; infinite where B is below the smallest float.
    """
    total = term = 1.0
    for busy in range(agents, 0, -1):
        term *= busy / load_erlangs
        total += term
        # Below the load each term is smaller than the last by at least this share: a geometric series.
        if term * busy <= PRECISION * total * (load_erlangs - busy) or total == math.inf:
            break
    return total


def erlang_c(load_erlangs: float, agents: int, aht_seconds: float, within_seconds: float) -> Waiting:
    """Calls whose callers wait for as long as it takes.

    Args:
        load_erlangs: Offered load: calls that arrive within one handling time; above 0 and below `agents`.
        agents: How many there are.
        aht_seconds: Mean handling time, above 0.
        within_seconds: The T of the service level.
    """
    spare = agents - load_erlangs
    probability_wait = 1 / (1 + (inverse_blocking(load_erlangs, agents) - 1) * spare / agents)
    late = probability_wait * math.exp(-spare * within_seconds / aht_seconds)
    return Waiting(probability_wait, 1.0, 0.0, 1 - late, probability_wait * aht_seconds / spare)


def erlang_a(
    load_erlangs: float, agents: int, aht_seconds: float, patience_seconds: float, within_seconds: float
) -> Waiting:
    """Calls whose callers hang up after an exponential time.

    Args:
        load_erlangs: Offered load: calls that arrive within one handling time; above 0.
        agents: How many there are; at least 1.
        aht_seconds: Mean handling time, above 0.
        patience_seconds: Mean time after which a caller who still waits hangs up; above 0.
        within_seconds: The T of the service level.
    """
    patience_per_aht = patience_seconds / aht_seconds
    served = agents * patience_per_aht
    arriving = load_erlangs * patience_per_aht
    queue = _queue(served, arriving)
    below = queue.empty * (inverse_blocking(load_erlangs, agents) - 1) if queue.empty else 0.0
    everything = below + queue.weight
    if everything == math.inf:
        return Waiting(0.0, 1.0, 0.0, 1.0, 0.0)
    abandoned = min(1.0, queue.calls / arriving / everything)
    late = _answered_late(served, arriving, within_seconds / patience_seconds, queue) / everything
    at_once = below / everything
    return Waiting(
        probability_wait=queue.weight / everything,
        answered=(below + queue.answered) / everything,
        abandoned=abandoned,
        answered_within=min(1.0, max(at_once, 1 - abandoned - late)),
        asa_seconds=patience_seconds * queue.waited / (below + queue.answered),
    )


class _Queue(NamedTuple):
    """Sums over the states in which all agents are busy, by how many calls wait.

    All are relative to the weight of the likeliest number waiting, `mode`.

    Attributes:
        mode: The likeliest number of waiting calls.
        weight: Of all these states.
        calls: Waiting calls, each state by its weight.
        answered: Weight of the calls that arrive in these states and will be answered.
        waited: Their waiting in mean patiences.
        empty: Weight of the state in which nobody waits; 0 where it and all states below it do not count.
    """

    mode: int
    weight: float
    calls: float
    answered: float
    waited: float
    empty: float


def _queue(served: float, arriving: float) -> _Queue:
    """Sum over the number of waiting calls, from the likeliest one up and down.

    With j calls waiting, `served` + j calls leave and `arriving` ones come within one mean patience. So the weight of
    j is that of j − 1 times arriving / (served + j). A caller who finds j waiting is answered unless hanging up
    before j + 1 others are gone: with the chance served / (served + j + 1), and then after a mean wait, in
    patiences, of the sum of 1 / (served + i) over i from 1 to j + 1.

    Args:
        served: Calls that all agents together finish within one mean patience; above 0.
        arriving: Calls that arrive within it; above 0.
    """
    mode = max(0, math.floor(arriving - served))
    weight = calls = answered = waited = 0.0
    delay_at_mode = _reciprocals(served, mode + 1)
    term, waiting, delay = 1.0, mode, delay_at_mode
    while True:
        chance = term * served / (served + waiting + 1)
        weight += term
        calls += term * waiting
        answered += chance
        waited += chance * delay
        waiting += 1
        ratio = arriving / (served + waiting)
        term *= ratio
        delay += 1 / (served + waiting + 1)
        # Of what follows no term is above waiting × term × ratio^k × (k + 1); neither is it for the delays.
        if ratio < 1 and term * (waiting + 1) <= PRECISION * calls * (1 - ratio) ** 2:
            break
    term, delay = 1.0, delay_at_mode
    for waiting in range(mode - 1, -1, -1):
        ratio = (served + waiting + 1) / arriving
        term *= ratio
        delay -= 1 / (served + waiting + 2)
        chance = term * served / (served + waiting + 1)
        weight += term
        calls += term * waiting
        answered += chance
        waited += chance * delay
        # Below, where agents are idle, the terms go on falling by as much: what is left out bounds those too.
        if term <= PRECISION * answered * (1 - ratio):
            return _Queue(mode, weight, calls, answered, waited, 0.0)
    return _Queue(mode, weight, calls, answered, waited, term)


def _answered_late(served: float, arriving: float, within: float, queue: _Queue) -> float:
    """Weight, relative as in `queue`, of the calls that are answered after more than `within` mean patiences.

    The wait v a very patient caller would meet, in patiences, has the density exp(arriving · (1 − e^−v) − served · v)
    up to a factor; e^−v of those callers are still there. With u = e^−v its integral from `within` on is one of
    u^served · e^(−arriving · u) from 0 on, a series of the same shape as the sum over the queue, with one more served
    and with arriving · e^−within.
    """
    left = math.exp(-within)
    if arriving * left == 0:
        return 0.0
    served_then, arriving_then = served + 1, arriving * left
    mode = max(0, math.floor(arriving_then - served_then))
    weight = _weight(served_then, arriving_then, mode)
    exponent = arriving * -math.expm1(-within) - served_then * within
    exponent += _log_weight(served_then, arriving_then, mode) - _log_weight(served, arriving, queue.mode)
    return served / served_then * math.exp(exponent) * weight


def _weight(served: float, arriving: float, mode: int) -> float:
    """The weight alone of `_queue`."""
    total = term = 1.0
    waiting = mode
    while True:
        waiting += 1
        ratio = arriving / (served + waiting)
        term *= ratio
        total += term
        if ratio < 1 and term * ratio <= PRECISION * total * (1 - ratio):
            break
    term = 1.0
    for waiting in range(mode - 1, -1, -1):
        ratio = (served + waiting + 1) / arriving
        term *= ratio
        total += term
        if term <= PRECISION * total * (1 - ratio):
            break
    return total


def _log_weight(served: float, arriving: float, waiting: int) -> float:
    """The logarithm of the weight of `waiting` calls against none: the sum of log(arriving / (served + i))."""
    direct = min(waiting, max(0, math.ceil(_EXACT_BELOW - served)))
    total = math.fsum(math.log(arriving / (served + i)) for i in range(1, direct + 1))
    if waiting == direct:
        return total
    low, high = served + direct + 0.5, served + waiting + 0.5
    total += high * (1 + math.log(arriving / high)) - low * (1 + math.log(arriving / low))
    return total + (1 / high - 1 / low) / 24 - 7 * (1 / high**3 - 1 / low**3) / 2880


def _reciprocals(served: float, count: int) -> float:
    """The sum of 1 / (served + i) for i from 1 to `count`."""
    direct = min(count, max(0, math.ceil(_EXACT_BELOW - served)))
    total = math.fsum(1 / (served + i) for i in range(1, direct + 1))
    if count == direct:
        return total
    low, high = served + direct + 0.5, served + count + 0.5
    total += math.log1p((count - direct) / low)
    return total + (1 / high**2 - 1 / low**2) / 24 - 7 * (1 / high**4 - 1 / low**4) / 960
