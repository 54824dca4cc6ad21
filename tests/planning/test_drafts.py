"""A shift changed by hand stays a shift: in order, without overlaps, and no time is lost between its ends."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.planning.drafts import SHORTEST_MS, STEP_MS, Spans, merged, moved, removed, replaced, resized, split
from app.planning.model import Activity, ScheduledSpan

DAY = date(2026, 3, 5)
START_MS = 1_772_668_800_000


def shift(*cuts: tuple[int, int, Activity]) -> Spans:
    """A shift of spans in minutes from 08:00."""
    return tuple(ScheduledSpan("a", DAY, START_MS + a * 60_000, START_MS + b * 60_000, what) for a, b, what in cuts)


def minutes(spans: Spans | None) -> list[tuple[int, int]]:
    assert spans is not None
    return [((s.start_ms - START_MS) // 60_000, (s.end_ms - START_MS) // 60_000) for s in spans]


@st.composite
def shifts(draw: st.DrawFn) -> Spans:
    """Shifts in steps of five minutes, some with gaps."""
    at, cuts = 0, []
    for _span in range(draw(st.integers(1, 7))):
        at += draw(st.sampled_from((0, 0, 0, 15)))
        length = 5 * draw(st.integers(1, 20))
        cuts.append((at, at + length, draw(st.sampled_from(Activity))))
        at += length
    return shift(*cuts)


WORK, REST = Activity.ON_QUEUE, Activity.BREAK
PLAIN = shift((0, 60, WORK), (60, 75, REST), (75, 180, WORK))


def test_a_moved_break_takes_from_one_neighbour_and_gives_to_the_other() -> None:
    assert minutes(moved(PLAIN, 1, 2 * STEP_MS)) == [(0, 70), (70, 85), (85, 180)]
    assert minutes(moved(PLAIN, 1, -STEP_MS)) == [(0, 55), (55, 70), (70, 180)]


def test_a_longer_break_takes_from_what_follows() -> None:
    assert minutes(resized(PLAIN, 1, STEP_MS)) == [(0, 60), (60, 80), (80, 180)]
    assert minutes(resized(PLAIN, 2, STEP_MS)) == [(0, 60), (60, 75), (75, 185)]


def test_what_would_swallow_a_neighbour_is_not_done() -> None:
    assert resized(PLAIN, 1, -3 * STEP_MS) is None
    assert moved(PLAIN, 1, -12 * STEP_MS) is None
    apart = shift((0, 60, WORK), (90, 120, WORK))
    assert minutes(moved(apart, 0, 6 * STEP_MS)) == [(30, 90), (90, 120)]
    assert moved(apart, 0, 7 * STEP_MS) is None


def test_no_shift_gets_longer_than_a_day() -> None:
    whole = shift((0, 24 * 60, WORK))
    assert resized(whole, 0, STEP_MS) is None
    assert minutes(moved(whole, 0, STEP_MS)) == [(5, 24 * 60 + 5)]


def test_a_span_taken_out_of_the_middle_leaves_no_hole_and_one_at_the_end_shortens_the_shift() -> None:
    assert minutes(removed(PLAIN, 1)) == [(0, 75), (75, 180)]
    assert minutes(merged(removed(PLAIN, 1))) == [(0, 180)]
    assert minutes(removed(PLAIN, 2)) == [(0, 60), (60, 75)]
    assert removed(shift((0, 60, WORK)), 0) == ()


def test_a_span_is_split_on_a_step_and_a_short_one_is_not() -> None:
    assert minutes(split(shift((0, 65, WORK)), 0)) == [(0, 30), (30, 65)]
    assert split(shift((0, 5, WORK)), 0) is None
    assert merged(split(PLAIN, 0) or ()) == PLAIN


@given(shifts(), st.data())
def test_every_change_leaves_a_shift(spans: Spans, data: st.DataObject) -> None:
    for _step in range(6):
        if not spans:
            return
        index = data.draw(st.integers(0, len(spans) - 1))
        by_ms = STEP_MS * data.draw(st.integers(-6, 6))
        change = data.draw(st.sampled_from(("move", "resize", "replace", "split", "remove")))
        changed: Spans | None
        match change:
            case "move":
                changed = moved(spans, index, by_ms)
            case "resize":
                changed = resized(spans, index, by_ms)
            case "replace":
                changed = replaced(spans, index, data.draw(st.sampled_from(Activity)))
            case "split":
                changed = split(spans, index)
            case _:
                changed = removed(spans, index)
        if changed is None:
            continue
        assert all(span.end_ms - span.start_ms >= SHORTEST_MS for span in changed)
        assert all(before.end_ms <= after.start_ms for before, after in pairwise(changed))
        assert {(span.agent, span.shift_date) for span in changed} <= {("a", DAY)}
        spans = changed


@given(shifts(), st.data())
def test_a_move_back_takes_a_move_back(spans: Spans, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(spans) - 1))
    by_ms = STEP_MS * data.draw(st.integers(-3, 3))
    there = moved(spans, index, by_ms)
    touches = [
        index > 0 and spans[index - 1].end_ms == spans[index].start_ms,
        index + 1 < len(spans) and spans[index].end_ms == spans[index + 1].start_ms,
    ]
    if there is None:
        return
    touched = [
        index > 0 and there[index - 1].end_ms == there[index].start_ms,
        index + 1 < len(spans) and there[index].end_ms == there[index + 1].start_ms,
    ]
    # A span that is moved up to a neighbour it did not touch before sticks to it.
    if touched == touches:
        assert moved(there, index, -by_ms) == spans


@given(shifts())
def test_neighbours_of_one_activity_are_one_and_the_time_is_the_same(spans: Spans) -> None:
    together = merged(spans)
    assert sum(s.end_ms - s.start_ms for s in together) == sum(s.end_ms - s.start_ms for s in spans)
    for before, after in pairwise(together):
        assert before.end_ms < after.start_ms or before.activity is not after.activity
