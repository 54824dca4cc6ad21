"""A day as two strips: planned over done, and where the two part."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.planning.model import Activity, Rule, ScheduledSpan, Verdict, VerdictSpan
from tests.widgets.fakes import DAY_START_MS, NOW_MS, make_day
from tests.widgets.golden import hold_to, speaking, texts
from widgets.plan_strip import UNDER, PlanDay, PlanStrip, spell_at, spells, until, worth_showing

MINUTE_MS = 60_000


def clock(at_ms: int) -> str:
    minutes = (at_ms - DAY_START_MS) // MINUTE_MS
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def planned(first: int, last: int, activity: Activity = Activity.ON_QUEUE) -> ScheduledSpan:
    return ScheduledSpan(
        "a", date(2026, 3, 5), DAY_START_MS + first * MINUTE_MS, DAY_START_MS + last * MINUTE_MS, activity
    )


def said(
    first: int, last: int, verdict: Verdict, rule: Rule = Rule.STATE_COUNTS, spell: int | None = None
) -> VerdictSpan:
    start_ms, end_ms = DAY_START_MS + first * MINUTE_MS, DAY_START_MS + last * MINUTE_MS
    if spell is None:
        return VerdictSpan(start_ms, end_ms, verdict, rule)
    spell_start_ms = DAY_START_MS + spell * MINUTE_MS
    return VerdictSpan(start_ms, end_ms, verdict, rule, Activity.ON_QUEUE, spell_start_ms, end_ms)


SPANS = (
    planned(480, 600),
    planned(600, 615, Activity.BREAK),
    planned(615, 720),
    planned(720, 760, Activity.MEAL),
    planned(760, 1020),
)
OUT = Rule.STATE_DOES_NOT_COUNT
VERDICTS = (
    said(480, 500, Verdict.IN),
    said(500, 504, Verdict.OUT, OUT, 500),
    said(504, 550, Verdict.IN),
    said(550, 565, Verdict.OUT, OUT, 550),
    said(565, 580, Verdict.NEUTRAL, Rule.CALL_OVERRAN),
    said(580, 585, Verdict.UNMAPPED, Rule.UNMAPPED_REASON),
)


def whole_day(intervals: bool = True) -> PlanDay:
    done = until(make_day().intervals, NOW_MS) if intervals else ()
    return PlanDay(*worth_showing(SPANS, done, NOW_MS), SPANS, done, VERDICTS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 100])
def test_the_strips_as_text(language: str, width: int) -> None:
    with speaking(language):
        strip = PlanStrip(clock)
        strip.show(whole_day(), (VERDICTS[3].start_ms, VERDICTS[3].end_ms))
        hold_to(f"plan_strip_{language}_{width}", texts(strip.paint(width)), width)


def test_severe_and_mild_spells_differ_without_colour() -> None:
    with speaking("en"):
        strip = PlanStrip(clock)
        strip.show(whole_day())
        (kept,) = [line for line in texts(strip.paint(100)) if line.startswith("kept")]
        assert {"▲", "■", "~", "?"} <= set(kept)


def test_where_nobody_knows_what_was_done_there_is_no_strip_of_it() -> None:
    with speaking("en"):
        strip = PlanStrip(clock)
        strip.show(whole_day(intervals=False))
        assert not any(line.startswith("done") for line in texts(strip.paint(100)))


@given(st.integers(9, 300), st.integers(0, 600), st.integers(1, 600))
def test_every_line_fits_and_the_chosen_stretch_is_always_seen(width: int, first: int, length: int) -> None:
    day = whole_day()
    strip = PlanStrip(clock)
    start_ms = day.start_ms + first * (day.end_ms - day.start_ms) // 601
    strip.show(day, (start_ms, start_ms + length * 1000))
    lines = texts(strip.paint(width))
    assert all(cell_len(line) <= width for line in lines)
    assert UNDER in lines[-1]


@given(st.lists(st.integers(1, 90), min_size=1, max_size=12), st.integers(20, 200))
def test_no_span_overflows_however_short(lengths: list[int], width: int) -> None:
    spans, at = [], 480
    for number, length in enumerate(lengths):
        spans.append(planned(at, at + length, list(Activity)[number % len(Activity)]))
        at += length
    strip = PlanStrip(clock)
    strip.show(PlanDay(*worth_showing(spans, (), NOW_MS), tuple(spans)))
    for line in texts(strip.paint(width)):
        assert cell_len(line) <= width


def test_the_parts_of_one_spell_are_one_and_being_in_is_none() -> None:
    parts = (
        said(500, 510, Verdict.OUT, OUT, 500),
        said(510, 520, Verdict.OUT, Rule.SIGNED_OUT, 500),
        said(520, 521, Verdict.IN, Rule.WITHIN_GRACE, 520),
        said(521, 600, Verdict.IN),
        said(600, 610, Verdict.NO_SCHEDULE, Rule.OFF_TIME),
        said(610, 620, Verdict.EXTRA, Rule.WORK_IN_OFF_TIME),
    )
    found = spells(parts)
    assert [(span.verdict, (span.end_ms - span.start_ms) // MINUTE_MS) for span in found] == [
        (Verdict.OUT, 20),
        (Verdict.IN, 1),
        (Verdict.EXTRA, 10),
    ]
    assert spell_at(found, parts[1].start_ms) == 0
    assert spell_at(found, DAY_START_MS) is None


def test_the_open_state_ends_now_and_not_with_the_shift() -> None:
    day = make_day()
    still_open = (*day.intervals[:-1], day.intervals[-1]._replace(end_ms=None))
    assert until(still_open, NOW_MS)[-1].end_ms == NOW_MS
