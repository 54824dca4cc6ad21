"""The time of the whole floor since midnight: signed in, and not ready in category reverse. Pure.

An open state grows by itself, so that what is kept is sums of what is over and of when the open ones began: the whole
floor's time at an instant then costs the same for five agents as for five thousand.
"""

from __future__ import annotations

from typing import NamedTuple


class AgentTime(NamedTuple):
    """One agent since midnight.

    Attributes:
        signed_in_ms: Signed in, up to the open state.
        signed_in_since_ms: Since when the open state counts, not before midnight; None while not signed in.
        reverse_ms: Not ready in category reverse, up to the open state.
        reverse_since_ms: Since when the open state counts; None where it is another one.
    """

    signed_in_ms: int = 0
    signed_in_since_ms: int | None = None
    reverse_ms: int = 0
    reverse_since_ms: int | None = None


class FloorTime(NamedTuple):
    """The whole floor since midnight.

    Attributes:
        signed_in_ms: Time of all agents while they were signed in.
        reverse_ms: Of that, not ready in category reverse.
    """

    signed_in_ms: int = 0
    reverse_ms: int = 0

    @property
    def reverse_share(self) -> float | None:
        """Reverse share 反向工时占比 of the floor today: not ready in category reverse / signed-in time."""
        return self.reverse_ms / self.signed_in_ms if self.signed_in_ms else None


class _Sum:
    """Stretches that are over, and those that are open."""

    __slots__ = ("open", "over_ms", "since_ms")

    def __init__(self) -> None:
        self.over_ms = self.open = self.since_ms = 0

    def add(self, over_ms: int, since_ms: int | None, sign: int) -> None:
        self.over_ms += sign * over_ms
        if since_ms is not None:
            self.open += sign
            self.since_ms += sign * since_ms

    def at(self, now_ms: int) -> int:
        return self.over_ms + self.open * now_ms - self.since_ms


class DayTime:
    """Keeps the floor's time true to the agents it is told of."""

    def __init__(self) -> None:
        self._agents: dict[str, AgentTime] = {}
        self._signed_in = _Sum()
        self._reverse = _Sum()

    def put(self, agent: str, time: AgentTime) -> None:
        """An agent's time, in the place of what was known of it."""
        if (before := self._agents.get(agent)) is not None:
            self._add(before, -1)
        self._agents[agent] = time
        self._add(time, 1)

    def _add(self, time: AgentTime, sign: int) -> None:
        self._signed_in.add(time.signed_in_ms, time.signed_in_since_ms, sign)
        self._reverse.add(time.reverse_ms, time.reverse_since_ms, sign)

    def at(self, now_ms: int) -> FloorTime:
        """The whole floor's time at an instant not before the newest change."""
        return FloorTime(max(0, self._signed_in.at(now_ms)), max(0, self._reverse.at(now_ms)))
