"""A shift changed by hand stays a shift: in order, without overlaps, and no time is lost between its ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.zones import at, load_zone
from app.planning.drafts import (
    LIKE_DAYS,
    SHORTEST_MS,
    STEP_MS,
    Spans,
    merged,
    moved,
    new_shift,
    removed,
    replaced,
    resized,
    split,
)
from app.planning.model import LONGEST_SHIFT_MS, Activity, ScheduledSpan, Shift
from app.planning.times import TimeReader, local_ms

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


# -- a day without a shift ---------------------------------------------------------------------------------------------

BERLIN = load_zone("Europe/Berlin")
SHANGHAI = load_zone("Asia/Shanghai")
PLAIN_DAY = [("09:00", "12:00", WORK), ("12:00", "13:00", Activity.MEAL), ("13:00", "18:00", WORK)]


def planned(day: str, *written: str, zone: str = "Europe/Berlin") -> Shift:
    """A shift of spans such as "09:00/12:00 on_queue", each by its own times: no order is asked of them."""
    shift_date = date.fromisoformat(day)
    times = TimeReader(load_zone(zone))
    spans = []
    for text in written:
        hours, activity = text.split()
        ends = []
        for hour in hours.split("/"):
            found = times.read(hour if "T" in hour else f"{day} {hour}")
            assert found is not None, hour
            ends.append(found[0])
        spans.append(ScheduledSpan("a", shift_date, ends[0], ends[1], Activity(activity)))
    return Shift("a", shift_date, tuple(spans), 1)


def begun(day: str, *shifts: Shift) -> tuple[list[tuple[str, str, Activity]], date | None]:
    """The shift that a day begins with, in local times, and the date it is like."""
    shift_date = date.fromisoformat(day)
    made = new_shift("a", shift_date, shifts, BERLIN)
    assert {(span.agent, span.shift_date) for span in made.spans} == {("a", shift_date)}
    told = [(f"{at(s.start_ms, BERLIN):%H:%M}", f"{at(s.end_ms, BERLIN):%H:%M}", s.activity) for s in made.spans]
    return told, made.like


def test_a_day_begins_like_the_nearest_one_of_its_weekday() -> None:
    tuesday = planned("2026-11-24", "07:00/15:00 on_queue")
    wednesday, later = planned("2026-11-11", "08:00/16:00 on_queue"), planned("2026-12-09", "10:00/16:00 on_queue")
    assert begun("2026-11-25", tuesday, wednesday, later) == ([("08:00", "16:00", WORK)], date(2026, 11, 11))
    assert begun("2026-11-25", tuesday, later) == ([("10:00", "16:00", WORK)], date(2026, 12, 9))
    assert begun("2026-11-25", tuesday) == ([("07:00", "15:00", WORK)], date(2026, 11, 24))


def test_who_has_nothing_to_go_by_begins_with_a_plain_day() -> None:
    leave = planned("2026-11-18", "09:00/12:00 on_queue", "12:00/17:00 leave")
    own = planned("2026-11-25", "08:00/16:00 on_queue")
    too_far = planned((date(2026, 11, 25) - timedelta(days=LIKE_DAYS + 1)).isoformat(), "08:00/16:00 on_queue")
    for shifts in ((), (leave,), (own,), (too_far,), (leave, own, too_far)):
        assert begun("2026-11-25", *shifts) == (PLAIN_DAY, None)
    at_the_edge = planned((date(2026, 11, 25) - timedelta(days=LIKE_DAYS)).isoformat(), "08:00/16:00 on_queue")
    assert begun("2026-11-25", at_the_edge)[1] == at_the_edge.shift_date


def test_the_hours_on_the_wall_stay_when_the_clocks_change_between() -> None:
    # Berlin goes back on 2026-10-25 and forward on 2026-03-29.
    autumn = planned("2026-10-22", "08:00/12:30 on_queue", "12:30/13:00 meal", "13:00/17:00 on_queue")
    told, like = begun("2026-10-29", autumn)
    assert like == date(2026, 10, 22)
    assert told == [("08:00", "12:30", WORK), ("12:30", "13:00", Activity.MEAL), ("13:00", "17:00", WORK)]
    spring = planned("2026-03-27", "22:00/2026-03-28T06:00 on_queue")
    made = new_shift("a", date(2026, 3, 28), [spring], BERLIN)
    assert made.spans[0].end_ms - made.spans[0].start_ms == 7 * 3_600_000, "the night that is an hour short"


def test_what_the_clocks_take_away_is_left_out_and_what_adjoined_still_does() -> None:
    night = planned(
        "2026-03-22",
        *("00:00/02:10 on_queue", "02:10/02:40 break", "02:40/08:00 on_queue"),
    )
    told, _like = begun("2026-03-29", night)
    assert told == [("00:00", "03:00", WORK), ("03:00", "08:00", WORK)]


def test_a_shift_over_the_hour_that_comes_twice_goes_on_in_order_elsewhere() -> None:
    twice = planned("2026-10-25", "00:00/02:45 on_queue", "02:45/2026-10-25T02:15:00+01:00 break")
    rest = ScheduledSpan("a", twice.shift_date, twice.end_ms, twice.end_ms + 6 * 3_600_000, WORK)
    told, _like = begun("2026-11-01", Shift("a", twice.shift_date, (*twice.spans, rest), 1))
    assert told == [("00:00", "02:45", WORK), ("02:45", "08:15", WORK)]


def test_a_whole_day_stays_no_longer_than_a_shift_may_be_on_the_day_of_25_hours() -> None:
    made = new_shift("a", date(2026, 10, 25), [planned("2026-10-18", "00:00/24:00 on_queue")], BERLIN)
    assert made.spans[-1].end_ms - made.spans[0].start_ms == LONGEST_SHIFT_MS


@pytest.mark.parametrize("zone", [BERLIN, SHANGHAI], ids=str)
@given(
    first=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    days=st.integers(-LIKE_DAYS, LIKE_DAYS).filter(bool),
    spans=shifts(),
    start_minute=st.integers(0, 23 * 12).map(lambda steps: steps * 5),
)
def test_a_new_shift_is_a_shift_at_the_same_hours(
    zone: ZoneInfo, first: date, days: int, spans: Spans, start_minute: int
) -> None:
    start_ms = local_ms(datetime.combine(first, datetime.min.time()) + timedelta(minutes=start_minute), zone)
    source = tuple(
        s._replace(
            shift_date=first,
            start_ms=s.start_ms - START_MS + start_ms,
            end_ms=s.end_ms - START_MS + start_ms,
            activity=WORK,
        )
        for s in spans
        if s.end_ms - START_MS <= LONGEST_SHIFT_MS
    )
    made = new_shift("a", first + timedelta(days=days), [Shift("a", first, source)], zone)
    assert made.like == first
    assert all(span.end_ms - span.start_ms >= SHORTEST_MS for span in made.spans)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(made.spans))
    assert made.spans[-1].end_ms - made.spans[0].start_ms <= LONGEST_SHIFT_MS
    offsets = {
        at(s_ms, zone).utcoffset() for each in (source, made.spans) for s in each for s_ms in (s.start_ms, s.end_ms)
    }
    if len(offsets) == 1:
        by_ms = days * 86_400_000
        assert [(s.start_ms + by_ms, s.end_ms + by_ms) for s in source] == [(s.start_ms, s.end_ms) for s in made.spans]
