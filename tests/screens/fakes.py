"""A floor that stands still until it is told to move, for tests of screens."""

from __future__ import annotations

from collections.abc import Callable

from app.core.clock import ManualClock
from app.core.errors import StoreProblem
from app.floor.picture import AgentDay, FloorSnapshot
from tests.widgets.fakes import NOW_MS, make_day, make_snapshot


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
