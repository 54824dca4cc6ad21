"""A shift being changed by hand: what each step makes of it, before anything is applied.

A shift is taken as it is drawn: spans that touch stay together, so that moving a break gives its time to the neighbour
on one side and takes it from the one on the other. Steps that would leave a neighbour too short are not taken.
A day without a shift begins with one like those the agent has on such days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from app.core.zones import at
from app.planning.model import LONGEST_SHIFT_MS, Activity, ScheduledSpan, Shift
from app.planning.times import local_ms

STEP_MS: Final = 300_000
"""Plans are made in steps of five minutes."""

SHORTEST_MS: Final = STEP_MS
"""A span is never made shorter than one step."""

LIKE_DAYS: Final = 28
"""A shift further away than this says nothing of how an agent works now."""

PLAIN_HOURS: Final = (
    (9, 12, Activity.ON_QUEUE),
    (12, 13, Activity.MEAL),
    (13, 18, Activity.ON_QUEUE),
)
"""The shift of somebody who has none to go by, in local hours of the day."""

Spans = tuple[ScheduledSpan, ...]


@dataclass(frozen=True, slots=True)
class NewShift:
    """A shift to begin with on a day without one; nothing but a proposal.

    Attributes:
        spans: In order of time.
        like: The date of the shift it was made after; None where there was none to go by.
    """

    spans: Spans
    like: date | None


def new_shift(agent: str, day: date, shifts: Iterable[Shift], zone: tzinfo) -> NewShift:
    """A shift to begin with: like one the agent has, at the same local times.

    The nearest one of the same weekday is taken, else the nearest one of any day; of two equally near the earlier.
    Days with leave in them, and those more than `LIKE_DAYS` away, are none to go by.

    Args:
        agent: Whose.
        day: The date it is for.
        shifts: The agent's shifts around the day, in any order.
        zone: Where the times are local. What a change of the clocks takes away is left out.
    """
    usual = [
        shift
        for shift in shifts
        if 0 < abs((shift.shift_date - day).days) <= LIKE_DAYS
        and all(span.activity is not Activity.LEAVE for span in shift.spans)
    ]

    def farness(shift: Shift) -> tuple[bool, int, date]:
        return shift.shift_date.weekday() != day.weekday(), abs((shift.shift_date - day).days), shift.shift_date

    for shift in sorted(usual, key=farness):
        if spans := _on_day(shift, day, zone):
            return NewShift(spans, shift.shift_date)
    midnight = datetime.combine(day, time(0))
    plain = [
        ScheduledSpan(
            agent,
            day,
            local_ms(midnight + timedelta(hours=start), zone),
            local_ms(midnight + timedelta(hours=end), zone),
            activity,
        )
        for start, end, activity in PLAIN_HOURS
    ]
    return NewShift(tuple(plain), None)


def _on_day(shift: Shift, day: date, zone: tzinfo) -> Spans:
    """The shift at the same local times of another day; empty where a change of the clocks leaves nothing of it."""
    days = day - shift.shift_date
    spans: list[ScheduledSpan] = []
    for span in shift.spans:
        start_ms, end_ms = (
            local_ms(at(instant_ms, zone).replace(tzinfo=None) + days, zone)
            for instant_ms in (span.start_ms, span.end_ms)
        )
        # Over an hour that came twice local times run back, and one more hour may make the shift too long.
        if spans:
            start_ms = max(start_ms, spans[-1].end_ms)
            end_ms = min(end_ms, spans[0].start_ms + LONGEST_SHIFT_MS)
        else:
            end_ms = min(end_ms, start_ms + LONGEST_SHIFT_MS)
        if end_ms - start_ms >= SHORTEST_MS:
            spans.append(ScheduledSpan(span.agent, day, start_ms, end_ms, span.activity))
    return tuple(spans)


def moved(spans: Sequence[ScheduledSpan], index: int, by_ms: int) -> Spans | None:
    """The shift with a span moved in time; what touches it grows or shrinks.

    Args:
        spans: The shift, in order.
        index: Which span.
        by_ms: How far; negative is earlier.

    Returns:
        The changed shift; None where there is no room.
    """
    span = spans[index]
    changed = list(spans)
    changed[index] = span._replace(start_ms=span.start_ms + by_ms, end_ms=span.end_ms + by_ms)
    if index > 0 and spans[index - 1].end_ms == span.start_ms:
        changed[index - 1] = spans[index - 1]._replace(end_ms=span.start_ms + by_ms)
    if index + 1 < len(spans) and spans[index + 1].start_ms == span.end_ms:
        changed[index + 1] = spans[index + 1]._replace(start_ms=span.end_ms + by_ms)
    return _checked(changed)


def resized(spans: Sequence[ScheduledSpan], index: int, by_ms: int) -> Spans | None:
    """The shift with a span that ends later, or earlier; what follows and touches it gives or takes the time.

    Returns:
        The changed shift; None where there is no room.
    """
    span = spans[index]
    changed = list(spans)
    changed[index] = span._replace(end_ms=span.end_ms + by_ms)
    if index + 1 < len(spans) and spans[index + 1].start_ms == span.end_ms:
        changed[index + 1] = spans[index + 1]._replace(start_ms=span.end_ms + by_ms)
    return _checked(changed)


def replaced(spans: Sequence[ScheduledSpan], index: int, activity: Activity) -> Spans:
    """The shift with another activity in a span."""
    changed = list(spans)
    changed[index] = changed[index]._replace(activity=activity)
    return tuple(changed)


def split(spans: Sequence[ScheduledSpan], index: int) -> Spans | None:
    """The shift with a span cut in two at the step nearest to its middle; None where it is too short for that."""
    span = spans[index]
    half_ms = (span.end_ms - span.start_ms) // 2 // STEP_MS * STEP_MS
    middle_ms = span.start_ms + half_ms
    halves = [span._replace(end_ms=middle_ms), span._replace(start_ms=middle_ms)]
    return _checked([*spans[:index], *halves, *spans[index + 1 :]])


def removed(spans: Sequence[ScheduledSpan], index: int) -> Spans:
    """The shift without a span: time in its middle goes to the span before, so that no hole is left.

    The last span that is taken out leaves no shift at all.
    """
    changed = list(spans)
    span = changed.pop(index)
    if 0 < index < len(spans) - 1 and spans[index - 1].end_ms == span.start_ms:
        changed[index - 1] = spans[index - 1]._replace(end_ms=span.end_ms)
    return tuple(changed)


def merged(spans: Sequence[ScheduledSpan]) -> Spans:
    """The same shift with neighbours of one activity put together, as it is stored."""
    together: list[ScheduledSpan] = []
    for span in spans:
        if together and together[-1].end_ms == span.start_ms and together[-1].activity is span.activity:
            together[-1] = together[-1]._replace(end_ms=span.end_ms)
        else:
            together.append(span)
    return tuple(together)


def _checked(spans: Sequence[ScheduledSpan]) -> Spans | None:
    """The spans, where each is long enough, none overlaps the next, and the whole is no longer than a shift may be."""
    if any(span.end_ms - span.start_ms < SHORTEST_MS for span in spans):
        return None
    if any(before.end_ms > after.start_ms for before, after in pairwise(spans)):
        return None
    if spans[-1].end_ms - spans[0].start_ms > LONGEST_SHIFT_MS:
        return None
    return tuple(spans)
