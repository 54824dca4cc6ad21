"""The thread that turns the store's changes into pictures. Screens subscribe; nothing here knows what a screen is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from app.core.clock import Clock
from app.core.errors import StoreProblem
from app.core.i18n import _
from app.core.zones import day_start_ms
from app.floor.figures import agent_figures
from app.floor.live import LiveFloor, LiveSettings
from app.floor.picture import AgentDay, FloorSnapshot, Freshness
from app.floor.ports import FloorPlan, FloorReader

_LOG = logging.getLogger("watchfloor.feed")

POLL_SECONDS: Final = 0.1
"""How often the store is asked whether anything changed: 4 µs each."""

PICTURE_SECONDS: Final = 1.0
"""A picture is made at least this often: the clock changes things too."""

RETRY_SECONDS: Final = 1.0
"""How long to wait before a lost store is tried again."""


class FeedSession(Protocol):
    """A reader on one connection, opened and used on the feed's thread."""

    @property
    def reader(self) -> FloorReader:
        """What is read."""
        ...

    @property
    def plan(self) -> FloorPlan:
        """Who the agents are and what they should be doing."""
        ...

    def data_version(self) -> int:
        """Changes when another connection has committed."""
        ...

    def is_replaced(self) -> bool:
        """Whether another file lies at the path now, or none."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...


class PollingFeed:
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
        self._open_session = open_session
        self._clock = clock
        self._settings = settings
        self._freshness = freshness
        self._listeners: list[Callable[[FloorSnapshot], None]] = []
        self._latest: FloorSnapshot | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="floor-feed", daemon=True)

    @property
    def clock(self) -> Clock:
        return self._clock

    def latest(self) -> FloorSnapshot | None:
        return self._latest

    def subscribe(self, listener: Callable[[FloorSnapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and let the connection go."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

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
        return AgentDay(agent, start_ms, now_ms, shown, figures)

    # -- on the feed's thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                session = self._open_session()
                try:
                    self._watch(session)
                finally:
                    session.close()
            except StoreProblem as problem:
                self._tell_problem(str(problem))
            except Exception as error:  # noqa: BLE001 - the feed must outlive whatever one picture did
                _LOG.error("the floor feed stumbled: %s: %s", type(error).__name__, error)
                self._tell_problem(
                    _("The floor could not be read ({error}); trying again.").format(error=type(error).__name__)
                )
            self._stopping.wait(RETRY_SECONDS)

    def _watch(self, session: FeedSession) -> None:
        live = LiveFloor(self._settings)
        version: int | None = None
        waited = PICTURE_SECONDS
        changed: set[str] = set()
        look = True
        while not self._stopping.is_set():
            now_ms = self._clock.now_ms()
            now_version = session.data_version()
            fresh = version is None or not live.is_of_day(now_ms)
            if fresh or now_version != version:
                start_ms = day_start_ms(now_ms, self._settings.zone)
                changes = session.reader.changes(0 if fresh else live.seq, live.generation, start_ms)
                live.apply(changes, now_ms, fresh)
                if (roster := session.plan.roster()) is not None:
                    live.set_roster(roster, now_ms)
                changed.update(changes.agents)
                look = True
                version = now_version
                waited = PICTURE_SECONDS
            if waited >= PICTURE_SECONDS:
                if session.is_replaced():
                    raise StoreProblem(_("The database file was removed or replaced; opening it again."))
                live.set_standings(session.plan.standings(changed, now_ms, look), now_ms)
                changed.clear()
                look = False
                self._publish(live.snapshot(now_ms, self._freshness()))
                waited = 0.0
            self._stopping.wait(POLL_SECONDS)
            waited += POLL_SECONDS

    def _publish(self, snapshot: FloorSnapshot) -> None:
        self._latest = snapshot
        for listener in list(self._listeners):
            listener(snapshot)

    def _tell_problem(self, problem: str) -> None:
        """Keep the last picture and say over it that it is old."""
        latest = self._latest
        if latest is None:
            latest = LiveFloor(self._settings).snapshot(self._clock.now_ms(), Freshness())
        told = replace(latest.freshness, engine_alive=False, engine_here=False, following=(), problem=problem)
        self._publish(replace(latest, freshness=told))
