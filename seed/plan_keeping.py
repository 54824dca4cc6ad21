"""How far people are from the plan: a little late, a little long, now and then away without leave."""

from __future__ import annotations

from typing import NamedTuple

from app.planning.model import Shift
from seed.people import length_of
from seed.plan import Pause
from seed.randomness import DrawMs, stream, whole_between
from seed.scenario import HabitSpec
from seed.scenario_parts import Spread


class Intent(NamedTuple):
    """What an agent makes of a scheduled absence.

    Attributes:
        goes_ms: When they want to go; a call in hand comes first.
        back_ms: When they mean to be back.
        shortest_ms: How long they are away at least, however late they got away.
    """

    goes_ms: int
    back_ms: int
    shortest_ms: int


class Keeping:
    """Draws what agents make of their plan.

    Args:
        habits: How far they are from it.
        seed: Names the streams.
    """

    def __init__(self, habits: HabitSpec, seed: int) -> None:
        self._habits = habits
        self._punctual_ms = habits.punctual_seconds * 1000
        self._going = stream(seed, "keeping/going")
        self._coming_back = stream(seed, "keeping/coming-back")
        self._moving = stream(seed, "keeping/moving")
        self._leaving = stream(seed, "keeping/leaving")
        self._over_stay_ms = _length(habits.over_stay, seed, "keeping/over-stay")
        self._left_early_ms = _length(habits.left_early, seed, "keeping/left-early")

    def intent(self, pause: Pause) -> Intent:
        """What becomes of a scheduled absence."""
        habits = self._habits
        moved_ms = 0
        if self._moving() * 1000 < habits.moved_per_mille:
            moved_ms = whole_between(self._moving, -habits.moved_seconds, habits.moved_seconds) * 1000
        goes_ms = pause.start_ms + moved_ms + whole_between(self._going, -self._punctual_ms, self._punctual_ms)
        back_ms = pause.end_ms + moved_ms
        if self._coming_back() * 1000 < habits.over_stayed_per_mille:
            back_ms += self._over_stay_ms()
        else:
            back_ms += whole_between(self._coming_back, -self._punctual_ms, self._punctual_ms)
        return Intent(goes_ms, back_ms, (pause.end_ms - pause.start_ms) // 2)

    def left_early_ms(self, shift: Shift) -> int:
        """How long before its end an agent wants to leave a shift; 0 for those who stay, never more than half of it."""
        if self._leaving() * 1000 < self._habits.left_early_per_mille:
            return min(self._left_early_ms(), (shift.end_ms - shift.start_ms) // 2)
        return 0


def _length(spread: Spread | None, seed: int, cause: str) -> DrawMs:
    return (lambda: 0) if spread is None else length_of(spread, seed, cause)
