from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.floor.figures import AgentFigures
from app.floor.model import AgentInterval, AgentState
from app.floor.picture import AgentDay
from tests.widgets.fakes import DAY_START_MS, HOSTILE_NAMES, make_day
from tests.widgets.golden import hold_to, speaking, texts
from widgets.state_strip import BLOCKS, HOUR_MS, StateStrip, hour_scale, shown_range, states_by_cell


def interval(state: AgentState, start_minute: int, end_minute: int | None) -> AgentInterval:
    end_ms = None if end_minute is None else DAY_START_MS + end_minute * 60_000
    return AgentInterval("a", DAY_START_MS + start_minute * 60_000, end_ms, state)


def strip_of(*intervals: AgentInterval, minutes: int, width: int) -> str:
    states = states_by_cell(intervals, DAY_START_MS, DAY_START_MS + minutes * 60_000, width)
    return "".join(BLOCKS[state] for state in states)


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_day_as_text(language: str, width: int) -> None:
    with speaking(language):
        strip = StateStrip()
        strip.show(make_day())
        hold_to(f"day_{language}_{width}", texts(strip.paint(width)), width)


def test_a_cell_shows_what_fills_most_of_it_and_gaps_are_signed_out() -> None:
    talk, free = AgentState.ON_CALL, AgentState.AVAILABLE
    assert strip_of(interval(talk, 0, 30), interval(free, 30, 60), minutes=60, width=4) == "██░░"
    assert strip_of(interval(talk, 0, 5), interval(free, 5, 15), minutes=60, width=4) == "░   "
    assert strip_of(interval(talk, 0, 7), minutes=60, width=4) == "    "
    assert strip_of(interval(talk, 0, 8), minutes=60, width=4) == "█   "
    assert strip_of(interval(talk, 50, None), minutes=60, width=6) == "     █"


@given(st.lists(st.integers(0, 600), min_size=2, max_size=30, unique=True), st.integers(1, 200))
def test_every_cell_has_one_state(minutes: list[int], width: int) -> None:
    edges = sorted(minutes)
    intervals = [interval(list(AgentState)[1 + at % 6], start, end) for at, (start, end) in enumerate(pairwise(edges))]
    states = states_by_cell(intervals, DAY_START_MS, DAY_START_MS + 10 * HOUR_MS, width)
    assert len(states) == width
    if width == 1 and edges[-1] - edges[0] < 100:
        assert states == [AgentState.SIGNED_OUT]


def test_the_scale_names_as_many_hours_as_fit() -> None:
    def say(at_ms: int) -> str:
        return f"{(at_ms - DAY_START_MS) // HOUR_MS:02d}:00"

    def scale(hours: int, width: int) -> str:
        return hour_scale(DAY_START_MS, DAY_START_MS + hours * HOUR_MS, width, say)

    assert scale(4, 40) == "│00:00    │01:00    │02:00    │03:00    "
    assert scale(8, 40) == "│00:00    │02:00    │04:00    │06:00    "
    assert scale(24, 24) == "│00:00      │12:00      "
    assert len(scale(24, 10)) == 10


def test_the_day_begins_with_the_hour_of_the_first_state() -> None:
    day = make_day()
    assert shown_range(day) == (DAY_START_MS + 8 * HOUR_MS, day.end_ms)
    strip = StateStrip()
    strip.show(day)
    assert texts(strip.paint(80))[0].startswith("│08:00")


def test_the_local_time_may_be_said_by_the_screen() -> None:
    strip = StateStrip(hour_text=lambda at_ms: "noon", strip_lines=1)
    strip.show(make_day())
    lines = texts(strip.paint(80))
    assert lines[0].startswith("│noon")
    assert len(lines) < len(texts(_two_lines().paint(80)))


def _two_lines() -> StateStrip:
    strip = StateStrip()
    strip.show(make_day())
    return strip


def test_nothing_known_is_said() -> None:
    with speaking("en"):
        strip = StateStrip()
        assert texts(strip.paint(80)) == [""]
        strip.show(AgentDay("a", DAY_START_MS, DAY_START_MS + HOUR_MS, (), AgentFigures()))
        assert texts(strip.paint(80)) == ["Nothing is known of this agent today."]


def test_every_state_has_its_own_texture() -> None:
    assert len(set(BLOCKS.values())) == len(AgentState) == len(BLOCKS)


def test_hostile_reasons_in_the_legend() -> None:
    figures = AgentFigures(not_ready_ms=dict.fromkeys(HOSTILE_NAMES, 60000))
    strip = StateStrip()
    strip.show(replace(make_day(), figures=figures))
    hold_to("day_hostile_80", texts(strip.paint(80)), 80)
