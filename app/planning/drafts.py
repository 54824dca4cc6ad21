"""A shift being changed by hand: what each step makes of it, before anything is applied.

A shift is taken as it is drawn: spans that touch stay together, so that moving a break gives its time to the neighbour
on one side and takes it from the one on the other. Steps that would leave a neighbour too short are not taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from app.planning.model import LONGEST_SHIFT_MS, Activity, ScheduledSpan

STEP_MS: Final = 300_000
"""Plans are made in steps of five minutes."""

SHORTEST_MS: Final = STEP_MS
"""A span is never made shorter than one step."""

Spans = tuple[ScheduledSpan, ...]


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
