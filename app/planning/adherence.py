"""The rules of adherence as pure functions: the plan, what the floor saw, and what people decided give the verdicts.

    plan × states → verdict by the table → calls that overran → neutralised periods → spells and their grace → approvals

Everything is derived each time from facts; nothing that is computed here is stored. Time is milliseconds, [start, end).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from app.planning.mapping import CountingTable, Kind, activity_index
from app.planning.model import Activity, Rule, ScheduledSpan, TimeRange, Verdict, VerdictSpan

State = tuple[int, int | None, str, str, bool]
"""A stretch of an agent's time as the floor keeps it: start, end (None while open), state, reason, signed in."""

_SAME_CALL: Final = frozenset(
    {("ringing", "on_call"), ("on_call", "hold"), ("hold", "on_call"), ("on_call", "wrap_up"), ("hold", "wrap_up")}
)
"""From which state to which one a call goes on; any other step is another call or none."""


class Run(NamedTuple):
    """A stretch of states that mean the same for adherence; being signed out is the absence of a run."""

    start_ms: int
    end_ms: int
    kind: Kind


def merged_runs(states: Iterable[State], table: CountingTable, until_ms: int) -> list[Run]:
    """An agent's time in as few stretches as adherence can tell apart.

    Args:
        states: In order, not overlapping.
        table: What states mean.
        until_ms: Where open states end, and what lies after is left out.
    """
    runs: list[Run] = []
    start_ms = end_ms = 0
    present: Kind | None = None
    # A month of a large floor is ten million states: this loop is most of a report's time.
    known, look_up = table.kinds.get, table.kind
    for first_ms, last_ms, state, reason, signed_in in states:
        kind = known((state, reason, signed_in)) or look_up(state, reason, signed_in)
        if last_ms is None or last_ms > until_ms:
            last_ms = until_ms
        if kind is present and first_ms == end_ms:
            end_ms = last_ms
            continue
        if last_ms <= first_ms:
            continue
        if present is not None:
            runs.append(Run(start_ms, end_ms, present))
        start_ms, end_ms, present = first_ms, last_ms, kind
    if present is not None:
        runs.append(Run(start_ms, end_ms, present))
    return runs


def call_overruns(spans: Sequence[ScheduledSpan], states: Sequence[State], until_ms: int) -> list[TimeRange]:
    """Where a call that was in progress at the end of planned time on the queue goes on, with its wrap-up.

    Args:
        spans: The plan, in order.
        states: What the floor saw, in order.
        until_ms: Where open states end.
    """
    found = []
    for span, following in pairwise(spans):
        border_ms = span.end_ms
        if span.activity is not Activity.ON_QUEUE or following.activity is Activity.ON_QUEUE:
            continue
        if border_ms != following.start_ms or border_ms >= until_ms:
            continue
        # The state of the last instant on the queue.
        index = bisect_left(states, border_ms, key=_start) - 1
        if index < 0 or states[index][2] not in {"ringing", "on_call", "hold", "wrap_up"}:
            continue
        end_ms = _end(states[index], until_ms)
        while index + 1 < len(states) and states[index + 1][0] == end_ms:
            if (states[index][2], states[index + 1][2]) not in _SAME_CALL:
                break
            index += 1
            end_ms = _end(states[index], until_ms)
        if end_ms > border_ms and states[index][2] != "ringing":
            found.append(TimeRange(border_ms, end_ms))
    return found


def _start(state: State) -> int:
    return state[0]


def _end(state: State, until_ms: int) -> int:
    return until_ms if state[1] is None else min(state[1], until_ms)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a shift is judged by besides the plan.

    Attributes:
        table: What counts, and the grace.
        runs: The agent's time.
        overruns: Calls that went on past the end of time on the queue.
        neutral: Periods neutralised for everyone.
        approvals: Time approved for this agent.
    """

    table: CountingTable
    runs: Sequence[Run]
    overruns: Sequence[TimeRange] = ()
    neutral: Sequence[TimeRange] = ()
    approvals: Sequence[TimeRange] = ()


def judge_shift(spans: Sequence[ScheduledSpan], given: Circumstances, until_ms: int) -> list[VerdictSpan]:
    """The verdicts of one shift from its start to its end, or to now.

    The verdicts in, out, neutral and unmapped share out the planned time without leave, to the millisecond.

    Args:
        spans: The shift, in order.
        given: What it is judged by.
        until_ms: Now, or the end of time; nothing is said of what comes after.
    """
    judged = _by_table(spans, given, until_ms)
    if given.overruns:
        judged = _overlaid(judged, given.overruns, _OUT_ONLY, Rule.CALL_OVERRAN)
    if given.neutral:
        judged = _overlaid(judged, given.neutral, _SCHEDULED, Rule.NEUTRALISED)
    judged = _with_spells(judged, given.table.grace_ms)
    if given.approvals:
        judged = _overlaid(judged, given.approvals, _APPROVABLE, Rule.APPROVED)
    return judged


_OUT_ONLY: Final = frozenset({Verdict.OUT})
_SCHEDULED: Final = frozenset({Verdict.IN, Verdict.OUT, Verdict.NEUTRAL, Verdict.UNMAPPED})
_APPROVABLE: Final = frozenset({Verdict.OUT, Verdict.UNMAPPED})


def _by_table(spans: Sequence[ScheduledSpan], given: Circumstances, until_ms: int) -> list[VerdictSpan]:
    judged: list[VerdictSpan] = []
    if not spans:
        return judged
    absent = given.table.absent
    for span in spans:
        activity = span.activity
        index = activity_index(activity)
        last: VerdictSpan | None = None
        for start_ms, end_ms, kind in cut_runs(given.runs, absent, span.start_ms, min(span.end_ms, until_ms)):
            verdict, rule = kind.verdicts[index]
            if activity is Activity.LEAVE:
                verdict, rule = _off_time(kind, Rule.ON_LEAVE)
            if last is not None and last.rule is rule and last.verdict is verdict:
                last = judged[-1] = last._replace(end_ms=end_ms)
            else:
                last = VerdictSpan(start_ms, end_ms, verdict, rule, activity)
                judged.append(last)
    return judged


def _off_time(kind: Kind, rule: Rule) -> tuple[Verdict, Rule]:
    return (Verdict.EXTRA, Rule.WORK_IN_OFF_TIME) if kind.present else (Verdict.NO_SCHEDULE, rule)


def cut_runs(runs: Sequence[Run], absent: Kind, start_ms: int, end_ms: int) -> Iterator[tuple[int, int, Kind]]:
    """[start, end) without gaps: the runs inside it, and being signed out between them."""
    index = max(0, bisect_right(runs, start_ms, key=_run_start) - 1)
    at_ms = start_ms
    while at_ms < end_ms:
        if index >= len(runs) or runs[index].start_ms >= end_ms:
            yield at_ms, end_ms, absent
            return
        run = runs[index]
        index += 1
        if run.end_ms <= at_ms:
            continue
        if run.start_ms > at_ms:
            yield at_ms, run.start_ms, absent
            at_ms = run.start_ms
        stop_ms = min(run.end_ms, end_ms)
        yield at_ms, stop_ms, run.kind
        at_ms = stop_ms


def _run_start(run: Run) -> int:
    return run.start_ms


def _overlaid(
    judged: Sequence[VerdictSpan], ranges: Sequence[TimeRange], over: frozenset[Verdict], rule: Rule
) -> list[VerdictSpan]:
    """The verdicts with those of `over` made neutral inside some ranges."""
    merged = union(ranges)
    overlaid: list[VerdictSpan] = []
    for span in judged:
        at_ms = span.start_ms
        if span.verdict in over:
            for start_ms, end_ms in merged:
                start_ms, end_ms = max(start_ms, at_ms), min(end_ms, span.end_ms)
                if start_ms >= end_ms:
                    continue
                if start_ms > at_ms:
                    overlaid.append(span._replace(start_ms=at_ms, end_ms=start_ms))
                overlaid.append(span._replace(start_ms=start_ms, end_ms=end_ms, verdict=Verdict.NEUTRAL, rule=rule))
                at_ms = end_ms
        if at_ms < span.end_ms:
            overlaid.append(span._replace(start_ms=at_ms))
    return overlaid


def union(ranges: Iterable[TimeRange]) -> list[TimeRange]:
    """The same time in ranges that neither overlap nor touch, in order."""
    merged: list[TimeRange] = []
    for each in sorted(ranges):
        if each.end_ms <= each.start_ms:
            continue
        if merged and each.start_ms <= merged[-1].end_ms:
            merged[-1] = TimeRange(merged[-1].start_ms, max(merged[-1].end_ms, each.end_ms))
        else:
            merged.append(each)
    return merged


def _with_spells(judged: list[VerdictSpan], grace_ms: int) -> list[VerdictSpan]:
    """Out spells told apart: what is no longer than the grace counts as in, what is longer counts whole."""
    first = 0
    while first < len(judged):
        if judged[first].verdict is not Verdict.OUT:
            first += 1
            continue
        after = first + 1
        while (
            after < len(judged)
            and judged[after].verdict is Verdict.OUT
            and judged[after].start_ms == judged[after - 1].end_ms
        ):
            after += 1
        start_ms, end_ms = judged[first].start_ms, judged[after - 1].end_ms
        for index in range(first, after):
            span = judged[index]._replace(spell_start_ms=start_ms, spell_end_ms=end_ms)
            if end_ms - start_ms <= grace_ms:
                span = span._replace(verdict=Verdict.IN, rule=Rule.WITHIN_GRACE)
            judged[index] = span
        first = after
    return judged


def runs_between(runs: Sequence[Run], start_ms: int, end_ms: int) -> Sequence[Run]:
    """The runs that touch [start, end)."""
    first = max(0, bisect_right(runs, start_ms, key=_run_start) - 1)
    return runs[first : bisect_left(runs, end_ms, key=_run_start)]


def timeline(
    shifts: Sequence[Sequence[ScheduledSpan]], given: Circumstances, start_ms: int, until_ms: int
) -> list[VerdictSpan]:
    """The verdicts of [start, until) without gaps, off time included.

    Args:
        shifts: The agent's shifts, in order; those that began before `start_ms` are judged whole and then cut.
        given: What they are judged by.
        start_ms: First instant.
        until_ms: First instant after; at most now.
    """
    told: list[VerdictSpan] = []
    at_ms = start_ms
    off_rule = Rule.OFF_TIME if shifts else Rule.NO_SCHEDULE

    def off_time(stop_ms: int) -> None:
        for first_ms, last_ms, kind in cut_runs(given.runs, given.table.absent, at_ms, min(stop_ms, until_ms)):
            verdict, rule = _off_time(kind, off_rule) if shifts else (Verdict.NO_SCHEDULE, off_rule)
            if told and told[-1].end_ms == first_ms and (told[-1].verdict, told[-1].rule) == (verdict, rule):
                told[-1] = told[-1]._replace(end_ms=last_ms, activity=None)
            else:
                told.append(VerdictSpan(first_ms, last_ms, verdict, rule))

    for spans in shifts:
        for span in judge_shift(spans, given, until_ms):
            if span.end_ms <= at_ms:
                continue
            if span.start_ms > at_ms:
                off_time(span.start_ms)
            told.append(span._replace(start_ms=max(span.start_ms, at_ms)))
            at_ms = span.end_ms
    off_time(until_ms)
    return told


def is_near_border(spans: Sequence[ScheduledSpan], at_ms: int, grace_ms: int) -> bool:
    """Whether an instant lies within the grace of a border of the plan: a change of shift, not a person astray.

    Args:
        spans: The plan, in order.
        at_ms: The instant, such as the start of an out spell.
        grace_ms: The grace.
    """
    index = max(0, bisect_right(spans, at_ms, key=_span_start) - 1)
    near = spans[index : index + 2]
    return any(abs(border_ms - at_ms) <= grace_ms for span in near for border_ms in (span.start_ms, span.end_ms))


def _span_start(span: ScheduledSpan) -> int:
    return span.start_ms
