from __future__ import annotations

import pytest

from app.floor.model import AgentState, ReasonCategory
from tests.widgets.fakes import row
from widgets.levels import DEFAULT_AGE_LIMITS, AgeLimits, Level, age_level, level_at_least, level_below


@pytest.mark.parametrize(
    ("value", "level"),
    [
        *[(None, Level.NORMAL), (0, Level.NORMAL), (9, Level.NORMAL)],
        *[(10, Level.NOTICE), (19, Level.NOTICE)],
        *[(20, Level.WARN), (500, Level.WARN)],
    ],
)
def test_a_figure_that_gets_worse_as_it_grows(value: float | None, level: Level) -> None:
    assert level_at_least(value, 10, 20) is level


@pytest.mark.parametrize(
    ("value", "level"),
    [
        *[(None, Level.NORMAL), (1.0, Level.NORMAL), (0.8, Level.NORMAL)],
        *[(0.799, Level.NOTICE), (0.7, Level.NOTICE)],
        *[(0.699, Level.WARN), (0.0, Level.WARN)],
    ],
)
def test_a_figure_that_gets_worse_as_it_falls(value: float | None, level: Level) -> None:
    assert level_below(value, 0.8, 0.7) is level


def test_a_break_has_other_limits_than_a_toilet() -> None:
    rest = row("a", AgentState.NOT_READY, reason="小休")
    toilet = row("a", AgentState.NOT_READY, reason="上厕所")
    assert age_level(rest, 899, DEFAULT_AGE_LIMITS) is Level.NORMAL
    assert age_level(rest, 900, DEFAULT_AGE_LIMITS) is Level.NOTICE
    assert age_level(toilet, 899, DEFAULT_AGE_LIMITS) is Level.WARN


def test_a_category_without_limits_has_those_of_its_state_and_being_free_has_none() -> None:
    limits: AgeLimits = {AgentState.NOT_READY: (5, 10), ReasonCategory.MEAL: (50, 100)}
    assert age_level(row("a", AgentState.NOT_READY, reason="小休"), 7, limits) is Level.NOTICE
    assert age_level(row("a", AgentState.NOT_READY, reason="用餐"), 7, limits) is Level.NORMAL
    assert age_level(row("a"), 10**6, DEFAULT_AGE_LIMITS) is Level.NORMAL


def test_every_category_and_every_state_on_the_floor_but_free_has_limits_in_order() -> None:
    assert set(DEFAULT_AGE_LIMITS) == {*ReasonCategory, *AgentState} - {AgentState.AVAILABLE, AgentState.SIGNED_OUT}
    assert all(0 < notice < warn for notice, warn in DEFAULT_AGE_LIMITS.values())


def test_signs_are_different_and_one_cell() -> None:
    assert [level.sign for level in Level] == [" ", "▲", "■"]
