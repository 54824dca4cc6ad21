from __future__ import annotations

import pytest

from app.planning.staffing import Targets, Workload, least_agents
from seed.measuring import START_MS, play
from seed.scenario import QueueSpec, Scenario, load_scenario
from seed.scenario_parts import Spread
from seed.simulator import Simulator
from seed.staffing_check import (
    SERVICE_LEVEL,
    SERVICE_LEVEL_OFF,
    Demand,
    half_hour_percents,
    simulate,
    step_by_step,
)
from seed.staffing_floor import (
    SEED,
    WITHIN_SECONDS,
    alone,
    floor_staffed,
    play_as_it_is,
    required_by_report,
    show_percent,
)

RUNS = 6
HOURS = 20


@pytest.fixture(scope="module")
def demo() -> Scenario:
    return load_scenario()


def queue_of(demo: Scenario, name: str) -> QueueSpec:
    return next(queue for queue in demo.queues if queue.name == name)


def slower(spread: Spread, percent: int) -> Spread:
    return spread.model_copy(
        update={
            "mean_seconds": spread.mean_seconds * percent // 100,
            "sd_seconds": spread.sd_seconds * percent // 100,
        }
    )


@pytest.mark.parametrize("name", ["业务咨询", "VIP专席"])
def test_a_queue_of_the_demo_needs_the_agents_the_rule_gives(demo: Scenario, name: str) -> None:
    queue = queue_of(demo, name)
    demand = Demand.of(demo, queue, 100, with_ringing=True)
    asked = demand.asked()
    measured = simulate(alone(demo, queue, 100, asked.agents), asked.agents, RUNS, HOURS)
    assert measured.disagreements(asked) == []
    assert measured.service_level.mean >= SERVICE_LEVEL
    # Runs too short to tell right from wrong would agree with anything.
    assert measured.service_level.standard_error < SERVICE_LEVEL_OFF / 2

    fewer = demand.clearly_fewer().agents
    assert asked.agents - 2 <= fewer < asked.agents
    missed = simulate(alone(demo, queue, 100, fewer), fewer, RUNS, HOURS // 2)
    assert missed.service_level.mean < SERVICE_LEVEL - SERVICE_LEVEL_OFF


@pytest.mark.parametrize(
    ("changed", "seen_in"),
    [("patience", "left unanswered"), ("talk", "service level")],
)
def test_a_floor_that_is_not_what_the_rule_was_told_is_told_apart(demo: Scenario, changed: str, seen_in: str) -> None:
    queue = queue_of(demo, "业务咨询")
    asked = Demand.of(demo, queue, 100, with_ringing=True).asked()
    other = queue.model_copy(
        update={"patience": slower(queue.patience, 50)} if changed == "patience" else {"talk": slower(queue.talk, 115)}
    )
    measured = simulate(alone(demo, other, 100, asked.agents), asked.agents, 4, HOURS // 2)
    assert seen_in in " ".join(measured.disagreements(asked))


def test_what_makes_the_difference_is_ringing(demo: Scenario) -> None:
    queue = queue_of(demo, "业务咨询")
    untold = Demand.of(demo, queue, 100, with_ringing=False).asked()
    _exponential, *steps = step_by_step(demo, queue)
    levels = [
        simulate(alone(floor, changed, 100, untold.agents), untold.agents, 2, HOURS // 2).service_level.mean
        for _name, floor, changed in steps
    ]
    # The chance is the same at each step, so that steps can be told apart which runs so short could not place.
    assert min(levels[:2]) - max(levels[2:]) > 0.01
    assert levels[-1] < levels[-2]


def test_the_rule_is_asked_as_a_person_asks_it_and_ringing_takes_one_agent_more(demo: Scenario) -> None:
    queue = queue_of(demo, "业务咨询")
    untold = Demand.of(demo, queue, 100, with_ringing=False)
    asked = untold.asked()
    # The same question as a person asks: 250 calls per hour, talk + hold + wrap-up, 80 % within 20 s.
    by_hand = least_agents(Workload(250, 3600, 215 + 0.09 * 45 + 28, 240), Targets(0.8, 20))
    assert asked.agents == by_hand.agents
    assert asked.service_level == pytest.approx(by_hand.service_level)
    assert Demand.of(demo, queue, 100, with_ringing=True).asked().agents == asked.agents + 1


def test_the_floor_staffed_as_the_report_says_meets_its_target(demo: Scenario) -> None:
    required = required_by_report(demo, with_patience=False)
    assert list(required) == [queue.name for queue in demo.queues]
    agents = sum(required.values())
    levels = {}
    for weights in ((1,), demo.staff.queue_count_weights):
        floor = floor_staffed(demo, required, weights, agents)
        levels[weights] = play(Simulator(floor, 1, agents, START_MS), 10, WITHIN_SECONDS).whole.service_level
    alone_level, shared_level = levels.values()
    assert alone_level > SERVICE_LEVEL
    # Who serves several queues helps where callers wait.
    assert shared_level > alone_level + 0.03


def test_the_demo_as_it_is_has_fewer_agents_than_the_report_requires(demo: Scenario) -> None:
    played = play_as_it_is(demo, SEED)
    required = sum(required_by_report(demo, with_patience=False).values())
    assert 40 < played.free_agents < required < demo.reference_agents
    # All calls of half an hour at the peak, those handed on included.
    assert 220 < played.whole.offered < 340


def test_every_half_hour_of_the_demo_is_asked_for(demo: Scenario) -> None:
    percents = half_hour_percents(demo)
    assert set(percents) == set(demo.arrivals.percent_of_peak)
    assert percents == sorted(percents, reverse=True)
    assert show_percent(demo) == 100
