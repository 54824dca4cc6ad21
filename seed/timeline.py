"""What happens next: a heap of things to do at whole milliseconds, and the facts they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from app.core.events import AnyEvent

Action = Callable[[], None]


class Timeline:
    """Runs actions in order of their instants; those of one instant in the order in which they were planned.

    Args:
        start_ms: The first instant, UTC milliseconds.
    """

    def __init__(self, start_ms: int) -> None:
        self.now_ms = start_ms
        self._heap: list[tuple[int, int, Action]] = []
        self._planned = 0
        self._events: list[AnyEvent] = []
        self.emit: Callable[[AnyEvent], None] = self._events.append
        """Leaves a fact behind. Facts carry the present instant, so that they come out in order of time."""

    def at(self, at_ms: int, action: Action) -> None:
        """Plan an action; an instant that has passed means now."""
        self._planned += 1
        heappush(self._heap, (max(at_ms, self.now_ms), self._planned, action))

    def after(self, delay_ms: int, action: Action) -> None:
        """Plan an action some milliseconds from now."""
        self._planned += 1
        heappush(self._heap, (self.now_ms + delay_ms, self._planned, action))

    def run_until(self, until_ms: int) -> list[AnyEvent]:
        """Do everything planned up to and including `until_ms` and hand over the facts it left, each exactly once."""
        heap = self._heap
        while heap and heap[0][0] <= until_ms:
            self.now_ms, _, action = heappop(heap)
            action()
        facts = self._events[:]
        self._events.clear()
        return facts
