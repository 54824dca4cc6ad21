"""What the two reports promise of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import timezone
from pathlib import Path

import pytest

from app.core.errors import UsageProblem
from app.core.reasons import ReasonMap
from app.core.zones import load_zone
from app.floor.model import ReasonCategory
from app.floor.reports import CLOCK_SKEW_MS, Range, agent_intervals, effective_now_ms, queue_intervals
from tests.floor.asterisk import at, log
from tests.floor.ground import Ground
from tests.strategies import BASE_MS

QUEUE_KEYS = [
    "queue",
    "start",
    "offered",
    "answered",
    "abandoned",
    "timed_out",
    "left_by_key",
    "left_empty",
    "refused",
    "lost",
    "waiting",
    "answered_within",
    "abandoned_within",
    "wait_seconds_answered",
    "wait_seconds_abandoned",
    "talk_seconds",
    "answer_rate",
    "abandon_rate",
    "service_level_offered",
    "service_level_answered",
    "service_level_ignore_short",
    "service_level_positive",
    "asa_seconds",
    "aht_seconds",
    "repeat_call_rate",
]
AGENT_KEYS = [
    "agent",
    "start",
    "signed_in_seconds",
    "inferred",
    "available_seconds",
    "ringing_seconds",
    "on_call_seconds",
    "hold_seconds",
    "wrap_up_seconds",
    "not_ready_seconds",
    "not_ready",
    "answered",
    "talk_seconds",
    "sign_ins",
    "occupancy",
    "reverse_share",
]


def stretch(end_second: int, every: str = "15m", now_second: int = 10**6) -> Range:
    return Range(BASE_MS, at(end_second), every, timezone.utc, at(now_second))


def by_queue(ground: Ground, asked: Range, queues: Sequence[str] = ()) -> list[dict[str, object]]:
    return list(queue_intervals(ground.floor, asked, queues, 20))


def test_the_keys_are_those_other_programs_rely_on(ground: Ground) -> None:
    log(ground, "0|c1|q1|NONE|ENTERQUEUE||138|1", "0|MANAGER|q1|ann|ADDMEMBER|")
    assert list(by_queue(ground, stretch(900))[0]) == QUEUE_KEYS
    assert list(next(agent_intervals(ground.floor, stretch(900), []))) == AGENT_KEYS


def test_rows_are_dense(ground: Ground) -> None:
    log(ground, "1000|c1|q1|NONE|ENTERQUEUE||138|1", "0|MANAGER|q1|ann|ADDMEMBER|", "60|MANAGER|q1|ann|REMOVEMEMBER|")
    rows = by_queue(ground, stretch(3600))
    assert [row["offered"] for row in rows] == [0, 1, 0, 0]
    assert [row["answer_rate"] for row in rows] == [None, 0.0, None, None]
    agents = list(agent_intervals(ground.floor, stretch(3600), []))
    assert [row["signed_in_seconds"] for row in agents] == [60, 0, 0, 0]
    assert [row["occupancy"] for row in agents] == [0.0, None, None, None]


def test_a_name_nobody_knows_is_rows_of_zeros(ground: Ground) -> None:
    rows = by_queue(ground, stretch(1800), ["nowhere"])
    assert [(row["queue"], row["offered"]) for row in rows] == [("nowhere", 0), ("nowhere", 0)]
    (row,) = agent_intervals(ground.floor, stretch(900), ["nobody"])
    assert (row["signed_in_seconds"], row["not_ready_seconds"], row["not_ready"], row["inferred"]) == (0, 0, {}, False)


def test_all_adds_the_whole(ground: Ground) -> None:
    log(ground, *(f"{second}|c{second}|q{second % 3}|NONE|ENTERQUEUE||138|1" for second in range(9)))
    everything = by_queue(ground, stretch(900), ["ALL"])
    assert [(row["queue"], row["offered"]) for row in everything] == [("q0", 3), ("q1", 3), ("q2", 3), ("ALL", 9)]
    one_and_all = by_queue(ground, stretch(900), ["q1", "ALL", "q1"])
    assert [(row["queue"], row["offered"]) for row in one_and_all] == [("q1", 3), ("ALL", 9)]


def test_a_visit_belongs_to_the_interval_it_entered_in(ground: Ground) -> None:
    log(
        ground,
        "899|c1|q1|NONE|ENTERQUEUE||138|1",
        "905|c1|q1|ann|CONNECT|6|x|1",
        "2000|c1|q1|ann|COMPLETEAGENT|6|1095|1",
    )
    rows = by_queue(ground, stretch(2700))
    assert [(row["answered"], row["talk_seconds"]) for row in rows] == [(1, 1095), (0, 0), (0, 0)]
    agents = list(agent_intervals(ground.floor, stretch(2700), []))
    # The agent's time lies where it was spent.
    assert [(row["answered"], row["talk_seconds"]) for row in agents] == [(0, 0), (1, 895), (0, 200)]


def test_what_is_open_counts_up_to_now_and_no_further(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "600|NONE|q1|ann|PAUSE|lunch")
    rows = list(agent_intervals(ground.floor, stretch(3600, now_second=1000), []))
    assert [row["signed_in_seconds"] for row in rows] == [900, 100, 0, 0]
    assert [row["not_ready_seconds"] for row in rows] == [300, 100, 0, 0]
    assert [row["not_ready"] for row in rows] == [{"lunch": 300}, {"lunch": 100}, {}, {}]


def test_a_range_wholly_ahead_of_now_is_empty(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|")
    asked = Range(at(10_800), at(11_700), "15m", timezone.utc, at(100))
    assert [row["signed_in_seconds"] for row in agent_intervals(ground.floor, asked, [])] == [0]


def test_whole_seconds_are_rounded_down(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|")
    asked = Range(BASE_MS, BASE_MS + 1999, "all", timezone.utc, at(100))
    assert [row["signed_in_seconds"] for row in agent_intervals(ground.floor, asked, [])] == [1]


def test_the_repeated_hour_is_two_rows_with_its_own_calls_each(ground: Ground) -> None:
    zone = load_zone("Europe/Berlin")
    start_ms = 1_792_886_400_000  # 2026-10-25 00:00 UTC, 02:00 in Berlin for the first time
    second = (start_ms - BASE_MS) // 1000
    log(
        ground,
        f"{second + 60}|c1|q1|NONE|ENTERQUEUE||1|1",
        f"{second + 3660}|c2|q1|NONE|ENTERQUEUE||1|1",
        f"{second + 3661}|c3|q1|NONE|ENTERQUEUE||1|2",
    )
    rows = by_queue(ground, Range(start_ms, start_ms + 7_200_000, "60m", zone, start_ms + 7_200_000))
    assert [(row["start"], row["offered"]) for row in rows] == [
        ("2026-10-25T02:00:00+02:00", 1),
        ("2026-10-25T02:00:00+01:00", 2),
    ]


@pytest.mark.parametrize("end_second", [0, -1])
def test_a_range_that_is_empty_or_back_to_front_is_refused(ground: Ground, end_second: int) -> None:
    with pytest.raises(UsageProblem, match="--to must lie after --from"):
        by_queue(ground, stretch(end_second))


def test_a_report_longer_than_anyone_reads_is_refused_at_once(ground: Ground) -> None:
    with pytest.raises(UsageProblem, match="choose a longer --every"):
        by_queue(ground, stretch(99 * 366 * 86_400))
    # Few intervals, but of very many agents.
    with pytest.raises(UsageProblem, match="choose a longer --every"):
        list(agent_intervals(ground.floor, stretch(86_400), [f"agent {number}" for number in range(20_000)]))


def test_now_is_ours_unless_a_fact_is_a_little_ahead() -> None:
    assert effective_now_ms(1000, None) == 1000
    assert effective_now_ms(1000, 500) == 1000
    assert effective_now_ms(1000, 1500) == 1500
    assert effective_now_ms(1000, 1001 + CLOCK_SKEW_MS) == 1000


def test_the_reports_read_each_agent_in_the_order_asked(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|b|ADDMEMBER|", "0|MANAGER|q1|a|ADDMEMBER|")
    assert [row["agent"] for row in agent_intervals(ground.floor, stretch(900), [])] == ["a", "b"]
    assert [row["agent"] for row in agent_intervals(ground.floor, stretch(900), ["b", "a", "b"])] == ["b", "a"]


# -- handling time, repeated calls, and time that goes elsewhere -----------------------------------------------------


def test_handling_time_goes_with_the_interval_the_call_entered_in(tmp_path: Path) -> None:
    with closing(Ground(tmp_path, {"q1": 30})) as ground:
        log(
            ground,
            "0|MANAGER|q1|ann|ADDMEMBER|",
            "890|c1|q1|NONE|ENTERQUEUE||138|1",
            "900|c1|q1|ann|CONNECT|10|x|1",
            "1000|c1|q1|ann|COMPLETEAGENT|10|100|1",
            "1100|c2|q1|NONE|ENTERQUEUE||139|1",
            "1100|c2|q1|ann|CONNECT|0|x|1",
            "1150|c2|q1|ann|COMPLETEAGENT|0|50|1",
            "1200|c3|q2|NONE|ENTERQUEUE||140|1",
            "1210|c3|q2|ann|CONNECT|10|x|1",
        )
        rows = by_queue(ground, stretch(1800), ["q1", "q2", "ALL"])
    assert [row["aht_seconds"] for row in rows] == [130.0, 80.0, None, None, 130.0, 80.0]
    # What still goes on took nobody knows how long.
    assert [row["answered"] for row in rows] == [1, 1, 0, 1, 1, 2]


def test_a_caller_calls_again_whichever_queue_it_was_and_whichever_interval(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        "100|c2|q2|NONE|ENTERQUEUE||138|1",
        "200|c3|q2|NONE|ENTERQUEUE||139|1",
        "1000|c4|q1|NONE|ENTERQUEUE||139|1",
        "7300|c5|q1|NONE|ENTERQUEUE||138|1",
        "14600|c6|q1|NONE|ENTERQUEUE||138|1",
    )
    rows = by_queue(ground, stretch(1800), ["q1", "q2", "ALL"])
    assert [row["repeat_call_rate"] for row in rows] == [0.0, 1.0, 0.5, None, 1 / 3, 1.0]
    # A call just before the range counts for it, one longer ago than two hours does not.
    for first, expected in ((7300, 1.0), (14_600, 0.0)):
        asked = Range(at(first), at(first + 900), "all", timezone.utc, at(10**6))
        assert [row["repeat_call_rate"] for row in by_queue(ground, asked, ["q1"])] == [expected]
        assert [row["offered"] for row in by_queue(ground, asked, ["q1"])] == [1]


def test_the_reverse_share_follows_what_reasons_mean_here(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "100|NONE|q1|ann|PAUSE|toilet",
        "200|NONE|q1|ann|UNPAUSE|",
        "300|NONE|q1|ann|PAUSE|消防演练",
        "500|NONE|q1|ann|UNPAUSE|",
        "600|NONE|q1|ann|PAUSE|lunch",
    )
    asked = stretch(1000, every="all", now_second=1000)
    assert [row["reverse_share"] for row in agent_intervals(ground.floor, asked, [])] == [0.3]
    here = ReasonMap({"消防演练": ReasonCategory.EXEMPT})
    assert [row["reverse_share"] for row in agent_intervals(ground.floor, asked, [], here)] == [0.1]
    assert [row["reverse_share"] for row in agent_intervals(ground.floor, asked, ["nobody"])] == [None]
