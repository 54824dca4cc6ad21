"""What the floor asks of the outside: a store to read from, and a feed that screens listen to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.core.clock import Clock
from app.floor.picture import AgentDay, FloorSnapshot


class FloorFeed(Protocol):
    """Where a screen gets its pictures from. It works on its own thread; a screen never waits for it."""

    @property
    def clock(self) -> Clock:
        """The clock the floor lives by: the system's, or the simulator's."""
        ...

    def latest(self) -> FloorSnapshot | None:
        """The newest picture, or None before the first one."""
        ...

    def subscribe(self, listener: Callable[[FloorSnapshot], None]) -> Callable[[], None]:
        """Have `listener` called, on the feed's own thread, with every new picture; returns the way to stop it."""
        ...

    def agent_day(self, agent: str) -> AgentDay:
        """One agent's day up to now. Reads the store: call it from a worker thread.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        ...
