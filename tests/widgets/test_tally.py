from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.floor.picture import count_states
from tests.widgets.fakes import NOW_MS, make_row, make_snapshot, planned, with_rows
from widgets.tally import Tally


@given(st.integers(0, 2**32), st.integers(0, 100_000_000))
def test_a_tally_kept_up_by_changes_is_the_count_of_all(seed: int, later_ms: int) -> None:
    random = Random(seed)
    snapshot = make_snapshot(20, seed)
    names = list(snapshot.agents)
    tally = Tally()
    tally.update(snapshot.agents)
    for _step in range(6):
        changed = [planned(random, make_row(random, name)) for name in random.sample(names, 4)]
        snapshot = with_rows(snapshot, *changed, without=random.sample(names, 2))
        tally.update(snapshot.agents)
        assert tally.count(NOW_MS + later_ms) == count_states(snapshot.agents, NOW_MS + later_ms)
