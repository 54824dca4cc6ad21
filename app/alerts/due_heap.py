"""What is due next, of many things that each are due at one instant, or at none."""

from __future__ import annotations

import heapq
from typing import Final

_SPARE: Final = 1_000
"""So many entries that no longer hold are not worth clearing away."""


class DueHeap:
    """Names with the instant each is due at. Moving one costs as much as adding one; the old entry is passed over."""

    def __init__(self) -> None:
        self._due_ms: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._due_ms)

    def put(self, name: str, due_ms: int | None) -> None:
        """Have a name be due at an instant and no longer at another; at none, for None."""
        if due_ms is None:
            self._due_ms.pop(name, None)
        elif self._due_ms.get(name) != due_ms:
            self._due_ms[name] = due_ms
            heapq.heappush(self._heap, (due_ms, name))
            if len(self._heap) > 2 * len(self._due_ms) + _SPARE:
                self._heap = [(at_ms, each) for each, at_ms in self._due_ms.items()]
                heapq.heapify(self._heap)

    def pop(self, now_ms: int) -> str | None:
        """Take out the name that has been due longest; None when nothing is due."""
        next_ms = self.next_ms
        if next_ms is None or next_ms > now_ms:
            return None
        name = heapq.heappop(self._heap)[1]
        del self._due_ms[name]
        return name

    def clear(self) -> None:
        """Forget all."""
        self._due_ms.clear()
        self._heap.clear()

    @property
    def next_ms(self) -> int | None:
        """When the next is due; None when nothing is."""
        heap = self._heap
        while heap and self._due_ms.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        return heap[0][0] if heap else None
