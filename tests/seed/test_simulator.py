from __future__ import annotations

import hashlib
import math
import statistics
from collections import Counter
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import UsageProblem
from app.core.events import EVENT, AgentNotReady, AgentSignedIn, AgentSignedOut, AnyEvent, CallEntered, CallRefused
from app.core.reasons import ReasonMap
from app.floor.model import ReasonCategory
from seed import randomness
from seed.arrivals import carried_load
from seed.erlang_check import AGENTS, CALLS_PER_HOUR, plain_scenario
from seed.scenario import Scenario, load_scenario
from seed.simulator import MOST_AGENTS, Simulator, SimulatorRefused, opening_ms, show_ms
from tests.seed.replay import Replay

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON_MS = int(datetime(2026, 3, 2, 12, tzinfo=SHANGHAI).timestamp()) * 1000
OPENING_MS = NOON_MS - DAY_MS // 6 - 600_000
MORNING = load_scenario()


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, SHANGHAI)


def _simulator(seed: int = 42, agents: int = 60, start_ms: int = OPENING_MS) -> Simulator:
    return Simulator(MORNING, seed, agents, start_ms)


@cache
def _two_days(seed: int, agents: int) -> tuple[AnyEvent, ...]:
    return tuple(_simulator(seed, agents).run_until(OPENING_MS + 2 * DAY_MS - HOUR_MS))


def test_the_day_opens_ten_minutes_before_the_shift_and_is_shown_in_the_morning() -> None:
    assert opening_ms(MORNING, NOON_MS) == OPENING_MS
    assert f"{_local(OPENING_MS):%H:%M}" == "07:50"
    assert f"{_local(show_ms(MORNING, NOON_MS)):%m-%d %H:%M}" == "03-02 10:20"
    assert opening_ms(MORNING, NOON_MS, "Europe/Berlin") == OPENING_MS + 7 * HOUR_MS


def _digest(events: list[AnyEvent]) -> tuple[int, str]:
    digest = hashlib.sha256()
    for event in events:
        digest.update(EVENT.dump_json(event) + b"\n")
    return len(events), digest.hexdigest()


# Changes when the scenario or the engine does; a change that is not meant to alter the floor keeps it.
FIRST_THREE_HOURS = (9409, "b11224bc3de1f72f769b42f787f526b9ac8afa1c969febd2d8c703cc74c3b004")


def test_the_same_seed_gives_the_same_facts_as_ever() -> None:
    assert _digest(_simulator().run_until(OPENING_MS + 3 * HOUR_MS)) == FIRST_THREE_HOURS


@pytest.mark.parametrize("towards", [0.0, math.inf])
def test_a_c_library_that_rounds_the_last_bit_otherwise_gives_the_same_facts(
    towards: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SimpleNamespace(
        log=lambda x: math.nextafter(math.log(x), math.copysign(towards, math.log(x))),
        exp=lambda x: math.nextafter(math.exp(x), towards),
        sqrt=math.sqrt,
    )
    monkeypatch.setattr(randomness, "math", other)
    assert _digest(_simulator().run_until(OPENING_MS + 3 * HOUR_MS)) == FIRST_THREE_HOURS


def test_another_seed_gives_another_floor() -> None:
    assert _two_days(1, 60) != _two_days(2, 60)
    assert _simulator(1).agents != _simulator(2).agents


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**64),
    agents=st.integers(1, 25),
    stops=st.lists(st.integers(-1000, 3 * HOUR_MS), max_size=12),
)
def test_asking_in_many_steps_gives_the_same_facts_as_in_one(seed: int, agents: int, stops: list[int]) -> None:
    last_ms = OPENING_MS + 3 * HOUR_MS
    in_one = _simulator(seed, agents).run_until(last_ms)
    stepped = _simulator(seed, agents)
    in_many = [event for stop in [*stops, 3 * HOUR_MS] for event in stepped.run_until(OPENING_MS + stop)]
    assert in_many == in_one
    assert stepped.run_until(last_ms) == []


def test_asking_at_every_instant_with_a_fact_gives_each_once() -> None:
    in_one = _simulator(5, 12).run_until(OPENING_MS + HOUR_MS)
    stepped = _simulator(5, 12)
    in_many = []
    for at_ms in sorted({event.at_ms for event in in_one}):
        step = stepped.run_until(at_ms)
        assert {event.at_ms for event in step} == {at_ms}
        in_many += step
    assert in_many == in_one


@pytest.mark.parametrize(("seed", "agents"), [(42, 60), (7, 25), (3, 5), (11, 2), (13, 1)])
def test_nothing_happens_that_cannot_happen_on_a_floor(seed: int, agents: int) -> None:
    replay = Replay().play(list(_two_days(seed, agents)))
    assert len(replay.agents) == agents
    # The second night: everybody is at home and every call has ended.
    assert {agent.state for agent in replay.agents.values()} == {"out"}
    assert replay.open == {}
    outcomes = Counter(visit.state for visit in replay.visits)
    assert sum(outcomes.values()) == sum(isinstance(event, CallEntered) for event in _two_days(seed, agents))
    assert set(outcomes) <= {"answered", "abandoned", "timed_out", "left_by_key", "left_empty", "refused"}


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), agents=st.integers(1, 40), start=st.integers(-DAY_MS // 2, DAY_MS // 2))
def test_a_floor_is_possible_whenever_it_begins(seed: int, agents: int, start: int) -> None:
    start_ms = OPENING_MS + start
    events = _simulator(seed, agents, start_ms).run_until(start_ms + 5 * HOUR_MS)
    assert all(event.at_ms >= start_ms for event in events)
    Replay().play(events)


def test_no_two_facts_are_the_same() -> None:
    events = _two_days(42, 60)
    assert len({EVENT.dump_json(event) for event in events}) == len(events)


def test_people_come_back_the_next_morning() -> None:
    by_day: dict[str, set[str]] = {}
    for event in _two_days(42, 60):
        if isinstance(event, AgentSignedIn):
            by_day.setdefault(f"{_local(event.at_ms):%d}", set()).add(event.agent)
    assert by_day == {"02": set(_simulator().agents), "03": set(_simulator().agents)}


def test_sign_ins_lie_around_the_start_of_the_shift_and_some_are_late() -> None:
    times = [_local(event.at_ms) for event in _two_days(42, 60) if isinstance(event, AgentSignedIn)]
    clock_times = {f"{moment:%H:%M}" for moment in times}
    assert min(clock_times) >= "07:50"
    assert max(clock_times) <= "08:10"
    late = sum(f"{moment:%H:%M:%S}" > "08:00:00" for moment in times)
    assert 0 < late < len(times) / 4


def test_agents_sign_out_of_every_queue_with_the_length_of_the_session() -> None:
    began: dict[tuple[str, str | None], int] = {}
    ended = 0
    for event in _two_days(42, 60):
        if isinstance(event, AgentSignedIn):
            began[event.agent, event.queue] = event.at_ms
        elif isinstance(event, AgentSignedOut):
            assert event.signed_in_seconds == (event.at_ms - began.pop((event.agent, event.queue))) // 1000
            ended += 1
    assert began == {}
    assert ended > 120


def test_every_kind_of_fact_a_floor_has_turns_up() -> None:
    kinds = Counter(event.kind for seed in range(4) for event in _two_days(seed, 60))
    assert set(kinds) >= {
        "agent_signed_in",
        "agent_signed_out",
        "agent_ready",
        "agent_not_ready",
        "agent_ringing",
        "agent_ring_missed",
        "call_entered",
        "call_connected",
        "call_held",
        "call_retrieved",
        "call_completed",
        "call_transferred",
        "call_abandoned",
        "call_timed_out",
        "call_left_by_key",
        "wrap_up_started",
        "wrap_up_ended",
    }


def test_reasons_cover_all_categories_and_some_are_not_mapped() -> None:
    reasons = {event.reason for seed in range(8) for event in _two_days(seed, 60) if isinstance(event, AgentNotReady)}
    meaning = ReasonMap()
    assert {meaning.category(reason) for reason in reasons if meaning.is_mapped(reason)} == set(ReasonCategory)
    assert {reason for reason in reasons if not meaning.is_mapped(reason)} == {"", "找班长", "振铃未接"}


def test_a_call_that_finds_nobody_is_refused() -> None:
    alone = Simulator(_only_late_shift(), 1, 1, OPENING_MS)
    refused = [event for event in alone.run_until(NOON_MS) if isinstance(event, CallRefused)]
    assert refused
    assert all(_local(event.at_ms).hour < 9 for event in refused)


def test_calls_left_waiting_when_the_last_agent_goes_leave_empty() -> None:
    busy = load_scenario().model_copy(update={"reference_agents": 20})
    outcomes = Counter(
        visit.state
        for seed in range(3)
        for visit in Replay().play(Simulator(busy, seed, 5, OPENING_MS).run_until(OPENING_MS + DAY_MS)).visits
    )
    assert outcomes["left_empty"] > 0


def _only_late_shift() -> Scenario:
    late = MORNING.shifts[0].model_copy(update={"start": 9 * 60, "early_seconds": 0, "late_per_mille": 0})
    return MORNING.model_copy(update={"shifts": (late,)})


def test_agents_serve_one_to_three_queues_and_every_queue_has_somebody() -> None:
    served: dict[str, set[str]] = {}
    for event in _simulator().run_until(OPENING_MS + HOUR_MS):
        if isinstance(event, AgentSignedIn) and event.queue is not None:
            served.setdefault(event.agent, set()).add(event.queue)
    assert {len(queues) for queues in served.values()} == {1, 2, 3}
    assert set().union(*served.values()) == {queue.name for queue in MORNING.queues}


def test_names_are_different_and_repeated_ones_carry_a_number() -> None:
    names = _simulator(42, 2000).agents
    assert len(set(names)) == 2000
    numbered = [name for name in names if name[-1].isdigit()]
    assert numbered
    assert all(name.rstrip("0123456789") in names for name in numbered)
    assert 20 < sum(name[0].isascii() for name in names) < 200


def test_a_floor_of_the_reference_size_gets_the_calls_of_the_scenario() -> None:
    assert carried_load(6) == 4
    assert carried_load(110) == 100
    per_hour = [
        sum(
            isinstance(event, CallEntered)
            for event in Simulator(plain_scenario(), 4, agents, OPENING_MS).run_until(end)
        )
        for agents, end in ((AGENTS, OPENING_MS + HOUR_MS), (110, OPENING_MS + HOUR_MS))
    ]
    assert per_hour[0] == pytest.approx(CALLS_PER_HOUR, abs=4 * math.sqrt(CALLS_PER_HOUR))
    expected = CALLS_PER_HOUR * 100 / carried_load(AGENTS)
    assert per_hour[1] == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_mid_morning_is_busy_but_held() -> None:
    occupancies, levels, breaks, waits = [], [], [], []
    for seed in range(8):
        simulator, replay = _simulator(seed), Replay()
        replay.play(simulator.run_until(OPENING_MS + 2 * HOUR_MS))
        replay.count_until(OPENING_MS + 2 * HOUR_MS)
        replay.forget_time()
        earlier = len(replay.visits)
        for minute in range(90):
            replay.play(simulator.run_until(OPENING_MS + 2 * HOUR_MS + minute * 60_000))
            breaks.append(sum(agent.reason == "小休" for agent in replay.agents.values()) / len(replay.agents))
            waits.append(max(replay.waiting(queue.name) for queue in MORNING.queues))
        spent = sum((Counter(agent.spent_ms) for agent in replay.agents.values()), Counter[str]())
        busy_ms = spent["talking"] + spent["hold"] + spent["wrap-up"]
        occupancies.append(busy_ms / (busy_ms + spent["idle"] + spent["ringing"]))
        visits = replay.visits[earlier:]
        in_time = sum(visit.state in {"answered", "talking"} and visit.wait_ms <= 20_000 for visit in visits)
        levels.append(in_time / len(visits))
    assert 0.80 <= statistics.fmean(occupancies) <= 0.88
    assert 0.75 <= statistics.fmean(levels) <= 0.90
    assert 0.05 <= statistics.fmean(breaks) <= 0.08
    # Turns follow each other: who over-stays a break is still away when the next ones go.
    assert max(breaks) <= 0.15
    assert 0 < statistics.fmean(waits) < 3


@pytest.mark.parametrize("agents", [0, -1, MOST_AGENTS + 1])
def test_a_floor_of_no_possible_size_is_refused(agents: int) -> None:
    with pytest.raises(SimulatorRefused, match=str(agents)):
        _simulator(agents=agents)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UsageProblem, match="Mars/Olympus"):
        Simulator(MORNING, 1, 1, OPENING_MS, zone="Mars/Olympus")


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25)])
def test_days_on_which_clocks_change_are_lived_through(month: int, day: int, hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start_ms = int(datetime(2026, month, day, tzinfo=berlin).timestamp()) * 1000
    plain = plain_scenario()
    queue = plain.queues[0].model_copy(update={"peak_calls_per_hour": 1200})
    half = plain.model_copy(update={"reference_agents": 100, "queues": (queue,)})
    simulator = Simulator(half, 9, 100, start_ms, "Europe/Berlin")
    events = simulator.run_until(start_ms + (hours + 24) * HOUR_MS - 1)
    Replay().play(events)
    per_hour = Counter((event.at_ms - start_ms) // HOUR_MS for event in events if isinstance(event, CallEntered))
    assert set(per_hour) == set(range(hours + 24))
    # 1,200 calls an hour: 150 is more than four standard deviations.
    assert all(abs(calls - 1200) < 150 for calls in per_hour.values())


def test_a_floor_open_around_the_clock_keeps_its_agents_over_midnight() -> None:
    simulator = Simulator(plain_scenario(), 1, 5, OPENING_MS)
    kinds = Counter(event.kind for event in simulator.run_until(OPENING_MS + 2 * DAY_MS))
    assert kinds["agent_signed_in"] == 5
    assert kinds["agent_signed_out"] == 0
