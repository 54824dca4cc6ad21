"""What answering costs, how much of the day goes elsewhere, and who had to call again: figures of design section 4."""

from __future__ import annotations

import pytest

from app.core.reasons import ReasonMap
from app.floor.figures import REPEAT_WINDOW_MS, AgentFigures, repeat_call_rate
from app.floor.model import Outcome, Visit

HOUR_MS = 3_600_000


def visit(entered_ms: int, call: str, caller: str = "138", number: int = 1) -> Visit:
    return Visit(call, "sales", number, entered_ms, Outcome.WAITING, caller=caller)


def rate(*visits: Visit) -> float | None:
    return repeat_call_rate(visits, HOUR_MS, 9 * HOUR_MS)


def test_handling_time_is_talk_hold_and_wrap_up_per_answered_call() -> None:
    figures = AgentFigures(talk_ms=90_000, hold_ms=20_000, wrap_up_ms=40_000, answered=2)
    assert figures.aht_seconds == 75.0
    assert AgentFigures(wrap_up_ms=40_000).aht_seconds is None


def test_reverse_share_counts_what_has_no_known_reason_and_leaves_out_breaks() -> None:
    figures = AgentFigures(
        signed_in_ms=HOUR_MS, not_ready_ms={"上厕所": 120_000, "": 60_000, "Busy": 180_000, "小休": 600_000}
    )
    assert figures.reverse_share(ReasonMap()) == 0.1
    assert AgentFigures(not_ready_ms={"": 1000}).reverse_share(ReasonMap()) is None


@pytest.mark.parametrize(("after_ms", "expected"), [(1, 0.5), (REPEAT_WINDOW_MS, 0.5), (REPEAT_WINDOW_MS + 1, 0.0)])
def test_a_call_up_to_the_window_after_another_is_a_repeat(after_ms: int, expected: float) -> None:
    assert rate(visit(HOUR_MS, "c1"), visit(HOUR_MS + after_ms, "c2")) == expected


def test_another_queue_in_the_same_call_is_no_repeat() -> None:
    assert rate(visit(HOUR_MS, "c1"), visit(HOUR_MS + 1, "c1", number=2)) == 0.0


def test_every_visit_of_a_repeated_call_counts() -> None:
    calls = ("c1", "c2", "c2", "c1")
    assert rate(*(visit(HOUR_MS + index, call) for index, call in enumerate(calls))) == 0.75


def test_calls_before_the_range_are_known_and_not_offered() -> None:
    assert rate(visit(0, "c1"), visit(HOUR_MS, "c2"), visit(9 * HOUR_MS, "c3")) == 1.0


def test_callers_without_a_number_and_others_are_no_repeats() -> None:
    calls = [visit(HOUR_MS, "c1", ""), visit(HOUR_MS + 1, "c2", ""), visit(HOUR_MS + 2, "c3", "139")]
    assert rate(*calls, visit(HOUR_MS + 3, "c4", "137")) == 0.0


def test_with_nothing_offered_the_rate_is_empty() -> None:
    assert rate(visit(0, "c1")) is None
