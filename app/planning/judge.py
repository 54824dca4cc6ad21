"""The judge: reads what was planned, decided and seen of one agent at a time; gives verdicts and figures of shifts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from app.core.bulk import collector_paused
from app.core.zones import date_start_ms
from app.planning.adherence import (
    Circumstances,
    Run,
    State,
    call_overruns,
    judge_shift,
    merged_runs,
    runs_between,
    timeline,
)
from app.planning.figures import AdherenceFigures, shift_figures, work_windows
from app.planning.mapping import AdherenceRules, CountingTable
from app.planning.model import (
    LONGEST_SHIFT_MS,
    OVERTIME_MS,
    AdherenceException,
    ExceptionKind,
    Shift,
    TimeRange,
    VerdictSpan,
)
from app.planning.ports import PlanningReader

_REACH_MS = 2 * LONGEST_SHIFT_MS + 2 * OVERTIME_MS
"""How far around a range a shift can lie that has a say in it."""


@dataclass(frozen=True, slots=True)
class JudgedShift:
    """A shift with all that is said of it.

    Attributes:
        shift: The plan.
        verdicts: From its start to its end, or to now.
        figures: Its figures.
    """

    shift: Shift
    verdicts: tuple[VerdictSpan, ...]
    figures: AdherenceFigures


def total(judged: Iterable[JudgedShift]) -> AdherenceFigures:
    """The figures of several shifts together."""
    whole = AdherenceFigures()
    for each in judged:
        whole += each.figures
    return whole


@dataclass(frozen=True, slots=True)
class Effect:
    """What a deed does to the figures of the shifts it touches.

    Attributes:
        before: Their figures without it.
        after: Their figures with it.
        shifts: How many shifts that have begun it touches.
        number: Of the version, the approval or the period; 0 where it was only tried.
        range: The time it is about.
        agents: How many agents these shifts are of.
    """

    before: AdherenceFigures
    after: AdherenceFigures
    shifts: int
    number: int
    range: TimeRange
    agents: int = 1


class Judge:
    """Gives verdicts. What people decided is read once, when it is made: make a new one for every question.

    Args:
        reader: The store; the caller holds a transaction open, so that all of it is of one moment.
        zone: The site's zone.
        now_ms: Nothing is said of what comes after.
        as_of_ms: Judge by the plan and the decisions of this earlier instant; None for those of now.
        exceptions: Judge by these decisions; None for those that are stored.
        proposed: Judge by these shifts instead of the standing ones of their agents and dates.
    """

    def __init__(
        self,
        reader: PlanningReader,
        zone: tzinfo,
        now_ms: int,
        as_of_ms: int | None = None,
        exceptions: Iterable[AdherenceException] | None = None,
        proposed: Sequence[Shift] = (),
    ) -> None:
        self._reader = reader
        self._zone = zone
        self._now_ms = now_ms
        self._as_of_ms = as_of_ms
        self._proposed = {(shift.agent, shift.shift_date): shift for shift in proposed}
        self._neutral: list[TimeRange] = []
        self._approvals: dict[str, list[TimeRange]] = {}
        for decided in reader.exceptions() if exceptions is None else exceptions:
            if _held(decided, as_of_ms):
                if decided.kind is ExceptionKind.NEUTRAL_PERIOD:
                    self._neutral.append(decided.range)
                else:
                    self._approvals.setdefault(decided.agent, []).append(decided.range)
        versions = reader.rules_versions() or [(date.min, AdherenceRules())]
        self._since = [since for since, _rules in versions]
        self._tables = [CountingTable(rules) for _since, rules in versions]
        self._day_starts: dict[date, int] = {}

    def table(self, day: date) -> CountingTable:
        """What counts on a date."""
        return self._tables[max(0, bisect_right(self._since, day) - 1)]

    def place_ms(self, shift: Shift) -> int:
        """The instant by which a shift belongs to a range: its start, moved into its date where it starts outside."""
        day_ms, next_ms = self._day_start_ms(shift.shift_date), self._day_start_ms(shift.shift_date + timedelta(days=1))
        return min(max(shift.start_ms, day_ms), next_ms - 1)

    def _day_start_ms(self, day: date) -> int:
        if day not in self._day_starts:
            self._day_starts[day] = date_start_ms(day, self._zone)
        return self._day_starts[day]

    def _shifts(self, agent: str, start_ms: int, end_ms: int) -> list[Shift]:
        standing = self._reader.shifts(agent, start_ms - _REACH_MS, end_ms + _REACH_MS, self._as_of_ms)
        if self._proposed:
            mine = {key: shift for key, shift in self._proposed.items() if key[0] == agent}
            standing = [shift for shift in standing if (agent, shift.shift_date) not in mine]
            standing += [shift for shift in mine.values() if shift.spans]
            standing.sort(key=lambda shift: shift.start_ms)
        return standing

    def shifts(self, agent: str, start_ms: int, end_ms: int) -> list[JudgedShift]:
        """An agent's shifts whose place lies in [start, end) and that have begun, in order of time."""
        around = self._shifts(agent, start_ms, end_ms)
        return self._judged_among(around, lambda shift: start_ms <= self.place_ms(shift) < end_ms)

    def touching(self, agent: str, start_ms: int, end_ms: int) -> list[JudgedShift]:
        """An agent's shifts that have any time in [start, end) and that have begun, whole, in order of time."""
        around = self._shifts(agent, start_ms, end_ms)
        return self._judged_among(around, lambda shift: shift.start_ms < end_ms and shift.end_ms > start_ms)

    def _judged_among(self, around: Sequence[Shift], wanted: Callable[[Shift], bool]) -> list[JudgedShift]:
        """Those of one agent's shifts that are wanted and have begun; the others border their overtime."""
        chosen = [index for index, shift in enumerate(around) if shift.start_ms < self._now_ms and wanted(shift)]
        if not chosen:
            return []
        agent = around[0].agent
        windows = work_windows(around, self._now_ms)
        first_ms = min(windows[index].start_ms for index in chosen)
        last_ms = max(windows[index].end_ms for index in chosen)
        runs_by_table: dict[int, list[Run]] = {}
        judged = []
        with collector_paused():
            states = self._reader.agent_states(agent, first_ms, last_ms)
        for index in chosen:
            shift, window = around[index], windows[index]
            table = self.table(shift.shift_date)
            runs = runs_by_table.get(id(table))
            if runs is None:
                runs = runs_by_table[id(table)] = merged_runs(states, table, self._now_ms)
            near = runs_between(runs, window.start_ms, max(window.end_ms, shift.end_ms))
            judged.append(self._judged(shift, states, near, window, table))
        return judged

    def _judged(
        self, shift: Shift, states: Sequence[State], runs: Sequence[Run], window: TimeRange, table: CountingTable
    ) -> JudgedShift:
        given = self._given(shift.agent, [shift], states, runs, table)
        verdicts = judge_shift(shift.spans, given, self._now_ms)
        figures = shift_figures(shift.spans, verdicts, runs, window, table, self._now_ms)
        return JudgedShift(shift, tuple(verdicts), figures)

    def _given(
        self, agent: str, shifts: Sequence[Shift], states: Sequence[State], runs: Sequence[Run], table: CountingTable
    ) -> Circumstances:
        overruns = [each for shift in shifts for each in call_overruns(shift.spans, states, self._now_ms)]
        start_ms, end_ms = shifts[0].start_ms, shifts[-1].end_ms
        neutral = [each for each in self._neutral if each.end_ms > start_ms and each.start_ms < end_ms]
        return Circumstances(table, runs, overruns, neutral, self._approvals.get(agent, ()))

    def timeline(self, agent: str, start_ms: int, end_ms: int) -> tuple[list[Shift], list[VerdictSpan]]:
        """An agent's plan and verdicts of [start, end), off time included; verdicts end at now.

        Returns:
            The shifts that touch the range, and verdicts without gaps from `start_ms` on.
        """
        shifts = [s for s in self._shifts(agent, start_ms, end_ms) if s.end_ms > start_ms and s.start_ms < end_ms]
        until_ms = max(start_ms, min(end_ms, self._now_ms))
        first_ms = min([start_ms, *(shift.start_ms for shift in shifts)])
        states = self._reader.agent_states(agent, first_ms, max([until_ms, *(shift.end_ms for shift in shifts)]))
        told: list[VerdictSpan] = []
        borders = [start_ms, *(shift.start_ms for shift in shifts[1:] if shift.start_ms > start_ms), until_ms]
        parts: Sequence[Sequence[Shift]] = [[shift] for shift in shifts] or [[]]
        for part, from_ms, to_ms in zip(parts, borders, borders[1:], strict=False):
            # Each shift with the off time after it, by the rules of its date.
            table = self.table(part[0].shift_date if part else date.max)
            runs = merged_runs(states, table, self._now_ms)
            given = self._given(agent, part, states, runs, table) if part else Circumstances(table, runs)
            told += timeline([shift.spans for shift in part], given, from_ms, min(to_ms, until_ms))
        return shifts, told


def _held(decided: AdherenceException, as_of_ms: int | None) -> bool:
    if as_of_ms is None:
        return decided.holds
    return decided.at_ms <= as_of_ms and (decided.cancelled_ms is None or decided.cancelled_ms > as_of_ms)
