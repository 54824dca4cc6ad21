"""The forecast of the simulated floor: near what comes, and off in the afternoon as the scenario wants it."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.events import CallEntered
from app.core.zones import date_start_ms
from app.planning.forecast_model import ForecastPoint
from seed.erlang_check import CALLS_PER_HOUR, plain_scenario
from seed.scenario import ForecastSpec, load_scenario
from seed.simulator import Simulator, opening_ms
from tests.seed.test_plan import BERLIN, FIRST_DAY, SHANGHAI, plan_of

MORNING = load_scenario()
MIDNIGHT_MS = date_start_ms(FIRST_DAY, SHANGHAI)
HOUR_MS = 3_600_000
ONE_PM_MS = MIDNIGHT_MS + 13 * HOUR_MS


def _calls(points: list[ForecastPoint]) -> float:
    return sum(point.calls_thousandths for point in points) / 1000


def test_the_afternoon_brings_eight_percent_more_than_forecast_and_the_morning_what_it_says() -> None:
    forecast, actual = Counter[bool](), Counter[bool]()
    by_queue: Counter[str] = Counter()
    expected_by_queue: Counter[str] = Counter()
    for seed in range(8):
        simulator = Simulator(MORNING, seed, 60, opening_ms(MORNING, ONE_PM_MS))
        for point in simulator.plan.forecast(FIRST_DAY):
            forecast[point.start_ms >= ONE_PM_MS] += point.calls_thousandths
            expected_by_queue[point.queue] += point.calls_thousandths
        for event in simulator.run_until(MIDNIGHT_MS + 21 * HOUR_MS):
            if isinstance(event, CallEntered):
                actual[event.at_ms >= ONE_PM_MS] += 1
                by_queue[event.queue] += 1
    morning = actual[False] / (forecast[False] / 1000) - 1
    afternoon = actual[True] / (forecast[True] / 1000) - 1
    # Over 16,000 calls each: four standard deviations are 3 %.
    assert abs(morning) < 0.03
    assert abs(afternoon - 0.08) < 0.03
    for queue, calls in by_queue.items():
        expected = expected_by_queue[queue] / 1000 * 1.04
        assert abs(calls / expected - 1) < 0.03 + 4 / math.sqrt(expected), queue


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**64), agents=st.integers(1, 300), number=st.integers(-400, 400))
def test_every_half_hour_of_every_queue_is_forecast_once_and_near_the_mean(seed: int, agents: int, number: int) -> None:
    plan = plan_of(seed, agents)
    points = plan.forecast(FIRST_DAY + timedelta(days=number))
    assert len({(point.queue, point.start_ms) for point in points}) == len(points) == 4 * 25
    assert {point.minutes for point in points} == {30}
    exact = plan_of(seed, agents, scenario=MORNING.model_copy(update={"forecast": ForecastSpec()}))
    for point, mean in zip(points, exact.forecast(FIRST_DAY + timedelta(days=number)), strict=True):
        assert (point.queue, point.start_ms) == (mean.queue, mean.start_ms)
        off = 1.08 if (point.start_ms - MIDNIGHT_MS) % (24 * HOUR_MS) >= 13 * HOUR_MS else 1
        assert 0.96 * mean.calls_thousandths - 2 <= point.calls_thousandths * off <= 1.04 * mean.calls_thousandths + 2
        assert abs(point.aht_ms - mean.aht_ms) <= 0.04 * mean.aht_ms + 1000
        assert point.aht_ms % 1000 == 0


def test_without_habits_of_its_own_a_forecast_is_the_rate_of_the_calls() -> None:
    plan = plan_of(1, 200, scenario=plain_scenario(), zone=SHANGHAI)
    points = plan.forecast(FIRST_DAY)
    assert {point.calls_thousandths for point in points} == {CALLS_PER_HOUR * 500}
    assert {point.aht_ms for point in points} == {300_000}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_clocks_change_has_a_forecast_for_every_half_hour_there_is(day: date, hours: int) -> None:
    points = plan_of(1, 200, day, BERLIN, plain_scenario()).forecast(day)
    assert [point.start_ms for point in points] == [
        date_start_ms(day, BERLIN) + number * HOUR_MS // 2 for number in range(2 * hours)
    ]
    assert _calls(points) == hours * CALLS_PER_HOUR
