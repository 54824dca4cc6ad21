"""The floor in memory: patched by changes, turned into a picture for a moment. Pure: no store, no thread, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Final

from app.core.reasons import ReasonCategory, ReasonMap
from app.core.zones import at, day_start_ms
from app.floor.day_time import AgentTime, DayTime
from app.floor.figures import AgentFigures, ServiceFigures, total
from app.floor.model import AgentInterval, AgentState, Outcome, Visit
from app.floor.picture import AgentRow, FloorSnapshot, Freshness, QueueRow
from app.floor.ports import AgentChange, FloorChanges, RosterEntry, Standing
from app.floor.recent import RecentVisits
from app.floor.reports import effective_now_ms
from app.planning.model import Verdict

STALE_WAIT_MS: Final = 12 * 3_600_000
"""A caller who has waited longer is a row that was never written, not a caller: no longer shown as waiting."""

DEFAULT_TARGET_SECONDS: Final = 20
"""The T of a queue's target where nothing is set: that of `QueueSettings.target_seconds`."""

LEFT_SHOWN_MS: Final = 600_000
"""So long after they signed out agents are named as having left."""

_VisitKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What the picture depends on besides the facts."""

    zone: tzinfo
    threshold_seconds: int = 20
    interval_minutes: int = 15
    reasons: ReasonMap = field(default_factory=ReasonMap)
    target_seconds: Mapping[str, int] = field(default_factory=dict)
    """The target times of queues that have one of their own; of the others it is `DEFAULT_TARGET_SECONDS`."""

    def target_of(self, queue: str) -> int:
        """The target time of a queue, in seconds."""
        return self.target_seconds.get(queue, DEFAULT_TARGET_SECONDS)


class LiveFloor:
    """Keeps today's floor true to the changes it is handed.

    Args:
        settings: Zone, thresholds, reasons.
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self.seq = 0
        self.generation = 0
        self.day_start_ms = -1
        self._newest_event_ms: int | None = None
        self._newest_stored_ms: int | None = None
        self._agents: dict[str, AgentChange] = {}
        self._rows: dict[str, AgentRow] = {}
        self._due: dict[str, int] = {}
        self._visits: dict[str, list[Visit]] = {}
        self._waiting: dict[_VisitKey, Visit] = {}
        self._answered: dict[str, int] = {}
        self._day: dict[str, ServiceFigures] = {}
        self._intervals: dict[tuple[str, int], ServiceFigures] = {}
        self._roster: Mapping[str, RosterEntry] = {}
        self._standings: dict[str, Standing] = {}
        self._talking: dict[str, int] = {}
        self._time = DayTime()
        self._left: dict[str, int] = {}
        self._recent = RecentVisits(settings.target_of)
        self._counted_before_ms = 0

    def set_roster(self, roster: Mapping[str, RosterEntry], now_ms: int) -> None:
        """Who the agents are."""
        self._roster = roster
        for agent in list(self._rows):
            self._refresh(agent, now_ms)

    def set_standings(self, standings: Mapping[str, Standing], now_ms: int) -> None:
        """How some agents keep to the plan."""
        self._standings.update(standings)
        for agent in standings:
            self._refresh(agent, now_ms)

    def is_of_day(self, now_ms: int) -> bool:
        """Whether the picture's "today" is still today; if not, it wants a fresh start (`since_seq` 0)."""
        return day_start_ms(now_ms, self._settings.zone) == self.day_start_ms

    def apply(self, changes: FloorChanges, now_ms: int, fresh: bool) -> None:
        """Take in what became different.

        Args:
            changes: From the store.
            now_ms: The present instant.
            fresh: They are everything there is: forget what was known.
        """
        if fresh or changes.generation != self.generation:
            self._begin_anew(changes, now_ms)
        self.seq, self.generation = changes.seq, changes.generation
        self._newest_event_ms, self._newest_stored_ms = changes.newest_event_ms, changes.newest_stored_ms
        for queue in changes.queues:
            self._day.setdefault(queue, ServiceFigures())
        touched = set(changes.agents)
        for call in changes.calls:
            for visit in self._visits.pop(call, ()):
                touched |= self._count(visit, -1)
        for visit in changes.visits:
            self._visits.setdefault(visit.call, []).append(visit)
            touched |= self._count(visit, 1)
        for agent, change in changes.agents.items():
            self._agents[agent] = change
        self._counted_before_ms = 0
        for agent in touched:
            self._refresh(agent, now_ms)

    def _begin_anew(self, changes: FloorChanges, now_ms: int) -> None:
        roster, standings, recent, day_ms = self._roster, self._standings, self._recent, self.day_start_ms
        is_next_day = day_ms >= 0 and changes.generation == self.generation
        self.__init__(self._settings)  # type: ignore[misc]
        self._roster, self._standings = roster, standings
        self.day_start_ms = day_start_ms(now_ms, self._settings.zone)
        if is_next_day and self.day_start_ms > day_ms:
            # The store gives today's calls only: those of the hours before midnight are kept, and not counted again.
            self._recent = recent
            self._counted_before_ms = self.day_start_ms
        else:
            self._recent.begin(self.day_start_ms)

    def _interval_start_ms(self, at_ms: int) -> int:
        local = at(at_ms, self._settings.zone)
        past = local.minute % self._settings.interval_minutes * 60_000 + local.second * 1000 + at_ms % 1000
        return at_ms - past

    def _count(self, visit: Visit, sign: int) -> set[str]:
        """Count a visit, or take it back with `sign` -1; returns whose calls changed."""
        if visit.entered_ms >= self.day_start_ms:
            threshold_ms = self._settings.threshold_seconds * 1000
            self._day.setdefault(visit.queue, ServiceFigures()).add(visit, threshold_ms, sign)
            interval = (visit.queue, self._interval_start_ms(visit.entered_ms))
            self._intervals.setdefault(interval, ServiceFigures()).add(visit, threshold_ms, sign)
        if visit.entered_ms >= self._counted_before_ms:
            self._recent.count(visit, sign)
        if visit.outcome is Outcome.WAITING:
            key = (visit.call, visit.queue, visit.number)
            if sign > 0:
                self._waiting[key] = visit
            else:
                self._waiting.pop(key, None)
        if not visit.agent or visit.answered_ms is None:
            return set()
        if visit.ended_ms is None:
            if sign > 0:
                self._talking[visit.agent] = visit.answered_ms
            elif self._talking.get(visit.agent) == visit.answered_ms:
                del self._talking[visit.agent]
        if visit.answered_ms >= self.day_start_ms:
            self._answered[visit.agent] = self._answered.get(visit.agent, 0) + sign
            return {visit.agent}
        return set()

    def advance(self, now_ms: int) -> None:
        """Let the clock change what it changes by itself: fixed wrap-ups and inferred presence run out."""
        for agent in [agent for agent, due_ms in self._due.items() if due_ms <= now_ms]:
            self._refresh(agent, now_ms)

    def _refresh(self, agent: str, now_ms: int) -> None:
        self._due.pop(agent, None)
        change = self._agents.get(agent)
        row = None if change is None else self._seen(agent, change, now_ms)
        standing = self._standings.get(agent)
        if row is None and standing is not None and standing.verdict is Verdict.OUT:
            row = AgentRow(agent, "", AgentState.SIGNED_OUT, standing.since_ms, signed_in=False)
        if row is None:
            self._rows.pop(agent, None)
            return
        if (entry := self._roster.get(agent)) is not None:
            row = replace(row, name=entry.name, team=entry.team)
        if standing is not None:
            row = replace(
                row,
                verdict=standing.verdict,
                verdict_since_ms=standing.since_ms,
                severe=standing.severe,
                shift_change=standing.shift_change,
                planned=standing.planned,
            )
        self._rows[agent] = row

    def _seen(self, agent: str, change: AgentChange, now_ms: int) -> AgentRow | None:
        """What is known of an agent; None for one who is not on the floor."""
        current = self._current(agent, change.tail, now_ms)
        figures = AgentFigures()
        for state, reason, signed_in, milliseconds in change.spent:
            figures.add_time(state, reason, signed_in, milliseconds)
        for interval in change.tail:
            if interval is not current:
                until_ms = now_ms if current is None else min(now_ms, current.start_ms)
                figures.add_interval(interval, self.day_start_ms, until_ms)
        self._note(agent, change, current, figures)
        return None if current is None else self._row(agent, current, figures)

    def _note(self, agent: str, change: AgentChange, current: AgentInterval | None, figures: AgentFigures) -> None:
        """Count an agent's time for the whole floor's, and note that they left."""
        reasons = self._settings.reasons
        is_in = current is not None and current.signed_in
        if is_in:
            self._left.pop(agent, None)
        elif current is None and change.left_ms is not None:
            self._left[agent] = change.left_ms
        since_ms = None if current is None else max(current.start_ms, self.day_start_ms)
        is_reverse = (
            current is not None
            and current.state is AgentState.NOT_READY
            and reasons.category(current.reason) is ReasonCategory.REVERSE
        )
        self._time.put(
            agent,
            AgentTime(
                figures.signed_in_ms,
                since_ms if is_in else None,
                figures.category_ms(reasons, ReasonCategory.REVERSE),
                since_ms if is_reverse else None,
            ),
        )

    def _row(self, agent: str, current: AgentInterval, figures: AgentFigures) -> AgentRow:
        since_ms = max(current.start_ms, self.day_start_ms)
        reasons = self._settings.reasons
        not_ready = current.state is AgentState.NOT_READY
        # The open state counts from midnight on, but its age from when it began: what it spent before today is none.
        carried_ms = since_ms - current.start_ms
        carried = AgentFigures()
        carried.add_time(current.state, current.reason, current.signed_in, carried_ms)
        category = reasons.category(current.reason) if not_ready else None
        is_talking = current.state in (AgentState.ON_CALL, AgentState.HOLD)
        return AgentRow(
            agent=agent,
            team="",
            state=current.state,
            since_ms=current.start_ms,
            reason=current.reason,
            category=category,
            unmapped=not_ready and not reasons.is_mapped(current.reason),
            queue=current.queue,
            signed_in=current.signed_in,
            calls_today=self._answered.get(agent, 0),
            busy_ms=figures.busy_ms - carried.busy_ms,
            staffed_ms=figures.staffed_ms - carried.staffed_ms,
            reverse_ms=figures.category_ms(reasons, ReasonCategory.REVERSE)
            - carried.category_ms(reasons, ReasonCategory.REVERSE),
            call_since_ms=self._talking.get(agent, current.start_ms) if is_talking else None,
        )

    def _current(self, agent: str, tail: Sequence[AgentInterval], now_ms: int) -> AgentInterval | None:
        current = None
        # What was stored a moment ago by a clock a little ahead of ours is present, not future.
        present_ms = effective_now_ms(now_ms, self._newest_event_ms)
        for interval in tail:
            if interval.start_ms <= now_ms or (current is None and interval.start_ms <= present_ms):
                current = interval
            else:
                self._due[agent] = interval.start_ms
                break
        if current is None:
            return None
        if current.end_ms is not None:
            if current.end_ms <= now_ms:
                return None
            self._due[agent] = min(self._due.get(agent, current.end_ms), current.end_ms)
        return current

    def snapshot(self, now_ms: int, freshness: Freshness) -> FloorSnapshot:
        """The picture of this moment."""
        self.advance(now_ms)
        interval_start_ms = self._interval_start_ms(now_ms)
        oldest: dict[str, int] = {}
        waiting: dict[str, int] = {}
        undecided: dict[str, int] = {}
        for visit in self._waiting.values():
            waited_ms = now_ms - visit.entered_ms
            if waited_ms < STALE_WAIT_MS:
                waiting[visit.queue] = waiting.get(visit.queue, 0) + 1
                oldest[visit.queue] = min(oldest.get(visit.queue, visit.entered_ms), visit.entered_ms)
                if waited_ms <= self._settings.target_of(visit.queue) * 1000:
                    undecided[visit.queue] = undecided.get(visit.queue, 0) + 1
        empty = ServiceFigures()
        queues = tuple(
            QueueRow(
                queue,
                waiting.get(queue, 0),
                oldest.get(queue),
                self._day[queue] + empty,
                self._intervals.get((queue, interval_start_ms), empty) + empty,
            )
            for queue in sorted(self._day)
        )
        return FloorSnapshot(
            seq=self.seq,
            generation=self.generation,
            at_ms=now_ms,
            day_start_ms=self.day_start_ms,
            interval_start_ms=interval_start_ms,
            interval_minutes=self._settings.interval_minutes,
            threshold_seconds=self._settings.threshold_seconds,
            agents=dict(self._rows),
            queues=queues,
            today=total(queue.today for queue in queues),
            interval=total(queue.interval for queue in queues),
            freshness=replace(
                freshness, newest_event_ms=self._newest_event_ms, newest_stored_ms=self._newest_stored_ms
            ),
            recent=self._recent.recent(now_ms, undecided),
            time=self._time.at(now_ms),
            left=self._lately_left(now_ms),
        )

    def _lately_left(self, now_ms: int) -> dict[str, int]:
        for agent in [agent for agent, left_ms in self._left.items() if now_ms - left_ms > LEFT_SHOWN_MS]:
            del self._left[agent]
        return {agent: left_ms for agent, left_ms in self._left.items() if not self._may_be_away(agent)}

    def _may_be_away(self, agent: str) -> bool:
        """Whether the plan lets an agent be away: a shift that ends takes half a floor home within a minute."""
        standing = self._standings.get(agent)
        return standing is not None and (standing.verdict is not Verdict.OUT or standing.shift_change)
