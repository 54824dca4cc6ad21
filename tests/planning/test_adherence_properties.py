"""What holds of adherence for every plan, every floor and every decision."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.adherence import Circumstances, State, call_overruns, merged_runs, timeline
from app.planning.figures import AdherenceFigures, shift_figures
from app.planning.live import LiveAdherence
from app.planning.model import Activity, ScheduledSpan, TimeRange, Verdict, VerdictSpan
from tests.planning.ground import DAY, LATE_MS, START_MS, TABLE, floors, judged, plans, ranges, spent

PARTS = (Verdict.IN, Verdict.OUT, Verdict.NEUTRAL, Verdict.UNMAPPED)
WORK = tuple(activity for activity in Activity if activity is not Activity.LEAVE)


def scheduled_ms(plan: Sequence[ScheduledSpan], until_ms: int) -> int:
    return sum(
        max(0, min(each.end_ms, until_ms) - each.start_ms) for each in plan if each.activity is not Activity.LEAVE
    )


def figures_of(
    plan: Sequence[ScheduledSpan], seen: Sequence[State], verdicts: Sequence[VerdictSpan], until_ms: int
) -> AdherenceFigures:
    window = TimeRange(plan[0].start_ms, plan[-1].end_ms)
    return shift_figures(plan, verdicts, merged_runs(seen, TABLE, until_ms), window, TABLE, until_ms)


@given(plans(), floors(), ranges(), ranges(), st.integers(-1000, 20_000_000))
def test_in_out_neutral_and_unmapped_are_the_scheduled_time(
    plan: list[ScheduledSpan], seen: list[State], approvals: list[TimeRange], neutral: list[TimeRange], after_ms: int
) -> None:
    until_ms = START_MS + after_ms
    verdicts = judged(plan, seen, approvals, neutral, until_ms)
    times = spent(verdicts)
    assert sum(times[verdict] for verdict in PARTS) == scheduled_ms(plan, until_ms)
    assert all(earlier.end_ms <= later.start_ms for earlier, later in pairwise(verdicts))
    assert all(each.start_ms < each.end_ms for each in verdicts)
    found = figures_of(plan, seen, verdicts, until_ms)
    parts = (found.in_seconds, found.out_seconds, found.neutral_seconds, found.unmapped_seconds)
    assert sum(parts) == found.scheduled_seconds == scheduled_ms(plan, until_ms) // 1000
    for seconds, verdict in zip(parts, PARTS, strict=True):
        assert abs(seconds * 1000 - times[verdict]) < 1000
    assert found.late_seconds + found.early_leave_seconds <= times[Verdict.OUT] // 1000
    assert found.late_arrivals <= 1
    assert found.early_leaves <= 1


@given(plans(), floors(), ranges())
def test_approving_everything_gives_a_hundred_per_cent(
    plan: list[ScheduledSpan], seen: list[State], neutral: list[TimeRange]
) -> None:
    everything = [TimeRange(START_MS - 1, LATE_MS)]
    verdicts = judged(plan, seen, everything, neutral)
    found = figures_of(plan, seen, verdicts, LATE_MS)
    assert found.out_seconds == found.unmapped_seconds == 0
    assert found.adherence in (None, 1.0)
    assert (found.late_arrivals, found.early_leaves) == (0, 0)


@given(plans(), floors(), ranges(), ranges(), ranges())
def test_an_approval_changes_the_out_and_unmapped_time_it_covers_and_nothing_else(
    plan: list[ScheduledSpan],
    seen: list[State],
    approvals: list[TimeRange],
    more: list[TimeRange],
    neutral: list[TimeRange],
) -> None:
    before = spent(judged(plan, seen, approvals, neutral))
    after = spent(judged(plan, seen, approvals + more, neutral))
    assert after[Verdict.IN] == before[Verdict.IN]
    assert after[Verdict.OUT] <= before[Verdict.OUT]
    assert after[Verdict.UNMAPPED] <= before[Verdict.UNMAPPED]
    gained = before[Verdict.OUT] + before[Verdict.UNMAPPED] - after[Verdict.OUT] - after[Verdict.UNMAPPED]
    assert after[Verdict.NEUTRAL] - before[Verdict.NEUTRAL] == gained


@given(plans(), floors(), st.integers(0, 8_000_000), st.lists(st.integers(0, 8_000_000), max_size=3))
def test_states_cut_in_two_say_the_same(
    plan: list[ScheduledSpan], seen: list[State], until_ms: int, cuts_ms: list[int]
) -> None:
    cut: list[State] = []
    for start_ms, end_ms, word, reason, signed_in in seen:
        at_ms = start_ms
        if word == "not_ready":
            for cut_ms in sorted(START_MS + each for each in cuts_ms):
                if at_ms < cut_ms < (LATE_MS if end_ms is None else end_ms):
                    cut.append((at_ms, cut_ms, word, reason, signed_in))
                    at_ms = cut_ms
        cut.append((at_ms, end_ms, word, reason, signed_in))
    assert judged(plan, cut, until_ms=START_MS + until_ms) == judged(plan, seen, until_ms=START_MS + until_ms)


@given(plans(), floors(), ranges(), ranges(), st.integers(0, 8_000_000))
def test_a_timeline_has_no_gaps_and_the_same_scheduled_time(
    plan: list[ScheduledSpan], seen: list[State], approvals: list[TimeRange], neutral: list[TimeRange], after_ms: int
) -> None:
    until_ms = START_MS + after_ms + 1
    runs = merged_runs(seen, TABLE, until_ms)
    overruns = call_overruns(plan, seen, until_ms)
    found = timeline([plan], Circumstances(TABLE, runs, overruns, neutral, approvals), START_MS - 1000, until_ms)
    assert (found[0].start_ms, found[-1].end_ms) == (START_MS - 1000, until_ms)
    assert all(earlier.end_ms == later.start_ms for earlier, later in pairwise(found))
    expected = spent(judged(plan, seen, approvals, neutral, until_ms))
    assert all(spent(found)[part] == expected[part] for part in PARTS)


# -- live ------------------------------------------------------------------------------------------------------------


def expected_now(
    plan: Sequence[ScheduledSpan],
    seen: Sequence[State],
    approvals: list[TimeRange],
    neutral: list[TimeRange],
    now_ms: int,
) -> tuple[Verdict, int | None]:
    """The verdict of an instant as the report gives it, and since when in planned time."""
    until_ms = now_ms + 1
    runs = merged_runs(seen, TABLE, until_ms)
    overruns = call_overruns(plan, seen, until_ms)
    found = timeline([plan], Circumstances(TABLE, runs, overruns, neutral, approvals), plan[0].start_ms, until_ms)
    index = len(found) - 1
    while index and found[index - 1].verdict is found[-1].verdict:
        index -= 1
    return found[-1].verdict, found[index].start_ms


@settings(max_examples=200, deadline=None)
@given(plans(), floors(), ranges(), ranges(), st.lists(st.integers(0, 8_000_000), min_size=1, max_size=12))
def test_live_is_what_the_report_says_at_every_instant(
    plan: list[ScheduledSpan],
    seen: list[State],
    approvals: list[TimeRange],
    neutral: list[TimeRange],
    asked_ms: list[int],
) -> None:
    live = LiveAdherence(TABLE)
    live.set_schedule("ann", [plan])
    live.set_approvals("ann", approvals)
    live.set_neutral(neutral)
    # The floor tells each state when it begins, as open, and its end when that comes.
    moments = [(state[0], number, False) for number, state in enumerate(seen)]
    moments += [(state[1], number, True) for number, state in enumerate(seen) if state[1] is not None]
    questions = [(START_MS + each, -1, False) for each in asked_ms]
    for at_ms, number, ended in sorted([*moments, *questions], key=lambda each: (each[0], each[1] < 0, not each[2])):
        if number < 0:
            live.advance(at_ms)
            found = live.verdict("ann")
            assert found is not None
            known = [state for state in seen if state[0] <= at_ms]
            if at_ms >= plan[0].start_ms:
                assert (found.verdict, found.since_ms) == expected_now(plan, known, approvals, neutral, at_ms)
        elif ended:
            live.set_states("ann", seen[number][0], [seen[number]])
        else:
            start_ms, _end_ms, *rest = seen[number]
            live.set_states("ann", start_ms, [(start_ms, None, str(rest[0]), str(rest[1]), bool(rest[2]))])


@settings(max_examples=100, deadline=None)
@given(plans(WORK), floors(), ranges(), ranges())
def test_live_verdicts_change_at_the_millisecond_by_the_clock_alone(
    plan: list[ScheduledSpan], seen: list[State], approvals: list[TimeRange], neutral: list[TimeRange]
) -> None:
    live = LiveAdherence(TABLE)
    live.set_schedule("ann", [plan])
    live.set_approvals("ann", approvals)
    live.set_neutral(neutral)
    live.set_states("ann", 0, seen)
    now_ms = plan[0].start_ms
    live.advance(now_ms)
    while now_ms < plan[-1].end_ms:
        due_ms = min(live.due_ms("ann") or LATE_MS, plan[-1].end_ms)
        # Up to the last instant before it is looked at again, what was said stays true.
        last = live.verdict("ann")
        assert last is not None
        for at_ms in {now_ms, (now_ms + due_ms) // 2, due_ms - 1}:
            assert (last.verdict, last.since_ms) == expected_now(plan, seen, approvals, neutral, at_ms)
        now_ms = due_ms
        live.advance(now_ms)


def test_the_work_is_in_proportion_to_changes_and_borders_not_to_agents() -> None:
    agents = [f"agent {number}" for number in range(200)]
    live = LiveAdherence(TABLE)
    hour_ms = 3_600_000
    for agent in agents:
        live.set_schedule(agent, [[ScheduledSpan(agent, DAY, START_MS, START_MS + hour_ms, Activity.ON_QUEUE)]])
        live.set_states(agent, 0, [(START_MS, None, "available", "", True)])
    live.advance(START_MS)
    assert live.looked_at == len(agents)
    for second in range(1, 3599):
        assert live.advance(START_MS + second * 1000) == set()
    assert live.looked_at == len(agents)
    live.set_states("agent 7", START_MS + 3_598_000, [])
    assert live.advance(START_MS + 3_599_000) == {"agent 7"}
    assert live.looked_at == len(agents) + 1
    assert live.advance(START_MS + hour_ms) == set(agents)
    assert live.looked_at == 2 * len(agents) + 1
