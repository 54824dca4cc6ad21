from __future__ import annotations

from app.core.clock import ManualClock
from app.core.events import EVENT
from seed.feed import LONGEST_STEP_MS, SimulatedSource, draft
from seed.scenario import load_scenario
from seed.simulator import Simulator

START_MS = 1_772_409_000_000
HOUR_MS = 3_600_000


def _source(clock: ManualClock) -> SimulatedSource:
    return SimulatedSource(Simulator(load_scenario(), 42, 20, START_MS), clock)


def test_it_hands_over_what_happened_by_its_clock() -> None:
    clock = ManualClock(START_MS - 1)
    source = _source(clock)
    assert source.name == "demo"
    assert source.poll() == []
    clock.advance_ms(3 * HOUR_MS)
    events = source.poll()
    assert events
    assert events == Simulator(load_scenario(), 42, 20, START_MS).run_until(clock.now_ms())
    assert source.poll() == []


def test_a_clock_set_back_repeats_nothing() -> None:
    clock = ManualClock(START_MS + 2 * HOUR_MS)
    source = _source(clock)
    before = source.poll()
    clock.advance_ms(-HOUR_MS)
    assert source.poll() == []
    clock.advance_ms(2 * HOUR_MS)
    after = source.poll()
    assert before + after == Simulator(load_scenario(), 42, 20, START_MS).run_until(START_MS + 3 * HOUR_MS)


def test_the_first_poll_is_as_long_as_it_must_be_and_a_long_sleep_is_made_up_in_steps() -> None:
    clock = ManualClock(START_MS + 2 * LONGEST_STEP_MS)
    source = _source(clock)
    events = source.poll()
    assert events[-1].at_ms > START_MS + LONGEST_STEP_MS
    clock.advance_ms(48 * HOUR_MS)
    steps = [source.poll() for _ in range(48 * HOUR_MS // LONGEST_STEP_MS)]
    assert source.poll() == []
    assert all(not step or step[-1].at_ms - step[0].at_ms <= LONGEST_STEP_MS for step in steps)
    whole = Simulator(load_scenario(), 42, 20, START_MS).run_until(clock.now_ms())
    assert [*events, *(event for step in steps for event in step)] == whole


def test_drafts_are_the_facts_with_their_own_line_of_json_as_identity() -> None:
    clock = ManualClock(START_MS + HOUR_MS)
    drafts = _source(clock).drafts()
    events = _source(clock).poll()
    assert [made.event for made in drafts] == events
    assert [EVENT.validate_json(made.identity) for made in drafts] == events
    assert len({made.identity for made in drafts}) == len(drafts)
    assert draft(events[0]) == drafts[0]
