"""Adherence as it happens, in memory: verdicts change with what the floor tells, and by the clock alone.

Pure: no store, no thread, no clock of its own. An agent is looked at again only when something about them changed or an
instant has come at which their verdict can change: the work is in proportion to changes and borders, not to agents.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.planning.adherence import (
    Circumstances,
    Run,
    State,
    call_overruns,
    is_near_border,
    merged_runs,
    timeline,
    union,
)
from app.planning.mapping import CountingTable
from app.planning.model import Activity, Rule, ScheduledSpan, TimeRange, Verdict, VerdictSpan


class LiveVerdict(NamedTuple):
    """What is said of an agent now.

    Attributes:
        verdict: The verdict of this instant.
        since_ms: Since when; an out spell counts from its start once it is longer than the grace.
        severe: It is an out spell of severe length.
        rule: Why.
        pending_since_ms: Since when the agent is away from the plan within the grace; None where they are not.
        shift_change: The spell, pending or not, began within the grace of a border of the plan.
    """

    verdict: Verdict
    since_ms: int
    severe: bool = False
    rule: Rule = Rule.NO_SCHEDULE
    pending_since_ms: int | None = None
    shift_change: bool = False


@dataclass(slots=True)
class _Agent:
    shifts: list[tuple[ScheduledSpan, ...]] = field(default_factory=list)
    approvals: list[TimeRange] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    """Time that is over, in as few stretches as there can be."""
    overruns: list[TimeRange] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    """Time since then as the floor told it; the first that matters for a call in progress is among it."""
    due_ms: int | None = None
    verdict: LiveVerdict | None = None


class LiveAdherence:
    """Keeps every agent's verdict true to the plan, the floor and the clock.

    Tell it what changed with the `set_` methods, then ask `advance` who has another verdict.

    Args:
        table: What counts, the grace, and what is severe.
    """

    def __init__(self, table: CountingTable) -> None:
        self._table = table
        self._agents: dict[str, _Agent] = {}
        self._neutral: list[TimeRange] = []
        self._dirty: set[str] = set()
        self._heap: list[tuple[int, str]] = []
        self.looked_at = 0
        """How many times an agent was looked at: what the work is measured by."""

    def set_schedule(self, agent: str, shifts: Iterable[Sequence[ScheduledSpan]]) -> None:
        """An agent's shifts, in order: the one in progress, and those of today that are over or yet to come.

        A change of a shift that has begun wants the agent's states from its start once more.
        """
        known = self._known(agent)
        known.shifts = [tuple(spans) for spans in shifts if spans]

    def set_approvals(self, agent: str, approvals: Iterable[TimeRange]) -> None:
        """What is approved for an agent."""
        self._known(agent).approvals = union(approvals)

    def set_neutral(self, periods: Iterable[TimeRange]) -> None:
        """Periods neutralised for everyone."""
        self._neutral = union(periods)
        self._dirty |= set(self._agents)

    def set_states(self, agent: str, from_ms: int, states: Iterable[State]) -> None:
        """What the floor knows of an agent from an instant on; what it knew before that instant stays.

        Args:
            agent: Who.
            from_ms: 0, or any instant before the shift in progress, for everything there is; for a change the start of
                the first state that is different.
            states: From then on, in order; none where the agent has signed out.
        """
        known = self._known(agent)
        states = list(states)
        kept = [_ended(state, from_ms) for state in known.states if state[0] < from_ms]
        if not known.states or from_ms <= known.states[0][0]:
            known.runs = [run._replace(end_ms=min(run.end_ms, from_ms)) for run in known.runs if run.start_ms < from_ms]
            known.overruns = [TimeRange(a, min(b, from_ms)) for a, b in known.overruns if a < from_ms]
        known.states = kept + states
        self._settle(known, len(kept))

    def _settle(self, known: _Agent, over: int) -> None:
        """Keep what is over as runs, up to the last state among it that is no part of a call."""
        index = over
        while index > 0 and known.states[index - 1][2] in {"ringing", "on_call", "hold", "wrap_up"}:
            index -= 1
        index -= 1
        if index <= 0:
            return
        settled, known.states = known.states[:index], known.states[index:]
        end_ms = known.states[0][0]
        for spans in known.shifts:
            known.overruns += call_overruns(spans, settled, end_ms)
        for run in merged_runs(settled, self._table, end_ms):
            last = known.runs[-1] if known.runs else None
            if last is not None and last.end_ms == run.start_ms and last.kind is run.kind:
                known.runs[-1] = last._replace(end_ms=run.end_ms)
            else:
                known.runs.append(run)
        # What lies before the oldest shift has no say any more; the last run tells since when an agent is there.
        oldest_ms = known.shifts[0][0].start_ms if known.shifts else end_ms
        known.runs = [run for run in known.runs[:-1] if run.end_ms > oldest_ms] + known.runs[-1:]
        known.overruns = [each for each in known.overruns if each.end_ms > oldest_ms]

    def _known(self, agent: str) -> _Agent:
        self._dirty.add(agent)
        return self._agents.setdefault(agent, _Agent())

    def forget(self, agent: str) -> None:
        """Nothing is said of an agent any more."""
        self._agents.pop(agent, None)
        self._dirty.discard(agent)

    def verdict(self, agent: str) -> LiveVerdict | None:
        """What was last said of an agent; None for one who is not known."""
        known = self._agents.get(agent)
        return None if known is None else known.verdict

    def planned(self, agent: str, at_ms: int) -> Activity | None:
        """What the plan wants of an agent at an instant; None where it wants nothing."""
        known = self._agents.get(agent)
        spans = () if known is None else (span for spans in known.shifts for span in spans)
        return next((span.activity for span in spans if span.start_ms <= at_ms < span.end_ms), None)

    def due_ms(self, agent: str) -> int | None:
        """The next instant at which the clock alone can change what is said of an agent; None for never."""
        known = self._agents.get(agent)
        return None if known is None else known.due_ms

    def advance(self, now_ms: int) -> set[str]:
        """Let changes and the clock have their effect.

        Args:
            now_ms: The present instant; it never goes back.

        Returns:
            The agents of whom something else is said now.
        """
        heap = self._heap
        due, self._dirty = self._dirty, set()
        while heap and heap[0][0] <= now_ms:
            at_ms, agent = heapq.heappop(heap)
            known = self._agents.get(agent)
            if known is not None and known.due_ms == at_ms:
                due.add(agent)
        changed = set()
        for agent in due:
            known = self._agents[agent]
            self.looked_at += 1
            verdict, due_ms = self._look(known, now_ms)
            if verdict != known.verdict:
                known.verdict = verdict
                changed.add(agent)
            if due_ms is not None and due_ms != known.due_ms:
                heapq.heappush(heap, (due_ms, agent))
            known.due_ms = due_ms
        return changed

    def _look(self, known: _Agent, now_ms: int) -> tuple[LiveVerdict, int | None]:
        # The instant itself counts: who is out at it is out for a millisecond more.
        until_ms = now_ms + 1
        runs = known.runs + merged_runs(known.states, self._table, until_ms)
        begun = sum(spans[0].start_ms <= now_ms for spans in known.shifts)
        shifts = known.shifts[max(0, begun - 1) :]
        overruns = list(known.overruns)
        for spans in shifts:
            overruns += call_overruns(spans, known.states, until_ms)
        start_ms = shifts[0][0].start_ms if begun else min([now_ms, *(run.start_ms for run in runs[:1])])
        given = Circumstances(self._table, runs, overruns, self._neutral, known.approvals)
        told = timeline(shifts, given, start_ms, until_ms)
        verdict = self._said(told, shifts, now_ms)
        return verdict, self._next_ms(known, shifts, told[-1], now_ms)

    def _said(self, told: Sequence[VerdictSpan], shifts: Sequence[Sequence[ScheduledSpan]], now_ms: int) -> LiveVerdict:
        last = told[-1]
        index = len(told) - 1
        while index and told[index - 1].verdict is last.verdict and told[index - 1].end_ms == told[index].start_ms:
            index -= 1
        spell_ms = last.spell_start_ms if last.verdict in (Verdict.OUT, Verdict.IN) else None
        return LiveVerdict(
            last.verdict,
            told[index].start_ms,
            last.verdict is Verdict.OUT and spell_ms is not None and now_ms - spell_ms >= self._table.severe_ms,
            last.rule,
            spell_ms if last.verdict is Verdict.IN else None,
            spell_ms is not None and any(is_near_border(spans, spell_ms, self._table.grace_ms) for spans in shifts),
        )

    def _next_ms(
        self, known: _Agent, shifts: Sequence[Sequence[ScheduledSpan]], last: VerdictSpan, now_ms: int
    ) -> int | None:
        """The next instant at which the verdict can change with nothing happening."""
        due: list[int] = []
        for spans in shifts:
            for span in spans:
                if span.end_ms > now_ms:
                    due.append(span.start_ms if span.start_ms > now_ms else span.end_ms)
                    break
        for ranges in (known.approvals, self._neutral):
            first = max(0, bisect_right(ranges, now_ms, key=_range_start) - 1)
            due += [border_ms for each in ranges[first : first + 2] for border_ms in each if border_ms > now_ms]
        for start_ms, end_ms, *_rest in known.states:
            due += [border_ms for border_ms in (start_ms, end_ms) if border_ms is not None and border_ms > now_ms]
        if last.spell_start_ms is not None:
            for wait_ms in (self._table.grace_ms, self._table.severe_ms):
                due.append(last.spell_start_ms + wait_ms)
        return min((each for each in due if each > now_ms), default=None)


def _range_start(each: TimeRange) -> int:
    return each.start_ms


def _ended(state: State, at_ms: int) -> State:
    """A state that is over at an instant."""
    start_ms, end_ms, word, reason, signed_in = state
    return start_ms, at_ms if end_ms is None else min(end_ms, at_ms), word, reason, signed_in
