"""The thread that turns the store's changes into pictures. Screens subscribe; nothing here knows what a screen is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from app.core.clock import Clock
from app.core.watcher import StoreWatcher, WatchedSession
from app.core.zones import day_start_ms
from app.floor.figures import agent_figures
from app.floor.live import LiveFloor, LiveSettings
from app.floor.model import AgentInterval, AgentState, Visit
from app.floor.picture import AgentDay, FloorSnapshot, Freshness
from app.floor.ports import FloorPlan, FloorReader


class FeedSession(WatchedSession, Protocol):
    """A reader on one connection, opened and used on the feed's thread."""

    @property
    def reader(self) -> FloorReader:
        """What is read."""
        ...

    @property
    def plan(self) -> FloorPlan:
        """Who the agents are and what they should be doing."""
        ...


class PollingFeed(StoreWatcher[FeedSession, FloorSnapshot]):
    """Implements `FloorFeed` by asking the store ten times a second.

    Args:
        open_session: Opens a connection; called on the feed's thread, again after trouble.
        clock: The clock the floor lives by.
        settings: Zone, thresholds, reasons.
        freshness: Tells who reads the sources; data ages are filled in here.
    """

    def __init__(
        self,
        open_session: Callable[[], FeedSession],
        clock: Clock,
        settings: LiveSettings,
        freshness: Callable[[], Freshness],
    ) -> None:
        super().__init__(open_session, clock, "floor-feed")
        self._settings = settings
        self._freshness = freshness
        self._live = LiveFloor(settings)
        self._changed: set[str] = set()
        self._look = True

    def agent_day(self, agent: str) -> AgentDay:
        now_ms = self._clock.now_ms()
        start_ms = day_start_ms(now_ms, self._settings.zone)
        session = self._open_session()
        try:
            intervals, visits = session.reader.agent_time(agent, start_ms, now_ms)
        finally:
            session.close()
        figures = agent_figures(intervals, visits, start_ms, now_ms)
        shown = tuple(
            interval._replace(
                start_ms=max(interval.start_ms, start_ms),
                end_ms=None if interval.end_ms is None else min(interval.end_ms, now_ms),
            )
            for interval in intervals
        )
        return AgentDay(agent, start_ms, now_ms, shown, figures, present_call(intervals, visits, now_ms))

    # -- on the feed's thread ----------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._live = LiveFloor(self._settings)
        self._changed.clear()
        self._look = True

    def _is_stale(self, now_ms: int) -> bool:
        return not self._live.is_of_day(now_ms)

    def _take_in(self, session: FeedSession, now_ms: int, fresh: bool) -> None:
        live = self._live
        start_ms = day_start_ms(now_ms, self._settings.zone)
        changes = session.reader.changes(0 if fresh else live.seq, live.generation, start_ms)
        live.apply(changes, now_ms, fresh)
        if (roster := session.plan.roster()) is not None:
            live.set_roster(roster, now_ms)
        self._changed.update(changes.agents)
        self._look = True

    def _picture(self, session: FeedSession, now_ms: int) -> FloorSnapshot:
        self._live.set_standings(session.plan.standings(self._changed, now_ms, self._look), now_ms)
        self._changed.clear()
        self._look = False
        return self._live.snapshot(now_ms, self._freshness())

    def _troubled(self, problem: str) -> FloorSnapshot:
        """Keep the last picture and say over it that it is old."""
        latest = self._latest
        if latest is None:
            latest = LiveFloor(self._settings).snapshot(self._clock.now_ms(), Freshness())
        return replace(latest, freshness=latest.freshness.troubled(problem))


def present_call(intervals: Sequence[AgentInterval], visits: Sequence[Visit], now_ms: int) -> Visit | None:
    """The conversation somebody is in, or was in and is doing the after-call work of; None for none.

    Args:
        intervals: The agent's time, in order; what lasts may have an end ahead, where it is taken to be over.
        visits: The agent's conversations, in order of being answered.
        now_ms: The present instant.
    """
    now = (each.state for each in intervals if each.start_ms <= now_ms and (each.end_ms or now_ms + 1) > now_ms)
    state = next(now, None)
    if state in (AgentState.ON_CALL, AgentState.HOLD):
        return next((visit for visit in reversed(visits) if visit.ended_ms is None), None)
    return visits[-1] if visits and state is AgentState.WRAP_UP else None
