"""Ringing keeps an agent from other calls and a caller waiting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import RuleRefused, UsageProblem
from app.planning.requirement import QueueTarget, requirement
from app.planning.staffing import Targets, Workload, least_agents, staffing


@given(
    ring=st.floats(0, 30),
    patience=st.one_of(st.none(), st.floats(10, 600)),
    agents=st.integers(20, 40),
    within=st.integers(30, 60),
)
def test_ringing_is_longer_calls_and_less_time(ring: float, patience: float | None, agents: int, within: int) -> None:
    rung = staffing(Workload(100, 1800, 180, patience, ring), agents, within)
    longer = staffing(Workload(100, 1800, 180 + ring, patience), agents, within - ring)
    assert rung.service_level == pytest.approx(longer.service_level)
    assert rung.abandon_rate == longer.abandon_rate
    assert rung.asa_seconds == pytest.approx((longer.asa_seconds or 0) + ring)
    assert rung.occupancy == pytest.approx((longer.occupancy or 0) * 180 / (180 + ring))
    assert (rung.offered_load_erlangs, rung.probability_wait) == (longer.offered_load_erlangs, longer.probability_wait)


def test_without_ringing_nothing_is_other_than_the_known_value() -> None:
    found = staffing(Workload(100, 1800, 180), 14, 20)
    assert found.probability_wait == pytest.approx(0.1741319, abs=5e-8)
    assert found.occupancy == pytest.approx(10 / 14)


def test_more_ringing_never_needs_fewer_agents() -> None:
    targets = Targets(0.8, 20)
    needed = [least_agents(Workload(600, 1800, 180, 120, ring), targets).agents for ring in range(21)]
    assert needed == sorted(needed)
    assert needed[0] < needed[-1]


def test_a_call_that_rings_for_longer_than_the_time_is_never_in_time() -> None:
    assert staffing(Workload(100, 1800, 180, None, 21), 40, 20).service_level == 0
    with pytest.raises(RuleRefused, match="ring for 21 s"):
        least_agents(Workload(100, 1800, 180, None, 21), Targets(0.8, 20))


@pytest.mark.parametrize("ring", [-1, 3601, float("nan"), float("inf")])
def test_what_is_no_ringing_is_refused(ring: float) -> None:
    with pytest.raises(UsageProblem, match="rings from 0"):
        Workload(100, 1800, 180, None, ring)


def test_the_setting_of_a_queue_is_counted_in_what_it_requires() -> None:
    plain = requirement(600_000, 30, 180_000, QueueTarget())
    rung = requirement(600_000, 30, 180_000, QueueTarget(ring_seconds=8))
    assert rung.agents > plain.agents
