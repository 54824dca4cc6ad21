"""Where the time comes from. Everything below the command line is handed a Clock; nothing reads the system's."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant."""

    def now_ms(self) -> int:
        """The present instant in UTC milliseconds since 1970-01-01."""
        ...


class SystemClock:
    """The clock of the machine; made on the command line only."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that moves only when told to: for tests, and for pictures that must not change."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def set_ms(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def advance_ms(self, milliseconds: int) -> None:
        self._now_ms += milliseconds


class ScaledClock:
    """A clock that starts at a chosen instant and runs at a multiple of another one: the simulator's.

    Args:
        base: The clock that drives it.
        start_ms: What it tells at the moment it is made.
        speed: How many of its seconds pass in one second of `base`; at least 1.
    """

    def __init__(self, base: Clock, start_ms: int, speed: int = 1) -> None:
        self._base = base
        self._start_ms = start_ms
        self._speed = speed
        self._base_start_ms = base.now_ms()

    @property
    def speed(self) -> int:
        return self._speed

    def now_ms(self) -> int:
        return self._start_ms + (self._base.now_ms() - self._base_start_ms) * self._speed
