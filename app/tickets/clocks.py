"""Clocks counted from what happened: when each ran, what it used, when its limit is reached. Pure.

One cycle is counted at a time, from its moments in order. A clock that runs has one span without an end; what a pause
or another's turn takes out of it is cut out at once, so that time passes only forwards. See docs/tickets.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from app.tickets.books import Books, StagePlan, TypePlan
from app.tickets.model import OVERALL, Clock
from app.tickets.policy import UNIT_CALENDAR, WALL_CALENDAR, ReopenPolicy
from app.tickets.runs import Moment, Run


class ClockState(StrEnum):
    """What a clock shows."""

    RUNNING = "running"
    WARNED = "warned"
    """Running, and past its first warning."""
    OVERDUE = "overdue"
    """Not stopped, and past its limit; it may be paused."""
    PAUSED = "paused"
    MET = "met"
    """Stopped within its limit."""
    MISSED = "missed"
    VOID = "void"
    """Stopped, and not charged."""


class ClockReading(NamedTuple):
    """A clock at a moment.

    Attributes:
        used_ms: Open time used.
        left_ms: Open time left; below 0 past the limit.
        state: What it shows.
    """

    used_ms: int
    left_ms: int
    state: ClockState


def reading(clock: Clock, now_ms: int, books: Books) -> ClockReading:
    """What a clock shows at a moment; cheap enough to ask for thousands of rows each second.

    Args:
        clock: As it was folded.
        now_ms: The moment; a clock that starts later has used nothing.
        books: Where its calendar is found.
    """
    used_ms = clock.used_ms
    spans = clock.spans
    if spans and spans[-1].end_ms is None and (since_ms := spans[-1].start_ms) < now_ms:
        calendar = books.calendar(clock.policy, clock.calendar) if clock.calendar else None
        used_ms += now_ms - since_ms if calendar is None else calendar.open_ms(since_ms, now_ms)
    left_ms = clock.limit_seconds * 1000 - used_ms
    if clock.stopped_ms is not None:
        state = ClockState.VOID if clock.is_void else ClockState.MET if left_ms >= 0 else ClockState.MISSED
    elif left_ms < 0:
        state = ClockState.OVERDUE
    elif not spans or spans[-1].end_ms is not None:
        state = ClockState.PAUSED
    elif clock.warn_seconds and left_ms <= clock.warn_seconds[0] * 1000:
        state = ClockState.WARNED
    else:
        state = ClockState.RUNNING
    return ClockReading(used_ms, left_ms, state)


class _Sending(NamedTuple):
    """A handing on that may be given back: at which moment, and the clocks it stopped."""

    started_at: int
    stopped: list[Run]


class Counter:
    """Counts the clocks of one cycle.

    Args:
        cycle: Its number.
        plan: How its type is counted.
        books: Where calendars are found.
        passed: Points that the ticket had passed before the cycle began, in order: a later cycle begins where the
            ticket is, not where it once was written.
    """

    def __init__(self, cycle: int, plan: TypePlan, books: Books, passed: Sequence[str] = ()) -> None:
        self._cycle = cycle
        self._plan = plan
        self._books = books
        self._passed = passed
        self._index = -1
        self._runs: list[Run] = []
        self._open: list[Run] = []
        self._numbers: dict[str, int] = {}
        self._sendings: list[_Sending] = []
        self._holds: tuple[str, ...] = ()
        self._held: list[tuple[int, int, tuple[str, ...]]] = []
        self._acceptances: set[int] = set()
        self._resolved_at: int | None = None
        self._endings: set[int] = set()

    def count(self, moments: Sequence[Moment]) -> list[Clock]:
        """The clocks, in order of start."""
        if not self._plan.stages:
            return []
        for moment in moments:
            self._index += 1
            self._take(moment)
        return [run.clock(self._cycle, self._plan.version) for run in self._runs]

    def _take(self, moment: Moment) -> None:
        what = moment.what
        if what == "closed":
            self._endings.add(self._index)
            for run in list(self._open):
                self._stop(run, moment)
            return
        if what == "reopened":
            self._reopen(moment)
        else:
            if "forwarded" in moment.points:
                self._was_not_the_crew(moment)
            stopped = self._stop_at_points(moment) if moment.points else []
            if what == "sent":
                for run in self._open:
                    run.is_kept = False
                self._sendings.append(_Sending(self._index, stopped))
            elif what:
                self._give_back(moment)
        self._follow(moment)
        if what != "reopened":
            for point in moment.points:
                for plan in self._plan.starts.get(point, ()):
                    self._start(plan, moment)
        if moment.holds != self._holds:
            self._hold(moment)

    # -- starting and stopping ---------------------------------------------------------------------------------------

    def _start(self, plan: StagePlan, moment: Moment) -> None:
        number = self._numbers.get(plan.name, 0)
        if self._is_open(plan) or (plan.name == OVERALL and number):
            return
        self._numbers[plan.name] = number + 1
        run = Run(plan, number + 1, moment, self._index)
        self._set_calendar(run)
        self._runs.append(run)
        self._open.append(run)
        self._go(run, moment.at_ms, moment.holds)

    def _is_open(self, plan: StagePlan) -> bool:
        return any(run.plan is plan for run in self._open)

    def _go(self, run: Run, at_ms: int, holds: tuple[str, ...]) -> None:
        if not run.plan.paused_by.intersection(holds):
            run.since_ms = at_ms

    def _stop(self, run: Run, moment: Moment, is_void: bool = False) -> None:
        run.rest(moment.at_ms)
        run.stopped_ms = moment.at_ms
        run.stopped_at = self._index
        run.is_void = is_void
        if not run.person and moment.what != "recalled":
            # Who takes it on, or sends it on, ends the wait for somebody to do so: it was theirs.
            run.person = (moment.person if moment.unit == run.unit else "") or moment.by
        self._open.remove(run)

    def _stop_at_points(self, moment: Moment) -> list[Run]:
        if "resolved" in moment.points:
            self._resolved_at = self._index
            self._endings = {self._index}
        elif "answered" in moment.points:
            self._endings.add(self._index)
        if "accepted" in moment.points:
            self._acceptances.add(self._index)
        stops = {plan.name for point in moment.points for plan in self._plan.stops.get(point, ())}
        stopped = [run for run in self._open if run.plan.name in stops]
        for run in stopped:
            self._stop(run, moment)
        return [run for run in stopped if run.plan.name != OVERALL]

    def _resume(self, run: Run, at_ms: int, holds: tuple[str, ...]) -> None:
        run.stopped_ms = None
        run.is_void = False
        self._open.append(run)
        self._go(run, at_ms, holds)

    # -- sent on after all -------------------------------------------------------------------------------------------

    def _was_not_the_crew(self, moment: Moment) -> None:
        """Who accepts and then sends it on to a crew did not accept for the crew: the wait for the sending on has
        lasted all the while, and of what the crew has to do nothing had begun."""
        stages = self._plan.stages
        ahead = next((at for at, plan in enumerate(stages) if "forwarded" in plan.start), len(stages))
        theirs = {plan.name for plan in stages[ahead:] if plan.name != OVERALL}
        since = self._sendings[-1].started_at if self._sendings else -1
        for run in [run for run in self._open if run.plan.name in theirs and run.started_at in self._acceptances]:
            self._stop(run, moment, is_void=True)
        for run in [run for run in self._runs if run.plan.name not in theirs]:
            is_cut_short = run.stopped_at in self._acceptances and run.stopped_at > since
            if is_cut_short and "forwarded" in run.plan.stop and run not in self._open:
                self._go_through(run)

    def _go_through(self, run: Run) -> None:
        """Let a run go on as if it had never stopped; what the ticket waited for since pauses it as ever."""
        at_ms = run.stopped_ms
        assert at_ms is not None, "only what has stopped goes on"
        holds = next((holds for index, _at_ms, holds in reversed(self._held) if index <= run.stopped_at), ())
        later = [(at_ms, holds) for index, at_ms, holds in self._held if index > run.stopped_at]
        self._resume(run, at_ms, holds)
        for changed_ms, now in later:
            self._pause_or_go_on(run, changed_ms, now)

    # -- going back --------------------------------------------------------------------------------------------------

    def _give_back(self, moment: Moment) -> None:
        """Ours stop; the clocks of whoever sent it go on from what they had used."""
        sent_at, theirs = self._sendings.pop() if self._sendings else _Sending(0, [])
        ours = [run for run in self._open if run.plan.name != OVERALL and run.started_at >= sent_at]
        kept = [run for run in ours if run.plan.goes_on] if moment.what in ("returned", "charged") else []
        for run in ours:
            if run in kept:
                run.is_kept = True
            else:
                self._stop(run, moment, is_void=moment.what != "charged")
        if not kept or len(kept) < len(ours):
            for run in theirs:
                if not self._is_open(run.plan):
                    self._resume(run, moment.at_ms, moment.holds)
        if self._cycle > 1 and not sent_at:
            # It was sent in an earlier cycle: this one has no clock of the sender that could go on.
            self._start_where_it_is(moment.passed, moment)

    def _start_where_it_is(self, passed: Sequence[str], moment: Moment) -> None:
        """What the ticket had come through does not count again, what it stands before does."""
        place = {point: at for at, point in enumerate(passed)}
        for plan in self._plan.stages:
            started_at = max((place[point] for point in plan.start if point in place), default=-1)
            stopped_at = max((place[point] for point in plan.stop if point in place), default=-1)
            # Of one point that stops and starts a stage, the start comes second.
            if started_at >= 0 and started_at >= stopped_at:
                self._start(plan, moment)

    def _reopen(self, moment: Moment) -> None:
        if self._cycle > 1 and self._index == 0:
            self._start_where_it_is(self._passed, moment)
            return
        border = self._index if self._resolved_at is None else self._resolved_at
        for run in list(self._open):
            if run.started_at >= border:
                self._stop(run, moment)
        counts_between = self._plan.reopen is ReopenPolicy.COUNT_THROUGH
        for run in self._runs:
            if run.stopped_ms is None or run.started_at >= border or run.stopped_at not in self._endings:
                continue
            if run.number == self._numbers[run.plan.name]:
                self._resume(run, run.stopped_ms if counts_between else moment.at_ms, moment.holds)
        self._resolved_at = None
        self._endings.clear()

    # -- who has it, and what it waits for ---------------------------------------------------------------------------

    def _follow(self, moment: Moment) -> None:
        """A clock that goes on is the time of whoever has the ticket."""
        for run in self._open:
            if run.is_kept:
                continue
            if run.unit != moment.unit:
                run.unit, run.person = moment.unit, moment.person
                if run.plan.limit.calendar == UNIT_CALENDAR:
                    is_running = run.since_ms is not None
                    run.rest(moment.at_ms)
                    self._set_calendar(run)
                    if is_running:
                        run.since_ms = moment.at_ms
            elif moment.person:
                run.person = moment.person

    def _set_calendar(self, run: Run) -> None:
        version, key = self._plan.version, run.plan.limit.calendar
        if key == WALL_CALENDAR:
            return
        run.calendar_key = self._books.calendar_key(version, key, run.unit)
        run.calendar = self._books.calendar(version, run.calendar_key)

    def _hold(self, moment: Moment) -> None:
        self._holds = moment.holds
        self._held.append((self._index, moment.at_ms, moment.holds))
        for run in self._open:
            self._pause_or_go_on(run, moment.at_ms, moment.holds)

    def _pause_or_go_on(self, run: Run, at_ms: int, holds: tuple[str, ...]) -> None:
        if run.plan.paused_by.intersection(holds):
            run.rest(at_ms)
        elif run.since_ms is None:
            run.since_ms = at_ms
