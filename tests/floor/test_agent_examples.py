"""Facts about agents that matter, one test for each; the rows are those Asterisk writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.events import AgentRinging, AgentSignedIn, CallConnected, CallHeld, CallRetrieved
from app.floor.model import AgentState
from tests.floor.asterisk import at, calls, day_of, log, states
from tests.floor.ground import Ground

HOUR = 3600


def test_three_queues_at_once_are_one_hour_per_hour(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "0|MANAGER|q2|ann|ADDMEMBER|",
        "0|MANAGER|q3|ann|ADDMEMBER|",
        "3600|MANAGER|q1|ann|REMOVEMEMBER|",
        "3600|MANAGER|q2|ann|REMOVEMEMBER|",
        "3600|MANAGER|q3|ann|REMOVEMEMBER|",
    )
    figures = day_of(ground, "ann", 2 * HOUR)
    assert (figures.signed_in_ms, figures.available_ms, figures.sign_ins) == (HOUR * 1000, HOUR * 1000, 1)


def test_pause_all_and_a_pause_per_queue_are_one_pause(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "0|MANAGER|q2|ann|ADDMEMBER|",
        "0|MANAGER|q3|ann|ADDMEMBER|",
        "10|NONE|NONE|ann|PAUSEALL|lunch",
        "10|NONE|q1|ann|PAUSE|lunch",
        "10|NONE|q2|ann|PAUSE|lunch",
        "11|NONE|q3|ann|PAUSE|lunch",
        "40|NONE|NONE|ann|UNPAUSEALL|",
        "40|NONE|q1|ann|UNPAUSE|",
        "40|NONE|q2|ann|UNPAUSE|",
        "40|NONE|q3|ann|UNPAUSE|",
    )
    assert states(ground, "ann") == [(0, 10, "available"), (10, 40, "not_ready lunch"), (40, None, "available")]
    assert day_of(ground, "ann", 60).not_ready_ms == {"lunch": 30_000}


def test_pause_on_two_of_three_queues_is_available(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "0|MANAGER|q2|ann|ADDMEMBER|",
        "0|MANAGER|q3|ann|ADDMEMBER|",
        "10|NONE|q1|ann|PAUSE|lunch",
        "20|NONE|q2|ann|PAUSE|lunch",
    )
    assert states(ground, "ann") == [(0, None, "available")]
    log(ground, "30|NONE|q3|ann|PAUSE|lunch")
    assert states(ground, "ann") == [(0, 30, "available"), (30, None, "not_ready lunch")]


def test_leaving_the_only_unpaused_queue_makes_not_ready(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "0|MANAGER|q2|ann|ADDMEMBER|",
        "10|NONE|q1|ann|PAUSE|meal",
        "20|MANAGER|q2|ann|REMOVEMEMBER|",
    )
    assert states(ground, "ann") == [(0, 20, "available"), (20, None, "not_ready meal")]


def test_unpausing_one_queue_of_a_pause_all_is_available(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "0|MANAGER|q2|ann|ADDMEMBER|",
        "10|NONE|NONE|ann|PAUSEALL|lunch",
        "20|NONE|q1|ann|UNPAUSE|",
        "30|NONE|q1|ann|PAUSE|water",
    )
    assert states(ground, "ann") == [
        (0, 10, "available"),
        (10, 20, "not_ready lunch"),
        (20, 30, "available"),
        (30, None, "not_ready water"),
    ]


def test_a_repeated_pause_keeps_its_first_start(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "10|NONE|q1|ann|PAUSE|lunch",
        "20|NONE|q1|ann|PAUSE|lunch",
        "30|NONE|q1|ann|PAUSE|",
    )
    assert states(ground, "ann") == [(0, 10, "available"), (10, None, "not_ready lunch")]


def test_a_new_reason_starts_a_new_segment(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "10|NONE|q1|ann|PAUSE|lunch",
        "20|NONE|q1|ann|PAUSE|上厕所",
        "30|NONE|q1|ann|UNPAUSE|",
    )
    assert states(ground, "ann")[1:3] == [(10, 20, "not_ready lunch"), (20, 30, "not_ready 上厕所")]
    assert day_of(ground, "ann", 60).not_ready_ms == {"lunch": 10_000, "上厕所": 10_000}


def test_a_member_added_paused_is_not_ready_from_the_start(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|PAUSED", "30|NONE|q1|ann|UNPAUSE|")
    assert states(ground, "ann") == [(0, 30, "not_ready"), (30, None, "available")]


def test_a_pause_during_a_call_starts_after_call_and_wrap_up(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "10|c1|q1|NONE|ENTERQUEUE||138|1",
        "12|c1|q1|ann|CONNECT|2|c2|2",
        "20|NONE|q1|ann|PAUSE|toilet",
        "30|c1|q1|ann|COMPLETECALLER|2|18|1",
        "30|c1|q1|ann|WRAPUPSTART|5",
        "60|NONE|q1|ann|UNPAUSE|",
    )
    assert states(ground, "ann") == [
        (0, 10, "available"),
        (10, 12, "ringing"),
        (12, 30, "on_call"),
        (30, 35, "wrap_up"),
        (35, 60, "not_ready toilet"),
        (60, None, "available"),
    ]


def test_overlapping_wrap_ups_are_a_union(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "10|c1|q1|ann|WRAPUPSTART|20",
        "20|c2|q2|ann|WRAPUPSTART|30",
        "25|c3|q2|ann|WRAPUPSTART|1",
    )
    # What a wrap-up belongs to may change within it; its time does not.
    assert day_of(ground, "ann", 100).wrap_up_ms == 40_000


def test_a_wrap_up_of_no_length_is_none(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "10|c1|q1|ann|WRAPUPSTART|0", "20|NONE|q1|ann|PAUSE|")
    assert states(ground, "ann") == [(0, 20, "available"), (20, None, "not_ready")]


def test_a_wrap_up_nobody_ended_ends_with_the_session(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "10|c1|q1|ann|WRAPUPSTART|",
        "20|MANAGER|q1|ann|REMOVEMEMBER|",
        "50000|MANAGER|q1|ann|ADDMEMBER|",
    )
    assert states(ground, "ann") == [(0, 10, "available"), (10, 20, "wrap_up"), (50_000, None, "available")]


def test_wrap_up_of_a_queue_comes_from_its_setting(tmp_path: Path) -> None:
    with Ground(tmp_path, {"q1": 30}) as ground:
        log(
            ground,
            "0|MANAGER|q1|ann|ADDMEMBER|",
            "0|MANAGER|q2|ann|ADDMEMBER|",
            "10|c1|q1|ann|CONNECT|2|x|0",
            "20|c1|q1|ann|COMPLETEAGENT|2|10|1",
            "100|c2|q2|ann|CONNECT|2|x|0",
            "110|c2|q2|ann|COMPLETEAGENT|2|10|1",
        )
        assert day_of(ground, "ann", 200).wrap_up_ms == 30_000


def test_a_sign_out_with_its_duration_and_no_sign_in_began_that_long_before(ground: Ground) -> None:
    log(ground, "7200|NONE|NONE|Agent/1001|AGENTLOGOFF|SIP/1|3600")
    figures = day_of(ground, "Agent/1001", 4 * HOUR)
    assert (figures.signed_in_ms, figures.sign_ins) == (HOUR * 1000, 1)
    assert states(ground, "Agent/1001") == [(HOUR, 2 * HOUR, "available")]


def test_a_sign_out_without_its_sign_in_tells_of_a_session_that_queues_overlap(ground: Ground) -> None:
    log(
        ground,
        "200|MANAGER|q1|Agent/1001|ADDMEMBER|",
        "400|NONE|NONE|Agent/1001|AGENTLOGOFF|SIP/1|300",
    )
    figures = day_of(ground, "Agent/1001", HOUR)
    assert (figures.signed_in_ms, figures.sign_ins) == (300_000, 1)


def test_a_sign_in_without_a_sign_out_is_open_and_never_past_now(ground: Ground) -> None:
    log(ground, "0|NONE|NONE|Agent/1001|AGENTLOGIN|SIP/1")
    assert states(ground, "Agent/1001") == [(0, None, "available")]
    assert day_of(ground, "Agent/1001", 90).signed_in_ms == 90_000


def test_overlapping_sessions_are_a_union(ground: Ground) -> None:
    log(
        ground,
        "0|NONE|NONE|ann|AGENTLOGIN|SIP/1",
        "100|MANAGER|q1|ann|ADDMEMBER|",
        "200|MANAGER|q1|ann|REMOVEMEMBER|",
        "300|NONE|NONE|ann|AGENTLOGOFF|SIP/1|300",
        "400|NONE|NONE|ann|AGENTCALLBACKLOGOFF|100|250",
    )
    figures = day_of(ground, "ann", 1000)
    assert (figures.signed_in_ms, figures.sign_ins) == (400_000, 1)


def test_a_session_that_ends_where_the_next_begins_is_one(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "100|MANAGER|q1|ann|REMOVEMEMBER|", "100|MANAGER|q1|ann|ADDMEMBER|")
    log(ground, "101|NONE|q1|ann|PAUSE|")
    assert day_of(ground, "ann", 200).sign_ins == 1


def test_a_restart_leaves_sessions_and_pauses_and_ends_calls(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "0|MANAGER|q1|bob|ADDMEMBER|",
        "5|NONE|q1|bob|PAUSE|lunch",
        "10|c1|q1|NONE|ENTERQUEUE||138|1",
        "10|c2|q1|NONE|ENTERQUEUE||139|2",
        "12|c1|q1|ann|CONNECT|2|x|2",
        "20|NONE|NONE|NONE|QUEUESTART|",
    )
    assert states(ground, "ann") == [
        (0, 10, "available"),
        (10, 12, "ringing"),
        (12, 20, "on_call"),
        (20, None, "available"),
    ]
    assert states(ground, "bob") == [(0, 5, "available"), (5, None, "not_ready lunch")]
    assert (calls(ground).answered, calls(ground).lost, calls(ground).waiting) == (1, 1, 0)


def test_a_restart_of_another_source_ends_nothing_here(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "10|c1|q1|ann|CONNECT|2|x|0", "10|c2|q1|NONE|ENTERQUEUE||1|1")
    log(ground, "20|NONE|NONE|NONE|QUEUESTART|", source="the other site")
    assert day_of(ground, "ann", 100).on_call_ms == 90_000
    assert calls(ground).waiting == 1


def test_a_restart_told_before_the_call_it_ended(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "30|NONE|NONE|NONE|QUEUESTART|")
    log(ground, "10|c1|q1|ann|CONNECT|2|x|0")
    assert states(ground, "ann") == [(0, 10, "available"), (10, 30, "on_call"), (30, None, "available")]


def test_a_static_member_is_inferred_until_twelve_hours_without_evidence(ground: Ground) -> None:
    log(
        ground, "0|c1|q1|static|CONNECT|2|x|0", "60|c1|q1|static|COMPLETEAGENT|2|60|1", "100|NONE|q1|static|PAUSE|lunch"
    )
    assert states(ground, "static") == [
        (0, 60, "on_call"),
        (60, 100, "available"),
        (100, 100 + 12 * HOUR, "not_ready lunch"),
    ]
    figures = day_of(ground, "static", 24 * HOUR)
    assert figures.inferred
    assert (figures.signed_in_ms, figures.available_ms, figures.sign_ins) == (0, 0, 0)
    assert (figures.on_call_ms, figures.not_ready_ms) == (60_000, {"lunch": 12 * HOUR * 1000})
    assert figures.occupancy is None


def test_evidence_begins_with_the_ring_that_led_to_the_call(ground: Ground) -> None:
    log(ground, "100|c1|q1|static|CONNECT|9|x|7")
    assert states(ground, "static")[0] == (93, 100, "ringing")


def test_evidence_after_a_sign_out_does_not_bring_the_agent_back_for_what_began_before(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "10|c1|q1|ann|CONNECT|2|x|0",
        "20|MANAGER|q1|ann|REMOVEMEMBER|",
        "30|c1|q1|ann|COMPLETEAGENT|2|20|1",
    )
    # The conversation goes on to its own end; nobody is there afterwards.
    assert states(ground, "ann") == [(0, 10, "available"), (10, 20, "on_call"), (20, 30, "on_call")]
    assert day_of(ground, "ann", 100).signed_in_ms == 20_000


@pytest.mark.parametrize(("word", "cancelled"), [("RINGNOANSWER", False), ("RINGCANCELED", True)])
def test_a_missed_ring_is_told_in_milliseconds(ground: Ground, word: str, cancelled: bool) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", f"20|c1|q1|ann|{word}|15000")
    assert states(ground, "ann") == [(0, 5, "available"), (5, 20, "ringing"), (20, None, "available")]


def test_hold_is_a_moment_in_which_every_line_is_held(ground: Ground) -> None:
    ground.tell(
        AgentSignedIn(at_ms=at(0), agent="ann"),
        CallConnected(at_ms=at(10), agent="ann", queue="q1", call="c1"),
        CallHeld(at_ms=at(20), agent="ann", queue="q1", call="c1"),
        CallConnected(at_ms=at(30), agent="ann", queue="q2", call="c2"),
        CallHeld(at_ms=at(40), agent="ann", queue="q2", call="c2"),
        CallRetrieved(at_ms=at(50), agent="ann", queue="q1", call="c1"),
    )
    assert [state for _start, _end, state in states(ground, "ann")][:6] == [
        "available",
        "on_call",
        "hold",
        "on_call",
        "hold",
        "on_call",
    ]
    assert [interval.queue for interval in ground.intervals("ann")][3] == "q2"


def test_a_ring_whose_end_is_never_told_is_over_after_ten_minutes(ground: Ground) -> None:
    ground.tell(AgentSignedIn(at_ms=at(0), agent="ann"), AgentRinging(at_ms=at(10), agent="ann", queue="q1", call="c1"))
    assert states(ground, "ann")[1:] == [(10, 610, "ringing"), (610, None, "available")]


def test_a_call_whose_end_is_never_told_is_over_after_twelve_hours(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "10|c1|q1|ann|CONNECT|2|x|0")
    figures = day_of(ground, "ann", 24 * HOUR)
    assert figures.on_call_ms == figures.talk_ms == 12 * HOUR * 1000
    # A restart after that, and an end long after, change nothing that was over.
    log(ground, f"{13 * HOUR}|NONE|NONE|NONE|QUEUESTART|")
    assert day_of(ground, "ann", 24 * HOUR).on_call_ms == 12 * HOUR * 1000


def test_time_is_cut_at_interval_borders_by_the_clock(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "1700|c1|q1|ann|CONNECT|2|x|0", "1900|c1|q1|ann|COMPLETEAGENT|2|200|1")
    before, after = day_of(ground, "ann", 1800), day_of(ground, "ann", 3600, 1800)
    assert (before.on_call_ms, before.talk_ms, before.answered) == (100_000, 100_000, 1)
    assert (after.on_call_ms, after.talk_ms, after.answered) == (100_000, 100_000, 0)


def test_a_name_is_told_from_another_by_its_case(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|Ann|ADDMEMBER|", "10|MANAGER|q1|ann|ADDMEMBER|")
    assert [interval.state for interval in ground.intervals("Ann")] == [AgentState.AVAILABLE]
    assert ground.floor.agents() == ["Ann", "ann"]


def test_a_pause_without_a_reason_upon_one_with_a_reason_says_nothing_new(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|a|ann|ADDMEMBER",
        "10|NONE|NONE|ann|PAUSEALL|培训",
        "20|MANAGER|b|ann|ADDMEMBER|PAUSED",
        "30|NONE|a|ann|PAUSE",
    )
    assert states(ground, "ann") == [(0, 10, "available"), (10, None, "not_ready 培训")]


def test_signing_out_of_the_whole_floor_leaves_a_session_on_a_queue_to_its_own_end(ground: Ground) -> None:
    log(
        ground,
        "0|NONE|NONE|Agent/7|AGENTLOGIN|SIP/7",
        "300|MANAGER|a|Agent/7|ADDMEMBER",
        "600|NONE|NONE|Agent/7|AGENTLOGOFF|SIP/7|600",
        "900|MANAGER|a|Agent/7|REMOVEMEMBER",
    )
    figures = day_of(ground, "Agent/7", 2 * HOUR)
    assert (figures.signed_in_ms, figures.sign_ins) == (900_000, 1)
