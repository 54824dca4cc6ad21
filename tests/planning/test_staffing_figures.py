"""Erlang C and Erlang A against known values, against the chain they describe, and against each other."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.errors import RuleRefused, UsageProblem
from app.planning.erlang import erlang_a, inverse_blocking
from app.planning.staffing import MOST_AGENTS, Staffing, Workload, staffing
from tests.planning.chains import answered_within, integrals, solve

HALF_HOUR = Workload(calls=100, period_seconds=1800, aht_seconds=180)

loads = st.floats(0.05, 60)
handling = st.sampled_from([30.0, 180.0, 300.0])
patiences = st.sampled_from([20.0, 60.0, 120.0, 300.0, 900.0])
times = st.sampled_from([0.0, 1.0, 20.0, 60.0, 300.0])


def work(load: float, aht_seconds: float, patience_seconds: float | None = None) -> Workload:
    return Workload(load, aht_seconds, aht_seconds, patience_seconds)


def told(found: Staffing) -> tuple[float, float, float, float, float]:
    assert found.probability_wait is not None
    assert found.service_level is not None
    assert found.asa_seconds is not None
    assert found.occupancy is not None
    assert found.abandon_rate is not None
    return found.probability_wait, found.service_level, found.asa_seconds, found.occupancy, found.abandon_rate


def test_erlang_c_gives_the_known_values() -> None:
    found = staffing(HALF_HOUR, 14, 20)
    assert found.offered_load_erlangs == 10
    assert found.agents == 14
    assert found.probability_wait == pytest.approx(0.1741319, abs=5e-8)
    assert found.service_level == pytest.approx(0.88835, abs=5e-6)
    assert found.asa_seconds == pytest.approx(7.836, abs=5e-4)
    assert found.occupancy == pytest.approx(0.7143, abs=5e-5)
    assert found.abandon_rate == 0.0


def test_erlang_a_gives_the_known_values() -> None:
    found = staffing(replace(HALF_HOUR, patience_seconds=120), 14, 20)
    assert found.probability_wait == pytest.approx(0.12698, abs=5e-6)
    assert found.abandon_rate == pytest.approx(0.02284, abs=5e-6)


def test_erlang_a_gives_the_known_values_of_a_large_floor() -> None:
    level, abandoned = 0.91638, 0.03454
    found = staffing(Workload(2_400, 3600, 300, 120), 200, 20)
    assert found.abandon_rate == pytest.approx(abandoned, abs=5e-6)
    assert found.service_level == pytest.approx(level, abs=5e-6)
    # The same by following the chain: arriving calls meet its long-run chances.
    chain = solve(2_400 / 3600, 1 / 300, 1 / 120, 200, 1200)
    later = math.fsum(
        chain.probabilities[200 + ahead] * answered_within(ahead, 1 / 300, 1 / 120, 200, 20, steps=100)
        for ahead in range(50)
    )
    assert 1 - chain.probability_wait + later == pytest.approx(found.service_level, abs=1e-7)


@given(loads, st.integers(1, 30), handling, times)
def test_erlang_c_is_its_chain_of_states(load: float, spare: int, aht_seconds: float, within_seconds: float) -> None:
    agents = math.floor(load) + spare
    # Where nearly all agents are always busy, the chain has no end to cut it at.
    assume(load / agents < 0.97)
    wait, level, asa, occupancy, _ = told(staffing(work(load, aht_seconds), agents, within_seconds))
    chain = solve(load / aht_seconds, 1 / aht_seconds, 0.0, agents, agents + 1500)
    assert wait == pytest.approx(chain.probability_wait, rel=1e-9)
    assert asa == pytest.approx(chain.mean_waiting / (load / aht_seconds), rel=1e-9)  # Little: ASA = Lq / λ
    assert occupancy == pytest.approx(chain.mean_busy / agents, rel=1e-9)
    if within_seconds == 0:
        assert level == pytest.approx(1 - chain.probability_wait, abs=1e-12)


@given(loads, st.integers(1, 80), handling, patiences)
def test_erlang_a_is_its_chain_of_states(load: float, agents: int, aht_seconds: float, patience: float) -> None:
    wait, level, _, occupancy, abandoned = told(staffing(work(load, aht_seconds, patience), agents, 0))
    chain = solve(load / aht_seconds, 1 / aht_seconds, 1 / patience, agents, agents + 6000)
    assert wait == pytest.approx(chain.probability_wait, rel=1e-9)
    assert abandoned == pytest.approx(chain.mean_waiting * aht_seconds / load / patience, rel=1e-9)
    assert occupancy == pytest.approx(chain.mean_busy / agents, rel=1e-9)
    assert level == pytest.approx(1 - chain.probability_wait, abs=1e-12)


@pytest.mark.parametrize(
    ("load", "agents", "aht_seconds", "patience_seconds", "within_seconds"),
    [
        (3.0, 2, 180.0, 120.0, 20.0),
        (3.0, 5, 180.0, 60.0, 10.0),
        (10.0, 9, 60.0, 30.0, 15.0),
        (10.0, 14, 180.0, 120.0, 20.0),
    ],
)
def test_the_share_answered_in_time_is_that_of_the_chain_followed_through_time(
    load: float, agents: int, aht_seconds: float, patience_seconds: float, within_seconds: float
) -> None:
    serving, leaving = 1 / aht_seconds, 1 / patience_seconds
    chain = solve(load / aht_seconds, serving, leaving, agents, agents + 200)
    ahead = range(40)
    expected = (
        1
        - chain.probability_wait
        + math.fsum(
            chain.probabilities[agents + n] * answered_within(n, serving, leaving, agents, within_seconds)
            for n in ahead
        )
    )
    assert math.fsum(chain.probabilities[agents + len(ahead) :]) < 1e-8
    level = staffing(work(load, aht_seconds, patience_seconds), agents, within_seconds).service_level
    assert level == pytest.approx(expected, abs=1e-7)


@given(st.floats(0.5, 400), st.floats(0.3, 1.6), handling, st.sampled_from([5.0, 120.0, 900.0, 20_000.0]), times)
def test_erlang_a_is_the_integral_over_the_wait(
    load: float, share: float, aht_seconds: float, patience_seconds: float, within_seconds: float
) -> None:
    agents = max(1, round(load * share))
    wait, level, asa, _, abandoned = told(staffing(work(load, aht_seconds, patience_seconds), agents, within_seconds))
    expected = integrals(load, agents, aht_seconds, patience_seconds, within_seconds)
    assert wait == pytest.approx(expected.probability_wait, rel=1e-7)
    assert abandoned == pytest.approx(expected.abandoned, rel=1e-7)
    assert level == pytest.approx(expected.answered_within, abs=1e-8)
    assert asa == pytest.approx(expected.asa_seconds, rel=1e-7)


@given(loads, st.integers(1, 12), handling, times)
def test_erlang_a_tends_to_erlang_c_as_patience_grows(
    load: float, spare: int, aht_seconds: float, within_seconds: float
) -> None:
    agents = math.floor(load) + spare
    # Where agents are nearly always busy it takes more patience than this until the two are alike.
    assume(load / agents < 0.95)
    patient = told(staffing(work(load, aht_seconds), agents, within_seconds))
    before = math.inf
    for patience_seconds in (1e3, 1e5, 1e7, 1e9):
        found = told(staffing(work(load, aht_seconds, patience_seconds), agents, within_seconds))
        distance = max(abs(a - c) / max(1.0, c) for a, c in zip(found, patient, strict=True))
        assert distance <= before + 1e-9
        before = distance
    assert before < 1e-4


@given(loads, st.integers(1, 70), handling, st.none() | patiences, times)
def test_an_agent_more_is_never_worse(
    load: float, agents: int, aht_seconds: float, patience: float | None, within_seconds: float
) -> None:
    if patience is None:
        agents += math.floor(load)
    fewer = told(staffing(work(load, aht_seconds, patience), agents, within_seconds))
    more = told(staffing(work(load, aht_seconds, patience), agents + 1, within_seconds))
    assert more[0] <= fewer[0] + 1e-14  # who has to wait
    assert more[1] >= fewer[1] - 1e-12  # answered in time
    assert more[2] <= fewer[2] * (1 + 1e-12)  # the wait
    assert more[3] <= fewer[3] + 1e-13  # occupancy; where all are always busy only rounding tells the two apart
    assert more[4] < fewer[4] or patience is None or fewer[4] < 1e-300  # hung up


@given(loads, st.integers(1, 70), handling, patiences)
def test_more_time_to_answer_is_never_worse_and_never_passes_the_answered(
    load: float, agents: int, aht_seconds: float, patience: float
) -> None:
    found = [told(staffing(work(load, aht_seconds, patience), agents, within)) for within in (0, 1, 20, 120, 3600, 1e6)]
    answered = 1 - found[0][4]
    levels = [level for _, level, *_ in found]
    assert all(earlier <= later + 1e-12 for earlier, later in pairwise(levels))
    assert levels[-1] == pytest.approx(answered, abs=1e-12)


@given(
    st.floats(0, 1e12),
    st.floats(1e-3, 1e7),
    st.floats(1e-3, 1e7),
    st.none() | st.floats(1e-3, 1e7),
    st.integers(0, MOST_AGENTS),
    st.floats(0, 1e300),
)
def test_every_question_has_an_answer_or_a_reason(
    calls: float, period: float, aht_seconds: float, patience: float | None, agents: int, within_seconds: float
) -> None:
    try:
        found = staffing(Workload(calls, period, aht_seconds, patience), agents, within_seconds)
    except (UsageProblem, RuleRefused):
        return
    for share in (found.probability_wait, found.service_level, found.occupancy, found.abandon_rate):
        assert share is None or 0 <= share <= 1
    assert found.asa_seconds is None or 0 <= found.asa_seconds < math.inf


@pytest.mark.parametrize("agents", [9_800, 10_000, 10_001, 10_100, 10_500, 12_000, 1_000_000])
@pytest.mark.parametrize("patience", [None, 10.0, 120.0, 86_400.0])
def test_large_floors_neither_overflow_nor_vanish(agents: int, patience: float | None) -> None:
    workload = Workload(120_000, 3600, 300, patience)
    if patience is None and agents <= 10_000:
        with pytest.raises(RuleRefused):
            staffing(workload, agents, 20)
        return
    wait, level, asa, occupancy, abandoned = told(staffing(workload, agents, 20))
    assert 0 <= wait <= 1
    assert 0 <= level <= 1
    assert asa >= 0
    assert abandoned >= max(0.0, 1 - agents / 10_000) - 1e-12
    assert occupancy == pytest.approx(10_000 * (1 - abandoned) / agents, rel=1e-12)
    if agents < 10_000:
        # With so many calls chance hardly counts: who comes and cannot be served hangs up.
        assert abandoned == pytest.approx(1 - agents / 10_000, abs=3e-3)


@pytest.mark.parametrize(("agents", "patience"), [(9_000, 600.0), (9_900, 3600.0), (10_000, 120.0), (10_150, 120.0)])
def test_large_floors_agree_with_the_integral(agents: int, patience: float) -> None:
    wait, level, asa, _, abandoned = told(staffing(Workload(120_000, 3600, 300, patience), agents, 30))
    expected = integrals(10_000.0, agents, 300, patience, 30)
    assert wait == pytest.approx(expected.probability_wait, rel=1e-6)
    assert level == pytest.approx(expected.answered_within, abs=1e-6)
    assert asa == pytest.approx(expected.asa_seconds, rel=1e-6)
    assert abandoned == pytest.approx(expected.abandoned, rel=1e-6)


@given(st.floats(0.01, 50), st.integers(0, 120))
def test_blocking_is_erlang_b(load: float, agents: int) -> None:
    blocking = 1.0
    for servers in range(1, agents + 1):
        blocking = load * blocking / (servers + load * blocking)
    assert 1 / inverse_blocking(load, agents) == pytest.approx(blocking, rel=1e-12, abs=1e-300)


def test_no_calls_leave_every_share_empty() -> None:
    assert staffing(Workload(0, 1800, 180), 5, 20) == Staffing(0.0, 5, None, None, None, 0.0, None)
    assert staffing(Workload(0, 1800, 180, 60), 0, 20) == Staffing(0.0, 0, None, None, None, None, None)


def test_with_nobody_there_everybody_hangs_up() -> None:
    assert staffing(replace(HALF_HOUR, patience_seconds=60), 0, 20) == Staffing(10.0, 0, 1.0, 0.0, None, None, 1.0)


@pytest.mark.parametrize("agents", [0, 1, 9, 10])
def test_a_queue_that_grows_without_end_is_refused_and_the_least_is_named(agents: int) -> None:
    with pytest.raises(RuleRefused, match=f"^{agents} agents cannot carry 10 erlangs.* At least 11 ") as refused:
        staffing(HALF_HOUR, agents, 20)
    assert refused.value.exit_code == 4


@pytest.mark.parametrize(
    ("calls", "period", "aht_seconds", "patience"),
    [
        (-1, 1800, 180, None),
        (math.nan, 1800, 180, None),
        (math.inf, 1800, 180, None),
        (100, 0, 180, None),
        (100, -5, 180, None),
        (100, 1800, 0, None),
        (100, 1800, math.nan, None),
        (100, 1800, 180, 0),
        (100, 1800, 180, math.inf),
        (1e9, 1800, 180, None),
        (100, 1800, 180, 1e12),
    ],
)
def test_nonsense_is_bad_use(calls: float, period: float, aht_seconds: float, patience: float | None) -> None:
    with pytest.raises(UsageProblem):
        Workload(calls, period, aht_seconds, patience)


@pytest.mark.parametrize(
    ("agents", "within_seconds"), [(-1, 20.0), (MOST_AGENTS + 1, 20.0), (14, -1.0), (14, math.nan)]
)
def test_agents_and_times_out_of_range_are_bad_use(agents: int, within_seconds: float) -> None:
    with pytest.raises(UsageProblem):
        staffing(HALF_HOUR, agents, within_seconds)


def test_the_work_grows_with_the_root_of_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0

    class Counting(float):
        """A number that counts how often something is divided by it or it by something."""

        def __truediv__(self, other: float) -> float:
            nonlocal counted
            counted += 1
            return float(self) / other

        def __rtruediv__(self, other: float) -> float:
            nonlocal counted
            counted += 1
            return other / float(self)

    def work_for(load: float) -> int:
        nonlocal counted
        counted = 0
        inverse_blocking(Counting(load), math.ceil(load))
        return counted

    assert work_for(100) > 50, "nothing was counted"
    assert work_for(1_000_000) <= work_for(10_000) * 10 * 1.1
    assert work_for(1_000_000) < 10_000


def test_a_very_long_patience_ends_all_the_same() -> None:
    crowded = erlang_a(10_000, 10_000, 300, 86_400 * 30, 20)
    assert 0.9 < crowded.probability_wait < 1
    assert 0 < crowded.abandoned < 1e-2
