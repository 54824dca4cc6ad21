"""However facts arrive, the floor is what folding the whole log again gives."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.facts import Batch, Draft
from app.floor import fold
from app.floor.model import AgentInterval
from store.floor import SqliteFloor
from tests.floor.ground import Ground, Rows, played
from tests.strategies import AGENTS, Told, deliver, told, wild_facts

WRAP_UP = st.sampled_from([{}, {"q1": 30}, {"q1": 1, "q2": 3600}])
SEEDS = st.integers(0, 2**32)


def differing(before: Rows, after: Rows) -> str:
    """What is different between two floors, for a person."""
    said = []
    for table, rows in before.items():
        for mark, some, others in (("-", rows, after[table]), ("+", after[table], rows)):
            said += [f"{mark} {table} {row}" for row in some if row not in others]
    return "\n".join(said)


@pytest.mark.parametrize("checkpoint_facts", [2, 5])
@given(facts=told(40), seed=SEEDS, wrap_up=WRAP_UP)
def test_folding_as_facts_arrive_equals_folding_all_again(
    checkpoint_facts: int, facts: list[Told], seed: int, wrap_up: dict[str, int], tmp_path: Path
) -> None:
    # Few facts between two checkpoints, so that a short history crosses many.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold, "CHECKPOINT_FACTS", checkpoint_facts)
        with played(tmp_path, facts, seed, wrap_up) as ground:
            before = ground.rows()
            ground.rebuild()
            assert not differing(before, ground.rows())


@settings(max_examples=12)
@given(seed=SEEDS, wrap_up=WRAP_UP)
def test_folding_long_histories_equals_folding_all_again(seed: int, wrap_up: dict[str, int], tmp_path: Path) -> None:
    facts = wild_facts(Random(seed), 600)
    with played(tmp_path, facts, seed, wrap_up) as ground:
        before = ground.rows()
        ground.rebuild()
        assert not differing(before, ground.rows())


@given(facts=told(60), seed=SEEDS)
def test_a_process_that_remembers_nothing_goes_on_where_another_ended(
    facts: list[Told], seed: int, tmp_path: Path
) -> None:
    random = Random(seed)
    with pytest.MonkeyPatch.context() as patch, Ground(tmp_path) as ground:
        patch.setattr(fold, "CHECKPOINT_FACTS", 3)
        others = ground.new_journal()
        for batch in deliver(random, facts, 0.1, 0.1):
            (ground.journal if random.random() < 0.5 else others).record(batch)
        before = ground.rows()
        ground.rebuild()
        assert not differing(before, ground.rows())


def _without_sequence(rows: Rows) -> Rows:
    """The same floor, but for the numbers that say which fact came when."""
    unnumbered = {"agent": 1, "visit": 1}
    return {
        table: sorted((row[: len(row) - unnumbered.get(table, 0)] for row in found), key=repr)
        for table, found in rows.items()
        if table != "data_note"
    }


@given(facts=told(40), seed=SEEDS)
def test_the_order_of_arrival_changes_nothing(facts: list[Told], seed: int, tmp_path: Path) -> None:
    instants = [event.at_ms for _source, event in facts]
    # The order of arrival breaks ties within a millisecond: only then may it matter.
    alone = [told_by for told_by in facts if instants.count(told_by[1].at_ms) == 1]
    with Ground(tmp_path) as in_order, played(tmp_path, alone, seed) as late:
        in_order.record(Batch(source, [Draft(event, b"1")]) for source, event in alone)
        assert not differing(_without_sequence(in_order.rows()), _without_sequence(late.rows()))


@given(facts=told(60), seed=SEEDS)
def test_facts_delivered_twice_are_counted_once(facts: list[Told], seed: int, tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        batches = deliver(Random(seed), facts, 0.2, 0.0)
        first = ground.record(batches)
        before = ground.rows()
        again = ground.record(deliver(Random(seed + 1), facts, 0.5, 0.0))
        assert first.events + first.ignored == again.duplicates == len(facts)
        assert again.events == again.ignored == 0
        assert ground.rows() == before


@given(facts=told(60), seed=SEEDS, wrap_up=WRAP_UP)
def test_an_agent_is_in_one_state_at_a_time(
    facts: list[Told], seed: int, wrap_up: dict[str, int], tmp_path: Path
) -> None:
    with played(tmp_path, facts, seed, wrap_up) as ground:
        for agent in AGENTS:
            intervals = ground.intervals(agent)
            assert all(interval.end_ms is None or interval.end_ms > interval.start_ms for interval in intervals)
            for earlier, later in pairwise(intervals):
                assert earlier.end_ms is not None
                assert earlier.end_ms <= later.start_ms
                assert not _could_be_one(earlier, later)


def _could_be_one(earlier: AgentInterval, later: AgentInterval) -> bool:
    return (
        earlier.end_ms == later.start_ms
        and not later.sign_in
        and (earlier.state, earlier.reason, earlier.queue, earlier.signed_in)
        == (later.state, later.reason, later.queue, later.signed_in)
    )


@given(facts=told(60), seed=SEEDS)
def test_ids_of_one_person_fold_the_same_whenever_that_became_known(
    facts: list[Told], seed: int, tmp_path: Path
) -> None:
    random = Random(seed)
    batches = deliver(random, facts, 0.2, 0.1)
    known_from = random.randrange(len(batches) + 1)
    people: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch, Ground(tmp_path) as ground:
        patch.setattr(fold, "CHECKPOINT_FACTS", 3)
        patch.setattr(SqliteFloor, "people_by_id", lambda _floor: dict(people))
        for number, batch in enumerate([*batches, None]):
            if number == known_from:
                people.update(
                    random.choice(({"bob": "ann"}, {"bob": "Eve", "ann": "Eve"}, {"ann": "bob", "bob": "ann"}))
                )
                with ground.log.writing():
                    ground.fold.remap([*people, *people.values()])
            if batch is not None:
                ground.journal.record(batch)
        before = ground.rows()
        ground.rebuild()
        assert not differing(before, ground.rows())
