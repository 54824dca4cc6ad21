"""How urgent a figure is: shown as a colour and, for eyes and terminals without colour, as a sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from app.floor.model import AgentState, ReasonCategory
from app.floor.picture import AgentRow


class Level(IntEnum):
    """How urgent something is; a higher one is more urgent."""

    NORMAL = 0
    NOTICE = 1
    WARN = 2

    @property
    def sign(self) -> str:
        """One cell that says the level without colour."""
        return _SIGNS[self]

    @property
    def style_name(self) -> str:
        """The last part of the component class that colours it."""
        return self.name.lower()


_SIGNS: Final = {Level.NORMAL: " ", Level.NOTICE: "▲", Level.WARN: "■"}

AgeLimits = Mapping[AgentState | ReasonCategory, tuple[int, int]]
"""State, or category of not ready, to (notice_seconds, warn_seconds); a category wins over its state."""

DEFAULT_AGE_LIMITS: Final[AgeLimits] = {
    AgentState.RINGING: (10, 20),
    AgentState.ON_CALL: (600, 1200),
    AgentState.HOLD: (60, 180),
    AgentState.WRAP_UP: (60, 120),
    AgentState.NOT_READY: (600, 1200),
    ReasonCategory.REVERSE: (300, 600),
    ReasonCategory.BREAK: (900, 1200),
    ReasonCategory.MEAL: (2700, 3600),
    ReasonCategory.TRAINING: (7200, 14400),
    ReasonCategory.MEETING: (3600, 7200),
    ReasonCategory.COACHING: (1800, 3600),
    ReasonCategory.EXEMPT: (3600, 7200),
}
"""When time in a state deserves a look, and when it needs a person; nothing is ever wrong with being available."""


def level_at_least(value: float | None, notice: float, warn: float) -> Level:
    """The level of a figure that gets worse as it grows; an empty figure is normal."""
    if value is None or value < notice:
        return Level.NORMAL
    return Level.WARN if value >= warn else Level.NOTICE


def level_below(value: float | None, notice: float, warn: float) -> Level:
    """The level of a figure that gets worse as it falls; an empty figure is normal."""
    if value is None or value >= notice:
        return Level.NORMAL
    return Level.WARN if value < warn else Level.NOTICE


def age_level(row: AgentRow, seconds: int, limits: AgeLimits) -> Level:
    """The level of an agent who has been in the present state for so many seconds."""
    bounds = limits.get(row.category) if row.category is not None else None
    if bounds is None:
        bounds = limits.get(row.state)
    return Level.NORMAL if bounds is None else level_at_least(seconds, *bounds)


@dataclass(frozen=True, slots=True)
class FloorTargets:
    """What the figures of the floor are held against; shares are 0..1, times are seconds.

    Each pair is (notice, warn).
    """

    service_level: tuple[float, float] = (0.80, 0.70)
    answer_rate: tuple[float, float] = (0.90, 0.80)
    out_of_adherence: tuple[float, float] = (0.05, 0.10)
    break_rate: tuple[float, float] = (0.10, 0.15)
    occupancy: tuple[float, float] = (0.88, 0.95)
    longest_wait_seconds: tuple[int, int] = (20, 60)
    waiting: tuple[int, int] = (5, 10)


DEFAULT_TARGETS: Final = FloorTargets()
