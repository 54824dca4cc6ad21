"""The calls of the last half hour and the last two hours by queue, counted as they come and go. Pure.

Windows are whole minutes: one begins with the minute that began its length ago, so that it is up to a minute longer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from app.floor.model import Outcome, Visit

SHORT_MINUTES: Final = 30
LONG_MINUTES: Final = 120

_MINUTE_MS: Final = 60_000


class RecentCalls(NamedTuple):
    """What entered a queue in the last half hour, and in the last two hours.

    Attributes:
        queue: Which.
        short_from_ms: Where the half hour begins.
        short_offered: Calls that entered in it.
        short_within: Of these, answered within the queue's target time.
        long_from_ms: Where the two hours begin.
        long_offered: Calls that entered in them.
        long_within: Of these, answered within the queue's target time.
        undecided: Calls that have waited no longer than the target time so far: offered, and in time if answered now.
        known_from_ms: From where on calls are known; a window that begins earlier is not whole.
    """

    queue: str
    short_from_ms: int
    short_offered: int
    short_within: int
    long_from_ms: int
    long_offered: int
    long_within: int
    undecided: int
    known_from_ms: int


class _Tally:
    """One queue: offered and answered in time by minute, and the sums of both windows."""

    __slots__ = ("long", "minutes", "short")

    def __init__(self) -> None:
        self.minutes: dict[int, list[int]] = {}
        self.short = [0, 0]
        self.long = [0, 0]


class RecentVisits:
    """Keeps the windows true; a visit is taken back with the very values it was counted with.

    Args:
        target_seconds: The target time of a queue.
    """

    def __init__(self, target_seconds: Callable[[str], int]) -> None:
        self._target_seconds = target_seconds
        self._tallies: dict[str, _Tally] = {}
        self._minute = 0
        self._known_from_ms = 0

    def begin(self, known_from_ms: int) -> None:
        """Forget everything; what is counted from now on is all there is from an instant on."""
        self._tallies.clear()
        self._minute = 0
        self._known_from_ms = known_from_ms

    def count(self, visit: Visit, sign: int) -> None:
        """Count a visit, or take it back with `sign` -1."""
        minute = visit.entered_ms // _MINUTE_MS
        tally = self._tallies.setdefault(visit.queue, _Tally())
        within = (
            visit.outcome is Outcome.ANSWERED
            and visit.wait_ms is not None
            and visit.wait_ms <= self._target_seconds(visit.queue) * 1000
        )
        if self._minute and minute < self._minute - LONG_MINUTES:
            return
        cell = tally.minutes.setdefault(minute, [0, 0])
        cell[0] += sign
        cell[1] += sign * within
        if not self._minute:
            return
        for sums, minutes in ((tally.short, SHORT_MINUTES), (tally.long, LONG_MINUTES)):
            # What lies ahead of the present minute is counted when its minute comes.
            if self._minute - minutes <= minute <= self._minute:
                sums[0] += sign
                sums[1] += sign * within

    def advance(self, now_ms: int) -> None:
        """Let the windows move on; what they leave behind is forgotten."""
        minute = now_ms // _MINUTE_MS
        if minute == self._minute:
            return
        self._minute = minute
        for tally in self._tallies.values():
            for old in [each for each in tally.minutes if each < minute - LONG_MINUTES]:
                del tally.minutes[old]
            for sums, minutes in ((tally.short, SHORT_MINUTES), (tally.long, LONG_MINUTES)):
                cells = [cell for each, cell in tally.minutes.items() if minute - minutes <= each <= minute]
                sums[:] = [sum(cell[0] for cell in cells), sum(cell[1] for cell in cells)]

    def recent(self, now_ms: int, undecided: Mapping[str, int]) -> tuple[RecentCalls, ...]:
        """Both windows of every queue, in order of name.

        Args:
            now_ms: The present instant.
            undecided: By queue, calls that still wait and have waited no longer than the target time.
        """
        self.advance(now_ms)
        short_from_ms = (self._minute - SHORT_MINUTES) * _MINUTE_MS
        long_from_ms = (self._minute - LONG_MINUTES) * _MINUTE_MS
        return tuple(
            RecentCalls(
                queue,
                short_from_ms,
                tally.short[0],
                tally.short[1],
                long_from_ms,
                tally.long[0],
                tally.long[1],
                undecided.get(queue, 0),
                self._known_from_ms,
            )
            for queue, tally in sorted(self._tallies.items())
        )
