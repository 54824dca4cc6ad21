"""A floor that stands still until it is told to move, for tests of screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta, timezone
from math import exp
from typing import Any

from app.core.clock import ManualClock
from app.core.errors import RuleRefused, StoreProblem
from app.core.imports import Change, ImportPlan
from app.core.tables import BadRow
from app.floor.picture import AgentDay, FloorSnapshot
from app.planning.desk import AgentPlan
from app.planning.drafts import NewShift
from app.planning.figures import AdherenceFigures
from app.planning.forecast_intraday import IntradayPicture, IntradayPoint
from app.planning.forecast_update import Reforecast
from app.planning.judge import Effect
from app.planning.lists import ListKind
from app.planning.mapping import AdherenceRules
from app.planning.model import Activity, Rule, ScheduledSpan, Shift, TimeRange, Verdict, VerdictSpan
from tests.widgets.fakes import DAY_START_MS, NOW_MS, make_day, make_snapshot


class FakeFeed:
    """A feed whose pictures are pushed by the test."""

    def __init__(self, snapshot: FloorSnapshot | None = None, now_ms: int = NOW_MS) -> None:
        self.clock = ManualClock(now_ms)
        self.problem = ""
        self.asked: list[str] = []
        self._latest = snapshot
        self._listeners: list[Callable[[FloorSnapshot], None]] = []

    def latest(self) -> FloorSnapshot | None:
        return self._latest

    def subscribe(self, listener: Callable[[FloorSnapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def listener_count(self) -> int:
        return len(self._listeners)

    def push(self, snapshot: FloorSnapshot) -> None:
        """Make a picture the newest one, and tell it to every listener."""
        self._latest = snapshot
        for listener in list(self._listeners):
            listener(snapshot)

    def agent_day(self, agent: str) -> AgentDay:
        self.asked.append(agent)
        if self.problem:
            raise StoreProblem(self.problem)
        return make_day(agent, now_ms=self.clock.now_ms())


def small_feed(agents: int = 12) -> FakeFeed:
    """A feed with a picture of a small floor."""
    return FakeFeed(make_snapshot(agents))


class FakeDesk:
    """A desk over one made-up day; deeds are written down, and their effect is always the same."""

    zone = timezone(timedelta(hours=8))

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.problem = ""
        self.deeds: list[tuple[object, ...]] = []
        self.steps_asked: list[int] = []
        self.queues_asked: list[str | None] = []
        self.queue_names = ["[b]vip[/]", "idle", "support", "售后"]
        self.idle_names = {"idle"}
        self.nothing = False
        self.free_days: set[date] = set()
        self.like_nothing = False
        self.files: list[tuple[ListKind, str, bool, bool, str | None]] = []
        self.list_plan = make_list_plan()

    def _check(self) -> None:
        if self.problem:
            raise RuleRefused(self.problem)

    def intraday(self, step_minutes: int, queue: str | None = None) -> IntradayPicture | None:
        self._check()
        self.steps_asked.append(step_minutes)
        self.queues_asked.append(queue)
        if self.nothing or (queue is not None and queue not in {*self.queue_names} - self.idle_names):
            return None
        return make_intraday(self._clock.now_ms(), step_minutes, queue)

    def queues(self) -> list[str]:
        self._check()
        return list(self.queue_names)

    def agents(self) -> list[tuple[str, str]]:
        return [(name, name.split()[0]) for name in make_snapshot(12).agents]

    def agent_plan(self, agent: str, day: date) -> AgentPlan:
        self._check()
        plan = make_plan(agent, day, self._clock.now_ms())
        done = make_day(agent, now_ms=self._clock.now_ms()).intervals
        return replace(plan, shifts=(), verdicts=(), done=done) if day in self.free_days else replace(plan, done=done)

    def new_shift(self, agent: str, day: date) -> NewShift:
        self._check()
        [shift] = make_plan(agent, day, self._clock.now_ms()).shifts
        if self.like_nothing:
            return NewShift(shift.spans, None)
        return NewShift(shift.spans[:3], day - timedelta(days=7))

    def import_file(
        self, kind: ListKind, file: str, *, skip_bad: bool, dry_run: bool, digest: str | None = None
    ) -> ImportPlan[Any]:
        self._check()
        self.files.append((kind, file, skip_bad, dry_run, digest))
        return replace(self.list_plan, kind=kind.value, file=file, applied=not dry_run)

    def amend(self, agent: str, day: date, spans: Sequence[ScheduledSpan], why: str, *, dry_run: bool) -> Effect:
        return self._did(("amend", agent, day, tuple(spans), why), dry_run)

    def approve(self, agent: str, start_ms: int, reason: str, *, dry_run: bool) -> Effect:
        return self._did(("approve", agent, start_ms, reason), dry_run)

    def neutralise(self, start_ms: int, end_ms: int, reason: str, *, dry_run: bool) -> Effect:
        return self._did(("neutralise", start_ms, end_ms, reason), dry_run)

    def _did(self, deed: tuple[object, ...], dry_run: bool) -> Effect:
        self._check()
        if not dry_run:
            self.deeds.append(deed)
        before = AdherenceFigures(scheduled_seconds=7200, in_seconds=6300, out_seconds=900)
        after = AdherenceFigures(scheduled_seconds=7200, in_seconds=6300, neutral_seconds=900)
        return Effect(before, after, 1, int(not dry_run), TimeRange(0, 1))


def make_intraday(now_ms: int, step_minutes: int = 30, queue: str | None = None) -> IntradayPicture:
    """A working day from 08:00 to 20:00 with two peaks, too few people at the first one; half of it for a queue."""
    points = []
    share = 1 if queue is None else 0.5
    for minute in range(8 * 60, 20 * 60, step_minutes):
        start_ms = DAY_START_MS + minute * 60_000
        end_ms = start_ms + step_minutes * 60_000
        hour = minute / 60
        calls = (20 + 100 * exp(-((hour - 10.5) ** 2) / 3) + 80 * exp(-((hour - 15.5) ** 2) / 5)) * step_minutes / 30
        calls *= share
        over, begun = end_ms <= now_ms, start_ms <= now_ms
        required = calls * 30 / step_minutes / 5
        scheduled = (20.0 if hour < 18 else 10.0) * share
        points.append(
            IntradayPoint(
                start_ms,
                end_ms,
                calls,
                round(calls * 1.1) if over else round(calls / 3) if begun else None,
                None if over else calls * 1.05,
                300.0,
                310.0 if over else None,
                required,
                None if over else required * 1.05,
                scheduled,
                scheduled - 1 if begun else None,
                scheduled - 1 - required if begun else scheduled - required * 1.05,
            )
        )
    words = ("So far 400 calls came where 364 were forecast.", "Most agents are missing at 10:30: 5.2.")
    return IntradayPicture(
        queue or "ALL", now_ms, FakeDesk.zone, tuple(points), Reforecast(364_000, 400), (), None, words, 0.25, 0.14
    )


def make_plan(agent: str, day: date, now_ms: int) -> AgentPlan:
    """A shift from 08:00 to 17:00 with a break and a meal; out from 09:20 to 09:32, late within the grace."""
    start_ms = (day - date(1970, 1, 1)).days * 86_400_000 - 8 * 3_600_000
    cuts = (
        (8 * 60, 10 * 60, Activity.ON_QUEUE),
        (10 * 60, 10 * 60 + 15, Activity.BREAK),
        (10 * 60 + 15, 12 * 60, Activity.ON_QUEUE),
        (12 * 60, 12 * 60 + 40, Activity.MEAL),
        (12 * 60 + 40, 17 * 60, Activity.ON_QUEUE),
    )
    spans = tuple(
        ScheduledSpan(agent, day, start_ms + first * 60_000, start_ms + last * 60_000, activity)
        for first, last, activity in cuts
    )
    grace, out = (8 * 60, 8 * 60 + 1), (9 * 60 + 20, 9 * 60 + 32)

    def span(first: int, last: int, verdict: Verdict, rule: Rule, *, spell: bool = False) -> VerdictSpan:
        ends = (start_ms + first * 60_000, start_ms + last * 60_000)
        return VerdictSpan(*ends, verdict, rule, Activity.ON_QUEUE, *(ends if spell else ()))

    verdicts = (
        span(*grace, Verdict.IN, Rule.WITHIN_GRACE, spell=True),
        span(grace[1], out[0], Verdict.IN, Rule.STATE_COUNTS),
        span(*out, Verdict.OUT, Rule.STATE_DOES_NOT_COUNT, spell=True),
        span(out[1], 10 * 60, Verdict.IN, Rule.STATE_COUNTS),
    )
    told = tuple(each for each in verdicts if each.end_ms <= now_ms)
    return AgentPlan(agent, (Shift(agent, day, spans, 1),), told, AdherenceRules())


def make_list_plan() -> ImportPlan[Any]:
    """A file of five rows: two that add something, one that changes something, one as it is, one that is bad."""
    changes = (
        Change(2, "added", "8001", None, "a", "on_queue 09:00/12:00"),
        Change(3, "added", "8002 [/]", None, "b", "on_queue 09:00/12:00"),
        Change(4, "changed", "8003", "c", "d", "break 10:00/10:15 → break 10:30/10:45"),
        Change(5, "unchanged", "8004", "e", "e"),
    )
    bad_rows = (BadRow(6, "activity", "“nap” is none of on_queue, break, meal"),)
    return ImportPlan("schedule", "plan.csv", "d1", 5, bad_rows, changes)
