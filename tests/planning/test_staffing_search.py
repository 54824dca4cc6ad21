"""The least number of agents, and how many to schedule for it."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import RuleRefused, UsageProblem
from app.planning import staffing as rules
from app.planning.staffing import MOST_AGENTS, Staffing, Targets, Workload, agents_scheduled, least_agents, staffing

HALF_HOUR = Workload(calls=100, period_seconds=1800, aht_seconds=180)

workloads = st.builds(
    Workload,
    calls=st.floats(0.01, 3000),
    period_seconds=st.sampled_from([900.0, 1800.0, 3600.0]),
    aht_seconds=st.sampled_from([15.0, 180.0, 420.0]),
    patience_seconds=st.none() | st.sampled_from([5.0, 60.0, 120.0, 900.0, 1e6]),
)
targets = st.builds(
    Targets,
    service_level=st.sampled_from([0.0, 0.3, 0.8, 0.95, 0.999]),
    within_seconds=st.sampled_from([0.0, 10.0, 20.0, 120.0]),
    max_occupancy=st.none() | st.sampled_from([0.05, 0.7, 0.85, 1.0]),
)


def test_the_known_floor_needs_fourteen() -> None:
    found = least_agents(HALF_HOUR, Targets(0.80, 20))
    assert found.agents == 14
    assert found == staffing(HALF_HOUR, 14, 20)


def test_patience_saves_agents_and_a_limit_of_occupancy_costs_some() -> None:
    assert least_agents(replace(HALF_HOUR, patience_seconds=120), Targets(0.80, 20)).agents < 14
    assert least_agents(HALF_HOUR, Targets(0.80, 20, max_occupancy=0.6)).agents == 17


@given(workloads, targets)
def test_one_agent_less_fails_a_target(workload: Workload, targets: Targets) -> None:
    found = least_agents(workload, targets)
    assert found.agents >= 1
    assert targets.met_by(found)
    try:
        fewer = staffing(workload, found.agents - 1, targets.within_seconds)
    except RuleRefused:
        assert workload.patience_seconds is None
        assert found.agents - 1 <= workload.offered_load_erlangs
        return
    assert not targets.met_by(fewer) or found.agents == 1


@given(st.floats(0.5, 40), st.none() | st.just(90.0), targets)
def test_the_search_finds_what_counting_upwards_finds(load: float, patience: float | None, targets: Targets) -> None:
    workload = Workload(load, 180, 180, patience)
    agents = 1 if patience is not None else math.floor(load) + 1
    while not targets.met_by(counted := staffing(workload, agents, targets.within_seconds)):
        agents += 1
    assert least_agents(workload, targets) == counted


@pytest.mark.parametrize("patience", [None, 120.0, 3600.0])
def test_a_floor_of_ten_thousand_takes_few_steps(monkeypatch: pytest.MonkeyPatch, patience: float | None) -> None:
    asked: list[int] = []

    def counting(workload: Workload, agents: int, within_seconds: float) -> Staffing:
        asked.append(agents)
        return staffing(workload, agents, within_seconds)

    monkeypatch.setattr(rules, "staffing", counting)
    workload = Workload(120_000, 3600, 300, patience)
    assert workload.offered_load_erlangs == 10_000
    found = least_agents(workload, Targets(0.8, 20))
    assert 8_000 < found.agents < 10_200
    assert len(asked) <= 24, asked


@pytest.mark.parametrize("agents", [1, 3, 7, 13, 17, 20, 37, 49, 60, 85, 101])
@pytest.mark.parametrize("occupancy", [0.05, 0.1, 0.3, 0.55, 0.7, 0.8, 0.85, 0.95])
def test_an_occupancy_met_exactly_is_met(agents: int, occupancy: float) -> None:
    load = float(Fraction(str(occupancy)) * agents)
    found = least_agents(Workload(load, 180, 180), Targets(0.0, 20, occupancy))
    assert found.agents == agents


def test_no_calls_need_nobody() -> None:
    assert least_agents(Workload(0, 1800, 180), Targets(0.8, 20, 0.85)).agents == 0
    assert least_agents(Workload(1e-300, 1800, 180), Targets(0.8, 20)).service_level is None


def test_some_calls_need_somebody_whatever_the_target() -> None:
    assert least_agents(Workload(0.001, 1800, 180, 5), Targets(0.0, 20)).agents == 1


@pytest.mark.parametrize(
    ("level", "occupancy", "words"),
    [
        (1.0, None, "No number of agents answers every call"),
        (0.8, 0.0, "never busy"),
        (0.8, 1e-9, "Not even 10,000,000"),
    ],
)
def test_what_no_number_of_agents_reaches_is_refused(level: float, occupancy: float | None, words: str) -> None:
    with pytest.raises(RuleRefused, match=words):
        least_agents(HALF_HOUR, Targets(level, 20, occupancy))


@pytest.mark.parametrize("level", [math.nextafter(1, 0), 1 - 1e-9])
@pytest.mark.parametrize("patience", [None, 60.0])
def test_nearly_every_call_in_time_is_found(level: float, patience: float | None) -> None:
    found = least_agents(replace(HALF_HOUR, patience_seconds=patience), Targets(level, 0))
    assert 20 < found.agents < 80


@pytest.mark.parametrize(
    ("level", "within_seconds", "occupancy"),
    [(-0.1, 20, None), (1.1, 20, None), (80, 20, None), (math.nan, 20, None), (0.8, -1, None), (0.8, 20, 1.5)],
)
def test_targets_out_of_range_are_bad_use(level: float, within_seconds: float, occupancy: float | None) -> None:
    with pytest.raises(UsageProblem):
        Targets(level, within_seconds, occupancy)


@given(st.integers(0, MOST_AGENTS), st.integers(0, 999))
def test_the_schedule_is_rounded_up_exactly(agents: int, per_mille: int) -> None:
    scheduled = agents_scheduled(agents, per_mille / 1000)
    assert scheduled * (1000 - per_mille) >= agents * 1000
    assert (scheduled - 1) * (1000 - per_mille) < agents * 1000


def test_shrinkage_at_its_ends() -> None:
    assert agents_scheduled(14, 0.3) == 20
    assert agents_scheduled(7, 0.9) == 70
    assert agents_scheduled(0, 0.3) == 0
    with pytest.raises(RuleRefused, match="shrinkage of 1"):
        agents_scheduled(14, 1.0)
    for share in (-0.1, 1.1, math.nan):
        with pytest.raises(UsageProblem):
            agents_scheduled(14, share)
