"""What holds for every calendar, on the days when clocks change and on all others."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from app.core.calendars import NEVER, Calendar, Never
from tests.core.calendar_ground import (
    CHANGES,
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    Around,
    Written,
    day_spans,
    every_day,
    written,
)
from tests.core.calendar_ground import calendar as site

Case = tuple[Written, int, int]

DURATIONS: Final = st.one_of(
    st.integers(0, 3 * HOUR_MS),
    st.integers(0, 40 * 24).map(lambda hours: hours * HOUR_MS),
    st.integers(0, 400 * DAY_MS),
)


@st.composite
def calendars_and_instants(draw: st.DrawFn, count: int) -> tuple[Calendar, list[int]]:
    """A calendar, and instants in order, near the change of the clocks and some weeks off."""
    case, first, last = draw(written())
    offsets = st.one_of(st.integers(0, (last - first) * MINUTE_MS), st.integers(-30 * DAY_MS, 60 * DAY_MS))
    instants = sorted(first * MINUTE_MS + draw(offsets) for _ in range(count))
    return case.build(), instants


@given(written())
@example((Written("Europe/Berlin", {"sunday": [(150, 165)]}, {}), *CHANGES[0].minutes()))
@example((Written("Europe/Berlin", {"sunday": [(60, 150)]}, {}), *CHANGES[1].minutes()))
@example((Written("America/Sao_Paulo", {"saturday": [(22 * 60, 25 * 60)]}, {}), *CHANGES[2].minutes()))
def test_every_minute_is_as_the_second_opinion_says(case: Case) -> None:
    definition, first, last = case
    calendar = definition.build()
    opinion = list(definition.open_minutes(first, last))
    assert [calendar.is_open(minute * MINUTE_MS) for minute in range(first, last)] == opinion

    # The same minutes, told in each of the other ways.
    so_far = [0, *accumulate(is_open * MINUTE_MS for is_open in opinion)]
    start_ms = first * MINUTE_MS
    for minute in range(0, last - first, 7):
        assert calendar.open_ms(start_ms, start_ms + minute * MINUTE_MS) == so_far[minute]
    spans = calendar.open_spans(start_ms, last * MINUTE_MS)
    told = [False] * (last - first)
    for span in spans:
        for minute in range(span.start_ms // MINUTE_MS - first, span.end_ms // MINUTE_MS - first):
            told[minute] = True
    assert told == opinion
    assert all(earlier.end_ms < later.start_ms for earlier, later in pairwise(spans))
    for wanted_ms in range(MINUTE_MS, so_far[-1] + 1, 11 * MINUTE_MS):
        assert calendar.add_open(start_ms, wanted_ms) == start_ms + so_far.index(wanted_ms) * MINUTE_MS


@given(calendars_and_instants(3))
def test_open_time_adds_up_over_a_split(case: tuple[Calendar, list[int]]) -> None:
    calendar, (start_ms, middle_ms, end_ms) = case
    whole_ms = calendar.open_ms(start_ms, end_ms)
    assert whole_ms == calendar.open_ms(start_ms, middle_ms) + calendar.open_ms(middle_ms, end_ms)
    assert 0 <= whole_ms <= end_ms - start_ms
    assert whole_ms == sum(span.end_ms - span.start_ms for span in calendar.open_spans(start_ms, end_ms))


@given(calendars_and_instants(1), DURATIONS)
def test_what_was_added_has_passed_and_not_a_millisecond_earlier(
    case: tuple[Calendar, list[int]], duration_ms: int
) -> None:
    calendar, (start_ms,) = case
    end_ms = calendar.add_open(start_ms, duration_ms)
    if end_ms is NEVER:
        assert calendar.open_ms(start_ms, start_ms + 800 * DAY_MS) < max(duration_ms, 1)
        return
    assert calendar.open_ms(start_ms, end_ms) == duration_ms
    if duration_ms:
        assert calendar.open_ms(start_ms, end_ms - 1) == duration_ms - 1
        assert calendar.is_open(end_ms - 1)
    else:
        assert calendar.is_open(end_ms)


def order(answer: int | Never) -> float:
    return float("inf") if answer is NEVER else answer


@given(calendars_and_instants(2), DURATIONS, DURATIONS)
def test_more_time_and_a_later_start_never_end_earlier(
    case: tuple[Calendar, list[int]], one_ms: int, other_ms: int
) -> None:
    calendar, (earlier_ms, later_ms) = case
    less_ms, more_ms = sorted((one_ms, other_ms))
    assert order(calendar.add_open(earlier_ms, less_ms)) <= order(calendar.add_open(earlier_ms, more_ms))
    assert order(calendar.add_open(earlier_ms, less_ms)) <= order(calendar.add_open(later_ms, less_ms))


@given(calendars_and_instants(1), DURATIONS, DURATIONS)
def test_adding_twice_is_adding_the_sum(case: tuple[Calendar, list[int]], first_ms: int, then_ms: int) -> None:
    calendar, (start_ms,) = case
    at_once = calendar.add_open(start_ms, first_ms + then_ms)
    between = calendar.add_open(start_ms, first_ms)
    if between is NEVER:
        assert at_once is NEVER
        return
    twice = calendar.add_open(between, then_ms)
    if then_ms or not first_ms:
        assert twice == at_once
    else:
        # Closing time plus nothing is when it opens next.
        assert at_once is not NEVER
        assert twice == calendar.next_open(at_once)


@given(calendars_and_instants(1))
def test_opening_and_closing_are_where_the_answer_changes(case: tuple[Calendar, list[int]]) -> None:
    calendar, (at_ms,) = case
    opens_ms = calendar.next_open(at_ms)
    closes_ms = calendar.next_close(at_ms)
    if opens_ms is NEVER:
        assert closes_ms is NEVER
        return
    assert calendar.open_ms(at_ms, opens_ms) == 0
    assert calendar.is_open(opens_ms)
    if closes_ms is NEVER:
        assert calendar.open_ms(opens_ms, opens_ms + 400 * DAY_MS) == 400 * DAY_MS
        return
    assert calendar.open_ms(opens_ms, closes_ms) == closes_ms - opens_ms > 0
    assert calendar.is_open(closes_ms - 1)
    assert not calendar.is_open(closes_ms)


@given(st.sampled_from(CHANGES), st.integers(0, 10 * DAY_MS), st.integers(0, 10 * DAY_MS))
def test_what_is_always_open_counts_as_the_wall_does_not(around: Around, start: int, length: int) -> None:
    calendar = site(around.zone, weekly=every_day("00:00-24:00"))
    start_ms = around.minutes()[0] * MINUTE_MS + start
    assert calendar.open_ms(start_ms, start_ms + length) == length
    assert calendar.add_open(start_ms, length) == start_ms + length
    assert calendar.next_close(start_ms) is NEVER


@given(st.lists(day_spans(), min_size=7, max_size=7), st.sampled_from(CHANGES))
def test_a_calendar_that_was_written_down_and_read_again_is_the_same(
    days: list[list[tuple[int, int]]], around: Around
) -> None:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    definition = Written(around.zone, dict(zip(names, days, strict=True)), {}).build().definition
    again = type(definition).model_validate_json(definition.model_dump_json())
    assert again == definition
    assert again.digest == definition.digest
