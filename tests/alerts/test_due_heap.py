"""Things that are due, in order, however often they are moved."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.alerts.due_heap import DueHeap


@given(seed=st.integers(0, 2**32))
def test_it_gives_what_the_newest_instant_of_each_name_says(seed: int) -> None:
    random = Random(seed)
    heap = DueHeap()
    expected: dict[str, int] = {}
    for _step in range(300):
        name = random.choice("abcde")
        if random.random() < 0.8:
            due_ms = random.choice((None, *range(6)))
            heap.put(name, due_ms)
            expected.pop(name, None)
            if due_ms is not None:
                expected[name] = due_ms
        else:
            now_ms = random.randrange(7)
            first = min(((due_ms, each) for each, due_ms in expected.items() if due_ms <= now_ms), default=None)
            assert heap.pop(now_ms) == (None if first is None else first[1])
            if first is not None:
                del expected[first[1]]
        assert heap.next_ms == min(expected.values(), default=None)
        assert len(heap) == len(expected)


def test_what_is_moved_for_ever_takes_no_more_room() -> None:
    heap = DueHeap()
    for due_ms in range(100_000):
        heap.put("always", due_ms)
    assert len(heap._heap) < 2_000
    assert heap.pop(200_000) == "always"
    assert heap.pop(200_000) is None
