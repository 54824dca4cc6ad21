"""Facts about calls that matter, one test for each; the rows are those Asterisk writes."""

from __future__ import annotations

import pytest

from app.floor.model import Outcome
from tests.floor.asterisk import at, calls, log
from tests.floor.ground import Ground


def outcomes(ground: Ground) -> list[tuple[str, str, int, str]]:
    """Each visit as call, queue, number, outcome."""
    return [(visit.call, visit.queue, visit.number, visit.outcome) for visit in ground.visits()]


def test_an_answered_call_counts_what_it_waited_and_talked(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||13800001015|1",
        "7|c1|q1|ann|CONNECT|7|x|3",
        "30|c1|q1|ann|COMPLETECALLER|7|23|1",
    )
    (visit,) = ground.visits()
    assert (visit.outcome, visit.wait_ms, visit.talk_ms) == (Outcome.ANSWERED, 7000, 23_000)
    assert (visit.agent, visit.caller, visit.ended_ms) == ("ann", "13800001015", at(30))


@pytest.mark.parametrize(
    ("row", "outcome", "wait_seconds"),
    [
        ("9|c1|q1|NONE|ABANDON|1|2|9", Outcome.ABANDONED, 9),
        ("9|c1|q1|NONE|EXITWITHTIMEOUT|1|2|9", Outcome.TIMED_OUT, 9),
        ("9|c1|q1|NONE|EXITWITHKEY|3|1|2|9", Outcome.LEFT_BY_KEY, 9),
        ("9|c1|q1|NONE|EXITEMPTY|1|2|9", Outcome.LEFT_EMPTY, 9),
        ("9|c1|q1|NONE|LEAVEEMPTY|1|2|9", Outcome.LEFT_EMPTY, 9),
        ("9|c1|q1|NONE|WITHDRAW|1|2|9|info", Outcome.REFUSED, 9),
        ("0|c1|q1|NONE|FULL|", Outcome.REFUSED, 0),
        ("0|c1|q1|NONE|JOINEMPTY|", Outcome.REFUSED, 0),
        ("0|c1|q1|NONE|CLOSED|", Outcome.REFUSED, 0),
        ("0|c1|q1|NONE|DIVERT_OVERFLOW|q2", Outcome.REFUSED, 0),
        ("9|NONE|NONE|NONE|QUEUESTART|", Outcome.LOST, None),
    ],
)
def test_each_way_out_of_a_queue_is_its_own_outcome(
    ground: Ground, row: str, outcome: Outcome, wait_seconds: int | None
) -> None:
    log(ground, "0|c1|q1|NONE|ENTERQUEUE||138|1", row)
    (visit,) = ground.visits()
    assert visit.outcome is outcome
    assert visit.wait_ms == (None if wait_seconds is None else wait_seconds * 1000)
    figures = calls(ground)
    assert (figures.offered, getattr(figures, outcome.value)) == (1, 1)


@pytest.mark.parametrize(
    "row",
    [
        "30|c1|q1|ann|TRANSFER|900|default|5|20|1",
        "30|c1|q1|ann|BLINDTRANSFER|900|default|5|20|1",
        "30|c1|q1|ann|ATTENDEDTRANSFER|BRIDGE|b1|5|20|1",
        "30|c1|q1|ann|ATTENDEDTRANSFER|APP|Queue|5|20|1",
        "30|c1|q1|ann|ATTENDEDTRANSFER|LINK|ch1|ch2|5|20|1",
    ],
)
def test_a_transfer_ends_the_conversation_of_who_answered(ground: Ground, row: str) -> None:
    # No entry and no connect row: what the transfer says of them is all there is.
    log(ground, row)
    (visit,) = ground.visits()
    assert (visit.outcome, visit.agent) == (Outcome.ANSWERED, "ann")
    assert (visit.entered_ms, visit.wait_ms, visit.talk_ms) == (at(5), 5000, 20_000)


def test_a_refusal_at_the_door_has_no_entry_row_and_is_offered(ground: Ground) -> None:
    log(ground, "0|c1|q1|NONE|FULL|", "1|c2|q1|NONE|DIVERT_NIGHT|")
    assert (calls(ground).offered, calls(ground).refused) == (2, 2)
    assert ground.notes() == []


@pytest.mark.parametrize(
    "row",
    [
        "9|c9|q1|NONE|ABANDON|1|2|9",
        "9|c9|q1|NONE|EXITWITHTIMEOUT|1|2|9",
        "9|c9|q1|NONE|EXITWITHKEY|3|1|2|9",
        "9|c9|q1|NONE|EXITEMPTY|1|2|9",
        "9|c9|q1|NONE|WITHDRAW|1|2|9|",
    ],
)
def test_an_exit_of_an_unknown_call_counts_nothing_and_leaves_a_note(ground: Ground, row: str) -> None:
    log(ground, row)
    assert ground.visits() == []
    (note,) = ground.notes()
    assert (note.call, note.queue, note.at_ms) == ("c9", "q1", at(9))


def test_a_second_ending_counts_nothing_and_leaves_a_note(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        "5|c1|q1|NONE|ABANDON|1|1|5",
        "6|c1|q1|NONE|EXITWITHTIMEOUT|1|1|6",
    )
    assert outcomes(ground) == [("c1", "q1", 1, "abandoned")]
    assert len(ground.notes()) == 1


def test_a_completed_call_with_no_entry_row_entered_before_its_talk_and_wait(ground: Ground) -> None:
    log(ground, "100|c1|q1|ann|COMPLETEAGENT|12|60|1")
    (visit,) = ground.visits()
    assert (visit.entered_ms, visit.answered_ms, visit.ended_ms) == (at(28), at(40), at(100))
    assert calls(ground).answered_within == 1


def test_a_connected_call_with_no_entry_row_entered_before_its_wait(ground: Ground) -> None:
    log(ground, "100|c1|q1|ann|CONNECT|12|x|3", "130|c1|q1|ann|COMPLETEAGENT|12|30|1")
    assert [(visit.entered_ms, visit.wait_ms, visit.talk_ms) for visit in ground.visits()] == [(at(88), 12_000, 30_000)]


def test_the_same_call_twice_in_one_queue_is_two_visits(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        "9|c1|q1|NONE|EXITWITHTIMEOUT|1|1|9",
        "20|c1|q1|NONE|ENTERQUEUE||138|1",
        "25|c1|q1|ann|CONNECT|5|x|2",
        "40|c1|q1|ann|COMPLETECALLER|5|15|1",
    )
    assert outcomes(ground) == [("c1", "q1", 1, "timed_out"), ("c1", "q1", 2, "answered")]


def test_a_call_in_two_queues_is_a_visit_in_each(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        "9|c1|q1|NONE|EXITWITHKEY|2|1|1|9",
        "9|c1|q2|NONE|ENTERQUEUE||138|1",
        "15|c1|q2|NONE|ABANDON|1|1|6",
    )
    assert outcomes(ground) == [("c1", "q1", 1, "left_by_key"), ("c1", "q2", 1, "abandoned")]


def test_a_call_lost_by_a_restart_and_answered_after_all_is_answered(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        "5|NONE|NONE|NONE|QUEUESTART|",
        "9|c1|q1|ann|CONNECT|9|x|1",
    )
    assert outcomes(ground) == [("c1", "q1", 1, "answered")]


def test_a_conversation_cut_off_by_a_restart_stays_answered(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        "5|c1|q1|ann|CONNECT|5|x|1",
        "25|NONE|NONE|NONE|QUEUESTART|",
    )
    (visit,) = ground.visits()
    assert (visit.outcome, visit.ended_ms, visit.talk_ms) == (Outcome.ANSWERED, at(25), 20_000)


def test_the_order_of_rows_breaks_ties_within_a_second(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        "0|c1|q1|ann|CONNECT|0|x|0",
        "0|c1|q1|ann|COMPLETEAGENT|0|0|1",
        "0|c1|q2|NONE|ENTERQUEUE||138|1",
        "0|c1|q2|NONE|ABANDON|1|1|0",
    )
    assert sorted(outcomes(ground)) == [("c1", "q1", 1, "answered"), ("c1", "q2", 1, "abandoned")]
    assert ground.notes() == []


@pytest.mark.parametrize(("wait_seconds", "within"), [(19, 1), (20, 1), (21, 0)])
def test_a_wait_of_exactly_the_threshold_is_within_it(ground: Ground, wait_seconds: int, within: int) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        f"{wait_seconds}|c1|q1|ann|CONNECT|{wait_seconds}|x|1",
        "0|c2|q1|NONE|ENTERQUEUE||138|1",
        f"{wait_seconds}|c2|q1|NONE|ABANDON|1|1|{wait_seconds}",
    )
    figures = calls(ground, threshold_seconds=20)
    assert (figures.answered_within, figures.abandoned_within) == (within, within)


def test_four_service_levels_from_the_same_counts(ground: Ground) -> None:
    rows = []
    for number in range(10):
        rows.append(f"0|c{number}|q1|NONE|ENTERQUEUE||138|1")
    rows += [f"5|c{number}|q1|ann|CONNECT|5|x|1" for number in range(4)]
    rows += [f"30|c{number}|q1|ann|CONNECT|30|x|1" for number in range(4, 6)]
    rows += ["10|c6|q1|NONE|ABANDON|1|1|10", "50|c7|q1|NONE|ABANDON|1|1|50", "60|c8|q1|NONE|EXITWITHTIMEOUT|1|1|60"]
    log(ground, *rows)
    figures = calls(ground, threshold_seconds=20)
    assert figures.service_level_offered == 4 / 10
    assert figures.service_level_answered == 4 / 6
    assert figures.service_level_ignore_short == 4 / 9
    assert figures.service_level_positive == 5 / 10
    assert (figures.answer_rate, figures.abandon_rate) == (6 / 10, 2 / 10)
    assert figures.asa_seconds == (4 * 5 + 2 * 30) / 6
    assert figures.waiting == 1


def test_rates_of_nothing_are_empty(ground: Ground) -> None:
    figures = calls(ground)
    assert figures.offered == 0
    assert {
        figures.answer_rate,
        figures.abandon_rate,
        figures.service_level_offered,
        figures.service_level_answered,
        figures.service_level_ignore_short,
        figures.service_level_positive,
        figures.asa_seconds,
    } == {None}


def test_what_means_nothing_here_is_kept_and_counted_as_ignored(ground: Ground) -> None:
    recorded = log(
        ground,
        "0|NONE|q1|ann|PENALTY|3",
        "0|c1|q1|NONE|DID|4008",
        "0|NONE|NONE|NONE|CONFIGRELOAD|",
        "0|c1|q1|ann|SOMETHINGNEW|a|b|c|d|e|f|g",
    )
    assert (recorded.ignored, recorded.events) == (4, 0)
    assert ground.floor.agents() == ground.floor.queues() == []


def test_left_empty_in_the_manner_of_a_refusal_counts_and_behind_an_exit_row_does_not(ground: Ground) -> None:
    log(ground, "0|c1|q1|NONE|LEAVEEMPTY", "0|c2|q1|NONE|ENTERQUEUE||138|1")
    log(ground, "9|c2|q1|NONE|EXITEMPTY|1|1|9", "9|c2|q1|NONE|LEAVEEMPTY")
    log(ground, "9|c3|q1|NONE|EXITEMPTY|1|1|9")
    assert outcomes(ground) == [("c1", "q1", 1, "left_empty"), ("c2", "q1", 1, "left_empty")]
