"""Two accounts of one simulated floor, made apart: the strict replay of these tests, and the floor's own fold."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from app.core.events import AnyEvent
from app.core.journal import Fact
from app.floor.agent_time import AgentTracker, sweep
from app.floor.model import AgentState
from app.floor.visits import fold_call
from seed.scenario import load_scenario
from seed.simulator import Simulator
from tests.seed.replay import Replay

START_MS = 1_772_409_000_000
TWO_NIGHTS_MS = 47 * 3_600_000
STATES = {
    AgentState.AVAILABLE: "idle",
    AgentState.RINGING: "ringing",
    AgentState.ON_CALL: "talking",
    AgentState.HOLD: "hold",
    AgentState.WRAP_UP: "wrap-up",
}


def _events(seed: int, agents: int) -> list[AnyEvent]:
    return Simulator(load_scenario(), seed, agents, START_MS).run_until(START_MS + TWO_NIGHTS_MS)


@pytest.mark.parametrize(("seed", "agents"), [(42, 60), (7, 10), (3, 1)])
def test_both_accounts_give_every_agent_the_same_milliseconds(seed: int, agents: int) -> None:
    events = _events(seed, agents)
    replay = Replay().play(events)
    trackers = {name: AgentTracker({}) for name in replay.agents}
    for event in events:
        name = getattr(event, "agent", None)
        if name:
            trackers[name].apply("demo", event)
    for name, tracker in trackers.items():
        folded: Counter[str] = Counter()
        for interval in sweep(name, tracker, 0):
            assert interval.signed_in
            assert interval.end_ms is not None
            state = STATES.get(interval.state, f"not ready {interval.reason}")
            folded[state] += interval.end_ms - interval.start_ms
        replayed = {state: spent for state, spent in replay.agents[name].spent_ms.items() if spent and state != "out"}
        assert folded == replayed


@pytest.mark.parametrize(("seed", "agents"), [(42, 60), (7, 10), (3, 1)])
def test_both_accounts_give_every_visit_the_same_end(seed: int, agents: int) -> None:
    events = _events(seed, agents)
    replayed = {
        (visit.call, visit.queue, visit.entered_ms): (visit.state, visit.wait_ms)
        for visit in Replay().play(events).visits
    }
    by_call: defaultdict[str, list[Fact]] = defaultdict(list)
    for number, event in enumerate(events, 1):
        call = getattr(event, "call", None)
        if call and event.kind.startswith("call_"):
            by_call[call].append((number, "demo", event))
    folded = {}
    for call, facts in by_call.items():
        visits, notes = fold_call(call, facts)
        assert notes == []
        for visit in visits:
            folded[visit.call, visit.queue, visit.entered_ms] = (visit.outcome.value, visit.wait_ms)
    assert folded == replayed
